"""Whole lives with every leap, against the same lives day by day: each event, each day's status, the end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from papaver.body.overdose import build_table
from papaver.person.care import lives_inside
from papaver.person.course import ABSTINENT, CUSTODY, DEAD_OTHER, DEAD_OVERDOSE, status
from papaver.person.day import OUT_DIED_OVERDOSE, one_day, set_desk
from papaver.person.hours import DESK, N_OUT
from papaver.person.parameters import parameter_record
from papaver.person.records import PERSON, STATE
from papaver.person.withdrawal import SIGNS
from papaver.population.counting import year_of
from papaver.population.engine import begin_life
from papaver.population.job import Job, cohort_records, plan_record
from papaver.randomness import key
from tests.person import make
from tests.population.lives import CENTRAL, SEED, block, job

DAYS, PEOPLE = 1700, 5
ONSET = np.array([CENTRAL["onset_" + sign] for sign in SIGNS]) * CENTRAL["onset_scale"]
TAKEN_OFTEN = {"custody_per_year": 0.6, "custody_days": 60.0}


def day_by_day(person: int, one: Job) -> tuple[Any, np.ndarray, np.ndarray, int]:
    """State at the end, events by year, status by day and day of death (-1: alive), by ``one_day`` alone."""
    params, k = parameter_record(CENTRAL), key(SEED, 0)
    p, kinetics, table = params[0], make.kinetics(), build_table(params[0])[0]
    w, s, desk = np.zeros(1, PERSON)[0], np.zeros(1, STATE)[0], np.zeros(1, DESK)[0]
    set_desk(p, ONSET, desk)
    begin_life(s, w, desk, cohort_records(one, CENTRAL)[0], p, kinetics, person, *k)
    events, states = np.zeros((one.years, N_OUT), np.int64), np.zeros(one.days, np.int64)
    for day in range(one.days):
        one_day(s, w, desk, plan_record(one)[0], p, kinetics, table, day, *k)
        events[year_of(day, p["year_days"])] += desk["out"]
        states[day] = status(s, day, int(lives_inside(s)), p)
        if not s["alive"]:
            states[day + 1 :] = DEAD_OVERDOSE if desk["out"][OUT_DIED_OVERDOSE] else DEAD_OTHER
            return s, events, states, day
    return s, events, states, -1


@pytest.mark.parametrize(
    ("plan", "dependent", "settings"),
    [
        ("none", False, {}),
        ("none", True, TAKEN_OFTEN),
        ("custody", True, {}),
        ("several", True, {}),
        ("naltrexone", True, {}),
    ],
)
def test_a_life_with_leaps_is_the_life_of_daily_steps(
    plan: str, dependent: bool, settings: dict[str, float]
) -> None:
    one = replace(job(plan, DAYS), dependent=dependent, settings=settings, daily_every=1, lives=PEOPLE)
    rested = held = 0
    for person in range(PEOPLE):
        s, events, states, death = day_by_day(person, one)
        leapt = block(one, 1, first=person)
        np.testing.assert_array_equal(leapt.events[0, :, :N_OUT], events)
        np.testing.assert_array_equal(leapt.daily[:, :, 0].argmax(axis=1), states)
        (life,) = leapt.lives
        assert life["death_day"] == death
        for field in ("last_use", "disorder", "dependence"):
            assert life[f"{field}_day"] == s["last_use" if field == "last_use" else f"{field}_day"]
        rested += int((states == ABSTINENT).sum())
        held += int((states == CUSTODY).sum())
    assert rested > 0, "nobody rested, so nothing was leapt over"
    assert held > 0 or not (settings or plan == "custody")
