"""A fit stage, its mode by least squares, and its posterior by an ensemble sampler (emcee)."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.evidence.inputs import input_

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
WIDE = 10.0  # a range this many times wide is searched, and its values spread, on a log scale
MARGIN = 1e-4
LOG_RATIO = 3.0  # ranges wider than this are drawn in the logarithm


@dataclass(frozen=True)
class Target:
    """A finding to fit: published value, its standard error, and the least error claimed (discrepancy)."""

    name: str
    value: float
    error: float
    floor: float = 0.0

    @property
    def spread(self) -> float:
        """Standard deviation used in the fit."""
        return math.hypot(self.error, self.floor)


@dataclass(frozen=True)
class Stage:
    """Parameters (inputs with a range), targets, and the forward model from values to simulated findings.

    ``nuisance`` are assumed inputs that act on the targets; they vary in the joint posterior. ``before`` are
    the stages fitted earlier: each row is found given their row of the same number and every other uncertain
    input of the joint sample. None: everything else stays central (simulated truths, emulators).
    """

    name: str
    parameters: tuple[str, ...]
    targets: tuple[Target, ...]
    forward: Callable[[Mapping[str, float]], Mapping[str, float]]
    nuisance: tuple[str, ...] = ()
    before: tuple[str, ...] | None = None

    def bounds(self) -> tuple[Floats, Floats]:
        """Prior range of each parameter, from the inputs table."""
        ranges = [(input_(n).lo, input_(n).hi) for n in self.parameters]
        return np.array([r[0] for r in ranges], float), np.array([r[1] for r in ranges], float)

    def start(self) -> Floats:
        """Present central values."""
        return np.array([input_(n).value for n in self.parameters], float)

    def misses(self, got: Mapping[str, float]) -> Floats:
        """Standardised misses of the targets."""
        return np.array([(got[t.name] - t.value) / t.spread for t in self.targets])

    def residuals(self, x: Floats, given: Mapping[str, float] | None = None) -> Floats:
        """Standardised misses of the targets, then a weak pull to the middle of each prior range (of
        its logarithm where the range is wide).

        ``given`` are values of other inputs; those left out stay central.
        """
        got = self.forward({**(given or {}), **dict(zip(self.parameters, map(float, x), strict=True))})
        return np.concatenate([self.misses(got), Scale.of(self).unit(x) - 0.5])

    def log_posterior(self, x: Floats) -> float:
        """Log posterior density up to a constant; minus infinity outside the prior range."""
        low, high = self.bounds()
        if np.any(x < low) or np.any(x > high):
            return -math.inf
        misses = self.residuals(x)
        return -0.5 * float(misses @ misses)


class Spread(NamedTuple):
    """Posterior rows, the targets' standardised misses in each, and what it took to find them."""

    names: tuple[str, ...]
    rows: Floats
    misses: Floats
    told: dict[str, float]


def find_mode(stage: Stage, *, evaluations: int = 1000, seed: int = 1, sigma: float = 0.2) -> Floats:
    """Least-squares mode inside the prior range by CMA-ES, which minds neither steps nor valleys.

    Every evaluation uses the same random numbers, so the cost is a fixed function of the parameters. The
    search begins at the present values, and what it returns is never worse than they are.
    """
    from cmaes import CMA

    scale = Scale.of(stage)
    start = np.clip(scale.unit(stage.start()), MARGIN, 1.0 - MARGIN)
    search = CMA(start, sigma, bounds=np.tile([MARGIN, 1.0 - MARGIN], (len(start), 1)), seed=seed)
    best, best_cost, spent = start, _costs(stage, scale.values(start[None, :]))[0], 1
    while spent < evaluations and not search.should_stop():
        asked = [search.ask() for _ in range(search.population_size)]
        told = list(zip(asked, _costs(stage, scale.values(np.array(asked))), strict=True))
        best, best_cost = min([(best, best_cost), *told], key=lambda pair: pair[1])
        search.tell(told)
        spent += len(asked)
    return np.asarray(scale.values(best[None, :])[0])


def _costs(stage: Stage, rows: Floats) -> list[float]:
    return [float(miss @ miss) for miss in evaluate(stage, rows)]


class Scale(NamedTuple):
    """Where values lie in their prior ranges, 0 to 1; on a log scale where a range spans ``WIDE`` times."""

    low: Floats
    high: Floats
    log: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, stage: Stage) -> Scale:
        """The scale of a stage's parameters."""
        low, high = stage.bounds()
        return cls(low, high, (low > 0.0) & (high >= WIDE * low))

    def unit(self, values: Floats) -> Floats:
        """Values (parameters,) to 0..1."""
        low, high, x = (self._bent(part) for part in (self.low, self.high, values))
        return np.asarray((x - low) / (high - low))

    def values(self, units: Floats) -> Floats:
        """0..1 (rows, parameters) to values."""
        low, high = self._bent(self.low), self._bent(self.high)
        bent = low + (high - low) * units
        return np.asarray(np.where(self.log, np.exp(np.where(self.log, bent, 0.0)), bent))

    def _bent(self, x: Floats) -> Floats:
        return np.asarray(np.where(self.log, np.log(np.where(self.log, x, 1.0)), x))


def sample(stage: Stage, mode: Floats, *, rows: int, steps: int, seed: int = 1) -> Spread:
    """``rows`` posterior rows by emcee's affine-invariant ensemble, started around the mode."""
    import emcee

    low, high = stage.bounds()
    walkers = 4 * len(mode)
    generator = np.random.Generator(np.random.Philox(seed))
    around = mode + 0.05 * (high - low) * generator.standard_normal((walkers, len(mode)))
    around = np.clip(around, low + MARGIN * (high - low), high - MARGIN * (high - low))
    sampler = emcee.EnsembleSampler(walkers, len(mode), stage.log_posterior)
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(around, steps, progress=False)
    chain = np.asarray(sampler.get_chain(discard=steps // 2, flat=True))
    chosen = np.asarray(chain[np.linspace(0, len(chain) - 1, rows).astype(int)])
    told = {
        "walkers": float(walkers),
        "steps": float(steps),
        "accepted": float(np.mean(sampler.acceptance_fraction)),
        "autocorrelation_steps": float(np.max(sampler.get_autocorr_time(quiet=True, tol=0))),
    }
    misses = evaluate(stage, chosen)[:, : len(stage.targets)]
    return Spread(stage.parameters, chosen, misses, told)


def assumed_draws(names: Sequence[str], seed: int, count: int) -> Floats:
    """Prior draws of assumed inputs, one row each (uniform or log-uniform over their ranges)."""
    generator = np.random.Generator(np.random.Philox(seed + 1))
    columns = []
    for name in names:
        one = input_(name)
        low, high = float(one.lo or 0.0), float(one.hi or 0.0)
        u = generator.random(count)
        columns.append(
            low * (high / low) ** u if low > 0.0 and high / low >= LOG_RATIO else low + (high - low) * u
        )
    return np.array(columns).reshape(len(names), count).T


def evaluate(stage: Stage, rows: Floats, given: Sequence[Mapping[str, float]] | None = None) -> Floats:
    """Residuals of many rows, on as many threads as there are processors (the day loop frees the others)."""
    others = given or [{}] * len(rows)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.array(list(pool.map(stage.residuals, rows, others)))


def write_posterior(path: Path, names: Sequence[str], rows: Floats) -> None:
    """Write rows as CSV, atomically."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([f"{x:.6g}" for x in row])
    draft = path.with_suffix(".tmp")
    draft.write_text(text.getvalue(), encoding="utf-8")
    draft.replace(path)
