"""Readings of a laboratory's panel, in tables, sentences and figures.

For laboratories: how far results carry, with what is assumed and the limits beside it, and never a word about
how one might come through a test.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from papaver.report.figures.layout import framed, new_figure
from papaver.report.figures.picture import BLACK, BLUE, SKY, VERMILION, Picture
from papaver.report.toxicology import TICKS, WIDTH, hours_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.body.interpretation import Likely, Reading

READING_LIMITS = (
    "A computed reading for a laboratory, to be weighed by a forensic toxicologist beside the case, never to "
    "be used alone. It rests on the priors and the simulated people named above, on one source at a time, "
    "and on results being right. It tells neither the amount taken nor impairment nor intent, and it is no "
    "advice to the person tested. A likelihood ratio says how far results speak for one source against the "
    "others; it is not the chance that the source is true."
)


def reading_page(reading: Reading, assumptions: Sequence[str]) -> Iterator[str]:
    """The reading as lines: results, sources, time since the last use, assumptions, limits."""
    yield "Results read"
    for result in reading.panel.results:
        found = result.specimen.creatinine_mg_per_ml
        beside = f" (creatinine {found:.2f} mg/mL)" if found is not None else ""
        later = f", hour {result.specimen.hours:g}" if result.specimen.hours else ""
        yield f"  {result.words}{beside}{later}"
    yield ""
    yield f"{'Source':<26}{'prior':>7}{'posterior':>11}{'likelihood ratio':>18}   hours since last use"
    for one in sorted(reading.sources, key=lambda one: -one.posterior):
        yield _source_line(one)
    yield ""
    if reading.hours is not None:
        low, quarter, middle, three, high = (hours_words(h) for h in reading.hours)
        yield from textwrap.wrap(
            f"If something of the kind was used, the last time lies {middle} before the first specimen in "
            f"the middle of the posterior (half of it {quarter} to {three}, 90 % of it {low} to {high}).",
            WIDTH,
        )
    yield from textwrap.wrap(
        f"Effective sample size {reading.effective:.0f} of {reading.particles} simulated specimens.", WIDTH
    )
    for notice in reading.notices:
        yield from textwrap.wrap(f"Notice: {notice}", WIDTH)
    yield ""
    yield "Assumed"
    for line in assumptions:
        yield from textwrap.wrap(line, WIDTH, initial_indent="  - ", subsequent_indent="    ")
    yield ""
    yield from textwrap.wrap(READING_LIMITS, WIDTH)


def _source_line(one: Likely) -> str:
    hours = "—"
    if one.hours is not None:
        hours = f"{hours_words(one.hours[2])} ({hours_words(one.hours[0])}–{hours_words(one.hours[4])})"
    elif one.name == "none":
        hours = ""
    numbers = f"{one.prior:>7.2f}{_share(one.posterior):>11}{_ratio(one.ratio):>18}"
    return f"{one.words:<26}{numbers}   {hours}".rstrip()


def _share(value: float) -> str:
    if 0.0 < value < 0.001:
        return "<0.001"
    return ">0.999" if 0.999 < value < 1.0 else f"{value:.3f}"


def _ratio(value: float) -> str:
    if value > 1e6:
        return ">1,000,000"
    if value >= 100:
        return f"{float(f'{value:.2g}'):,.0f}"
    return f"{value:.2g}" if value >= 1e-6 else "<0.000001"


READING_COLUMNS = (
    "family",
    "source",
    "prior",
    "posterior",
    "likelihood_ratio",
    "effective_sample_size",
    "hours_5",
    "hours_25",
    "hours_50",
    "hours_75",
    "hours_95",
    "share_daily_use",
)


def reading_rows(readings: Iterable[Reading]) -> Iterator[tuple[Any, ...]]:
    """Rows of the sources for ``READING_COLUMNS``; the last row of a family is any use."""
    for reading in readings:
        for one in reading.sources:
            hours = one.hours or (float("nan"),) * 5
            told = (one.prior, one.posterior, one.ratio, one.effective)
            yield (reading.family, one.name, *told, *hours, one.daily)
        hours = reading.hours or (float("nan"),) * 5
        used = [one for one in reading.sources if one.name != "none"]
        shares = (sum(one.prior for one in used), sum(one.posterior for one in used))
        yield (reading.family, "any", *shares, float("nan"), reading.effective, *hours, float("nan"))


DENSITY_COLUMNS = ("family", "hours_from", "hours_to", "posterior", "prior")


def density_rows(readings: Iterable[Reading]) -> Iterator[tuple[Any, ...]]:
    """Rows of the posterior of time since the last use for ``DENSITY_COLUMNS``."""
    for reading in readings:
        bins = zip(reading.edges[:-1], reading.edges[1:], reading.density, reading.prior_density, strict=True)
        for row in bins:
            yield (reading.family, *(float(value) for value in row))


def reading_picture(reading: Reading) -> Picture:
    """Posterior of the source beside that of the time since the last use, each against its prior."""
    title = _reading_title(reading)
    alt = "Sources, prior and posterior: " + "; ".join(
        f"{one.words} {one.prior:.2f} to {_share(one.posterior)}" for one in reading.sources
    )
    if reading.hours is not None:
        hours = ", ".join(hours_words(reading.hours[k]) for k in (0, 2, 4))
        alt += f". Time since the last use, 5, 50 and 95 %: {hours}"
    note = (
        f"Effective sample size {reading.effective:.0f} of {reading.particles} simulated specimens. For a "
        "laboratory, with its priors and assumptions; not to be used alone."
    )

    def paint(width: float) -> Figure:
        beside = width > 5
        figure = new_figure(width, 3.1 if beside else 5.4)
        left, right = figure.subplots(*((1, 2) if beside else (2, 1)))
        _bars(left, reading.sources)
        _time(right, reading)
        framed(figure, title, note, width)
        return figure

    def rows() -> Iterator[Sequence[object]]:
        yield READING_COLUMNS
        yield from reading_rows([reading])

    return Picture(f"reading-{reading.family}", title, alt, note, paint, rows)


def _reading_title(reading: Reading) -> str:
    best = max(reading.sources, key=lambda one: one.posterior)
    head = f"{reading.family.capitalize()}: these results fit {best.words} best "
    head += f"(posterior {_share(best.posterior)}, prior {best.prior:.2f})"
    if best.hours is None:
        return head
    return (
        f"{head}, last used {hours_words(best.hours[0])} to {hours_words(best.hours[4])} before the specimen"
    )


def _bars(axes: Axes, likely: Sequence[Likely]) -> None:
    rows = range(len(likely))
    axes.barh(rows, [one.posterior for one in likely], height=0.55, color=BLUE, label="posterior")
    axes.plot(
        [one.prior for one in likely], rows, "o", color=VERMILION, markerfacecolor="white", label="prior"
    )
    for row, one in enumerate(likely):
        place = (max(one.posterior, one.prior), row)
        words = _share(one.posterior)
        axes.annotate(words, place, xytext=(7, 0), textcoords="offset points", va="center", fontsize=8)
    axes.set_yticks(rows, [one.words for one in likely])
    axes.invert_yaxis()
    axes.set_xlim(0, 1.22)
    axes.set_xticks([0, 0.5, 1])
    axes.tick_params(axis="y", length=0)
    axes.set_title("Source")
    axes.set_xlabel("probability")
    axes.legend(loc="lower right", fontsize=7.5)


def _time(axes: Axes, reading: Reading) -> None:
    axes.stairs(100 * reading.density, reading.edges, fill=True, color=SKY, label="posterior")
    axes.stairs(100 * reading.prior_density, reading.edges, color=VERMILION, linewidth=1.2, label="prior")
    if reading.hours is not None:
        axes.axvline(reading.hours[2], color=BLACK, linewidth=1.2, label="its middle")
    axes.set_xscale("log")
    low, high = float(reading.edges[0]), float(reading.edges[-1])
    axes.set_xlim(low, high)
    # the last but one would run into the last
    places = [tick for tick in TICKS if low <= tick <= high and not high / 2.2 < tick < high]
    axes.set_xticks(places, [TICKS[tick] for tick in places])
    axes.set_xticks([], minor=True)
    axes.set_title("Time since the last use, if any")
    axes.set_ylabel("% of the posterior in a bin")
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper right", fontsize=7.5)
