"""What to trust, in plain words, from the stored table: by domain and subject, how many checks are inside."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from papaver.atlas.judge import INSIDE, NOT_RUN
from papaver.atlas.registry import MODULES, ROOMS, counterparts
from papaver.atlas.running import Row, passed

# What the findings of a module are about, as somebody would ask.
SUBJECTS = {
    "kinetics": "how much of a dose is in blood and urine, and for how long",
    "toxicology": "what tests of urine, saliva and hair show",
    "dynamics": "the high, breathing in the laboratory, receptors, tolerance",
    "blockade": "how long naltrexone and buprenorphine block",
    "breathing": "breathing after an overdose",
    "withdrawal": "the course of withdrawal, and detoxification",
    "precipitated": "withdrawal brought on by a first dose of buprenorphine",
    "lingering": "the first dose of buprenorphine after fentanyl",
    "tapers": "coming off buprenorphine step by step",
    "detoxifications": "short detoxifications, in and out of hospital",
    "natural_history": "who becomes dependent, stops, relapses, over years",
    "liability": "what childhood, illness and family do to the risk",
    "treatment": "staying in treatment, using and dying meanwhile",
    "services": "further trials of methadone and of the naltrexone depot",
    "protection": "deaths prevented by treatment, after custody and overdose",
    "overdose": "how often overdoses happen and kill",
    "after_release": "the weeks after custody and detoxification",
    "supply": "heroin with fentanyl in it",
    "beside": "alcohol, tablets, and who is near at an overdose",
}
FEW = 5  # judged checks below which nothing is said
READINGS = (
    (0.8, "close to what was measured: use the numbers with their ranges"),
    (0.65, "mostly right: use the numbers with their ranges, after a look at the misses"),
    (0.5, "right a little more often than wrong: a rough guide; look for your question below first"),
    (0.0, "more often wrong than right: no numbers for decisions"),
)
TOO_FEW = "too few checks to say"


def section(checks: Sequence[Row], title: Callable[[str], str]) -> str:
    """The section as Markdown, from the rows that are checks; ``title`` names a domain. Empty without any."""
    judged = [row for row in checks if row.verdict != NOT_RUN]
    if not judged:
        return ""
    lines = [
        "| questions about | checks inside | a miss is off by | how to read the model's answer |",
        "|---|---:|---:|---|",
        *_lines(judged, title),
    ]
    return "\n".join(["## What to trust", "", _summary(judged, title), "", *lines, "", EXPLAINED])


EXPLAINED = """\
Counted are *checks* alone: published findings that set no number of the model. *A miss is off by*: how many
times too high or too low the model is, in the middle of its misses (where both numbers are above nought).
Whatever the table says, a finding on your very question, further down, says more.
"""


def reading(inside: int, judged: int) -> str:
    """What a share of checks inside means for somebody who asks the model."""
    if judged < FEW:
        return TOO_FEW
    return next(words for least, words in READINGS if inside >= least * judged)


def _summary(judged: Sequence[Row], title: Callable[[str], str]) -> str:
    all_of = passed(judged)
    said = (
        f"Of {all_of.judged} checks {all_of.inside} are inside what was published "
        f"({100 * all_of.inside / all_of.judged:.0f} %)."
    )
    rates = [
        (_share(here), room)
        for room in ROOMS
        if len(here := [row for row in judged if row.domain == room]) >= FEW
    ]
    if len(rates) < 2:
        return said
    (worst, low), (best, high) = min(rates), max(rates)
    return (
        f"{said} It answers best on {title(high).lower()} ({100 * best:.0f} %) and worst on "
        f"{title(low).lower()} ({100 * worst:.0f} %)."
    )


def _lines(judged: Sequence[Row], title: Callable[[str], str]) -> Iterator[str]:
    subject_of = {id: made.run.__module__.rsplit(".", 1)[-1] for id, made in counterparts().items()}
    for room in ROOMS:
        here = [row for row in judged if row.domain == room]
        if not here:
            continue
        yield _line(f"**{title(room)}**", here)
        modules = [module for module, domain in MODULES.items() if domain == room]
        of_module = {one: [row for row in here if subject_of.get(row.finding) == one] for one in modules}
        told = {one: rows for one, rows in of_module.items() if rows}
        if len(told) > 1:
            for one, rows in told.items():
                yield _line(f"– {SUBJECTS.get(one, one.replace('_', ' '))}", rows)


def _line(label: str, rows: Sequence[Row]) -> str:
    inside = sum(row.verdict == INSIDE for row in rows)
    off = _off_by(rows)
    factor = "–" if off is None else f"{off:.1f} times"
    return f"| {label} | {inside} of {len(rows)} | {factor} | {reading(inside, len(rows))} |"


def _share(rows: Sequence[Row]) -> float:
    return sum(row.verdict == INSIDE for row in rows) / len(rows)


def _off_by(rows: Sequence[Row]) -> float | None:
    """Middle factor, at least 1, by which misses are too high or too low; none where no ratio can be made."""
    found = [
        math.exp(abs(math.log(row.simulated / row.published)))
        for row in rows
        if row.verdict != INSIDE and row.simulated > 0 and row.published > 0
    ]
    return median(found) if found else None
