"""Figures of a fit: its targets with the posterior predictive range, and its parameters in their ranges."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from papaver.inference.posterior import Floats, Spread, Stage

INSIDE, OUTSIDE, PALE = "#1b6e53", "#b3402a", "#dfe8e2"
FARTHEST = 5.0
ROW_INCHES, WIDTH_INCHES, EDGE_INCHES = 0.24, 9.0, 1.2
QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)


def as_svg(figure: Any) -> bytes:
    """A figure as SVG: the same bytes for the same content."""
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


@contextmanager
def styled() -> Iterator[None]:
    """Settings under which figures are made."""
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "papaver", "font.size": 8, "svg.fonttype": "path"}):
        yield


def fit_figure(stage: Stage, mode: Floats, spread: Spread) -> bytes:
    """Posterior predictive misses by target (left) and posterior by parameter (right), as SVG."""
    from matplotlib.figure import Figure

    with styled():
        rows = max(len(stage.targets), len(stage.parameters))
        figure = Figure(figsize=(WIDTH_INCHES, EDGE_INCHES + ROW_INCHES * rows), layout="constrained")
        left, right = figure.subplots(1, 2)
        names = [f"{t.name}  {t.value:.3g}" for t in stage.targets]
        _ranges(left, names, np.clip(spread.misses, -FARTHEST, FARTHEST), None, (-2.0, 2.0))
        left.set_xlim(-FARTHEST, FARTHEST)
        left.set_xlabel("simulated - published, in standard deviations of the fit (cut at 5)")
        left.set_title("Targets: posterior predictive", loc="left")
        low, high = stage.bounds()
        own = (spread.rows[:, : len(mode)] - low) / (high - low)
        _ranges(right, list(stage.parameters), own, (mode - low) / (high - low), (0.0, 1.0))
        right.set_xlim(-0.03, 1.03)
        right.set_xlabel("place in the prior range; cross: mode")
        right.set_title("Parameters: posterior", loc="left")
        return as_svg(figure)


def _ranges(
    axes: Any, names: list[str], values: Floats, marks: Floats | None, shade: tuple[float, float]
) -> None:
    axes.axvspan(*shade, color=PALE, zorder=0)
    for place, column in enumerate(np.asarray(values).T):
        lo, q1, middle, q3, hi = np.quantile(column, QUANTILES)
        colour = INSIDE if shade[0] <= middle <= shade[1] else OUTSIDE
        axes.plot([lo, hi], [-place, -place], color=colour, linewidth=1.0)
        axes.plot([q1, q3], [-place, -place], color=colour, linewidth=3.0)
        if marks is not None:
            axes.plot([marks[place]], [-place], "x", color="#222222", markersize=4.0)
    axes.set_yticks([-k for k in range(len(names))], names)
    axes.set_ylim(-len(names) + 0.4, 0.6)
