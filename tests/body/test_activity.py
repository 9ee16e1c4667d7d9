"""The receptor in a body: searches find what the inputs hold, and mixtures do what volunteers showed."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.body import activity
from papaver.body.activity import by_vein, clamped_run
from papaver.body.exposure import follow
from papaver.body.ligands import ligands
from papaver.body.receptor import bind, signal
from papaver.body.regimen import Dose
from papaver.evidence import inputs, parameter

P = inputs.numbers()
KG = P["body_weight_kg"]
MINUTES = np.linspace(0.0, 4.0, 241)


# ---------------------------------------------------------------------------------------------- searches


@pytest.mark.parametrize(
    ("search", "within"),
    [
        (activity.breathing_activity, 0.03),
        (activity.fentanyl_half_load, 0.01),
        (activity.morphine_half_load, 0.01),
        (activity.naltrexone_half_load, 0.02),
        (activity.naltrexone_brain_half_life, 0.02),
    ],
)
def test_the_inputs_hold_what_the_searches_find(search: object, within: float) -> None:
    found = search()  # type: ignore[operator]
    assert found.value == pytest.approx(found.held, rel=within)
    assert abs(found.residual) < 7.0


def test_a_wrong_activity_is_not_found_right() -> None:
    known = activity.with_activity(ligands(P), "buprenorphine", "breathing", 0.5)
    assert activity.buprenorphine_ceiling(P, known).mean() > 65.0


# ----------------------------------------------------------------------- buprenorphine: ceiling, protection


def lowest(mg: float, name: str = "buprenorphine") -> float:
    run = clamped_run([by_vein(name, 0.0, mg * KG / 70.0)], np.linspace(0.0, 7.0, 421), numbers=P)
    return 100.0 * float(run.share.min())


def test_buprenorphine_levels_off_at_half_of_ventilation_and_fentanyl_does_not() -> None:
    steps = [lowest(mg) for mg in (0.05, 0.3, 0.6, 3.0, 30.0)]
    assert steps == sorted(steps, reverse=True)
    assert steps[1] == pytest.approx(50.0, abs=5.0)
    assert steps[1] - steps[-1] < 10.0
    assert lowest(2.0, "fentanyl") < 5.0


def falls_after_fentanyl(level: float, tolerance: float, ug: float) -> float:
    """Fall of ventilation (% of rest) that 2-hour buprenorphine and a bolus of fentanyl make together."""
    run = clamped_run(
        [by_vein("fentanyl", 2.0, ug / 1000.0)],
        np.linspace(0.0, 3.0, 181),
        tolerance=tolerance,
        steady_ng_per_ml={"buprenorphine": level},
        numbers=P,
    )
    before = run.ventilation[0, np.searchsorted(run.hours, 2.0)]
    return 100.0 * (1.0 - float(run.ventilation[0, run.hours >= 2.0].min() / before))


@pytest.mark.parametrize(("tolerance", "ug"), [(1.0, 75.0), (1.0, 350.0), (4.3, 700.0)])
def test_buprenorphine_protects_from_fentanyl_the_more_of_it_there_is(tolerance: float, ug: float) -> None:
    steps = [falls_after_fentanyl(level, tolerance, ug) for level in (0.0, 0.5, 1.0, 2.0, 5.0)]
    assert steps == sorted(steps, reverse=True)
    assert steps[1] < 0.6 * steps[0]


def test_fentanyl_on_buprenorphine_goes_lower_than_buprenorphine_but_not_as_low_as_alone() -> None:
    bolus = [by_vein("fentanyl", 2.0, 0.35)]
    hours = np.linspace(0.0, 3.0, 181)
    both = clamped_run(bolus, hours, steady_ng_per_ml={"buprenorphine": 0.5}, numbers=P)
    alone = clamped_run(bolus, hours, numbers=P)
    assert alone.share.min() < both.share.min() < 0.5


# ------------------------------------------------------------------------------------ antagonists, blockade


@pytest.mark.parametrize("mg_per_kg", [0.001, 0.01, 0.1])
def test_naloxone_by_vein_holds_the_receptors_that_pet_shows(mg_per_kg: float) -> None:
    exposure = follow([by_vein("naloxone", 0.0, mg_per_kg * KG)], MINUTES, numbers=P)
    held = 100.0 * bind(exposure, P).occupancy["naloxone"][0, 55]
    name = "nalox_iv_pet_" + f"{mg_per_kg:g}".replace(".", "p")
    assert held == pytest.approx(parameter(name).value, abs=6.0)


def heroin_signal(before: list[Dose], at: float) -> float:
    """Highest rise of the breathing signal after heroin 25 mg by vein."""
    hours = np.unique(np.append(np.linspace(max(0.0, at - 1.0), at + 1.0, 121), 0.0))
    exposure = follow([*before, Dose("heroin", at, 25.0, "iv")], hours, numbers=P)
    acting = signal(bind(exposure, P), "breathing")[0]
    return float(acting.max())


def test_naltrexone_blocks_heroin_for_hours_and_then_less_and_less() -> None:
    pill = [Dose("naltrexone", 0.0, 50.0, "oral")]
    open_to = [heroin_signal(pill, at) for at in (8.0, 24.0, 48.0, 72.0)]
    assert open_to == sorted(open_to)
    free = heroin_signal([], 2.0)
    loads = [level / (1.0 - level) for level in (open_to[0], free)]
    assert loads[0] < loads[1] / 8.0


def test_a_naltrexone_depot_blocks_for_weeks() -> None:
    depot = [Dose("naltrexone", 0.0, 380.0, "depot")]
    week, month = (heroin_signal(depot, 24.0 * day) for day in (10, 60))
    free = heroin_signal([], 24.0)
    assert week < 0.75 * free
    assert week < month <= free + 1e-9


def test_nalmefene_holds_longer_than_naloxone() -> None:
    hours = np.linspace(0.0, 24.0, 481)
    held = {
        name: bind(follow([by_vein(name, 0.0, 1.0)], hours, numbers=P), P).occupancy[name][0, -1]
        for name in ("naloxone", "nalmefene")
    }
    assert held["nalmefene"] > 0.3 > 3.0 * held["naloxone"]


# ---------------------------------------------------------------------------------- precipitated withdrawal

HABIT = [Dose("heroin", 6.0 * k, 40.0, "iv") for k in range(40)]
LAST = 6.0 * 39


def withdrawal_signal(extra: list[Dose], at: float, dependence: float = 1.0) -> tuple[float, float]:
    """Withdrawal signal at ``at`` and its lowest within two hours, on the day loop's scale."""
    hours = np.append(np.arange(0.0, LAST, 1.0), np.linspace(LAST, at + 2.0, 300))
    binding = bind(follow([*HABIT, *extra], hours, numbers=P), P, scale="occupancy")
    acting = signal(binding, "withdrawal", dependence=dependence)[0]
    return float(np.interp(at, hours, acting)), float(acting[hours >= at].min())


def test_naloxone_takes_the_signal_below_zero_within_minutes_in_dependence_only() -> None:
    at = LAST + 12.0
    for dependence in (0.0, 1.0):
        after = withdrawal_signal([Dose("naloxone", at, 2.0, "iv")], at, dependence)[1]
        waited = withdrawal_signal([], at, dependence)[1]
        assert waited > after + 0.5
        assert (after < 0.0) == (dependence > 0.0)


def test_buprenorphine_early_lowers_the_signal_and_late_raises_it() -> None:
    """The same tablet: soon after heroin it displaces more than it brings, a day later it brings more."""
    early, late = LAST + 1.0, LAST + 36.0
    tablet = {at: [Dose("buprenorphine", at, 16.0, "sublingual")] for at in (early, late)}
    soon = np.append(np.arange(0.0, LAST, 1.0), np.linspace(LAST, early + 4.0, 300))
    courses = [
        signal(bind(follow([*HABIT, *extra], soon, numbers=P), P, scale="occupancy"), "withdrawal")[0]
        for extra in (tablet[early], [], [Dose("buprenorphine", early, 8.0, "iv")])
    ]
    assert (courses[0] - courses[1]).min() < -0.005
    assert (courses[2] - courses[1]).min() < 2.0 * (courses[0] - courses[1]).min()
    hours = np.append(np.arange(0.0, LAST, 1.0), np.linspace(LAST, late + 2.0, 300))
    with_it = signal(
        bind(follow([*HABIT, *tablet[late]], hours, numbers=P), P, scale="occupancy"), "withdrawal"
    )
    without = signal(bind(follow(HABIT, hours, numbers=P), P, scale="occupancy"), "withdrawal")
    assert with_it[0, -1] > without[0, -1] + 0.1
