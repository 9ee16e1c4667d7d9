"""Does a fit find what is known? Findings are simulated at chosen values, blurred, and fitted anew.

Nothing of the published findings is used but the size of their errors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from papaver.inference.conditional import sample_given
from papaver.inference.posterior import Floats, Spread, Stage, find_mode
from papaver.inference.remember import remembering
from papaver.inference.report import make_folder

FARTHEST = 0.12  # of the truth from the shipped values, in prior ranges
EVALUATIONS, ROWS, SEED = 80, 20, 3
STEP = 0.1
SURE = 3.0  # posterior standard deviations within which the truth must lie


@dataclass(frozen=True)
class Recovered:
    """A parameter's true value and its posterior."""

    name: str
    truth: float
    mean: float
    sd: float

    @property
    def distance(self) -> float:
        """Standard deviations between posterior mean and truth."""
        return (self.mean - self.truth) / self.sd if self.sd > 0.0 else float(self.mean != self.truth) * 1e9

    @property
    def found(self) -> bool:
        """Whether the truth lies within three standard deviations."""
        return abs(self.distance) <= SURE


def with_truth(stage: Stage, truth: Floats, generator: np.random.Generator) -> Stage:
    """The stage aimed at findings simulated at the truth, each with an error of the size claimed."""
    got = stage.forward(dict(zip(stage.parameters, map(float, truth), strict=True)))
    targets = tuple(
        replace(t, value=got[t.name] + t.spread * float(generator.standard_normal())) for t in stage.targets
    )
    return replace(stage, targets=targets, nuisance=(), before=None)


def some_truth(stage: Stage, generator: np.random.Generator) -> Floats:
    """Values near the shipped ones, inside the prior range."""
    low, high = stage.bounds()
    moved = stage.start() + FARTHEST * (high - low) * generator.uniform(-1.0, 1.0, len(low))
    return np.asarray(np.clip(moved, low + 0.05 * (high - low), high - 0.05 * (high - low)))


def recovered(stage: Stage, truth: Floats, spread: Spread) -> list[Recovered]:
    """Each parameter's posterior against its true value."""
    return [
        Recovered(name, float(truth[k]), float(spread.rows[:, k].mean()), float(spread.rows[:, k].std()))
        for k, name in enumerate(stage.parameters)
    ]


def recover(
    stage: Stage, folder: Path, *, seed: int = SEED, tell: Callable[[str], None] | None = None
) -> list[Recovered]:
    """Simulate findings at a truth, fit them, and compare."""
    make_folder(folder)
    generator = np.random.Generator(np.random.Philox(seed))
    truth = some_truth(stage, generator)
    if tell:
        tell(f"{stage.name}: findings simulated at known values; fitting them ...")
    kept, _ = remembering(with_truth(stage, truth, generator), folder)
    mode = find_mode(kept, evaluations=EVALUATIONS, seed=seed, sigma=STEP)
    return recovered(kept, truth, sample_given(kept, mode, rows=ROWS, seed=seed, tell=tell))


def told(found: list[Recovered]) -> Iterator[str]:
    """Lines for the reader."""
    for one in found:
        mark = "found" if one.found else "NOT FOUND"
        values = f"truth {one.truth:10.4g}   posterior {one.mean:10.4g} +- {one.sd:.3g}"
        yield f"{one.name:36s} {values}   {one.distance:+.1f} sd   {mark}"
