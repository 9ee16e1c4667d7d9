"""What a study of some size costs, roughly, and the most people it may follow."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PERSON_DAYS_PER_SECOND = 5_000_000  # of one thread; a careful figure, real ones are shown while it runs
MOST_PEOPLE = 10_000_000
MOST_TASKS = 20_000
LEAST_CELLS = 1000  # numbers in a block
DAYS_PER_YEAR = 365.25
USUAL_DRAWS, USUAL_YEARS = 20, 10.0
PROGRAM_BYTES = 250 * 2**20  # of memory, whatever it runs
ROW_BYTES = 4  # of a long table on disk, compressed
BLOCK_BYTES_SHARE = 0.25  # of the plain size of a block, compressed
LIVE_ARRAYS = 4  # copies of a block in memory at once, per thread
MIB, GIB = 2**20, 2**30
HOUR = 3600


@dataclass(frozen=True)
class Estimate:
    """Rough cost of a run: seconds on the threads given, bytes of memory and of disk."""

    seconds: float
    memory: float
    disk: float

    def __str__(self) -> str:
        hours = self.seconds / HOUR
        time = f"{hours / 24:,.0f} days" if hours > 72 else f"{hours:.1f} hours"
        return f"{time}, {in_words(self.memory)} of memory and {in_words(self.disk)} of disk"


def in_words(size: float) -> str:
    """A number of bytes in MiB, or in GiB from one on."""
    return f"{size / GIB:.1f} GiB" if size >= GIB else f"{max(1.0, size / MIB):.0f} MiB"


def estimate(*, people: int, runs: int, days: int, cells: int, tasks: int, threads: int) -> Estimate:
    """Cost of simulating people ``runs`` times (plans x draws) with ``cells`` numbers in each block."""
    workers = min(threads, os.cpu_count() or 1)
    seconds = people * runs * days / (PERSON_DAYS_PER_SECOND * workers)
    block = cells * 8
    disk = tasks * block * BLOCK_BYTES_SHARE + runs * cells * ROW_BYTES
    memory = PROGRAM_BYTES + block * LIVE_ARRAYS * (threads + 1) + tasks * 1000
    return Estimate(seconds, memory, disk)


def crowd(content: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong with too many people, and how to go on; None where there are not too many.

    ``content`` is that of a scenario, perhaps with other faults in it.
    """
    people = content.get("people")
    if isinstance(people, bool) or not isinstance(people, int) or people <= MOST_PEOPLE:
        return None
    plans, draws, years = content.get("plans"), content.get("draws"), content.get("years")
    runs = (len(plans) if isinstance(plans, list | tuple) and plans else 1) * (
        1 + (draws if isinstance(draws, int) and draws >= 0 else USUAL_DRAWS)
    )
    days = int(DAYS_PER_YEAR * (years if isinstance(years, int | float) and years > 0 else USUAL_YEARS))
    tasks = max(MOST_TASKS, runs)
    cost = estimate(
        people=people, runs=runs, days=days, cells=LEAST_CELLS, tasks=tasks, threads=os.cpu_count() or 1
    )
    return f"{people:,} people would take about {cost} on this machine.", (
        f"Ask for at most {MOST_PEOPLE:,}: beyond that chance is far smaller than what is not known of the "
        "inputs; for rare events cut the study into runs with seeds of their own."
    )
