"""Run a stage from search to files: posterior rows, mode, and how far each target is missed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from papaver.errors import Fault, InputError
from papaver.inference.posterior import Floats, Stage, find_mode, sample, sample_around, write_posterior

SAMPLED_BY_CHAIN = {"adaptation"}  # cheap and smooth enough for an ensemble sampler
CHAIN_STEPS = 110


def run_stage(
    stage: Stage,
    folder: Path,
    *,
    evaluations: int,
    rows: int,
    seed: int,
    spread: float = 0.05,
    tell: Callable[[str], None] | None = None,
) -> Iterator[str]:
    """Fit, sample, write ``posterior_<stage>.csv`` and ``fit_<stage>.json``; yields lines for the reader."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            Fault(f"{folder}: cannot be made ({error.strerror}).", "Choose another folder with -o.")
        ) from None
    said = tell or (lambda _line: None)
    start = time.monotonic()
    said(f"{stage.name}: {len(stage.parameters)} parameters, {len(stage.targets)} targets; searching ...")
    mode = find_mode(stage, evaluations=evaluations, seed=seed, sigma=spread)
    said(f"mode found after {time.monotonic() - start:.0f} s; sampling ...")
    if stage.name in SAMPLED_BY_CHAIN:
        names, posterior = stage.parameters, sample(stage, mode, rows=rows, steps=CHAIN_STEPS, seed=seed)
    else:
        names, posterior = sample_around(stage, mode, rows=rows, seed=seed, tell=tell)
    write_posterior(folder / f"posterior_{stage.name}.csv", names, posterior)
    yield from _write_summary(stage, mode, posterior, folder / f"fit_{stage.name}.json")
    yield f"written to {folder} after {time.monotonic() - start:.0f} s"


def _write_summary(stage: Stage, mode: Floats, posterior: Floats, path: Path) -> Iterator[str]:
    misses = stage.residuals(mode)
    got = stage.forward(dict(zip(stage.parameters, map(float, mode), strict=True)))
    summary = {
        "stage": stage.name,
        "mode": {name: float(f"{value:.5g}") for name, value in zip(stage.parameters, mode, strict=True)},
        "residual": round(float(misses @ misses), 2),
        "targets": {
            t.name: {"published": t.value, "spread": round(t.spread, 4), "fitted": round(got[t.name], 4)}
            for t in stage.targets
        },
    }
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(summary, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)
    for k, name in enumerate(stage.parameters):
        yield f"{name:36s} {mode[k]:10.4g}   {posterior[:, k].mean():10.4g} +- {posterior[:, k].std():.3g}"
    for target in stage.targets:
        miss = (got[target.name] - target.value) / target.spread
        values = f"published {target.value:8.4g}   fitted {got[target.name]:8.4g}"
        yield f"{target.name:36s} {values}   miss {miss:+.1f} sd"
