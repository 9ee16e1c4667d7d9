"""Venous levels: a delay behind arterial ones that loses nothing."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.body.venous import venous

HOURS = np.linspace(0.0, 10.0, 2001)


def test_a_steady_level_is_reached_with_the_half_life() -> None:
    steady = np.full((2, HOURS.size), 3.0)
    found = venous(HOURS, steady, 0.5)
    assert np.interp([0.5, 1.0, 5.0], HOURS, found[0]) == pytest.approx([1.5, 2.25, 3.0], rel=1e-3)


def test_no_drug_is_lost_and_the_peak_is_later_and_lower() -> None:
    arterial = np.exp(-4.0 * HOURS)[None, :]
    found = venous(HOURS, arterial, 0.1)
    assert np.trapezoid(found, HOURS) == pytest.approx(np.trapezoid(arterial, HOURS), rel=1e-4)
    assert found.max() < arterial.max()
    assert found.argmax() > arterial.argmax()
    k = np.log(2.0) / 0.1
    exact = k / (k - 4.0) * (np.exp(-4.0 * HOURS) - np.exp(-k * HOURS))
    np.testing.assert_allclose(found[0], exact, atol=2e-4)
