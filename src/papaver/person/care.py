"""Professional help: entering a programme, who leaves it when, what goes with it; ``medicines`` has doses.

Leaving has a hazard of its own (moving, rules, travel: differing between people) and hazards that come from
felt withdrawal and from use; dose has none, it acts through these two. Withdrawal drives out where no dose
is to come that would end it, and strong withdrawal far more than weak. The published retention curves are
what this is fitted to, not inputs.
"""

from __future__ import annotations

import math
from typing import Any

from papaver.compiled import compiled
from papaver.person.behaviour import attempt
from papaver.person.plan import cut_share, in_force
from papaver.person.records import (
    BUPRENORPHINE,
    BUPRENORPHINE_CARE,
    CONTINGENCY,
    COUNSELLING,
    DEPOT,
    DEPOT_CARE,
    DETOX,
    DETOXIFICATION,
    EMERGENCY_START,
    HEROIN_ASSISTED,
    HEROIN_CARE,
    METHADONE,
    METHADONE_CARE,
    NALTREXONE,
    NALTREXONE_CARE,
    NALTREXONE_TABLETS,
    NEVER,
    NONE,
    PRESCRIBED,
    RESIDENTIAL,
    RESIDENTIAL_CARE,
    SLOW_MORPHINE,
    SLOW_MORPHINE_CARE,
    STIMULANTS,
    TABLET_CARE,
    TAPER_MEDICINE,
)
from papaver.randomness import STAY, UPTAKE, exponential, normal_pair, uniforms

WITH_INCENTIVES, WITH_COUNSELLING = 1, 2  # what goes with care today: a sum


@compiled
def programme_of(do: int) -> int:
    """The programme a plan step brings people into; ``NONE`` where it is no treatment."""
    if do == DETOXIFICATION:
        return DETOX
    if do == METHADONE_CARE:
        return METHADONE
    if do == BUPRENORPHINE_CARE or do == EMERGENCY_START:
        return BUPRENORPHINE
    if do == NALTREXONE_CARE:
        return NALTREXONE
    if do == RESIDENTIAL_CARE:
        return RESIDENTIAL
    if do == HEROIN_CARE:
        return HEROIN_ASSISTED
    if do == SLOW_MORPHINE_CARE:
        return SLOW_MORPHINE
    if do == TABLET_CARE:
        return NALTREXONE_TABLETS
    return DEPOT if do == DEPOT_CARE else NONE


@compiled
def treated(s: Any) -> bool:
    """Whether a person is in treatment for their use (opioids prescribed for pain are none)."""
    return s.programme != NONE and s.programme != PRESCRIBED


@compiled
def lives_inside(s: Any) -> bool:
    """Whether a person lives in the service that treats them; so do people who wait for their first
    naltrexone, as in the trials."""
    blocked = s.programme == NALTREXONE or s.programme == NALTREXONE_TABLETS
    waits = blocked and s.depot_day == NEVER
    return waits or s.programme == DETOX or s.programme == RESIDENTIAL


@compiled
def enter(s: Any, w: Any, programme: int, ratio: float, p: Any, day: int, k0: int, k1: int) -> None:
    """Enter a programme. Coming for help is an attempt to stop, drawn like any other.

    ``ratio`` is how easily people leave this service, over ordinary care (0: not given, as in ordinary care).
    Each stay is easier or harder to keep up than the person's usual one: second stays are left hardly sooner
    than first ones, which could not be if it were all in the person.
    """
    u, v, _, _ = uniforms(w.number, s.stays, STAY, 1, k0, k1)
    of_stay = p.stay_spread * math.sqrt(1.0 - p.stay_person_share) * normal_pair(u, v)[0]
    s.stay_ratio = math.exp(of_stay)
    s.service_ratio = ratio if ratio > 0.0 else 1.0
    s.leave_wait = exponential(w.number, s.stays, STAY, k0, k1)
    s.leave_hazard = 0.0
    s.stays += 1
    s.programme, s.programme_day = programme, day
    s.medicine_days, s.missed, s.depot_day = 0, 0, NEVER
    attempt(s, w, p, day, 0.0, k0, k1)


@compiled
def own_hazard(programme: int, service: float, p: Any) -> float:
    """Daily hazard of leaving a programme that is neither withdrawal's nor use's.

    ``service`` is how easily people leave the place, over ordinary care. What buprenorphine adds to the
    hazard of methadone goes with the medicine and is the same in every service.
    """
    if programme == METHADONE or programme == SLOW_MORPHINE:
        return p.leave_methadone * service
    if programme == BUPRENORPHINE or programme == DEPOT:
        return p.leave_methadone * service + max(0.0, p.leave_buprenorphine - p.leave_methadone)
    if programme == NALTREXONE or programme == NALTREXONE_TABLETS:
        return p.leave_naltrexone * service
    return service * (p.leave_heroin_assisted if programme == HEROIN_ASSISTED else p.leave_detoxification)


@compiled
def dose_to_come(s: Any) -> bool:
    """Whether a dose that ends withdrawal is what staying brings: the first one of a treatment with an
    opioid, or the next after a missed one (in a detoxification: the one that waits for withdrawal)."""
    if s.programme == DETOX:
        return bool(s.missed > 0)
    opioid = s.programme == METHADONE or s.programme == SLOW_MORPHINE or s.programme == HEROIN_ASSISTED
    opioid = opioid or s.programme == BUPRENORPHINE
    first_depot = s.programme == DEPOT and s.depot_day == NEVER
    return first_depot or (opioid and (s.missed > 0 or s.medicine_days == 0))


@compiled
def leaving_hazard(s: Any, w: Any, p: Any) -> float:
    """Hazard of leaving today: of its own (by programme, service and person), from withdrawal and from use.

    Withdrawal drives people out as far as the place has no opioid for it (by the signal that is missing),
    and not while a dose is to come; a power of it makes strong withdrawal count for more than weak.
    """
    own = own_hazard(s.programme, s.service_ratio, p) * w.stay_factor * s.stay_ratio
    if s.support & WITH_COUNSELLING:
        own *= p.counselling_leaving
    if w.trait[STIMULANTS] == 1 and (s.programme == METHADONE or s.programme == BUPRENORPHINE):
        own *= p.stimulant_leaving
    sick = 0.0
    if not dose_to_come(s):
        sick = min(1.0, s.sick_now * s.calm) ** p.leave_sick_power * (1.0 - max(0.0, s.signal_low))
    return own + p.leave_sick * sick + p.leave_use * (s.week & 1)


@compiled
def leave(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int) -> bool:
    """Leave the programme if the hazard has reached what was drawn, or a detoxification or taper is over.

    Contact holds an intention; when it ends, what time alone would have left of it is left, and at most a
    fitted share in those who leave before the end.
    """
    if not treated(s):
        return False
    if day > s.programme_day:
        s.leave_hazard += leaving_hazard(s, w, p)
    early = s.leave_hazard >= s.leave_wait or lost_on_the_way(s, w, steps, count, day, k0, k1)
    over = early
    for k in range(count):
        stays = s.programme == DETOX or s.programme == RESIDENTIAL
        if stays and programme_of(steps[k].do) == s.programme and in_force(s, k):
            over = over or day - s.programme_day >= steps[k].c
    over = over or cut_share(steps, count, s, day, TAPER_MEDICINE) <= 0.0
    if over:
        kept = p.attempt_kept ** (day - s.programme_day)  # contact held what else would have faded
        s.attempt *= min(kept, p.attempt_after_leaving) if early else kept
        end_stay(s, steps, count, day)
    return over


@compiled
def lost_on_the_way(s: Any, w: Any, steps: Any, count: int, day: int, k0: int, k1: int) -> bool:
    """Whether a start in an emergency department finds no continuation on the day its supply ends."""
    for k in range(count):
        begun = steps[k].do == EMERGENCY_START and in_force(s, k)
        if begun and s.programme == BUPRENORPHINE and day - s.programme_day == int(steps[k].c):
            return bool(uniforms(w.number, s.stays, UPTAKE, 1, k0, k1)[0] >= steps[k].a)
    return False


@compiled
def accompany(s: Any, steps: Any, count: int, day: int) -> None:
    """What goes with care today, into ``s.support``: incentives or counselling, for as long as they run."""
    s.support = 0
    if not treated(s):
        return
    for k in range(count):
        if in_force(s, k) and day - s.step_day[k] < steps[k].c:
            if steps[k].do == CONTINGENCY:
                s.support |= WITH_INCENTIVES
            if steps[k].do == COUNSELLING:
                s.support |= WITH_COUNSELLING


@compiled
def end_stay(s: Any, steps: Any, count: int, day: int) -> None:
    """Out of the programme, whatever the reason."""
    for k in range(count):
        if programme_of(steps[k].do) != NONE and in_force(s, k):
            s.step_over[k] = day
    s.programme, s.left_day = NONE, day
