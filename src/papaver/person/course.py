"""Course: criteria counted from behaviour, disorder, dependence, remission, and the status they give.

The eleven DSM-5 items are read off the last four weeks (time spent, control, craving, roles, risk) and
count for twelve months. Tolerance and withdrawal are two of them and do not count under medical
supervision. Disorder is two or more of eleven; dependence is three or more of the six ICD-10 items.
Dependence is not daily use.
"""

from __future__ import annotations

from typing import Any

from papaver.compiled import compiled
from papaver.person.records import (
    CRAVING,
    CUT_DOWN,
    DESPITE,
    GIVEN_UP,
    HAZARD,
    IN_CUSTODY,
    IN_HOSPITAL,
    INJECTS,
    LARGER,
    NEVER,
    NORMS,
    PRESCRIBED,
    ROLES,
    SOCIAL,
    TIME,
    TOLERANCE,
    UNEMPLOYED,
    WITHDRAWAL,
)

(
    NEVER_USED,
    OCCASIONAL,
    CONTROLLED,
    DEPENDENT,
    IN_TREATMENT,
    RESIDENTIAL,
    ABSTINENT,
    DEAD_OVERDOSE,
    DEAD_OTHER,
    CUSTODY,
    HOSPITAL,
) = range(11)


@compiled
def mark_criteria(
    w: Any, s: Any, day: int, tolerance: float, supervised: int, rule_share: float, p: Any
) -> None:
    """Mark each criterion met today (day number in ``s.met``)."""
    f = w.criteria_factor
    intended = p.intended_share_norms if w.trait[NORMS] else p.intended_share
    if rule_share > 0.0:
        intended = rule_share
    if s.use28 > f * p.criterion_excess * intended:
        s.met[LARGER] = day
    if (
        s.attempt_day > NEVER
        and s.last_use > s.attempt_day
        and day - s.attempt_day <= p.criterion_attempt_days
    ):
        s.met[CUT_DOWN] = day
    if s.doses28 > f * p.criterion_time_doses:
        s.met[TIME] = day
    if s.wish28 > f * p.criterion_craving:
        s.met[CRAVING] = day
    if s.use28 > f * p.criterion_roles and w.trait[UNEMPLOYED] == 0:
        s.met[ROLES] = day
    if s.use28 > f * p.criterion_social:
        s.met[SOCIAL] = day
    if s.use28 > f * p.criterion_given_up:
        s.met[GIVEN_UP] = day
    if w.trait[INJECTS] == 1 and s.use28 > f * p.criterion_hazard:
        s.met[HAZARD] = day
    if s.overdoses > 0 and s.use28 > f * p.criterion_despite:
        s.met[DESPITE] = day
    if supervised == 0 and tolerance > 1.0 + f * p.criterion_tolerance:
        s.met[TOLERANCE] = day
    if supervised == 0 and s.sick28 > f * p.criterion_withdrawal:
        s.met[WITHDRAWAL] = day


@compiled
def count_met(s: Any, day: int, p: Any) -> int:
    """How many of the eleven DSM-5 criteria were met within the last twelve months."""
    total = 0
    for last in s.met:
        if day - last < p.criteria_days:
            total += 1
    return total


@compiled
def count_dependence(s: Any, day: int, p: Any) -> int:
    """How many of the six ICD-10 dependence items were met within the last twelve months."""
    window = p.criteria_days
    strong_desire = day - s.met[CRAVING] < window
    control = day - max(s.met[LARGER], s.met[CUT_DOWN]) < window
    withdrawal = day - s.met[WITHDRAWAL] < window
    tolerance = day - s.met[TOLERANCE] < window
    neglect = day - max(s.met[TIME], s.met[GIVEN_UP]) < window
    harm = day - s.met[DESPITE] < window
    return int(strong_desire) + int(control) + int(withdrawal) + int(tolerance) + int(neglect) + int(harm)


@compiled
def is_dead(state: Any) -> Any:
    """Whether a status, or each of an array, is one of the dead."""
    return (state == DEAD_OVERDOSE) | (state == DEAD_OTHER)


@compiled
def status(s: Any, day: int, residential: int, p: Any) -> int:
    """Status today of a living person, from place, programme, last use, dependence and frequency.

    Opioids prescribed for pain are a programme but no treatment of use: status is that of heroin.
    """
    if s.place == IN_CUSTODY:
        return CUSTODY
    if s.place == IN_HOSPITAL:
        return HOSPITAL
    if s.programme > 0 and s.programme != PRESCRIBED:
        return RESIDENTIAL if residential else IN_TREATMENT
    if s.last_use == NEVER:
        return NEVER_USED
    if day - s.last_use >= p.abstinent_days:
        return ABSTINENT
    if s.dependent:
        return DEPENDENT
    return CONTROLLED if s.use28 >= p.weekly_share else OCCASIONAL
