"""Rules of inside and outside, against cases worked by hand or taken from tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

from papaver.atlas.judge import (
    INSIDE,
    NOT_RUN,
    OUTSIDE,
    Published,
    Rules,
    Simulated,
    binomial_interval,
    judge,
    likely,
    poisson_interval,
    published_interval,
    rules,
    without_n,
)

BY = Rules(0.25, 0.25, 5.0, 0.15, 3.0, 0.25, 4.0, 0.95)


def at(value: float, error: float = 0.0) -> Simulated:
    return Simulated((value,), (error,))


def test_the_rules_of_the_package_are_those_agreed_beforehand() -> None:
    assert rules() == BY


def test_the_exact_interval_of_three_in_thirty_seven_is_the_published_one() -> None:
    low, high = binomial_interval(100 * 3 / 37, 37, "percent")
    assert (round(low, 1), round(high, 1)) == (1.7, 21.9)


def test_none_of_twenty_has_an_upper_limit_of_seventeen_percent() -> None:
    low, high = binomial_interval(0.0, 20, "percent")
    assert low == 0.0
    assert high == pytest.approx(100 * (1 - 0.025 ** (1 / 20)), rel=1e-6)


def test_the_exact_poisson_interval_of_three_events_is_the_tabled_one() -> None:
    low, high = poisson_interval(3.0, 3)
    assert (round(low, 3), round(high, 3)) == (0.619, 8.767)


def test_a_mean_with_sd_and_n_has_a_t_interval() -> None:
    # t(0.975, 6 df) = 2.4469
    low, high, rule = published_interval(Published(0.7, dispersion=0.3, dispersion_kind="sd", n=7), BY)
    assert high - 0.7 == pytest.approx(2.4469 * 0.3 / math.sqrt(7), rel=1e-3)
    assert low == pytest.approx(1.4 - high)
    assert "n = 7" in rule


def test_a_share_without_n_has_a_quarter_on_its_odds() -> None:
    # odds 0.12/0.88; times and by 1.25: 14.56 % and 9.84 %
    low, high, _ = without_n(Published(12.0, "percent"), BY)
    assert (round(low, 2), round(high, 2)) == (9.84, 14.56)


def test_a_share_without_n_never_has_more_than_five_points() -> None:
    assert without_n(Published(50.0, "percent"), BY)[:2] == (45.0, 55.0)


def test_other_values_without_n_have_a_quarter() -> None:
    assert without_n(Published(40.0, "ratio"), BY)[:2] == (30.0, 50.0)


def test_an_interval_is_widened_by_the_floor_and_the_error() -> None:
    # 20 to 30 %, value 25: the floor is 3 points (15 % would be 3.75)
    one = Published(25.0, "percent", "ci95", 20.0, 30.0)
    assert judge(one, at(33.0)).state == INSIDE
    assert judge(one, at(33.1)).state == OUTSIDE
    assert judge(one, at(33.4, 0.5)).state == INSIDE
    assert judge(one, at(16.9)).state == OUTSIDE


def test_the_floor_of_a_small_share_is_relative() -> None:
    one = Published(1.0, "percent", "ci95", 0.8, 1.2)
    assert judge(one, at(1.34)).state == INSIDE
    assert judge(one, at(1.36)).state == OUTSIDE


def test_an_error_above_a_quarter_of_the_published_half_width_is_not_run() -> None:
    one = Published(10.0, "ratio", "ci95", 8.0, 12.0)  # published half-width 2; judged 6.5 to 13.5
    assert judge(one, at(12.0, 0.50)).state == INSIDE
    assert judge(one, at(12.0, 0.51)).state == NOT_RUN


@pytest.mark.parametrize(
    ("value", "state"), [(10.0, INSIDE), (2.0, OUTSIDE), (11.0, NOT_RUN), (16.0, NOT_RUN)]
)
def test_what_lies_many_errors_from_either_end_is_judged_however_large_the_error(
    value: float, state: str
) -> None:
    one = Published(10.0, "ratio", "ci95", 8.0, 12.0)  # judged 6.5 to 13.5
    assert judge(one, at(value, 0.80)).state == state


def test_the_error_of_the_mean_counts_chance_and_draws() -> None:
    assert Simulated((4.0,), (0.6,)).error == pytest.approx(0.6)
    assert Simulated((4.0, 4.0), (0.6, 0.6)).error == pytest.approx(0.6 / math.sqrt(2))
    assert Simulated((3.0, 5.0), (0.1, 0.1)).error == pytest.approx(1.0)


def test_a_bound_is_not_passed_by_the_mean() -> None:
    one = Published(33.0, "percent", "upper_bound")
    assert judge(one, at(30.0)).state == INSIDE
    assert judge(one, at(33.5)).state == OUTSIDE
    assert judge(one, at(33.5, 1.0)).state == INSIDE  # within the simulation's own error
    assert judge(one, at(34.5, 1.0)).state == OUTSIDE
    least = Published(1.0, "ratio", "lower_bound")
    assert judge(least, Simulated((0.9, 1.3), (0.01, 0.01))).state == INSIDE
    assert judge(least, at(0.9, 0.01)).state == OUTSIDE


def test_a_sign_must_hold_in_nearly_all_draws() -> None:
    one = Published(-1.0, "sign", "sign")
    assert judge(one, Simulated((-1.0,) * 19 + (1.0,), (0.0,) * 20)).state == INSIDE
    assert judge(one, Simulated((-1.0,) * 18 + (1.0,) * 2, (0.0,) * 20)).state == OUTSIDE


@pytest.mark.parametrize(
    "one",
    [Published(0.0, "points", "equivalence"), Published(0.0, "sign", "sign"), Published(0.0, "change")],
)
def test_no_difference_without_a_margin_cannot_be_judged(one: Published) -> None:
    assert judge(one, at(0.0)).state == NOT_RUN


def test_what_is_not_defined_is_not_run() -> None:
    assert judge(Published(1.0, "ratio"), at(math.nan)).state == NOT_RUN


def test_the_range_of_persons_is_compared_with_the_range_of_as_many() -> None:
    people = tuple(np.linspace(0.0, 100.0, 1001))
    one = Published(50.0, "h", "range", 5.0, 95.0, n=10)
    assert judge(one, Simulated((50.0,), (), people)).state == INSIDE
    narrow = Published(50.0, "h", "range", 48.0, 52.0, n=10)
    assert judge(narrow, Simulated((50.0,), (), people)).state == OUTSIDE
    shifted = Published(85.0, "h", "range", 60.0, 99.0, n=10)
    assert judge(shifted, Simulated((50.0,), (), people)).state == OUTSIDE


def test_the_smallest_of_ten_uniform_numbers_lies_where_theory_says() -> None:
    people = np.linspace(0.0, 1.0, 100001)
    low, high = likely(people, 0.0, 10)
    assert low == pytest.approx(1 - 0.975 ** (1 / 10), abs=1e-4)
    assert high == pytest.approx(1 - 0.025 ** (1 / 10), abs=1e-4)


def test_a_range_that_is_not_of_persons_is_an_interval() -> None:
    one = Published(22.0, "ratio", "range", 16.0, 28.0)
    assert judge(one, at(16.0)).state == INSIDE
    assert judge(one, at(40.0)).state == OUTSIDE


def test_a_quotient_told_in_percent_is_judged_as_a_ratio() -> None:
    verdict = judge(Published(79.0, "percent of the other", n=11), Simulated((105.0,), (0.5,)))
    assert verdict.rule == "within 25 %"
    assert verdict.hi is not None
    assert verdict.hi > 100.0
    assert verdict.state == "inside"
