"""The fitting tools on problems whose answer is known; shipped posteriors agree with the inputs."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from papaver import evidence
from papaver.evidence import life_inputs
from papaver.inference import adaptation, behaviour, care, overdose
from papaver.inference.posterior import Floats, Stage, Target, find_mode, sample, sample_around

DATA = Path(evidence.__file__).parent / "data"
STAGES = {"adaptation": adaptation, "behaviour": behaviour, "care": care, "overdose": overdose}


@dataclass(frozen=True)
class Line(Stage):
    """Two parameters seen through a line: y = a + b x at x = -1, 0, 1, 2."""

    def bounds(self) -> tuple[Floats, Floats]:
        return np.array([-5.0, -5.0]), np.array([5.0, 5.0])

    def start(self) -> Floats:
        return np.array([4.0, -4.0])


XS = (-1.0, 0.0, 1.0, 2.0)
TRUTH = (1.2, -0.7)
ERROR = 0.2


def straight(values: Mapping[str, float]) -> dict[str, float]:
    return {f"y{x:g}": values["a"] + values["b"] * x for x in XS}


def line() -> Line:
    seen = straight({"a": TRUTH[0], "b": TRUTH[1]})
    return Line("line", ("a", "b"), tuple(Target(k, v, ERROR) for k, v in seen.items()), straight)


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
        rows = sample(line(), mode, rows=800, steps=800)
    else:
        rows = sample_around(line(), mode, rows=800)[1]
    # 800 rows: an sd is known to 2.5 %; chains are correlated: 20 % allows for that (false alarm < 1e-3)
    assert rows.std(axis=0) == pytest.approx(exact_spread(), rel=0.2)
    assert rows.mean(axis=0) == pytest.approx(TRUTH, abs=4 * exact_spread().max() / math.sqrt(100))


def edge() -> Line:
    seen = straight({"a": 4.9, "b": 0.0})
    return Line("edge", ("a", "b"), tuple(Target(k, v, ERROR) for k, v in seen.items()), straight)


def test_rows_stay_inside_the_prior_range() -> None:
    rows = sample_around(edge(), np.array([4.9, 0.0]), rows=300)[1]
    low, high = line().bounds()
    assert (rows >= low).all() and (rows <= high).all()


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
