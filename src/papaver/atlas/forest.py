"""Forest plots: published intervals and simulated values of a domain, each scaled by its own interval."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from papaver.atlas.judge import INSIDE, NOT_RUN
from papaver.atlas.running import Row

COLOURS = {INSIDE: "#1b6e53", "outside": "#b3402a", NOT_RUN: "#8a8a8a"}
FARTHEST = 4.0
ROW_INCHES, WIDTH_INCHES, EDGE_INCHES = 0.24, 9.0, 1.1


def plotted(rows: Sequence[Row]) -> list[Row]:
    """Rows with a judged interval of two ends; directions and bounds have none to draw."""
    ends = [r for r in rows if r.judged_lo is not None and r.judged_hi is not None]
    return [
        r for r in ends if abs(r.judged_lo or 0.0) != float("inf") and abs(r.judged_hi or 0.0) != float("inf")
    ]


def scaled(row: Row, value: float) -> float:
    """Distance from the published value in half-widths of the judged interval on that side, cut at four."""
    assert row.judged_lo is not None and row.judged_hi is not None
    side = row.judged_hi - row.published if value >= row.published else row.published - row.judged_lo
    distance = (value - row.published) / side if side > 0.0 else 0.0
    return max(-FARTHEST, min(FARTHEST, distance))


def forest(rows: Sequence[Row], title: str) -> bytes:
    """A figure as SVG: the same bytes for the same rows."""
    import matplotlib
    from matplotlib.figure import Figure

    shown = plotted(rows)
    with matplotlib.rc_context({"svg.hashsalt": "papaver", "font.size": 8, "svg.fonttype": "path"}):
        figure = Figure(
            figsize=(WIDTH_INCHES, EDGE_INCHES + ROW_INCHES * max(1, len(shown))), layout="constrained"
        )
        axes = figure.add_subplot()
        for place, row in enumerate(shown):
            _line(axes, row, -place)
        axes.axvspan(-1.0, 1.0, color="#e8efe9", zorder=0)
        axes.axvline(0.0, color="#555555", linewidth=0.6, zorder=1)
        axes.set_yticks([-k for k in range(len(shown))], [_label(row) for row in shown])
        axes.set_xlim(-FARTHEST - 0.2, FARTHEST + 0.2)
        axes.set_ylim(-len(shown) + 0.3, 0.7)
        axes.set_xlabel("simulated - published, in half-widths of the judged interval (cut at 4)")
        axes.set_title(title, loc="left")
        out = io.BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _line(axes: Any, row: Row, place: int) -> None:
    colour = COLOURS[row.verdict]
    low, high = scaled(row, row.simulated_lo), scaled(row, row.simulated_hi)
    axes.plot([low, high], [place, place], color=colour, linewidth=1.2, zorder=2)
    filled = colour if row.status == "check" else "white"
    axes.plot(
        [scaled(row, row.simulated)],
        [place],
        "o",
        color=colour,
        markerfacecolor=filled,
        markersize=4.5,
        zorder=3,
    )


def _label(row: Row) -> str:
    return f"{row.finding}  {row.published:.3g} | {row.simulated:.3g} {row.unit}"[:64]
