"""Sums over the people of one plan and draw, from which tables and summary are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]

DEAD = ("dead_overdose", "dead_other")


@dataclass(frozen=True)
class Labels:
    """Names of the axes of a block, in the order of their codes."""

    statuses: tuple[str, ...]
    programmes: tuple[str, ...]
    events: tuple[str, ...]
    symptoms: tuple[str, ...]
    outcomes: tuple[str, ...]
    moments: tuple[str, ...]

    @property
    def tile_columns(self) -> tuple[str, ...]:
        """Columns of ``Sums.tiles``: people, then outcomes, then sums of the numbers per person."""
        return ("people", *self.outcomes, *self.moments)


@dataclass(frozen=True)
class Sums:
    """Sums over the people of one plan and draw; all int64.

    person_time[stratum, year, status, programme] and symptom_days[stratum, year, symptom] in person-days;
    events[stratum, year, event]; daily[sample, status, 1 + symptom] people on sampled days;
    people[stratum] at the start; outcomes[stratum, outcome] people;
    moments[measure, 2] sum and sum of squares over people of a number per person;
    tiles[tile, column] sums over the people whose number leaves the remainder ``tile`` (see
    ``Labels.tile_columns``), empty if the engine gives none.
    """

    person_time: Counts
    events: Counts
    symptom_days: Counts
    daily: Counts
    people: Counts
    outcomes: Counts
    moments: Counts
    tiles: Counts = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))


@dataclass(frozen=True)
class Totals:
    """Whole numbers of one plan and draw over all strata and years, by name."""

    people: int
    person_days: int
    status_days: Mapping[str, int]
    programme_days: Mapping[str, int]
    events: Mapping[str, int]
    symptom_days: Mapping[str, int]
    outcomes: Mapping[str, int]
    moments: Mapping[str, tuple[int, int]]
    stratum_people: tuple[int, ...]
    stratum_outcomes: tuple[Mapping[str, int], ...]
    tiles: Mapping[str, tuple[int, ...]]


def totals(sums: Sums, labels: Labels) -> Totals:
    """Add up the sums of one plan and draw over strata and years."""
    status_days = _named(labels.statuses, sums.person_time.sum(axis=(0, 1, 3)))
    columns = sums.tiles.T if sums.tiles.size else np.zeros((len(labels.tile_columns), 0), dtype=np.int64)
    return Totals(
        people=int(sums.people.sum()),
        person_days=sum(days for status, days in status_days.items() if status not in DEAD),
        status_days=status_days,
        programme_days=_named(labels.programmes, sums.person_time.sum(axis=(0, 1, 2))),
        events=_named(labels.events, sums.events.sum(axis=(0, 1))),
        symptom_days=_named(labels.symptoms, sums.symptom_days.sum(axis=(0, 1))),
        outcomes=_named(labels.outcomes, sums.outcomes.sum(axis=0)),
        moments={
            name: (int(one), int(two)) for name, (one, two) in zip(labels.moments, sums.moments, strict=True)
        },
        stratum_people=tuple(int(n) for n in sums.people),
        stratum_outcomes=tuple(_named(labels.outcomes, row) for row in sums.outcomes),
        tiles={
            name: tuple(int(n) for n in column)
            for name, column in zip(labels.tile_columns, columns, strict=True)
        },
    )


def _named(names: Sequence[str], counts: Counts) -> dict[str, int]:
    return {name: int(count) for name, count in zip(names, counts, strict=True)}
