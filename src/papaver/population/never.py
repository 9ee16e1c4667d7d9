"""People who have never used: leapt over from day 0 to their first use, their death, or the end.

Both events wait for a hazard to add up to a unit exponential, so the day they happen follows in closed form.
``person.day.one_day`` adds the same hazards day by day; a test compares every such life with it.
"""

from __future__ import annotations

import math
from typing import Any

from papaver.compiled import compiled
from papaver.person.day import begin_week, is_weekday
from papaver.person.harm import background_death

WEEK = 7


@compiled
def exposed_days(age_years: float, p: Any, day: int) -> int:
    """Days from 0 to ``day``, both counted, on which the person is of an age at which people begin."""
    first = max(0, int(math.ceil((p.initiation_first_age - age_years) * p.year_days)))
    end = max(0, int(math.ceil((p.initiation_last_age - age_years) * p.year_days)))
    return max(0, min(day + 1, end) - first)


@compiled
def first_use_day(w: Any, wait: float, p: Any, days: int) -> int:
    """Day of first use: the first on which the summed hazard reaches ``wait``; ``days`` if none before."""
    daily = p.initiation_per_year * w.begins / p.year_days
    most = exposed_days(w.age_years, p, days - 1)
    if daily * most < wait:
        return days
    needed = max(1, int(math.ceil(wait / daily)))
    return days if needed > most else day_of_exposure(w.age_years, p, needed)


@compiled
def day_of_exposure(age_years: float, p: Any, count: int) -> int:
    """Day of the ``count``-th exposed day."""
    first = max(0, int(math.ceil((p.initiation_first_age - age_years) * p.year_days)))
    return first + count - 1


@compiled
def death_hazard(w: Any, p: Any, day: int) -> float:
    """Hazard of death from other causes summed from day 0 to ``day``: brought up to date once a week.

    The weekly rates of a growing hazard are a geometric series.
    """
    begins = (WEEK - w.number % WEEK) % WEEK  # the person's first weekday
    if day < begins:
        return (day + 1) * background_death(w, p, 0) / p.year_days
    weeks = (day - begins) // WEEK
    rest = day - begins - WEEK * weeks + 1
    growth = p.background_death_growth * WEEK / p.year_days
    whole = math.expm1(growth * weeks) / math.expm1(growth) if growth > 0.0 else float(weeks)
    first = background_death(w, p, begins)
    total = begins * background_death(w, p, 0) + WEEK * first * whole
    return (total + rest * first * math.exp(growth * weeks)) / p.year_days


@compiled
def death_day(w: Any, wait: float, p: Any, days: int) -> int:
    """Day of death if nothing but age bears on it; ``days`` if not before."""
    if days == 0 or death_hazard(w, p, days - 1) < wait:
        return days
    alive, dead = -1, days - 1
    while dead - alive > 1:
        middle = (alive + dead) // 2
        if death_hazard(w, p, middle) >= wait:
            dead = middle
        else:
            alive = middle
    return dead


@compiled
def live_until(s: Any, w: Any, t: Any, p: Any, day: int, k0: int, k1: int) -> None:
    """Bring a person who has never used from day 0 to the beginning of ``day``."""
    for past in range(day):
        if is_weekday(w, past):
            begin_week(s, w, t, p, past, k0, k1)
    if day > 0:
        s.death_hazard = death_hazard(w, p, day - 1)
        daily = p.initiation_per_year * w.begins / p.year_days
        s.initiation_hazard = daily * exposed_days(w.age_years, p, day - 1)
