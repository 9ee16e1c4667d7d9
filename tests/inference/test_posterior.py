"""The fitting tools on problems whose answer is known; shipped posteriors agree with the inputs."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from papaver import evidence
from papaver.evidence import life_inputs
from papaver.inference import adaptation, behaviour, care, overdose
from papaver.inference.posterior import (
    Floats,
    Target,
    find_mode,
    linear_model,
    sample,
    sample_around,
    worst_miss,
)
from tests.inference.toy import ERROR, TRUTH, XS, Line, line, straight

DATA = Path(evidence.__file__).parent / "data"
STAGES = {"adaptation": adaptation, "behaviour": behaviour, "care": care, "overdose": overdose}


def exact_spread() -> Floats:
    """Posterior standard deviations of the line by the normal equations, with the pull of the prior."""
    design = np.array([[1.0, x] for x in XS]) / ERROR
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(design.T @ design + np.eye(2) / 100.0))))


def test_search_finds_the_line_from_a_far_start() -> None:
    assert find_mode(line(), evaluations=600) == pytest.approx(TRUTH, abs=0.02)


@pytest.mark.parametrize("how", ["chain", "around"])
def test_posterior_spread_is_that_of_the_normal_equations(how: str) -> None:
    mode = np.array(TRUTH)
    if how == "chain":
        rows = sample(line(), mode, rows=800, steps=800).rows
    else:
        rows = sample_around(line(), mode, rows=800).rows
    # 800 rows: an sd is known to 2.5 %; chains are correlated: 20 % allows for that (false alarm < 1e-3)
    assert rows.std(axis=0) == pytest.approx(exact_spread(), rel=0.2)
    assert rows.mean(axis=0) == pytest.approx(TRUTH, abs=4 * exact_spread().max() / math.sqrt(100))


def edge() -> Line:
    seen = straight({"a": 4.9, "b": 0.0})
    return Line("edge", ("a", "b"), tuple(Target(k, v, ERROR) for k, v in seen.items()), straight)


def test_rows_stay_inside_the_prior_range() -> None:
    rows = sample_around(edge(), np.array([4.9, 0.0]), rows=300).rows
    low, high = line().bounds()
    assert (rows >= low).all() and (rows <= high).all()


def test_rows_keep_the_misses_of_their_own_values() -> None:
    got = sample_around(line(), np.array(TRUTH), rows=40)
    own = [line().residuals(row)[: len(XS)] for row in got.rows]
    assert got.misses == pytest.approx(np.array(own))


def test_only_what_the_linear_model_rules_out_by_far_is_not_simulated() -> None:
    misses = np.array([[0.0, 3.5, 3.2], [9.0, 0.1, 2.9], [0.0, 0.0, 0.0]])
    all_reached = np.ones(3, bool)
    assert worst_miss(misses, all_reached, 0.0).tolist() == [3.2, 2.9, 0.0]
    assert worst_miss(misses, all_reached, np.array([1.0, 1.0, 1.0])).tolist() == pytest.approx(
        [2.2, 1.9, -1]
    )
    assert worst_miss(misses, np.array([False, True, True]), 0.0).tolist() == [3.2, 0.1, 0.0]


def test_where_no_row_is_plausible_the_least_implausible_are_kept() -> None:
    far = replace(
        line(), targets=tuple(replace(t, value=t.value + 9 * (-1) ** k) for k, t in enumerate(line().targets))
    )
    got = sample_around(far, np.array(TRUTH), rows=20)
    assert got.rows.shape == (20, 2)
    assert got.told["kept_within_sd"] >= 3.0


def test_the_linear_model_of_a_line_is_exact() -> None:
    around = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [2.0, 3.0]])
    misses = np.array([line().residuals(row)[: len(XS)] for row in around])
    model = linear_model(around, misses, np.zeros(2), np.ones(2))
    assert model.misses(around, len(XS)) == pytest.approx(misses)


@pytest.mark.parametrize("name", STAGES)
def test_shipped_posteriors_hold_the_stage_parameters(name: str) -> None:
    rows = list(csv.DictReader((DATA / f"posterior_{name}.csv").read_text(encoding="utf-8").splitlines()))
    stage = STAGES[name].stage()
    assert set(rows[0]) == {*stage.parameters, *stage.nuisance}
    assert len(rows) >= 100
    low, high = stage.bounds()
    for k, parameter in enumerate(stage.parameters):
        values = np.array([float(row[parameter]) for row in rows])
        assert (values >= low[k] - 1e-9).all() and (values <= high[k] + 1e-9).all()


def test_every_fitted_input_is_a_parameter_of_one_stage_and_names_its_targets() -> None:
    for one in life_inputs():
        if one.kind != "fitted":
            continue
        homes = [n for n, module in STAGES.items() if one.name in module.PARAMETERS]
        assert len(homes) == 1, one.name
        stage = STAGES[homes[0]]
        aims = getattr(stage, "EVIDENCE", None) or [t.name for t in stage.targets()]
        assert set(aims) == set(one.evidence), one.name
