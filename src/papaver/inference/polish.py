"""A mode made better by Gauss-Newton steps, where the search by populations has become slow.

The search minds neither steps nor valleys but learns little from each run in twenty dimensions. Near a mode
the slopes of the findings, estimated from runs around it, say where to go; several dampings are tried at once
and every run taken improves the slopes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from papaver.inference.conditional import Runs, first_moves, next_point
from papaver.inference.posterior import MARGIN, Floats, Scale, Stage

ROUNDS = 8
DAMPINGS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # runs of a round

Told = Callable[[str], None] | None


def polish(stage: Stage, mode: Floats, *, rounds: int = ROUNDS, seed: int = 1, tell: Told = None) -> Floats:
    """A point (parameters,) whose squared misses and pull to the middle are never above those of ``mode``."""
    said = tell or (lambda _line: None)
    scale = Scale.of(stage)
    runs, generator = Runs(stage, scale), np.random.Generator(np.random.Philox(seed))
    at = np.clip(scale.unit(mode), MARGIN, 1.0 - MARGIN)
    moves, changes, misses = first_moves(runs, at, generator)
    middle = np.full(len(at), 0.5)
    for k in range(rounds):
        slope = np.asarray(np.linalg.lstsq(moves, changes, rcond=None)[0], float)
        asked = np.array([next_point(at, misses, slope, middle, 1.0, damping) for damping in DAMPINGS])
        got = runs(asked)
        moves = np.concatenate([moves, asked - at])
        changes = np.concatenate([changes, got - misses])
        costs = [cost(x, found) for x, found in zip(asked, got, strict=True)]
        best = int(np.argmin(costs))
        if costs[best] < cost(at, misses):
            at, misses = asked[best], got[best]
        said(f"step {k + 1}: squared misses {cost(at, misses):.2f}")
    return np.asarray(scale.values(at[None, :])[0])


def cost(at: Floats, misses: Floats) -> float:
    """Squared misses and the weak pull to the middle of each range."""
    return float(misses @ misses + (at - 0.5) @ (at - 0.5))
