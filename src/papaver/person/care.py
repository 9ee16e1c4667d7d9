"""Professional help: detoxification, methadone, buprenorphine, naltrexone; entering, doses, leaving.

A medicine acts through the body alone: it holds the agonist signal, so there is no withdrawal, tolerance
is kept, and heroin gives less of a high. Leaving has a hazard of its own (moving, rules, travel: differing
between people) and hazards that come from felt withdrawal and from use; dose has none, it acts through
these two. The published retention curves are what this is fitted to, not inputs.
"""

from __future__ import annotations

from typing import Any

from papaver.body.kinetics import BUPRENORPHINE as BUPRENORPHINE_DRUG
from papaver.body.kinetics import FIRST_MODE, HEROIN, NALOXONE
from papaver.body.kinetics import METHADONE as METHADONE_DRUG
from papaver.compiled import compiled
from papaver.person.behaviour import attempt
from papaver.person.plan import cut_share, in_force
from papaver.person.records import (
    BUPRENORPHINE,
    BUPRENORPHINE_CARE,
    CUT_PRESCRIPTION,
    DEPOT,
    DEPOT_CARE,
    DETOX,
    DETOXIFICATION,
    HEROIN_ASSISTED,
    HEROIN_CARE,
    METHADONE,
    METHADONE_CARE,
    NALTREXONE,
    NALTREXONE_CARE,
    NEVER,
    NONE,
    PRESCRIBED,
    RESIDENTIAL,
    RESIDENTIAL_CARE,
    TAPER_MEDICINE,
)
from papaver.randomness import CARE_DAY, STAY, exponential, uniforms

LOW_DOSE_START = 1
WITH_METHADONE, WITHOUT_MEDICINE, WITH_ALPHA2 = 1, 2, 3


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
    if do == RESIDENTIAL_CARE:
        return RESIDENTIAL
    if do == HEROIN_CARE:
        return HEROIN_ASSISTED
    return DEPOT if do == DEPOT_CARE else NONE


@compiled
def treated(s: Any) -> bool:
    """Whether a person is in treatment for their use (opioids prescribed for pain are none)."""
    return s.programme != NONE and s.programme != PRESCRIBED


@compiled
def lives_inside(s: Any) -> bool:
    """Whether a person lives in the service that treats them; so do people who wait for a first naltrexone
    depot, as in the trials."""
    waits = s.programme == NALTREXONE and s.depot_day == NEVER
    return waits or s.programme == DETOX or s.programme == RESIDENTIAL


@compiled
def enter(s: Any, w: Any, programme: int, ratio: float, p: Any, day: int, k0: int, k1: int) -> None:
    """Enter a programme. Coming for help is an attempt to stop, drawn like any other.

    ``ratio`` is how easily people leave this service, over ordinary care (0: not given, as in ordinary care).
    """
    s.stay_ratio = ratio if ratio > 0.0 else 1.0
    s.leave_wait = exponential(w.number, s.stays, STAY, k0, k1)
    s.leave_hazard = 0.0
    s.stays += 1
    s.programme, s.programme_day = programme, day
    s.medicine_days, s.missed, s.depot_day = 0, 0, NEVER
    attempt(s, w, p, day, 0.0, k0, k1)


@compiled
def leaving_hazard(s: Any, w: Any, p: Any) -> float:
    """Hazard of leaving today: of its own (by programme, service and person), from withdrawal and from use.

    Withdrawal drives people out as far as the place has no opioid for it: by the signal that is missing.
    """
    own = p.leave_detoxification
    if s.programme == METHADONE:
        own = p.leave_methadone
    elif s.programme == BUPRENORPHINE or s.programme == DEPOT:
        own = p.leave_buprenorphine
    elif s.programme == NALTREXONE:
        own = p.leave_naltrexone
    elif s.programme == HEROIN_ASSISTED:
        own = p.leave_heroin_assisted
    sick = min(1.0, s.sick_now * s.calm) * (1.0 - max(0.0, s.signal_low))
    return own * w.stay_factor * s.stay_ratio + p.leave_sick * sick + p.leave_use * (s.week & 1)


@compiled
def leave(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int) -> bool:
    """Leave the programme if the hazard has reached what was drawn, or a detoxification or taper is over."""
    if not treated(s):
        return False
    if day > s.programme_day:
        s.leave_hazard += leaving_hazard(s, w, p)
    early = s.leave_hazard >= s.leave_wait
    over = early
    for k in range(count):
        stays = s.programme == DETOX or s.programme == RESIDENTIAL
        if stays and programme_of(steps[k].do) == s.programme and in_force(s, k):
            over = over or day - s.programme_day >= steps[k].c
    over = over or cut_share(steps, count, s, day, TAPER_MEDICINE) <= 0.0
    if over:
        end_stay(s, steps, count, day)
    if early:  # whoever leaves before the end has mostly given up the attempt
        s.attempt *= p.attempt_after_leaving
    return over


@compiled
def end_stay(s: Any, steps: Any, count: int, day: int) -> None:
    """Out of the programme, whatever the reason."""
    for k in range(count):
        if programme_of(steps[k].do) != NONE and in_force(s, k):
            s.step_over[k] = day
    s.programme, s.left_day = NONE, day


@compiled
def maintenance_mg(programme: int, days_in: int, start_mg: float, target_mg: float, p: Any) -> float:
    """Daily dose on the ``days_in``-th day of doses without a break: rising by usual steps to the target."""
    every, step = p.methadone_step_days, p.methadone_step_mg
    if programme == BUPRENORPHINE:
        every, step = p.buprenorphine_step_days, p.buprenorphine_step_mg
    if programme == HEROIN_ASSISTED:
        every, step = 1.0, p.heroin_assisted_step_mg
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
    """Whether buprenorphine may be started: in withdrawal (by score), or a full day without an opioid."""
    return s.sick_now >= p.start_intensity or day - last_opioid(s) >= p.start_wait_days


@compiled
def last_opioid(s: Any) -> int:
    """Last day with heroin or with an opioid prescribed for pain."""
    return max(s.last_use, s.prescribed_day)


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
        if (
            day - last_opioid(s) >= p.naltrexone_wait_days
            and agonist_left(s.modes) < p.naltrexone_largest_load
        ):
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
    given = give_prescription(s, w, steps, count, p, day, mg)
    for k in range(count):
        if s.programme != NONE and programme_of(steps[k].do) == s.programme and in_force(s, k):
            left = cut_share(steps, count, s, day, TAPER_MEDICINE)
            given = medicine_of_step(s, w, steps[k], left, p, day, k0, k1, mg) or given
    if s.depot_mg > p.smallest_depot_mg:
        released = s.depot_mg * (1.0 - p.depot_kept)
        s.depot_mg -= released
        mg[BUPRENORPHINE_DRUG, int(p.medicine_hour)] += released
        given = True
    return given


@compiled
def medicine_of_step(
    s: Any, w: Any, step: Any, left: float, p: Any, day: int, k0: int, k1: int, mg: Any
) -> bool:
    """Today's medicine of the programme a step brought a person into; ``left``: share that a taper leaves."""
    hour = int(p.medicine_hour)
    if s.programme == NALTREXONE or s.programme == DEPOT:
        inject_depot(s, step, p, day)
        return False
    if s.programme == HEROIN_ASSISTED:
        return give_heroin(s, w, step, left, p, day, k0, k1, mg)
    if s.programme == DETOX:
        return give_detoxification(s, step, p, day, mg)
    if s.programme != METHADONE and s.programme != BUPRENORPHINE:
        return False
    dose = left * daily_dose(s, w, step, p, day, k0, k1)
    mg[METHADONE_DRUG if s.programme == METHADONE else BUPRENORPHINE_DRUG, hour] += dose
    low = s.programme == BUPRENORPHINE and step.flag == LOW_DOSE_START
    if low and dose < step.b and s.prescribed_day == day - 1:  # the other opioid goes on meanwhile
        put_prescription(s, w, 1.0, p, day, mg)
        return True
    return dose > 0.0


@compiled
def give_detoxification(s: Any, step: Any, p: Any, day: int, mg: Any) -> bool:
    """The medicine of a detoxification: an opioid tapered to nothing, lofexidine, or none."""
    if step.flag == WITH_ALPHA2:
        s.calm = p.alpha2_calm
    if step.flag >= WITHOUT_MEDICINE:
        return False
    drug, start = BUPRENORPHINE_DRUG, p.detoxification_buprenorphine_mg
    if step.flag == WITH_METHADONE:
        drug, start = METHADONE_DRUG, p.detoxification_methadone_mg
    dose = taper_mg(start, day - s.programme_day, int(step.c))
    mg[drug, int(p.medicine_hour)] += dose
    return dose > 0.0


@compiled
def give_heroin(s: Any, w: Any, step: Any, left: float, p: Any, day: int, k0: int, k1: int, mg: Any) -> bool:
    """Two supervised injections of heroin a day, and methadone with the second for the night.

    Staff are there with naloxone: an overdose of these doses is not drawn.
    """
    daily = left * daily_dose(s, w, step, p, day, k0, k1)
    if daily <= 0.0:
        return False
    first = int(p.medicine_hour)
    second = first + int(p.heroin_session_gap_h)
    mg[HEROIN, first] += 0.5 * daily
    mg[HEROIN, second] += 0.5 * daily
    mg[METHADONE_DRUG, second] += left * step.c
    return True


@compiled
def give_prescription(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, mg: Any) -> bool:
    """Today's opioid prescribed for pain; the prescription ends when it is cut to nothing."""
    if s.programme != PRESCRIBED:
        return False
    share = cut_share(steps, count, s, day, CUT_PRESCRIPTION)
    if share <= 0.0:
        s.programme, s.left_day = NONE, day
        return False
    put_prescription(s, w, share, p, day, mg)
    return True


@compiled
def put_prescription(s: Any, w: Any, share: float, p: Any, day: int, mg: Any) -> None:
    """A share of the full prescription into the day, in equal parts."""
    parts = int(p.prescribed_doses_a_day)
    gap = mg.shape[1] // parts
    for part in range(parts):
        mg[HEROIN, part * gap] += share * w.prescribed_mg / parts
    s.prescribed_day = day


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
