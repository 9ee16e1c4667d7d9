"""The figures of a run, for the report, the command line, notebooks and the app.

Each function takes a ``Run`` and gives a ``Picture``: the finding as a title, a description for people who
cannot see it, a note on how to read it, and the drawing itself at any width. Colours are those of Okabe and
Ito, told apart with every common kind of colour blindness; no meaning rests on colour alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from papaver.csvtext import of_rows
from papaver.report import numbers, svg, text
from papaver.report.numbers import Rows
from papaver.report.read import Estimate, Plan, Run, band

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.report.read import Floats

WIDE, NARROW = 7.6, 3.9
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
GREY, PALE = "#767676", "#E4E4E4"
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
    "never": "#FFFFFF",
}
DAYS_PER_YEAR = 365.25
MOST_DAYS = 60


@dataclass(frozen=True)
class Picture:
    """A figure with its words and numbers. ``paint`` draws it at a width in inches."""

    name: str
    title: str
    alt: str
    note: str
    paint: Callable[[float], Figure]
    numbers: Callable[[], Rows]

    def figure(self, width: float = WIDE) -> Figure:
        """The Matplotlib figure, ``width`` inches wide; under about 5 its parts stand in one column."""
        return svg.draw(self.paint, width)

    def svg(self, width: float = WIDE, name: str = "") -> str:
        """The figure as an inline SVG element; ``name`` starts its ids."""
        return svg.render(self.paint, width, name or self.name, self.title, self.alt)

    def csv(self) -> str:
        """What the figure shows as a table of its own; the first row names the columns."""
        return of_rows(self.numbers(), digits=5)

    def _repr_svg_(self) -> str:
        return self.svg()


def pictures(run: Run) -> list[Picture]:
    """All figures of the report in order; the one on set and setting only if the scenario declares splits."""
    makers = [statuses, outcomes, withdrawal, overdose]
    if run.splits:
        makers.append(set_and_setting)
    makers.append(draws)
    return [make(run) for make in makers]


# ---------------------------------------------------------------- what became of people over time


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
        f"{days[-1]:,.0f}) and, in brackets, the middle 90 % of draws, which hold chance too."
    )

    def paint(width: float) -> Figure:
        figure, panels = _panels(len(run.plans), width, 2 if width > 5 else 1, 1.9)
        for place, (axes, plan) in enumerate(zip(panels, run.plans, strict=True)):
            _stack(axes, days / DAYS_PER_YEAR, shares[place])
            axes.set_title(_wrapped(plan, 34))
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
    middles = [(tops[name] - ends[name][0] / 2, name) for name in ends if ends[name][0] >= 0.05]
    heights = spaced([middle for middle, _ in middles], 12.0, -4.0, 104.0)
    for (middle, name), height in zip(middles, heights, strict=True):
        value, low, high = ends[name]
        digits = text.decimals(value)
        range_ = text.span((low, high), 1, digits)
        edge = "#555555" if STATUS_COLOURS[name] in ("#FFFFFF", PALE) else STATUS_COLOURS[name]
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


# ---------------------------------------------------------------- dependent at the end, and dead


def outcomes(run: Run) -> Picture:
    """Dependent at the end and dead of an overdose by plan, both intervals drawn apart."""
    measures = {
        "share_dependent_at_end": f"dependent after {text.years(run.years)}",
        "share_dead_overdose": "died of an overdose",
    }
    if run.starts_prescribed:
        del measures["share_dependent_at_end"]
        measures = {"share_ever_used": "ever used heroin", **measures}
    deaths = {plan.name: run.estimate(plan.name, "share_dead_overdose").mean for plan in run.plans}
    best, worst = min(deaths, key=lambda name: deaths[name]), max(deaths, key=lambda name: deaths[name])
    labels = {plan.name: text.plan_label(plan) for plan in run.plans}
    if best == worst:
        title = f"{text.per100(deaths[best])} of 100 people die of an overdose within {text.years(run.years)}"
    else:
        title = (
            f"Overdose deaths range from {text.per100(deaths[best])} of 100 people (“{labels[best]}”) to "
            f"{text.per100(deaths[worst])} (“{labels[worst]}”)"
        )
    alt = "Mean and two intervals by plan, of 100 people. " + "; ".join(
        f"{labels[plan.name]}: "
        + ", ".join(
            _estimate_words(run.estimate(plan.name, measure), 100, what) for measure, what in measures.items()
        )
        for plan in run.plans
    )
    note = (
        "Dot: mean over parameter draws. Thick line: 90 % interval from what is not known about the "
        f"inputs. Thin line below it: 90 % interval from chance alone in a group of {run.people:,} people. "
        "People in treatment are not counted as dependent at the end."
    )

    def paint(width: float) -> Figure:
        figure, panels = _rows_of_plans(run, width, len(measures))
        for axes, (measure, words) in zip(panels, measures.items(), strict=True):
            estimates = [run.estimate(plan.name, measure) for plan in run.plans]
            _intervals(axes, estimates, 100)
            axes.set_xlabel("people of 100")
            axes.set_title(_capital(words))
        _key_of_intervals(figure)
        return figure

    shown = partial(numbers.estimates, run, dict.fromkeys(measures, 100.0))
    return Picture("outcomes", title, alt, note, paint, shown)


def _estimate_words(estimate: Estimate, scale: float, what: str) -> str:
    mean, unknown, luck = text.shown(estimate, scale)
    return f"{what} {mean} (inputs {unknown}, chance {luck})"


def _intervals(axes: Axes, estimates: Sequence[Estimate], scale: float) -> None:
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


def _key_of_intervals(figure: Figure) -> None:
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


# ---------------------------------------------------------------- withdrawal


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
        f"{text.plan_label(plan)}: {_estimate_words(estimates[place], 1, 'in withdrawal')}, "
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
        figure = _new_figure(width, 0.36 * len(run.plans) * 2 + 2.6)
        top, bottom = figure.subplots(2, 1, height_ratios=[1, 1.15])
        _plan_ticks(top, run.plans, width)
        _intervals(top, estimates, 1)
        top.set_xlabel("days in withdrawal per person")
        _heat(bottom, mean, spread, width)
        _plan_ticks(bottom, run.plans, width)
        bottom.set_xticks(range(len(names)), [textwrap.fill(text.symptom_words(name), 11) for name in names])
        bottom.tick_params(axis="x", top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
        if width <= 5:
            bottom.set_xticks(
                bottom.get_xticks(), [text.symptom_words(n) for n in names], rotation=60, ha="left"
            )
        bottom.set_xlabel("days with the symptom per person")
        _key_of_intervals(figure)
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


# ---------------------------------------------------------------- overdose


def overdose(run: Run) -> Picture:
    """Cumulative fatal overdoses by year, and non-fatal ones for each fatal one, by plan."""
    fatal, nonfatal = (_events(run, event) for event in ("overdose_fatal", "overdose_nonfatal"))
    curves = fatal.cumsum(axis=-1) * 100 / run.people
    ratios = [
        _per_fatal(nonfatal[place].sum(axis=-1), fatal[place].sum(axis=-1)) for place in range(len(run.plans))
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
        figure = _new_figure(width, 1.55 * rows + 0.27 * len(run.plans) + 0.9)
        parts: Any = figure.subfigures(2, 1, height_ratios=[1.55 * rows, 0.27 * len(run.plans) + 0.9])
        upper, lower = parts
        panels = _fill(upper, len(run.plans), rows, columns)
        most = float(band(curves, axis=1)[2].max())
        for place, (axes, plan) in enumerate(zip(panels, run.plans, strict=True)):
            _death_curve(axes, curves[place], curves[0] if place else None)
            axes.set_ylim(0, most * 1.05 if most > 0 else 1)
            axes.set_title(_wrapped(plan, 20), fontsize=8)
        upper.supylabel("fatal overdoses\nper 100 people", fontsize=8.5)
        upper.supxlabel("years since the start", fontsize=8.5)
        _ratio_panel(lower.subplots(), run, ratios, width)
        return figure

    shown = partial(numbers.overdose, run, curves, ratios)
    return Picture("overdose", title, alt, note, paint, shown)


def _events(run: Run, event: str) -> Floats:
    """Count of an event by plan, draw and year."""
    return run.counts("events", "count", {"event": [event]}, year=list(range(run.years)))


def _per_fatal(nonfatal: Floats, fatal: Floats) -> tuple[float, float, float]:
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
    _plan_ticks(axes, run.plans, width)
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


# ---------------------------------------------------------------- set and setting


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
        f"{text.per100(with_it.mean)} of 100 people with {text.split_words(top)} {verb}, and "
        f"{text.per100(without.mean)} of 100 without"
    )
    if not text.beyond_chance(with_it, without):
        title += ", a difference that chance alone could make"
    elif len(run.splits) > 1:
        title += ": the largest of the differences asked for"
    alt = f"{_capital(text.under(run.first))}, of 100 people. " + "; ".join(
        f"{text.split_words(name)}: "
        + ", ".join(
            f"{words.lower()} {_pair_words(found[measure][name])}" for measure, words in columns.items()
        )
        for name in run.splits
    )
    note = (
        f"{_capital(text.under(run.first))}. Filled: people with the trait; open: people without. Thick "
        "lines: 90 % interval from what is not known about the inputs. Thin lines: 90 % interval from "
        "chance alone in groups of this size. People with a trait may differ in other traits too, as the "
        "scenario has it, so a difference is not the effect of that trait alone."
    )

    def paint(width: float) -> Figure:
        beside = width > 5
        figure = _new_figure(width, (0.72 * len(run.splits) + 0.8) * (1 if beside else 2) + 0.5)
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
        _estimate_words(estimate, 100, words)
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


# ---------------------------------------------------------------- what one number hides


def draws(run: Run) -> Picture:
    """Every parameter draw as a dot: the main outcome by plan, and its difference from the first plan."""
    import numpy as np

    values = 100 * run.outcome("dependent_at_end")
    gaps = values - values[0]
    clear = [plan for place, plan in enumerate(run.plans) if place and _same_side(gaps[place]) >= 0.95]
    others = len(run.plans) - 1
    words = f"dependent after {text.years(run.years)}"
    if others:
        title = (
            f"How many are {words} stays open, yet {_of(len(clear), others)} on the same side of "
            f"“{text.plan_label(run.first)}” in at least 95 % of the {len(run.draws)} draws"
        )
    else:
        title = f"Between draws, from {values.min():.0f} to {values.max():.0f} of 100 people are {words}"
    alt = f"One dot per parameter draw: people of 100 {words}. " + "; ".join(
        f"{text.plan_label(plan)}: from {values[place].min():.0f} to {values[place].max():.0f}"
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
        figure, panels = _rows_of_plans(run, width, 2 if others else 1)
        _strip(panels[0], values)
        panels[0].set_title(f"{_capital(words)}")
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


def _of(some: int, total: int) -> str:
    lie = "lies" if some == 1 else "lie"
    if total == 1:
        return "the other plan lies" if some else "the other plan does not lie"
    return f"{text.in_words(some) if some else 'none'} of the {text.count(total, 'other plan')} {lie}"


def _fewer(gaps: Floats) -> int:
    return int((gaps < 0).sum())


def _same_side(gaps: Floats) -> float:
    """Share of draws on the side of zero where most are."""
    return float(max((gaps < 0).mean(), (gaps > 0).mean()))


def _strip(axes: Axes, values: Floats) -> None:
    import numpy as np

    # a fixed zigzag instead of random jitter: the same results give the same picture
    shift = 0.24 * ((np.arange(values.shape[1]) * 0.618034) % 1 - 0.5) * 2
    for row, dots in enumerate(values):
        axes.plot(dots, row + shift, "o", color=BLUE, markersize=3.5, alpha=0.6, markeredgewidth=0)
        if not np.isnan(dots).all():
            axes.plot([dots.mean()] * 2, [row - 0.36, row + 0.36], color=VERMILION, linewidth=2)
    axes.grid(axis="x")


# ---------------------------------------------------------------- shared


def _new_figure(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _panels(number: int, width: float, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    columns = min(columns, number)
    rows = -(-number // columns)
    figure = _new_figure(width, height * rows)
    return figure, _fill(figure, number, rows, columns)


def _fill(figure: Any, number: int, rows: int, columns: int) -> list[Axes]:
    panels: list[Axes] = list(figure.subplots(rows, columns, squeeze=False).ravel())
    for spare in panels[number:]:
        spare.set_axis_off()
    return panels[:number]


def _rows_of_plans(run: Run, width: float, number: int) -> tuple[Figure, list[Axes]]:
    """Panels with one row per plan: beside each other when there is room, else below each other."""
    beside = width > 5
    height = 0.36 * len(run.plans) + 0.8
    figure = _new_figure(width, (height if beside else height * number) + 0.4)
    grid = (1, number) if beside else (number, 1)
    panels: list[Axes] = list(figure.subplots(*grid, squeeze=False).ravel())
    for place, axes in enumerate(panels):
        _plan_ticks(axes, run.plans, width, labels=place == 0 or not beside)
    return figure, panels


def _plan_ticks(axes: Axes, plans: Sequence[Plan], width: float, labels: bool = True) -> None:
    words = [_wrapped(plan, 24 if width > 5 else 17) if labels else "" for plan in plans]
    axes.set_yticks(range(len(plans)), words)
    axes.set_ylim(len(plans) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _wrapped(plan: Plan, width: int) -> str:
    return textwrap.fill(text.plan_label(plan, 2 * width), width)
