"""Who becomes dependent: traits as they were drawn, shares of cases, relatives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

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


def test_what_bears_on_beginning_is_part_of_the_inherited_share() -> None:
    """People who begin are a tilted sample; the share of all people is found again from them alone."""
    draw = np.random.default_rng(8)
    everyone, luck, own = (
        draw.standard_normal(4_000_000),
        draw.random(4_000_000),
        draw.standard_normal(4_000_000),
    )
    loading, began = 1.1, 0.02
    hazard = began * np.exp(loading * everyone - loading**2 / 2.0)
    began_now = luck < -np.expm1(-hazard)
    case = began_now & (0.8 * (everyone - loading) + own > 0.0)
    share, inherited = case.mean(), everyone[case].mean()
    known = (inherited * share / stats.norm.pdf(stats.norm.isf(share))) ** 2
    told = everyone[began_now] - loading
    found = liability.inherited_share(told, case[began_now], began, loading)
    assert found.value == pytest.approx(known, rel=0.06)  # a first use is not quite rare in the most liable
    assert found.value > 2.0 * liability.inherited_share(told, case[began_now], began).value


def test_nothing_inherited_is_no_share_and_no_risk_of_children() -> None:
    inherited = np.random.default_rng(5).standard_normal(2000)
    case = np.random.default_rng(6).random(2000) < 0.3
    assert liability.inherited_share(inherited, case).value < 0.01
    assert liability.child_odds_ratio(0.0, 0.045) == pytest.approx(1.0, abs=1e-3)
    assert liability.both(0.0, 0.2) == pytest.approx(0.04, abs=1e-4)


def test_children_of_cases_have_the_risk_of_half_the_inherited_part() -> None:
    draw = np.random.default_rng(7)
    parent, apart = draw.standard_normal((2, 2_000_000))
    correlation, edge = 0.5 * HALF, 1.2816
    child = correlation * parent + np.sqrt(1.0 - correlation**2) * apart
    risks = [float((child[group] > edge).mean()) for group in (parent > edge, parent <= edge)]
    odds = [risk / (1.0 - risk) for risk in risks]
    assert liability.child_odds_ratio(HALF, 0.1) == pytest.approx(odds[0] / odds[1], rel=0.02)


def test_an_odds_ratio_of_relatives_carries_the_error_of_the_inherited_part(world: World) -> None:
    part, told = liability.inherited_part(world), liability.of_relatives(world, lambda x: 0.5 * x)
    assert told.value == pytest.approx(0.5 * part.value)
    assert told.error == pytest.approx(0.5 * part.error)
    assert liability.born_to_a_parent_with_a_disorder(world).error > told.error


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
        "f_family_drug_disorder": "rr_family_drug_disorder",
        "f_parent_child_genes": "r_parent_child_genes",
    }
    for mine, row in rows.items():
        one, other = finding(mine), parameter(row)
        assert (one.value, one.lo, one.hi, one.source) == (other.value, other.lo, other.hi, other.source)
