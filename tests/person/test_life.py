"""The hour view: doses on the grid, the door, and its relation to the kinetics."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.body.kinetics import HEROIN, METHADONE, build_kinetics, load_after_dose
from papaver.errors import InputError
from papaver.person.life import Body, Dose, dose_grid, every, follow_hours
from tests.person.make import CENTRAL


def test_a_regimen_written_out() -> None:
    doses = every("methadone", 50.0, each_hours=24, days=3, start_hour=9.0)
    assert [(dose.drug, dose.hour, dose.mg) for dose in doses] == [
        ("methadone", 9.0, 50.0),
        ("methadone", 33.0, 50.0),
        ("methadone", 57.0, 50.0),
    ]


def test_doses_fall_into_their_hour_and_add_up() -> None:
    grid = dose_grid(
        [Dose("heroin", 0.0, 5.0), Dose("heroin", 0.0, 2.0), Dose("methadone", 25.0, 40.0)], 2, 24
    )
    assert grid[0, HEROIN, 0] == 7.0
    assert grid[1, METHADONE, 1] == 40.0
    assert grid.sum() == 47.0


@pytest.mark.parametrize(
    ("dose", "says"),
    [
        (Dose("herion", 0.0, 5.0), "herion"),
        (Dose("heroin", 0.0, -1.0), "-1"),
        (Dose("heroin", 0.0, 0.0), "impossible"),
        (Dose("heroin", 0.0, float("nan")), "nan"),
        (Dose("heroin", -2.0, 5.0), "outside"),
        (Dose("heroin", 48.0, 5.0), "outside"),
        (Dose("heroin", float("nan"), 5.0), "nan"),
        (Dose("heroin", float("inf"), 5.0), "inf"),
    ],
)
def test_impossible_doses_are_refused(dose: Dose, says: str) -> None:
    with pytest.raises(InputError, match=says):
        follow_hours([dose], 2, CENTRAL)


@pytest.mark.parametrize("minutes", [7, 0, -60])
def test_steps_that_do_not_fit_a_day_are_refused(minutes: int) -> None:
    with pytest.raises(InputError):
        follow_hours([], 1, CENTRAL, step_minutes=minutes)


def test_loads_of_the_hour_view_are_hourly_means_of_the_kinetics() -> None:
    course = follow_hours([Dose("heroin", 0.0, 20.0), Dose("methadone", 5.0, 60.0)], 3, CENTRAL)
    kinetics = build_kinetics(CENTRAL)
    for drug, start, mg, index in (("heroin", 0.0, 20.0, HEROIN), ("methadone", 5.0, 60.0, METHADONE)):
        for hour in (0, 5, 6, 20, 60):
            fine = np.linspace(hour - start, hour - start + 1.0, 2001)
            exact = mg * np.trapezoid(load_after_dose(kinetics, index, fine), fine) if hour >= start else 0.0
            assert course[f"{drug}_load"][hour] == pytest.approx(exact, rel=1e-5, abs=1e-12)


def test_columns_have_one_value_per_step() -> None:
    for minutes, steps in ((60, 48), (30, 96), (10, 288)):
        course = follow_hours([Dose("heroin", 3.0, 20.0)], 2, CENTRAL, step_minutes=minutes)
        assert {len(values) for values in course.values()} == {steps}
        np.testing.assert_allclose(np.diff(course["hour"]), minutes / 60.0)


def test_a_fast_body_is_sick_sooner_and_a_frail_one_feels_more() -> None:
    doses = every("heroin", 30.0, each_hours=6, days=30)
    after = doses[-1].hour
    usual = follow_hours(doses, 40, CENTRAL)
    fast = follow_hours(doses, 40, CENTRAL, body=Body(speed={"heroin": 1.5}))
    frail = follow_hours(doses, 40, CENTRAL, body=Body(frailty=2.0))
    window = usual["hour"] > after
    assert np.argmax(fast["felt"][window]) < np.argmax(usual["felt"][window])
    np.testing.assert_allclose(frail["felt"], 2.0 * usual["felt"], rtol=1e-12)
    assert frail["cows"].max() > usual["cows"].max()
    for unchanged in ("signal", "fast", "held", "gap"):
        np.testing.assert_array_equal(frail[unchanged], usual[unchanged])


def test_nothing_happens_before_a_dose() -> None:
    course = follow_hours([Dose("heroin", 30.0, 20.0)], 3, CENTRAL)
    before = course["hour"] < 30.0
    assert not course["signal"][before].any()
    assert course["signal"][~before][0] > 0.0


def test_the_future_does_not_reach_back() -> None:
    doses = every("heroin", 30.0, each_hours=6, days=10)
    plain = follow_hours(doses, 14, CENTRAL)
    more = follow_hours([*doses, Dose("naloxone", 250.0, 1.0)], 14, CENTRAL)
    before = plain["hour"] < 250.0
    for name, values in plain.items():
        np.testing.assert_array_equal(values[before], more[name][before])
