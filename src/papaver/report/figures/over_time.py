"""What became of people over time: a stack of statuses for each plan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from papaver.report import numbers, text
from papaver.report.figures.layout import panels_of, spaced, wrapped
from papaver.report.figures.picture import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    Picture,
)
from papaver.report.read import Run, band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.report.read import Floats

# from the bottom of a stack to its top: what is worst lies at the bottom, on a straight line
STATUS_COLOURS = {
    "dead_overdose": BLACK,
    "dead_other": GREY,
    "dependent": VERMILION,
    "in_treatment": GREEN,
    "residential": PURPLE,
    "custody": BLUE,
    "hospital": YELLOW,
    "controlled": ORANGE,
    "occasional": SKY,
    "abstinent": PALE,
    "never": "#F4F4F4",
}
DAYS_PER_YEAR = 365.25
MOST_DAYS = 60
LEAST_LABELLED = 0.5  # of 100 people; a death by overdose is told however rare


def statuses(run: Run) -> Picture:
    """What became of people over time: a stack of statuses for each plan."""
    days, shares = _status_shares(run)
    ends = {plan.name: _ends(shares[place]) for place, plan in enumerate(run.plans)}
    stopped, dependent, dead = (
        text.per100(run.estimate(run.first.name, f"share_{name}").mean)
        for name in ("abstinent_at_end", "dependent_at_end", "dead_overdose")
    )
    title = (
        f"After {text.years(run.years)} {text.under(run.first)}, {stopped} of 100 people have stopped, "
        f"{dependent} are dependent and {dead} have died of an overdose"
    )
    if run.starts_prescribed:
        used = text.per100(run.estimate(run.first.name, "share_ever_used").mean)
        title = f"After {text.years(run.years)} {text.under(run.first)}, {used} of 100 have turned to heroin"
    alt = (
        "Stacked areas of status over the years, one panel per plan. At the end, of 100 people: "
        + "; ".join(
            f"{text.plan_label(plan)}: " + ", ".join(_end_words(ends[plan.name])) for plan in run.plans
        )
    )
    note = (
        "Each panel is one plan; the height of an area is how many of 100 people have that status on that "
        "day, mean over parameter draws. At the right: the number on the last day drawn (day "
        f"{days[-1]:,.0f}) and, in brackets, the middle 90 % of draws, which hold chance too. A status of "
        f"fewer than {LEAST_LABELLED:g} of 100 has no label but for deaths of an overdose; the table has all."
    )

    def paint(width: float) -> Figure:
        figure, panels = panels_of(len(run.plans), width, 2 if width > 5 else 1, 1.9)
        for place, (axes, plan) in enumerate(zip(panels, run.plans, strict=True)):
            _stack(axes, days / DAYS_PER_YEAR, shares[place])
            axes.set_title(wrapped(plan, 34))
            axes.set_ylabel("of 100 people")
            axes.set_xlabel("years")
        return figure

    shown = partial(numbers.statuses, run, days, shares, tuple(STATUS_COLOURS))
    return Picture("statuses", title, alt, note, paint, shown)


def _status_shares(run: Run) -> tuple[Floats, Floats]:
    """Sampled days, and people of 100 by plan, draw, day and status (in the order of ``STATUS_COLOURS``)."""
    import numpy as np

    sampled = np.array(sorted(run.results.daily["day"].unique().to_list()))
    # a panel shows no more than about MOST_DAYS points; the last day always stands
    step = -(-len(sampled) // MOST_DAYS)
    days = sampled[::-1][::step][::-1]
    days = days if days[0] == sampled[0] else np.concatenate([sampled[:1], days])
    counts = run.counts("daily", "people", {}, day=days.tolist(), status=list(STATUS_COLOURS))
    return days.astype(float), 100 * counts / counts.sum(axis=-1, keepdims=True)


def _ends(shares: Floats) -> dict[str, tuple[float, float, float]]:
    """Mean, low and high over draws on the last day, by status, of those anybody has."""
    mean, low, high = band(shares[:, -1], axis=0)
    found = zip(STATUS_COLOURS, mean, low, high, strict=True)
    return {name: (float(m), float(lo), float(hi)) for name, m, lo, hi in found if m > 0}


def _end_words(ends: dict[str, tuple[float, float, float]]) -> list[str]:
    return [f"{text.STATUS_WORDS[name]} {text.whole(mean)}" for name, (mean, _, _) in reversed(ends.items())]


def _stack(axes: Axes, years: Floats, shares: Floats) -> None:
    from matplotlib.ticker import MaxNLocator

    mean = shares.mean(axis=0)
    axes.stackplot(years, mean.T, colors=list(STATUS_COLOURS.values()), edgecolor="white", linewidth=0.4)
    axes.set_xlim(years[0], years[-1])
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 50, 100])
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ends = _ends(shares)
    tops = {name: mean[-1, : place + 1].sum() for place, name in enumerate(STATUS_COLOURS)}
    least = {name: 0.05 if name == "dead_overdose" else LEAST_LABELLED for name in ends}
    middles = [(tops[name] - ends[name][0] / 2, name) for name in ends if ends[name][0] >= least[name]]
    heights = spaced([middle for middle, _ in middles], 12.0, -4.0, 104.0)
    for (middle, name), height in zip(middles, heights, strict=True):
        value, low, high = ends[name]
        digits = text.decimals(value)
        range_ = text.span((low, high), 1, digits)
        edge = "#555555" if STATUS_COLOURS[name] in (STATUS_COLOURS["never"], PALE) else STATUS_COLOURS[name]
        axes.plot(
            [1.0, 1.03, 1.05],
            [middle, height, height],
            color=edge,
            linewidth=1.2,
            clip_on=False,
            transform=axes.get_yaxis_transform(),
        )
        label = f"{text.STATUS_WORDS[name]} {text.number(value, digits)} ({range_})"
        axes.text(1.06, height, label, fontsize=8, va="center", transform=axes.get_yaxis_transform())
