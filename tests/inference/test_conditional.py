"""Posterior rows given all else that is uncertain, on problems whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from papaver.evidence import life_inputs
from papaver.inference import adaptation, behaviour, care, conditional, overdose
from papaver.inference.conditional import Rows, sample_given, surroundings
from papaver.inference.posterior import Floats, Target
from tests.inference.toy import ERROR, TRUTH, XS, Line, line, straight


def shifted(values: Mapping[str, float]) -> dict[str, float]:
    """The line with a shift that the stage does not fit."""
    return {name: value + values.get("shift", 0.0) for name, value in straight(values).items()}


def given_shifts(number: int, groups: Sequence[str]) -> dict[str, float]:
    """Other inputs of a row: a shift, and one that the stage owns."""
    return {"shift": math.sin(7.0 * number), "a": 99.0}


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Line:
    """The shifted line, fitted given the shift of each row."""
    monkeypatch.setattr(conditional, "joint_row", given_shifts)
    return replace(line(), forward=shifted, before=())


def exact_sd(weight: float = 12.0 / 100.0) -> Floats:
    """Posterior standard deviations of the line by the normal equations, prior included."""
    design = np.array([[1.0, x] for x in XS]) / ERROR
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(design.T @ design + weight * np.eye(2)))))


def test_each_row_answers_what_it_was_given(beside: Line) -> None:
    rows = sample_given(beside, np.array(TRUTH), rows=400).rows
    shifts = np.array([given_shifts(k + 1, ())["shift"] for k in range(400)])
    assert shifts.std() > 4 * exact_sd()[0]
    # the sum is what the findings see: its sd is known to 3.5 % with 400 rows; 15 % is over four sd
    assert (rows[:, 0] + shifts).std() == pytest.approx(exact_sd()[0], rel=0.15)
    assert (rows[:, 0] + shifts).mean() == pytest.approx(TRUTH[0], abs=4 * exact_sd()[0] / 20)
    assert np.corrcoef(rows[:, 0], shifts)[0, 1] < -0.9


def test_rows_stay_inside_the_prior_range() -> None:
    seen = straight({"a": 4.9, "b": 0.0})
    edge = Line("edge", ("a", "b"), tuple(Target(k, v, ERROR) for k, v in seen.items()), straight)
    rows = sample_given(edge, np.array([4.9, 0.0]), rows=200).rows
    low, high = edge.bounds()
    assert (rows >= low).all() and (rows <= high).all()
    assert rows[:, 0].max() > 4.9


def test_rows_keep_the_misses_of_their_own_values(beside: Line) -> None:
    got = sample_given(beside, np.array(TRUTH), rows=30)
    given = surroundings(beside, 30, 1)
    own = [beside.residuals(row, some)[: len(XS)] for row, some in zip(got.rows, given, strict=True)]
    assert got.misses == pytest.approx(np.array(own))


class Bent(Line):
    """One parameter seen through an exponential."""

    def bounds(self) -> tuple[Floats, Floats]:
        return np.array([-5.0]), np.array([5.0])


def test_a_bent_problem_has_the_posterior_of_a_fine_grid() -> None:
    stage = Bent("bent", ("a",), (Target("y", 2.0, 0.3),), lambda values: {"y": math.exp(0.4 * values["a"])})
    rows = sample_given(stage, np.array([1.7]), rows=500).rows[:, 0]
    grid = np.linspace(-5, 5, 4001)
    density = np.exp(-0.5 * ((np.exp(0.4 * grid) - 2.0) / 0.3) ** 2 - 0.5 * 12.0 * (grid / 10.0) ** 2)
    mean = (grid * density).sum() / density.sum()
    sd = math.sqrt(((grid - mean) ** 2 * density).sum() / density.sum())
    assert rows.mean() == pytest.approx(mean, abs=0.25 * sd)
    assert rows.std() == pytest.approx(sd, rel=0.15)


def test_intervals_hold_the_truth_as_often_as_they_say_where_findings_say_little() -> None:
    """Truths from the prior, findings with errors as wide as the range: prior and findings weigh alike.

    80 fits of two parameters; a right 80 % interval fails here once in 1,000 times.
    """
    held = 0
    for k in range(80):
        generator = np.random.Generator(np.random.Philox(key=[7, k]))
        truth = generator.uniform(-5.0, 5.0, 2)
        seen = straight({"a": truth[0], "b": truth[1]})
        targets = tuple(Target(n, v + 4.0 * generator.standard_normal(), 4.0) for n, v in seen.items())
        rows = sample_given(replace(line(), targets=targets), np.zeros(2), rows=60, seed=k).rows
        held += int((np.abs((rows < truth).mean(axis=0) - 0.5) <= 0.4).sum())
    low, high = binom.ppf((0.0005, 0.9995), 160, 0.8)
    assert low <= held <= high


def test_a_step_that_makes_a_row_worse_is_not_taken() -> None:
    rows = Rows(np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2)), np.ones(2))
    rows.misses[:] = 1.0
    rows.take(np.full((2, 2), 0.01), np.array([[0.0, 0.0], [3.0, 3.0]]))
    assert rows.misses.tolist() == [[0.0, 0.0], [1.0, 1.0]]
    assert rows.at.tolist() == [[0.01, 0.01], [0.0, 0.0]]
    assert rows.damping[0] < 1.0 < rows.damping[1]


@pytest.mark.parametrize(
    ("module", "held"),
    [(adaptation, set()), (behaviour, {"adaptation"}), (care, {"adaptation", "behaviour", "liability"})],
)
def test_a_stage_is_given_every_uncertain_input_but_its_own_and_those_fitted_later(
    module: object, held: set[str]
) -> None:
    stage = module.stage()  # type: ignore[attr-defined]
    given = surroundings(stage, 3, 1)
    group = {one.name: one.group for one in life_inputs()}
    free = {one.name for one in life_inputs() if one.group is None and one.distribution != "fixed"}
    own = {*stage.parameters, *stage.nuisance}
    assert {name for name in given[0] if name not in own} == (
        free | {name for name, home in group.items() if home in held}
    ) - own
    assert not own.intersection(given[0]) - set(stage.nuisance)
    assert given[0] != given[1]


def test_the_last_stage_rests_on_all_others() -> None:
    assert overdose.stage().before == ("adaptation", "behaviour", "liability", "care")
