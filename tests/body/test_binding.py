"""Binding of mixtures to one receptor: what any competition must do, and exact answers where they exist."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from papaver.body.binding import slope_weights
from papaver.body.ligands import EFFECTS, Ligand, fda_ligands, ligands
from papaver.body.receptor import (
    Binding,
    agonist_signal,
    bind,
    occupy,
    settle,
    shifted_signal,
    signal,
    tolerant_signal,
)
from papaver.body.virtual_patients import draw_block
from papaver.errors import InputError
from papaver.evidence import inputs

Floats = npt.NDArray[np.float64]
few = settings(max_examples=40, deadline=None)
ALL = ligands()
HOURS = np.linspace(0.0, 6.0, 91)
names = st.lists(st.sampled_from(tuple(ligands())), min_size=1, max_size=5, unique=True)
strengths = st.floats(0.01, 50.0)


def course(
    name: str, strength: float, rate: float = 0.4, known: Mapping[str, Ligand] = ALL
) -> npt.NDArray[np.float64]:
    """A smooth rise and fall, its height in half-binding concentrations."""
    half = float(np.asarray(known[name].half_nmol_l))
    return half * strength * np.exp(-rate * HOURS) * (1.0 - np.exp(-3.0 * HOURS))


# ------------------------------------------------------------------------------------------ exact answers


@few
@given(st.sampled_from(tuple(ligands())), strengths)
def test_one_ligand_at_a_steady_level_binds_exponentially(name: str, strength: float) -> None:
    one = ALL[name]
    held = occupy(HOURS, {name: np.full(HOURS.size, strength * one.half_nmol_l)}).occupancy[name][0]
    rate = one.off_per_h * (1.0 + strength)
    exact = strength / (1.0 + strength) * (1.0 - np.exp(-rate * HOURS))
    assert held == pytest.approx(exact, abs=1e-5)


@pytest.mark.parametrize("name", ["fentanyl", "buprenorphine"])
def test_a_ligand_leaves_with_its_own_half_life_when_nothing_else_is_there(name: str) -> None:
    held = occupy(HOURS, {name: np.zeros(HOURS.size)}, start={name: 0.9}).occupancy[name][0]
    assert held == pytest.approx(0.9 * np.exp(-ALL[name].off_per_h * HOURS), abs=1e-5)


@few
@given(names, strengths)
def test_binding_settles_where_detailed_balance_holds(chosen: list[str], strength: float) -> None:
    levels = {name: np.full(5, strength * float(ALL[name].half_nmol_l)) for name in chosen}
    binding = occupy(np.linspace(0.0, 200.0, 5), levels)
    free = binding.free[0, -1]
    for name in chosen:
        one = ALL[name]
        on = one.off_per_h / one.half_nmol_l**one.slope * levels[name][-1] ** one.slope * free
        assert binding.occupancy[name][0, -1] * one.off_per_h == pytest.approx(on, rel=1e-4)


def test_the_settled_state_is_the_load_formula_of_the_day_loop() -> None:
    known = ligands(scale="occupancy")
    p = inputs.central()
    level = {"morphine": 40.0, "methadone": 200.0, "buprenorphine": 5.0, "naloxone": 3.0}
    load = [level[name] / known[name].half_nmol_l for name in level]
    formula = agonist_signal(
        *load, float(p["buprenorphine_activity_withdrawal"]), float(p["inverse_agonism"])
    )
    held = {name: np.atleast_2d(share) for name, share in settle(level, known).items()}
    still = signal(Binding(np.zeros(1), held, known), "withdrawal", dependence=1.0)[0, 0]
    assert still == pytest.approx(formula, rel=1e-12)
    hours = np.array([0.0, 1.0, 300.0])
    moved = occupy(hours, {name: np.full(3, one) for name, one in level.items()}, known)
    assert signal(moved, "withdrawal", dependence=1.0)[0, -1] == pytest.approx(formula, abs=1e-6)


def test_the_scale_of_scans_is_the_one_of_the_day_loop() -> None:
    p = inputs.numbers()
    half = ligands(scale="occupancy")["buprenorphine"].half_nmol_l
    assert half == pytest.approx(p["buprenorphine_half_load_ng_ml"] * 1000.0 / 467.64, rel=1e-3)
    assert half > 10.0 * ALL["buprenorphine"].half_nmol_l


def reference(
    courses: Mapping[str, tuple[float, float]], known: Mapping[str, Ligand], end: float
) -> list[float]:
    """Radau of SciPy at a tolerance of 1e-10 on the same equations in their published form."""
    chosen = list(courses)

    def level(name: str, t: float) -> float:
        strength, rate = courses[name]
        half = float(np.asarray(known[name].half_nmol_l))
        return half * strength * math.exp(-rate * t) * (1.0 - math.exp(-3.0 * t))

    def rates(t: float, held: npt.NDArray[np.float64]) -> list[float]:
        free = 1.0 - held.sum()
        return [
            float(
                one.off_per_h / one.half_nmol_l**one.slope * level(name, t) ** one.slope * free
                - one.off_per_h * share
            )
            for name, share in zip(chosen, held, strict=True)
            for one in (known[name],)
        ]

    solved = solve_ivp(rates, (0.0, end), np.zeros(len(chosen)), method="Radau", rtol=1e-10, atol=1e-12)
    return [float(share) for share in solved.y[:, -1]]


@pytest.mark.parametrize("fine", [1.0, 0.1])
def test_a_mixture_agrees_with_scipy(fine: float) -> None:
    courses = {
        "fentanyl": (30.0, 1.0),
        "naloxone": (40.0, 0.8),
        "buprenorphine": (5.0, 0.1),
        "morphine": (3.0, 0.3),
    }
    levels = {name: course(name, *how) for name, how in courses.items()}
    for last in (20, 45, 90):
        end = HOURS[last]
        held = occupy(HOURS, levels, fineness=fine)
        got = [held.occupancy[name][0, last] for name in courses]
        assert got == pytest.approx(reference(courses, ALL, end), abs=2e-4)


def test_the_published_slopes_agree_with_scipy() -> None:
    known = fda_ligands("fentanyl")
    courses = {"fentanyl": (100.0, 1.0), "naloxone": (30.0, 0.8)}
    levels = {name: course(name, *how, known) for name, how in courses.items()}
    held = occupy(HOURS, levels, known)
    got = [held.occupancy[name][0, 60] for name in courses]
    assert got == pytest.approx(reference(courses, known, HOURS[60]), abs=2e-4)


# ----------------------------------------------------------------------------------- conservation, symmetry


@few
@given(names, strengths, st.floats(0.05, 3.0))
def test_receptors_are_never_more_than_all_nor_less_than_none(
    chosen: list[str], strength: float, rate: float
) -> None:
    binding = occupy(HOURS, {name: course(name, strength, rate) for name in chosen})
    assert all((held >= 0.0).all() for held in binding.occupancy.values())
    assert (binding.free >= -1e-6).all() and (binding.free <= 1.0).all()


@few
@given(st.permutations(["fentanyl", "morphine", "buprenorphine", "naloxone"]))
def test_the_order_of_ligands_does_not_matter(order: list[str]) -> None:
    levels = {name: course(name, 4.0) for name in ("fentanyl", "morphine", "buprenorphine", "naloxone")}
    one, other = occupy(HOURS, levels), occupy(HOURS, {name: levels[name] for name in order})
    for name in levels:
        assert one.occupancy[name] == pytest.approx(other.occupancy[name], abs=1e-9)


@few
@given(strengths, st.floats(0.0, 1.0))
def test_two_equal_ligands_act_as_one(strength: float, part: float) -> None:
    known = {"one": Ligand("one", 3.0, 5.0), "two": Ligand("two", 3.0, 5.0)}
    whole = 3.0 * strength * np.exp(-0.3 * HOURS)
    both = occupy(HOURS, {"one": part * whole, "two": (1.0 - part) * whole}, known)
    alone = occupy(HOURS, {"one": whole}, known)
    assert both.occupancy["one"] + both.occupancy["two"] == pytest.approx(alone.occupancy["one"], abs=2e-6)


def test_people_do_not_touch_each_other_and_one_row_serves_all() -> None:
    fentanyl = np.array([course("fentanyl", s) for s in (1.0, 5.0, 20.0)])
    together = occupy(HOURS, {"fentanyl": fentanyl, "naloxone": course("naloxone", 10.0)})
    for who in range(3):
        alone = occupy(HOURS, {"fentanyl": fentanyl[who], "naloxone": course("naloxone", 10.0)})
        assert (together.occupancy["fentanyl"][who] == alone.occupancy["fentanyl"][0]).all()


def test_each_virtual_patient_keeps_its_own_constants() -> None:
    rows = {**draw_block("binding_fentanyl", 6, 3), **draw_block("naloxone_binding", 6, 3)}
    known = fda_ligands("fentanyl", rows)
    assert np.asarray(known["fentanyl"].half_nmol_l).std() > 0.0
    level = np.full(HOURS.size, 1.0)
    together = occupy(HOURS, {"fentanyl": np.tile(level, (6, 1))}, known).occupancy["fentanyl"]
    one = {name: column[4] for name, column in rows.items()}
    alone = occupy(HOURS, {"fentanyl": level}, fda_ligands("fentanyl", one)).occupancy["fentanyl"]
    assert together[4] == pytest.approx(alone[0], rel=1e-12)


# ------------------------------------------------------------------------------------------------ the grid


def test_a_finer_grid_changes_nothing() -> None:
    def held(points: int) -> list[float]:
        hours = np.linspace(0.0, 6.0, points)
        rise = 5.0 * np.exp(-0.4 * hours) * (1.0 - np.exp(-3.0 * hours))
        levels = {"fentanyl": 0.476 * rise, "naloxone": 1.4 * rise}
        return [float(share[0, -1]) for share in occupy(hours, levels).occupancy.values()]

    assert held(61) == pytest.approx(held(961), rel=2e-4)


def test_a_finer_step_changes_nothing() -> None:
    levels = {"fentanyl": course("fentanyl", 40.0), "naloxone": course("naloxone", 40.0)}
    coarse, fine = occupy(HOURS, levels), occupy(HOURS, levels, fineness=1e-3)
    for name in levels:
        assert coarse.occupancy[name] == pytest.approx(fine.occupancy[name], abs=1e-5)


def test_a_break_on_the_grid_keeps_a_dose_from_being_smoothed() -> None:
    hours = np.linspace(0.0, 2.0, 41)
    level = np.where(hours > 1.0, 3.0 * (1.0 - np.exp(-4.0 * (hours - 1.0))), 0.0)
    first, left, right = np.zeros((41, 2), np.int64), np.zeros((41, 4)), np.zeros((41, 4))
    slope_weights(hours, hours == 1.0, first, left, right)
    before, after = (level[start : start + 4] for start in first[20])
    assert before @ left[20] == 0.0
    assert after @ right[20] == pytest.approx(12.0, rel=0.01)
    held = occupy(hours, {"fentanyl": level}, breaks=[1.0]).occupancy["fentanyl"][0]
    assert (held[:21] == 0.0).all() and held[21] > 0.0


# --------------------------------------------------------------------------------------------------- effect


@few
@given(
    st.sampled_from(("fentanyl", "morphine", "methadone", "carfentanil")), strengths, st.floats(1.01, 10.0)
)
def test_more_of_a_full_agonist_never_lowers_the_signal(name: str, strength: float, times: float) -> None:
    levels = {"buprenorphine": course("buprenorphine", 0.5), name: course(name, strength)}
    before = signal(occupy(HOURS, levels), "breathing")
    after = signal(occupy(HOURS, {**levels, name: times * levels[name]}), "breathing")
    assert (after >= before - 1e-5).all()


@few
@given(st.sampled_from(("naloxone", "naltrexone", "nalmefene")), strengths, st.floats(1.01, 10.0))
def test_more_of_an_antagonist_never_raises_the_signal(name: str, strength: float, times: float) -> None:
    levels = {"fentanyl": course("fentanyl", 10.0), name: course(name, strength)}
    before = signal(occupy(HOURS, levels), "breathing")
    after = signal(occupy(HOURS, {**levels, name: times * levels[name]}), "breathing")
    assert (after <= before + 1e-5).all()


@few
@given(strengths)
def test_enough_agonist_surmounts_an_antagonist(strength: float) -> None:
    block = {"naloxone": np.full(5, strength * ALL["naloxone"].half_nmol_l)}
    hours = np.linspace(0.0, 50.0, 5)
    agonist = 99.0 * (1.0 + strength) * ALL["fentanyl"].half_nmol_l
    held = signal(occupy(hours, {**block, "fentanyl": np.full(5, agonist)}), "breathing")
    assert held[0, -1] == pytest.approx(0.99, abs=1e-4)


def test_with_every_activity_one_the_signal_is_the_share_of_receptors_held() -> None:
    known = {name: Ligand(name, 2.0, 3.0, 1.0, dict.fromkeys(EFFECTS, 1.0)) for name in ("a", "b")}
    binding = occupy(HOURS, {"a": 5.0 * np.exp(-HOURS), "b": HOURS}, known)
    assert signal(binding, "reward") == pytest.approx(1.0 - binding.free, abs=1e-12)


def test_antagonists_pull_below_zero_only_in_dependence_and_in_proportion() -> None:
    binding = occupy(HOURS, {"naltrexone": course("naltrexone", 10.0)})
    assert (signal(binding, "withdrawal") == 0.0).all()
    full, half = (signal(binding, "withdrawal", dependence=d) for d in (1.0, 0.5))
    assert full.min() < -0.05
    assert full == pytest.approx(2.0 * half)
    by_person = signal(binding, "withdrawal", dependence=np.array([0.0, 1.0]))
    assert by_person.shape == (2, HOURS.size)
    assert (by_person[0] == 0.0).all() and (by_person[1] == full[0]).all()


@pytest.mark.parametrize("name", ["buprenorphine", "naloxone"])
def test_a_full_agonist_displaced_makes_the_signal_fall(name: str) -> None:
    """What precipitates withdrawal: the same morphine, and within two hours far less signal."""
    morphine = np.full(HOURS.size, 10.0 * ALL["morphine"].half_nmol_l)
    start = {"morphine": 10.0 / 11.0}
    entering = 200.0 * ALL[name].half_nmol_l * (1.0 - np.exp(-3.0 * HOURS))
    alone = signal(occupy(HOURS, {"morphine": morphine}, start=start), "withdrawal", dependence=1.0)
    with_it = occupy(HOURS, {"morphine": morphine, name: entering}, start=start)
    fallen = alone - signal(with_it, "withdrawal", dependence=1.0)
    assert alone[0] == pytest.approx(10.0 / 11.0, abs=1e-6)
    assert fallen[0, 30] > (0.1 if name == "buprenorphine" else 0.8)
    # At first a partial agonist also finds free receptors, and adds.
    assert (np.diff(fallen[0, 2:30]) >= -1e-6).all()


@pytest.mark.parametrize(
    ("name", "half_min"), [("morphine", 5.0), ("fentanyl", 2.7), ("buprenorphine", 68.0)]
)
def test_flooded_with_naloxone_a_ligand_leaves_as_fast_as_it_can(name: str, half_min: float) -> None:
    """Minutes for morphine and fentanyl, an hour for buprenorphine: published off rates, no faster."""
    hours = np.linspace(0.0, 3.0, 361)
    flood = {"naloxone": np.full(361, 5000.0 * ALL["naloxone"].half_nmol_l), name: np.zeros(361)}
    held = occupy(hours, flood, start={name: 0.8}).occupancy[name][0]
    assert 60.0 * hours[np.argmax(held < 0.4)] == pytest.approx(half_min, abs=0.6)


@few
@given(st.lists(st.floats(-0.2, 1.0), min_size=3, max_size=3), st.floats(1.0, 20.0))
def test_the_shift_of_arrays_is_the_shift_of_numbers(levels: list[float], by: float) -> None:
    expected = [tolerant_signal(level, by) for level in levels]
    assert shifted_signal(levels, by).tolist() == pytest.approx(expected, abs=1e-15)
    assert shifted_signal(np.array([levels, levels]), np.array([by, 1.0]))[1] == pytest.approx(levels)


# ------------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("hours", "levels", "start", "word"),
    [
        ([0.0, 1.0], {"fentanyl": [1.0, -1.0]}, {}, "below 0"),
        ([0.0, 1.0], {"fentanyl": [1.0, math.nan]}, {}, "finite"),
        ([0.0, 1.0], {"fentanyl": [1.0]}, {}, "per person and time"),
        ([1.0, 1.0], {"fentanyl": [1.0, 1.0]}, {}, "rise"),
        ([0.0, 1.0], {"aspirin": [1.0, 1.0]}, {}, "not a ligand"),
        ([0.0, 1.0], {"fentanyl": [1.0, 1.0]}, {"fentanyl": 1.5}, "add up to 1"),
    ],
)
def test_bad_input_is_named(
    hours: list[float], levels: dict[str, list[float]], start: dict[str, float], word: str
) -> None:
    with pytest.raises(InputError, match=word):
        occupy(hours, levels, start=start)


def test_unknown_effects_scales_and_dependence_are_named() -> None:
    binding = occupy([0.0, 1.0], {"fentanyl": [1.0, 1.0]})
    with pytest.raises(InputError, match="effect"):
        signal(binding, "sleep")
    with pytest.raises(InputError, match="dependence"):
        signal(binding, "breathing", dependence=1.2)
    with pytest.raises(InputError, match="scale"):
        ligands(scale="dish")
    with pytest.raises(InputError, match="no set"):
        fda_ligands("heroin")


def test_a_table_of_receptors_has_a_row_per_person_and_time() -> None:
    binding = occupy([0.0, 1.0, 2.0], {"fentanyl": np.ones((2, 3))})
    table = binding.to_polars()
    assert table.columns == ["person", "hour", "fentanyl"]
    assert table.height == 6


def test_an_exposure_is_bound_by_its_effect_sites() -> None:
    site = {"fentanyl": course("fentanyl", 3.0)[None], "ethanol": np.ones((1, HOURS.size))}
    held = bind(SimpleNamespace(hours=HOURS, breaks=(), site=site))  # type: ignore[arg-type]
    assert list(held.occupancy) == ["fentanyl"]
    same = occupy(HOURS, {"fentanyl": site["fentanyl"]})
    assert (held.occupancy["fentanyl"] == same.occupancy["fentanyl"]).all()
