"""Who becomes dependent: traits as they were drawn, shares of cases, relatives."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.atlas import liability
from papaver.atlas.natural_history import FROM_FIRST_USE
from papaver.atlas.protocols import World
from papaver.evidence import finding, inputs
from papaver.person.records import HOMELESS, INJECTS, WOMEN

PEOPLE, HALF = 20_000, 0.5


@pytest.fixture(scope="module")
def world() -> World:
    return World(inputs.central(), size=0.02)


@pytest.fixture(scope="module")
def threshold_model() -> tuple[liability.Floats, liability.Bools]:
    """Half of the variance is inherited; one in five is a case."""
    inherited, own = np.random.default_rng(3).standard_normal((2, PEOPLE)) * np.sqrt(HALF)
    return inherited / np.sqrt(HALF), inherited + own > 0.8416


def test_traits_are_those_people_lived_with(world: World) -> None:
    lives = world.follow(FROM_FIRST_USE).diaries.lives
    np.testing.assert_array_equal(liability.having(world, FROM_FIRST_USE, INJECTS), lives["injects"] == 1)
    assert not np.array_equal(liability.having(world, FROM_FIRST_USE, WOMEN), lives["injects"] == 1)


def test_a_cohorts_own_shares_are_used(world: World) -> None:
    assert 0.2 < liability.having(world, liability.HOUSED_OR_NOT, HOMELESS).mean() < 0.8


def test_the_inherited_share_is_found_again(
    threshold_model: tuple[liability.Floats, liability.Bools],
) -> None:
    found = liability.inherited_share(*threshold_model)
    assert found.error < 0.05
    assert abs(found.value - HALF) < 3.0 * found.error


def test_its_error_is_the_scatter_between_samples() -> None:
    draw = np.random.default_rng(4)
    found = []
    for _ in range(200):
        inherited, own = draw.standard_normal((2, 400))
        found.append(liability.inherited_share(inherited, inherited + own > 0.5))
    scatter = float(np.std([one.value for one in found]))
    assert np.mean([one.error for one in found]) == pytest.approx(scatter, rel=0.25)


def test_nothing_inherited_is_no_share_and_no_risk_of_children() -> None:
    inherited = np.random.default_rng(5).standard_normal(2000)
    case = np.random.default_rng(6).random(2000) < 0.3
    assert liability.inherited_share(inherited, case).value < 0.01
    assert liability.risk_of_children(inherited, case) == pytest.approx(case.mean(), abs=0.2)
    assert liability.risk_of_children(inherited, case)[case].mean() == pytest.approx(case.mean(), abs=0.02)


def test_children_of_cases_have_the_risk_of_half_the_inherited_part(
    threshold_model: tuple[liability.Floats, liability.Bools],
) -> None:
    inherited, case = threshold_model[0][:2000], threshold_model[1][:2000]
    draw = np.random.default_rng(7)
    parents = np.repeat(inherited[case], 100)
    child = 0.5 * parents + np.sqrt(0.75) * draw.standard_normal(len(parents))
    risk = (np.sqrt(HALF) * (child + draw.standard_normal(len(child))) > 0.8416).mean()
    assert liability.risk_of_children(inherited, case)[case].mean() == pytest.approx(risk, rel=0.15)


def test_odds_count_visits() -> None:
    case = np.array([[True, False], [True, True]])
    assert liability.odds(case, np.ones((2, 2), np.bool_)).value == pytest.approx(3.0)
    assert liability.odds(case[:, 0], np.array([True, True])).below == 0.0


def test_published_ratios_and_shares_are_those_of_the_parameters() -> None:
    from papaver.evidence import parameter

    rows = {
        "f_oud_ptsd": "prev_ptsd_oud",
        "f_oud_depression": "prev_depression_oud",
        "f_oud_anxiety": "prev_anxiety_oud",
        "f_oud_adhd": "prev_adhd_oud",
        "f_oud_adversity": "prev_cpa_oud",
        "f_ace_addiction": "rr_ace5_drug_addiction",
        "f_heritable_twins": "h2_opiate_dependence",
        "f_heritable_vietnam_twins": "h2_heroin_total",
        "f_bio_parent": "or_bio_parent_da",
    }
    for mine, row in rows.items():
        one, other = finding(mine), parameter(row)
        assert (one.value, one.lo, one.hi, one.source) == (other.value, other.lo, other.hi, other.source)
