"""Who begins: ratios that turn the mix of all people into that of people at a first use."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr

from papaver.evidence import inputs
from papaver.person.records import ADVERSE, N_TRAITS, TRAITS, WOMEN
from papaver.person.traits import TROUBLES
from papaver.population.begin import adversity_ratio, beginning, known, shifted

CENTRAL = inputs.central()
PEOPLE = 400_000


@pytest.fixture(scope="module")
def people() -> tuple[np.ndarray, np.ndarray]:
    """Luck of many people in each trouble and in sex, and which traits that gives among all people."""
    draw, loading = np.random.default_rng(1), float(CENTRAL["trouble_loading"])
    luck, factor = draw.random((PEOPLE, N_TRAITS)), draw.standard_normal(PEOPLE)
    for trait in TROUBLES:
        own = np.sqrt(1.0 - loading**2) * draw.standard_normal(PEOPLE)
        luck[:, trait] = ndtr(loading * factor + own)
    has = np.zeros((PEOPLE, N_TRAITS), np.bool_)
    for trait in known(CENTRAL):
        index = TRAITS.index(trait)
        has[:, index] = luck[:, index] < float(CENTRAL[f"share_general_{trait}"])
    return luck, has


def test_the_ratios_give_the_mix_at_first_use_and_keep_the_mean(
    people: tuple[np.ndarray, np.ndarray],
) -> None:
    _, has = people
    found = beginning(CENTRAL)
    weight = np.exp(has @ found.by_trait)
    assert np.log(weight.mean()) == pytest.approx(found.log_mean, abs=0.02)
    for trait in known(CENTRAL):
        among = weight @ has[:, TRAITS.index(trait)] / weight.sum()
        assert among == pytest.approx(float(CENTRAL[f"share_{trait}"]), abs=0.006), trait


def test_a_trait_alone_has_the_ratio_of_odds() -> None:
    ratio = np.exp(beginning(CENTRAL).by_trait[WOMEN])
    men = 1.0 - float(CENTRAL["share_women"])
    rates = float(CENTRAL["share_women"]) / float(CENTRAL["share_general_women"])
    assert ratio == pytest.approx(rates / (men / (1.0 - float(CENTRAL["share_general_women"]))))


def test_what_comes_together_is_not_counted_twice() -> None:
    """With nothing shared each ratio is the crude one; the more is shared, the less is a trait's own."""
    apart = inputs.changed(CENTRAL, trouble_loading=1e-6)
    together = beginning(CENTRAL).by_trait[ADVERSE]
    users, whole = (float(CENTRAL[n + "adverse_childhood"]) for n in ("share_", "share_general_"))
    crude = np.log(users / (1.0 - users)) - np.log(whole / (1.0 - whole))
    assert beginning(apart).by_trait[ADVERSE] == pytest.approx(crude, abs=1e-4)
    assert 0.0 < together < crude - 0.2


def test_most_against_least_adversity(people: tuple[np.ndarray, np.ndarray]) -> None:
    luck, has = people
    weight = np.exp(has @ beginning(CENTRAL).by_trait)
    most, least = luck[:, ADVERSE] < 0.1, luck[:, ADVERSE] > 0.64
    assert adversity_ratio(CENTRAL, 0.1, 0.36) == pytest.approx(
        weight[most].mean() / weight[least].mean(), rel=0.02
    )
    with pytest.raises(ValueError, match="must have the trait"):
        adversity_ratio(CENTRAL, 0.5, 0.36)


def test_odds_move_together() -> None:
    assert shifted(0.4, 0.2, 0.2) == pytest.approx(0.4)
    assert shifted(0.5, 0.2, 0.5) == pytest.approx(0.8)
