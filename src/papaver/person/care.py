"""Professional help: detoxification, methadone, buprenorphine, naltrexone; entering, doses, leaving.

A medicine acts through the body alone: it holds the agonist signal, so there is no withdrawal, tolerance
is kept, and heroin gives less of a high. Leaving has a hazard of its own (moving, rules, travel: differing
between people) and hazards that come from felt withdrawal and from use; dose has none, it acts through
these two. The published retention curves are what this is fitted to, not inputs.
"""

from __future__ import annotations

from typing import Any

from papaver.body.kinetics import BUPRENORPHINE as BUPRENORPHINE_DRUG
from papaver.body.kinetics import FIRST_MODE, NALOXONE
from papaver.body.kinetics import METHADONE as METHADONE_DRUG
from papaver.compiled import compiled
from papaver.person.behaviour import attempt
from papaver.person.plan import in_force
from papaver.person.records import (
    BUPRENORPHINE_CARE,
    DEPOT_CARE,
    DETOXIFICATION,
    METHADONE_CARE,
    NALTREXONE_CARE,
    NEVER,
)
from papaver.randomness import CARE_DAY, STAY, exponential, uniforms

NONE, DETOX, METHADONE, BUPRENORPHINE, NALTREXONE, DEPOT = range(6)
LOW_DOSE_START = 1
WITH_METHADONE, WITHOUT_MEDICINE = 1, 2


@compiled
def programme_of(do: int) -> int:
    """The programme a plan step brings people into; ``NONE`` where it is no treatment."""
    if do == DETOXIFICATION:
        return DETOX
    if do == METHADONE_CARE:
        return METHADONE
    if do == BUPRENORPHINE_CARE:
        return BUPRENORPHINE
    if do == NALTREXONE_CARE:
        return NALTREXONE
    return DEPOT if do == DEPOT_CARE else NONE


@compiled
def enter(s: Any, w: Any, programme: int, p: Any, day: int, k0: int, k1: int) -> None:
    """Enter a programme. Coming for help is an attempt to stop, drawn like any other."""
    s.leave_wait = exponential(w.number, s.stays, STAY, k0, k1)
    s.leave_hazard = 0.0
    s.stays += 1
    s.programme, s.programme_day = programme, day
    s.medicine_days, s.missed, s.depot_day = 0, 0, NEVER
    attempt(s, w, p, day, 0.0, k0, k1)


@compiled
def leaving_hazard(s: Any, w: Any, p: Any) -> float:
    """Hazard of leaving today: of its own (by programme and person), and from withdrawal and use."""
    own = p.leave_detoxification
    if s.programme == METHADONE:
        own = p.leave_methadone
    elif s.programme == BUPRENORPHINE or s.programme == DEPOT:
        own = p.leave_buprenorphine
    elif s.programme == NALTREXONE:
        own = p.leave_naltrexone
    return own * w.stay_factor + p.leave_sick * min(1.0, s.sick_now) + p.leave_use * (s.week & 1)


@compiled
def leave(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int) -> bool:
    """Leave the programme if the hazard has reached what was drawn, or a detoxification is complete."""
    if s.programme == NONE:
        return False
    if day > s.programme_day:
        s.leave_hazard += leaving_hazard(s, w, p)
    over = s.leave_hazard >= s.leave_wait
    for k in range(count):
        if steps[k].do == DETOXIFICATION and s.programme == DETOX and in_force(s, k):
            over = over or day - s.programme_day >= steps[k].c
    if not over:
        return False
    for k in range(count):
        if programme_of(steps[k].do) != NONE and in_force(s, k):
            s.step_over[k] = day
    s.programme, s.left_day = NONE, day
    return True


@compiled
def maintenance_mg(programme: int, days_in: int, start_mg: float, target_mg: float, p: Any) -> float:
    """Daily dose on the ``days_in``-th day of doses without a break: rising by usual steps to the target."""
    every, step = p.methadone_step_days, p.methadone_step_mg
    if programme == BUPRENORPHINE:
        every, step = p.buprenorphine_step_days, p.buprenorphine_step_mg
    return min(target_mg, start_mg + step * (days_in // int(every)))


@compiled
def low_dose_mg(days_in: int, start_mg: float, target_mg: float) -> float:
    """Daily buprenorphine of a low-dose start: doubled each day, the other opioid going on meanwhile."""
    return min(target_mg, start_mg * 2.0**days_in)


@compiled
def taper_mg(start_mg: float, days_in: int, length: int) -> float:
    """Daily dose of a detoxification: falling evenly to nothing over its length."""
    return start_mg * max(0.0, 1.0 - days_in / max(1, length))


@compiled
def may_start(s: Any, day: int, p: Any) -> bool:
    """Whether buprenorphine may be started: in withdrawal (by score), or a full day without heroin."""
    return s.sick_now >= p.start_intensity or day - s.last_use >= p.start_wait_days


@compiled
def daily_dose(s: Any, w: Any, step: Any, p: Any, day: int, k0: int, k1: int) -> float:
    """Today's supervised dose of maintenance (mg); 0 when missed or not yet started."""
    low = s.programme == BUPRENORPHINE and step.flag == LOW_DOSE_START
    starting = s.medicine_days == 0
    if s.programme == BUPRENORPHINE and starting and not low and not may_start(s, day, p):
        return 0.0
    if not starting and uniforms(w.number, day, CARE_DAY, 0, k0, k1)[0] < p.missed_dose:
        s.missed += 1
        return 0.0
    if s.missed >= p.missed_restart:  # tolerance may be lost: begin low again
        s.medicine_days = 0
    s.missed = 0
    s.medicine_days += 1
    if low:
        return low_dose_mg(s.medicine_days - 1, step.a, step.b)
    return maintenance_mg(s.programme, s.medicine_days - 1, step.a, step.b, p)


@compiled
def inject_depot(s: Any, step: Any, p: Any, day: int) -> None:
    """Give the depot when it is due: buprenorphine after a start as with tablets, naltrexone after a week
    without any opioid (earlier it would throw people into withdrawal)."""
    if s.depot_day > NEVER and day - s.depot_day < step.c:
        return
    if s.programme == NALTREXONE:
        if day - s.last_use >= p.naltrexone_wait_days and agonist_left(s.modes) < p.naltrexone_largest_load:
            s.blockade += p.naltrexone_depot_load
            s.depot_day = day
    elif s.depot_day > NEVER or may_start(s, day, p):
        s.depot_mg += step.a * p.depot_equivalent_days
        s.depot_day = day


@compiled
def agonist_left(modes: Any) -> float:
    """Load of all agonists in the body now."""
    total = 0.0
    for k in range(FIRST_MODE[NALOXONE]):
        total += modes[k]
    return total


@compiled
def give_medicine(
    s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int, mg: Any
) -> bool:
    """Put today's medicine into ``mg``; returns whether there is any. Depots go on after leaving."""
    given, hour = False, int(p.medicine_hour)
    for k in range(count):
        step = steps[k]
        if s.programme == NONE or programme_of(step.do) != s.programme or not in_force(s, k):
            continue
        drug, dose = BUPRENORPHINE_DRUG, 0.0
        if s.programme == DETOX:
            drug = METHADONE_DRUG if step.flag == WITH_METHADONE else BUPRENORPHINE_DRUG
            start = p.detoxification_buprenorphine_mg
            if drug == METHADONE_DRUG:
                start = p.detoxification_methadone_mg
            if step.flag != WITHOUT_MEDICINE:
                dose = taper_mg(start, day - s.programme_day, int(step.c))
        elif s.programme == NALTREXONE or s.programme == DEPOT:
            inject_depot(s, step, p, day)
        else:
            drug = METHADONE_DRUG if s.programme == METHADONE else BUPRENORPHINE_DRUG
            dose = daily_dose(s, w, step, p, day, k0, k1)
        if dose > 0.0:
            mg[drug, hour] += dose
            given = True
    if s.depot_mg > p.smallest_depot_mg:
        released = s.depot_mg * (1.0 - p.depot_kept)
        s.depot_mg -= released
        mg[BUPRENORPHINE_DRUG, hour] += released
        given = True
    return given


@compiled
def fade_blockade(s: Any, p: Any) -> None:
    """A day of the naltrexone depot's decline."""
    s.blockade *= p.blockade_kept
    if s.blockade < p.smallest_blockade:
        s.blockade = 0.0


@compiled
def occupied(s: Any) -> float:
    """Share of receptors that medicines hold now: what heroin's high would be missing."""
    load = s.blockade
    for k in range(FIRST_MODE[METHADONE_DRUG], FIRST_MODE[NALOXONE]):
        load += s.modes[k]
    load = max(0.0, load)
    return load / (1.0 + load)
