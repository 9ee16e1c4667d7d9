"""The documentation page on fits, from what `papaver fit --write-docs` stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from papaver.inference.coverage import Coverage, expected, from_csv

PAGE = "fits.md"
STAGES = ("adaptation", "behaviour", "liability", "care", "overdose")
TITLES = {
    "adaptation": "Adaptation and withdrawal",
    "behaviour": "Behaviour and course",
    "liability": "Who begins",
    "care": "Staying in care",
    "overdose": "Overdose",
}
INTRODUCTION = """\
# Fits

Five small groups of numbers are fitted, each to findings of its own kind, in this order; everything else is
measured, derived or assumed with a range, and every other finding is a check of the
[validation](validation.md). The mode is found by CMA-ES and then by Gauss-Newton steps along the slopes of
the findings, estimated from runs around it; all else is central. The posterior is one joint sample: row *i*
of a stage is fitted given row *i* of every earlier stage and row *i* of every other uncertain input, by
randomised maximum likelihood (findings blurred by their own errors, a weak pull to a point of the prior,
which is uniform, in the logarithm where a range is wide; five damped Gauss-Newton steps; `--chain`: an
affine-invariant ensemble instead). A draw of the model is a row of it, so a draw with slow clearance has
the withdrawal, use and leaving that were fitted with it. `papaver fit STAGE` repeats it, keeps every run of
the model and goes on where it was interrupted; `make refit` does all stages and what rests on them.

Each figure shows the targets as the posterior predicts them (left; shaded: two standard deviations) and the
parameters in their prior ranges (right). A target far from zero in every row is one the model cannot reach.
"""


def build(docs: Path) -> str:
    """The page's text from what is stored under ``docs``."""
    parts = [INTRODUCTION]
    for stage in STAGES:
        path = docs / "data" / f"fit_{stage}.json"
        if path.is_file():
            parts += _stage(stage, json.loads(path.read_text(encoding="utf-8")))
    tables = [docs / "data" / f"coverage_{stage}.csv" for stage in STAGES]
    found = [from_csv(path) for path in tables if path.is_file()]
    if found:
        parts += [COVERAGE, *(line for rows in found for line in _coverage(rows))]
    return "\n".join(parts)


def _stage(name: str, fit: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {TITLES[name]}\n"
    yield f"![Fit of {name}](data/fit_{name}.svg)\n"
    yield "| target | aimed at | sd of the fit | at the mode | posterior predictive, 95 % |"
    yield "|---|---:|---:|---:|---:|"
    for target, row in fit["targets"].items():
        low, high = row["predictive"]
        cells = (
            f"{row['published']:.3g} | {row['spread']:.2g} | {row['fitted']:.3g} | {low:.3g} to {high:.3g}"
        )
        yield f"| `{target}` | {cells} |"
    told = ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in fit["diagnostics"].items())
    residual = f"Residual {fit['residual']:g} (with the pull to the middle of each range)."
    yield f"\n{residual} {told.capitalize()}.\n"


COVERAGE = """\
## Do the intervals hold what they promise?

`papaver fit STAGE --coverage` simulates findings at known values on an emulator of a stage (quadratics
fitted to runs of the model), blurs them by the errors claimed, and fits them by the same search and
sampler. An interval that is right holds the truth as often as it says. *shrink* is the posterior's standard
deviation over the prior's: where it is near 1 the findings say nothing about the parameter.
"""


def _coverage(rows: list[Coverage]) -> Iterator[str]:
    stage, fits = rows[0].stage, rows[0].fits
    yield f"### {TITLES[stage]}, {fits} fits\n"
    yield f"![Coverage of {stage}](data/coverage_{stage}.svg)\n"
    heads = [
        f"{level} % ({100 * low:.0f} to {100 * high:.0f} expected)" for level, low, high in _levels(fits)
    ]
    yield f"| parameter | {' | '.join(heads)} | shrink |"
    yield "|---|---:|---:|---:|---:|"
    for row in rows:
        held = " | ".join(f"{100 * x:.0f}" for x in (row.held_50, row.held_80, row.held_95))
        yield f"| `{row.parameter}` | {held} | {row.shrink:.2f} |"
    yield ""


def _levels(fits: int) -> Iterator[tuple[int, float, float]]:
    for level in (50, 80, 95):
        yield (level, *expected(level / 100.0, fits))
