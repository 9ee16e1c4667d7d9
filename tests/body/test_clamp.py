"""Ventilation with the gases of the lung clamped: shape, tolerance, and what rest looks like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body.clamp import isohypercapnic_ventilation
from papaver.evidence import inputs, parameter

few = settings(max_examples=80, deadline=None)
P = inputs.numbers()
GASES = {"co2_mmhg": P["clamped_co2_mmhg"], "o2_mmhg": P["clamped_o2_mmhg"]}
REST = float(isohypercapnic_ventilation(0.0, **GASES))


def test_rest_is_near_the_published_ventilation_at_a_clamped_pco2() -> None:
    assert pytest.approx(parameter("e0_vent_isohypercapnic").value, rel=0.25) == REST


@few
@given(st.floats(0.0, 1.0), st.floats(0.0, 0.2), st.floats(1.0, 20.0))
def test_more_signal_never_raises_and_tolerance_never_lowers(level: float, more: float, shift: float) -> None:
    here = float(isohypercapnic_ventilation(level, **GASES))
    assert 0.0 <= float(isohypercapnic_ventilation(min(1.0, level + more), **GASES)) <= here <= REST
    assert here <= float(isohypercapnic_ventilation(level, shift, **GASES)) <= REST


@few
@given(st.floats(0.01, 50.0), st.floats(1.0, 20.0))
def test_a_shift_multiplies_the_load_needed_for_the_same_breathing(load: float, shift: float) -> None:
    naive = float(isohypercapnic_ventilation(load / (1.0 + load), **GASES))
    more = shift * load
    assert float(isohypercapnic_ventilation(more / (1.0 + more), shift, **GASES)) == pytest.approx(naive)


def test_a_full_signal_stops_breathing_and_a_negative_one_does_nothing() -> None:
    assert float(isohypercapnic_ventilation(1.0, **GASES)) == 0.0
    assert float(isohypercapnic_ventilation(-0.3, **GASES)) == REST


def test_co2_drives_and_sedation_takes_only_the_waking_part() -> None:
    steps = [
        float(isohypercapnic_ventilation(0.3, co2_mmhg=co2, o2_mmhg=110.0)) for co2 in (42.0, 47.0, 52.0)
    ]
    assert steps == sorted(steps)
    lost = REST - float(isohypercapnic_ventilation(0.0, sedation=1.0, **GASES))
    assert 0.0 < lost < 0.35 * REST


def test_shapes_are_kept() -> None:
    levels = np.linspace(0.0, 0.9, 6).reshape(2, 3)
    seen = isohypercapnic_ventilation(levels, np.array([[1.0], [4.0]]), **GASES)
    assert seen.shape == (2, 3)
    assert seen[1, 2] == pytest.approx(float(isohypercapnic_ventilation(0.9, 4.0, **GASES)))
