"""Cutoffs of laboratories and laws by guideline, matrix, stage and date (``data/cutoffs.csv``)."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from papaver.body.specimens import measured
from papaver.errors import Fault, InputError
from papaver.evidence.tables import did_you_mean

SCREEN, CONFIRM = STAGES = ("screen", "confirm")
PER_UNIT = {"ng/mL": "ng/mL", "ug/L": "ng/mL", "ng/mg": "ng/mg"}
"""Units of the table and what they are told in here: 1 ug/L is 1 ng/mL."""


@dataclass(frozen=True)
class Cutoff:
    """A level from which a result counts as positive, where and when it holds, and its source.

    ``valid_from`` and ``valid_to`` are the first and the last day; None: no end on that side.
    """

    guideline: str
    matrix: str
    analyte: str
    stage: str
    value: float
    unit: str
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    source: str
    where: str

    def holds(self, day: datetime.date | None) -> bool:
        """Whether it holds on a day; without a day: whether it has no end."""
        if day is None:
            return self.valid_to is None
        after = self.valid_from is None or self.valid_from <= day
        return after and (self.valid_to is None or day <= self.valid_to)


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


@cache
def cutoffs() -> tuple[Cutoff, ...]:
    """The whole table, in its order."""
    text = (files("papaver.body") / "data" / "cutoffs.csv").read_text(encoding="utf-8")
    return tuple(
        Cutoff(
            row["guideline"],
            row["matrix"],
            row["analyte"],
            row["stage"],
            float(row["value"]),
            PER_UNIT[row["unit"]],
            _day(row["valid_from"]),
            _day(row["valid_to"]),
            row["source"],
            row["where"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def guidelines() -> tuple[str, ...]:
    """Names of the guidelines in the table."""
    return tuple(dict.fromkeys(one.guideline for one in cutoffs()))


def chosen(
    matrices: Iterable[str], names: Iterable[str] = (), day: datetime.date | None = None
) -> tuple[Cutoff, ...]:
    """Cutoffs of these matrices in force on a day, of all guidelines or of those named.

    Without a day: those that have no end. Raises ``InputError`` for a guideline that is not in the table, or
    where none is left.
    """
    wanted, named = tuple(matrices), tuple(names)
    for name in named:
        if name not in guidelines():
            remedy = did_you_mean(name, guidelines()) or f"Use: {', '.join(guidelines())}."
            raise InputError(Fault(f"there is no guideline {name!r}.", remedy, field="guideline"))
    found = tuple(
        one
        for one in cutoffs()
        if one.matrix in wanted and one.holds(day) and (not named or one.guideline in named)
    )
    if not found:
        on = f" on {day.isoformat()}" if day else ""
        what = f"{', '.join(named) or 'no guideline'} has no cutoff for {', '.join(wanted)}{on}."
        raise InputError(Fault(what, "Name another guideline, matrix or date.", field="guideline"))
    return found


@dataclass(frozen=True)
class Rule:
    """When a specimen counts as positive: at a screen, or at a screen and then the confirmation.

    ``cutoffs``: one, or the screen and the confirmation that follows it in the same guideline.
    """

    cutoffs: tuple[Cutoff, ...]

    @property
    def last(self) -> Cutoff:
        """The cutoff that decides last."""
        return self.cutoffs[-1]

    @property
    def matrix(self) -> str:
        """Urine, blood, oral fluid or hair."""
        return self.last.matrix

    @property
    def name(self) -> str:
        """Guideline, matrix, analyte and stage in one word."""
        return ":".join((self.last.guideline, self.last.matrix, self.last.analyte, self.last.stage))

    @property
    def words(self) -> str:
        """The rule in words."""
        parts = []
        for one in self.cutoffs:
            about = measured()[one.matrix, one.analyte].words
            parts.append(f"{about} from {one.value:g} {one.unit}")
        return ", then ".join(parts)


def rules(found: Iterable[Cutoff], molecules: Iterable[str]) -> tuple[Rule, ...]:
    """Rules of these cutoffs for what is made of these molecules, screens before confirmations."""
    there, table = set(molecules), measured()
    kept = [one for one in found if there & set(table[one.matrix, one.analyte].parts)]
    screens = {(one.guideline, one.matrix, one.analyte): one for one in kept if one.stage == SCREEN}
    made = []
    for one in kept:
        before = screens.get((one.guideline, one.matrix, table[one.matrix, one.analyte].screen))
        alone = one.stage == SCREEN or before is None
        made.append(Rule((one,) if alone or before is None else (before, one)))
    return tuple(made)
