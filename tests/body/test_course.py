"""One body over hours: every part in its place, limits that must hold, and people who can be told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from papaver.body.course import EVENTS, Course, course, over_people, time_grid
from papaver.body.regimen import Dose, Regimen
from papaver.errors import InputError
from papaver.evidence.inputs import numbers

P = numbers()


def heroin(mg: float, hour: float = 0.0, route: str = "iv") -> Dose:
    return Dose("heroin", hour, mg, route)


def least(found: Course) -> np.ndarray:
    """Lowest ventilation of each person (L/min)."""
    return np.asarray(found.breathing["ventilation_l_min"].min(axis=1))


@pytest.fixture(scope="module")
def deadly() -> Course:
    """Fentanyl in people who differ: some live, most do not."""
    return course([Dose("fentanyl", 0.0, 0.8, "iv")], 2.0, people=12)


# ------------------------------------------------------------------------------------------------- limits


def test_without_effect_everything_stays_at_rest() -> None:
    found = course([heroin(1e-9)], 6.0)
    rest = found.resting_ventilation_l_min[0]
    assert found.breathing["ventilation_l_min"] == pytest.approx(
        np.full((1, found.hours.size), rest), rel=0.01
    )
    assert found.signal.max() < 1e-6 and found.reward.high.max() < 1e-6 and found.sedation.max() == 0.0
    assert all(np.isnan(found.events[name]).all() for name in EVENTS)
    assert found.alive.all()


def test_before_the_dose_nothing_happens() -> None:
    found = course([heroin(30.0, hour=2.0)], 4.0)
    before = found.hours < 2.0
    assert found.signal[0, before].max() < 1e-12
    assert found.reward.high[0, before].max() < 1e-9
    assert found.exposure.plasma["heroin"][0, before].max() == 0.0


def test_what_binds_nothing_has_no_signal_but_may_sedate() -> None:
    found = course([Dose("diazepam", 0.0, 10.0, "oral")], 6.0)
    assert found.signal.max() == 0.0 and found.sedation.max() > 0.1
    assert found.reward.high.max() == 0.0 and found.reward.relief.max() == 0.0


def test_all_courses_stay_within_what_can_be() -> None:
    doses = [heroin(40.0), Dose("diazepam", 0.0, 10.0, "oral"), Dose("naloxone", 1.0, 0.4, "im")]
    found = course(doses, 12.0, people=8, tolerance=2.0)
    for name, values in found.columns().items():
        assert values.shape == (8, found.hours.size), name
        assert np.isfinite(values).all(), name
        if not name.startswith("relief"):
            assert values.min() >= 0.0, name
        if name.endswith(("occupancy", "signal", "sedation", "high")):
            assert values.max() <= 1.0, name
    assert sum(found.binding.occupancy.values()).max() <= 1.0 + 1e-9  # type: ignore[union-attr, arg-type]
    assert found.breathing["arterial_o2_saturation_percent"].max() <= 100.0


# -------------------------------------------------------------------------------------------- more and less


def test_more_of_a_dose_lowers_breathing_in_everybody() -> None:
    lowest = [least(course([heroin(mg)], 3.0, people=6)) for mg in (5.0, 20.0, 80.0)]
    assert (lowest[0] > lowest[1]).all() and (lowest[1] > lowest[2]).all()


def test_tolerance_shifts_breathing_and_the_high() -> None:
    found = [course([heroin(60.0)], 3.0, tolerance=t) for t in (1.0, 2.0, P["tolerance_breathing"])]
    assert least(found[0]) < least(found[1]) < least(found[2])
    highs = [one.reward.high.max() for one in found]
    assert highs[0] > highs[1] > highs[2]
    reliefs = [one.reward.relief.max() for one in found]
    assert reliefs[0] == 0.0 < reliefs[1] < reliefs[2]
    assert [one.tolerance for one in found] == [1.0, 2.0, P["tolerance_breathing"]]


def test_naloxone_raises_breathing_and_ends_the_high() -> None:
    alone = course([heroin(60.0)], 3.0)
    rescued = course([heroin(60.0), Dose("naloxone", 0.5, 2.0, "iv")], 3.0)
    hours = [0.6, 0.75, 1.0]

    def at(found: Course, values: np.ndarray) -> np.ndarray:
        return np.interp(hours, found.hours, values[0])

    breaths = [at(found, found.breathing["ventilation_l_min"]) for found in (alone, rescued)]
    assert (breaths[1] > 1.2 * breaths[0]).all()
    assert (at(rescued, rescued.reward.high) < 0.7 * at(alone, alone.reward.high)).all()
    after = rescued.hours > 2.0
    assert (rescued.signal[0, after] > rescued.signal[0, np.searchsorted(rescued.hours, 0.75)]).all()


def test_a_sedative_beside_an_opioid_lowers_breathing_further() -> None:
    both = course([heroin(40.0), Dose("alprazolam", 0.0, 2.0, "oral")], 4.0)
    assert least(both) < least(course([heroin(40.0)], 4.0))


def test_illness_and_failing_kidneys_tell() -> None:
    well = course([heroin(40.0)], 4.0)
    ill = course([heroin(40.0)], 4.0, conditions=["lung_disease"])
    saturation = "arterial_o2_saturation_percent"
    assert ill.breathing[saturation].min() < well.breathing[saturation].min()
    kidneys = course([heroin(40.0)], 24.0, gfr_ml_per_min=15.0)
    usual = course([heroin(40.0)], 24.0)
    assert kidneys.exposure.plasma["m6g"][0, -1] > 1.5 * usual.exposure.plasma["m6g"][0, -1]


# ------------------------------------------------------------------------------------------------- people


def test_one_person_is_the_typical_one_whatever_the_seed() -> None:
    one, other = course([heroin(30.0)], 3.0, seed=1), course([heroin(30.0)], 3.0, seed=2)
    assert one.people == 1
    assert all((one.columns()[name] == other.columns()[name]).all() for name in one.columns())


def test_first_people_are_the_same_in_any_crowd_and_by_any_number_of_threads() -> None:
    doses = [heroin(30.0), Dose("naloxone", 0.5, 0.4, "im")]
    few = course(doses, 3.0, people=3, threads=1)
    many = course(doses, 3.0, people=7, threads=3)
    for name, values in few.columns().items():
        assert (values == many.columns()[name][:3]).all(), name
    for name in EVENTS:
        assert np.array_equal(few.events[name], many.events[name][:3], equal_nan=True)


def test_other_seeds_are_other_people_and_covariates_hold() -> None:
    one, other = (course([heroin(30.0)], 2.0, people=3, seed=seed, weight_kg=60.0) for seed in (1, 2))
    assert (one.signal != other.signal).any()
    lean = course([heroin(30.0)], 2.0, weight_kg=50.0)
    assert lean.exposure.plasma["mam"].max() > course([heroin(30.0)], 2.0).exposure.plasma["mam"].max()


def test_a_draw_of_the_inputs_changes_the_answer() -> None:
    found = [course([heroin(30.0)], 2.0, numbers=numbers(1, k)) for k in (0, 1)]
    assert least(found[0]) != least(found[1])


# ----------------------------------------------------------------------------------------------- what is told


def test_the_grid_holds_doses_and_ends_of_infusions_and_is_close_after_them() -> None:
    taken = Regimen((heroin(10.0, hour=0.7), Dose("morphine", 2.1, 10.0, "iv", 0.25)))
    grid = time_grid(taken, 8.0)
    assert {0.0, 0.7, 2.1, 2.35, 8.0} <= set(grid.tolist())
    assert (np.diff(grid) > 0.0).all() and grid[0] == 0.0 and grid[-1] == 8.0
    for edge in (0.7, 2.1, 2.35):
        assert ((grid > edge) & (grid <= edge + 10.5 / 3600)).sum() >= 2
    assert time_grid(Regimen((heroin(1.0, hour=30.0), heroin(1.0))), 8.0).max() == 8.0


def test_events_come_in_their_order(deadly: Course) -> None:
    cyanosed, unrousable, collapse, arrest = (deadly.events[name] for name in EVENTS)
    died = np.isfinite(arrest)
    assert died.any()
    assert (collapse[died] <= arrest[died]).all()
    assert (cyanosed[died] <= collapse[died]).all() and (unrousable[died] <= collapse[died]).all()
    assert np.isfinite(collapse[died]).all()


def test_after_an_arrest_nothing_is_told(deadly: Course) -> None:
    died = np.isfinite(deadly.events["arrest"])
    gone = deadly.hours >= deadly.events["arrest"][died][0]
    one = deadly.alive[died][0]
    assert not one[gone].any() and one[~gone].all()
    for name, values in deadly.columns().items():
        assert np.isnan(values[died][0, gone]).all() and np.isfinite(values[died][0, ~gone]).all(), name
    middle, low, high = deadly.band("high")
    some = np.isfinite(middle)
    assert (low[some] <= middle[some]).all() and (middle[some] <= high[some]).all()


def test_quantiles_where_nobody_is_left_are_no_numbers() -> None:
    values = np.array([[1.0, np.nan, np.nan], [3.0, 2.0, np.nan]])
    middle, low, high = over_people(values)
    assert middle[:2] == pytest.approx([2.0, 2.0])
    assert np.isnan(middle[2]) and np.isnan(low[2]) and np.isnan(high[2])


def test_tables_have_a_row_for_each_person_and_time(deadly: Course) -> None:
    table = deadly.to_polars()
    assert table.shape == (12 * deadly.hours.size, 2 + len(deadly.columns()))
    assert table["person"].unique().to_list() == list(range(12))
    one = table.filter(table["person"] == 3)
    assert one["hour"].to_list() == deadly.hours.tolist()
    assert one["agonist_signal"][0] == deadly.signal[3, 0]
    pandas = pytest.importorskip("pandas")
    assert isinstance(deadly.to_pandas(), pandas.DataFrame) and deadly.to_pandas().shape == table.shape


def test_there_is_no_band_of_what_is_not_there(deadly: Course) -> None:
    with pytest.raises(InputError, match=r"'hihg'.*high"):
        deadly.band("hihg")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"regimen": []}, "no dose"),
        ({"hours": 0.0}, "hours"),
        ({"hours": -1.0}, "hours"),
        ({"hours": float("nan")}, "hours"),
        ({"hours": 73.0}, "72"),
        ({"people": 0}, "people"),
        ({"people": 2001}, "2000"),
        ({"tolerance": 0.5}, "tolerance"),
        ({"tolerance": 99.0}, "4.3"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"regimen": [heroin(10.0, hour=9.0)]}, "after the end"),
        ({"regimen": [heroin(float("nan"))]}, "mg"),
        ({"regimen": [heroin(-1.0)]}, "mg"),
        ({"regimen": [heroin(0.0)]}, "mg"),
        ({"regimen": [heroin(1.0, hour=-1.0)]}, "hour"),
        ({"regimen": [Dose("heroin", 0.0, 1.0, "iv", float("inf"))]}, "duration_h"),
        ({"regimen": [Dose("herion", 0.0, 1.0, "iv")]}, "heroin"),
        ({"regimen": [heroin(1.0, route="sublingual")]}, "route"),
        ({"conditions": ["flu"]}, "flu"),
        ({"weight_kg": -3.0}, "weight_kg"),
        ({"colour": 3.0}, "colour"),
    ],
)
def test_what_cannot_be_is_told(change: dict[str, Any], says: str) -> None:
    given: dict[str, Any] = {"regimen": [heroin(10.0)], "hours": 4.0, **change}
    with pytest.raises(InputError, match=says):
        course(given.pop("regimen"), given.pop("hours"), **given)
