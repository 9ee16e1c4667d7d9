"""Reward: rapid beats slow, the high fades, relief stays, and rats are not people."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body.reward import (
    fading,
    human_raclopride_percent,
    lag_behind,
    only_restores,
    rat_dopamine_percent,
    rewards,
)
from papaver.errors import InputError
from papaver.evidence import inputs

few = settings(max_examples=60, deadline=None)
HOURS = np.linspace(0.0, 3.0, 721)
P = inputs.numbers()


def rising(minutes: float, top: float = 0.6) -> np.ndarray:
    """A signal that rises to its top in so many minutes and stays."""
    return top * np.minimum(1.0, HOURS * 60.0 / minutes)


def dose(top: float, fast_min: float = 5.0, slow_h: float = 2.0) -> np.ndarray:
    return top * np.exp(-HOURS / slow_h) * (1.0 - np.exp(-HOURS * 60.0 / fast_min))


@pytest.mark.parametrize("tau", [0.02, 0.5])
def test_the_memory_follows_straight_lines_exactly(tau: float) -> None:
    level = np.interp(HOURS, [0.0, 0.5, 1.0, 3.0], [0.1, 0.8, 0.2, 0.2])
    coarse = np.array([0.0, 0.5, 1.0, 3.0])
    fine, rough = np.empty((1, HOURS.size)), np.empty((1, 4))
    lag_behind(HOURS, level[None], tau, fine)
    lag_behind(coarse, np.array([[0.1, 0.8, 0.2, 0.2]]), tau, rough)
    assert fine[0, [0, 120, 240, 720]] == pytest.approx(rough[0], abs=1e-12)
    ramp = 0.1 + 1.4 * (0.5 - tau * (1.0 - np.exp(-0.5 / tau)))
    assert rough[0, 1] == pytest.approx(ramp, abs=1e-12)


def test_rapid_beats_slow_at_equal_level_and_both_settle_alike() -> None:
    peaks = [rewards(HOURS, rising(minutes)).peak()["high"][0] for minutes in (0.25, 2.0, 15.0, 60.0)]
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[0] > 1.5 * peaks[-1]
    day = np.linspace(0.0, 24.0, 2881)
    late = [
        rewards(day, 0.6 * np.minimum(1.0, day * 60.0 / minutes)).drive[0, -1] for minutes in (0.25, 60.0)
    ]
    assert late[0] == pytest.approx(late[1], abs=1e-6)


def test_a_lasting_signal_loses_its_high_in_hours_but_goes_on_to_relieve() -> None:
    day = np.linspace(0.0, 24.0, 2881)
    seen = rewards(day, 0.6 * np.minimum(1.0, day * 30.0), set_point=0.5)
    assert seen.high[0, -1] < 0.4 * seen.high.max()
    assert seen.relief[0, -1] == pytest.approx(0.5)
    unused = rewards(day, 0.6 * np.minimum(1.0, day * 30.0), numbers={**P, "reward_adapts_share": 0.0})
    assert unused.high[0, -1] == pytest.approx((1.0 - P["reward_rise_share"]) * 0.6)


def test_the_high_arises_where_the_drug_comes_first_and_relief_where_it_comes_later() -> None:
    seen = rewards(HOURS, dose(0.6, fast_min=60.0), sudden=dose(0.6, fast_min=1.0), set_point=0.3)
    assert seen.high[0] == pytest.approx(rewards(HOURS, dose(0.6, fast_min=1.0)).high[0])
    assert seen.relief[0] == pytest.approx(rewards(HOURS, dose(0.6, fast_min=60.0), set_point=0.3).relief[0])


@few
@given(st.floats(0.05, 0.95), st.floats(1.0, 20.0), st.floats(1.01, 5.0))
def test_more_tolerance_never_raises_the_high(top: float, shift: float, more: float) -> None:
    high = [rewards(HOURS, dose(top), tolerance=t).peak()["high"][0] for t in (1.0, shift, shift * more)]
    assert high[0] >= high[1] - 1e-12 and high[1] >= high[2] - 1e-12
    assert 0.0 <= high[2] <= high[0] <= 1.0


@few
@given(st.floats(0.05, 0.9), st.floats(1.05, 2.0))
def test_more_signal_never_lowers_high_or_relief(top: float, more: float) -> None:
    small = rewards(HOURS, dose(top), tolerance=4.0, set_point=0.5).peak()
    large = rewards(HOURS, np.minimum(1.0, more * dose(top)), tolerance=4.0, set_point=0.5).peak()
    assert large["high"][0] >= small["high"][0] - 1e-12
    assert large["relief"][0] >= small["relief"][0] - 1e-12


def test_relief_is_the_gap_closed_and_no_more() -> None:
    seen = rewards(HOURS, dose(0.9), set_point=0.4)
    assert seen.relief.max() == pytest.approx(0.4)
    assert seen.gap[0, 0] == pytest.approx(0.4) and seen.gap.min() == 0.0
    assert seen.relief + seen.gap == pytest.approx(np.full((1, HOURS.size), 0.4))
    naive = rewards(HOURS, dose(0.9))
    assert naive.relief.max() == 0.0 and naive.gap.max() == 0.0
    assert (naive.tone == naive.high).all()


def test_an_antagonist_in_dependence_takes_the_tone_below_normal() -> None:
    falling = 0.6 * np.exp(-10.0 * HOURS) - 0.1 * (1.0 - np.exp(-10.0 * HOURS))
    seen = rewards(HOURS, falling, tolerance=5.0, set_point=0.6)
    assert seen.tone[0, -1] < -0.6
    assert seen.high.max() == 0.0 and seen.relief.max() == 0.0


def test_over_a_career_the_high_fades_and_more_doses_only_restore() -> None:
    weeks = np.arange(0, 40)
    adapted = 1.0 - np.exp(-weeks / 6.0)
    signal = 0.05 + dose(0.5)
    course = fading(HOURS, signal, 1.0 + 11.0 * adapted, 0.55 * adapted)
    assert (np.diff(course["high"]) < 0.0).all()
    assert course["high"][-1] < 0.35 * course["high"][0]
    assert course["relief"][0] == 0.0 and course["relief"][-1] > 0.3
    late = fading(HOURS, signal / 2.0, 1.0 + 11.0 * adapted, 0.55 * adapted)["only_restores"]
    assert late[0] == 0.0 and late[-10:].mean() == 1.0
    assert (np.diff(late) >= 0.0).all()


def test_a_dose_restores_only_if_it_relieves_and_is_not_felt_otherwise() -> None:
    least = P["reward_least_felt"]
    highs, reliefs = [0.0, 0.0, 2 * least, 2 * least], [0.0, 2 * least, 0.0, 2 * least]
    assert only_restores(highs, reliefs).tolist() == [False, True, False, False]


def test_people_are_followed_side_by_side() -> None:
    both = rewards(HOURS, np.array([dose(0.3), dose(0.6)]), tolerance=np.array([1.0, 3.0]))
    alone = rewards(HOURS, dose(0.6), tolerance=3.0)
    assert (both.high[1] == alone.high[0]).all()
    assert both.peak()["high"].shape == (2,)


def test_rats_and_people_are_read_with_sizes_of_their_own() -> None:
    assert rat_dopamine_percent(0.0) == 100.0
    assert human_raclopride_percent(0.0) == 0.0
    rat, human = float(rat_dopamine_percent(0.5)) - 100.0, float(human_raclopride_percent(0.5))
    assert rat > human > 0.0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"tolerance": 0.5}, "1 \\(none\\) or more"),
        ({"set_point": 1.5}, "between 0 and 1"),
        ({"signal": np.full(HOURS.size, 1.5)}, "not above 1"),
        ({"signal": np.zeros(3)}, "per person and time"),
        ({"sudden": np.zeros(3)}, "sudden: needs one level per person and time"),
        ({"sudden": np.full(HOURS.size, np.nan)}, "sudden: must be finite"),
        ({"hours": np.zeros(HOURS.size)}, "rise"),
        ({"signal": np.zeros((2, HOURS.size)), "tolerance": np.ones(3)}, "differ in number"),
    ],
)
def test_bad_input_is_named(change: dict[str, object], word: str) -> None:
    given = {"hours": HOURS, "signal": dose(0.5), **change}
    with pytest.raises(InputError, match=word):
        rewards(given.pop("hours"), given.pop("signal"), **given)  # type: ignore[arg-type]
