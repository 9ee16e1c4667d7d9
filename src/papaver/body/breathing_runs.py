"""What stands behind ``breathing``: patient records, their settled start, and one compiled run.

A record holds every number of one person (names as in ``data/fda_*.csv`` and ``EXTENSION``). A body settles
once without drug; bodies that are alike share that start, also between calls.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.body import additive
from papaver.body.constants import record_array, values
from papaver.body.delay import new_history
from papaver.body.gas import (
    REMEMBERED_SIGNALS,
    REMEMBERED_STATES,
    STATES,
    WATCH,
    Course,
    breathing_rates,
)
from papaver.body.overdose_run import EVENT_ROW, EVENTS, OPTIONS, SEEN, run_overdose
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as central_numbers

Floats = npt.NDArray[np.float64]
Records = npt.NDArray[np.void]

DRUGS = ("fentanyl", "carfentanil")
TOLERANCES = ("naive", "chronic")
NALOXONES = ("generic_im", "evzio", "in4", "iv")
EXTENSION = (
    "airway_collapsibility",
    "sedation_airway",
    "cyanosis_o2",
    "unconscious_o2",
    "unrousable_wakefulness",
)
"""Numbers of a person that the published model does not have: share of each breath that the airway would lose
with all wakefulness, share that it would lose with full sedation, the arterial PO2 (mmHg) of cyanosis and of
unconsciousness, and the share of the wakefulness drive below which nobody can be roused."""
RING = 9
"""The past holds 2^9 steps: no delay is that long."""
SECONDS_PER_HOUR = 3600
LONGEST_HOURS = 72
ERROR_PER_STEP = float(values("numerical")["breathing_error"])
KEPT_STARTS = 4096
EMPTY = np.empty(0)
NOTHING_GIVEN = np.empty((3, 0))


class Plan(NamedTuple):
    """What one run is asked for: ``dose_mg`` of opioid, sizes of the naloxone ``doses`` (in doses of the
    product), ``hours``, whether to look again for a later fall of O2, the ``error`` per step, and the
    ``times`` (s) of the table."""

    dose_mg: float = 0.0
    doses: tuple[float, ...] = ()
    hours: float = 1.0
    look_again: bool = False
    error: float = ERROR_PER_STEP
    times: Floats = EMPTY


def base_numbers(
    drug: str, tolerance: str, naloxone: str | None, numbers: Mapping[str, float] | None = None
) -> dict[str, float]:
    """All numbers of the typical person as published; without naloxone the record holds generic's.

    ``numbers``: a draw of the inputs (``evidence.inputs.numbers``), central values if not given.
    """
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
    published = {name: value for part in sets for name, value in values(f"fda_{part}").items()}
    return {**published, **_extension(published, central_numbers() if numbers is None else numbers)}


def _extension(p: Mapping[str, float], numbers: Mapping[str, float]) -> dict[str, float]:
    return {
        "airway_collapsibility": 0.0,
        "sedation_airway": numbers["breathing_sedation_airway"],
        "cyanosis_o2": pressure_at(numbers["breathing_cyanosis_saturation"], p),
        "unconscious_o2": pressure_at(numbers["breathing_unconscious_saturation"], p),
        "unrousable_wakefulness": numbers["breathing_unrousable_wakefulness"],
    }


def pressure_at(saturation_percent: float, p: Mapping[str, float]) -> float:
    """Arterial PO2 (mmHg) at an O2 saturation (%): ``overdose_run.saturation`` turned round."""
    bound = saturation_percent / (p["percent"] - saturation_percent)
    shifted = p["saturation_half"] * bound ** (1.0 / p["saturation_slope"])
    power = p["saturation_shift"]
    return float((shifted / p["saturation_scale"] ** power) ** (1.0 / (1.0 - power)))


def patient_records(base: Mapping[str, float], rows: Mapping[str, npt.ArrayLike]) -> Records:
    """One parameter record per patient: the base numbers with the columns of ``rows`` in their place."""
    columns = {name: np.asarray(column, np.float64) for name, column in rows.items()}
    faults = [Fault("there is no such number.", field=name) for name in columns if name not in base]
    faults += [
        Fault("is not a finite number.", "Mend or drop the row.", field=name)
        for name, column in columns.items()
        if not np.isfinite(column).all()
    ]
    sizes = {column.size for column in columns.values()} - {1}
    if len(sizes) > 1:
        faults.append(Fault(f"the columns have {sorted(sizes)} entries.", "Give one for each patient."))
    if faults:
        raise InputError(faults)
    count = max((column.size for column in columns.values()), default=1)
    records = np.repeat(record_array([base]), count)
    for name, column in columns.items():
        records[name] = column
    return records


def run_one(
    one: Records, start: Floats, plan: Plan, given_s: Floats = EMPTY, given: Floats = NOTHING_GIVEN
) -> tuple[Records, Floats, float]:
    """Events (one row), the table at the plan's times and resting ventilation (L/min) of one record."""
    p = one[0]
    course = new_course(*rescue(p, plan.doses), given_s, given)
    rest = ventilation_at_rest(p, start)
    option = np.zeros(1, OPTIONS)
    option["dose_mg"], option["end_s"] = plan.dose_mg, plan.hours * SECONDS_PER_HOUR
    option["call_below_l_min"] = p["rescue_ventilation"] * rest
    option["look_again"], option["tolerance"] = plan.look_again, plan.error
    table = np.empty((plan.times.size, len(SEEN)))
    events = _integrate(p, option, start.copy(), _sizes(p, start, plan.dose_mg), plan.times, table, course)
    return events, table, rest


def arrested(events: Records, records: Records) -> npt.NDArray[np.bool_]:
    """Whether total flow fell to the published mark of a cardiac arrest."""
    least = records["arrest_least_flow"] * records["seconds_per_minute"]
    return np.asarray(events["least_flow_l_min"] <= least)


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
    work, method = additive.new_work(STATES), additive.kennedy_carpenter()
    if not run_overdose(p, option[0], y, sizes, times, table, events[0], course, work, history, method):
        raise InputError(
            Fault("the breathing equations cannot be solved for these numbers.", "Check the patient.")
        )
    return events


def new_course(
    rescue_s: Floats = EMPTY,
    rescue_ng: Floats = EMPTY,
    given_s: Floats = EMPTY,
    given: Floats = NOTHING_GIVEN,
) -> Course:
    """The course of one run that has not begun: no naloxone given yet, no collapse."""
    watch = np.zeros(1, WATCH)
    watch["naloxone_s"] = np.inf
    return Course(watch, rescue_s, rescue_ng, given_s, given)


def rescue(p: Any, sizes: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Times (s) of doses of naloxone after the first and how much of each reaches plasma in the end (ng).

    ``sizes`` in doses of the product, ``rescue_gap`` apart. A nasal spray is absorbed less when repeated: to
    ``naloxone_f1`` from the third single spray on, to ``naloxone_f2`` from the second pair on (0: no less).
    As in the authors' program the lower share also holds for what is still in the nose then.
    """
    times: Floats = np.arange(len(sizes), dtype=np.float64) * float(p["rescue_gap"])
    put = np.array(sizes) * float(p["naloxone_dose"])
    share = float(p["naloxone_f"])
    absorbed = np.zeros(len(sizes))
    for i, size in enumerate(sizes):
        later = p["naloxone_f2"] if size > 1.0 else p["naloxone_f1"]
        if later > 0.0 and sum(sizes[:i]) > 1.0 and later != share:
            left = put[:i] * np.exp(-float(p["naloxone_ktr"]) * (times[i] - times[:i]))
            absorbed[i] += (later - share) * left.sum()
            share = float(later)
        absorbed[i] += share * put[i]
    return times, absorbed


def ventilation_at_rest(p: Any, start: Floats) -> float:
    """Minute ventilation (L/min) of the drug-free start."""
    quiet = new_course()
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
    sizes[21] = sizes[6]
    sizes[9:15] = np.abs(start[9:15])
    return sizes


@functools.cache
def _body_names() -> tuple[str, ...]:
    """Numbers that matter before any drug."""
    sets = ("fda_opioid_fentanyl", "fda_tolerance_naive", "fda_naloxone_generic_im")
    drug = {name for part in sets for name in values(part)} | {"tolerance", "opioid_efficacy", *EXTENSION}
    return tuple(name for name in base_numbers("fentanyl", "naive", None) if name not in drug)


def settled(records: Records, error: float) -> Floats:
    """Settled drug-free state of each patient (patient, state); bodies that are alike settle once."""
    rows = np.column_stack([records[name] for name in _body_names()])
    return np.array([_settled(row.tobytes(), error) for row in rows])


@functools.lru_cache(KEPT_STARTS)
def _settled(body: bytes, error: float) -> Floats:
    """One hour without drug from the published start (so that transients of the start have gone)."""
    own = dict(zip(_body_names(), np.frombuffer(body).tolist(), strict=True))
    p = record_array([{**base_numbers("fentanyl", "naive", None), **own}])[0]
    y = np.zeros(STATES)
    y[9:21] = list(values("fda_start").values())
    if not p["free_co2"]:
        y[9] = p["held_co2"]
    option = np.zeros(1, OPTIONS)
    option["end_s"], option["call_below_l_min"], option["tolerance"] = p["settle_time"], -np.inf, error
    _integrate(p, option, y, _sizes(p, y, 0.0), EMPTY, np.empty((0, len(SEEN))), new_course())
    y.flags.writeable = False
    return y


def check(dose_mg: float, hours: float, every_s: float, doses: tuple[float, ...] = ()) -> None:
    """Raise InputError for numbers of a run that make no sense."""
    faults = []
    if not (math.isfinite(dose_mg) and dose_mg >= 0.0):
        faults.append(Fault(f"{dose_mg} is not a dose.", "Give milligrams, 0 or more.", field="dose_mg"))
    if not (math.isfinite(hours) and 0.0 < hours <= LONGEST_HOURS):
        faults.append(Fault(f"{hours} is out of range.", f"Give up to {LONGEST_HOURS} h.", field="hours"))
    if not (math.isfinite(every_s) and every_s > 0.0):
        faults.append(Fault(f"{every_s} is out of range.", "Give seconds above 0.", field="every_s"))
    if not all(math.isfinite(size) and size > 0.0 for size in doses):
        faults.append(Fault("are not doses.", "Give sizes above 0.", field="naloxone_doses"))
    if faults:
        raise InputError(faults)
