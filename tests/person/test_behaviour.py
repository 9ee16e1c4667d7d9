"""Urge, restraint and doses: signs, bounds and distributions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson as poisson_law

from papaver.person.behaviour import (
    at_hand,
    chase_dose,
    high,
    logistic,
    number_of_doses,
    poisson,
    reinforce,
    restraint,
    unquieted,
    urge,
    uses,
)
from papaver.person.records import METHADONE
from tests.person.make import CENTRAL, parameters, person, state

P = parameters()
many = settings(max_examples=100, deadline=None)
shares = st.floats(0.0, 1.0)


@many
@given(st.floats(-30.0, 30.0))
def test_logistic_is_a_chance_and_its_mirror_the_other(x: float) -> None:
    assert 0.0 <= logistic(x) <= 1.0
    assert logistic(x) + logistic(-x) == pytest.approx(1.0)


@many
@given(st.floats(0.0, 6.0), st.integers(1, 8), st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
def test_counts_are_quantiles_of_the_poisson_law(mean: float, most: int, u: float) -> None:
    at = poisson(mean, u, most)
    exact = poisson_law.ppf(u, mean)
    assert at == min(exact, most) or abs(poisson_law.cdf(at, mean) - u) < 1e-9


@pytest.mark.parametrize("field", ["novelty", "habit", "sick_now", "stress", "stress_shift", "week"])
def test_what_raises_the_urge(field: str) -> None:
    assert urge(person(), state(**{field: 1}), P) > urge(person(), state(), P)


def test_using_peers_strengthen_the_pull_of_habit() -> None:
    def pull(peers: int) -> float:
        return urge(person(), state(habit=0.5, peers=peers), P) - urge(person(), state(peers=peers), P)

    assert pull(1) > pull(0) > 0.0


def test_an_agonist_on_board_quiets_habit_but_not_withdrawal_or_stress() -> None:
    on, off = state(habit=0.8, novelty=0.3, week=1, signal_low=0.6), state(habit=0.8, novelty=0.3, week=1)
    assert urge(person(), on, P) < urge(person(), off, P)
    nothing_to_quiet = [urge(person(), state(sick_now=0.5, stress=1.0, signal_low=x), P) for x in (0.0, 0.9)]
    assert nothing_to_quiet[0] == nothing_to_quiet[1]
    held = state(habit=0.8, occupied=1.0)  # nothing is left for heroin to bind
    assert urge(person(), held, P) == urge(person(), state(), P)


def test_a_steady_medicine_satisfies_by_a_share_and_takes_receptors_away() -> None:
    p = parameters(urge_quieted=0.7)
    heroin, medicine = state(signal_low=0.8), state(signal_low=0.8, programme=METHADONE)
    assert unquieted(person(), heroin, p) == pytest.approx(1.0 - 0.8)
    assert unquieted(person(), medicine, p) == pytest.approx(1.0 - 0.7 * 0.8)
    medicine["occupied"] = 0.25
    assert unquieted(person(), medicine, p) == pytest.approx(0.75 * (1.0 - 0.7 * 0.8))


@many
@given(shares, shares, st.floats(0.1, 5.0))
def test_what_is_left_of_the_pull_is_a_share_that_falls_with_the_agonist(
    x: float, y: float, w: float
) -> None:
    low, high = sorted((x, y))
    left = [unquieted(person(quieted=w), state(signal_low=at), P) for at in (low, high)]
    assert 0.0 <= left[1] <= left[0] <= 1.0
    assert unquieted(person(quieted=w), state(), P) == 1.0


def test_how_far_it_is_quieted_differs_between_people() -> None:
    on = state(signal_low=0.6)
    little, usual, much = (unquieted(person(quieted=w), on, P) for w in (0.5, 1.0, 2.0))
    assert (little, much) == pytest.approx((usual**0.5, usual**2))


@pytest.mark.parametrize("field", ["attempt", "rebuilt"])
def test_what_raises_restraint(field: str) -> None:
    assert restraint(person(), state(**{field: 0.5}), P) > restraint(person(), state(), P)


@many
@given(shares, st.floats(0.0, 3.0), shares)
def test_a_day_of_use_has_at_least_one_dose_and_no_more_than_the_most(
    habit: float, sick: float, u: float
) -> None:
    doses = number_of_doses(state(habit=habit, sick_now=sick), u, P)
    assert 1 <= doses <= CENTRAL["most_doses"]
    assert number_of_doses(state(habit=min(1.0, habit + 0.3), sick_now=sick), u, P) >= doses


@many
@given(st.floats(1.0, 10.0), st.integers(0, 400), st.floats(1.0, 60.0), st.floats(5.0, 300.0))
def test_the_usual_dose_stays_between_the_first_and_what_can_be_paid(
    tolerance: float, idle: int, before: float, budget: float
) -> None:
    w, s = person(first_dose_mg=6.0, budget_mg=budget), state(dose_mg=max(6.0, before))
    start = float(s["dose_mg"])
    chase_dose(w, s, tolerance, idle, P)
    assert 6.0 <= s["dose_mg"] <= max(start, 6.0 * tolerance, 6.0) + 1e-9


def test_the_usual_dose_grows_into_tolerance_and_is_only_partly_cut_after_a_break() -> None:
    w, s = person(first_dose_mg=6.0, budget_mg=1000.0), state(dose_mg=6.0)
    for _ in range(200):
        chase_dose(w, s, 5.0, 1, P)
    assert s["dose_mg"] == pytest.approx(30.0, rel=1e-3)
    chase_dose(w, s, 1.0, 60, P)
    assert s["dose_mg"] == pytest.approx(30.0 * (1.0 / 5.0) ** CENTRAL["return_elasticity"], rel=1e-3)


@many
@given(st.floats(0.0, 20.0), st.floats(0.0, 50.0), st.floats(0.1, 20.0))
def test_a_high_is_a_rise_that_tolerance_and_drug_on_board_blunt(
    before: float, more: float, shift: float
) -> None:
    felt = high(before, before + more, shift)
    assert 0.0 <= felt <= 1.0
    assert high(0.0, more, 2.0 * shift) <= high(0.0, more, shift) + 1e-12
    assert felt <= high(0.0, more, shift) + 1e-12
    assert high(before + more, before, shift) == 0.0


@many
@given(shares, shares)
def test_habit_grows_with_reward_toward_one_and_faster_with_liability(habit: float, felt: float) -> None:
    usual, prone = state(habit=habit), state(habit=habit)
    reinforce(person(), usual, felt, P)
    reinforce(person(liability=2.0), prone, felt, P)
    assert habit <= usual["habit"] <= prone["habit"] <= 1.0


def test_poisson_mean_over_many_lives() -> None:
    grid = (np.arange(20_000) + 0.5) / 20_000
    for mean in (0.3, 2.5):
        assert np.mean([poisson(mean, u, 100) for u in grid]) == pytest.approx(mean, abs=2e-3)
    assert math.isclose(poisson(0.0, 0.999, 5), 0.0)


@many
@given(st.floats(0.0, 0.99), st.floats(0.0, 0.99), st.floats(-3.0, 3.0))
def test_heroin_is_at_hand_more_often_where_it_is_easy_to_find_and_among_peers_who_use(
    easy: float, easier: float, circle: float
) -> None:
    here = at_hand(person(sociable=circle), state(availability=min(easy, easier)), P)
    there = at_hand(person(sociable=circle), state(availability=max(easy, easier)), P)
    assert 0.0 <= here <= there <= 1.0
    alone, among = (at_hand(person(sociable=circle), state(availability=easy, peers=k), P) for k in (0, 1))
    assert among > alone or easy < 1e-12
    assert at_hand(person(sociable=circle), state(availability=0.0), P) == 0.0


def share_of_days(wish: float, near: float, available: float) -> float:
    grid = (np.arange(200) + 0.5) / 200
    return float(np.mean([uses(a, b, wish, near, available, P) for a in grid for b in grid]))


@pytest.mark.parametrize(("wish", "near", "available"), [(0.02, 0.1, 0.75), (0.4, 0.3, 0.6), (0.9, 0.0, 1.0)])
def test_days_of_use_are_those_accepted_and_those_sought_and_found(
    wish: float, near: float, available: float
) -> None:
    odds = CENTRAL["offer_odds"] * wish / (1.0 - wish)
    expected = near * odds / (1.0 + odds) + (1.0 - near) * available * wish
    assert share_of_days(wish, near, available) == pytest.approx(expected, abs=0.01)


def test_who_hardly_seeks_still_uses_where_heroin_is_at_hand() -> None:
    assert share_of_days(0.02, 0.2, 0.75) > 2.0 * share_of_days(0.02, 0.0, 0.75)


def test_what_was_only_accepted_builds_less_habit_than_what_was_sought() -> None:
    sought, accepted = state(sought=1), state(sought=0)
    reinforce(person(), sought, 0.5, P)
    reinforce(person(), accepted, 0.5, P)
    assert 0.0 < accepted["habit"] < sought["habit"]


def test_use_makes_a_new_place_one_of_use() -> None:
    s = state(familiar=0.0)
    reinforce(person(), s, 0.5, P)
    assert 0.0 < s["familiar"] < 1.0
