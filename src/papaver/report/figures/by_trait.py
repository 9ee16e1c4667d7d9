"""Share dependent and dead of an overdose with and without each declared trait, first plan."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from papaver.report import numbers, text
from papaver.report.figures.layout import capital, estimate_words, new_figure
from papaver.report.figures.picture import BLUE, VERMILION, Picture
from papaver.report.read import Estimate, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def set_and_setting(run: Run) -> Picture:
    """Share dependent and dead of an overdose with and without each declared trait, first plan."""
    words = "Dependent at the end" if run.starts_dependent else "Ever dependent"
    columns = dict(zip(run.split_measures, (words, "Died of an overdose"), strict=True))
    found = {measure: {name: _pair(run, name, measure) for name in run.splits} for measure in columns}
    # people who start dependent differ most visibly in whether they live
    told = found[run.split_measures[1 if run.starts_dependent else 0]]
    top = max(run.splits, key=lambda name: abs(told[name][0].mean - told[name][1].mean))
    with_it, without = told[top]
    verb = "die of an overdose" if run.starts_dependent else "become dependent"
    title = (
        f"{capital(text.split_words(top))}: {text.per100(with_it.mean)} of 100 with it {verb}, and "
        f"{text.per100(without.mean)} of 100 without"
    )
    if not text.beyond_chance(with_it, without):
        title += ", a difference that chance alone could make"
    elif len(run.splits) > 1:
        title += ": the largest of the differences asked for"
    alt = f"{capital(text.under(run.first))}, of 100 people. " + "; ".join(
        f"{text.split_words(name)}: "
        + ", ".join(
            f"{words.lower()} {_pair_words(found[measure][name])}" for measure, words in columns.items()
        )
        for name in run.splits
    )
    note = (
        f"{capital(text.under(run.first))}. Filled: people with the trait; open: people without. Thick "
        "lines: 90 % interval from what is not known about the inputs. Thin lines: 90 % interval from "
        "chance alone in groups of this size. People with a trait may differ in other traits too, as the "
        "scenario has it, so a difference is not the effect of that trait alone."
    )

    def paint(width: float) -> Figure:
        beside = width > 5
        figure = new_figure(width, (0.72 * len(run.splits) + 0.8) * (1 if beside else 2) + 0.5)
        panels = figure.subplots(*((1, 2) if beside else (2, 1)), squeeze=False).ravel()
        for place, (axes, (measure, words)) in enumerate(zip(panels, columns.items(), strict=True)):
            _split_rows(axes, [found[measure][name] for name in run.splits])
            axes.set_title(words)
            axes.set_xlabel("people of 100")
            labels = [textwrap.fill(text.split_words(name), 20) for name in run.splits]
            axes.set_yticks(range(len(labels)), labels if place == 0 or not beside else [""] * len(labels))
        _key_of_split(figure)
        return figure

    shown = partial(numbers.set_and_setting, run, found)
    return Picture("set-and-setting", title, alt, note, paint, shown)


def _pair(run: Run, name: str, measure: str) -> tuple[Estimate, Estimate]:
    pair = run.split(name, measure)
    assert pair is not None, name
    return pair


def _pair_words(pair: tuple[Estimate, Estimate]) -> str:
    return " and ".join(
        estimate_words(estimate, 100, words)
        for words, estimate in zip(("with", "without"), pair, strict=True)
    )


def _split_rows(axes: Axes, pairs: Sequence[tuple[Estimate, Estimate]]) -> None:
    styles = ((-0.2, VERMILION, VERMILION), (0.2, BLUE, "white"))
    most = 0.0
    for row, pair in enumerate(pairs):
        for estimate, (shift, edge, fill) in zip(pair, styles, strict=True):
            mean, far = 100 * estimate.mean, 100 * estimate.mean
            for bounds, lower, wide in ((estimate.parameters, 0.0, 4.0), (estimate.chance, 0.13, 1.1)):
                if bounds is not None:
                    ends = [100 * bound for bound in bounds]
                    far = max(far, ends[1])
                    axes.plot(
                        ends,
                        [row + shift + lower] * 2,
                        color=edge,
                        linewidth=wide,
                        alpha=0.5 if wide > 2 else 1,
                    )
            axes.plot(
                [mean],
                [row + shift],
                "o",
                color=edge,
                markerfacecolor=fill,
                markersize=6,
                markeredgewidth=1.6,
            )
            place = (far, row + shift)
            axes.annotate(
                text.whole(mean), place, xytext=(5, 0), textcoords="offset points", va="center", fontsize=8.5
            )
            most = max(most, far)
    axes.set_xlim(0, most * 1.18 if most > 0 else 1)
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")


def _key_of_split(figure: Figure) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=VERMILION, marker="o", linewidth=2.4),
        Line2D([], [], color=BLUE, marker="o", markerfacecolor="white", markeredgewidth=1.6, linewidth=2.4),
    ]
    figure.legend(handles, ["with the trait", "without it"], loc="outside upper left", ncols=2)
