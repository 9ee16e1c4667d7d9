"""Cumulative fatal overdoses by year, and non-fatal ones for each fatal one, by plan."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from papaver.report import numbers, text
from papaver.report.figures.layout import fill, new_figure, plan_ticks, wrapped
from papaver.report.figures.picture import BLUE, GREY, SKY, Picture
from papaver.report.read import Run, band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.report.read import Floats


def overdose(run: Run) -> Picture:
    """Cumulative fatal overdoses by year, and non-fatal ones for each fatal one, by plan."""
    fatal, nonfatal = (_events(run, event) for event in ("overdose_fatal", "overdose_nonfatal"))
    curves = fatal.cumsum(axis=-1) * 100 / run.people
    ratios = [
        per_fatal(nonfatal[place].sum(axis=-1), fatal[place].sum(axis=-1)) for place in range(len(run.plans))
    ]
    first_year, last = curves[0, :, 0].mean(), curves[0, :, -1].mean()
    within = f"{text.years(run.years)} {text.under(run.first)}"
    if last > 0:
        title = (
            f"{100 * first_year / last:.0f} % of the overdose deaths within {within} fall in the first year"
        )
    else:
        title = f"Nobody dies of an overdose within {within} in these draws"
    alt = (
        "Cumulative fatal overdoses per 100 people by year, one panel per plan, and non-fatal per fatal. "
        + "; ".join(
            f"{text.plan_label(plan)}: {text.whole(curves[place, :, -1].mean())} deaths of 100 after "
            f"{text.years(run.years)}, {_ratio_words(ratios[place])}"
            for place, plan in enumerate(run.plans)
        )
    )
    note = (
        "Curves: deaths from overdose per 100 people since the start, mean over parameter draws; the band "
        f"holds the middle 90 % of draws and so also chance in a group of {run.people:,}. Dashed: the first "
        "plan. Below: overdoses that were survived for each that was not; the line holds the middle 90 % "
        "of draws."
    )

    def paint(width: float) -> Figure:
        columns = 4 if width > 5 else 2
        rows = -(-len(run.plans) // columns)
        figure = new_figure(width, 1.55 * rows + 0.27 * len(run.plans) + 0.9)
        parts: Any = figure.subfigures(2, 1, height_ratios=[1.55 * rows, 0.27 * len(run.plans) + 0.9])
        upper, lower = parts
        panels = fill(upper, len(run.plans), rows, columns)
        most = float(band(curves, axis=1)[2].max())
        for place, (axes, plan) in enumerate(zip(panels, run.plans, strict=True)):
            _death_curve(axes, curves[place], curves[0] if place else None)
            axes.set_ylim(0, most * 1.05 if most > 0 else 1)
            axes.set_title(wrapped(plan, 20), fontsize=8)
        upper.supylabel("fatal overdoses\nper 100 people", fontsize=8.5)
        upper.supxlabel("years since the start", fontsize=8.5)
        _ratio_panel(lower.subplots(), run, ratios, width)
        return figure

    shown = partial(numbers.overdose, run, curves, ratios)
    return Picture("overdose", title, alt, note, paint, shown)


def _events(run: Run, event: str) -> Floats:
    """Count of an event by plan, draw and year."""
    return run.counts("events", "count", {"event": [event]}, year=list(range(run.years)))


def per_fatal(nonfatal: Floats, fatal: Floats) -> tuple[float, float, float]:
    """Survived overdoses per fatal one: over all draws together, and the middle 90 % of draws."""
    import numpy as np

    if fatal.sum() == 0:
        return float("nan"), float("nan"), float("nan")
    each = np.full_like(fatal, np.inf)
    np.divide(nonfatal, fatal, out=each, where=fatal > 0)
    low, high = np.quantile(each, [0.05, 0.95], method="inverted_cdf")
    return float(nonfatal.sum() / fatal.sum()), float(low), float(high)


def _ratio_words(ratio: tuple[float, float, float]) -> str:
    middle, low, high = ratio
    if middle != middle:
        return "no fatal overdose"
    upper = "no upper bound" if high == float("inf") else text.whole(high)
    return f"{text.whole(middle)} survived for each death ({text.whole(low)} to {upper})"


def _death_curve(axes: Axes, curve: Floats, reference: Floats | None) -> None:
    import numpy as np

    def from_zero(values: Floats) -> Floats:
        return np.concatenate([[0.0], values])

    years = np.arange(curve.shape[-1] + 1)
    mean, low, high = (from_zero(part) for part in band(curve, axis=0))
    axes.fill_between(years, low, high, color=SKY, alpha=0.45, linewidth=0)
    if reference is not None:
        axes.plot(years, from_zero(reference.mean(axis=0)), color=GREY, linewidth=1.2, linestyle=(0, (3, 2)))
    axes.plot(years, mean, color=BLUE, linewidth=1.8)
    axes.annotate(
        text.whole(float(mean[-1])),
        (years[-1], mean[-1]),
        xytext=(2, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
    )
    axes.set_xlim(0, years[-1])
    axes.grid(axis="y")


def _ratio_panel(axes: Axes, run: Run, ratios: Sequence[tuple[float, float, float]], width: float) -> None:
    plan_ticks(axes, run.plans, width)
    finite = [end for ratio in ratios for end in ratio if end == end and end != float("inf")]
    most = max(finite, default=1.0) * 1.15
    for row, (middle, low, high) in enumerate(ratios):
        if middle != middle:
            axes.text(0, row, " no fatal overdose", va="center", fontsize=8)
            continue
        axes.plot([low, min(high, most)], [row, row], color=SKY, linewidth=5)
        if high == float("inf"):
            axes.plot([most], [row], ">", color=SKY, markersize=7, clip_on=False)
        axes.plot([middle], [row], "o", color=BLUE, markersize=5)
    axes.set_xlim(0, most)
    axes.grid(axis="x")
    axes.set_xlabel("survived overdoses for each fatal one")
