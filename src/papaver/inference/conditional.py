"""Posterior rows of a costly stage, each given all else that is uncertain: randomised maximum likelihood.

Row i is the best fit to the findings blurred by their own errors, with a weak pull to a point drawn from the
prior (uniform over the range, in its logarithm where the range is wide), while every other uncertain input
has its value of row i of the joint sample. Where findings depend linearly on the parameters and errors are
Gaussian these rows are draws of the posterior (Kitanidis 1995; Oliver et al. 1996). No slope is needed for
the inputs that are given, however many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from papaver.evidence.inputs import joint_row
from papaver.inference.posterior import MARGIN, Floats, Scale, Spread, Stage, assumed_draws, evaluate

NEARBY = 0.08  # spread of the points that give the first slope, in prior ranges
SLOPE_POINTS = 5  # runs for each parameter
STEPS = 5  # runs for each row after the first
PRIOR_WEIGHT = 12.0  # a Gaussian prior with the variance of a uniform over the range
FIRST_DAMPING, DAMPING_FACTOR = 1.0, 8.0
IMPLAUSIBLE = 3.0  # standard deviations

Told = Callable[[str], None] | None


@dataclass
class Rows:
    """Where each row stands: parameters in prior ranges, misses, what it aims at, and its damping."""

    at: Floats
    misses: Floats
    noise: Floats
    prior: Floats
    damping: Floats

    def cost(self, at: Floats, misses: Floats) -> Floats:
        """Squared misses of the blurred findings and distance from the prior's point, by row."""
        far = PRIOR_WEIGHT * np.square(at - self.prior).sum(axis=1)
        return np.asarray(np.square(misses + self.noise).sum(axis=1) + far)

    def take(self, asked: Floats, got: Floats) -> None:
        """Move the rows that are better off; trust the slope less in the others."""
        better = self.cost(asked, got) < self.cost(self.at, self.misses)
        self.at[better], self.misses[better] = asked[better], got[better]
        self.damping *= np.where(better, 1.0 / DAMPING_FACTOR, DAMPING_FACTOR)


def surroundings(stage: Stage, rows: int, seed: int) -> list[dict[str, float]]:
    """What each row is given: the joint sample's other inputs, and assumed inputs drawn from their range."""
    assumed = assumed_draws(stage.nuisance, seed, rows)
    own = {*stage.parameters, *stage.nuisance}
    found = []
    for k in range(rows):
        row = {} if stage.before is None else joint_row(k + 1, stage.before)
        others = {name: value for name, value in row.items() if name not in own}
        found.append(others | dict(zip(stage.nuisance, map(float, assumed[k]), strict=True)))
    return found


def sample_given(stage: Stage, mode: Floats, *, rows: int, seed: int = 1, tell: Told = None) -> Spread:
    """Posterior rows of the stage's parameters and its assumed inputs, row i given row i of all others.

    Gauss-Newton steps with damping; the slope is shared by all rows, begun with runs near the mode and
    improved by every step taken.
    """
    said = tell or (lambda _line: None)
    scale = Scale.of(stage)
    generator = np.random.Generator(np.random.Philox(seed))
    start = np.clip(scale.unit(mode), MARGIN, 1.0 - MARGIN)
    given, runs = surroundings(stage, rows, seed), Runs(stage, scale)
    moves, changes, _ = first_moves(runs, start, generator)
    said(f"slopes from {len(moves)} runs; {rows} rows, {1 + STEPS} runs each ...")
    at = np.tile(start, (rows, 1))
    standing = Rows(
        at,
        runs(at, given),
        generator.standard_normal((rows, len(stage.targets))),
        generator.random((rows, len(start))),
        np.full(rows, FIRST_DAMPING),
    )
    for k in range(STEPS):
        slope = np.asarray(np.linalg.lstsq(moves, changes, rcond=None)[0], float)
        asked = np.array([step(standing, i, slope) for i in range(rows)])
        got = runs(asked, given)
        moves = np.concatenate([moves, asked - standing.at])
        changes = np.concatenate([changes, got - standing.misses])
        standing.take(asked, got)
        said(f"step {k + 1}: mean squared miss {np.square(standing.misses).mean():.2f}")
    found = np.column_stack([scale.values(standing.at), _assumed(stage, given)])
    return Spread((*stage.parameters, *stage.nuisance), found, standing.misses, _told(standing, runs, rows))


@dataclass
class Runs:
    """Misses of the targets for parameters in prior ranges."""

    stage: Stage
    scale: Scale
    count: int = 0

    def __call__(self, at: Floats, given: list[dict[str, float]] | None = None) -> Floats:
        """Standardised misses ``[row, target]``."""
        self.count += len(at)
        some: list[Mapping[str, float]] | None = list(given) if given else None
        return evaluate(self.stage, self.scale.values(at), some)[:, : len(self.stage.targets)]


def first_moves(runs: Runs, start: Floats, generator: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Moves from the mode, what they change, and the misses there, all else central."""
    count = SLOPE_POINTS * len(start)
    near = start + NEARBY * generator.standard_normal((count, len(start)))
    near = np.clip(near, MARGIN, 1.0 - MARGIN)
    got = runs(np.vstack([start, near]))
    return near - start, got[1:] - got[0], got[0]


def step(rows: Rows, i: int, slope: Floats) -> Floats:
    """Best next point of a row inside the prior range, if the findings were linear near where it stands."""
    aimed = rows.misses[i] + rows.noise[i]
    return next_point(rows.at[i], aimed, slope, rows.prior[i], PRIOR_WEIGHT, float(rows.damping[i]))


def next_point(
    at: Floats, misses: Floats, slope: Floats, prior: Floats, weight: float, damping: float
) -> Floats:
    """Where squared misses, ``weight`` times the squared distance to ``prior`` and ``damping`` times that to
    ``at`` would be least inside the prior range (0 to 1) if misses were linear with ``slope``."""
    from scipy.optimize import lsq_linear

    size = len(slope)
    pulls = np.sqrt([weight, damping])
    matrix = np.concatenate([slope.T, pulls[0] * np.eye(size), pulls[1] * np.eye(size)])
    aim = np.concatenate([-misses, pulls[0] * (prior - at), np.zeros(size)])
    bounds = (MARGIN - at - 1e-12, 1.0 - MARGIN - at + 1e-12)
    return np.asarray(np.clip(at + lsq_linear(matrix, aim, bounds).x, MARGIN, 1.0 - MARGIN))


def _assumed(stage: Stage, given: list[dict[str, float]]) -> Floats:
    return np.array([[row[name] for name in stage.nuisance] for row in given]).reshape(len(given), -1)


def _told(rows: Rows, runs: Runs, count: int) -> dict[str, float]:
    worst = np.sort(np.abs(rows.misses), axis=1)[:, -1]
    return {
        "runs": float(runs.count),
        "rows": float(count),
        "rows_within_3_sd": float((worst <= IMPLAUSIBLE).sum()),
        "mean_squared_miss": float(np.square(rows.misses).mean()),
    }
