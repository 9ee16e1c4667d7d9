"""Given signals: sedatives, illness, many people, and the events beside collapse."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.body.breathing import PatientRuns, simulate_signal, simulate_signals
from papaver.body.conditions import modified
from papaver.body.overdose_run import saturation
from papaver.body.sedation import midazolam_share, share_lost
from papaver.errors import InputError
from papaver.evidence import finding, parameter
from papaver.evidence.inputs import numbers

RISE_S = np.array([0.0, 60.0, 1500.0])
DEEP = 0.985


def rising(*signals: float) -> np.ndarray:
    return np.array([[0.0, signal, signal] for signal in signals])


def equal(a: PatientRuns, b: PatientRuns) -> bool:
    return a.to_polars().equals(b.to_polars(), null_equal=True)


def test_no_sedation_changes_nothing_bit_for_bit() -> None:
    without = simulate_signal(RISE_S, rising(0.9)[0])
    for sedation, airway in ((0.0, None), (np.zeros(3), 0.0), (None, np.zeros(3))):
        with_none = simulate_signal(RISE_S, rising(0.9)[0], sedation=sedation, airway=airway)
        assert with_none.to_polars().equals(without.to_polars())
        assert with_none.unrousable_s == without.unrousable_s or np.isnan(without.unrousable_s)


def test_many_are_the_same_for_any_threads_and_as_one_by_one() -> None:
    signals, shifts = rising(0.5, 0.97, 0.99), np.array([1.0, 1.5, 1.0])
    sedation = np.array([[0.0, 0.0, 0.3], [0.0, 0.5, 0.5], [0.1, 0.1, 0.1]])
    one, two = (
        simulate_signals(RISE_S, signals, shifts, sedation=sedation, threads=threads) for threads in (1, 2)
    )
    assert equal(one, two)
    for i in range(3):
        alone = simulate_signal(RISE_S, signals[i], shifts[i], sedation=sedation[i], every_s=1500.0)
        for name in ("cyanosed_s", "unrousable_s", "least_ventilation_l_min"):
            assert getattr(alone, name) == pytest.approx(getattr(one, name)[i], nan_ok=True), name


def test_sedation_that_comes_with_the_opioid_never_helps() -> None:
    shares = np.linspace(0.0, 0.9, 7)
    sedation = rising(*shares)
    runs = simulate_signals(RISE_S, rising(*[DEEP] * shares.size), sedation=sedation)
    assert (np.diff(runs.least_arterial_o2_mmhg) < 1e-2).all()
    assert (np.diff(runs.least_ventilation_l_min) < 1e-3).all()
    assert runs.arrest[-1]
    assert not runs.arrest[0]
    cyanosed = runs.cyanosed_s[np.isfinite(runs.cyanosed_s)]
    assert (np.diff(cyanosed) <= 0.0).all()


def test_a_closing_airway_and_tolerance_act_in_one_direction() -> None:
    airway = simulate_signals(RISE_S, rising(*[0.97] * 4), airway=rising(0.0, 0.2, 0.4, 0.6))
    assert (np.diff(airway.least_arterial_o2_mmhg) < 0.0).all()
    tolerant = simulate_signals(RISE_S, rising(*[0.99] * 4), tolerance=[1.0, 1.5, 2.5, 4.0])
    assert (np.diff(tolerant.least_arterial_o2_mmhg) > 0.0).all()
    assert tolerant.arrest[0]
    assert not tolerant.arrest[-1]


def test_full_sedation_takes_the_wakefulness_drive_and_leaves_the_reflexes() -> None:
    # At a held PCO2 of 55 mmHg, with an airway that stays open and metabolism that does not follow, nothing
    # else can go; a little comes back through the lower O2.
    held = {"free_co2": 0.0, "held_co2": 55.0, "sedation_airway": 0.0, "metabolism_power": 0.0}
    awake, deep = (
        simulate_signal([0.0, 1800.0], [0.0, 0.0], patient=held, sedation=share, every_s=1800.0)
        for share in (0.0, 1.0)
    )
    lost = awake.minute_ventilation_l_min[-1] - deep.minute_ventilation_l_min[-1]
    assert 6.62 - 0.5 < lost <= 6.62


def test_events_come_in_order_and_at_their_thresholds() -> None:
    run = simulate_signal(RISE_S, rising(0.995)[0], every_s=0.5)
    given = numbers()
    at = np.searchsorted(run.time_s, run.cyanosed_s)
    assert run.arterial_o2_saturation_percent[at] == pytest.approx(
        given["breathing_cyanosis_saturation"], abs=1.0
    )
    assert run.unrousable_s < run.collapse_s < run.arrest_s
    assert run.cyanosed_s < run.low_o2_s < run.collapse_s
    easier = simulate_signal(
        RISE_S, rising(0.995)[0], numbers={**given, "breathing_cyanosis_saturation": 88.0}
    )
    assert easier.cyanosed_s < run.cyanosed_s


def test_lack_of_oxygen_alone_makes_unrousable() -> None:
    given = {**numbers(), "breathing_unrousable_wakefulness": 0.0}
    run = simulate_signal(RISE_S, rising(0.995)[0], numbers=given, every_s=0.5)
    at = np.searchsorted(run.time_s, run.unrousable_s)
    unconscious = parameter("breathing_saturation_unconscious").value
    assert run.arterial_o2_saturation_percent[at] == pytest.approx(unconscious, abs=1.5)


# ------------------------------------------------------------------------------------------------ sedatives


def test_midazolam_lowers_ventilation_as_published() -> None:
    share = midazolam_share(2.0)
    run = simulate_signal([0.0, 60.0, 900.0], [0.0] * 3, sedation=[0.0, share, share], every_s=900.0)
    lost = 100.0 * (1.0 - run.minute_ventilation_l_min[-1] / run.resting_ventilation_l_min)
    assert lost == pytest.approx(parameter("midaz_mv_drop").value, abs=0.2)


def test_ethanol_on_top_of_an_opioid_lowers_ventilation_as_published() -> None:
    held = {"free_co2": 0.0, "held_co2": 55.0}
    control, oxycodone, both = (finding(f"ethanol_ve55_{arm}").value for arm in ("control", "oxy", "oxy_eth"))

    def ventilation(signal: float, sedation: float) -> float:
        run = simulate_signal([0.0, 1800.0], [signal] * 2, patient=held, sedation=sedation, every_s=1800.0)
        return float(run.minute_ventilation_l_min[-1])

    signal = 0.70159  # what takes ventilation from 33.4 to 18.6 L/min in proportion
    assert ventilation(signal, 0.0) / ventilation(0.0, 0.0) == pytest.approx(oxycodone / control, abs=2e-3)
    ethanol = float(share_lost({"ethanol": 1e9 / 46.07}))  # 1 g/L in nmol/L
    assert ventilation(signal, ethanol) / ventilation(signal, 0.0) == pytest.approx(
        both / oxycodone, abs=2e-3
    )


def test_sedatives_add_up_without_passing_the_whole() -> None:
    given = numbers()
    half = {"diazepam": given["breathing_half_diazepam_nmol_l"]}
    assert share_lost(half) == pytest.approx(0.5)
    assert share_lost({**half, "ethanol": given["breathing_half_ethanol_nmol_l"]}) == pytest.approx(0.75)
    assert share_lost(half, other=0.5) == pytest.approx(0.75)
    assert share_lost({"morphine": 100.0}) == 0.0
    assert share_lost({"diazepam": np.array([[0.0, 1e12]])}).shape == (1, 2)
    for call in (lambda: share_lost({"diazepam": -1.0}), lambda: share_lost({}, other=1.5)):
        with pytest.raises(InputError):
            call()


# ------------------------------------------------------------------------------------------------ conditions


def test_a_healthy_person_is_unmodified() -> None:
    assert modified() == {}
    assert modified("sleep_apnoea", severity=0.0) == {"airway_collapsibility": 0.0}
    assert modified(age_years=20.0) == {}
    reference = numbers()["breathing_bmi_reference"]
    assert modified(bmi=reference)["alveolar_volume"] == pytest.approx(3.28)


@pytest.mark.parametrize(
    "changes",
    [
        modified("lung_disease"),
        modified("sleep_apnoea"),
        modified(age_years=70.0),
        modified(bmi=40.0),
    ],
    ids=["lung", "apnoea", "age", "weight"],
)
def test_each_condition_lowers_oxygen_under_the_same_signal(changes: dict[str, float]) -> None:
    healthy = simulate_signal(RISE_S, rising(0.97)[0])
    ill = simulate_signal(RISE_S, rising(0.97)[0], patient=changes)
    assert ill.least_arterial_o2_mmhg < healthy.least_arterial_o2_mmhg - 2.0


def test_lung_disease_at_rest_looks_like_it() -> None:
    # Stable obstructive disease: arterial PO2 60-80 mmHg, PCO2 about normal at the price of more ventilation.
    run = simulate_signal([0.0, 600.0], [0.0, 0.0], patient=modified("lung_disease"))
    assert 60.0 < run.arterial_o2_mmhg[0] < 80.0
    assert run.arterial_co2_mmhg[0] == pytest.approx(40.0, abs=3.0)
    assert run.resting_ventilation_l_min > 7.5
    apnoea = simulate_signal([0.0, 600.0], [0.0, 0.0], patient=modified("sleep_apnoea"))
    assert apnoea.arterial_o2_mmhg[0] == pytest.approx(92.8, abs=0.05)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: modified("hay_fever"), "hay_fever"),
        (lambda: modified("lung_disease", severity=2.0), "severity"),
        (lambda: modified(age_years=-1.0), "age_years"),
        (lambda: modified(bmi=float("nan")), "bmi"),
        (lambda: simulate_signals(RISE_S, rising(0.5, 0.5), sedation=rising(0.1, 0.1, 0.1)), "sedation"),
        (lambda: simulate_signals(RISE_S, rising(0.5, 0.5), airway=2.0), "airway"),
        (lambda: simulate_signals(RISE_S, rising(0.5, 0.5), tolerance=[1.0, 0.0]), "tolerance"),
        (lambda: simulate_signals(RISE_S, rising(0.5, 0.5), patients={"shunt": [0.1] * 3}), "patients"),
        (lambda: simulate_signals([], []), "signal_s"),
    ],
)
def test_what_makes_no_sense_is_refused(call: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        call()  # type: ignore[operator]


def test_the_saturation_curve_is_inverted() -> None:
    from papaver.body.breathing_runs import base_numbers, pressure_at
    from papaver.body.constants import record

    p = base_numbers("fentanyl", "naive", None)
    for percent in (50.0, 80.0, 95.0):
        assert saturation(pressure_at(percent, p), record(p)) == pytest.approx(percent)
