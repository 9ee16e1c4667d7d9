"""People: covariates, deviations, and that drawing more of them changes none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from papaver.body.people import COLUMNS, draw, personal, typical
from papaver.body.variability import FACTORS, deviations, joint_deviations, quantities
from papaver.errors import InputError
from papaver.evidence.inputs import all_inputs, numbers

P = numbers()
KNOWN = {one.name for one in all_inputs()}


def test_every_quantity_acts_on_numbers_that_exist() -> None:
    acted = {name for one in quantities().values() for name in one.powers}
    assert acted - set(FACTORS) <= KNOWN
    assert set(FACTORS) <= acted
    assert set(deviations().values()) <= KNOWN


def test_the_typical_person_has_the_published_numbers() -> None:
    own = personal(P, typical())
    for name, value in P.items():
        np.testing.assert_allclose(own[name], value, rtol=1e-15, err_msg=name)


@pytest.mark.parametrize("count", [1, 7, 100])
def test_the_first_people_are_the_same_for_any_number(count: int) -> None:
    many, few = draw(300, 11), draw(count, 11)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(many, name)[:count], getattr(few, name))
    for name, deviation in many.deviations.items():
        np.testing.assert_array_equal(deviation[:count], few.deviations[name])


def test_another_seed_gives_other_people() -> None:
    assert not np.array_equal(draw(5, 1).weight_kg, draw(5, 2).weight_kg)


def test_deviations_have_their_published_spread_and_no_common_sign() -> None:
    who = draw(20_000, 4)
    for name, spread in deviations().items():
        z = who.deviations[name]
        assert z.mean() == pytest.approx(0.0, abs=5.0 * P[spread] / 140.0)
        assert z.std() == pytest.approx(P[spread], rel=0.03), name
    stack = np.array([who.deviations[name] for name in deviations()])
    off = np.corrcoef(stack) - np.eye(len(stack))
    assert np.abs(off).max() < 0.05


def test_correlations_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    from papaver.body import variability

    monkeypatch.setattr(variability, "CORRELATED", {("m6g_clearance", "morphine_clearance"): "together"})
    z = np.random.default_rng(2).standard_normal((2, 50_000))
    found = joint_deviations({**P, "together": 0.6}, {"morphine_clearance": z[0], "m6g_clearance": z[1]})
    assert np.corrcoef(found["morphine_clearance"], found["m6g_clearance"])[0, 1] == pytest.approx(
        0.6, abs=0.01
    )
    assert found["m6g_clearance"].std() == pytest.approx(P["m6g_clearance_sd"], rel=0.02)


def test_a_covariate_that_is_named_is_held() -> None:
    who = draw(50, 1, weight_kg=70.0, woman=1.0, gfr_ml_per_min=np.linspace(10.0, 120.0, 50))
    assert (who.weight_kg == 70.0).all()
    assert (who.woman == 1.0).all()
    assert who.gfr_ml_per_min[-1] == 120.0
    assert typical(woman=1.0).height_cm[0] < typical(woman=0.0).height_cm[0]


def test_people_can_be_picked() -> None:
    who = draw(10, 6)
    some = who.chosen(np.array([7, 2]))
    assert some.count == 2
    assert some.weight_kg[0] == who.weight_kg[7]
    assert who.first(3).deviations["m6g_volume"] == pytest.approx(who.deviations["m6g_volume"][:3])


@pytest.mark.parametrize(
    ("covariates", "words"),
    [
        ({"wieght_kg": 70.0}, "wieght_kg"),
        ({"weight_kg": -1.0}, "above 0"),
        ({"weight_kg": float("nan")}, "above 0"),
        ({"liver": 1.5}, "from 0 to 1"),
        ({"weight_kg": [60.0, 70.0, 80.0]}, "one each"),
        ({"age_years": "old"}, "no number"),
    ],
)
def test_what_no_person_has_is_told(covariates: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        draw(2, 1, **covariates)


@pytest.mark.parametrize(("count", "seed"), [(0, 1), (-3, 1), (5, -1)])
def test_impossible_draws_are_told(count: int, seed: int) -> None:
    with pytest.raises(InputError):
        draw(count, seed)
