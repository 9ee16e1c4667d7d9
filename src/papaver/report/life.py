"""The story of a person and of people alike: in sentences, as a table by day, and in one figure."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from papaver.csvtext import of_rows
from papaver.report import text
from papaver.report.resources import resources
from papaver.report.withdrawal import LOST_TOLERANCE, NO_ADVICE, WARNING_SIGNS

if TYPE_CHECKING:
    from papaver.person.story import Story
    from papaver.report.read import Floats
    from papaver.scenario.person import Person

STATUS = tuple(text.STATUS_WORDS)
PROGRAMME = (
    "",
    "detoxification",
    "methadone",
    "buprenorphine",
    "naltrexone depots",
    "buprenorphine depots",
    "supervised heroin",
    "residential treatment",
    "prescribed opioids",
    "slow-release morphine",
    "naltrexone tablets",
)
MILD, MODERATE = 5, 13
MONTH, HOURS = 28, 24
WIDTH = 79
DEAD = ("dead_overdose", "dead_other")
LEAST_TOLD = 0.01  # share of people worth a word
MOST_EVENTS = 14
TABLE = (
    "doses", "mg", "high", "relief", "tolerance_high", "tolerance_breathing", "habit", "cows", "medicine_mg",
    "criteria", "dependence_items",
)  # fmt: skip
HOUR_TABLE = (
    "heroin_load", "methadone_load", "buprenorphine_load", "signal", "fast", "gap", "felt", "cows", "sows",
    "sows_gossop", "oows", "cina",
)  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something that happened to the first person on a day, in a few words."""

    day: int
    words: str


def events(story: Story, one: int = 0) -> list[Event]:
    """What happened to one person, in order."""
    days = {name: values[one] for name, values in story.days.items()}
    found: list[Event] = []
    last = int(story.alive_days[one])
    was_dependent = False
    for day in range(last):
        programme = int(days["programme"][day])
        if days["left"][day]:
            before = PROGRAMME[int(days["programme"][day - 1])] if day else "treatment"
            found.append(Event(day, f"leaves {before or 'treatment'}"))
        if days["entered"][day]:
            found.append(Event(day, f"begins {PROGRAMME[programme] or 'treatment'}"))
        if days["attempt"][day]:
            found.append(Event(day, "tries to stop"))
        if days["overdose"][day] == 1:
            left = ", with a lasting brain injury" if days["brain_injury"][day] else ""
            found.append(Event(day, "overdose, survived" + left))
        is_dependent = days["dependence_items"][day] >= 3
        if is_dependent and not was_dependent and day > 0:
            found.append(Event(day, "meets the criteria of dependence"))
        was_dependent = was_dependent or is_dependent
    if last < story.days["doses"].shape[1] or STATUS[int(days["status"][-1])] in DEAD:
        found.append(Event(last - 1, text.STATUS_WORDS[STATUS[int(days["status"][-1])]]))
    return found


# ---------------------------------------------------------------------------------------------- sentences


def _day_words(count: float, of: int) -> str:
    return f"{count:.0f} of {of:,} days"


def _who(story: Story) -> str:
    return "The person in the middle of them" if len(story.alive_days) > 1 else "This person"


def one_person(person: Person, story: Story) -> Iterator[str]:
    """The first person's story in sentences."""
    days = {name: values[0] for name, values in story.days.items()}
    lived = int(story.alive_days[0])
    used = days["doses"][:lived] > 0
    if not used.any():
        yield f"{_who(story)} does not use heroin on any of the {lived:,} days."
    else:
        first, final = _means(days["mg"], used)
        size = f"a use is of {first:.0f} mg of pure heroin"
        size += f" at first and {final:.0f} mg at last" if abs(final - first) > 0.15 * first else ""
        yield (
            f"{_who(story)} uses heroin on {_day_words(used.sum(), lived)}, "
            f"{days['doses'].sum():,.0f} times; {size}."
        )
        yield from _high_words(days, used)
    sick = (days["cows"][:lived] >= MILD).sum()
    worst = int(days["cows"][:lived].argmax())
    if sick:
        top = days["cows"][worst]
        yield (
            f"Withdrawal reaches a COWS of 5 on {_day_words(sick, lived)}; it is worst on day {worst} "
            f"(COWS {top:.0f} of 48)."
        )
    else:
        yield "Withdrawal never reaches a COWS of 5."
    happened = [f"day {e.day}: {e.words}" for e in events(story)]
    if len(happened) > MOST_EVENTS:
        left_out = len(happened) - MOST_EVENTS
        happened = [*happened[: MOST_EVENTS - 2], f"... {left_out} more ...", *happened[-2:]]
    if happened:
        yield "What happens: " + "; ".join(happened) + "."
    remission = ("", ", in early remission", ", in sustained remission")[int(days["remission"][-1])]
    yield f"On the last day: {text.STATUS_WORDS[STATUS[int(days['status'][-1])]]}{remission}."


def _means(values: Floats, used: Any) -> tuple[float, float]:
    days = np.flatnonzero(used)
    return float(values[days[:MONTH]].mean()), float(values[days[-MONTH:]].mean())


def _high_words(days: Mapping[str, Floats], used: Any) -> Iterator[str]:
    first, final = _means(days["high"], used)
    if used.sum() < 2 * MONTH or first <= 0.0:
        return
    relief = _means(days["relief"], used)
    change = "fades to" if final < 0.85 * first else "stays at" if final < 1.15 * first else "grows to"
    if change == "stays at":
        yield f"The high of a use stays about as it was ({100 * final:.0f} of 100 of the strongest possible)."
    else:
        yield (
            f"The high of a use {change} {100 * final / first:.0f} % of what it was at first; the part of "
            f"uses that begin sick, and so restore before they please, goes from {100 * relief[0]:.0f} to "
            f"{100 * relief[1]:.0f} of 100."
        )


def people_alike(person: Person, story: Story) -> Iterator[str]:
    """What became of all, in sentences."""
    people, days = story.days["doses"].shape
    if people == 1:
        return
    end = story.days["status"][:, -1].astype(int)
    shares = [(name, float((end == k).mean())) for k, name in enumerate(STATUS)]
    parts = [
        f"{text.per100(value, 0)} {text.STATUS_WORDS[name]}"
        for name, value in sorted(shares, key=lambda one: -one[1])
        if value >= LEAST_TOLD
    ]
    yield f"Of 100 people alike, on day {days - 1:,}: {', '.join(parts)}."
    early, sustained = (float((story.days["remission"][:, -1] == k).mean()) for k in (1, 2))
    if early + sustained >= LEAST_TOLD:
        yield (
            f"{text.per100(early, 0)} of 100 are then in early remission of the disorder (three months with "
            f"no criterion but craving), {text.per100(sustained, 0)} in sustained remission (a year)."
        )
    lived = np.arange(days)[None, :] < story.alive_days[:, None]
    sick = ((story.days["cows"] >= MILD) & lived).sum(axis=1)
    low, middle, high = np.quantile(sick, [0.05, 0.5, 0.95])
    use = ((story.days["doses"] > 0) & lived).sum(axis=1)
    ulow, umiddle, uhigh = np.quantile(use, [0.05, 0.5, 0.95])
    yield (
        f"Half of them use on {umiddle:.0f} days or fewer (nine of ten: {ulow:.0f} to {uhigh:.0f}), and have "
        f"{middle:.0f} days of withdrawal or fewer (nine of ten: {low:.0f} to {high:.0f})."
    )
    overdosed = (story.days["overdose"] > 0).any(axis=1).mean()
    if overdosed > 0.0:
        yield f"{text.per100(float(overdosed), 0)} of 100 have at least one overdose, fatal or not."
    injured = (story.days["brain_injury"] > 0).any(axis=1).mean()
    if injured > 0.0:
        yield (
            f"{text.per100(float(injured), 1)} of 100 survive an overdose with a lasting brain injury, "
            "counted only where they were taken to hospital."
        )
    if story.days["programme"].any():
        yield from _care_words(story)


def _care_words(story: Story) -> Iterator[str]:
    inside = story.days["programme"] > 0
    ever = inside.any(axis=1)
    total = inside.sum(axis=1)[ever]
    now = text.per100(float(inside[:, -1].mean()), 0)
    yield (
        f"{text.per100(float(ever.mean()), 0)} of 100 are in treatment at some time, half of these for "
        f"{np.median(total):.0f} days or more; {now} of 100 are in it on the last day."
    )


def danger_words(person: Person, story: Story, p: Mapping[str, float]) -> Iterator[str]:
    """Dangers that this person's own facts call for."""
    from papaver.person.danger import balance, pregnancy_facts, suicidality_fact
    from papaver.person.sedatives import windows

    lost = {care: balance(story.hours, p, care=care) for care in ("none", "drinks", "medical")}
    stage = lost["none"].stage(p)
    if stage in ("moderate", "severe"):
        most = 100 * float(lost["none"].lost.max())
        helped = 100 * float(lost["drinks"].lost.max())
        yield (
            f"Left alone in withdrawal this person could lose {most:.0f} % of their weight in water "
            f"({stage} dehydration), with somebody who brings drinks {helped:.0f} %; medical care prevents "
            "it. The amounts are rough."
        )
        yield suicidality_fact(p)
    if person.where.alcohol:
        for window in windows(p, alcohol=True):
            share = f"{100 * (window.share or 0):.0f} of 100"
            if window.low is not None and window.high is not None:
                share = f"{100 * window.low:.0f} to {100 * window.high:.0f} of 100"
            yield (
                f"If the drinking stops at once as well: a {window.what} in {share} people who depend on "
                f"alcohol, {window.first_hour:.0f} to {window.last_hour:.0f} hours after the last drink. It "
                "needs a hospital."
            )
    if person.where.benzodiazepines:
        yield (
            "If benzodiazepines stop at once as well, seizures can follow, sooner after short-acting ones; "
            "no share of people is published. They are reduced slowly, with a doctor."
        )
    if person.who.pregnant:
        yield from pregnancy_facts(p)
    elif person.who.woman:
        yield pregnancy_facts(p)[0]


def finding(person: Person, story: Story) -> str:
    """What the figure shows, as its title."""
    people, days = story.days["doses"].shape
    end = story.days["status"][:, -1].astype(int)
    dependent = text.per100(float((end == STATUS.index("dependent")).mean()), 0)
    stopped = text.per100(float((end == STATUS.index("abstinent")).mean()), 0)
    cared = text.per100(float(np.isin(end, (4, 5)).mean()), 0)
    if people == 1:
        return f"{person.heading}: {text.STATUS_WORDS[STATUS[end[0]]]} after {days:,} days"
    parts = [f"{dependent} of 100 alike are dependent", f"{stopped} have stopped"]
    if story.days["programme"].any():
        parts.append(f"{cared} are in treatment")
    return f"{person.heading}: after {days:,} days {', '.join(parts[:-1])} and {parts[-1]}"


def page(person: Person, story: Story, p: Mapping[str, float]) -> Iterator[str]:
    """The whole story as lines of plain text."""
    people, days = story.days["doses"].shape
    head = f"{person.heading}: {days:,} days" + (f", {people} people alike" if people > 1 else "")
    yield from textwrap.wrap(head, WIDTH)
    yield ""
    for sentence in (*one_person(person, story), "", *people_alike(person, story)):
        yield from textwrap.wrap(sentence, WIDTH) or [""]
    dangers = list(danger_words(person, story, p))
    if dangers:
        yield ""
        for sentence in dangers:
            yield from textwrap.wrap(sentence, WIDTH)
    if (story.days["cows"][0] >= MODERATE).any():
        yield ""
        yield "Get medical care at once for:"
        for sign in WARNING_SIGNS:
            yield from textwrap.wrap(sign, WIDTH, initial_indent="  - ", subsequent_indent="    ")
    yield from textwrap.wrap(LOST_TOLERANCE, WIDTH)
    yield ""
    yield "Help:"
    for one in resources():
        yield f"  {one.country + ': ' + one.service:<51} {one.number or one.web}"
    yield ""
    yield from textwrap.wrap(NO_ADVICE, WIDTH)


# ------------------------------------------------------------------------------------------------- tables


def days_csv(story: Story) -> str:
    """A row per day: the first person, and the median of all where there are more."""
    return of_rows(day_rows(story), digits=5)


def day_rows(story: Story) -> Iterator[Sequence[object]]:
    """The rows of ``days_csv``, the names of the columns first."""
    people, days = story.days["doses"].shape
    happened: dict[int, list[str]] = {}
    for event in events(story):
        happened.setdefault(event.day, []).append(event.words)
    middle = [f"median_{name}" for name in TABLE] if people > 1 else []
    yield ("day", *TABLE, "status", "programme", "events", *middle)
    medians = [np.median(story.days[name], axis=0) for name in TABLE] if people > 1 else []
    for day in range(days):
        row: list[object] = [day, *(_short(story.days[name][0, day]) for name in TABLE)]
        row += [STATUS[int(story.days["status"][0, day])], PROGRAMME[int(story.days["programme"][0, day])]]
        row += ["; ".join(happened.get(day, [])), *(_short(values[day]) for values in medians)]
        yield row


def hours_csv(story: Story, first_day: int, days: int) -> str:
    """The first person's hours of some days."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["day", "hour", *HOUR_TABLE])
    for hour in range(first_day * HOURS, min((first_day + days) * HOURS, len(story.hours["hour"]))):
        values = [_short(story.hours[name][hour]) for name in HOUR_TABLE]
        writer.writerow([hour // HOURS, hour % HOURS, *values])
    return out.getvalue()


def _short(value: float) -> str:
    return f"{float(value):.5g}"
