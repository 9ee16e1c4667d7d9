"""Pools, gap, severity and tolerance: exact steps, bounds, order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from papaver.evidence import inputs
from papaver.person.adaptation import (
    follow,
    gap,
    inverse_pull,
    tolerance_shift,
    withdrawal_severity,
)
from papaver.person.day import is_quiet, quiet_day, quiet_factors
from papaver.person.life import Dose, every, follow_hours
from tests.person.make import CENTRAL, hourly, one_step, parameters, person, state

levels = st.floats(0.0, 1.0)
many = settings(max_examples=100, deadline=None)
P = parameters()


def empty_hours(s: Any, w: Any, p: Any, hours: int) -> list[tuple[float, float, float]]:
    kept = hourly(p)
    return [one_step(s, w, p, kept) for _ in range(hours)]


@many
@given(levels, levels, levels, levels, st.integers(0, 4))
def test_a_quiet_day_is_24_hours_with_an_empty_body(
    fast: float, slow: float, sensitisation: float, held: float, number: int
) -> None:
    p = parameters(inputs.draw(3, number))
    pools = {"fast": fast, "slow": slow, "sensitisation": sensitisation, "held": held}
    hours, day = state(**pools), state(**pools)
    empty_hours(hours, person(), p, 24)
    kept_day = np.zeros(8)
    quiet_factors(hourly(p), kept_day)
    quiet_day(day, kept_day)
    for pool in pools:
        assert day[pool] == pytest.approx(hours[pool], rel=1e-9, abs=1e-15), pool
    # Where the day may be taken as quiet, the rest of the state agrees as well.
    if is_quiet(state(**pools), p):
        for name in ("lagged", "sick_now", "signal_low"):
            assert day[name] == hours[name] == 0.0


@many
@given(levels, levels, st.integers(0, 4))
def test_no_gap_opens_on_a_day_taken_as_quiet(depth: float, share: float, number: int) -> None:
    p = parameters(inputs.draw(3, number))
    inside = 0.999 * depth * float(p["gap_dead_zone"])
    fast, slow = share * inside / (1.0 - p["slow_weight"]), (1.0 - share) * inside / p["slow_weight"]
    s = state(fast=fast, slow=slow, sensitisation=1.0)
    assert is_quiet(s, p)
    assert all(opening == 0.0 and felt == 0.0 for _, opening, felt in empty_hours(s, person(), p, 24))


@many
@given(levels, levels, st.floats(0.1, 100.0), st.floats(1.0, 2000.0))
def test_follow_solves_the_equation_of_a_first_order_pool(
    pool: float, target: float, hours: float, tau: float
) -> None:
    solved = solve_ivp(
        lambda _, x: (target - x) / tau, (0.0, hours), [pool], rtol=1e-10, atol=1e-12, method="DOP853"
    )
    assert follow(pool, target, math.exp(-hours / tau)) == pytest.approx(solved.y[0, -1], abs=1e-8)


@many
@given(levels, levels, st.floats(0.0, 1.0))
def test_a_pool_stays_between_where_it_was_and_where_it_goes(pool: float, target: float, kept: float) -> None:
    after = follow(pool, target, kept)
    assert min(pool, target) - 1e-12 <= after <= max(pool, target) + 1e-12


def test_the_fast_pool_moves_with_its_time_constant() -> None:
    s = state(fast=1.0)
    empty_hours(s, person(), P, 24)
    assert -24.0 / math.log(s["fast"]) == pytest.approx(CENTRAL["fast_hours"], rel=1e-9)


def test_tolerance_is_lost_with_the_published_half_life() -> None:
    s = state(held=1.0)
    empty_hours(s, person(), P, 24 * 10)
    half_life = -10.0 * math.log(2.0) / math.log(s["held"])
    assert half_life == pytest.approx(CENTRAL["tolerance_loss_half_life_days"], rel=1e-9)


@many
@given(levels, levels, st.floats(-0.3, 1.0), st.floats(0.0, 0.5))
def test_the_gap_is_never_negative_and_an_agonist_closes_it(
    fast: float, slow: float, signal: float, more: float
) -> None:
    opening = gap(fast, slow, signal, P)
    assert opening >= 0.0
    assert gap(fast, slow, signal + more, P) <= opening
    assert gap(fast, slow, max(fast, slow), P) == 0.0


@many
@given(st.floats(-1.0, 1.3), levels, st.floats(0.0, 0.5))
def test_severity_is_bounded_and_rises_with_gap_and_sensitisation(
    opening: float, sensitisation: float, more: float
) -> None:
    severity = withdrawal_severity(opening, sensitisation, P)
    assert 0.0 <= severity <= 1.0
    if opening <= 0.0:
        assert severity == 0.0
    if opening >= 1e-3:
        assert severity > 0.0
    assert withdrawal_severity(opening + more, sensitisation, P) >= severity
    assert withdrawal_severity(opening, sensitisation + more, P) >= severity


def test_severity_after_the_first_days_is_its_share_of_the_severity_after_months() -> None:
    for opening in (0.05, 0.3, 0.9):
        ratio = withdrawal_severity(opening, 0.0, P) / withdrawal_severity(opening, 1.0, P)
        assert ratio == pytest.approx(CENTRAL["first_days_share"], rel=1e-12)


def test_severity_has_no_memory() -> None:
    """The same pools and the same signal give the same felt withdrawal, whatever came before."""
    pools = {"fast": 0.6, "slow": 0.4, "sensitisation": 0.5}
    kept = hourly(P)
    rested, worn = state(**pools), state(**pools, lagged=0.9, sick_now=0.8, held=1.0)
    one = one_step(rested, person(), P, kept)
    two = one_step(worn, person(), P, kept)
    assert one == two


def test_frailty_scales_what_is_felt() -> None:
    kept = hourly(P)
    usual = one_step(state(fast=0.6), person(), P, kept)[2]
    frail = one_step(state(fast=0.6), person(frailty=2.5), P, kept)[2]
    assert frail == pytest.approx(2.5 * usual, rel=1e-12)


@many
@given(levels, levels, st.floats(1.0, 20.0), levels, st.floats(0.0, 0.5))
def test_a_tolerance_shift_lies_between_none_and_its_ceiling_and_is_monotone(
    fast: float, held: float, ceiling: float, familiar: float, more: float
) -> None:
    shift = tolerance_shift(fast, held, ceiling, familiar, P)
    assert 1.0 <= shift <= ceiling + 1e-12
    assert tolerance_shift(fast + more, held, ceiling, familiar, P) >= shift - 1e-12
    assert tolerance_shift(fast, held + more, ceiling, familiar, P) >= shift - 1e-12
    assert tolerance_shift(fast, held, ceiling, 1.0, P) >= shift - 1e-12
    assert tolerance_shift(fast, held, 1.0, familiar, P) == 1.0


def test_no_exposure_no_tolerance_and_a_new_place_takes_the_share_bound_to_the_old() -> None:
    assert tolerance_shift(0.0, 0.0, 4.0, 1.0, P) == 1.0
    old = tolerance_shift(0.3, 0.3, 4.0, 1.0, P) - 1.0
    new = tolerance_shift(0.3, 0.3, 4.0, 0.0, P) - 1.0
    assert 1.0 - new / old == pytest.approx(CENTRAL["tolerance_context_share"], rel=1e-9)


def test_naloxone_pulls_below_zero_only_in_dependence() -> None:
    assert inverse_pull(0.0, P) == 0.0
    assert 0.0 < inverse_pull(0.3, P) < inverse_pull(0.6, P) <= CENTRAL["inverse_agonism"]
    half = float(CENTRAL["inverse_half"])
    assert inverse_pull(half, P) == pytest.approx(0.5 * float(CENTRAL["inverse_agonism"]))


def test_without_a_drug_there_is_never_withdrawal() -> None:
    course = follow_hours([], 30, CENTRAL)
    for column, values in course.items():
        if column != "hour":
            assert not values.any(), column


def test_naloxone_alone_does_nothing_in_a_person_who_never_used() -> None:
    course = follow_hours(every("naloxone", 2.0, each_hours=12, days=5), 8, CENTRAL)
    assert course["naloxone_load"].max() > 1.0
    for column in ("signal", "fast", "sensitisation", "gap", "felt", "cows", "sows"):
        assert not course[column].any(), column


@pytest.mark.parametrize("number", [0, 1])
def test_a_finer_step_gives_the_same_adaptation(number: int) -> None:
    record = inputs.draw(3, number)
    doses = [*every("heroin", 20.0, each_hours=8, days=6), Dose("methadone", 60.0, 40.0)]
    hour = follow_hours(doses, 10, record)
    fine = follow_hours(doses, 10, record, step_minutes=10)
    for pool in ("fast", "held", "sensitisation"):
        np.testing.assert_allclose(fine[pool][5::6], hour[pool], atol=0.02 * hour[pool].max())
