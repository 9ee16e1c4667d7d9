"""Kinetics and receptor of a mixture: time per patient-hour, with the error against a fine solve beside it.

Heroin by vein, fentanyl in it, naloxone twenty minutes later, in people on buprenorphine; kinetics are exact,
so the error is that of binding: the largest difference in any ligand's share of receptors from the same on a
grid sixteen times finer with an error per step of about 1e-10.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np

from benchmarks.harness import Row, Way, compare
from papaver.body.exposure import follow
from papaver.body.people import draw
from papaver.body.receptor import Binding, bind
from papaver.body.regimen import Dose
from papaver.evidence.inputs import numbers

PEOPLE, HOURS, START = 200, 3.0, 26.0
DOSES = [
    Dose("buprenorphine", 0.0, 8.0, "sublingual"),
    Dose("heroin", START, 30.0, "iv"),
    Dose("fentanyl", START, 0.3, "iv"),
    Dose("naloxone", START + 1.0 / 3.0, 0.4, "im"),
]
P = numbers()


def hours(per_hour: int) -> np.ndarray:
    """Hourly before the doses that matter, then so many points an hour."""
    return np.append(np.arange(0.0, START), START + np.linspace(0.0, HOURS, round(HOURS * per_hour) + 1))


def run_people(count: int, per_hour: int, fineness: float) -> Binding:
    return bind(follow(DOSES, hours(per_hour), draw(count, 1), numbers=P), P, fineness=fineness)


@functools.cache
def worst(per_hour: int, fineness: float) -> float:
    """Largest error in the share of receptors of any ligand, over eight people."""
    here, fine = run_people(8, per_hour, fineness), run_people(8, 16 * 60, 1e-3)
    late = here.hours >= START
    step = 16 * 60 // per_hour
    return max(
        float(
            np.abs(
                here.occupancy[name][:, late] - fine.occupancy[name][:, fine.hours >= START][:, ::step]
            ).max()
        )
        for name in here.occupancy
    )


def run() -> Iterable[Row]:
    ways = {
        f"{per_hour}/h, {fineness:g}: off by {worst(per_hour, fineness):.0e}": Way(
            functools.partial(run_people, PEOPLE, per_hour, fineness), PEOPLE * HOURS
        )
        for per_hour, fineness in ((60, 1.0), (60, 0.1), (240, 1.0))
    }
    rows = compare("kinetics and receptor", ways, unit="patient-hours", baseline=next(iter(ways)))
    for row in rows:
        took = 1000.0 * row.seconds / row.amount
        print(f"{row.work}, points and allowed error {row.way}: {took:.3f} ms per patient-hour")
    return rows
