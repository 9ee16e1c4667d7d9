"""The receptor: what competition allows, and the algebra of its read-outs."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from papaver.body.receptor import agonist_signal, equivalent_load, tolerant_signal

loads = st.floats(0.0, 1e3)
activities = st.floats(0.0, 1.0)
pulls = st.floats(0.0, 1.0)
shifts = st.floats(1.0, 20.0)
signals = st.floats(0.0, 1.0)
many = settings(max_examples=200, deadline=None)
SLACK = 1e-12


@many
@given(loads, loads, loads, loads, activities, pulls)
def test_signal_lies_between_full_inverse_pull_and_full_effect(
    h: float, m: float, b: float, n: float, partial: float, pull: float
) -> None:
    assert -pull <= agonist_signal(h, m, b, n, partial, pull) < 1.0


@many
@given(loads, loads, loads, loads, st.floats(0.0, 100.0), activities, pulls)
def test_more_full_agonist_never_lowers_and_more_naloxone_never_raises(
    h: float, m: float, b: float, n: float, more: float, partial: float, pull: float
) -> None:
    before = agonist_signal(h, m, b, n, partial, pull)
    assert agonist_signal(h + more, m, b, n, partial, pull) >= before - SLACK
    assert agonist_signal(h, m + more, b, n, partial, pull) >= before - SLACK
    if before >= 0.0:
        assert agonist_signal(h, m, b, n + more, partial, pull) <= before + SLACK


@many
@given(st.floats(0.1, 100.0), st.floats(0.1, 100.0))
def test_naloxone_displaces_strictly(h: float, n: float) -> None:
    assert agonist_signal(h, 0.0, 0.0, n, 0.5, 0.0) < agonist_signal(h, 0.0, 0.0, 0.0, 0.5, 0.0)


@many
@given(loads)
def test_naloxone_does_nothing_in_a_person_who_never_used(n: float) -> None:
    assert agonist_signal(0.0, 0.0, 0.0, n, 0.5, 0.0) == 0.0


@many
@given(loads, loads)
def test_heroin_and_methadone_are_full_agonists_on_one_scale(h: float, m: float) -> None:
    together = agonist_signal(h, m, 0.0, 0.0, 0.5, 0.1)
    assert together == pytest.approx(agonist_signal(h + m, 0.0, 0.0, 0.0, 0.5, 0.1), rel=1e-12)


@many
@given(st.floats(0.0, 1e6), activities)
def test_a_partial_agonist_alone_never_passes_its_ceiling(b: float, partial: float) -> None:
    assert agonist_signal(0.0, 0.0, b, 0.0, partial, 0.0) <= partial
    assert agonist_signal(0.0, 0.0, 1e9, 0.0, partial, 0.0) == pytest.approx(partial, rel=1e-6)


@many
@given(st.floats(0.0, 100.0), st.floats(0.01, 100.0), st.floats(0.05, 0.95))
def test_a_partial_agonist_pulls_a_signal_toward_its_own_ceiling(h: float, b: float, partial: float) -> None:
    alone = agonist_signal(h, 0.0, 0.0, 0.0, partial, 0.0)
    assume(abs(alone - partial) > 1e-9)
    beside = agonist_signal(h, 0.0, b, 0.0, partial, 0.0)
    assert min(alone, partial) < beside < max(alone, partial)


@many
@given(loads, loads, st.floats(0.0, 0.999))
def test_equivalent_load_alone_gives_the_same_signal(full: float, partial: float, activity: float) -> None:
    both = agonist_signal(full, 0.0, partial, 0.0, activity, 0.0)
    alone = agonist_signal(equivalent_load(full, partial, activity), 0.0, 0.0, 0.0, activity, 0.0)
    assert alone == pytest.approx(both, rel=1e-9, abs=1e-15)


@many
@given(signals, shifts, shifts)
def test_shifts_multiply(signal: float, one: float, two: float) -> None:
    twice = tolerant_signal(tolerant_signal(signal, one), two)
    assert twice == pytest.approx(tolerant_signal(signal, one * two), rel=1e-9, abs=1e-300)


@many
@given(st.floats(1e-6, 1e3), shifts)
def test_a_shift_divides_the_load(load: float, shift: float) -> None:
    shifted = tolerant_signal(load / (1.0 + load), shift)
    assert shifted == pytest.approx((load / shift) / (1.0 + load / shift), rel=1e-9)


@many
@given(signals, shifts)
def test_tolerance_lowers_without_leaving_the_bounds(signal: float, shift: float) -> None:
    shifted = tolerant_signal(signal, shift)
    assert 0.0 <= shifted <= signal + SLACK
    assert tolerant_signal(signal, 1.0) == pytest.approx(signal, rel=1e-12)


def test_the_ends_of_the_scale_stay_where_they_are() -> None:
    assert tolerant_signal(0.0, 4.0) == 0.0
    assert tolerant_signal(1.0, 4.0) == 1.0
    assert tolerant_signal(-0.1, 4.0) == -0.1
    assert math.isfinite(equivalent_load(0.0, 1e9, 0.5))
