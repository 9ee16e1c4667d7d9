"""Eight faults that made a rebuild of the published model give no cardiac arrest at all (nlmixr2lib #448).

Each has a check of the piece by hand and a run in which the fault is put back through the numbers and shows.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from papaver.body import blood, breathing_runs, gas
from papaver.body.breathing import BreathingRun, simulate
from papaver.body.constants import record
from papaver.body.delay import new_history


def numbers(**other: float) -> np.void:
    return record({**breathing_runs.base_numbers("fentanyl", "chronic", None), **other})


@functools.cache
def run(dose_mg: float = 1.625, naloxone: str | None = None, **patient: float) -> BreathingRun:
    return simulate(dose_mg, tolerance="chronic", naloxone=naloxone, patient=patient, hours=0.5, every_s=5.0)


def settled(**other: float) -> Any:
    records = breathing_runs.patient_records(breathing_runs.base_numbers("fentanyl", "chronic", None), other)
    return breathing_runs.settled(records, 1e-9)[0]


def rates(y: Any, p: Any) -> Any:
    dy = np.zeros(gas.STATES)
    history = new_history(*gas.REMEMBERED_STATES, 0, gas.REMEMBERED_SIGNALS)
    gas.breathing_rates(0.0, y, dy, history, p, breathing_runs.new_course())
    return dy


def test_units_of_the_effect_site() -> None:
    # 1 mg in 10.5 L is 95.238 ng/mL; over 336.4 g/mol that is 283,110 pM.
    p, y = numbers(), settled()
    y[0] = 1.0
    assert rates(y, p)[3] / p["opioid_k_effect"] == pytest.approx(283_110.0, rel=1e-4)
    y[3] = 283_110.0
    assert rates(y, p)[3] == pytest.approx(0.0, abs=1e-2)
    # 1 ng/mL of naloxone over 327.27 g/mol is 3055.6 pM.
    y[6] = 1.0
    assert rates(y, p)[8] / p["naloxone_k_effect"] == pytest.approx(3055.6, rel=1e-4)
    assert run().arrest
    assert not run(pm_per_mg_l=1e6).arrest


def test_the_second_look_decides_on_the_collapse() -> None:
    saved = run(naloxone="generic_im")
    assert saved.least_arterial_o2_mmhg < 15.0
    assert np.isfinite(saved.low_o2_s)
    assert not saved.arrest
    assert run().collapse_s == pytest.approx(run().low_o2_s + 220.0)
    assert run(naloxone="generic_im", collapse_wait=1.0).arrest


def test_the_delays_are_transport_delays() -> None:
    none = run(peripheral_delay_volume=0.0, central_delay_volume=0.0)
    # Without delays the typical collapse is 7 to 19 s later and the first nadir 1.09, not 0.82 L/min (an
    # independent integration of the published equations).
    assert 6.5 <= none.collapse_s - run().collapse_s <= 19.5
    first = run().time_s < 90.0
    assert run().minute_ventilation_l_min[first].min() == pytest.approx(0.82, abs=0.02)
    assert none.minute_ventilation_l_min[first].min() == pytest.approx(1.09, abs=0.02)
    p = numbers()
    assert gas.delay_of(p["peripheral_delay_volume"], p["volume_flow_rest"], p) == pytest.approx(
        7.24, abs=0.01
    )
    assert gas.delay_of(p["peripheral_delay_volume"], 2.0 * p["volume_flow_rest"], p) == pytest.approx(
        3.62, abs=0.01
    )
    assert gas.delay_of(p["central_delay_volume"], p["volume_flow_rest"], p) == pytest.approx(11.38, abs=0.01)
    assert gas.delay_of(p["central_delay_volume"], 0.9 * p["delay_flow"], p) == 0.0


def test_drug_volumes_halve_at_high_flow() -> None:
    p = numbers()
    rest = p["volume_flow_rest"]
    assert gas.volume_divisor(rest, p) == pytest.approx(1.0, abs=1e-4)
    assert gas.volume_divisor(1.6 * rest, p) == pytest.approx(1.5)
    assert gas.volume_divisor(2.0 * rest, p) == pytest.approx(2.0, abs=1e-3)
    fixed = run(volume_change=0.0)
    at = np.argmax(run().cardiac_output_l_min)
    assert run().opioid_plasma_ng_ml[at] > 1.9 * fixed.opioid_plasma_ng_ml[at]
    assert run().opioid_central_mg == pytest.approx(fixed.opioid_central_mg)


def test_the_run_starts_from_equilibrium() -> None:
    p = numbers()
    assert np.abs(rates(settled(), p)[9:20] / np.maximum(np.abs(settled()[9:20]), 1.0)).max() < 1e-6
    unsettled = run(settle_time=0.0)
    assert unsettled.resting_ventilation_l_min == pytest.approx(6.62, abs=0.01)
    assert run().resting_ventilation_l_min == pytest.approx(6.764, abs=0.001)
    assert abs(unsettled.collapse_s - run().collapse_s) > 6.0


def test_dead_space_takes_a_third_of_each_breath() -> None:
    # The CO2 made, 0.2 L/min, leaves through 0.66 of ventilation: alveolar PCO2 = 0.2 x 863 / (0.66 MV).
    alveolar = settled()[9]
    assert 0.2 * 863.0 / (0.66 * run().resting_ventilation_l_min) == pytest.approx(alveolar, rel=1e-3)
    whole = run(alveolar_fraction=1.0)
    assert whole.arterial_co2_mmhg[0] < run().arterial_co2_mmhg[0] - 2.0
    assert not np.isclose(whole.collapse_s, run().collapse_s, atol=10.0)


def test_metabolism_falls_with_local_oxygen() -> None:
    p = numbers()
    assert gas.metabolism(1.0, 0.87, 30.0, p) == 1.0
    assert gas.metabolism(1.0, 0.87, 3.0, p) == 0.5
    assert gas.metabolism(0.5, 0.87, 30.0, p) == 0.87
    assert gas.metabolism(0.5, 0.93, 1.5, p) == pytest.approx(0.93 / 4.0)
    low = run(2.965)
    unclamped = run(2.965, metabolism_o2_limit=1.0)
    both = (low.time_s > 150.0) & (low.time_s < 350.0)
    assert unclamped.brain_o2_mmhg[both].min() < 0.5 * low.brain_o2_mmhg[both].min()


def test_oxygen_use_has_a_floor_not_a_ceiling() -> None:
    # Full signal: no wakefulness drive is left, yet 93 % of O2 use and 87 % of CO2 production go on.
    p, y = numbers(), settled()
    quiet, deep, full = rates(y, p), np.zeros(gas.STATES), np.zeros(gas.STATES)
    now = blood.gases_of(y, p)
    gas.store_rates(y, deep, now, 0.0, 0.0, p)
    gas.store_rates(y, full, now, 0.0, 6.62, p)
    assert full[11:15] == pytest.approx(quiet[11:15], abs=1e-9)
    used = p["brain_o2_used"] / p["brain_volume"]
    made = p["brain_co2_made"] / p["brain_volume"]
    assert deep[12] - full[12] == pytest.approx(0.07 * used)
    assert deep[11] - full[11] == pytest.approx(-0.13 * made)
    # Oxygen runs out because of it: with a low floor a person who hardly breathes would keep enough.
    assert run(metabolism_power=0.5).arrest
    assert not run(metabolism_power=0.5, metabolism_o2_floor=0.5).arrest


def test_wakefulness_has_the_power_that_the_program_gives_it() -> None:
    # The paper's text swaps the two powers; the program is right (0.9 x 1.47 on wakefulness).
    p = numbers()
    assert gas.wakefulness_of(0.5, 0.0, p) == pytest.approx(6.62 * (1.0 - 0.5**1.323))
    swapped = run(0.4, wakefulness_power=p["chemoreflex_power"], chemoreflex_power=p["wakefulness_power"])
    assert abs(swapped.least_ventilation_l_min - run(0.4).least_ventilation_l_min) > 0.5


def test_brain_oxygen_acts_on_the_reflex_between_its_bounds() -> None:
    p, y = numbers(), settled()
    slow = []
    for brain_o2 in (5.0, 29.8, 32.0, 37.0, 60.0):
        y[12] = brain_o2 * p["o2_solubility"]
        slow.append(rates(y, p)[19] * p["hypoxia_tau"] + y[19])
    low, high = 1.0 - 10.0 * 2.2 / 32.0, 1.0 + 10.0 * 5.0 / 32.0
    assert slow == pytest.approx([low, low, 1.0, high, high])
