"""A fit stage and its posterior: least squares for the mode, an ensemble sampler (emcee) for the spread."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from papaver.evidence.inputs import input_

Floats = npt.NDArray[np.float64]
MARGIN = 1e-4


@dataclass(frozen=True)
class Target:
    """A finding to fit: published value, its standard error, and the least error ever claimed (discrepancy)."""

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
    """Parameters (inputs with a range), targets, and the forward model from values to simulated findings."""

    name: str
    parameters: tuple[str, ...]
    targets: tuple[Target, ...]
    forward: Callable[[Mapping[str, float]], Mapping[str, float]]

    def bounds(self) -> tuple[Floats, Floats]:
        """Prior range of each parameter, from the inputs table."""
        ranges = [(input_(n).lo, input_(n).hi) for n in self.parameters]
        return np.array([r[0] for r in ranges], float), np.array([r[1] for r in ranges], float)

    def start(self) -> Floats:
        """Present central values."""
        return np.array([input_(n).value for n in self.parameters], float)

    def residuals(self, x: Floats) -> Floats:
        """Standardised misses of the targets, then a weak pull to the middle of each prior range."""
        low, high = self.bounds()
        got = self.forward(dict(zip(self.parameters, map(float, x), strict=True)))
        misses = [(got[t.name] - t.value) / t.spread for t in self.targets]
        pull = (x - (low + high) / 2.0) / (high - low)
        return np.concatenate([misses, pull])

    def log_posterior(self, x: Floats) -> float:
        """Log posterior density up to a constant; minus infinity outside the prior range."""
        low, high = self.bounds()
        if np.any(x < low) or np.any(x > high):
            return -math.inf
        misses = self.residuals(x)
        return -0.5 * float(misses @ misses)


def find_mode(stage: Stage, *, evaluations: int = 300) -> Floats:
    """Least-squares mode inside the prior range, by a derivative-free search that minds flat steps."""
    from scipy.optimize import differential_evolution

    low, high = stage.bounds()

    def cost(unit: Floats) -> float:
        misses = stage.residuals(low + (high - low) * unit)
        return float(misses @ misses)

    size = 15
    found = differential_evolution(
        cost,
        [(MARGIN, 1.0 - MARGIN)] * len(low),
        popsize=size,
        maxiter=max(1, evaluations // (size * len(low)) - 1),
        seed=1,
        init="sobol",
        polish=False,
        x0=np.clip((stage.start() - low) / (high - low), MARGIN, 1.0 - MARGIN),
    )
    return low + (high - low) * np.asarray(found.x)


def sample(stage: Stage, mode: Floats, *, rows: int, steps: int, seed: int = 1) -> Floats:
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
    return chain[np.linspace(0, len(chain) - 1, rows).astype(int)]


def write_posterior(path: Path, names: Sequence[str], rows: Floats) -> None:
    """Write rows as CSV, atomically."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([f"{x:.6g}" for x in row])
    draft = path.with_suffix(".tmp")
    draft.write_text(text.getvalue(), encoding="utf-8")
    os.replace(draft, path)
