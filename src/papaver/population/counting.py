"""What a block counts: whole numbers, added up over people by compiled functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.compiled import compiled
from papaver.person.course import (
    ABSTINENT,
    CONTROLLED,
    DEAD_OTHER,
    DEAD_OVERDOSE,
    DEPENDENT,
    IN_TREATMENT,
    OCCASIONAL,
    RESIDENTIAL,
)
from papaver.person.records import INJECTS, NEVER
from papaver.population.codes import EVENTS, MOMENTS, OUTCOMES, PROGRAMME, STATUS, SYMPTOMS

Counts = npt.NDArray[np.int64]
N_SYMPTOMS, N_OUTCOMES = len(SYMPTOMS), len(OUTCOMES)
N_TILES = 32

LIFE = np.dtype(
    [
        ("person", np.int64),
        ("stratum", np.int64),
        ("age_years", np.float64),
        ("liability", np.float64),
        ("injects", np.int64),
        ("disorder_day", np.int64),
        ("dependence_day", np.int64),
        ("last_use_day", np.int64),
        ("use_days", np.int64),
        ("overdoses", np.int64),
        ("days_in_treatment", np.int64),
        ("days_with_withdrawal", np.int64),
        ("death_day", np.int64),
        ("final_status", np.int64),
        ("overdoses_hypoxic", np.int64),
        ("overdoses_meant", np.int64),
        ("brain_injuries", np.int64),
    ]
)

# One person's own sums, until they are added to the block's.
LEDGER = np.dtype(
    [
        ("stratum", np.int64),
        ("use_days", np.int64),
        ("treated", np.int64),
        ("sick_days", np.int64),
        ("dependent_days", np.int64),
        ("overdoses", np.int64),
        ("ever_treated", np.int64),
        ("death_day", np.int64),
        ("days_alive", np.int64),
        ("state", np.int64),
    ]
)


@dataclass(frozen=True)
class Block:
    """Counts of a block of people; blocks of one run add up.

    ``person_time[stratum, year, status, programme]`` in person-days, ``events[stratum, year, event]``,
    ``symptom_days[stratum, year, symptom]`` in person-days, ``daily[sample, status, 1 + symptoms]`` people,
    ``people[stratum]``, ``outcomes[stratum, outcome]`` people, ``moments[measure, 2]`` sums and sums of
    squares over people, ``lives`` one record per kept person. ``tiles[person % 32, 1 + outcomes + moments]``
    sums people, outcomes and moments over fixed thirty-seconds of the cohort, for the luck plans share.
    """

    person_time: Counts
    events: Counts
    symptom_days: Counts
    daily: Counts
    people: Counts
    outcomes: Counts
    moments: Counts
    lives: npt.NDArray[np.void]
    tiles: Counts


def empty_block(strata: int, years: int, samples: int, lives: int) -> Block:
    """A block of nobody."""
    return Block(
        person_time=np.zeros((strata, years, len(STATUS), len(PROGRAMME)), np.int64),
        events=np.zeros((strata, years, len(EVENTS)), np.int64),
        symptom_days=np.zeros((strata, years, N_SYMPTOMS), np.int64),
        daily=np.zeros((samples, len(STATUS), 1 + N_SYMPTOMS), np.int64),
        people=np.zeros(strata, np.int64),
        outcomes=np.zeros((strata, N_OUTCOMES), np.int64),
        moments=np.zeros((len(MOMENTS), 2), np.int64),
        lives=np.zeros(lives, LIFE),
        tiles=np.zeros((N_TILES, 1 + N_OUTCOMES + len(MOMENTS)), np.int64),
    )


@compiled
def year_of(day: int, year_days: float) -> int:
    """Year of a day: year k begins on day floor(365.25 k)."""
    year = int(day / year_days)
    return year + 1 if day >= int(year_days * (year + 1)) else year


@compiled
def count_span(
    first: int,
    end: int,
    stratum: int,
    state: int,
    year_days: float,
    every: int,
    person_time: Any,
    standing: Any,
    page: Any,
) -> None:
    """Count days ``first`` to ``end - 1`` of a person whose status does not change in them.

    ``standing[sample, status]`` takes +1 where the span begins among the sampled days and -1 where it has
    ended; ``add_standing`` turns that into people per sampled day at the end of the block.
    """
    if first >= end:
        return
    standing[(first + every - 1) // every, state] += 1
    standing[(end + every - 1) // every, state] -= 1
    year, day = year_of(first, year_days), first
    while day < end:
        until = min(end, int(year_days * (year + 1)))
        person_time[stratum, year, state, 0] += until - day
        day, year = until, year + 1
    if page.shape[0] > 0:
        for day in range(first, end):
            page[day, 1] = state


@compiled
def add_standing(standing: Any, daily: Any) -> None:
    """Add the spans to the people per sampled day."""
    for state in range(daily.shape[1]):
        here = 0
        for sample in range(daily.shape[0]):
            here += standing[sample, state]
            daily[sample, state, 0] += here


@compiled
def close_life(
    s: Any, w: Any, own: Any, row: int, keep: int, outcomes: Any, moments: Any, lives: Any, tiles: Any
) -> None:
    """Add a person's outcomes and sums to the block's, and keep the life if it is one of those kept."""
    done, state = np.zeros(N_OUTCOMES, np.int64), own.state
    done[0] = 1 if s.disorder_day > NEVER else 0
    done[1] = 1 if s.dependence_day > NEVER else 0
    done[2] = 1 if state == DEPENDENT else 0
    done[3] = 1 if state == ABSTINENT else 0
    done[4] = 1 if (state == OCCASIONAL or state == CONTROLLED) else 0
    done[5] = 1 if (state == IN_TREATMENT or state == RESIDENTIAL) else 0
    done[6] = 1 if state == DEAD_OVERDOSE else 0
    done[7] = 1 if state == DEAD_OTHER else 0
    done[8] = own.ever_treated
    done[9] = 1 if s.last_use > NEVER else 0
    tile = tiles[w.number % N_TILES]
    tile[0] += 1
    for j in range(N_OUTCOMES):
        outcomes[own.stratum, j] += done[j]
        tile[1 + j] += done[j]
    sums = (own.dependent_days, own.treated, own.sick_days, own.use_days, own.overdoses, own.days_alive)
    for j in range(len(sums)):
        moments[j, 0] += sums[j]
        moments[j, 1] += sums[j] * sums[j]
        tile[1 + N_OUTCOMES + j] += sums[j]
    if w.number < keep:
        keep_life(s, w, own, lives[row])


@compiled
def keep_life(s: Any, w: Any, own: Any, life: Any) -> None:
    """Write down one life."""
    life.person, life.stratum, life.age_years, life.liability = (
        w.number,
        own.stratum,
        w.age_years,
        w.liability,
    )
    life.injects, life.disorder_day, life.dependence_day = w.trait[INJECTS], s.disorder_day, s.dependence_day
    life.last_use_day, life.use_days, life.overdoses = s.last_use, own.use_days, own.overdoses
    life.days_in_treatment, life.days_with_withdrawal = own.treated, own.sick_days
    life.death_day, life.final_status = own.death_day, own.state
    life.overdoses_hypoxic, life.overdoses_meant = s.overdoses_hypoxic, s.overdoses_meant
    life.brain_injuries = s.brain_injuries
