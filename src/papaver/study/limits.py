"""What a run will cost, roughly, before it starts; what is too much is refused."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from papaver.errors import Fault, InputError
from papaver.scenario.size import GIB, HOUR, Estimate

MOST_HOURS = 24
MOST_OF_DISK = 0.5
MOST_OF_MEMORY = 0.5


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
        what = f"this run would take about {cost}: {' and '.join(reasons)}."
        remedy = "Ask for less with --people or --draws, or shorten the scenario."
        raise InputError(Fault(what, remedy, str(folder)))


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
