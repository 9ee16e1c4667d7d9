"""Days in withdrawal per person, and which symptoms, by plan."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import TYPE_CHECKING

from papaver.report import numbers, text
from papaver.report.figures.layout import estimate_words, intervals, key_of_intervals, new_figure, plan_ticks
from papaver.report.figures.picture import BLUE, SKY, Picture
from papaver.report.read import Run, band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.report.read import Floats


def withdrawal(run: Run) -> Picture:
    """Days in withdrawal per person, and which symptoms, by plan."""
    measure = "days_with_withdrawal"
    estimates = [run.estimate(plan.name, measure) for plan in run.plans]
    ranked = sorted(range(len(estimates)), key=lambda place: estimates[place].mean)
    low, high = run.plans[ranked[0]], run.plans[ranked[-1]]
    few, many = estimates[ranked[0]].mean, estimates[ranked[-1]].mean
    if low is high:
        title = (
            f"People spend {text.whole(few)} days in withdrawal within {text.years(run.years)}, on average"
        )
    else:
        title = (
            f"Days in withdrawal within {text.years(run.years)}: from {text.whole(few)} per person "
            f"(“{text.plan_label(low)}”) to {text.whole(many)} (“{text.plan_label(high)}”)"
        )
    names, mean, spread = _symptom_days(run)
    alt = "Days per person by plan. " + "; ".join(
        f"{text.plan_label(plan)}: {estimate_words(estimates[place], 1, 'in withdrawal')}, "
        + ", ".join(
            f"{text.symptom_words(name)} {text.whole(mean[place, i])}" for i, name in enumerate(names)
        )
        for place, plan in enumerate(run.plans)
    )
    note = (
        "Top: days with a withdrawal score of 5 or more (COWS, the clinical opiate withdrawal scale), "
        "averaged over everybody, also those who never were dependent. Bottom: days per person with each "
        "symptom at a troubling level, mean over parameter draws and, where there is room, the middle 90 % "
        "of them; a symptom can have other causes than withdrawal."
    )

    def paint(width: float) -> Figure:
        figure = new_figure(width, 0.36 * len(run.plans) * 2 + 2.6)
        top, bottom = figure.subplots(2, 1, height_ratios=[1, 1.15])
        plan_ticks(top, run.plans, width)
        intervals(top, estimates, 1)
        top.set_xlabel("days in withdrawal per person")
        _heat(bottom, mean, spread, width)
        plan_ticks(bottom, run.plans, width)
        bottom.set_xticks(range(len(names)), [textwrap.fill(text.symptom_words(name), 11) for name in names])
        bottom.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
        if width <= 5:
            bottom.set_xticks(
                bottom.get_xticks(), [text.symptom_words(n) for n in names], rotation=60, ha="left"
            )
        bottom.set_xlabel("days with the symptom per person")
        key_of_intervals(figure)
        return figure

    shown = partial(numbers.withdrawal, run, measure, names, mean, spread)
    return Picture("withdrawal", title, alt, note, paint, shown)


def _symptom_days(run: Run) -> tuple[list[str], Floats, tuple[Floats, Floats]]:
    present = set(run.results.symptoms["symptom"].unique().to_list())
    names = [name for name in text.SYMPTOM_WORDS if name in present]
    days = run.counts("symptoms", "person_days", {}, symptom=names) / run.people
    mean, low, high = band(days, axis=1)
    return names, mean, (low, high)


def _heat(axes: Axes, mean: Floats, spread: tuple[Floats, Floats], width: float) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    colours = LinearSegmentedColormap.from_list("blues", ["#FFFFFF", SKY, BLUE])
    most = float(mean.max()) if mean.size and mean.max() > 0 else 1.0
    edges = [[place - 0.5 for place in range(size + 1)] for size in mean.shape[::-1]]
    axes.pcolormesh(*edges, mean, cmap=colours, vmin=0, vmax=1.25 * most, edgecolors="white", linewidth=1)
    low, high = spread
    ranges = width > 5
    lift = 0.16 if ranges else 0.0
    for (row, column), value in _each(mean):
        colour = "white" if value > 0.8 * most else "#222222"
        digits = text.decimals(value)
        axes.text(
            column, row - lift, text.number(value, digits), ha="center", va="center", fontsize=8, color=colour
        )
        if ranges:
            range_ = text.span((float(low[row, column]), float(high[row, column])), 1, digits)
            axes.text(column, row + 0.24, range_, ha="center", va="center", fontsize=6.5, color=colour)
    axes.spines[:].set_visible(False)


def _each(values: Floats) -> list[tuple[tuple[int, int], float]]:
    return [
        ((row, column), float(values[row, column]))
        for row in range(len(values))
        for column in range(len(values[row]))
    ]
