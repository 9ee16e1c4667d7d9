"""How fast a high comes and goes by drug and route, and that only the high is reached so fast."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from papaver.body.course import time_grid
from papaver.body.exposure import Exposure, follow
from papaver.body.receptor import bind, signal
from papaver.body.regimen import Dose, Regimen
from papaver.body.reward import Reward, rewards
from papaver.body.rush import at_reward, fill
from papaver.evidence.inputs import numbers

P = numbers()
ROUTES = ("iv", "smoked", "im", "intranasal", "oral")


def felt(*doses: Dose, tolerance: float = 1.0, hours: float = 24.0) -> Reward:
    exposure = follow(doses, time_grid(Regimen(doses), hours))
    lasting = signal(bind(exposure, P, scale="occupancy"), "reward")
    sudden = signal(bind(at_reward(exposure, P), P, scale="occupancy"), "reward")
    return rewards(exposure.hours, lasting, sudden=sudden, tolerance=tolerance)


def half_gone(seen: Reward) -> float:
    """Hours after its peak at which half of the high is gone."""
    high = seen.high[0]
    top = int(high.argmax())
    return float(seen.hours[top:][high[top:] <= 0.5 * high[top]][0] - seen.hours[top])


def test_a_high_by_vein_peaks_in_minutes_and_is_gone_in_hours() -> None:
    for mg in (12.0, 30.0):
        seen = felt(Dose("heroin", 0.0, mg, "iv"))
        assert 1.0 < 60.0 * seen.peak()["hour"][0] < 6.0
        assert 0.4 < half_gone(seen) < 3.0
        assert np.interp(4.0, seen.hours, seen.high[0]) < 0.15 * seen.high.max()
        assert np.interp(1.5 / 60.0, seen.hours, seen.high[0]) > 0.4 * seen.high.max()


def test_routes_differ_in_speed_and_strength_as_people_say() -> None:
    seen = {route: felt(Dose("heroin", 0.0, 12.0, route)).peak() for route in ROUTES}
    peak_min = [60.0 * float(seen[route]["hour"][0]) for route in ROUTES]
    assert peak_min == sorted(peak_min)
    assert peak_min[1] < 10.0 < peak_min[3] < peak_min[4] < 60.0
    high = {route: float(seen[route]["high"][0]) for route in ROUTES}
    assert high["iv"] > high["im"] > high["intranasal"] > high["oral"] > 0.0
    assert high["iv"] > high["smoked"] > high["intranasal"]


def test_morphine_by_vein_is_felt_in_minutes_and_slower_by_infusion() -> None:
    at_once = felt(Dose("morphine", 0.0, 10.0, "iv")).peak()
    assert 60.0 * at_once["hour"][0] < 20.0
    slowly = felt(Dose("morphine", 0.0, 10.0, "iv", 1.0)).peak()
    assert slowly["high"][0] < 0.85 * at_once["high"][0]


def test_tolerance_takes_the_high_of_the_same_dose() -> None:
    dose = Dose("heroin", 0.0, 30.0, "iv")
    highs = [felt(dose, tolerance=t).high.max() for t in (1.0, 3.0, 10.0)]
    assert highs == sorted(highs, reverse=True) and highs[2] < 0.7 * highs[0]


def test_a_second_dose_soon_after_the_first_feels_weaker_than_a_day_later() -> None:
    first, soon, later = (
        felt(Dose("heroin", 0.0, 20.0, "iv"), Dose("heroin", hour, 20.0, "iv"), hours=26.0)
        for hour in (0.0, 2.0, 24.0)
    )
    assert first.high.max() > 0.0

    def second(seen: Reward, hour: float) -> float:
        return float(seen.high[0, seen.hours >= hour].max())

    assert second(soon, 2.0) < second(later, 24.0)


def test_only_sites_of_heroin_and_morphine_are_reached_faster() -> None:
    doses = (Dose("heroin", 0.0, 12.0, "iv"), Dose("methadone", 0.0, 20.0, "oral"))
    slow = follow(doses, time_grid(Regimen(doses), 6.0))
    fast = at_reward(slow, P)
    assert fast.plasma is slow.plasma
    changed = {name for name in slow.site if not np.array_equal(slow.site[name], fast.site[name])}
    assert changed == {"mam", "morphine"}
    assert (fast.site["mam"] >= slow.site["mam"]).all()
    alone = follow([doses[1]], [0.0, 1.0, 2.0])
    assert at_reward(alone, P).site["methadone"] is alone.site["methadone"]


def test_the_site_follows_plasma_like_the_equation_and_waits_for_the_dose() -> None:
    rate = np.log(2.0) / (P["heroin_brain_half_life_min"] / 60.0)
    doses = (Dose("heroin", 0.5, 10.0, "smoked"),)
    grid = time_grid(Regimen(doses), 2.0)
    exposure = follow(doses, grid)
    out = at_reward(exposure, P).site["mam"][0] - exposure.site["mam"][0]
    out /= P["reward_heroin_share"]
    assert (out[grid <= 0.5] == 0.0).all()

    def slope(hour: float, site: np.ndarray) -> np.ndarray:
        return np.asarray(rate * (follow(doses, [hour]).plasma["heroin"][0, 0] - site))

    some = grid[(grid >= 0.5) & (grid < 0.9)]
    exact = solve_ivp(slope, (0.5, some[-1]), [0.0], t_eval=some, rtol=1e-6, max_step=0.01).y[0]
    assert out[(grid >= 0.5) & (grid < 0.9)] == pytest.approx(exact, abs=0.01 * exact.max())


def test_a_bolus_between_far_points_is_not_felt_before_it_is_given() -> None:
    hours = np.array([0.0, 1.0, 2.0])
    plasma = np.array([[0.0, 100.0, 50.0]])
    out = np.zeros((1, 3))
    fill(hours, plasma, np.array([False, True, False]), 0.1, out)
    assert out[0, 1] == 0.0 and out[0, 2] > 50.0
    nothing = Exposure(hours, {}, {})
    assert at_reward(nothing, P).site == {}
