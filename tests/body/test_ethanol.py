"""Ethanol: a limit to elimination, balance, and an outside solver."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from papaver.body.drugs import drug
from papaver.body.ethanol import BLOOD, body_of, slope
from papaver.body.exposure import follow
from papaver.body.people import draw, personal, typical
from papaver.body.regimen import Dose
from papaver.evidence.inputs import numbers

P = numbers()
HOURS = np.array([0.0, 0.2, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 24.0])


def grams_per_litre(doses: list[Dose], hours: np.ndarray = HOURS) -> np.ndarray:
    return follow(doses, hours).ng_per_ml("ethanol")[0] * 1e-6


def test_levels_are_those_of_an_outside_solver() -> None:
    b = {name: float(np.ravel(value)[0]) for name, value in body_of(personal(P, typical())).items()}
    start = np.zeros((4, 1))
    start[0] = 40_000.0
    exact = solve_ivp(
        lambda _, x: slope(x.reshape(4, 1), 0.0, b).ravel(),
        (0.0, 24.0),
        start.ravel(),
        t_eval=HOURS,
        rtol=1e-11,
        atol=1e-8,
        method="LSODA",
    ).y[BLOOD]
    found = grams_per_litre([Dose("ethanol", 0.0, 40_000.0, "oral")]) * 1000.0 * b["central"]
    np.testing.assert_allclose(found, exact, rtol=1e-6, atol=1e-3)


def test_the_fall_is_straight_until_little_is_left() -> None:
    """Two to three hours after a drink blood falls by the same 0.1-0.2 g/L each hour."""
    level = grams_per_litre([Dose("ethanol", 0.0, 70_000.0, "oral")], np.arange(2.0, 7.0))
    falls = -np.diff(level)
    assert falls.min() == pytest.approx(falls.max(), rel=0.05)
    assert 0.1 < falls.mean() < 0.2


def test_twice_the_dose_is_more_than_twice_the_area() -> None:
    fine = np.linspace(0.0, 30.0, 1801)
    one, two = (
        grams_per_litre([Dose("ethanol", 0.0, mg, "oral")], fine).sum() for mg in (20_000.0, 40_000.0)
    )
    assert two > 2.5 * one


def test_about_one_and_a_half_percent_leaves_through_the_kidneys() -> None:
    """0.4 g/kg into the vein over half an hour in the volunteers of the model."""
    given = Dose("ethanol", 0.0, 28_000.0, "iv", 0.5)
    urine = follow([given], [30.0], urine=True).urine["ethanol"][0, 0]
    assert urine / drug("ethanol").umol(given.mg) == pytest.approx(0.015, abs=0.006)


def test_slow_drinking_peaks_lower_than_fast_drinking_and_takes_in_the_same() -> None:
    fast = grams_per_litre([Dose("ethanol", 0.0, 40_000.0, "oral")])
    slow = grams_per_litre([Dose("ethanol", 0.0, 40_000.0, "oral", 3.0)])
    assert slow.max() < fast.max()
    drops = [Dose("ethanol", 3.0 * (k + 0.5) / 200, 200.0, "oral") for k in range(200)]
    np.testing.assert_allclose(slow, grams_per_litre(drops), rtol=2e-3, atol=1e-4)


def test_women_reach_higher_levels() -> None:
    both = follow([Dose("ethanol", 0.0, 30_000.0, "oral")], [0.8], typical(woman=[0.0, 1.0]))
    assert both.plasma["ethanol"][1, 0] > 1.05 * both.plasma["ethanol"][0, 0]


def test_people_differ() -> None:
    level = follow([Dose("ethanol", 0.0, 30_000.0, "oral")], [3.0], draw(200, 1)).plasma["ethanol"][:, 0]
    assert level.std() > 0.05 * level.mean()
