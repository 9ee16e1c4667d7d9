"""What tends to happen to people alike: two plans beside each other, in a table and in three figures.

Two stories of the same people (same seed, so the same luck) under a plan and without it; each figure takes
both, or the one where there is no second. All at central values of the inputs: bands hold chance alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from papaver.report import text
from papaver.report.figures.layout import capital, new_figure, panels_of
from papaver.report.figures.picture import BLACK, BLUE, GREY, SKY, VERMILION, Picture
from papaver.report.life import DEAD, MILD, STATUS
from papaver.report.lifefigure import _statuses

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.person.story import Story
    from papaver.report.read import Floats

WEEK, COLUMNS = 7, 26
BAND = (0.05, 0.95)
CHANCE = "ranges hold chance among so many people, and nothing of what is not known about the inputs"


@dataclass(frozen=True)
class Told:
    """A story and the words for its plan."""

    words: str
    story: Story

    @property
    def people(self) -> int:
        """How many people alike."""
        return len(self.story.alive_days)

    @property
    def days(self) -> int:
        """Length of the story."""
        return int(self.story.days["doses"].shape[1])


# ------------------------------------------------------------------------------------------- shares, table


def chance(count: float | Floats, people: int) -> tuple[Floats, Floats]:
    """Ends of the middle 90 % for a share seen in ``count`` of ``people`` (Jeffreys)."""
    from scipy.special import betaincinv

    some = np.asarray(count, float)
    low, high = (betaincinv(some + 0.5, people - some + 0.5, end) for end in BAND)
    return np.where(some <= 0, 0.0, low), np.where(some >= people, 1.0, high)


def ends(story: Story) -> dict[str, int]:
    """How many have each status on the last day."""
    last = story.days["status"][:, -1].astype(int)
    return {name: int((last == k).sum()) for k, name in enumerate(STATUS)}


def had_overdose(story: Story) -> int:
    """How many had at least one overdose, fatal or not."""
    return int((story.days["overdose"] > 0).any(axis=1).sum())


def _died(story: Story) -> int:
    """How many died, of any cause."""
    return sum(ends(story)[name] for name in DEAD)


def _compared(words: str, told: Sequence[Told], shares: Sequence[Sequence[str]]) -> str:
    """The shares of the first plan in words, those of the others after them, each with its plan."""
    first, *others = zip(told, shares, strict=True)
    parts = [f"{words.format(*first[1])} ({_small(first[0].words)})"]
    return ", ".join(parts + [f"{' and '.join(found)} ({_small(one.words)})" for one, found in others])


def _small(words: str) -> str:
    """Words as they stand within a sentence."""
    return words[:1].lower() + words[1:]


def _of_100(count: int, people: int) -> str:
    low, high = chance(count, people)
    return f"{100 * float(low):.0f} to {100 * float(high):.0f}"


def rows(told: Sequence[Told]) -> Iterator[tuple[str, ...]]:
    """A table: what, and for each plan the share of 100 people or the median, with the middle 90 %."""
    yield ("", *(one.words for one in told))
    last = [ends(one.story) for one in told]
    for name in (
        "abstinent",
        "in_treatment",
        "residential",
        "controlled",
        "occasional",
        "dependent",
        "never",
    ):
        if any(found[name] for found in last):
            words = f"{capital(text.STATUS_WORDS[name])} on the last day, of 100"
            yield (words, *(_share(f[name], t.people) for f, t in zip(last, told, strict=True)))
    yield ("At least one overdose, of 100", *(_share(had_overdose(t.story), t.people) for t in told))
    for name in DEAD:
        words = f"{capital(text.STATUS_WORDS[name])}, of 100"
        yield (words, *(_share(f[name], t.people) for f, t in zip(last, told, strict=True)))
    yield ("Days with use (middle person)", *(_days(t, "doses", 1) for t in told))
    yield (f"Days in withdrawal (COWS {MILD} or more)", *(_days(t, "cows", MILD) for t in told))
    yield ("Days in treatment", *(_days(t, "programme", 1) for t in told))


def _share(count: int, people: int) -> str:
    low, high = chance(count, people)
    middle = 100 * count / people
    digits = 0 if middle >= 9.95 or middle == 0 else 1
    return f"{middle:.{digits}f} ({100 * low:.0f}–{100 * high:.0f})"


def _days(told: Told, column: str, least: float) -> str:
    lived = np.arange(told.days)[None, :] < told.story.alive_days[:, None]
    count = ((told.story.days[column] >= least) & lived).sum(axis=1)
    low, middle, high = np.quantile(count, [BAND[0], 0.5, BAND[1]])
    return f"{middle:.0f} ({low:.0f}–{high:.0f})"


TABLE_NOTE = (
    f"In brackets the middle 90 %: for people of 100, {CHANCE}; for days, how far people differ. Both "
    "columns follow the same people with the same luck."
)


# ------------------------------------------------------------------------------------------------ statuses


def ribbons(told: Sequence[Told]) -> Picture:
    """Status of all people over time, a panel per plan."""
    last = [ends(one.story) for one in told]
    shares = [
        [text.per100(f[name] / one.people, 0) for name in ("abstinent", "dependent")]
        for one, f in zip(told, last, strict=True)
    ]
    compared = _compared("{} of 100 have stopped and {} are dependent", told, shares)
    title = f"After {told[0].days:,} days {compared}"
    alt = "Stacked areas of status by day. On the last day, of 100 people: " + "; ".join(
        f"{one.words}: " + ", ".join(
            f"{text.STATUS_WORDS[name]} {text.per100(count / one.people, 0)}"
            for name, count in f.items() if count
        )
        for one, f in zip(told, last, strict=True)
    )  # fmt: skip
    note = (
        f"{told[0].people} people alike. The height of an area: how many of 100 have that status that day. "
    )
    note += "By chance alone, in groups of this size, on the last day: " + "; ".join(
        f"{_of_100(f['abstinent'], one.people)} stopped, {_of_100(f['dependent'], one.people)} dependent "
        f"({_small(one.words)})"
        for one, f in zip(told, last, strict=True)
    )  # fmt: skip
    note += ". Every day's range stands in the numbers."

    def paint(width: float) -> Figure:
        figure, panels = _side_by_side(len(told), width, 2.6)
        for axes, one in zip(panels, told, strict=True):
            _statuses(axes, one.story)
            axes.set_xlim(0, one.days - 1)
            axes.set_title(textwrap.fill(one.words, 40), loc="left", fontsize=9)
            axes.set_xlabel("day")
        return figure

    return Picture("ribbons", title, alt, note, paint, partial(_status_rows, told))


def _status_rows(told: Sequence[Told]) -> Iterator[Sequence[object]]:
    """People of 100 by plan, day and status, with the middle 90 % of chance."""
    yield ("plan", "day", "status", "people_of_100", "chance_5", "chance_95")
    for one in told:
        status = one.story.days["status"].astype(int)
        for k, name in enumerate(STATUS):
            yield from _share_rows(one, name, (status == k).sum(axis=0))


def _danger_rows(told: Sequence[Told]) -> Iterator[Sequence[object]]:
    """People of 100 who had an overdose or died, by plan and day, with the middle 90 % of chance."""
    yield ("plan", "day", "what", "people_of_100", "chance_5", "chance_95")
    for one in told:
        for what in ("overdose", "death"):
            yield from _share_rows(one, what, _so_far(one, what))


def _share_rows(one: Told, what: str, by_day: Floats) -> Iterator[Sequence[object]]:
    if not by_day.any():
        return
    low, high = chance(by_day, one.people)
    for day in range(one.days):
        middle = 100.0 * float(by_day[day]) / one.people
        yield (one.words, day, what, middle, 100.0 * float(low[day]), 100.0 * float(high[day]))


def _side_by_side(number: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    return panels_of(number, width, 2 if width > 5 else 1, height)


# ---------------------------------------------------------------------------------------- overdose and death


def dangers(told: Sequence[Told]) -> Picture:
    """People of 100 who had an overdose, and who died, by day, with the chance among so many people."""
    shares = [
        [text.per100(count / one.people) for count in (had_overdose(one.story), _died(one.story))]
        for one in told
    ]
    compared = _compared("{} of 100 have an overdose and {} die", told, shares)
    title = f"Within {told[0].days:,} days {compared}"
    note = (
        f"Bands: the middle 90 % of chance among {told[0].people} people. An overdose here is one that "
        "leaves somebody unresponsive with failing breath; most are survived where somebody is near."
    )

    def paint(width: float) -> Figure:
        figure, panels = _side_by_side(2, width, 2.4)
        for axes, what in zip(panels, ("overdose", "death"), strict=True):
            tops = [_cumulative(axes, one, what, k) for k, one in enumerate(told)]
            axes.set_ylim(0, max(5.0, 1.1 * max(tops)))
            axes.set_xlim(0, told[0].days)
            axes.set_xlabel("day")
            axes.set_ylabel("of 100 people")
            axes.set_title(
                "Had an overdose" if what == "overdose" else "Died, of any cause", loc="left", fontsize=9
            )
            axes.legend(fontsize=7.5, loc="upper left", frameon=False)
        return figure

    alt = f"Two rising curves with bands. {title}."
    return Picture("dangers", title, alt, note, paint, partial(_danger_rows, told))


def _so_far(one: Told, what: str) -> Floats:
    """How many had an overdose, or died, by the end of each day."""
    if what == "overdose":
        had: Floats = np.maximum.accumulate(one.story.days["overdose"] > 0, axis=1).sum(axis=0)
        return had
    dead = np.isin(one.story.days["status"].astype(int), [STATUS.index(name) for name in DEAD])
    return np.asarray(dead.sum(axis=0))


def _cumulative(axes: Axes, one: Told, what: str, place: int) -> float:
    by_day = _so_far(one, what)
    low, high = chance(by_day, one.people)
    x = np.arange(one.days)
    colour, style = ((VERMILION, "-"), (BLUE, (0, (4, 2))))[place]
    axes.fill_between(x, 100 * low, 100 * high, color=colour, alpha=0.15, linewidth=0, step="post")
    axes.step(x, 100 * by_day / one.people, where="post", color=colour, linestyle=style, label=one.words)
    return float(100 * high.max())


# ------------------------------------------------------------------------------------------------ withdrawal


def present(story: Story, inputs: Any, level: int = 1) -> dict[str, Floats]:
    """Share of the living with each symptom at a level or above, by day (0 after the last has died)."""
    from papaver.person.life import sign_onsets
    from papaver.person.regimen import SYMPTOM_SIGNS
    from papaver.person.withdrawal import FIRST_LAGGED, SIGNS

    onset = sign_onsets(inputs) * float(inputs["symptom_growth"]) ** (level - 1)
    days = story.days["felt"].shape[1]
    lived = np.arange(days)[None, :] < story.alive_days[:, None]
    living = np.maximum(lived.sum(axis=0), 1)
    found = {}
    for symptom, signs in SYMPTOM_SIGNS.items():
        places = [SIGNS.index(sign) for sign in signs]
        felt = [story.days["lagged" if k >= FIRST_LAGGED else "felt"] >= onset[k] for k in places]
        found[symptom] = (np.logical_or.reduce(felt) & lived).sum(axis=0) / living
    return found


def calendar(told: Told, inputs: Any) -> Picture:
    """Which symptoms of withdrawal there are when: a row per symptom, a column per stretch of days."""
    from papaver.person.regimen import TROUBLING

    each = WEEK * -(-told.days // (WEEK * COLUMNS)) if told.days > COLUMNS else 1
    starts = np.arange(0, told.days, each)
    by_day = present(told.story, inputs)
    shares = {n: 100 * np.array([v[d : d + each].mean() for d in starts]) for n, v in by_day.items()}
    order = sorted(shares, key=lambda name: -shares[name].mean())
    hard = 100 * max(float(v.max()) for v in present(told.story, inputs, TROUBLING).values())
    words = {name: text.symptom_words(name) for name in order}
    worst = _worst(shares[order[0]], words[order[0]], starts, each, told.days)
    title = f"{capital(worst)} ({_small(told.words)})"
    title += f"; a symptom is troubling in at most {hard:.0f} of 100 on one day"
    alt = f"{title}. Largest share of 100 people for each symptom, and from which day: " + "; ".join(
        f"{words[n]} {shares[n].max():.0f} (day {starts[int(shares[n].argmax())]})" for n in order
    )
    stretch = "a day" if each == 1 else f"a day, mean of {each} days"
    note = (
        f"Each square: people of 100 who have the symptom, at least slightly, on {stretch}. A symptom can "
        "have other causes than withdrawal."
    )

    def paint(width: float) -> Figure:
        figure = new_figure(width, 2.7)
        _squares(figure.subplots(), [shares[n] for n in order], [words[n] for n in order], starts)
        return figure

    def rows() -> Iterator[Sequence[object]]:
        yield ("plan", "symptom", "from_day", "to_day", "people_of_100")
        for name in order:
            for day, share in zip(starts, shares[name], strict=True):
                yield (told.words, name, int(day), min(int(day) + each, told.days) - 1, float(share))

    return Picture("calendar", title, alt, note, paint, rows)


def _worst(shares: Floats, words: str, starts: Any, each: int, days: int) -> str:
    """When the most frequent symptom is most frequent."""
    top = int(shares.argmax())
    if shares[top] < 0.5:
        return "nobody has symptoms of withdrawal"
    when = f"between days {starts[top]} and {min(starts[top] + each, days) - 1}" if each > 1 else (
        f"on day {starts[top]}"
    )  # fmt: skip
    return f"{words} is the most frequent symptom, in {shares[top]:.0f} of 100 people {when}"


def _squares(axes: Axes, shares: list[Floats], words: list[str], starts: Any) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    values = np.array(shares)
    colours = LinearSegmentedColormap.from_list("blues", ["#FFFFFF", SKY, BLUE, BLACK])
    top = max(10.0, float(values.max()))
    edges: Any = (np.arange(len(starts) + 1), np.arange(len(words) + 1) - 0.5)
    mesh = axes.pcolormesh(*edges, values, cmap=colours, vmin=0, vmax=top, edgecolors="white", linewidth=0.6)
    axes.set_yticks(range(len(words)), words)
    axes.set_ylim(len(words) - 0.5, -0.5)
    step = max(1, len(starts) // 7)
    axes.set_xticks(np.arange(0, len(starts), step), [f"{day}" for day in starts[::step]])
    axes.set_xlabel("from day")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    bar = axes.figure.colorbar(mesh, ax=axes, pad=0.02, fraction=0.05)
    bar.set_label("of 100 people", fontsize=8)
    bar.outline.set_edgecolor(GREY)
    bar.ax.tick_params(labelsize=7.5)
