"""A virtual trial in a table, sentences and a figure."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from typing import TYPE_CHECKING

from papaver.report.figures.layout import framed, new_figure
from papaver.report.figures.picture import BLACK, BLUE, GREEN, ORANGE, PURPLE, VERMILION, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.atlas.trial import ArmResult, Comparison, TrialResults
    from papaver.scenario.trial import Outcome, Trial

COLOURS = (BLACK, BLUE, ORANGE, GREEN, VERMILION, PURPLE)
MARKERS = ("o", "s", "^", "D", "v", "P")
WIDTH = 79
HOW_TO_READ = (
    "Thick line: the middle 90 % with the chance of so few people taken out, what the evidence leaves open. "
    "Thin line: the middle 90 % of trials of this size."
)


def lines(trial: Trial, results: TrialResults) -> Iterable[str]:
    """The results as text: each outcome in every arm, then the comparisons in words."""
    yield f"{trial.heading}  ({results.trials} simulated trials, {trial.people_per_arm} people in each arm)"
    for outcome in trial.outcomes:
        yield ""
        yield f"{outcome.heading} ({_unit(results, outcome)})"
        for arm in trial.arms:
            found = _result(results, arm.name, outcome.name)
            band = f"({_number(found.lo)} to {_number(found.hi)})"
            yield f"  {arm.heading:<36.36} {_number(found.mean):>8}  {band}"
        for one in _comparisons(results, outcome.name):
            yield from textwrap.wrap(sentence(trial, one), WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield ""
    yield from textwrap.wrap(
        "In brackets: the middle 90 % of trials of this size. A model of groups of people, no advice for "
        "anybody.",
        WIDTH,
    )


def sentence(trial: Trial, one: Comparison) -> str:
    """A comparison in words."""
    names = {arm.name: arm.heading for arm in trial.arms}
    if not math.isfinite(one.difference):
        return f"{names[one.arm]} against {names[one.against]}: nobody to compare."
    return (
        f"{names[one.arm]} against {names[one.against]}: {one.difference:+.3g} {one.unit} "
        f"({one.lo:+.3g} to {one.hi:+.3g}); above in {100 * one.higher:.0f} % of trials, and "
        f"{100 * one.clear:.0f} % of trials of this size would show a clear difference."
    )


def _number(value: float) -> str:
    return f"{value:.1f}" if math.isfinite(value) else "-"


def _unit(results: TrialResults, outcome: Outcome) -> str:
    return next(one.unit for one in results.arms if one.outcome == outcome.name)


def _result(results: TrialResults, arm: str, outcome: str) -> ArmResult:
    return next(one for one in results.arms if (one.arm, one.outcome) == (arm, outcome))


def _comparisons(results: TrialResults, outcome: str) -> list[Comparison]:
    return [one for one in results.comparisons if one.outcome == outcome]


def picture(trial: Trial, results: TrialResults) -> Picture:
    """All outcomes of all arms, one small panel each."""
    alt = "; ".join(
        f"{outcome.heading}: "
        + ", ".join(
            f"{arm.heading} {_number(_result(results, arm.name, outcome.name).mean)}" for arm in trial.arms
        )
        for outcome in trial.outcomes
    )

    title = _title(trial, results)

    def paint(width: float) -> Figure:
        rows, names = len(trial.outcomes), [textwrap.fill(arm.heading, 24) for arm in trial.arms]
        each = 0.55 + 0.24 * len(names)
        figure = new_figure(width, each * rows + 0.9)
        panels = figure.subplots(rows, 1, squeeze=False)
        for axes, outcome in zip(panels[:, 0], trial.outcomes, strict=True):
            found = [_result(results, arm.name, outcome.name) for arm in trial.arms]
            _panel(axes, outcome, found, names)
        framed(figure, title, HOW_TO_READ, width)
        return figure

    def rows() -> Iterator[Sequence[object]]:
        yield [field.name for field in fields(results.arms[0])]
        yield from (astuple(one) for one in results.arms)

    return Picture("trial", title, alt, HOW_TO_READ, paint, rows)


def _title(trial: Trial, results: TrialResults) -> str:
    """The finding: the first outcome, highest and lowest arm."""
    outcome = trial.outcomes[0]
    found = sorted(
        (one for one in results.arms if one.outcome == outcome.name and math.isfinite(one.mean)),
        key=lambda one: one.mean,
    )
    names = {arm.name: arm.heading for arm in trial.arms}
    if len(found) < 2:
        return trial.heading
    low, high = found[0], found[-1]
    return (
        f"{outcome.heading}: {_number(high.mean)} {high.unit} with {names[high.arm].lower()}, "
        f"{_number(low.mean)} with {names[low.arm].lower()}"
    )


def _panel(axes: Axes, outcome: Outcome, found: Sequence[ArmResult], names: Sequence[str]) -> None:
    for place, one in enumerate(found):
        if not math.isfinite(one.mean):
            axes.text(0.5, place, "nobody", transform=axes.get_yaxis_transform(), va="center")
            continue
        colour, marker = COLOURS[place], MARKERS[place]
        axes.plot([one.lo, one.hi], [place, place], color=colour, linewidth=1)
        axes.plot([one.known_lo, one.known_hi], [place, place], color=colour, linewidth=4, alpha=0.5)
        axes.plot([one.mean], [place], marker, color=colour, markersize=6)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"{outcome.heading} ({found[0].unit})")
