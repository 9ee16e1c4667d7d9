"""A fit stage and its posterior: least squares for the mode, an ensemble sampler (emcee) for the spread."""

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
MARGIN = 1e-4
NEARBY = 0.08  # spread of the points that give the slope, in prior ranges
SLOPE_POINTS = 5  # runs for each slope
CANDIDATES = 40  # drawn at most for each row wanted
IMPLAUSIBLE = 3.0  # standard deviations
SCREEN = 2.0  # residual standard deviations of the linear model by which it must rule a candidate out
LOG_RATIO = 3.0  # ranges wider than this are drawn in the logarithm
TRIES = 100
SIMULATED = 6  # candidates simulated at most for each row wanted
BATCH = 20  # candidates simulated at once, at least
PRIOR_WEIGHT = 12.0  # a prior as wide as a uniform over the range


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

    ``nuisance`` are assumed inputs that act on the targets; they vary in the joint posterior.
    """

    name: str
    parameters: tuple[str, ...]
    targets: tuple[Target, ...]
    forward: Callable[[Mapping[str, float]], Mapping[str, float]]
    nuisance: tuple[str, ...] = ()

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

    def residuals(self, x: Floats, assumed: Floats | None = None) -> Floats:
        """Standardised misses of the targets, then a weak pull to the middle of each prior range.

        ``assumed`` are values of the nuisance inputs; left out, they stay central.
        """
        low, high = self.bounds()
        values = dict(zip(self.parameters, map(float, x), strict=True))
        if assumed is not None:
            values |= dict(zip(self.nuisance, map(float, assumed), strict=True))
        got = self.forward(values)
        pull = (x - (low + high) / 2.0) / (high - low)
        return np.concatenate([self.misses(got), pull])

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

    Every evaluation uses the same random numbers, so the cost is a fixed function of the parameters.
    """
    from cmaes import CMA

    low, high = stage.bounds()
    start = np.clip((stage.start() - low) / (high - low), MARGIN, 1.0 - MARGIN)
    search = CMA(start, sigma, bounds=np.tile([MARGIN, 1.0 - MARGIN], (len(low), 1)), seed=seed)
    best, best_cost, spent = start, math.inf, 0
    while spent < evaluations and not search.should_stop():
        asked = [search.ask() for _ in range(search.population_size)]
        misses = evaluate(stage, np.array([low + (high - low) * unit for unit in asked]))
        told = [(unit, float(miss @ miss)) for unit, miss in zip(asked, misses, strict=True)]
        for unit, cost in told:
            if cost < best_cost:
                best, best_cost = unit, cost
        search.tell(told)
        spent += len(asked)
    return low + (high - low) * np.asarray(best)


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


def sample_around(
    stage: Stage, mode: Floats, *, rows: int, seed: int = 1, tell: Callable[[str], None] | None = None
) -> Spread:
    """Joint posterior of a costly stage: its parameters and the assumed inputs it depends on.

    The slope of the standardised misses is estimated by least squares over points near the mode, which
    averages out the grain of a stochastic model. Candidates draw the assumed inputs from their prior and
    the parameters from the Gaussian they then imply (Gauss-Newton). Candidates are simulated and kept if
    the second largest standardised miss is at most 3, as in history matching: targets that the mode itself
    misses by more, and one other, do not decide. Those the linear model rules out by far are not simulated.
    """
    names = (*stage.parameters, *stage.nuisance)
    low, high = stage.bounds()
    size, generator = len(mode), np.random.Generator(np.random.Philox(seed))
    prior = assumed_draws(stage.nuisance, seed, count=SLOPE_POINTS * len(names) + CANDIDATES * rows)
    middle = np.array([float(input_(n).value) for n in stage.nuisance])
    near = mode + NEARBY * (high - low) * generator.standard_normal((SLOPE_POINTS * len(names), size))
    near = np.clip(near, low + MARGIN * (high - low), high - MARGIN * (high - low))
    around = np.column_stack([near, prior[: len(near)]])
    scale = np.concatenate([high - low, prior.std(axis=0)]) if len(middle) else high - low
    model = linear_model(around, evaluate(stage, around), np.concatenate([mode, middle]), scale)
    rest = prior[len(near) :]
    candidates = conditional_rows(mode, middle, scale, model.slope, rest, (low, high), generator)
    reached = np.abs(stage.residuals(mode)[: len(stage.targets)]) <= IMPLAUSIBLE
    ruled_in = worst_miss(model.misses(candidates, len(stage.targets)), reached, SCREEN * model.error)
    likely = candidates[ruled_in <= IMPLAUSIBLE]
    if tell:
        tell(f"slopes from {len(around)} runs; simulating candidates ...")
    found, seen, limit, asked = _keep(stage, likely, candidates, rows, reached, tell)
    told = {
        "slope_runs": float(len(around)),
        "drawn": float(len(rest)),
        "not_ruled_out": float(len(likely)),
        "simulated": float(asked),
        "kept_within_sd": limit,
        "targets_not_reached_at_mode": float((~reached).sum()),
        "linear_error_sd": float(np.median(model.error)),
    }
    return Spread(names, found, seen, told)


def _keep(
    stage: Stage,
    likely: Floats,
    candidates: Floats,
    rows: int,
    reached: Bools,
    tell: Callable[[str], None] | None,
) -> tuple[Floats, Floats, float, int]:
    """Simulate candidates until enough are plausible; where too few ever are, the least implausible.

    Returns rows, their misses, the limit (sd) they are within, and how many were simulated.
    """
    asked = likely if len(likely) >= rows else candidates
    misses, worst = np.empty((0, len(stage.targets))), np.empty(0)
    most = min(len(asked), SIMULATED * rows)
    while len(worst) < most and (worst <= IMPLAUSIBLE).sum() < rows:
        some = asked[len(worst) : min(most, len(worst) + max(BATCH, rows // 3))]
        got = evaluate(stage, some)[:, : len(stage.targets)]
        misses, worst = np.concatenate([misses, got]), np.concatenate([worst, worst_miss(got, reached, 0.0)])
        if tell:
            tell(f"{(worst <= IMPLAUSIBLE).sum()} of {len(worst)} candidates are plausible")
    chosen = np.flatnonzero(worst <= IMPLAUSIBLE)[:rows]
    if len(chosen) < rows:
        chosen = np.sort(np.argsort(worst, kind="stable")[:rows])
    limit = max(IMPLAUSIBLE, float(worst[chosen].max()))
    if tell and limit > IMPLAUSIBLE:
        tell(f"too few are plausible: the least implausible are kept, within {limit:.1f} sd")
    return asked[chosen], misses[chosen], limit, len(worst)


class LinearModel(NamedTuple):
    """Misses as a linear function of parameters and assumed inputs around a point."""

    at: Floats
    scale: Floats
    level: Floats
    slope: Floats
    error: Floats

    def misses(self, rows: Floats, targets: int) -> Floats:
        """Predicted standardised misses of the targets."""
        return np.asarray((self.level + ((rows - self.at) / self.scale) @ self.slope)[:, :targets])


def linear_model(around: Floats, misses: Floats, at: Floats, scale: Floats) -> LinearModel:
    """Least-squares fit to runs around a point; ``error`` is the residual standard deviation by target."""
    unit = np.column_stack([np.ones(len(around)), (around - at) / scale])
    fitted = np.linalg.lstsq(unit, misses, rcond=None)[0]
    free = max(1, len(around) - unit.shape[1])
    error = np.sqrt(np.square(misses - unit @ fitted).sum(axis=0) / free)
    return LinearModel(at, scale, *(np.asarray(x, float) for x in (fitted[0], fitted[1:], error)))


def worst_miss(misses: Floats, reached: Bools, slack: Floats | float) -> Floats:
    """Second largest standardised miss of each row, less a slack, over targets that the mode reaches."""
    left = np.abs(misses) - np.atleast_1d(slack)[: misses.shape[1]]
    worst = np.sort(np.where(reached, left, 0.0), axis=1)
    return np.asarray(worst[:, -min(2, worst.shape[1])])


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


def conditional_rows(
    mode: Floats,
    middle: Floats,
    scale: Floats,
    slope: Floats,
    prior: Floats,
    bounds: tuple[Floats, Floats],
    generator: np.random.Generator,
) -> Floats:
    """Rows of parameters given assumed inputs, inside the bounds, by the linear model of the misses."""
    size = len(mode)
    own, other = slope[:size], slope[size:]
    covariance = np.linalg.inv(own @ own.T + PRIOR_WEIGHT * np.eye(size))
    root = np.linalg.cholesky(covariance)
    rows = []
    for z in prior:
        shift = (
            -covariance @ own @ (other.T @ ((z - middle) / scale[size:])) if len(middle) else np.zeros(size)
        )
        for _ in range(TRIES):
            x = mode + scale[:size] * (shift + root @ generator.standard_normal(size))
            if np.all(x >= bounds[0]) and np.all(x <= bounds[1]):
                break
        rows.append(np.concatenate([np.clip(x, *bounds), z]))
    return np.array(rows)


def evaluate(stage: Stage, rows: Floats) -> Floats:
    """Residuals of many rows, on as many threads as there are processors (the day loop frees the others)."""
    size = len(stage.parameters)

    def one(row: Floats) -> Floats:
        return stage.residuals(row[:size], row[size:] if len(row) > size else None)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return np.array(list(pool.map(one, rows)))


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
