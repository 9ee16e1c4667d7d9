"""Do intervals of a fit hold what they promise? Many fits of simulated findings on an emulator of a stage.

Truths are drawn from the prior of the emulator's range, findings simulated and blurred by the errors
claimed, and fitted by the same search and sampler as the stage. A central 80 % interval should then hold the
truth in 80 of 100 fits.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from papaver.csvtext import of_records
from papaver.inference.conditional import sample_given
from papaver.inference.emulator import Quadratic, Reduced, emulate
from papaver.inference.figures import PALE, as_svg, styled
from papaver.inference.posterior import Floats, Scale, Stage, find_mode
from papaver.inference.recovery import with_truth
from papaver.inference.remember import remembering
from papaver.inference.report import make_folder

LEVELS = (0.5, 0.8, 0.95)
REPLICATES, EVALUATIONS, ROWS, STEP = 60, 400, 200, 0.25
TRIES = 3  # searches from another seed where too few rows are plausible


@dataclass(frozen=True)
class Coverage:
    """Of a parameter: in what part of the fits its central 50, 80 and 95 % intervals held the truth.

    ``shrink`` is posterior over prior standard deviation: near 1 where the findings say nothing.
    """

    stage: str
    parameter: str
    fits: int
    held_50: float
    held_80: float
    held_95: float
    shrink: float


def coverage(
    stage: Stage,
    folder: Path,
    *,
    replicates: int = REPLICATES,
    seed: int = 1,
    tell: Callable[[str], None] | None = None,
) -> tuple[list[Coverage], Quadratic]:
    """Replicate fits on an emulator of the stage; its model runs are kept in the folder."""
    make_folder(folder)
    kept, _ = remembering(stage, folder)
    if tell:
        tell(f"{stage.name}: running the model for an emulator ...")
    reduced, emulator = emulate(kept)
    ranks = []
    for k in range(replicates):
        ranks.append(replicate(reduced, np.random.Generator(np.random.Philox(key=[seed, k]))))
        if tell and (k + 1) % 10 == 0:
            tell(f"{k + 1} of {replicates} fits")
    return _summed(reduced, np.array(ranks)), emulator


def replicate(stage: Reduced, generator: np.random.Generator) -> Floats:
    """One fit: for each parameter the truth's rank among the posterior rows (0 to 1) and their sd,
    in prior ranges. The truth is drawn from the prior of the sampler."""
    scale = Scale.of(stage)
    truth = scale.values(generator.random((1, len(stage.parameters))))[0]
    aimed = with_truth(stage, truth, generator)
    seed = int(generator.integers(2**31))
    mode = find_mode(aimed, evaluations=EVALUATIONS, seed=seed, sigma=STEP)
    rows = sample_given(aimed, mode, rows=ROWS, seed=seed).rows
    return np.stack([(rows < truth).mean(axis=0), scale.unit(rows).std(axis=0)])


def _summed(stage: Reduced, got: Floats) -> list[Coverage]:
    found = []
    for j, name in enumerate(stage.parameters):
        held = [float((np.abs(got[:, 0, j] - 0.5) <= level / 2.0).mean()) for level in LEVELS]
        shrink = float(got[:, 1, j].mean() * np.sqrt(12.0))  # of an even prior
        found.append(Coverage(stage.name, name, len(got), held[0], held[1], held[2], shrink))
    return found


def expected(level: float, fits: int) -> tuple[float, float]:
    """Central 95 % of the share of fits that hold the truth if the intervals are right."""
    from scipy.stats import binom

    low, high = binom.ppf((0.025, 0.975), fits, level)
    return float(low / fits), float(high / fits)


def mean_held(rows: Sequence[Coverage], level: float) -> float:
    """Percentage of intervals of a level that hold the truth, over parameters and fits."""
    return 100.0 * float(np.mean([getattr(one, f"held_{100 * level:.0f}") for one in rows]))


def told(rows: Sequence[Coverage], emulator: Quadratic) -> Iterator[str]:
    """Lines for the reader."""
    for finding, part in zip(emulator.findings, emulator.explained, strict=True):
        yield f"{finding:36s} emulator explains {100 * part:.0f} % of the variance"
    for one in rows:
        parts = (
            f"50 %: {100 * one.held_50:.0f}   80 %: {100 * one.held_80:.0f}   95 %: {100 * one.held_95:.0f}"
        )
        yield f"{one.parameter:36s} {parts}   posterior over prior sd {one.shrink:.2f}"
    for level in LEVELS:
        low, high = expected(level, rows[0].fits)
        yield (
            f"{100 * level:.0f} % intervals hold the truth in {mean_held(rows, level):.0f} % "
            f"(one parameter: {100 * low:.0f} to {100 * high:.0f} expected in {rows[0].fits} fits)"
        )


def to_csv(rows: Sequence[Coverage]) -> str:
    """Rows as CSV."""
    return of_records(Coverage, rows, digits=4)


def from_csv(path: Path) -> list[Coverage]:
    """A stored table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Coverage(
                r["stage"],
                r["parameter"],
                int(r["fits"]),
                float(r["held_50"]),
                float(r["held_80"]),
                float(r["held_95"]),
                float(r["shrink"]),
            )
            for r in csv.DictReader(file)
        ]


def figure(rows: Sequence[Coverage]) -> bytes:
    """Share of fits that hold the truth, by parameter and level, with what is expected, as SVG."""
    from matplotlib.figure import Figure

    colours = ("#8a6d1b", "#1b6e53", "#2a4d8f")
    with styled():
        chart = Figure(figsize=(7.0, 1.2 + 0.24 * len(rows)), layout="constrained")
        axes = chart.add_subplot()
        for level, colour in zip(LEVELS, colours, strict=True):
            low, high = expected(level, rows[0].fits)
            axes.axvspan(low, high, color=PALE, zorder=0)
            axes.axvline(level, color=colour, linewidth=0.7)
            held = [getattr(row, f"held_{100 * level:.0f}") for row in rows]
            axes.plot(held, [-k for k in range(len(rows))], "o", color=colour, label=f"{100 * level:.0f} %")
        axes.set_yticks([-k for k in range(len(rows))], [row.parameter for row in rows])
        axes.set_xlim(0.0, 1.02)
        axes.set_xlabel(f"share of {rows[0].fits} fits whose interval holds the truth; shaded: expected")
        shares = ", ".join(f"{mean_held(rows, level):.0f}" for level in LEVELS)
        asked = ", ".join(f"{100 * level:.0f}" for level in LEVELS)
        axes.set_ylim(0.6 - len(rows), 0.6)
        axes.set_title(
            f"{rows[0].stage.capitalize()}: intervals of {asked} % hold the truth in {shares} %", loc="left"
        )
        axes.legend(loc="lower left", frameon=False)
        return as_svg(chart)
