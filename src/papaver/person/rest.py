"""Time of rest: days on which nothing can happen to a person but a wish to use that wins, or death by age.

A week at a time where people have long been abstinent (``rest_week``), a day at a time where they stopped
weeks ago (``resting_day``). The same luck decides as in ``day.one_day``; whatever can happen is left to it.
Tests compare every life with ``one_day`` alone, day by day: same decisions, same state.
"""

from __future__ import annotations

from typing import Any

from papaver.body.kinetics import N_MODES
from papaver.compiled import compiled
from papaver.elementary import exp
from papaver.person.behaviour import cue, logistic, uses
from papaver.person.day import (
    HAVE,
    OUT_DIED_OTHER,
    SMALLEST_LOAD,
    WANT,
    begin_week,
    follow_means,
    inclination,
    is_quiet,
    quiet_day,
    review,
)
from papaver.person.harm import death_today, other_death
from papaver.person.hours import WEEK
from papaver.person.plan import cut_share, is_due
from papaver.person.records import CUT_BACK, NEVER, OUTSIDE

NOVELTY, HABIT, REBUILT, ATTEMPT, CIRCLE = range(5)  # rows of what fades, in the desk's ``kept_days``


@compiled
def rests(s: Any, plan: Any, p: Any, day: int) -> bool:
    """Whether the coming week holds nothing but the wish to use, unless it wins: no care, no drug in the
    body, no gap to feel, no use within a month, and no plan step that could begin or change."""
    if s.programme > 0 or s.place != OUTSIDE or s.blockade > 0.0 or s.depot_mg > p.smallest_depot_mg:
        return False
    if s.last_use == NEVER or day - s.last_use <= p.month_days:
        return False
    if s.lagged > 0.0 or s.sick_now > 0.0 or s.signal_low > 0.0 or not is_quiet(s, p):
        return False
    for k in range(N_MODES):
        if abs(s.modes[k]) > SMALLEST_LOAD:
            return False
    steps, count = plan.step, plan.count
    for k in range(count):
        for ahead in range(WEEK):
            if is_due(steps[k], s, k, day + ahead):
                return False
    return cut_share(steps, count, s, day, CUT_BACK) == cut_share(steps, count, s, day + WEEK, CUT_BACK)


@compiled
def resting_day(s: Any, w: Any, t: Any, plan: Any, p: Any, day: int, weekly: bool, k0: int, k1: int) -> bool:
    """A day of ``one_day`` while ``rests`` holds; returns False, with nothing changed, if there is use.

    ``t.out`` is not emptied: what may happen (the weekly review, death) is added to it.
    """
    stress, background, attempt = s.stress, s.background_death, s.attempt
    carried, in_use = s.carried_death, s.use_death
    if weekly:
        begin_week(s, w, t, p, day, k0, k1)
    s.attempt *= p.attempt_kept
    leaning, near, available, _ = inclination(s, w, plan.step, plan.count, p, day)
    wish, lane = logistic(leaning), day - t.week_from
    if uses(t.luck[WANT, lane], t.luck[HAVE, lane], wish, near, available, p):
        s.stress, s.background_death, s.attempt = stress, background, attempt
        s.carried_death, s.use_death = carried, in_use
        return False
    quiet_day(s, t.kept_day)
    follow_means(s, p, 0, wish, 0.0)
    if weekly:
        review(s, w, plan.step, plan.count, p, day, t.out)
    if other_death(s, p, day):
        t.out[OUT_DIED_OTHER] = 1
    return True


@compiled
def wishes_of_week(s: Any, t: Any, p: Any, leaning: float, near: float, available: float, lanes: int) -> bool:
    """Chances of wanting heroin on the days of a week, into ``t.wish``; returns whether any wish wins.

    ``leaning`` is the first day's urge less restraint. Over the days only what fades by itself moves it.
    """
    novelty, habit = p.urge_novelty * s.novelty, p.urge_habit * s.habit * cue(s, p)
    rebuilt = p.restraint_recovery * (1.0 - s.rebuilt)
    won, kept, attempt = 0, t.kept_days, s.attempt
    for lane in range(lanes):
        faded = novelty * (kept[NOVELTY, lane] - 1.0) + habit * (kept[HABIT, lane] - 1.0)
        held = attempt * (kept[ATTEMPT, lane] - 1.0) + rebuilt * (1.0 - kept[REBUILT, lane])
        t.wish[lane] = 1.0 / (1.0 + exp(held - faded - leaning))
    for lane in range(lanes):
        close = near * kept[CIRCLE, lane]
        wins = uses(t.luck[WANT, lane], t.luck[HAVE, lane], t.wish[lane], close, available, p)
        won |= 1 if wins and lane < WEEK else 0
    return won == 1


@compiled
def rest_week(s: Any, w: Any, t: Any, plan: Any, p: Any, day: int, k0: int, k1: int) -> bool:
    """A week of ``one_day`` from a person's weekday on while ``rests`` holds, for people abstinent for long.

    Returns False, with nothing changed, if there is use or death in it. ``t.out`` as in ``resting_day``.
    """
    if day - s.last_use < p.abstinent_days:
        return False
    stress, background, attempt = s.stress, s.background_death, s.attempt
    carried, in_use = s.carried_death, s.use_death
    begin_week(s, w, t, p, day, k0, k1)
    s.attempt *= p.attempt_kept
    leaning, near, available, _ = inclination(s, w, plan.step, plan.count, p, day)
    hazard = death_today(s, p, day)
    dies = s.death_hazard + (WEEK + 1) * hazard >= s.death_wait
    if dies or wishes_of_week(s, t, p, leaning, near, available, t.lanes):
        s.stress, s.background_death, s.attempt = stress, background, attempt
        s.carried_death, s.use_death = carried, in_use
        return False
    for lane in range(WEEK):
        if lane > 0:
            s.attempt *= p.attempt_kept
        quiet_day(s, t.kept_day)
        follow_means(s, p, 0, t.wish[lane], 0.0)
        s.death_hazard += hazard
    review(s, w, plan.step, plan.count, p, day, t.out)
    return True
