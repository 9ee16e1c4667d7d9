"""Breathing after an opioid: the published overdose model (Mann et al. 2022) with true transport delays.

``simulate`` runs one person, ``simulate_patients`` many; ``simulate_signal`` and ``simulate_signals`` run
people whose agonist signal is given (any drug or mixture, with tolerance, sedatives and illness). The
equations are in ``gas``, the run with rescue and collapse in ``overdose_run``, the integrator in ``delay``;
the numbers in ``data/fda_*.csv`` and in the inputs ``breathing_...``, each with its source.

The exponents of tolerance follow the authors' program, not their text, which swaps them:
``wakefulness_power`` (P3) acts on the wakefulness drive, ``chemoreflex_power`` (P1) on both chemoreflexes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from papaver.body.breathing_runs import (
    ERROR_PER_STEP,
    SECONDS_PER_HOUR,
    Floats,
    Plan,
    Records,
    arrested,
    base_numbers,
    check,
    patient_records,
    run_one,
    settled,
)
from papaver.body.overdose_run import EVENTS, SEEN
from papaver.errors import Fault, InputError

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True)
class BreathingRun:
    """The course of one person: arrays over ``time_s``, and events (seconds; nan where they did not happen).

    ``crossing_s``: minute ventilation fell to 40 % of rest; ``naloxone_s``: first dose of naloxone;
    ``cyanosed_s``: arterial saturation fell to that of cyanosis; ``unrousable_s``: it fell to that of
    unconsciousness, or hardly any wakefulness drive was left (inputs ``breathing_...``);
    ``low_o2_s``: arterial PO2 fell to 15 mmHg; ``collapse_s``: flow began to collapse; ``arrest_s``: total
    flow 0.01 L/min; ``arrest``: total flow fell to 4 L/min or less, the published mark of a cardiac arrest;
    ``hypoxia_first_s``, ``hypoxia_last_s``: brain PO2 at 20 mmHg or less (to the nearest step, about 2 s).
    """

    time_s: Floats
    minute_ventilation_l_min: Floats
    arterial_o2_mmhg: Floats
    arterial_co2_mmhg: Floats
    arterial_o2_saturation_percent: Floats
    brain_o2_mmhg: Floats
    brain_co2_mmhg: Floats
    cardiac_output_l_min: Floats
    brain_blood_flow_l_min: Floats
    opioid_occupancy: Floats
    naloxone_occupancy: Floats
    agonist_signal: Floats
    opioid_plasma_ng_ml: Floats
    naloxone_plasma_ng_ml: Floats
    opioid_effect_site_pm: Floats
    naloxone_effect_site_pm: Floats
    opioid_central_mg: Floats
    resting_ventilation_l_min: float
    crossing_s: float
    naloxone_s: float
    cyanosed_s: float
    unrousable_s: float
    low_o2_s: float
    collapse_s: float
    arrest_s: float
    hypoxia_first_s: float
    hypoxia_last_s: float
    least_ventilation_l_min: float
    least_arterial_o2_mmhg: float
    least_flow_l_min: float
    arrest: bool

    def to_polars(self) -> polars.DataFrame:
        """The arrays as a table, one row per time."""
        import polars

        return polars.DataFrame({name: getattr(self, name) for name in ("time_s", *SEEN)})


@dataclass(frozen=True)
class PatientRuns:
    """Events of many people, one entry each, as in ``BreathingRun``."""

    crossing_s: Floats
    naloxone_s: Floats
    cyanosed_s: Floats
    unrousable_s: Floats
    low_o2_s: Floats
    collapse_s: Floats
    arrest_s: Floats
    hypoxia_first_s: Floats
    hypoxia_last_s: Floats
    least_ventilation_l_min: Floats
    least_arterial_o2_mmhg: Floats
    least_flow_l_min: Floats
    arrest: npt.NDArray[np.bool_]

    def to_polars(self) -> polars.DataFrame:
        """One row per person."""
        import polars

        return polars.DataFrame({name: getattr(self, name) for name in self.__dataclass_fields__})


def simulate(
    dose_mg: float,
    drug: str = "fentanyl",
    tolerance: str = "naive",
    naloxone: str | None = None,
    patient: Mapping[str, float] | None = None,
    hours: float = 1.5,
    every_s: float = 10.0,
    *,
    naloxone_doses: int | Sequence[float] = 1,
    look_again: bool = False,
    error: float = ERROR_PER_STEP,
) -> BreathingRun:
    """Run one person after an intravenous bolus, with or without naloxone.

    ``dose_mg``: pure drug, at time 0 (the row at time 0 shows the state before it). ``tolerance``: the
    published typical "naive" person or "chronic" user. ``naloxone``: None, "generic_im" (2 mg), "evzio"
    (2 mg), "in4" (spray of 4 mg) or "iv" (1 mg in 10 s), first given 60 s after ventilation has fallen to
    40 % of rest, repeats 150 s apart. ``patient``: values that replace numbers of the typical person (names
    as in ``data/fda_*.csv``, e.g. ``rescue_delay``). ``naloxone_doses``: how many doses, or their sizes in
    doses of the product ((2, 2): two sprays at once and again). ``look_again``: also look for a later fall of
    O2 after a second look that found it recovered. ``error``: error per step relative to the size of each
    state.

    Raises InputError for an unknown name or a number that makes no sense.
    """
    doses = _sizes_of(naloxone_doses)
    check(dose_mg, hours, every_s, doses)
    records = patient_records(base_numbers(drug, tolerance, naloxone), dict(patient or {}))
    plan = Plan(dose_mg, doses if naloxone else (), hours, look_again, error, _times(hours, every_s))
    return _course_of(records, plan)


def simulate_signal(
    signal_s: npt.ArrayLike,
    signal: npt.ArrayLike,
    tolerance: float = 1.0,
    patient: Mapping[str, float] | None = None,
    hours: float | None = None,
    every_s: float = 10.0,
    *,
    sedation: npt.ArrayLike | None = None,
    airway: npt.ArrayLike | None = None,
    numbers: Mapping[str, float] | None = None,
    error: float = ERROR_PER_STEP,
) -> BreathingRun:
    """Run one person whose agonist signal on breathing is given: any drug, mixture or route.

    ``signal``: the agonist signal A (0 to 1, occupancy times intrinsic activity summed over ligands) at the
    times ``signal_s`` (s, rising), straight lines between. ``tolerance``: the post-receptor shift T in
    A / (A + T (1 - A)); 1 is none. ``sedation``: share of the wakefulness drive lost to sedatives, one number
    or one per time (0 to 1); it leaves the chemoreflexes alone (Bailey 1990). ``airway``: share of each
    breath lost to an obstructed upper airway, likewise. ``patient``: as in ``simulate``, also from
    ``conditions.modified``. ``numbers``: a draw of the inputs for airway and thresholds of events. The rest
    as in ``simulate``; the powers are those of the naive person.

    Raises InputError for levels outside 0 to 1, times that do not rise or sizes that differ.
    """
    times, given = _given(signal_s, signal, sedation, airway, people=1)
    hours = times[-1] / SECONDS_PER_HOUR if hours is None else hours
    check(0.0, hours, every_s)
    records = _signal_records({**(patient or {}), "tolerance": tolerance}, numbers, people=1)
    return _course_of(records, Plan(hours=hours, error=error, times=_times(hours, every_s)), times, given(0))


def simulate_patients(
    rows: Mapping[str, npt.ArrayLike],
    dose_mg: float,
    drug: str = "fentanyl",
    tolerance: str = "chronic",
    naloxone: str | None = None,
    hours: float = 1.5,
    *,
    naloxone_doses: int | Sequence[float] = 1,
    look_again: bool = False,
    threads: int = 2,
    error: float = ERROR_PER_STEP,
) -> PatientRuns:
    """Run many people to their arrest or for ``hours``; the same result for any number of ``threads``.

    ``rows``: columns of numbers that differ between people (names as in ``data/fda_*.csv``), e.g. from
    ``virtual_patients.draw``. The rest as in ``simulate``.
    """
    doses = _sizes_of(naloxone_doses)
    check(dose_mg, hours, 1.0, doses)
    records = patient_records(base_numbers(drug, tolerance, naloxone), rows)
    plan = Plan(dose_mg, doses if naloxone else (), hours, look_again, error)
    starts = settled(records, error)
    return _many(records, threads, lambda i: run_one(records[i : i + 1], starts[i], plan)[0])


def simulate_signals(
    signal_s: npt.ArrayLike,
    signals: npt.ArrayLike,
    tolerance: npt.ArrayLike = 1.0,
    patients: Mapping[str, npt.ArrayLike] | None = None,
    hours: float | None = None,
    *,
    sedation: npt.ArrayLike | None = None,
    airway: npt.ArrayLike | None = None,
    numbers: Mapping[str, float] | None = None,
    threads: int = 2,
    error: float = ERROR_PER_STEP,
) -> PatientRuns:
    """Run many people with given agonist signals, each to the arrest or for ``hours``.

    ``signals``: (people, times), one row each, at the shared times ``signal_s``. ``tolerance``: one shift or
    one per person. ``patients``: columns of numbers, one value or one per person. ``sedation``, ``airway``:
    one number, (times,) or (people, times). The rest as in ``simulate_signal``; the same result for any
    number of ``threads``, and the same as one by one.
    """
    count = np.atleast_2d(np.asarray(signals, np.float64)).shape[0]
    times, given = _given(signal_s, signals, sedation, airway, people=count)
    hours = times[-1] / SECONDS_PER_HOUR if hours is None else hours
    check(0.0, hours, 1.0)
    records = _signal_records({**(patients or {}), "tolerance": tolerance}, numbers, people=count)
    starts, plan = settled(records, error), Plan(hours=hours, error=error)
    return _many(records, threads, lambda i: run_one(records[i : i + 1], starts[i], plan, times, given(i))[0])


def _sizes_of(doses: int | Sequence[float]) -> tuple[float, ...]:
    """Sizes of successive doses; a number stands for so many single ones."""
    if isinstance(doses, int):
        if doses < 0:
            raise InputError(Fault(f"{doses} is not a number of doses.", field="naloxone_doses"))
        return (1.0,) * doses
    return tuple(float(size) for size in doses)


def _given(
    signal_s: npt.ArrayLike,
    signals: npt.ArrayLike,
    sedation: npt.ArrayLike | None,
    airway: npt.ArrayLike | None,
    people: int,
) -> tuple[Floats, Callable[[int], Floats]]:
    """Checked times, and a function that gives the rows (``gas.Course``) of one person."""
    times = np.asarray(signal_s, np.float64)
    if times.ndim != 1 or not times.size:
        raise InputError(Fault("needs a row of times.", field="signal_s"))
    faults = []
    if not (np.isfinite(times).all() and (np.diff(times) > 0.0).all()):
        faults.append(Fault("must rise from entry to entry.", field="signal_s"))
    rows = []
    for name, levels in (("signal", signals), ("sedation", sedation), ("airway", airway)):
        level = np.asarray(0.0 if levels is None else levels, np.float64)
        fits = level.shape in {(times.size,), (people, times.size)} or (name != "signal" and level.ndim == 0)
        if not fits:
            faults.append(Fault("needs one level for each time.", field=name))
        elif not ((level >= 0.0) & (level <= 1.0)).all():
            faults.append(Fault("must lie between 0 and 1.", field=name))
        else:
            rows.append(np.broadcast_to(level, (people, times.size)))
    if faults:
        raise InputError(faults)
    return times, lambda i: np.ascontiguousarray([row[i] for row in rows])


def _signal_records(
    columns: Mapping[str, npt.ArrayLike], numbers: Mapping[str, float] | None, people: int
) -> Records:
    """Records of people without a drug of the published model, one each."""
    shift = np.asarray(columns["tolerance"], np.float64)
    if not (np.isfinite(shift).all() and (shift > 0.0).all()):
        raise InputError(Fault("must be above 0.", field="tolerance"))
    records = patient_records(base_numbers("fentanyl", "naive", None, numbers), columns)
    if records.size not in {1, people}:
        raise InputError(
            Fault(
                f"there are {records.size} patients and {people} signals.", "Give one each.", field="patients"
            )
        )
    return np.resize(records, people)


def _many(records: Records, threads: int, run: Callable[[int], Records]) -> PatientRuns:
    """Events of every person, who do not know of each other: any number of threads gives the same."""
    parts = np.array_split(np.arange(records.size), max(1, min(threads, records.size)))

    def block(part: npt.NDArray[np.int64]) -> Records:
        return np.concatenate([run(int(i)) for i in part])

    with ThreadPoolExecutor(len(parts)) as pool:
        events = np.concatenate(list(pool.map(block, parts)))
    kept = {name: events[name].copy() for name in PatientRuns.__dataclass_fields__ if name in EVENTS}
    return PatientRuns(**kept, arrest=arrested(events, records))


def _times(hours: float, every_s: float) -> Floats:
    rows = math.floor(hours * SECONDS_PER_HOUR / every_s * (1.0 + np.finfo(float).eps)) + 1
    return (np.arange(rows) * every_s).astype(np.float64)


def _course_of(records: Records, plan: Plan, *given: Floats) -> BreathingRun:
    events, table, rest = run_one(records, settled(records, plan.error)[0], plan, *given)
    seen: dict[str, Any] = {name: table[:, i].copy() for i, name in enumerate(SEEN)}
    kept: dict[str, Any] = {
        name: float(events[name][0]) for name in BreathingRun.__dataclass_fields__ if name in EVENTS
    }
    arrest = bool(arrested(events, records)[0])
    return BreathingRun(time_s=plan.times, **seen, resting_ventilation_l_min=rest, **kept, arrest=arrest)
