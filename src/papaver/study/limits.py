"""What a run will cost, roughly, before it starts; what is too much is refused."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from papaver.errors import Fault, InputError

PERSON_DAYS_PER_SECOND = 5_000_000  # of one thread; a careful figure, real ones are shown while it runs
MOST_PEOPLE = 10_000_000
ROW_BYTES = 4  # of a long table on disk, compressed
BLOCK_BYTES_SHARE = 0.25  # of the plain size of a block, compressed
LIVE_ARRAYS = 4  # copies of a block in memory at once, per thread
MOST_HOURS = 24
MOST_OF_DISK = 0.5
MOST_OF_MEMORY = 0.5
GIB = 2**30
HOUR = 3600


@dataclass(frozen=True)
class Estimate:
    """Rough cost of a run: seconds on the threads given, bytes of memory and of disk."""

    seconds: float
    memory: float
    disk: float


def estimate(*, people: int, runs: int, days: int, cells: int, tasks: int, threads: int) -> Estimate:
    """Cost of simulating people ``runs`` times (plans x draws) with ``cells`` numbers in each block."""
    workers = min(threads, os.cpu_count() or 1)
    seconds = people * runs * days / (PERSON_DAYS_PER_SECOND * workers)
    block = cells * 8
    disk = tasks * block * BLOCK_BYTES_SHARE + runs * cells * ROW_BYTES
    memory = block * LIVE_ARRAYS * (threads + 1) + tasks * 1000
    return Estimate(seconds, memory, disk)


def check(cost: Estimate, folder: Path) -> None:
    """Refuse a run that takes too long or does not fit. Raises ``InputError`` with the estimate."""
    free, memory = free_disk(folder), total_memory()
    hours = cost.seconds / HOUR
    reasons = []
    if hours > MOST_HOURS:
        reasons.append(f"more than {MOST_HOURS} hours")
    if cost.disk > free * MOST_OF_DISK:
        reasons.append(f"more than half of the {free / GIB:.1f} GiB free on the disk")
    if memory is not None and cost.memory > memory * MOST_OF_MEMORY:
        reasons.append(f"more than half of the {memory / GIB:.1f} GiB of memory")
    if reasons:
        size = f"{_time(hours)}, {cost.memory / GIB:.1f} GiB of memory and {cost.disk / GIB:.1f} GiB of disk"
        what = f"this run would take about {size}: {' and '.join(reasons)}."
        remedy = "Ask for less with --people or --draws, or shorten the scenario."
        raise InputError(Fault(what, remedy, str(folder)))


def refuse_people(people: int, cost: Estimate, folder: Path) -> None:
    """Refuse more people than any run may have. Raises ``InputError`` with what they would cost."""
    room = f"{cost.memory / GIB:.1f} GiB of memory and {cost.disk / GIB:.1f} GiB of disk"
    size = f"{_time(cost.seconds / HOUR)}, {room}"
    what = f"{people:,} people would take about {size} on this machine."
    remedy = (
        f"Ask for at most {MOST_PEOPLE:,} with --people: beyond that chance is far smaller than what is not "
        "known of the inputs; for rare events cut the study into runs with seeds of their own."
    )
    raise InputError(Fault(what, remedy, str(folder), field="--people"))


def _time(hours: float) -> str:
    days = hours / 24
    return f"{days:,.0f} days" if days > 3 else f"{hours:.1f} hours"


def free_disk(folder: Path) -> int:
    """Free bytes on the disk that holds, or will hold, a folder."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError as error:
        raise InputError(
            Fault(f"cannot be used: {error.strerror}.", "Choose another folder with -o.", str(folder))
        ) from None


def total_memory() -> int | None:
    """Bytes of memory of the machine; None where it cannot be told."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
