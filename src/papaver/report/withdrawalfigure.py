"""The figure of withdrawal after a regimen: the score hour by hour above a calendar of symptoms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from papaver.report import text
from papaver.report.figures.layout import framed, new_figure
from papaver.report.figures.picture import BLACK, BLUE, GREY, SKY, Picture
from papaver.report.withdrawal import BANDS, MODERATE, TOP_COWS, at, days_of, finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.person.regimen import Aftermath, Regimen

CELLS_WITH_NUMBERS = 24


def picture(regimen: Regimen, months: float, after: Aftermath, unknown: Aftermath) -> Picture:
    """COWS hour by hour with its severity bands above a calendar of symptoms by day."""
    title = finding(regimen, months, after)
    note = (
        f"{len(after.felt)} people alike; dashed: {len(unknown.felt)} people, each with another draw of what "
        "is not known. Numbers: people of 100 with the symptom at a troubling level on that day."
    )

    def paint(width: float) -> Figure:
        figure = new_figure(width, 0.86 * width if width > 5 else 1.5 * width)
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[1.35, 1])
        _scores(top, after, unknown, regimen.stop == "abrupt")
        _symptoms(bottom, after, width)
        framed(figure, title, note, width)
        return figure

    return Picture("withdrawal-after", title, _alt(title, after), note, paint, partial(_rows, after, unknown))


def _rows(after: Aftermath, unknown: Aftermath) -> Iterator[Sequence[object]]:
    """By day after the last full dose: the score at its worst hour, and people of 100 with each symptom."""
    known, drawn = after.worst_of_day("cows"), unknown.worst_of_day("cows")
    shares = 100.0 * after.troubled.mean(axis=0)
    yield ("day", "cows_50", "cows_5", "cows_95", "inputs_5", "inputs_95", *text.SYMPTOM_WORDS)
    for day in range(min(known.shape[1], len(shares))):
        people = (at(known[:, day], end) for end in (0.5, 0.05, 0.95))
        inputs = (at(drawn[:, day], end) for end in (0.05, 0.95))
        yield (day + 1, *people, *inputs, *(float(share) for share in shares[day]))


def _alt(title: str, after: Aftermath) -> str:
    cows, shares = after.worst_of_day("cows"), 100 * after.troubled.mean(axis=0)
    days = [day for day in (1, 2, 3, 5, 7, 10, 14, 21, 28) if day <= len(shares)]
    scores = "; ".join(
        f"day {day}: {at(cows[:, day - 1], 0.5):.0f} ({at(cows[:, day - 1], 0.05):.0f} to "
        f"{at(cows[:, day - 1], 0.95):.0f})"
        for day in days
    )
    tops = ", ".join(
        f"{words} {shares[:, k].max():.0f} on day {int(shares[:, k].argmax()) + 1}"
        for k, words in enumerate(text.SYMPTOM_WORDS.values())
    )
    return (
        f"Withdrawal score COWS at the worst hour, median and middle 90 % of people. {scores}. "
        f"Most people of 100 with each symptom at a troubling level: {tops}."
    )


def _scores(axes: Axes, after: Aftermath, unknown: Aftermath, by_hour: bool) -> None:
    """The score hour by hour or, where doses make it rise and fall, at the worst hour of each day."""
    import numpy as np

    known, drawn = (one.cows if by_hour else one.worst_of_day("cows") for one in (after, unknown))
    days = np.linspace(0, days_of(after), known.shape[1] + 1)
    low, quarter, middle, three, high = np.quantile(known, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    ends = np.quantile(drawn, [0.05, 0.95], axis=0)
    top = min(TOP_COWS, max(float(high.max()), float(ends.max()), MODERATE) + 3.0)
    for place, (edge, words) in enumerate(BANDS):
        upper = BANDS[place + 1][0] if place + 1 < len(BANDS) else TOP_COWS
        if edge >= top:
            break
        axes.axhspan(edge, upper, color="#F3F3F3" if place % 2 else "#FFFFFF", linewidth=0, zorder=0)
        where = (edge + min(upper, top)) / 2
        if min(upper, top) - edge > 2:
            place_of = axes.get_yaxis_transform()
            axes.text(1.01, where, words, transform=place_of, va="center", fontsize=8, color="#444444")
    bands = ((low, high, 0.35, "nine people of ten"), (quarter, three, 0.75, "the middle half of people"))
    for lower, upper, alpha, words in bands:
        axes.stairs(upper, days, baseline=lower, fill=True, color=SKY, alpha=alpha, linewidth=0, label=words)
    dashes: Any = {"color": GREY, "linewidth": 1.1, "linestyle": (0, (3, 2)), "baseline": None}
    axes.stairs(ends[0], days, **dashes)
    axes.stairs(ends[1], days, **dashes, label="nine of ten, with what is not known")
    axes.stairs(middle, days, baseline=None, color=BLACK, linewidth=2.2, label="the person in the middle")
    handles, labels = axes.get_legend_handles_labels()
    corner: Any = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "borderaxespad": 0.2}
    axes.legend(handles[::-1], labels[::-1], ncols=2, **corner)
    axes.set_ylim(0, top)
    axes.set_yticks([edge for edge, _ in BANDS if edge < top])
    axes.set_ylabel("withdrawal score (COWS)" + ("" if by_hour else ",\nworst hour of the day"))
    axes.tick_params(axis="x", length=0)


def _symptoms(axes: Axes, after: Aftermath, width: float) -> None:
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap

    shares = 100 * after.troubled.mean(axis=0).T
    words = list(text.SYMPTOM_WORDS.values())
    order = sorted(range(len(words)), key=lambda k: -shares[k].sum())
    shares, words = shares[order], [words[k] for k in order]
    days = shares.shape[1]
    colours = LinearSegmentedColormap.from_list("blues", ["#FFFFFF", SKY, BLUE])
    most = max(float(shares.max()), 1.0)
    edges: Any = (np.arange(days + 1), np.arange(len(words) + 1) - 0.5)
    axes.pcolormesh(*edges, shares, cmap=colours, vmin=0, vmax=1.1 * most, edgecolors="white", linewidth=0.8)
    if days <= CELLS_WITH_NUMBERS and width > 5:
        for row, column in np.ndindex(*shares.shape):
            value = shares[row, column]
            if round(value) > 0:
                colour = "white" if value > 0.72 * most else "#222222"
                words_of: Any = {"ha": "center", "va": "center", "fontsize": 7.5, "color": colour}
                axes.text(column + 0.5, row, f"{value:.0f}", **words_of)
    axes.set_yticks(range(len(words)), words)
    axes.set_ylim(len(words) - 0.5, -0.5)
    step = 1 if days <= CELLS_WITH_NUMBERS and width > 5 else 7
    shown = [day for day in range(1, days + 1) if day == 1 or day % step == 0]
    axes.set_xticks([day - 0.5 for day in shown], [str(day) for day in shown])
    axes.set_xlim(0, days)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("day after the last full dose")
