"""What the figures of a run share: panels, rows of plans, both intervals of an estimate, labels apart."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from papaver.report import text
from papaver.report.figures.picture import BLACK, BLUE, SKY
from papaver.report.read import Estimate, Plan, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def new_figure(width: float, height: float) -> Figure:
    """An empty figure in inches, its parts laid out so that nothing overlaps."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def panels_of(number: int, width: float, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """A figure of so many panels in columns, each row ``height`` inches high."""
    columns = min(columns, number)
    rows = -(-number // columns)
    figure = new_figure(width, height * rows)
    return figure, fill(figure, number, rows, columns)


def framed(figure: Figure, title: str, note: str, width: float) -> None:
    """Put a title above a figure that stands alone, and a note below it."""
    head, foot = textwrap.fill(title, int(11.5 * width)), textwrap.fill(note, int(18 * width))
    figure.suptitle(head, x=0.01, ha="left", fontsize=10.5, fontweight="bold")
    figure.supxlabel(foot, x=0.01, ha="left", fontsize=7.5, color="#555555")


def fill(figure: Any, number: int, rows: int, columns: int) -> list[Axes]:
    """Panels in rows and columns; those not needed are left blank."""
    panels: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for spare in panels[number:]:
        spare.set_axis_off()
    return panels[:number]


def rows_of_plans(run: Run, width: float, number: int) -> tuple[Figure, list[Axes]]:
    """Panels with one row per plan: beside each other when there is room, else below each other."""
    beside = width > 5
    height = 0.36 * len(run.plans) + 0.8
    figure = new_figure(width, (height if beside else height * number) + 0.4)
    grid = (1, number) if beside else (number, 1)
    panels: list[Axes] = list(figure.subplots(*grid, squeeze=False).ravel())
    for place, axes in enumerate(panels):
        plan_ticks(axes, run.plans, width, labels=place == 0 or not beside)
    return figure, panels


def plan_ticks(axes: Axes, plans: Sequence[Plan], width: float, labels: bool = True) -> None:
    """One row per plan from top to bottom, with its label."""
    words = [wrapped(plan, 24 if width > 5 else 17) if labels else "" for plan in plans]
    axes.set_yticks(range(len(plans)), words)
    axes.set_ylim(len(plans) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def capital(words: str) -> str:
    """The words with a capital at their start."""
    return words[:1].upper() + words[1:]


def wrapped(plan: Plan, width: int) -> str:
    """The label of a plan on two lines at most."""
    return textwrap.fill(text.plan_label(plan, 2 * width), width)


def estimate_words(estimate: Estimate, scale: float, what: str) -> str:
    """An estimate and both its intervals in words."""
    mean, unknown, luck = text.shown(estimate, scale)
    return f"{what} {mean} (inputs {unknown}, chance {luck})"


def intervals(axes: Axes, estimates: Sequence[Estimate], scale: float) -> None:
    """A row per estimate: its mean, the interval from inputs and, below it, that from chance."""
    most = 0.0
    for row, estimate in enumerate(estimates):
        mean = scale * estimate.mean
        if estimate.parameters is not None:
            axes.plot([scale * end for end in estimate.parameters], [row - 0.12] * 2, color=SKY, linewidth=6)
        if estimate.chance is not None:
            ends = [max(0.0, scale * end) for end in estimate.chance]
            axes.plot(ends, [row + 0.24] * 2, color=BLACK, linewidth=1.3)
        axes.plot([mean], [row - 0.12], "o", color=BLUE, markersize=6)
        ends = [
            mean,
            *(scale * end for pair in (estimate.parameters, estimate.chance) if pair for end in pair),
        ]
        most = max(most, *ends)
        axes.annotate(
            text.whole(mean),
            (max(ends), row - 0.12),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
    axes.set_xlim(0, most * 1.18 if most > 0 else 1)
    axes.grid(axis="x")


def key_of_intervals(figure: Figure) -> None:
    """The key of the two intervals."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D(
            [],
            [],
            color=SKY,
            linewidth=6,
            marker="o",
            markersize=6,
            markerfacecolor=BLUE,
            markeredgecolor=BLUE,
        ),
        Line2D([], [], color=BLACK, linewidth=1.3),
    ]
    labels = ["what is not known about the inputs", "chance alone"]
    figure.legend(handles, labels, loc="outside upper left", ncols=2 if figure.get_figwidth() > 5 else 1)


def spaced(places: Sequence[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Places of labels, in rising order, at least ``gap`` apart and within bounds when they fit at all."""
    out: list[float] = []
    for place in places:
        out.append(max(place, out[-1] + gap if out else lowest))
    ceiling = highest
    for index in range(len(out) - 1, -1, -1):
        out[index] = min(out[index], ceiling)
        ceiling = out[index] - gap
    return out
