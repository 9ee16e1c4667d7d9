"""Run a stage from search to files: posterior rows, mode, misses, diagnostics and a figure.

Every run of the model is kept in the folder (see ``remember``): the same command goes on after an
interruption and gives the same bytes as without one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from papaver.errors import Fault, InputError
from papaver.inference.conditional import sample_given
from papaver.inference.figures import fit_figure
from papaver.inference.polish import polish
from papaver.inference.posterior import (
    Floats,
    Spread,
    Stage,
    find_mode,
    sample,
    write_posterior,
)
from papaver.inference.remember import remembering

CHAIN_STEPS = 110
ALMOST_ALL = (0.025, 0.975)


@dataclass(frozen=True)
class Effort:
    """Model runs in the search, posterior rows, seed, first step of the search in prior ranges, and
    whether an ensemble sampler makes the rows: many more runs."""

    evaluations: int = 1000
    rows: int = 120
    seed: int = 1
    spread: float = 0.05
    chain: bool = False


def make_folder(folder: Path) -> None:
    """Make a folder for results, or say why it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            Fault(f"{folder}: cannot be made ({error.strerror}).", "Choose another folder with -o.")
        ) from None


def run_stage(
    stage: Stage, folder: Path, effort: Effort, *, tell: Callable[[str], None] | None = None
) -> Iterator[str]:
    """Fit, sample, write ``posterior_``, ``predictive_`` and ``fit_<stage>``; yields lines for the reader."""
    make_folder(folder)
    said = tell or (lambda _line: None)
    start = time.monotonic()
    stage, known = remembering(stage, folder)
    said(f"{stage.name}: {len(stage.parameters)} parameters, {len(stage.targets)} targets; searching ...")
    if known:
        said(f"going on: {known} runs were made before")
    mode = find_mode(stage, evaluations=effort.evaluations, seed=effort.seed, sigma=effort.spread)
    if not effort.chain:
        said("steps along the slopes ...")
        mode = polish(stage, mode, seed=effort.seed, tell=tell)
    said(f"mode found after {time.monotonic() - start:.0f} s; sampling ...")
    spread = posterior_of(stage, mode, effort, tell)
    write_posterior(folder / f"posterior_{stage.name}.csv", spread.names, spread.rows)
    summary = summary_of(stage, mode, spread, effort)
    write(folder / f"fit_{stage.name}.json", json.dumps(summary, indent=1, sort_keys=True) + "\n")
    write(folder / f"fit_{stage.name}.svg", fit_figure(stage, mode, spread))
    yield from _told(stage, mode, spread, summary)
    yield f"written to {folder} after {time.monotonic() - start:.0f} s"


def posterior_of(
    stage: Stage, mode: Floats, effort: Effort, tell: Callable[[str], None] | None = None
) -> Spread:
    """Posterior rows around the mode, or of a chain (which leaves the assumed inputs as they are)."""
    if effort.chain:
        return sample(stage, mode, rows=effort.rows, steps=CHAIN_STEPS, seed=effort.seed)
    return sample_given(stage, mode, rows=effort.rows, seed=effort.seed, tell=tell)


def predicted(stage: Stage, spread: Spread) -> Floats:
    """Simulated findings in each posterior row: ``[row, target]``."""
    return np.array([t.value for t in stage.targets]) + spread.misses * [t.spread for t in stage.targets]


def summary_of(stage: Stage, mode: Floats, spread: Spread, effort: Effort) -> dict[str, Any]:
    """Mode, residual, targets with their posterior predictive range, diagnostics."""
    at_mode = dict(zip(stage.parameters, map(float, mode), strict=True))
    misses, got = stage.residuals(mode), stage.forward(at_mode)
    low, high = np.quantile(predicted(stage, spread), ALMOST_ALL, axis=0)
    return {
        "stage": stage.name,
        "mode": {name: float(f"{value:.5g}") for name, value in at_mode.items()},
        "residual": round(float(misses @ misses), 2),
        "targets": {
            t.name: {
                "published": t.value,
                "spread": round(t.spread, 4),
                "fitted": round(got[t.name], 4),
                "predictive": [round(float(low[k]), 4), round(float(high[k]), 4)],
            }
            for k, t in enumerate(stage.targets)
        },
        "evaluations": effort.evaluations,
        "seed": effort.seed,
        "diagnostics": {name: float(f"{value:.4g}") for name, value in spread.told.items()},
    }


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all."""
    draft = path.with_suffix(".tmp")
    draft.write_bytes(content.encode() if isinstance(content, str) else content)
    draft.replace(path)


def _told(stage: Stage, mode: Floats, spread: Spread, summary: Mapping[str, Any]) -> Iterator[str]:
    for k, name in enumerate(stage.parameters):
        column = spread.rows[:, k]
        yield f"{name:36s} {mode[k]:10.4g}   {column.mean():10.4g} +- {column.std():.3g}"
    for target in stage.targets:
        fitted = summary["targets"][target.name]["fitted"]
        miss = (fitted - target.value) / target.spread
        values = f"published {target.value:8.4g}   fitted {fitted:8.4g}"
        yield f"{target.name:36s} {values}   miss {miss:+.1f} sd"
    yield ", ".join(f"{name.replace('_', ' ')} {value:.4g}" for name, value in spread.told.items())
