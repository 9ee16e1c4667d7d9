"""Agonist signal with receptors in reserve: limits, displacement, order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body.receptor import agonist_signal
from papaver.person.adaptation import receptor_signal

loads = st.floats(0.0, 100.0)
reserves = st.floats(1.0, 30.0)
activities = st.floats(0.3, 0.9)
many = settings(max_examples=200, deadline=None)


@many
@given(loads, reserves, activities)
def test_a_full_agonist_alone_is_as_without_reserve(full: float, reserve: float, activity: float) -> None:
    assert receptor_signal(full, 0.0, 0.0, reserve, activity, 0.2) == pytest.approx(full / (1.0 + full))


@many
@given(reserves, activities)
def test_a_partial_agonist_alone_reaches_its_activity(reserve: float, activity: float) -> None:
    assert receptor_signal(0.0, 1e9, 0.0, reserve, activity, 0.0) == pytest.approx(activity, rel=1e-6)


@many
@given(loads, st.floats(0.0, 20.0), activities)
def test_without_reserve_it_is_the_plain_competition(full: float, partial: float, activity: float) -> None:
    plain = agonist_signal(full, 0.0, partial, 0.0, activity, 0.0)
    assert receptor_signal(full, partial, 0.0, 1e-9, activity, 0.0) == pytest.approx(plain, abs=1e-6)


@many
@given(st.floats(0.0, 3.0), reserves, activities)
def test_little_of_a_partial_agonist_does_more_than_it_holds(
    partial: float, reserve: float, activity: float
) -> None:
    held = partial / (1.0 + partial)
    assert receptor_signal(0.0, partial, 0.0, reserve, activity, 0.0) >= activity * held - 1e-12


@many
@given(st.floats(2.0, 10.0), st.floats(1.0, 4.0), activities)
def test_reserve_lets_buprenorphine_displace_more(full: float, partial: float, activity: float) -> None:
    """A full agonist that holds few receptors is displaced by what its effect alone would let through."""
    reserved = receptor_signal(full, partial, 0.0, 10.0, activity, 0.0)
    plain = agonist_signal(full, 0.0, partial, 0.0, activity, 0.0)
    if activity < plain < full / (1.0 + full):
        assert reserved < plain + 1e-12


@many
@given(loads, loads, st.floats(0.0, 100.0), reserves, activities)
def test_more_antagonist_never_adds(
    full: float, partial: float, blocker: float, reserve: float, activity: float
) -> None:
    less = receptor_signal(full, partial, blocker, reserve, activity, 0.2)
    assert receptor_signal(full, partial, blocker + 1.0, reserve, activity, 0.2) <= less + 1e-12
    assert -0.2 <= less <= 1.0
