"""The overdose table: bounds, order, and what it loses against the formula it was filled from."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from papaver.body.kinetics import HEROIN, build_kinetics, load_after_dose
from papaver.body.overdose import (
    COLLAPSE,
    HEROIN_FACE,
    UNROUSABLE,
    build_table,
    medicine_probability,
    prediction,
    probability,
    scale,
    sedation_offset,
)
from papaver.body.surface import stored
from papaver.evidence import inputs
from papaver.person.parameters import parameter_record

CENTRAL = parameter_record(inputs.central())[0]
CEILING = float(CENTRAL["tolerance_breathing"])
TABLE = build_table(CENTRAL)[0]
loads = st.floats(1e-4, 1e4)
shifts = st.floats(1.0, CEILING)
offsets = st.floats(-2.0, 2.0)
factors = st.floats(1.0, 20.0)
both = pytest.mark.parametrize("threshold", [UNROUSABLE, COLLAPSE], ids=["unrousable", "collapse"])
many = settings(max_examples=200, deadline=None)
# Linear interpolation errs by at most step^2 / 8 times the curvature: with steps of 0.08 in ln(load) and 0.09
# in ln(tolerance) and the spreads in use the largest error in probability is below this.
INTERPOLATION = 0.002


def parameters(**changes: float) -> Any:
    return parameter_record(inputs.changed(inputs.central(), **changes))[0]


def direct(p: Any, threshold: int, load: float, offset: float, shift: float) -> float:
    """The chance in closed form: a bag from a bulk or a heavy tail, a use with a normal spread, people whose
    breathing fails at different multiples of the load that leaves them unrousable."""
    face = stored()
    moved = face.critical_load(HEROIN_FACE, tolerance=shift) / face.critical_load(HEROIN_FACE)
    z = math.log(load) + offset - math.log(float(moved[0])) - math.log(p["overdose_load"])
    if threshold == COLLAPSE:
        z = z - np.maximum(0.0, math.log(p["collapse_ratio"]) + prediction().between)
    bulk = norm.cdf(z / math.hypot(p["overdose_use_sd"], p["bag_sd"]))
    tail = norm.cdf((z + p["bag_tail_shift"]) / math.hypot(p["overdose_use_sd"], p["bag_tail_sd"]))
    return float(np.mean((1.0 - p["bag_tail_share"]) * bulk + p["bag_tail_share"] * tail))


@both
@many
@given(load=loads, offset=offsets, shift=shifts)
def test_a_chance_is_a_chance(threshold: int, load: float, offset: float, shift: float) -> None:
    assert 0.0 <= probability(TABLE, threshold, load, offset, shift) <= 1.0


@both
@many
@given(load=loads, offset=offsets, shift=shifts, more=factors)
def test_more_drug_never_lowers_and_more_tolerance_never_raises(
    threshold: int, load: float, offset: float, shift: float, more: float
) -> None:
    chance = probability(TABLE, threshold, load, offset, shift)
    assert probability(TABLE, threshold, load * more, offset, shift) >= chance - 1e-12
    assert probability(TABLE, threshold, load, offset + math.log(more), shift) >= chance - 1e-12
    assert probability(TABLE, threshold, load, offset, min(CEILING, shift * more)) <= chance + 1e-12


@many
@given(load=loads, offset=offsets, shift=shifts)
def test_nobody_collapses_without_having_been_unrousable(load: float, offset: float, shift: float) -> None:
    collapse = probability(TABLE, COLLAPSE, load, offset, shift)
    assert collapse <= probability(TABLE, UNROUSABLE, load, offset, shift)


@both
@many
@given(load=st.floats(0.01, 500.0), offset=st.floats(-1.0, 1.0), shift=shifts)
def test_the_table_is_the_formula_within_its_interpolation_error(
    threshold: int, load: float, offset: float, shift: float
) -> None:
    exact = direct(CENTRAL, threshold, load, offset, shift)
    assert probability(TABLE, threshold, load, offset, shift) == pytest.approx(exact, abs=INTERPOLATION)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_table_follows_its_parameter_draw(number: int) -> None:
    record = parameter_record(inputs.draw(9, number))[0]
    table = build_table(record)[0]
    for load in np.geomspace(0.1, 300.0, 25):
        exact = direct(record, UNROUSABLE, load, 0.0, 1.7)
        assert probability(table, UNROUSABLE, load, 0.0, 1.7) == pytest.approx(exact, abs=INTERPOLATION)


@both
def test_no_drug_no_overdose(threshold: int) -> None:
    assert probability(TABLE, threshold, 0.0, 5.0, 1.0) == 0.0
    assert probability(TABLE, threshold, -1e-12, 5.0, 1.0) == 0.0


def test_beyond_its_edges_the_table_holds_its_edge() -> None:
    far = probability(TABLE, UNROUSABLE, 1e12, 0.0, 1.0)
    assert far == pytest.approx(1.0, abs=1e-4)
    assert probability(TABLE, UNROUSABLE, 1e-12, 0.0, 1.0) < 1e-4
    at_ceiling = probability(TABLE, UNROUSABLE, 20.0, 0.0, CEILING)
    assert probability(TABLE, UNROUSABLE, 20.0, 0.0, 10.0 * CEILING) == at_ceiling


def test_a_table_with_frozen_tolerance_is_the_table_of_naive_people() -> None:
    # The scale is a margin over usual use in full tolerance: hold it where it was.
    held = float(inputs.central()["overdose_margin"]) / CEILING
    frozen = build_table(parameters(tolerance_breathing=1.0, overdose_margin=held))[0]
    for load in (0.5, 5.0, 50.0):
        naive = probability(TABLE, UNROUSABLE, load, 0.0, 1.0)
        assert probability(frozen, UNROUSABLE, load, 0.0, 1.0) == pytest.approx(naive, rel=1e-12)


def test_the_same_dose_is_more_dangerous_after_tolerance_is_lost() -> None:
    """The sign behind deaths after release: no multiplier, only dose and tolerance."""
    dose_mg = 30.0
    load = dose_mg * float(build_kinetics(CENTRAL)["peak_load_per_mg"])
    tolerant = probability(TABLE, UNROUSABLE, load, 0.0, CEILING)
    assert probability(TABLE, UNROUSABLE, load, 0.0, 1.0) > 2.0 * tolerant


def test_load_at_the_scale_leaves_half_of_plain_uses_unrousable() -> None:
    record = parameters(bag_tail_share=0.0)
    table = build_table(record)[0]
    half = probability(table, UNROUSABLE, float(record["overdose_load"]), 0.0, 1.0)
    assert half == pytest.approx(0.5, abs=INTERPOLATION)
    collapse_load = float(record["overdose_load"] * record["collapse_ratio"])
    # people are not spread evenly around the median ratio
    assert probability(table, COLLAPSE, collapse_load, 0.0, 1.0) == pytest.approx(0.5, abs=0.03)


def test_the_fitted_scale_is_near_the_bodys_own_prediction() -> None:
    """model.md section 4: within 0.5-2, else the mechanism has failed."""
    assert 0.5 <= scale(CENTRAL) <= 2.0


@pytest.mark.parametrize("number", range(1, 9))
def test_the_scale_of_every_draw_is_near_the_bodys_own(number: int) -> None:
    """Draws carry uncertain volumes and potencies, which the margin takes out; so a wider band."""
    usual = parameter_record(inputs.draw(9, number))[0]
    assert 0.1 <= scale(usual) <= 10.0


def test_people_differ_in_how_far_collapse_lies_above_unrousable() -> None:
    between = prediction().between
    assert float(np.median(between)) == pytest.approx(0.0, abs=1e-12)
    assert (np.diff(between) >= 0.0).all()
    assert 0.1 < float(np.std(between)) < 0.6
    lower = build_table(parameters(collapse_ratio=1.9))[0]
    assert probability(lower, COLLAPSE, 20.0, 0.0, 1.0) > probability(TABLE, COLLAPSE, 20.0, 0.0, 1.0)


@both
def test_sedatives_add_to_a_persons_offset(threshold: int) -> None:
    offsets = [sedation_offset(TABLE, threshold, share) for share in (0.0, 0.2, 0.4, 0.6, 0.8, 0.99)]
    assert offsets[0] == 0.0
    assert offsets == sorted(offsets)
    assert offsets[-1] == offsets[-2]  # beyond the design the edge holds
    name = ("unrousable", "collapse")[threshold]
    exact = stored().critical_load(HEROIN_FACE, name) / stored().critical_load(
        HEROIN_FACE, name, sedation=0.4
    )
    assert offsets[2] == pytest.approx(math.log(float(exact[0])), abs=0.02)


def test_methadone_alone_can_leave_a_person_unrousable() -> None:
    chances = [
        medicine_probability(TABLE, UNROUSABLE, load, 0.0, 1.0) for load in (0.5, 2.0, 8.0, 32.0, 128.0)
    ]
    assert chances == sorted(chances)
    assert chances[-1] > 0.99
    for load in (4.0, 16.0, 64.0):
        assert medicine_probability(TABLE, COLLAPSE, load, 0.0, 1.0) <= medicine_probability(
            TABLE, UNROUSABLE, load, 0.0, 1.0
        )
        assert medicine_probability(TABLE, UNROUSABLE, load, 0.0, CEILING) <= medicine_probability(
            TABLE, UNROUSABLE, load, 0.0, 1.0
        )
    assert medicine_probability(TABLE, UNROUSABLE, 0.0, 5.0, 1.0) == 0.0


def test_a_larger_dose_is_more_dangerous_through_the_kinetics() -> None:
    kinetics = build_kinetics(CENTRAL)
    hours = np.linspace(0.0, 2.0, 241)
    peaks = [mg * load_after_dose(kinetics, HEROIN, hours).max() for mg in (2.0, 10.0, 50.0, 250.0)]
    chances = [probability(TABLE, UNROUSABLE, peak, 0.0, 1.0) for peak in peaks]
    assert chances == sorted(chances)
    assert chances[0] < chances[-1]
