"""The breathing model: time per patient-hour with its error beside it, and 2,000 virtual patients.

The error is the largest difference from a solve with an error per step of 1e-10, over the whole course and
over ventilation, arterial gases and blood flow, as a share of each one's range. The R and C program of the
authors took 65 ms per patient-hour at equal tolerance and 730 ms as shipped (on another machine).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

import numpy as np

from benchmarks.harness import Row, Way, compare
from papaver.body.breathing import BreathingRun, simulate, simulate_patients, simulate_signals
from papaver.body.virtual_patients import draw

WATCHED = ("minute_ventilation_l_min", "arterial_o2_mmhg", "arterial_co2_mmhg", "cardiac_output_l_min")
RUNS = {
    "1.625 mg, arrest": (1.625, None),
    "1.625 mg, naloxone": (1.625, "generic_im"),
    "2.965 mg, auto-injector": (2.965, "evzio"),
    "no drug": (0.0, None),
}
HOURS = 1.5
PATIENTS = 2000
SIGNALS = 1000
FINE = 1e-10


def run_one(dose_mg: float, naloxone: str | None, error: float) -> BreathingRun:
    return simulate(dose_mg, tolerance="chronic", naloxone=naloxone, hours=HOURS, every_s=30.0, error=error)


@functools.cache
def worst(dose_mg: float, naloxone: str | None, error: float) -> float:
    """Largest error as a share of the range."""
    here, fine = run_one(dose_mg, naloxone, error), run_one(dose_mg, naloxone, FINE)
    shares = [
        np.abs(getattr(here, name) - getattr(fine, name)).max() / max(1.0, np.ptp(getattr(fine, name)))
        for name in WATCHED
    ]
    return float(max(shares))


def single() -> Iterable[Row]:
    """One thread; the settled start is kept from one run to the next, as in any use."""
    for what, (dose, product) in RUNS.items():
        ways = {
            f"{error:.0e}: off by {worst(dose, product, error):.0e}": Way(
                functools.partial(run_one, dose, product, error), HOURS
            )
            for error in (1e-3, 1e-4, 1e-5)
        }
        baseline = list(ways)[1]
        rows = compare(f"breathing, {what}", ways, unit="patient-hours", baseline=baseline)
        for row in rows:
            took = 1000.0 * row.seconds / row.amount
            print(f"{row.work}, error per step {row.way}: {took:.2f} ms per patient-hour")
        yield from rows


def many() -> Iterable[Row]:
    """Virtual chronic users, fentanyl 1.625 mg, 1.5 h or to their arrest."""
    patients = draw(PATIENTS, 1, naloxone="generic_im")

    def run(threads: int) -> None:
        simulate_patients(patients, 1.625, naloxone="generic_im", threads=threads)

    ways = {f"{threads} thread(s)": Way(functools.partial(run, threads), PATIENTS) for threads in (1, 2)}
    return compare("breathing, virtual patients", ways, unit="patients", baseline="1 thread(s)", repeats=1)


def signals() -> Iterable[Row]:
    """People with given signals and sedatives, an hour or to their arrest."""
    times = np.array([0.0, 60.0, 3600.0])
    peaks = np.linspace(0.5, 0.99, SIGNALS)
    given = np.column_stack([np.zeros(SIGNALS), peaks, peaks])

    def run(threads: int) -> None:
        simulate_signals(times, given, sedation=given / 2.0, threads=threads)

    ways = {f"{threads} thread(s)": Way(functools.partial(run, threads), SIGNALS) for threads in (1, 2)}
    return compare("breathing, given signals", ways, unit="patients", baseline="1 thread(s)", repeats=1)


def run() -> list[Row]:
    return [*single(), *many(), *signals()]
