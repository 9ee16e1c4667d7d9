"""Estimates and their errors against closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from papaver.atlas.estimates import Estimate, mean, median, over_draws, ratio, share


def test_a_share_has_the_error_of_a_proportion() -> None:
    among = np.ones(400, bool)
    having = np.arange(400) < 100
    got = share(having, among)
    assert got.value == 25.0
    assert got.error == pytest.approx(100 * math.sqrt(0.25 * 0.75 / 400), rel=0.01)


def test_no_event_at_all_leaves_the_error_of_one() -> None:
    none, some = np.zeros(1000), np.where(np.arange(1000) < 50, 1.0, 0.0)
    lived = np.full(1000, 2.0)
    assert ratio(none, lived, per=100.0).error == pytest.approx(100.0 / 2000.0)
    quotient = ratio(none, lived) / ratio(some, lived)
    assert quotient.value == 0.0
    assert quotient.error == pytest.approx(1.0 / 50.0)


def test_only_those_asked_count() -> None:
    assert share(np.array([True, True, False, True]), np.array([True, False, True, False])).value == 50.0


def test_a_rate_of_rare_events_has_a_poisson_error() -> None:
    events = np.zeros(10000)
    events[:100] = 1
    got = ratio(events, np.full(10000, 2.0), per=100.0)
    assert got.value == pytest.approx(0.5)
    assert got.error == pytest.approx(0.5 / math.sqrt(100), rel=0.01)


def test_the_error_of_a_ratio_of_two_groups_adds_in_relative_squares() -> None:
    first, second = Estimate(4.0, np.array([0.4])), Estimate(2.0, np.array([0.1, 0.1]))
    got = first / second
    assert got.value == 2.0
    assert got.error == pytest.approx(2.0 * math.hypot(0.1, math.hypot(0.1, 0.1) / 2.0))


def test_what_two_arms_share_cancels_in_their_difference() -> None:
    same = Estimate(4.0, np.array([0.3, 0.1]))
    assert (same - same).error == 0.0


def test_nobody_asked_gives_no_number() -> None:
    assert math.isnan(share(np.zeros(3, bool), np.zeros(3, bool)).value)
    assert math.isnan((Estimate(1.0) / Estimate(0.0)).value)


def test_means_and_medians() -> None:
    values, among = np.array([1.0, 5.0, 100.0, 3.0]), np.array([True, True, False, True])
    assert mean(values, among).value == 3.0
    assert median(values, among).value == 3.0


def test_the_error_of_a_median_of_uniform_numbers() -> None:
    got = median(np.linspace(0.0, 1.0, 10001), np.ones(10001, bool))
    assert got.error == pytest.approx(0.5 / math.sqrt(10001), rel=0.02)


def test_shares_are_averaged_over_draws() -> None:
    draws = [share(np.array([True, False]), np.ones(2, bool)), share(np.ones(4, bool), np.ones(4, bool))]
    assert over_draws(draws).tolist() == [50.0, 100.0]


def test_quotients_of_rare_events_are_pooled_over_draws() -> None:
    def draw(few: int, many: int) -> Estimate:
        return ratio(np.array([few, 0]), np.ones(2)) / ratio(np.array([many, 0]), np.ones(2))

    draws = [draw(0, 4), draw(6, 2), draw(3, 0)]  # the last has no quotient of its own
    assert math.isnan(draws[2].value)
    assert over_draws(draws).mean() == pytest.approx(9 / 6)


def test_a_share_nobody_could_give_in_one_draw_is_pooled() -> None:
    draws = [share(np.array([True, False]), np.ones(2, bool)), share(np.ones(2, bool), np.zeros(2, bool))]
    assert over_draws(draws).mean() == pytest.approx(50.0)


def test_a_pooled_quotient_has_the_error_of_its_parts() -> None:
    rng = np.random.default_rng(1)
    tops, bases = rng.normal(4.0, 0.4, 4000), rng.normal(2.0, 0.1, 4000)
    draws = [Estimate(a, np.zeros(1)) / Estimate(b, np.zeros(1)) for a, b in zip(tops, bases, strict=True)]
    assert over_draws(draws).std() == pytest.approx(2.0 * math.hypot(0.1, 0.05), rel=0.05)


def test_a_factor_survives_pooling() -> None:
    draws = [(Estimate(4.0) / Estimate(2.0)).times(100.0), (Estimate(2.0) / Estimate(2.0)).times(100.0)]
    assert over_draws(draws).mean() == pytest.approx(150.0)
