"""A cheap stand-in for a stage: each finding a quadratic of the parameters, near the shipped values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from papaver.inference.posterior import Floats, Stage, evaluate

REACH = 0.25  # of the prior range to either side
RUNS_PER_TERM = 3
LEAST_RUNS = 60


@dataclass(frozen=True)
class Reduced(Stage):
    """A stage of its own range and start."""

    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()

    def bounds(self) -> tuple[Floats, Floats]:
        """Range within which the emulator holds."""
        return np.array(self.low), np.array(self.high)

    def start(self) -> Floats:
        """Middle of the range."""
        low, high = self.bounds()
        return np.asarray((low + high) / 2.0)


@dataclass(frozen=True)
class Quadratic:
    """Findings as quadratics of parameters scaled to -1..1."""

    names: tuple[str, ...]
    findings: tuple[str, ...]
    middle: Floats
    half: Floats
    weights: Floats
    explained: Floats  # part of the variance of each finding between runs

    def __call__(self, values: Mapping[str, float]) -> dict[str, float]:
        """Findings at some values."""
        at = (np.array([values[name] for name in self.names]) - self.middle) / self.half
        got = (terms(at[None, :]) @ self.weights)[0]
        return dict(zip(self.findings, map(float, got), strict=True))


def terms(at: Floats) -> Floats:
    """One, each parameter, each square and each product: ``[row, term]``."""
    size = at.shape[1]
    pairs = [at[:, i] * at[:, j] for i in range(size) for j in range(i, size)]
    return np.column_stack([np.ones(len(at)), at, *pairs])


def reduced_range(stage: Stage) -> tuple[Floats, Floats]:
    """A quarter of the prior range to either side of the shipped values, inside the prior range."""
    low, high = stage.bounds()
    start = np.clip(stage.start(), low, high)
    return np.maximum(low, start - REACH * (high - low)), np.minimum(high, start + REACH * (high - low))


def emulate(stage: Stage, *, seed: int = 5) -> tuple[Reduced, Quadratic]:
    """Fit the emulator to runs spread over the reduced range, and the stage that uses it."""
    from scipy.stats import qmc

    low, high = reduced_range(stage)
    size = len(low)
    runs = max(LEAST_RUNS, RUNS_PER_TERM * (1 + size + size * (size + 1) // 2))
    at = 2.0 * qmc.LatinHypercube(size, rng=np.random.default_rng(seed)).random(runs) - 1.0
    middle, half = (low + high) / 2.0, (high - low) / 2.0
    misses = evaluate(stage, middle + half * at)[:, : len(stage.targets)]
    got = misses * [t.spread for t in stage.targets] + [t.value for t in stage.targets]
    weights = np.linalg.lstsq(terms(at), got, rcond=None)[0]
    left = np.square(got - terms(at) @ weights).sum(axis=0)
    explained = 1.0 - left / np.maximum(np.square(got - got.mean(axis=0)).sum(axis=0), 1e-12)
    names = tuple(t.name for t in stage.targets)
    made = Quadratic(
        stage.parameters, names, middle, half, np.asarray(weights, float), np.asarray(explained, float)
    )
    reduced = Reduced(stage.name, stage.parameters, stage.targets, made, low=tuple(low), high=tuple(high))
    return reduced, made
