"""Dependent at the end and dead of an overdose by plan, and every parameter draw of it."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import TYPE_CHECKING

from papaver.report import numbers, text
from papaver.report.figures.layout import capital, estimate_words, intervals, key_of_intervals, rows_of_plans
from papaver.report.figures.picture import BLACK, BLUE, VERMILION, Picture
from papaver.report.read import Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.report.read import Floats

MOST_DRAWS = 0.95


def outcomes(run: Run) -> Picture:
    """Dependent at the end and dead of an overdose by plan, both intervals drawn apart."""
    measures = {
        "share_dependent_at_end": f"dependent after {text.years(run.years)}",
        "share_dead_overdose": "died of an overdose",
    }
    if run.starts_prescribed:
        del measures["share_dependent_at_end"]
        measures = {"share_ever_used": "ever used heroin", **measures}
    labels = {plan.name: text.plan_label(plan) for plan in run.plans}
    title = _range_of_plans(run)
    alt = "Mean and two intervals by plan, of 100 people. " + "; ".join(
        f"{labels[plan.name]}: "
        + ", ".join(
            estimate_words(run.estimate(plan.name, measure), 100, what) for measure, what in measures.items()
        )
        for plan in run.plans
    )
    note = (
        "Dot: mean over parameter draws. Thick line: 90 % interval from what is not known about the "
        f"inputs. Thin line below it: 90 % interval from chance alone in a group of {run.people:,} people. "
        "People in treatment are not counted as dependent at the end."
    )

    def paint(width: float) -> Figure:
        figure, panels = rows_of_plans(run, width, len(measures))
        for axes, (measure, words) in zip(panels, measures.items(), strict=True):
            estimates = [run.estimate(plan.name, measure) for plan in run.plans]
            intervals(axes, estimates, 100)
            axes.set_xlabel("people of 100")
            axes.set_title(capital(words))
        key_of_intervals(figure)
        return figure

    shown = partial(numbers.estimates, run, dict.fromkeys(measures, 100.0))
    return Picture("outcomes", title, alt, note, paint, shown)


def _range_of_plans(run: Run) -> str:
    """The least and the most that plans lead to: deaths, or heroin where nobody used it at the start."""
    measure = "share_ever_used" if run.starts_prescribed else "share_dead_overdose"
    found = [(run.estimate(plan.name, measure).mean, plan) for plan in run.plans]
    least, most = (choose(found, key=lambda one: one[0]) for choose in (min, max))
    what = "use heroin at some time" if run.starts_prescribed else "die of an overdose"
    if text.per100(least[0]) == text.per100(most[0]):
        return f"{text.per100(least[0])} of 100 people {what} within {text.years(run.years)}"
    what = "People who ever use heroin" if run.starts_prescribed else "Overdose deaths"
    return (
        f"{what} range from {text.per100(least[0])} of 100 ({text.quoted(least[1])}) to "
        f"{text.per100(most[0])} ({text.quoted(most[1])})"
    )


def draws(run: Run) -> Picture:
    """Every parameter draw as a dot: the main outcome by plan, and its difference from the first plan."""
    import numpy as np

    prescribed = run.starts_prescribed
    values = 100 * run.outcome("ever_used" if prescribed else "dependent_at_end")
    gaps = values - values[0]
    others = len(run.plans) - 1
    words = f"dependent after {text.years(run.years)}"
    if prescribed:
        words = "who ever used heroin"
    if others:
        found = sides(gaps[1:], f"people {words} than {text.quoted(run.first)}")
        title = f"{found} in at least {100 * MOST_DRAWS:.0f} % of the {len(run.draws)} draws"
    else:
        low, high = (text.whole(float(end)) for end in (values.min(), values.max()))
        title = f"Between draws, from {low} to {high} of 100 people are {words}"
    heading = "Ever used heroin" if prescribed else capital(words)
    alt = f"One dot per parameter draw: people of 100 {words}. " + "; ".join(
        f"{text.plan_label(plan)}: from {text.whole(float(values[place].min()))} to "
        f"{text.whole(float(values[place].max()))}"
        + (f", fewer than the first plan in {_fewer(gaps[place])} of {len(run.draws)} draws" if place else "")
        for place, plan in enumerate(run.plans)
    )
    note = (
        "Each dot is one draw of all inputs within what is known about them; the bar is the mean. The "
        "second panel takes the same draws, with the same people and the same luck, and shows the "
        "difference from the first plan: a plan whose dots all lie on one side of the line differs by more "
        "than what is not known. Each dot still holds some chance."
    )

    def paint(width: float) -> Figure:
        figure, panels = rows_of_plans(run, width, 2 if others else 1)
        _strip(panels[0], values)
        panels[0].set_title(heading)
        panels[0].set_xlabel("people of 100")
        panels[0].set_xlim(0, float(values.max()) * 1.05 if values.max() > 0 else 1)
        if others:
            gaps_shown = np.where(np.arange(len(gaps))[:, None] == 0, np.nan, gaps)
            panels[1].axvline(0, color=BLACK, linewidth=1)
            _strip(panels[1], gaps_shown)
            panels[1].set_title(textwrap.fill(f"Difference from “{text.plan_label(run.first, 30)}”", 38))
            panels[1].set_xlabel("people of 100, fewer (−) or more (+)")
            side = -1 if np.mean(gaps) < 0 else 1
            panels[1].annotate(
                "compared with this",
                (0, 0),
                xytext=(5 * side, 0),
                textcoords="offset points",
                va="center",
                ha="right" if side < 0 else "left",
                fontsize=8,
            )
        return figure

    shown = partial(numbers.draws, run, values, gaps)
    return Picture("draws", title, alt, note, paint, shown)


def sides(gaps: Floats, than: str) -> str:
    """How many of the other plans have fewer, and more, than the first in nearly all draws."""
    fewer, more = (int((side.mean(axis=1) >= MOST_DRAWS).sum()) for side in (gaps < 0, gaps > 0))
    others = len(gaps)
    if not fewer and not more:
        return f"No other plan has fewer or more {than}"
    first, word = (fewer, "fewer") if fewer else (more, "more")
    told = f"{_of(first, others)} {word} {than}"
    return f"{told}, and {_of(more, others, again=True)} more," if fewer and more else told


def _of(some: int, total: int, again: bool = False) -> str:
    verb = "has" if some == 1 else "have"
    if again:
        return f"{text.in_words(some)} {verb}"
    if total == 1:
        return "The other plan has"
    if some == total:
        return f"All {text.count(total, 'other plan')} have"
    return f"{capital(text.in_words(some))} of the {text.count(total, 'other plan')} {verb}"


def _fewer(gaps: Floats) -> int:
    return int((gaps < 0).sum())


def _strip(axes: Axes, values: Floats) -> None:
    import numpy as np

    # a fixed zigzag instead of random jitter: the same results give the same picture
    shift = 0.24 * ((np.arange(values.shape[1]) * 0.618034) % 1 - 0.5) * 2
    for row, dots in enumerate(values):
        axes.plot(dots, row + shift, "o", color=BLUE, markersize=3.5, alpha=0.6, markeredgewidth=0)
        if not np.isnan(dots).all():
            axes.plot([dots.mean()] * 2, [row - 0.36, row + 0.36], color=VERMILION, linewidth=2)
    axes.grid(axis="x")
