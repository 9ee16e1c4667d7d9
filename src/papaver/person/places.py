"""Custody and hospital: where a person is held for some days, with some use inside.

Inside, heroin can be had more rarely than outside (published: overdoses in prison are about a tenth as
frequent), and the usual cues are missing. What is lost there, tolerance above all, follows from the days
without; coming out has no danger of its own. In custody the clock of remission stands still and no
restraint is rebuilt, since nobody there chose to stop.
"""

from __future__ import annotations

import math
from typing import Any

from papaver.compiled import compiled
from papaver.person.care import lives_inside
from papaver.person.records import IN_CUSTODY, NEVER, OUTSIDE
from papaver.randomness import CUSTODY_LENGTH, CUSTODY_WAIT, exponential, uniforms


@compiled
def go_inside(s: Any, place: int, day: int, days: int) -> None:
    """Into custody or hospital for so many days, if the person is not held already."""
    if s.place != OUTSIDE:
        return
    s.place, s.place_day, s.place_until = place, day, day + max(1, days)
    if place == IN_CUSTODY:
        s.familiar_outside, s.familiar = s.familiar, 0.0


@compiled
def come_out(s: Any, day: int) -> None:
    """Out again when the days are over, back to the place the person came from."""
    if s.place == OUTSIDE or day < s.place_until:
        return
    if s.place == IN_CUSTODY:
        s.familiar = s.familiar_outside
        for k in range(s.met.shape[0]):  # the twelve months of each criterion stood still
            if s.met[k] > NEVER:
                s.met[k] += day - s.place_day
        s.released_day = day
    s.place = OUTSIDE


@compiled
def may_be_taken(s: Any, w: Any, p: Any, day: int, k0: int, k1: int) -> bool:
    """Background rate of custody for people who used within a month; returns whether it is today."""
    if w.custody_per_year <= 0.0 or s.place != OUTSIDE or day - s.last_use > p.month_days:
        return False
    s.custody_hazard += w.custody_per_year / p.year_days
    if s.custody_hazard < s.custody_wait:
        return False
    days = w.custody_days * exponential(w.number, s.custodies, CUSTODY_LENGTH, k0, k1)
    s.custodies += 1
    s.custody_hazard, s.custody_wait = 0.0, exponential(w.number, s.custodies, CUSTODY_WAIT, k0, k1)
    go_inside(s, IN_CUSTODY, day, int(math.ceil(days)))
    return True


@compiled
def treatment_goes_on(s: Any, w: Any, k0: int, k1: int) -> bool:
    """Whether treatment goes on in a stay in custody that has just begun."""
    return bool(uniforms(w.number, s.custodies, CUSTODY_LENGTH, 1, k0, k1)[0] < w.custody_treated)


@compiled
def openness(s: Any, p: Any) -> float:
    """How easily heroin is had where the person is, over how easily outside."""
    if s.place == IN_CUSTODY:
        return p.custody_availability
    if s.place != OUTSIDE or lives_inside(s):
        return p.inside_availability
    return 1.0
