"""The fitting tools on problems whose answer is known; shipped posteriors agree with the inputs."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from papaver import evidence
from papaver.evidence import life_inputs
from papaver.inference import adaptation, behaviour, care, liability, overdose
from papaver.inference.conditional import sample_given
from papaver.inference.posterior import (
    Floats,
    Scale,
    Target,
    find_mode,
    sample,
)
from tests.inference.toy import ERROR, TRUTH, XS, Line, line, straight

DATA = Path(evidence.__file__).parent / "data"
STAGES = {
    "adaptation": adaptation,
    "behaviour": behaviour,
    "liability": liability,
    "care": care,
    "overdose": overdose,
}


def exact_spread() -> Floats:
    """Posterior standard deviations of the line by the normal equations, with the pull of the prior."""
    design = np.array([[1.0, x] for x in XS]) / ERROR
    return np.asarray(np.sqrt(np.diag(np.linalg.inv(design.T @ design + np.eye(2) * 12.0 / 100.0))))


def test_search_finds_the_line_from_a_far_start() -> None:
    assert find_mode(line(), evaluations=600) == pytest.approx(TRUTH, abs=0.02)


def test_the_search_never_ends_worse_than_it_began() -> None:
    class Begun(Line):
        def start(self) -> Floats:
            return np.array(TRUTH)

    one = line()
    begun = Begun(one.name, one.parameters, one.targets, one.forward)
    assert find_mode(begun, evaluations=8, sigma=0.3) == pytest.approx(TRUTH, abs=1e-9)


def test_values_come_back_from_their_place_in_the_range_whatever_the_scale() -> None:
    scale = Scale(np.array([0.001, 2.0, -1.0]), np.array([0.1, 8.0, 3.0]), np.array([True, False, False]))
    values = np.array([0.01, 5.0, 0.0])
    assert scale.unit(values) == pytest.approx([0.5, 0.5, 0.25])
    assert scale.values(scale.unit(values)[None, :])[0] == pytest.approx(values)
    wide = Scale.of(care.stage())
    rates = [name for name, log in zip(care.PARAMETERS, wide.log, strict=True) if log]
    assert "leave_methadone" in rates
    assert "leave_sick_power" not in rates


@pytest.mark.parametrize("how", ["chain", "around"])
def test_posterior_spread_is_that_of_the_normal_equations(how: str) -> None:
    mode = np.array(TRUTH)
    if how == "chain":
        rows = sample(line(), mode, rows=800, steps=800).rows
    else:
        rows = sample_given(line(), mode, rows=800).rows
    # 800 rows: an sd is known to 2.5 %; chains are correlated: 20 % allows for that (false alarm < 1e-3)
    assert rows.std(axis=0) == pytest.approx(exact_spread(), rel=0.2)
    assert rows.mean(axis=0) == pytest.approx(TRUTH, abs=4 * exact_spread().max() / math.sqrt(100))


def edge() -> Line:
    seen = straight({"a": 4.9, "b": 0.0})
    return Line("edge", ("a", "b"), tuple(Target(k, v, ERROR) for k, v in seen.items()), straight)


def test_rows_stay_inside_the_prior_range() -> None:
    rows = sample_given(edge(), np.array([4.9, 0.0]), rows=300).rows
    low, high = line().bounds()
    assert (rows >= low).all() and (rows <= high).all()


def test_rows_keep_the_misses_of_their_own_values() -> None:
    got = sample_given(line(), np.array(TRUTH), rows=40)
    own = [line().residuals(row)[: len(XS)] for row in got.rows]
    assert got.misses == pytest.approx(np.array(own))


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
