"""Breathing after an opioid: the published overdose model (Mann et al. 2022) with true transport delays.

``simulate`` runs one person, ``simulate_patients`` many, ``simulate_signal`` anyone with a given agonist
signal (any drug or mixture). The equations are in ``gas``, the run with rescue and collapse in
``overdose_run``, the integrator in ``delay``; the numbers in ``data/fda_*.csv``, each with its source.

The exponents of tolerance follow the authors' program, not their text, which swaps them:
``wakefulness_power`` (P3) acts on the wakefulness drive, ``chemoreflex_power`` (P1) on both chemoreflexes.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from papaver.body.constants import record_array, values
from papaver.body.delay import dormand_prince, new_history, new_work
from papaver.body.gas import REMEMBERED_SIGNALS, REMEMBERED_STATES, STATES, WATCH, Course, breathing_rates
from papaver.body.overdose_run import EVENT_ROW, EVENTS, OPTIONS, SEEN, run_overdose
from papaver.errors import Fault, InputError

if TYPE_CHECKING:
    import polars

Floats = npt.NDArray[np.float64]
Records = npt.NDArray[np.void]

DRUGS = ("fentanyl", "carfentanil")
TOLERANCES = ("naive", "chronic")
NALOXONES = ("generic_im", "evzio")
RING = 9
"""The past holds 2^9 steps: no delay is that long."""
SECONDS_PER_HOUR = 3600
LONGEST_HOURS = 72
ERROR_PER_STEP = float(values("numerical")["breathing_error"])
EMPTY = np.empty(0)


@dataclass(frozen=True)
class BreathingRun:
    """The course of one person: arrays over ``time_s``, and events (seconds; nan where they did not happen).

    ``crossing_s``: minute ventilation fell to 40 % of rest; ``naloxone_s``: first dose of naloxone;
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


def base_numbers(drug: str, tolerance: str, naloxone: str | None) -> dict[str, float]:
    """All numbers of the typical person as published; without naloxone the record holds generic's."""
    faults = [
        Fault(f"{given!r} is not known here.", f"Choose one of: {', '.join(known)}.", field=field)
        for field, given, known in (
            ("drug", drug, DRUGS),
            ("tolerance", tolerance, TOLERANCES),
            ("naloxone", naloxone or NALOXONES[0], NALOXONES),
        )
        if given not in known
    ]
    if faults:
        raise InputError(faults)
    sets = ("body", f"opioid_{drug}", f"tolerance_{tolerance}", f"naloxone_{naloxone or NALOXONES[0]}")
    return {name: value for part in sets for name, value in values(f"fda_{part}").items()}


def patient_records(base: Mapping[str, float], rows: Mapping[str, npt.ArrayLike]) -> Records:
    """One parameter record per patient: the base numbers with the columns of ``rows`` in their place."""
    columns = {name: np.asarray(column, np.float64) for name, column in rows.items()}
    faults = [Fault("there is no such number.", field=name) for name in columns if name not in base]
    faults += [
        Fault("is not a finite number.", "Mend or drop the row.", field=name)
        for name, column in columns.items()
        if not np.isfinite(column).all()
    ]
    if faults:
        raise InputError(faults)
    count = max((column.size for column in columns.values()), default=1)
    records = np.repeat(record_array([base]), count)
    for name, column in columns.items():
        records[name] = column
    return records


def simulate(
    dose_mg: float,
    drug: str = "fentanyl",
    tolerance: str = "naive",
    naloxone: str | None = None,
    patient: Mapping[str, float] | None = None,
    hours: float = 1.5,
    every_s: float = 10.0,
    *,
    naloxone_doses: int = 1,
    look_again: bool = False,
    error: float = ERROR_PER_STEP,
) -> BreathingRun:
    """Run one person after an intravenous bolus, with or without naloxone.

    ``dose_mg``: pure drug, at time 0 (the row at time 0 shows the state before it). ``tolerance``: the
    published typical "naive" person or "chronic" user. ``naloxone``: None, "generic_im" or "evzio", first
    given 60 s after ventilation has fallen to 40 % of rest, repeats 150 s apart. ``patient``: values that
    replace numbers of the typical person (names as in ``data/fda_*.csv``). ``look_again``: also look for a
    later fall of O2 after a second look that found it recovered. ``error``: error per step relative to the
    size of each state.

    Raises InputError for an unknown name or a number that makes no sense.
    """
    _check(dose_mg, hours, every_s, naloxone_doses)
    records = patient_records(base_numbers(drug, tolerance, naloxone), dict(patient or {}))
    doses = naloxone_doses if naloxone else 0
    return _one(records, dose_mg, doses, hours, every_s, look_again, error, EMPTY, EMPTY)


def simulate_signal(
    signal_s: npt.ArrayLike,
    signal: npt.ArrayLike,
    tolerance: float = 1.0,
    patient: Mapping[str, float] | None = None,
    hours: float | None = None,
    every_s: float = 10.0,
    *,
    error: float = ERROR_PER_STEP,
) -> BreathingRun:
    """Run one person whose agonist signal on breathing is given: any drug, mixture or route.

    ``signal``: the agonist signal A (0 to 1, occupancy times intrinsic activity summed over ligands) at the
    times ``signal_s`` (s, rising), straight lines between. ``tolerance``: the post-receptor shift T in
    A / (A + T (1 - A)); 1 is none. The rest as in ``simulate``; the powers are those of the naive person.
    """
    times, levels = np.asarray(signal_s, np.float64), np.asarray(signal, np.float64)
    faults = []
    if times.shape != levels.shape or times.ndim != 1 or not times.size:
        faults.append(Fault("needs one level for each time.", field="signal"))
    elif not (np.isfinite(times).all() and (np.diff(times) > 0.0).all()):
        faults.append(Fault("must rise from entry to entry.", field="signal_s"))
    elif not ((levels >= 0.0) & (levels <= 1.0)).all():
        faults.append(Fault("must lie between 0 and 1.", field="signal"))
    if not (math.isfinite(tolerance) and tolerance > 0.0):
        faults.append(Fault("must be above 0.", field="tolerance"))
    if faults:
        raise InputError(faults)
    hours = times[-1] / SECONDS_PER_HOUR if hours is None else hours
    _check(0.0, hours, every_s, 0)
    records = patient_records(
        base_numbers("fentanyl", "naive", None), {**(patient or {}), "tolerance": tolerance}
    )
    return _one(records, 0.0, 0, hours, every_s, False, error, times, levels)


def simulate_patients(
    rows: Mapping[str, npt.ArrayLike],
    dose_mg: float,
    drug: str = "fentanyl",
    tolerance: str = "chronic",
    naloxone: str | None = None,
    hours: float = 1.5,
    *,
    naloxone_doses: int = 1,
    look_again: bool = False,
    threads: int = 2,
    error: float = ERROR_PER_STEP,
) -> PatientRuns:
    """Run many people to their arrest or for ``hours``; the same result for any number of ``threads``.

    ``rows``: columns of numbers that differ between people (names as in ``data/fda_*.csv``), e.g. from
    ``virtual_patients.draw``. The rest as in ``simulate``.
    """
    _check(dose_mg, hours, 1.0, naloxone_doses)
    records = patient_records(base_numbers(drug, tolerance, naloxone), rows)
    doses = naloxone_doses if naloxone else 0
    starts = _starts(records, error)
    parts = np.array_split(np.arange(records.size), max(1, min(threads, records.size)))

    def block(part: npt.NDArray[np.int64]) -> Records:
        return np.concatenate(
            [_run(records[i : i + 1], starts[i], dose_mg, doses, hours, look_again, error)[0] for i in part]
        )

    with ThreadPoolExecutor(len(parts)) as pool:
        events = np.concatenate(list(pool.map(block, parts)))
    kept = {name: events[name].copy() for name in PatientRuns.__dataclass_fields__ if name in EVENTS}
    return PatientRuns(**kept, arrest=_arrested(events, records))


def _check(dose_mg: float, hours: float, every_s: float, naloxone_doses: int) -> None:
    faults = []
    if not (math.isfinite(dose_mg) and dose_mg >= 0.0):
        faults.append(Fault(f"{dose_mg} is not a dose.", "Give milligrams, 0 or more.", field="dose_mg"))
    if not (math.isfinite(hours) and 0.0 < hours <= LONGEST_HOURS):
        faults.append(Fault(f"{hours} is out of range.", f"Give up to {LONGEST_HOURS} h.", field="hours"))
    if not (math.isfinite(every_s) and every_s > 0.0):
        faults.append(Fault(f"{every_s} is out of range.", "Give seconds above 0.", field="every_s"))
    if naloxone_doses < 0:
        faults.append(Fault(f"{naloxone_doses} is not a number of doses.", field="naloxone_doses"))
    if faults:
        raise InputError(faults)


def _arrested(events: Records, records: Records) -> npt.NDArray[np.bool_]:
    least = records["arrest_least_flow"] * records["seconds_per_minute"]
    return np.asarray(events["least_flow_l_min"] <= least)


def _one(
    records: Records, dose_mg: float, doses: int, hours: float, every_s: float,
    look_again: bool, error: float, signal_s: Floats, signal: Floats,
) -> BreathingRun:  # fmt: skip
    start = _starts(records, error)[0]
    end_s = hours * SECONDS_PER_HOUR
    rows = math.floor(end_s / every_s * (1.0 + np.finfo(float).eps)) + 1
    times = (np.arange(rows) * every_s).astype(np.float64)
    events, table, rest = _run(
        records, start, dose_mg, doses, hours, look_again, error, times, signal_s, signal
    )
    seen: dict[str, Any] = {name: table[:, i].copy() for i, name in enumerate(SEEN)}
    kept: dict[str, Any] = {
        name: float(events[name][0]) for name in BreathingRun.__dataclass_fields__ if name in EVENTS
    }
    arrest = bool(_arrested(events, records)[0])
    return BreathingRun(time_s=times, **seen, resting_ventilation_l_min=rest, **kept, arrest=arrest)


def _run(
    one: Records, start: Floats, dose_mg: float, doses: int, hours: float, look_again: bool,
    error: float, times: Floats = EMPTY, signal_s: Floats = EMPTY, signal: Floats = EMPTY,
) -> tuple[Records, Floats, float]:  # fmt: skip
    """Events (one row), the table at ``times`` and resting ventilation of one record."""
    p = one[0]
    course = _course(doses, float(p["rescue_gap"]), signal_s, signal)
    rest = _at_rest(p, start, course)
    option = np.zeros(1, OPTIONS)
    option["dose_mg"], option["end_s"] = dose_mg, hours * SECONDS_PER_HOUR
    option["call_below_l_min"] = p["rescue_ventilation"] * rest
    option["look_again"], option["tolerance"] = look_again, error
    table = np.empty((times.size, len(SEEN)))
    events = _integrate(p, option, start.copy(), _sizes(p, start, dose_mg), times, table, course)
    return events, table, rest


def _integrate(
    p: Any, option: Records, y: Floats, sizes: Floats, times: Floats, table: Floats, course: Course
) -> Records:
    """Run the compiled loop; ``y`` holds the end state afterwards."""
    events = np.full(1, np.nan, EVENT_ROW)
    for name in EVENTS:
        if name.startswith("least_"):
            events[name] = np.inf
    events["steps"] = 0.0
    history = new_history(*REMEMBERED_STATES, RING, REMEMBERED_SIGNALS)
    work, method = new_work(STATES), dormand_prince()
    if not run_overdose(p, option[0], y, sizes, times, table, events[0], course, work, history, method):
        raise InputError(
            Fault("the breathing equations cannot be solved for these numbers.", "Check the patient.")
        )
    return events


def _course(doses: int, gap_s: float, signal_s: Floats = EMPTY, signal: Floats = EMPTY) -> Course:
    watch = np.zeros(1, WATCH)
    watch["naloxone_s"], watch["naloxone_doses"], watch["naloxone_gap_s"] = np.inf, doses, gap_s
    return Course(watch, signal_s, signal)


def _at_rest(p: Any, start: Floats, course: Course) -> float:
    """Minute ventilation (L/min) of the drug-free start."""
    quiet = _course(0, 0.0)
    history = new_history(*REMEMBERED_STATES, 0, REMEMBERED_SIGNALS)
    breathing_rates(0.0, start, np.empty(STATES), history, p, quiet)
    return float(quiet.watch["ventilation"][0])


def _sizes(p: Any, start: Floats, dose_mg: float) -> Floats:
    """Size of each state for the error control: dose and what follows from it, the start, or 1."""
    sizes = np.ones(STATES)
    if dose_mg > 0.0:
        sizes[:3] = dose_mg
        sizes[3] = p["pm_per_mg_l"] * dose_mg / p["opioid_volume"] / p["opioid_molar_mass"]
    sizes[6:8] = p["naloxone_f"] * p["naloxone_dose"] / p["naloxone_v1"]
    sizes[8] = p["pm_per_ng_ml"] * sizes[6] / p["naloxone_molar_mass"]
    sizes[9:15] = np.abs(start[9:15])
    return sizes


@functools.cache
def _drug_names() -> frozenset[str]:
    """Numbers that do not matter before the dose."""
    sets = ("fda_opioid_fentanyl", "fda_tolerance_naive", "fda_naloxone_generic_im")
    return frozenset(name for part in sets for name in values(part)) | {"tolerance", "opioid_efficacy"}


def _starts(records: Records, error: float) -> Floats:
    """Settled drug-free state of each patient; bodies that are alike settle once."""
    body = [name for name in records.dtype.names or () if name not in _drug_names()]
    same = records[body].copy() if records.size else records
    keys = [row.tobytes() for row in np.ascontiguousarray(np.rec.array(same))]
    settled: dict[bytes, Floats] = {}
    for key, p in zip(keys, records, strict=True):
        if key not in settled:
            settled[key] = _settle(p, error)
    return np.array([settled[key] for key in keys])


def _settle(p: Any, error: float) -> Floats:
    """One hour without drug from the published start (so that transients of the start have gone)."""
    y = np.zeros(STATES)
    y[9:] = list(values("fda_start").values())
    if not p["free_co2"]:
        y[9] = p["held_co2"]
    option = np.zeros(1, OPTIONS)
    option["end_s"], option["call_below_l_min"], option["tolerance"] = p["settle_time"], -np.inf, error
    course = _course(0, 0.0)
    _integrate(p, option, y, _sizes(p, y, 0.0), EMPTY, np.empty((0, len(SEEN))), course)
    return y
