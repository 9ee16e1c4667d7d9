"""The medicines of care, day by day: doses, tapers, depots, tablets, missed doses and how treatment starts.

A medicine acts through the body alone: it holds the agonist signal, so there is no withdrawal, tolerance
is kept, and heroin gives less of a high; naltrexone takes the receptors from heroin and holds no signal.
"""

from __future__ import annotations

from typing import Any

from papaver.body.kinetics import BUPRENORPHINE as BUPRENORPHINE_DRUG
from papaver.body.kinetics import FIRST_MODE, HEROIN, NALOXONE
from papaver.body.kinetics import METHADONE as METHADONE_DRUG
from papaver.compiled import compiled
from papaver.person.behaviour import logistic, restraint, urge
from papaver.person.care import programme_of
from papaver.person.plan import cut_share, in_force
from papaver.person.records import (
    BUPRENORPHINE,
    CUT_PRESCRIPTION,
    DEPOT,
    DETOX,
    EMERGENCY_START,
    HEROIN_ASSISTED,
    METHADONE,
    NALTREXONE,
    NALTREXONE_TABLETS,
    NEVER,
    NONE,
    PRESCRIBED,
    SLOW_MORPHINE,
    TAPER_MEDICINE,
)
from papaver.randomness import CARE_DAY, uniforms

LOW_DOSE_START = 1
WITH_METHADONE, WITHOUT_MEDICINE, WITH_ALPHA2 = 1, 2, 3
SUPERVISED = 1


@compiled
def maintenance_mg(programme: int, days_in: int, start_mg: float, target_mg: float, p: Any) -> float:
    """Daily dose on the ``days_in``-th day of doses without a break: rising by usual steps to the target."""
    every, step = p.methadone_step_days, p.methadone_step_mg
    if programme == BUPRENORPHINE:
        every, step = p.buprenorphine_step_days, p.buprenorphine_step_mg
    if programme == HEROIN_ASSISTED:
        every, step = 1.0, p.heroin_assisted_step_mg
    if programme == SLOW_MORPHINE:
        every, step = 1.0, p.slow_morphine_step_mg
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
    first = p.emergency_first_mg if step.do == EMERGENCY_START else step.a
    return maintenance_mg(s.programme, s.medicine_days - 1, first, step.b, p)


@compiled
def inject_depot(s: Any, step: Any, p: Any, day: int) -> None:
    """Give the depot when it is due: buprenorphine after a start as with tablets, naltrexone after a week
    without any opioid (earlier it would throw people into withdrawal)."""
    if s.depot_day > NEVER and day - s.depot_day < step.c:
        return
    if s.programme == NALTREXONE:
        if free_of_opioids(s, p, day):
            s.blockade += p.naltrexone_depot_load
            s.depot_day = day
    elif s.depot_day > NEVER or may_start(s, day, p):
        s.depot_mg += step.a * p.depot_equivalent_days
        s.depot_day = day


@compiled
def free_of_opioids(s: Any, p: Any, day: int) -> bool:
    """Whether naltrexone may be given: a week without any opioid, and hardly any left in the body."""
    waited = day - last_opioid(s) >= p.naltrexone_wait_days
    return waited and agonist_left(s.modes) < p.naltrexone_largest_load


@compiled
def take_tablet(s: Any, w: Any, step: Any, p: Any, day: int, k0: int, k1: int) -> None:
    """A naltrexone tablet of 50 mg, if it is taken today.

    The first waits as a depot does, and so does one after several missed days. Who takes tablets on their
    own leaves them out on days on which they want heroin; under supervision only the usual share is missed.
    After a week without a tablet the stay is over.
    """
    if s.missed >= p.missed_restart:
        s.medicine_days = 0
    if s.medicine_days == 0 and not free_of_opioids(s, p, day):
        s.missed += 1 if s.depot_day > NEVER else 0
    else:
        left_out = p.missed_dose
        if step.flag != SUPERVISED:
            wish = logistic(urge(w, s, p) - restraint(w, s, p))
            left_out += (1.0 - left_out) * wish
        if uniforms(w.number, day, CARE_DAY, 0, k0, k1)[0] < left_out:
            s.missed += 1 if s.depot_day > NEVER else 0
        else:
            s.missed, s.depot_day = 0, day
            s.medicine_days += 1
            s.tablets += p.naltrexone_tablet_load
            s.blockade += p.naltrexone_tablet_load
    if s.missed >= p.tablets_given_up_days:
        s.leave_hazard = max(s.leave_hazard, s.leave_wait)


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
    blocked = s.programme == NALTREXONE or s.programme == NALTREXONE_TABLETS
    if blocked and s.depot_day == NEVER:  # clonidine or lofexidine while people wait without an opioid
        s.calm = p.alpha2_calm
    if s.programme == NALTREXONE or s.programme == DEPOT:
        inject_depot(s, step, p, day)
        return False
    if s.programme == NALTREXONE_TABLETS:
        take_tablet(s, w, step, p, day, k0, k1)
        return False
    if s.programme == HEROIN_ASSISTED:
        return give_heroin(s, w, step, left, p, day, k0, k1, mg)
    if s.programme == SLOW_MORPHINE:
        return give_slow_morphine(s, w, step, left, p, day, k0, k1, mg)
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
    """The medicine of a detoxification: an opioid tapered to nothing, lofexidine, or none.

    Buprenorphine waits for withdrawal here as well, and its taper runs from the first day all the same.
    """
    if step.flag == WITH_ALPHA2:
        s.calm = p.alpha2_calm
    if step.flag >= WITHOUT_MEDICINE:
        return False
    drug, start = BUPRENORPHINE_DRUG, p.detoxification_buprenorphine_mg
    if step.flag == WITH_METHADONE:
        drug, start = METHADONE_DRUG, p.detoxification_methadone_mg
    elif s.medicine_days == 0 and not may_start(s, day, p):
        s.missed = 1
        return False
    s.missed = 0
    s.medicine_days += 1
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
def give_slow_morphine(
    s: Any, w: Any, step: Any, left: float, p: Any, day: int, k0: int, k1: int, mg: Any
) -> bool:
    """Slow-release morphine by mouth, once a day: released evenly, as the heroin that brings as much morphine
    to blood. An overdose of these supervised doses is not drawn."""
    daily = left * daily_dose(s, w, step, p, day, k0, k1)
    if daily <= 0.0:
        return False
    put_evenly(daily * p.prescribed_heroin_mg_per_mg, p, mg)
    return True


@compiled
def put_evenly(heroin_mg: float, p: Any, mg: Any) -> None:
    """A day's long-acting morphine, as mg of heroin that reach blood, in equal parts."""
    parts = int(p.prescribed_doses_a_day)
    gap = mg.shape[1] // parts
    for part in range(parts):
        mg[HEROIN, part * gap] += heroin_mg / parts


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
    put_evenly(share * w.prescribed_mg, p, mg)
    s.prescribed_day = day


@compiled
def fade_blockade(s: Any, p: Any) -> None:
    """A day of naltrexone's decline: slow from depots, fast from tablets."""
    depots = max(0.0, s.blockade - s.tablets)
    s.tablets *= p.naltrexone_tablet_kept
    s.blockade = depots * p.blockade_kept + s.tablets
    if s.blockade < p.smallest_blockade:
        s.blockade, s.tablets = 0.0, 0.0


@compiled
def occupied(s: Any, p: Any) -> float:
    """Share of receptors that medicines hold now, and heroin no longer finds.

    Methadone, as a full agonist, needs few of them for its effect (the rest is in reserve); buprenorphine and
    antagonists hold as many as their load says.
    """
    full, others = 0.0, s.blockade
    for k in range(FIRST_MODE[METHADONE_DRUG], FIRST_MODE[BUPRENORPHINE_DRUG]):
        full += s.modes[k]
    for k in range(FIRST_MODE[BUPRENORPHINE_DRUG], FIRST_MODE[NALOXONE]):
        others += s.modes[k]
    load = max(0.0, full / (1.0 + p.receptor_reserve) + others)
    return load / (1.0 + load)
