"""The overdose surface: monotone by construction, near direct simulation, whole on disk."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body import surface, virtual_patients
from papaver.body.breathing import simulate_patients
from papaver.body.constants import values
from papaver.body.overdose_people import (
    AXES,
    draw_bodies,
    grid_hours,
    intake,
    intakes,
    setting,
    signals,
    take,
    watch,
)
from papaver.body.surface import THRESHOLDS, stored
from papaver.body.surface_build import check_class, drawn_setting, halve, make_trial
from papaver.body.surface_model import CURVES, Curve, Spread, fit_curve, fit_spread, ramps
from papaver.errors import InputError
from papaver.evidence.inputs import numbers

P = numbers()
DATA = Path(surface.__file__).parent / "data"
names = st.sampled_from(sorted(stored().faces))
thresholds = st.sampled_from(THRESHOLDS)
some = st.floats(0.0, 1.0)
points = st.fixed_dictionaries(
    {
        "tolerance": st.floats(1.0, 8.0),
        "sedation": st.floats(0.0, 0.9),
        "lung": some,
        "apnoea": some,
        "old": some,
        "present": st.floats(0.0, 10.0),
    }
)
doses = st.floats(-3.0, 3.0).map(math.exp)
many = settings(max_examples=150, deadline=None)


# ------------------------------------------------------------------------------------------------- the form


@many
@given(name=names, threshold=thresholds, at=points, factor=doses, more=st.floats(1.0, 10.0))
def test_more_drug_is_never_safer(
    name: str, threshold: str, at: dict[str, float], factor: float, more: float
) -> None:
    mg = factor * float(stored().critical_mg(name)[0])
    low, high = stored().share(name, [mg, mg * more], threshold, **at)
    assert 0.0 <= low <= high <= 1.0


@many
@given(name=names, threshold=thresholds, at=points, other=points, factor=doses, axis=st.sampled_from(AXES))
def test_every_axis_acts_in_one_direction(
    name: str, threshold: str, at: dict[str, float], other: dict[str, float], factor: float, axis: str
) -> None:
    mg = factor * float(stored().critical_mg(name)[0])
    low, high = sorted((at[axis], other[axis]))
    shares = [float(stored().share(name, mg, threshold, **{**at, axis: x})[0]) for x in (low, high)]
    safer = axis == "tolerance"
    assert (shares[1] <= shares[0] + 1e-12) if safer else (shares[1] >= shares[0] - 1e-12)


@many
@given(name=names, at=points, factor=doses)
def test_nobody_collapses_without_having_been_unrousable(
    name: str, at: dict[str, float], factor: float
) -> None:
    mg = factor * float(stored().critical_mg(name, "collapse")[0])
    collapse, unrousable = (stored().share(name, mg, one, **at)[0] for one in ("collapse", "unrousable"))
    assert collapse <= unrousable


def test_ramps_of_equal_height_make_a_straight_line() -> None:
    x = np.linspace(-0.5, 2.5, 61)
    for count in (1, 2, 3, 5):
        straight = ramps(x, 2.0, count) @ np.ones(count)
        np.testing.assert_allclose(straight, np.clip(x, 0.0, 2.0), atol=1e-12)
        assert (np.diff(ramps(x, 2.0, count), axis=0) >= -1e-12).all()


def test_a_planted_law_is_found_again_and_a_wrong_sign_is_not_followed() -> None:
    rng = np.random.default_rng(3)
    at = drawn_setting(600, 5, "planted")
    axes = {axis: getattr(at, axis) for axis in AXES}
    tops = dict.fromkeys(CURVES, 1.0) | {"tolerance": math.log(6.0), "sedation": -math.log(0.2)}
    own = rng.standard_normal((600, 1))
    truth = 2.0 + np.log(axes["tolerance"]) + 0.7 * np.log1p(-axes["sedation"]) + 0.5 * axes["lung"]
    curve, off = fit_curve(
        truth + 0.3 * own[:, 0],
        axes,
        tops,
        own,
    )
    assert curve.at == pytest.approx(2.0 + 0.25 * 0.5, abs=0.3)
    np.testing.assert_allclose(curve.coefficients["tolerance"], 1.0, atol=0.15)
    np.testing.assert_allclose(curve.coefficients["sedation"], -0.7, atol=0.2)
    assert (curve.coefficients["lung"] <= 0.0).all()  # more illness never helps, whatever the data say
    assert np.std(off) > 0.25


def test_the_spread_meets_its_points() -> None:
    z = np.random.default_rng(1).standard_normal(4000)
    middle, spread = fit_spread(1.0 + np.where(z < 0.0, 0.3 * z, 0.6 * z), 0.05)
    assert middle == pytest.approx(1.0, abs=0.03)
    assert (spread.below, spread.above) == (pytest.approx(0.3, abs=0.03), pytest.approx(0.6, abs=0.05))
    shares = spread.share(np.linspace(-3.0, 3.0, 50))
    assert (np.diff(shares) > 0.0).all()
    assert Spread(1.0, 1.0).share(np.array([0.0]))[0] == 0.5


def test_halving_finds_where_people_begin_to_pass() -> None:
    truth = np.log(np.array([0.5, 3.0, 70.0]))
    found = halve(lambda mg: np.log(mg) >= truth, np.full(3, -4.0), np.full(3, 6.0), 20)
    np.testing.assert_allclose(found, truth, atol=2e-5)


def test_beyond_the_design_tolerance_goes_on_shifting() -> None:
    curve = Curve(
        0.0,
        dict.fromkeys(CURVES, 1.0),
        {axis: np.ones(n) * (1 if axis == "tolerance" else -1) for axis, n in CURVES.items()},
    )
    at = {axis: np.zeros(2) for axis in CURVES} | {"tolerance": np.exp(np.array([2.0, 3.0]))}
    assert np.diff(curve(at))[0] == pytest.approx(1.0)


# ----------------------------------------------------------------------------------------------- on disk


def test_the_stored_checks_are_within_the_stated_error() -> None:
    rows = list(csv.DictReader((DATA / "surface_checks.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["intake"] for row in rows} == set(intakes())
    off = np.array([float(row["simulated"]) - float(row["fitted"]) for row in rows])
    facts = stored().provenance
    assert float(facts["check_rms"]) == pytest.approx(math.sqrt(float(np.mean(off**2))), abs=1e-4)
    assert float(facts["check_largest"]) == pytest.approx(float(np.abs(off).max()), abs=1e-4)
    assert float(facts["check_rms"]) < 0.08
    assert abs(float(off.mean())) < 0.04


def test_the_surface_says_where_it_comes_from() -> None:
    facts = stored().provenance
    assert set(stored().faces) == set(intakes())
    assert {"body_hash", "evidence_hash", "seed", "people_by_intake", "check_people"} <= set(facts)
    people = dict(part.split("=") for part in facts["people_by_intake"].split())
    for name, one in intakes().items():
        assert 0.5 * one.rows <= int(people[name]) <= one.rows


def test_what_is_written_is_what_was_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from papaver.body.surface_build import build

    design = dict(values("surface_design")) | {"check_points": 2, "check_people": 12}
    monkeypatch.setattr("papaver.body.surface_build.values", lambda name: design)
    monkeypatch.setitem(intakes(), "heroin_iv", intake("heroin_iv")._replace(rows=40))  # type: ignore[index]
    fits, checks = build(4, names=("heroin_iv",))
    surface.write(fits, checks, {"seed": "4"}, tmp_path)
    lines = (tmp_path / "surface.csv").read_text().splitlines()
    items: dict[tuple[str, str], list[float]] = {}
    for row in csv.DictReader(lines):
        items.setdefault((row["part"], row["item"]), []).append(float(row["value"]))
    face = surface._face("heroin_iv", items)
    for threshold in THRESHOLDS:
        assert face.curves[threshold].at == pytest.approx(fits[0].curves[threshold].at, rel=1e-6)
        assert face.spreads[threshold].below == pytest.approx(fits[0].spreads[threshold].below, rel=1e-6)
    assert face.log_ratio == pytest.approx(fits[0].log_ratio, rel=1e-6, abs=1e-7)
    assert not list(tmp_path.glob("*.part"))


def test_the_hash_of_the_body_leaves_its_own_files_out() -> None:
    assert len(surface.body_hash()) == 16
    assert set(surface.GENERATED) <= {path.name for path in DATA.glob("surface*.csv")}


def test_the_command_tells_the_state_of_the_surface(capsys: pytest.CaptureFixture[str]) -> None:
    assert surface.main([]) == 0
    said = capsys.readouterr().out
    assert "heroin_iv" in said and "root mean square" in said


# ------------------------------------------------------------------------------------------- against bodies


@pytest.mark.parametrize("name", ["heroin_iv", "fentanyl_iv"])
def test_other_people_at_other_points_fall_where_the_surface_says(name: str) -> None:
    """People and settings that the surface has not seen; 150 people leave a binomial error of 0.04."""
    face = stored().face(name)
    found = check_class(face, 3, 77, P)  # type: ignore[arg-type]
    off = np.array([one.simulated - one.fitted for one in found])
    assert np.abs(off).max() < 0.25
    assert math.sqrt(float(np.mean(off**2))) < 0.12


def test_the_published_population_fares_as_in_the_published_model() -> None:
    """Rows of the published population through signals of our own, against the published equations, whose
    volumes also change with blood flow; without tolerance, which the two express differently."""
    bodies, one = draw_bodies(150, 77, P), intake("fentanyl_iv")
    ours = watch(take(one, bodies, P), np.full(150, 1.0), setting(150), {}, P)
    theirs = simulate_patients(virtual_patients.draw(150, 77), 1.0, tolerance="naive")
    agree = np.isfinite(ours.collapse_s) == np.isfinite(theirs.collapse_s)
    assert 0.2 < float(np.isfinite(theirs.collapse_s).mean()) < 0.8
    assert float(agree.mean()) >= 0.85
    shares = [float(np.isfinite(runs.collapse_s).mean()) for runs in (ours, theirs)]
    assert shares[0] == pytest.approx(shares[1], abs=0.12)


def test_risk_is_monotone_in_dose_person_by_person() -> None:
    """What the bisection rests on."""
    trial = make_trial(intake("heroin_iv"), 24, 8, P, drawn_setting(24, 8, "monotone"))
    for threshold in THRESHOLDS:
        before = np.zeros(24, bool)
        for mg in np.geomspace(5.0, 5000.0, 10):
            now = np.isfinite(getattr(trial.run(np.full(24, mg)), f"{threshold}_s"))
            assert not (before & ~now).any()
            before = now
        assert before.all()


def test_time_to_collapse_falls_with_the_dose() -> None:
    critical = float(stored().critical_mg("heroin_iv", "collapse")[0])
    minutes = stored().minutes_to_collapse("heroin_iv", critical * np.array([0.5, 1.0, 1.5, 3.0, 10.0]))
    assert np.isnan(minutes[0])
    assert (np.diff(minutes[1:]) < 0.0).all()
    slow, middle, fast = (
        float(stored().minutes_to_collapse(name, 1.1 * stored().critical_mg(name, "collapse"))[0])
        for name in ("methadone_day_1", "heroin_iv", "fentanyl_iv")
    )
    assert slow > 3.0 * middle and middle > 1.5 * fast


def test_methadone_adds_up_over_the_days() -> None:
    """The same daily dose is more dangerous on day 3 and 7 than on day 1, before any tolerance is gained."""
    days = [float(stored().critical_mg(f"methadone_day_{day}")[0]) for day in (1, 3, 7, 14)]
    assert days[0] > days[1] > days[2] > 0.9 * days[3]
    assert 1.3 < days[0] / days[1] < 2.6
    loads = [float(stored().critical_load(f"methadone_day_{day}")[0]) for day in (1, 3, 7, 14)]
    assert max(loads) / min(loads) < 1.4  # what counts is the load, whatever the day


def test_routes_are_ordered_as_their_speed_and_share_say() -> None:
    mg = {name: float(stored().critical_mg(name)[0]) for name in stored().faces}
    assert mg["heroin_iv"] < mg["heroin_smoked"] < mg["heroin_oral"]
    assert mg["fentanyl_iv"] < mg["heroin_iv"] / 50.0


def test_signals_rise_with_dose_and_with_what_is_there() -> None:
    bodies = draw_bodies(5, 2, P)
    taken = take(intake("heroin_iv"), bodies, P)
    one, two = (signals(taken, np.full(5, mg), np.zeros(5)) for mg in (10.0, 30.0))
    more = signals(taken, np.full(5, 10.0), np.full(5, 2.0))
    assert (two >= one).all() and (more >= one - 1e-9).all()
    np.testing.assert_allclose(more[:, 0], 2.0 / 3.0, atol=0.25)  # potency differs between people


def test_the_first_people_are_the_same_for_any_number() -> None:
    few, all_ = draw_bodies(3, 9, P), draw_bodies(30, 9, P)
    for name, column in few.deviations.items():
        np.testing.assert_array_equal(column, all_.deviations[name][:3])


def test_threads_do_not_matter() -> None:
    bodies, at = draw_bodies(6, 2, P), setting(6)
    taken = take(intake("heroin_iv"), bodies, P)
    one, two = (watch(taken, np.full(6, 400.0), at, {}, P, threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.collapse_s, two.collapse_s)


def test_the_grid_covers_the_window() -> None:
    for one in intakes().values():
        hours = grid_hours(one.window_h)
        assert hours[0] == 0.0 and hours[-1] == one.window_h and (np.diff(hours) > 0.0).all()


# ------------------------------------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    "ask",
    [
        lambda: stored().share("heroin", 10.0),
        lambda: stored().share("heroin_iv", -1.0),
        lambda: stored().share("heroin_iv", math.nan),
        lambda: stored().share("heroin_iv", 10.0, "dead"),
        lambda: stored().share("heroin_iv", 10.0, sedation=1.0),
        lambda: stored().share("heroin_iv", 10.0, tolerance=0.5),
        lambda: stored().share("heroin_iv", 10.0, height=1.0),
        lambda: stored().critical_load("heroin_iv", "dead"),
        lambda: intake("heroin"),
        lambda: setting(2, lung=2.0),
        lambda: setting(2, tall=1.0),
        lambda: setting(2, tolerance=[1.0, 2.0, 3.0]),
    ],
)
def test_bad_input_is_told(ask: object) -> None:
    with pytest.raises(InputError):
        ask()  # type: ignore[operator]
