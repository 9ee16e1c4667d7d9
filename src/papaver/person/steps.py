"""Plan steps that begin: care, attempts to stop, new surroundings."""

from __future__ import annotations

from typing import Any

from papaver.compiled import compiled
from papaver.person.behaviour import at_hand, attempt
from papaver.person.care import end_stay, enter, programme_of, treated
from papaver.person.places import go_inside
from papaver.person.plan import is_due
from papaver.person.records import (
    CHANGE_SETTING,
    CHANGE_SUPPLY,
    CUSTODY_STAY,
    HOSPITAL_STAY,
    IN_CUSTODY,
    IN_HOSPITAL,
    NEVER,
    NONE,
    ON_DAY,
    PEERS,
    STOP,
)
from papaver.person.traits import trait_luck
from papaver.randomness import UPTAKE, uniforms


@compiled
def begin_steps(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int) -> Any:
    """Begin the plan steps that are due today; returns how many attempts and treatments began."""
    attempts, entries = 0, 0
    for k in range(count):
        if is_due(steps[k], s, k, day):
            tried, entered = begin_step(s, w, steps, count, k, p, day, k0, k1)
            attempts, entries = attempts + tried, entries + entered
    return attempts, entries


@compiled
def begin_step(s: Any, w: Any, steps: Any, count: int, k: int, p: Any, day: int, k0: int, k1: int) -> Any:
    """Begin step ``k``, for those who take it up; returns how many attempts and treatments began."""
    step = steps[k]
    programme = programme_of(step.do)
    if programme != NONE and treated(s):
        return 0, 0
    again = s.step_day[k] > NEVER
    s.step_day[k] = day
    if not again and uniforms(w.number, k, UPTAKE, 0, k0, k1)[0] >= step.uptake:
        s.step_over[k] = day
        return 0, 0
    if programme != NONE:
        enter(s, w, programme, step.d, p, day, k0, k1)
        return 0, 1
    if step.do == STOP:
        attempt(s, w, p, day, p.stop_strength, k0, k1)
        return 1, 0
    if step.do == CHANGE_SETTING:
        move(s, w, step, p, k0, k1)
    if step.do == CHANGE_SUPPLY:
        change_supply(s, step)
    if step.do == CUSTODY_STAY:
        if step.flag == 0 and s.programme != NONE:
            end_stay(s, steps, count, day)
        go_inside(s, IN_CUSTODY, day, int(step.c))
    if step.do == HOSPITAL_STAY:
        go_inside(s, IN_HOSPITAL, day, int(step.c))
    return 0, 0


@compiled
def catch_up(s: Any, w: Any, steps: Any, count: int, p: Any, day: int, k0: int, k1: int) -> None:
    """On the day of a first use: the surroundings, rules and cuts of days before it hold already.

    Care and attempts to stop are for people who use; those of a day gone by are not made up for.
    """
    for k in range(count):
        step = steps[k]
        past = step.when == ON_DAY and step.delay < day and s.step_day[k] == NEVER
        if past and programme_of(step.do) == NONE and step.do != STOP:
            begin_step(s, w, steps, count, k, p, step.delay, k0, k1)


@compiled
def move(s: Any, w: Any, step: Any, p: Any, k0: int, k1: int) -> None:
    """New surroundings; who has using peers there follows from the same luck as before."""
    if step.a >= 0.0:
        s.peers = 1 if trait_luck(w.number, PEERS, k0, k1) < step.a else 0
    if step.b >= 0.0:
        s.availability = step.b
    s.at_hand = at_hand(w, s, p)
    s.stress_shift, s.restraint_shift = step.c, step.d
    if step.flag == 1:
        s.familiar = 0.0
        s.circle = 1.0 * s.peers  # among whom one is then: people who use, or nobody who does


@compiled
def change_supply(s: Any, step: Any) -> None:
    """Another supply from now on: share of bags with fentanyl, and content over what people take it to be."""
    if step.a >= 0.0:
        s.fentanyl = step.a
    if step.b >= 0.0:
        s.purity = step.b
