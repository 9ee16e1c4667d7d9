"""The story by day and hour is the day loop's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from papaver.evidence import inputs
from papaver.person.course import is_dead
from papaver.person.records import (
    AT_START,
    BUPRENORPHINE_CARE,
    CUSTODY_STAY,
    CUT_BACK,
    DETOXIFICATION,
    HOSPITAL_STAY,
    METHADONE_CARE,
    NALTREXONE_CARE,
    ON_DAY,
    STOP,
    WHEN_LEFT_CARE,
)
from papaver.person.story import (
    Alike,
    Past,
    Story,
    follow_alike,
    follow_middle,
    frailty_of,
    middle_of,
    remission_of,
)
from papaver.population.engine import simulate_diaries
from papaver.population.job import Job
from tests.person.make import plan_steps

CENTRAL = inputs.central()
PEOPLE, DAYS = 1000, 60
PLANS: dict[str, tuple[Past, list[dict[str, Any]]]] = {
    "first use": (Past(), []),
    "stop": (Past(days=120), [{"do": STOP, "when": ON_DAY, "delay": 10}]),
    "methadone": (Past(days=120), [{"do": METHADONE_CARE, "when": AT_START, "a": 30.0, "b": 80.0}]),
    "buprenorphine": (Past(days=120), [{"do": BUPRENORPHINE_CARE, "when": AT_START, "a": 4.0, "b": 16.0}]),
    "detoxification and naltrexone": (
        Past(days=120),
        [
            {"do": DETOXIFICATION, "when": AT_START, "c": 14.0, "flag": 1},
            {"do": NALTREXONE_CARE, "when": WHEN_LEFT_CARE, "c": 28.0},
        ],
    ),
    "cut back": (Past(days=120), [{"do": CUT_BACK, "when": AT_START, "a": 0.5, "b": 20.0}]),
    "many steps": (
        Past(days=120),
        [
            {"do": CUT_BACK, "when": AT_START, "a": 0.5, "b": 10.0},
            {"do": DETOXIFICATION, "when": ON_DAY, "delay": 12, "c": 7.0},
            {"do": METHADONE_CARE, "when": WHEN_LEFT_CARE, "a": 30.0, "b": 80.0},
            {"do": CUSTODY_STAY, "when": ON_DAY, "delay": 30, "c": 10.0},
            {"do": HOSPITAL_STAY, "when": ON_DAY, "delay": 45, "c": 3.0},
            {"do": STOP, "when": ON_DAY, "delay": 50},
        ],
    ),
}


def alike(name: str, days: int = DAYS) -> Alike:
    past, rows = PLANS[name]
    return Alike(days=days, past=past, steps=plan_steps(*rows), step_count=len(rows))


def close(one: Story, two: Story) -> None:
    for name, values in one.days.items():
        np.testing.assert_allclose(values, two.days[name], rtol=0.0, atol=1e-9, err_msg=name)
    for name in one.states.dtype.names or ():
        np.testing.assert_allclose(one.states[name], two.states[name], rtol=0.0, atol=1e-9, err_msg=name)


@pytest.mark.parametrize("name", PLANS)
def test_recording_the_hours_changes_nothing(name: str) -> None:
    """Day-end states and events of a thousand people: all 24 steps, against the day loop's short ways."""
    people = PEOPLE if name in ("first use", "many steps") else PEOPLE // 5
    by_day = follow_alike(alike(name), people, CENTRAL, seed=5, hours_of=0)
    by_hour = follow_alike(alike(name), people, CENTRAL, seed=5, hours_of=people)
    close(by_day, by_hour)
    assert np.array_equal(by_day.alive_days, by_hour.alive_days)
    assert (by_day.days["doses"] > 0).any()


def test_a_thousand_lives_are_those_of_the_population() -> None:
    """The engine, with its weekly leaps, and the story give the same days to the same people."""
    days = 400
    story = follow_alike(Alike(days=days), PEOPLE, CENTRAL, seed=5, hours_of=0)
    diaries = simulate_diaries(Job(days=days), CENTRAL, seed=5, draw=0, first=0, count=PEOPLE)
    lived = (np.arange(days)[None, :] < story.alive_days[:, None]) & ~is_dead(story.days["status"])
    assert (~lived).any()  # some die, and the diaries hold their last status on the day of death
    for name in ("doses", "status", "criteria", "dependence_items", "overdose", "programme"):
        told, counted = story.days[name], getattr(diaries, name)
        np.testing.assert_array_equal(np.where(lived, told, 0), np.where(lived, counted, 0), err_msg=name)


def test_more_people_leave_the_first_as_they_are() -> None:
    few, many = (follow_alike(alike("stop"), n, CENTRAL, seed=5) for n in (3, 30))
    for name, values in few.days.items():
        np.testing.assert_array_equal(values, many.days[name][:3], err_msg=name)
    np.testing.assert_array_equal(few.hours["felt"], many.hours["felt"])


def test_what_was_before_shows_on_the_first_day() -> None:
    short, long = (
        follow_alike(Alike(days=3, past=Past(days=days, dose_mg=25.0)), 20, CENTRAL, seed=5)
        for days in (7, 365)
    )
    assert np.all(long.days["tolerance_high"][:, 0] > short.days["tolerance_high"][:, 0])
    assert np.all(long.days["habit"][:, 0] > short.days["habit"][:, 0])
    assert long.days["dependence_items"][:, 0].mean() > short.days["dependence_items"][:, 0].mean()
    rested = follow_alike(
        Alike(days=3, past=Past(days=365, dose_mg=25.0, idle_days=120)), 20, CENTRAL, seed=5
    )
    assert np.all(rested.days["tolerance_breathing"][:, 0] < long.days["tolerance_breathing"][:, 0])


def test_what_is_fixed_is_the_same_in_all() -> None:
    fixed = Alike(
        days=2, shares={"women": 1.0, "injects": 0.0}, frailty=frailty_of(0.9, CENTRAL), liability=1.5
    )
    persons = follow_alike(fixed, 40, CENTRAL, seed=5).persons
    assert set(persons["liability"]) == {1.5}
    assert len(set(persons["frailty"])) == 1
    assert set(persons["trait"][:, 0]) == {1}
    assert len(set(persons["restraint"])) > 30


def test_a_fixed_course_needs_no_decision() -> None:
    grid = np.zeros((40, 4, 24))
    grid[:28, 0, [8, 12, 17, 22]] = 20.0
    story = follow_alike(Alike(days=40, taken=grid), 5, CENTRAL, seed=5)
    assert np.all(story.days["doses"][:, :28] == 4)
    assert np.all(story.days["doses"][:, 28:] == 0)
    assert story.hours["gap"][29 * 24 :].max() > story.hours["gap"][: 27 * 24].max()
    assert not story.days["overdose"].any()


def test_the_middle_person_comes_first_with_their_own_hours() -> None:
    plan = alike("methadone")
    story = follow_middle(plan, 40, CENTRAL, seed=5)
    whole = follow_alike(plan, 40, CENTRAL, seed=5, hours_of=40)
    one = middle_of(whole)
    np.testing.assert_array_equal(story.days["doses"][0], whole.days["doses"][one])
    worst = story.hours["felt"].reshape(DAYS, 24).max(axis=1)
    np.testing.assert_allclose(worst, story.days["felt"][0], atol=1e-12)
    used = (story.days["doses"] > 0).sum(axis=1)
    assert np.quantile(used, 0.2) <= used[0] <= np.quantile(used, 0.8)


def test_remission_is_early_after_three_months_and_sustained_after_a_year() -> None:
    days = 500
    quiet = np.tile(np.arange(days, dtype=float) - 20.0, (3, 1))  # all criteria last met on day 20
    disorder = np.array([10, -(10**6), 10])  # the second never had the disorder
    found = remission_of(quiet, disorder, np.array([days, days, 200]), 365.0)
    assert found[0, 20 + 90] == 0.0
    assert found[0, 20 + 91] == 1.0
    assert found[0, 20 + 364] == 1.0
    assert found[0, 20 + 365] == 2.0
    assert not found[1].any()
    assert not found[2, 200:].any()  # dead
