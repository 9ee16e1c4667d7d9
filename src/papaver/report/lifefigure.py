"""The figure of a life: one person day by day, people alike around them, and two weeks hour by hour."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from papaver.report import text
from papaver.report.figures.layout import framed, new_figure, spaced
from papaver.report.figures.over_time import STATUS_COLOURS
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
    Picture,
)
from papaver.report.life import HOURS, STATUS, day_rows, events, finding
from papaver.report.withdrawal import BANDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.person.story import Story
    from papaver.report.read import Floats
    from papaver.scenario.person import Person

ZOOM_DAYS = 14
SMOOTH = 14
MOST_MARKS = 9
# Events that are marked with a letter above the figure's first panel.
LETTERS = "abcdefghi"
SHARES, ROOM_FOR_KEY = (0.0, 0.5, 1.0), 1.3  # the key stands above what is drawn
KEY: Any = {"fontsize": 7, "loc": "upper right", "frameon": False, "ncols": 2, "borderaxespad": 0.1}
MEDICINE = {
    2: ("methadone", GREEN),
    3: ("buprenorphine", PURPLE),
    4: ("naltrexone", BLUE),
    5: ("depot", PURPLE),
}


def zoom_from(person: Person, story: Story) -> int:
    """First of the two weeks shown by the hour: as asked for, or three days before what matters first."""
    days = story.days["doses"].shape[1]
    last = max(0, days - ZOOM_DAYS)
    if person.hours_from_day is not None:
        return int(min(person.hours_from_day, last))
    for name in ("entered", "attempt"):
        found = np.flatnonzero(story.days[name][0])
        if len(found):
            return int(min(max(0, int(found[0]) - 3), last))
    worst = int(story.days["cows"][0].argmax())
    return int(min(max(0, worst - 3), last))


def picture(person: Person, story: Story) -> Picture:
    """Uses, high and relief, tolerance, withdrawal, what became of all, and two weeks hour by hour."""
    people = story.days["doses"].shape[0]
    first = zoom_from(person, story)
    marks = [e for e in events(story) if "meets" not in e.words][:MOST_MARKS]
    happened = "; ".join(f"{LETTERS[k]} day {e.day}: {e.words}" for k, e in enumerate(marks))
    note = "Dark: one person. "
    if people > 1:
        note = f"Dark: the person in the middle of {people} alike. Pale: half and nine of ten of them. "
    note += f"Central values of the inputs. {happened + '.' if happened else ''}"

    def paint(width: float) -> Figure:
        wide = width > 5
        figure = new_figure(width, 1.28 * width if wide else 3.6 * width)
        rows, columns = (4, 2) if wide else (7, 1)
        grid = figure.add_gridspec(rows, columns, height_ratios=[1, 1, 1, 1.25] if wide else None)
        places = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)] if wide else [(k, 0) for k in range(6)]
        axes = [figure.add_subplot(grid[place]) for place in places]
        _uses(axes[0], story, [e.day for e in marks])
        _felt(axes[1], story)
        _tolerance(axes[2], story)
        _withdrawal(axes[3], story)
        _habit(axes[4], story)
        _statuses(axes[5], story)
        _hours(figure.add_subplot(grid[3, :] if wide else grid[6, 0]), story, first, 4 if wide else 1)
        for panel in axes:
            _days_axis(panel, story)
        framed(figure, finding(person, story), note, width)
        return figure

    title = finding(person, story)
    return Picture("life", title, _alt(title, story), note, paint, partial(day_rows, story))


def _alt(title: str, story: Story) -> str:
    days = {name: values[0] for name, values in story.days.items()}
    used = days["doses"] > 0
    parts = [
        f"{title}. Seven panels. The one person uses on {used.sum()} days",
        f"tolerance to the high ends at {days['tolerance_high'][-1]:.1f}, of breathing at "
        f"{days['tolerance_breathing'][-1]:.1f}",
        f"the worst withdrawal score is {days['cows'].max():.0f} on day {days['cows'].argmax()}",
    ]
    return "; ".join(parts) + "."


# ------------------------------------------------------------------------------------------------- panels


def _days_axis(axes: Axes, story: Story) -> None:
    days = story.days["doses"].shape[1]
    axes.set_xlim(0, days)
    axes.set_xlabel("day", fontsize=8)
    axes.tick_params(labelsize=8)


def _title(axes: Axes, words: str) -> None:
    axes.set_title(words, fontsize=9, loc="left")


def _band(axes: Axes, values: Floats, colour: str = SKY, *, smooth: bool = True) -> None:
    """Nine of ten and the middle half of people, day by day."""
    if values.shape[0] < 5:
        return
    low, quarter, three, high = np.nanquantile(values, [0.05, 0.25, 0.75, 0.95], axis=0)
    if smooth:
        low, quarter, three, high = (_running(one) for one in (low, quarter, three, high))
    x = np.arange(values.shape[1]) + 0.5
    axes.fill_between(x, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.fill_between(x, quarter, three, color=colour, alpha=0.4, linewidth=0)


def _running(values: Floats, width: int = SMOOTH) -> Floats:
    """Running mean over two weeks; over less at the ends."""
    width = min(width, max(1, len(values) // 8))
    kernel = np.ones(width)
    known = np.isfinite(values)
    total = np.convolve(np.where(known, values, 0.0), kernel, mode="same")
    count = np.convolve(known.astype(float), kernel, mode="same")
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1.0), np.nan))


def _alive(story: Story, name: str) -> Floats:
    """Values of the living, not a number after death."""
    values = story.days[name].astype(float).copy()
    days = np.arange(values.shape[1])[None, :]
    values[days >= story.alive_days[:, None]] = np.nan
    return values


def _uses(axes: Axes, story: Story, marked: list[int]) -> None:
    doses, mg = story.days["doses"][0], story.days["mg"][0]
    x = np.arange(len(doses)) + 0.5
    daily = doses * mg
    axes.bar(x, daily, width=1.0, color=VERMILION, linewidth=0)
    top = max(float(daily.max()), 1.0)
    axes.set_ylim(0, 1.45 * top)
    axes.set_ylabel("heroin, mg a day", fontsize=8)
    programme = story.days["programme"][0].astype(int)
    for code, (name, colour) in MEDICINE.items():
        inside = programme == code
        if inside.any():
            axes.fill_between(
                x, 0, 1.06 * top, where=inside, color=colour, alpha=0.16, linewidth=0, step="mid", label=name
            )
    if (programme == 1).any():
        axes.fill_between(
            x,
            0,
            1.06 * top,
            where=programme == 1,
            color=GREY,
            alpha=0.25,
            linewidth=0,
            label="detoxification",
        )
    if (programme > 0).any():
        axes.legend(**KEY)
    for k, day in enumerate(marked):
        axes.text(day + 0.5, 1.12 * top, LETTERS[k], fontsize=7.5, ha="center", va="center", color="#444444")
    _title(axes, "What is used, pure heroin")


def _felt(axes: Axes, story: Story) -> None:
    """High of a use, and how sick people are when they use: what the use relieves."""
    used = story.days["doses"] > 0
    for name, colour, words in (
        ("high", ORANGE, "high of a use"),
        ("relief", BLUE, "withdrawal it relieves"),
    ):
        values = np.where(used, story.days[name], np.nan)
        one = values[0]
        x = np.arange(len(one)) + 0.5
        axes.scatter(x, one, s=4, color=colour, alpha=0.35, linewidths=0)
        axes.plot(x, _running(one), color=colour, linewidth=1.8, label=words)
    axes.set_ylim(0, ROOM_FOR_KEY)
    axes.set_yticks(SHARES)
    axes.set_ylabel("0 none, 1 strongest", fontsize=8)
    axes.legend(**KEY)
    _title(axes, "High and relief")


def _tolerance(axes: Axes, story: Story) -> None:
    x = np.arange(story.days["doses"].shape[1]) + 0.5
    for name, colour, words in (
        ("tolerance_high", ORANGE, "of the high"),
        ("tolerance_breathing", BLUE, "of breathing"),
    ):
        _band(axes, _alive(story, name), colour)
        axes.plot(x, _alive(story, name)[0], color=colour, linewidth=1.6, label=words)
    axes.set_ylim(0.9, None)
    axes.set_yscale("log")
    axes.set_yticks([1, 2, 4, 8], ["1", "2", "4", "8"])
    axes.minorticks_off()
    axes.set_ylabel("dose for the same effect", fontsize=8)
    axes.set_ylim(top=2.0 * axes.get_ylim()[1])
    axes.legend(**KEY)
    _title(axes, "Tolerance")


def _withdrawal(axes: Axes, story: Story) -> None:
    cows = _alive(story, "cows")
    _band(axes, cows, GREY)
    x = np.arange(cows.shape[1]) + 0.5
    axes.plot(x, cows[0], color=BLACK, linewidth=0.9)
    top = max(14.0, float(np.nanmax(cows[0])) + 2.0)
    for edge, words in BANDS[1:]:
        if edge < top:
            axes.axhline(edge, color="#BBBBBB", linewidth=0.6, zorder=0)
            axes.text(1.01, edge, words.replace("\n", " "), transform=axes.get_yaxis_transform(), fontsize=7)
    axes.set_ylim(0, top)
    axes.set_ylabel("COWS, worst hour", fontsize=8)
    _title(axes, "Withdrawal")


def _habit(axes: Axes, story: Story) -> None:
    values = _alive(story, "habit")
    _band(axes, values, VERMILION)
    x = np.arange(values.shape[1]) + 0.5
    axes.plot(x, values[0], color=VERMILION, linewidth=1.6, label="habit")
    criteria = _alive(story, "criteria") / 11.0
    axes.plot(
        x, criteria[0], color=BLACK, linewidth=1.0, linestyle=(0, (3, 2)), label="DSM-5 criteria, of 11"
    )
    axes.set_ylim(0, ROOM_FOR_KEY)
    axes.set_yticks(SHARES)
    axes.set_ylabel("share of full", fontsize=8)
    axes.legend(**KEY)
    _title(axes, "Habit and criteria of a disorder")


def _statuses(axes: Axes, story: Story) -> None:
    status = story.days["status"].astype(int)
    shares = {name: 100.0 * (status == k).mean(axis=0) for k, name in enumerate(STATUS)}
    order = list(STATUS_COLOURS)
    x = np.arange(status.shape[1])
    stack = np.array([shares[name] for name in order])
    axes.stackplot(x, stack, colors=list(STATUS_COLOURS.values()), edgecolor="white", linewidth=0.3)
    axes.set_ylim(0, 100)
    axes.set_yticks([0, 50, 100])
    ends = stack[:, -1]
    middles = [(ends[:k].sum() + ends[k] / 2, order[k]) for k in range(len(order)) if ends[k] >= 1.0]
    heights = spaced([middle for middle, _ in middles], 14.0, -4.0, 104.0)
    for (_, name), height in zip(middles, heights, strict=True):
        label = f"{text.STATUS_WORDS[name]} {text.number(float(ends[order.index(name)]), 0)}"
        edge = "#555555" if STATUS_COLOURS[name] in (STATUS_COLOURS["never"], PALE) else STATUS_COLOURS[name]
        place: Any = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 7}
        axes.text(1.02, height, label, color=edge, **place)
    people = status.shape[0]
    axes.set_ylabel("of 100 people", fontsize=8)
    _title(axes, f"What became of {people} people alike" if people > 1 else "Status")


def _hours(axes: Axes, story: Story, first: int, keys: int) -> None:
    """Two weeks of the one person: agonist signal, the level the body has adapted to, and the gap between."""
    last = min(first + ZOOM_DAYS, story.days["doses"].shape[1])
    hours = slice(first * HOURS, last * HOURS)
    x = story.hours["hour"][hours] / HOURS
    signal, fast = np.clip(story.hours["signal"][hours], 0, None), story.hours["fast"][hours]
    axes.fill_between(
        x, signal, fast, where=fast > signal, color=BLUE, alpha=0.22, linewidth=0, label="gap: withdrawal"
    )
    axes.plot(x, signal, color=VERMILION, linewidth=1.3, label="opioid effect at the receptor")
    axes.plot(
        x, fast, color=BLACK, linewidth=1.3, linestyle=(0, (4, 2)), label="level the body has adapted to"
    )
    axes.set_ylim(0, 1.02)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylabel("signal, 0 to 1", fontsize=8)
    axes.set_xlabel("day", fontsize=8)
    axes.tick_params(labelsize=8)
    score = axes.twinx()
    score.plot(x, story.hours["cows"][hours], color=PURPLE, linewidth=1.0, label="COWS")
    score.set_ylim(0, max(16.0, 1.15 * float(story.hours["cows"][hours].max())))
    score.set_ylabel("COWS", fontsize=8, color=PURPLE)
    score.tick_params(labelsize=8, colors=PURPLE)
    lines, words = axes.get_legend_handles_labels()
    other, their = score.get_legend_handles_labels()
    corner: Any = {
        "loc": "lower left",
        "bbox_to_anchor": (0.0, 1.0),
        "ncols": keys,
        "fontsize": 7,
        "frameon": False,
    }
    axes.legend([*lines, *other], [*words, *their], borderaxespad=0.1, **corner)
    axes.set_title(f"Days {first} to {last - 1} by the hour", fontsize=9, loc="left", pad=80 // keys)
