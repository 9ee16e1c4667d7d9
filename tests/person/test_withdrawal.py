"""Scores by the instruments' own rules, and what lags and what does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.person.life import Dose, every, follow_hours
from papaver.person.withdrawal import (
    FIRST_LAGGED,
    N_SIGNS,
    SIGNS,
    cows,
    cows_band,
    lagged,
    sign_level,
    sign_levels,
    sows,
    sows_gossop,
)
from tests.person.make import CENTRAL, parameters

many = settings(max_examples=200, deadline=None)

# Points a rater can give for each item of the Clinical Opiate Withdrawal Scale (Wesson and Ling 2003).
COWS_POINTS = {
    "pulse": [0, 1, 2, 4],
    "sweating": [0, 1, 2, 3, 4],
    "restlessness": [0, 1, 3, 5],
    "pupils": [0, 1, 2, 5],
    "aches": [0, 1, 2, 4],
    "nose": [0, 1, 2, 4],
    "tears": [0, 1, 2, 4],
    "tremor": [0, 1, 2, 4],
    "yawning": [0, 1, 2, 4],
    "anxiety": [0, 1, 2, 4],
    "gooseflesh": [0, 3, 5],
}
# The gut item: cramps 1; nausea or loose stool 2; vomiting or diarrhoea 3; several bouts of either 5.
GUT = {"cramps": [0, 1], "nausea": [0, 2], "diarrhoea": [0, 2, 3, 5], "vomiting": [0, 3, 5]}
NOT_ON_COWS = {"flushes", "twitching", "insomnia"}
SOWS_SIGNS = {
    "anxiety", "yawning", "sweating", "tears", "nose", "gooseflesh", "tremor", "flushes", "aches",
    "restlessness", "nausea", "vomiting", "twitching", "cramps",
}  # fmt: skip
GOSSOP_SIGNS = {
    "nausea", "cramps", "twitching", "flushes", "pulse", "restlessness", "aches", "yawning", "tears",
    "insomnia",
}  # fmt: skip


def only(sign: str, level: int) -> np.ndarray:
    levels = np.zeros(N_SIGNS, np.int64)
    levels[SIGNS.index(sign)] = level
    return levels


def all_at(level: int) -> np.ndarray:
    return np.full(N_SIGNS, level, np.int64)


def test_every_sign_is_named_once_in_these_tables() -> None:
    assert set(COWS_POINTS) | set(GUT) | NOT_ON_COWS == set(SIGNS)
    assert len(set(SIGNS)) == N_SIGNS


def test_instruments_have_their_real_maxima() -> None:
    assert cows(all_at(4)) == 48
    assert sows(all_at(4), 4) == 64
    assert sows_gossop(all_at(4)) == 30
    assert cows(all_at(0)) == sows(all_at(0), 0) == sows_gossop(all_at(0)) == 0


@pytest.mark.parametrize("sign", [*COWS_POINTS, *GUT])
def test_cows_items_take_the_published_points_in_order(sign: str) -> None:
    published = (COWS_POINTS | GUT)[sign]
    given_points = [cows(only(sign, level)) for level in range(5)]
    assert given_points == sorted(given_points)
    assert sorted(set(given_points)) == published


@pytest.mark.parametrize("sign", sorted(NOT_ON_COWS))
def test_signs_that_cows_does_not_ask_for(sign: str) -> None:
    assert cows(only(sign, 4)) == 0


def test_the_gut_is_one_item_and_so_are_nose_and_tears() -> None:
    gut = sum(only(sign, 4) for sign in GUT)
    assert cows(gut) == 5
    assert cows(only("nose", 4) + only("tears", 4)) == 4
    assert cows(only("cramps", 4) + only("nausea", 1)) == 2


@pytest.mark.parametrize("sign", SIGNS)
def test_self_rated_scales_count_their_own_items(sign: str) -> None:
    # Hot and cold flushes are two items of the Subjective Opiate Withdrawal Scale.
    times = 2 if sign == "flushes" else int(sign in SOWS_SIGNS)
    for level in range(5):
        assert sows(only(sign, level), 0) == times * level
        assert sows_gossop(only(sign, level)) == (min(level, 3) if sign in GOSSOP_SIGNS else 0)


def test_wanting_to_use_is_the_sixteenth_item() -> None:
    assert [sows(all_at(0), wants) for wants in range(7)] == [0, 1, 2, 3, 4, 4, 4]
    assert len(SOWS_SIGNS) + 2 == 16
    assert len(GOSSOP_SIGNS) == 10


def test_published_bands() -> None:
    bands = {
        "none": [0, 4],
        "mild": [5, 12],
        "moderate": [13, 24],
        "moderately severe": [25, 36],
        "severe": [37, 48],
    }
    for band, ends in bands.items():
        assert [cows_band(points, parameters()) for points in ends] == [band, band]


@many
@given(st.floats(0.0, 50.0), st.floats(0.0, 10.0), st.floats(0.01, 2.0), st.floats(1.1, 4.0))
def test_a_sign_appears_at_its_onset_and_grows(x: float, more: float, onset: float, growth: float) -> None:
    level = sign_level(x, onset, growth)
    assert 0 <= level <= 4
    assert (level == 0) == (x < onset)
    assert sign_level(x + more, onset, growth) >= level
    for k in range(1, 4):
        assert sign_level(onset * growth**k * 1.000001, onset, growth) == k + 1
        assert sign_level(onset * growth**k * 0.999999, onset, growth) == k


@many
@given(
    st.lists(st.floats(0.02, 0.8), min_size=N_SIGNS, max_size=N_SIGNS),
    st.floats(0.0, 8.0),
    st.floats(0.0, 8.0),
    st.floats(0.0, 4.0),
)
def test_scores_never_fall_when_withdrawal_deepens(
    onset: list[float], now: float, behind: float, more: float
) -> None:
    lower, higher = np.zeros(N_SIGNS, np.int64), np.zeros(N_SIGNS, np.int64)
    sign_levels(now, behind, np.array(onset), 1.8, lower)
    sign_levels(now + more, behind + more, np.array(onset), 1.8, higher)
    assert np.all(higher >= lower)
    assert cows(higher) >= cows(lower)
    assert sows(higher, higher[0]) >= sows(lower, lower[0])
    assert sows_gossop(higher) >= sows_gossop(lower)


def test_only_gut_sleep_and_aches_follow_the_lagged_copy() -> None:
    onset, levels = np.full(N_SIGNS, 0.2), np.zeros(N_SIGNS, np.int64)
    sign_levels(1.0, 0.0, onset, 1.8, levels)
    late = {sign for sign, level in zip(SIGNS, levels, strict=True) if level == 0}
    assert late == {"aches", "cramps", "nausea", "diarrhoea", "vomiting", "insomnia"}
    sign_levels(0.0, 1.0, onset, 1.8, levels)
    assert {sign for sign, level in zip(SIGNS, levels, strict=True) if level > 0} == late
    assert len(late) == N_SIGNS - FIRST_LAGGED


@many
@given(st.floats(0.0, 5.0), st.floats(0.0, 5.0), st.floats(0.0, 1.0))
def test_the_lag_delays_the_rise_and_never_the_fall(behind: float, now: float, kept: float) -> None:
    after = lagged(behind, now, kept)
    if now <= behind:
        assert after == now
    else:
        assert behind - 1e-12 <= after <= now + 1e-12


def test_in_a_course_late_signs_rise_late_and_all_signs_fall_at_once() -> None:
    doses = every("heroin", 40.0, each_hours=6, days=30)
    stop = doses[-1].hour
    course = follow_hours([*doses, Dose("buprenorphine", stop + 36.0, 8.0)], 40, CENTRAL)
    hour, felt, late = course["hour"] - stop, course["felt"], course["lagged"]
    assert np.all(late <= felt + 1e-12)
    rising = (hour > 12.0) & (hour < 36.0)
    assert np.all(late[rising] < felt[rising])
    half = felt[hour < 36.0].max() / 2.0
    after = hour > 0.0
    first_felt = hour[after][np.argmax(felt[after] >= half)]
    first_late = hour[after][np.argmax(late[after] >= half)]
    assert 3.0 <= first_late - first_felt <= 24.0
    falling = np.flatnonzero(np.diff(felt) < 0.0) + 1
    assert np.all(late[falling] <= felt[falling] + 1e-12)


def test_naloxone_brings_the_early_signs_first() -> None:
    doses = every("heroin", 40.0, each_hours=6, days=30)
    at = doses[-1].hour + 3.0
    course = follow_hours([*doses, Dose("naloxone", at, 2.0)], 31, CENTRAL, step_minutes=10)
    minutes = (course["hour"] - at) * 60.0
    half_hour = (minutes >= 20.0) & (minutes < 30.0)
    assert course["lagged"][half_hour].max() < 0.2 * course["felt"][half_hour].max()


def test_scores_of_a_course_are_whole_numbers_within_the_instruments() -> None:
    course = follow_hours(every("heroin", 60.0, each_hours=6, days=60), 66, CENTRAL)
    for name, most in (("cows", 48), ("sows", 64), ("sows_gossop", 30)):
        scores = course[name]
        assert scores.max() > 0.0
        assert np.all((scores >= 0.0) & (scores <= most) & (scores == np.floor(scores)))
