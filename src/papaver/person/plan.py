"""What a person or a service does, and when: the steps of a plan begin, run, end and may begin again."""

from __future__ import annotations

from typing import Any

from papaver.compiled import compiled
from papaver.person.records import (
    AFTER_OVERDOSE,
    AFTER_RELEASE,
    AT_START,
    IN_CUSTODY,
    IN_CUSTODY_NOW,
    NEVER,
    ON_DAY,
    WHEN_DEPENDENT,
    WHEN_LEFT_CARE,
)


@compiled
def is_due(step: Any, s: Any, k: int, day: int) -> bool:
    """Whether plan step ``k`` begins today (it has not begun yet, or may begin again)."""
    if step.when >= AFTER_OVERDOSE and not event_calls(step, s, day):
        return False
    if s.step_day[k] > NEVER:
        over = s.step_over[k]
        return step.again > 0 and over > s.step_day[k] and day - over >= step.again and s.dependent == 1
    if step.when == AT_START:
        return day >= step.delay
    if step.when == ON_DAY:
        return day == step.delay
    if step.when == WHEN_LEFT_CARE:
        return s.left_day > NEVER and s.programme == 0 and day - s.left_day >= step.delay
    if step.when >= AFTER_OVERDOSE:
        return True
    return step.when == WHEN_DEPENDENT and s.dependent == 1 and day - s.dependence_day >= step.delay


@compiled
def event_calls(step: Any, s: Any, day: int) -> bool:
    """Whether today is the day a step waits for: so long after a survived overdose, into custody, out of it.

    What happens during a day is answered on the next one at the earliest.
    """
    if step.when == AFTER_OVERDOSE:
        return s.overdose_day > NEVER and day - s.overdose_day == max(1, step.delay)
    if step.when == AFTER_RELEASE:
        return s.released_day > NEVER and day - s.released_day == step.delay
    return step.when == IN_CUSTODY_NOW and s.place == IN_CUSTODY and day - s.place_day == step.delay


@compiled
def in_force(s: Any, k: int) -> bool:
    """Whether step ``k`` has begun, was taken up, and is not over (declined: over the day it began)."""
    return s.step_day[k] > NEVER and s.step_over[k] < s.step_day[k]


@compiled
def cut_share(steps: Any, count: int, s: Any, day: int, cut_back: int) -> float:
    """Share of doses a plan to cut back leaves today (1: no such plan)."""
    share = 1.0
    for k in range(count):
        if steps[k].do == cut_back and in_force(s, k):
            ramp = min(1.0, (day - s.step_day[k] + 1) / max(1.0, steps[k].b))
            share = min(share, 1.0 - steps[k].a * ramp)
    return share


@compiled
def rule_days(steps: Any, count: int, s: Any, keep_rule: int) -> float:
    """Most days of use a week that a rule in force allows (-1: no rule)."""
    days = -1.0
    for k in range(count):
        if steps[k].do == keep_rule and in_force(s, k):
            days = steps[k].a
    return days
