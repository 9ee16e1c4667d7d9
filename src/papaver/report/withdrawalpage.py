"""Withdrawal after a regimen as lines of text: sentences, a calendar by day, warning signs, help."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from papaver.report import text
from papaver.report.resources import resources
from papaver.report.withdrawal import (
    LOST_TOLERANCE,
    NO_ADVICE,
    WARNING_SIGNS,
    at,
    regimen_words,
    sentences,
    stop_words,
)

if TYPE_CHECKING:
    from papaver.person.regimen import Aftermath, Regimen
    from papaver.report.read import Floats

WIDTH = 79
_HEADINGS = {
    "nausea_vomiting": "nausea vomit.",
    "insomnia": "poor sleep",
    "agitation": "agi- tation",
    "diarrhoea": "diar- rhoea",
    "sweating": "sweat- ing",
    "anxiety": "anx- iety",
    "muscle_aches": "muscle aches",
}


def calendar(after: Aftermath) -> Iterator[str]:
    """A row per day: COWS and SOWS at the day's worst hour, and people of 100 with each symptom."""
    shares = 100 * after.troubled.mean(axis=0)
    tops = {word: after.worst_of_day(word.lower()) for word in ("COWS", "SOWS")}
    heads = [words.split() for words in _HEADINGS.values()]
    yield f"{'':4}{'COWS':^13}{'SOWS':^13}  of 100 people, with the symptom troubling"
    yield f"{'day':>3} " + f"{'median 5-95%':^13}" * 2 + "".join(f"{head[0]:>7}" for head in heads)
    yield f"{'':30}" + "".join(f"{head[1]:>7}" for head in heads)
    for day in range(len(shares)):
        scores = "".join(f"{_score(top[:, day]):^13}" for top in tops.values())
        yield f"{day + 1:>3} {scores}" + "".join(
            f"{text.number(float(share), 0):>7}" for share in shares[day]
        )


def _score(values: Floats) -> str:
    low, middle, high = (at(values, share) for share in (0.05, 0.5, 0.95))
    return f"{middle:>4.0f} {low:>3.0f}–{high:<3.0f}"


def page(
    regimen: Regimen,
    months: float,
    after: Aftermath,
    unknown: Aftermath,
    medicine_hour: int,
    dangers: Sequence[str] = (),
) -> Iterator[str]:
    """The whole answer as lines of plain text."""
    people = f"{len(after.felt)} people alike: {regimen_words(regimen, months)}, then {stop_words(regimen)}."
    yield from textwrap.wrap(people, WIDTH)
    yield ""
    for sentence in (*sentences(regimen, after, unknown, medicine_hour), *dangers):
        yield from textwrap.wrap(sentence, WIDTH)
    yield ""
    yield from calendar(after)
    yield from textwrap.wrap(READING, WIDTH)
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


READING = (
    "Day 1 is the first 24 hours after the last full dose. COWS (0 to 48) and SOWS (0 to 64) are withdrawal "
    "scores, here at the worst hour of each day and from withdrawal alone; people without withdrawal score "
    "about 2. A symptom is troubling from the second of four levels on."
)
