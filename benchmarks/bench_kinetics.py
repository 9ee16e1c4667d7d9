"""Linear kinetics: many people, many doses, levels read at the end, against the matrix exponential.

The chain is heroin by vein with 6-acetylmorphine, morphine, M3G, M6G and three effect sites (13
compartments), different in every person; ten doses at uneven hours. The error beside each way is the largest
over people and readings against the exponential, as a part of the largest reading.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import expm

from benchmarks.harness import Row, Way, compare
from papaver.body import linear
from papaver.body.exposure import Events, System, network_of, solve
from papaver.body.exposure import run as carry
from papaver.body.network import PLASMA, SITE
from papaver.body.people import draw, personal
from papaver.evidence.inputs import numbers

PEOPLE, FEW = 20_000, 40
AT = np.array([0.0, 5.1, 11.7, 18.2, 24.9, 30.3, 37.0, 44.6, 49.9, 55.2])
IV = ("iv", "")


def events() -> Events:
    """Ten doses of 50 umol and one look an hour and a half after the last."""
    at = np.append(AT, AT[-1] + 1.5)
    kind = np.array([linear.DOSE] * len(AT) + [linear.LOOK], np.int64)
    return at, kind, np.zeros(len(at), np.int64), np.append(np.full(len(AT), 50.0), 0.0)


def prepared(people: int) -> System:
    """The chain in so many people, solved."""
    p = numbers()
    net = network_of("heroin", [IV], personal(p, draw(people, 7, numbers=p)))
    readings = [one for one in net.readings if one[0] in (PLASMA, SITE)]
    return solve(net, [(IV, 1.0)], readings)


def by_scipy(system: System, people: int) -> np.ndarray:
    """Readings of the first people by one matrix exponential per interval."""
    found = np.empty((people, len(system.names)))
    gaps = np.diff(np.append(AT, AT[-1] + 1.5))
    for person in range(people):
        x = np.zeros(system.matrix.shape[1])
        for gap in gaps:
            x = expm(system.matrix[person] * gap) @ (x + 50.0 * system.enter[person, 0])
        found[person] = system.read_amount[person] @ x
    return found


def run() -> list[Row]:
    """Time the ways, per person and dose."""
    system, few = prepared(PEOPLE), prepared(FEW)
    todo, doses = events(), len(AT)
    matrix = system.matrix
    starts = np.array([*system.network.starts, matrix.shape[1]], np.int64)
    rate, amount, mode = np.empty(matrix.shape[:2]), np.zeros(matrix.shape), np.zeros(matrix.shape)

    def eigenbasis() -> np.ndarray:
        return carry(system, todo, 1)

    def with_setup() -> np.ndarray:
        linear.decompose(matrix, starts, rate, amount, mode)
        return carry(system, todo, 1)

    exact = by_scipy(few, FEW)
    ways: dict[str, Callable[[], np.ndarray]] = {
        f"eigenbasis {off(carry(system, todo, 1)[:FEW, :, 0], exact)}": eigenbasis,
        f"with eigenvectors {off(with_setup()[:FEW, :, 0], exact)}": with_setup,
    }
    listed = {name: Way(way, amount=PEOPLE * doses) for name, way in ways.items()}
    listed["SciPy expm, the reference"] = Way(lambda: by_scipy(few, FEW), amount=FEW * doses)
    return compare(
        "linear kinetics of heroin",
        listed,
        unit="person-doses",
        baseline="SciPy expm, the reference",
    )


def off(found: np.ndarray, exact: np.ndarray) -> str:
    """The largest error as words."""
    worst = np.max(np.abs(found - exact) / np.abs(exact).max(axis=0))
    return f"(error {worst:.0e})"
