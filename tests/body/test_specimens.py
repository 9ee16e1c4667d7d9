"""Urine by void, blood and oral fluid: mass, units, dilution, and who people are."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from papaver.body import specimens
from papaver.body.drugs import drug
from papaver.body.exposure import Exposure, follow
from papaver.body.people import draw, typical
from papaver.body.regimen import Dose, Regimen
from papaver.body.specimens import BLOOD, DAY, ORAL_FLUID, URINE, measured, voids
from papaver.evidence.inputs import numbers

HOURS = np.concatenate([np.arange(0.0, 48.0, 0.25), np.arange(48.0, 400.0, 2.0)])
HEROIN_UMOL = 12.0 * 1000 / 423.9


@cache
def p() -> dict[str, float]:
    return numbers()


@cache
def heroin(route: str = "iv", count: int = 30) -> Exposure:
    regimen = Regimen((Dose("heroin", 0.0, 12.0, route),))
    return follow(regimen, HOURS, draw(count, 1, numbers=p()), numbers=p(), urine=True)


def some_voids(count: int = 30, last: float = 380.0, seed: int = 1, **changed: float) -> specimens.Voids:
    people = draw(count, 1, numbers=p())
    return voids({**p(), **changed}, people, seed=seed, first=0.0, last=last)


# ------------------------------------------------------------------------------------------------- mass


def test_all_that_the_kidneys_give_off_is_in_the_voids() -> None:
    given, passed = heroin(), some_voids()
    for part in ("mam", "morphine", "m3g", "m6g"):
        excreted = given.urine[part]
        np.testing.assert_allclose(passed.amounts(HOURS, excreted).sum(axis=1), excreted[:, -1], rtol=1e-3)


def test_total_morphine_counts_every_molecule_once_and_as_morphine() -> None:
    given = heroin()
    ug = specimens.excreted_ug(measured()[URINE, "morphine_total"], given)
    moles = sum(given.urine[part] for part in ("morphine", "m3g", "m6g"))
    np.testing.assert_allclose(ug, moles * drug("morphine").base_g_per_mol)
    assert (ug[:, -1] / drug("morphine").base_g_per_mol < HEROIN_UMOL).all()


def test_a_micromole_in_a_liter_reads_as_its_grams_per_mole_in_ng_per_ml() -> None:
    passed = some_voids(count=1, last=10.0)
    excreted = np.where(HOURS[None, :] > passed.ends[0, 1] + 0.25, 1.0, 0.0)
    m3g = Exposure(HOURS, {"m3g": np.zeros((1, len(HOURS)))}, {}, {"m3g": excreted})
    one = measured()[URINE, "morphine_total"]
    level = passed.levels(HOURS, specimens.excreted_ug(one, m3g))
    litres = passed.volume_l[0, 1]
    assert level[0, 1] == pytest.approx(drug("morphine").base_g_per_mol / litres, rel=1e-9)


# ---------------------------------------------------------------------------------------------- dilution


def test_creatinine_takes_the_flow_out() -> None:
    given, excreted = heroin(), "m3g"
    usual, much = some_voids(), some_voids(urine_flow_ml_per_min=3.0 * p()["urine_flow_ml_per_min"])
    np.testing.assert_allclose(much.volume_l, 3.0 * usual.volume_l)
    thick, thin = (v.levels(HOURS, given.urine[excreted]) for v in (usual, much))
    np.testing.assert_allclose(thin, thick / 3.0)
    np.testing.assert_allclose(thin / much.creatinine_mg_per_ml, thick / usual.creatinine_mg_per_ml)


def test_a_specimen_asked_for_when_a_void_ends_is_that_void() -> None:
    passed, excreted = some_voids(), heroin().urine["m3g"]
    end = passed.ends[:, 3:4]
    begin, liters, creatinine = passed.on_demand(end)
    level = (specimens.between(HOURS, excreted, end) - specimens.between(HOURS, excreted, begin)) / liters
    long = (passed.ends[:, 3] - passed.ends[:, 2]) > passed.least_h
    assert long.sum() > 20
    np.testing.assert_allclose(level[long, 0], passed.levels(HOURS, excreted)[long, 2])
    np.testing.assert_allclose(creatinine[long, 0], passed.creatinine_mg[long, 2])


def test_people_pass_urine_as_people_do() -> None:
    passed = some_voids(count=300)
    span = passed.ends[:, -1] - passed.ends[:, 0]
    a_day = passed.volume_l.shape[1] / span.mean() * DAY
    assert 4.0 < a_day < 9.0
    litres = (passed.volume_l.sum(axis=1) / span * DAY).mean()
    assert 1.0 < litres < 2.2
    level = np.log(passed.creatinine_mg_per_ml)
    assert 0.7 < np.exp(np.median(level)) < 1.3  # median of spot urine: 1.06 mg/mL
    assert 0.45 < level.std() < 0.75  # its log spread: 0.60


def test_voids_are_rarer_and_urine_scarcer_asleep() -> None:
    passed = some_voids(count=300)
    middle = (passed.ends[:, 1:] + passed.ends[:, :-1]) / 2.0 + passed.clock[:, None]
    spans = np.diff(passed.ends, axis=1)
    night = (middle % DAY) < 5.0
    assert spans[night].mean() > 1.5 * spans[~night].mean()
    rate = passed.volume_l / spans
    assert np.median(rate[night]) < 0.8 * np.median(rate[~night])


# ------------------------------------------------------------------------------------------------- people


def test_the_first_people_are_the_same_however_many_there_are() -> None:
    few, many = some_voids(count=7), some_voids(count=40)
    spans = min(few.volume_l.shape[1], many.volume_l.shape[1])
    for name in ("ends", "volume_l", "creatinine_mg"):
        np.testing.assert_array_equal(getattr(few, name)[:, :spans], getattr(many, name)[:7, :spans])
    assert not np.array_equal(few.ends[:, :spans], some_voids(count=7, seed=2).ends[:, :spans])


def test_a_longer_look_changes_no_void() -> None:
    short, long = some_voids(last=100.0), some_voids(last=380.0)
    spans = short.volume_l.shape[1]
    np.testing.assert_array_equal(short.volume_l, long.volume_l[:, :spans])


# ----------------------------------------------------------------------------------------- blood, oral fluid


def test_blood_and_plasma_differ_by_their_ratio() -> None:
    one, given = measured()[BLOOD, "methadone"], _methadone()
    blood, plasma = specimens.in_blood(p(), one, given), specimens.in_plasma(one, given)
    np.testing.assert_allclose(blood, p()["blood_over_plasma_methadone"] * plasma)
    np.testing.assert_allclose(plasma, given.ng_per_ml("methadone"))


@cache
def _methadone() -> Exposure:
    return follow(Regimen((Dose("methadone", 0.0, 50.0, "oral"),)), HOURS, typical(numbers=p()), numbers=p())


def test_smoke_stays_in_the_mouth_and_says_nothing_of_blood() -> None:
    one = measured()[ORAL_FLUID, "mam"]
    ratios = {}
    for route in ("iv", "smoked"):
        given, regimen = heroin(route), Regimen((Dose("heroin", 0.0, 12.0, route),))
        fluid = specimens.in_oral_fluid(p(), one, given, regimen, seed=1)
        blood = specimens.in_blood(p(), measured()[BLOOD, "mam"], given)
        at = int(np.searchsorted(HOURS, 3.0))
        ratios[route] = float(np.median(fluid[:, at] / blood[:, at]))
    assert ratios["iv"] < 30.0
    assert ratios["smoked"] > 10.0 * ratios["iv"]


def test_nothing_is_in_the_mouth_before_the_dose() -> None:
    one, given = measured()[ORAL_FLUID, "heroin"], heroin("smoked")
    regimen = Regimen((Dose("heroin", 10.0, 12.0, "smoked"),))
    late = Exposure(given.hours, {"heroin": np.zeros_like(given.plasma["heroin"])})
    fluid = specimens.in_oral_fluid(p(), one, late, regimen, seed=1)
    assert (fluid[:, HOURS < 10.0] == 0.0).all()
    assert (fluid[:, HOURS == 10.0] > 0.0).all()


def test_everything_that_is_measured_has_its_numbers() -> None:
    for (matrix, _), one in measured().items():
        for part in one.parts:
            assert drug(part)
            if matrix == ORAL_FLUID:
                assert p()[f"oral_fluid_over_blood_{part}"] > 0.0
        assert one.ng_per_nmol() > 100.0


def test_values_between_hours_lie_on_the_line_and_ends_are_held() -> None:
    hours = np.array([0.0, 1.0, 3.0, 10.0])
    values = np.stack([2.0 * hours, 5.0 - hours])
    times = np.array([[0.25, 2.0, 9.0], [-4.0, 3.0, 12.0]])
    np.testing.assert_allclose(specimens.between(hours, values, times), [[0.5, 4.0, 18.0], [5.0, 2.0, -5.0]])
