"""Steps along the slopes, on problems whose answer is known."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pytest

from papaver.inference.polish import polish
from papaver.inference.posterior import Floats, Stage, Target, find_mode
from tests.inference.toy import TRUTH, line

SIZE = 12


@dataclass(frozen=True)
class Many(Stage):
    """Twelve parameters from 0 to 1, seen through as many sums of exponentials."""

    def bounds(self) -> tuple[Floats, Floats]:
        return np.zeros(SIZE), np.ones(SIZE)

    def start(self) -> Floats:
        return np.full(SIZE, 0.9)


MIX = np.eye(SIZE) + 0.5 * np.random.Generator(np.random.Philox(4)).standard_normal((SIZE, SIZE))
ANSWER = np.linspace(0.2, 0.8, SIZE)


def sums(values: Mapping[str, float]) -> dict[str, float]:
    x = np.array([values[f"p{k}"] for k in range(SIZE)])
    return {f"y{k}": float(y) for k, y in enumerate(MIX @ np.exp(x))}


def many() -> Many:
    names = tuple(f"p{k}" for k in range(SIZE))
    seen = sums(dict(zip(names, ANSWER, strict=True)))
    return Many("many", names, tuple(Target(k, v, 0.02) for k, v in seen.items()), sums)


def misses(stage: Stage, at: Floats) -> float:
    return float(np.square(stage.residuals(at)).sum())


def test_a_line_is_solved_in_one_step() -> None:
    one = line()
    assert polish(one, one.start(), rounds=1) == pytest.approx(TRUTH, abs=0.01)


def test_twelve_bent_parameters_are_found_where_the_search_alone_is_far_off() -> None:
    stage = many()
    rounds = 8
    runs = 5 * SIZE + 2 + 6 * rounds
    found = polish(stage, stage.start(), rounds=rounds)
    searched = find_mode(stage, evaluations=runs, sigma=0.2)
    assert found == pytest.approx(ANSWER, abs=0.03)
    assert misses(stage, found) < 0.1 * misses(stage, searched)


def test_a_stage_is_never_left_worse_than_it_was() -> None:
    def jagged(values: Mapping[str, float]) -> dict[str, float]:
        return {"y": math.sin(40.0 * values["a"]) + math.cos(31.0 * values["b"])}

    stage = replace(line(), targets=(Target("y", 1.7, 0.1),), forward=jagged)
    for seed in range(5):
        start = np.random.Generator(np.random.Philox(seed)).uniform(-4.0, 4.0, 2)
        assert misses(stage, polish(stage, start, seed=seed)) <= misses(stage, start) * (1 + 1e-9)


def test_the_answer_stays_in_the_range_and_hangs_on_the_seed_alone() -> None:
    stage = replace(many(), targets=tuple(replace(t, value=t.value * 3.0) for t in many().targets))
    found = polish(stage, stage.start(), seed=2)
    assert (found >= 0.0).all() and (found <= 1.0).all()
    assert np.array_equal(found, polish(stage, stage.start(), seed=2))
