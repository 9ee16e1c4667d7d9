"""Estimands on diaries made by hand, with answers one can count."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.atlas.protocols import (
    DAYS_PER_YEAR,
    Followed,
    dependent,
    first_use,
    household_survey,
    longest_dependence,
    move,
    rate,
    regular_use,
    stopped,
)
from papaver.evidence import inputs
from papaver.inference.behaviour import back_in_a_week
from papaver.population.engine import LIFE, Diaries

OCCASIONAL, IN_TREATMENT, RESIDENTIAL, DEAD_OVERDOSE = 1, 4, 5, 7


def followed(doses: list[list[int]], **columns: list[list[int]]) -> Followed:
    """Diaries of a few days; what is not given is zero, and everybody lives."""
    taken = np.array(doses, np.int8)
    names = ("status", "criteria", "dependence_items", "sick", "overdose", "programme", "beside")
    filled = {name: np.array(columns.get(name, np.zeros(taken.shape)), np.int8) for name in names}
    if "status" not in columns:
        filled["status"][:] = OCCASIONAL
    lives = np.zeros(len(taken), LIFE)
    lives["injects"], lives["disorder_day"], lives["dependence_day"] = 1, -(10**6), -(10**6)
    died = filled["status"] >= DEAD_OVERDOSE
    lives["death_day"] = np.where(died.any(axis=1), died.argmax(axis=1), -1)
    expected = np.zeros((0, 0, 0), np.float32)
    return Followed(Diaries(taken, *(filled[name] for name in names), lives=lives, expected=expected))


def test_use_is_counted_within_the_window() -> None:
    c = followed([[1, 0, 2, 0, 1]])
    assert c.use_days(1, 5).tolist() == [2]
    assert c.injections(0, 3).tolist() == [3]
    assert c.used(3, 4).tolist() == [False]


def test_a_urine_holds_opiates_on_the_day_of_use_and_for_two_days_after() -> None:
    c = followed([[0, 1, 0, 0, 0, 2, 0], [0, 0, 0, 0, 0, 0, 0]])
    assert c.diaries.positive().astype(int).tolist() == [[0, 1, 1, 1, 0, 1, 1], [0] * 7]
    for day in range(1, 8):  # on a morning: by the days before it
        assert c.positive(day).tolist() == c.diaries.positive()[:, day - 1].tolist()


def test_daily_use_counts_from_its_first_day_and_by_nobody_whose_week_is_not_seen() -> None:
    inside, days = [1] * 3, 9  # leaving on day 3; a week and the two days after it are seen

    def back(after: list[int]) -> dict[str, float]:
        doses = [[0] * 3 + after + [0]]
        return back_in_a_week(followed(doses, programme=[inside + [0] * (days + 1)]).diaries)

    late = back([0, 0, 0, 0, 0, 0, 1, 1, 1])
    assert late == {"f_smyth_lapse_1wk": 100.0, "f_smyth_1w": 100.0}
    assert back([0, 0, 0, 0, 0, 0, 0, 1, 1]) == {"f_smyth_lapse_1wk": 0.0, "f_smyth_1w": 0.0}
    assert back([0, 1, 1, 0, 1, 1, 0, 1, 1]) == {"f_smyth_lapse_1wk": 100.0, "f_smyth_1w": 0.0}
    assert back([1, 0, 1, 0, 1, 0, 1, 0, 1]) == {"f_smyth_lapse_1wk": 100.0, "f_smyth_1w": 0.0}


def test_a_household_survey_leaves_out_the_dead_and_those_in_residence() -> None:
    status = [[1, 1], [1, RESIDENTIAL], [1, DEAD_OVERDOSE], [1, 1]]
    c = followed([[1, 1], [1, 1], [1, 0], [1, 0]], status=status)
    got = household_survey(c, [1], Followed.at_home, lambda f, t: f.diaries.doses[:, t] > 0)
    assert got.value == 50.0


def test_a_survey_at_two_times_pools_interviews() -> None:
    c = followed([[1, 0], [1, 1]])
    got = household_survey(c, [0, 1], Followed.at_home, lambda f, t: f.diaries.doses[:, t] > 0)
    assert got.value == 75.0


def test_time_at_risk_ends_with_death() -> None:
    c = followed([[1] * 4, [1, 1, 0, 0]], status=[[1] * 4, [1, 7, 7, 7]], overdose=[[0] * 4, [0, 2, 0, 0]])
    assert c.lived.sum(axis=1).tolist() == [4, 2]
    assert rate(c.died, c.lived).value == pytest.approx(100 * DAYS_PER_YEAR / 6)
    assert (c.died == c.died_of_overdose).all()


def test_stopping_needs_the_whole_gap() -> None:
    c = followed([[1, 0, 0, 1, 0, 0, 0], [1, 0, 0, 1, 0, 0, 1], [0] * 7])
    assert stopped(c, 3, 0, 7).tolist() == [6, -1, 2]


def test_days_since_entry_and_exit() -> None:
    c = followed([[0] * 7], programme=[[0, 2, 2, 0, 0, 2, 0]])
    assert c.since_exit[0].tolist() == [-1, -1, -1, 0, 1, -1, 0]
    assert c.since_entry[0].tolist() == [-1, 0, 1, -1, -1, 0, -1]
    assert c.first_stay.tolist() == [2]


def test_a_stay_that_is_cut_off_lasts_to_the_end() -> None:
    c = followed([[0] * 4, [0] * 4], programme=[[2] * 4, [0] * 4])
    assert c.first_stay.tolist() == [4, 0]


def test_regular_use_is_found_in_any_four_weeks() -> None:
    often = [0] * 10 + [1] * 20 + [0] * 20
    seldom = [1, 0] * 25
    assert regular_use(followed([often, seldom]), 0, 50).tolist() == [True, False]
    assert regular_use(followed([often, seldom]), 30, 50).tolist() == [False, False]


def test_dependence_lasts_until_no_item_is_left() -> None:
    items = np.zeros((1, 70), int)
    items[0, 7:14], items[0, 14:28], items[0, 35:42] = 3, 1, 2
    c = followed(np.zeros((1, 70), int).tolist(), dependence_items=items.tolist())
    assert longest_dependence(c, [13, 69])[13].tolist() == [7]
    assert longest_dependence(c, [13, 69])[69].tolist() == [21]


def test_a_cohort_is_a_value_and_traits_are_told_from_settings() -> None:
    one = first_use(1, 100, move(10, availability=0.2), women=0.0, availability=0.9)
    assert one == first_use(1, 100, move(10, availability=0.2), women=0.0, availability=0.9)
    assert one != dependent(1, 100, move(10, availability=0.2), women=0.0, availability=0.9)
    job = one.job(inputs.central())
    assert dict(job.shares) == {"women": 0.0}
    assert dict(job.settings) == {"availability": 0.9}
    assert (job.days, job.step_count, job.steps[0]["b"]) == (365, 1, 0.2)
