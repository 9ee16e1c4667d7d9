"""Finished blocks on disk: one .npz file each, written atomically, never pickled.

A block carries a stamp (the fingerprint of its run and its task); the zip format carries a checksum of every
array. A torn, damaged or foreign file is told from a good one and simulated anew.
"""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from papaver.results.schema import BLOCKS
from papaver.results.store import replacing
from papaver.results.totals import Sums
from papaver.study.model import BlockLike
from papaver.study.tasks import Task

ARRAYS = tuple(field.name for field in fields(Sums))
LIVES, STAMP = "lives", "stamp"
Stored = tuple[Sums, Any]


def save(folder: Path, fingerprint: str, task: Task, block: BlockLike) -> None:
    """Write a block whole or not at all. Raises ``OSError`` if the disk refuses it."""
    arrays = {name: _whole(getattr(block, name, None), name) for name in ARRAYS}
    lives = np.asarray(block.lives)
    # not flushed: what a power cut tears is found by its checksum and simulated anew
    with replacing(folder / BLOCKS / task.file, durable=False) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            allow_pickle=False,
            **arrays,
            **{LIVES: lives if task.draw == 0 else lives[:0], STAMP: np.array(_stamp(fingerprint, task))},
        )


def load(folder: Path, fingerprint: str, task: Task) -> Stored | None:
    """Sums and lives of a block; None if there is no good block of this run and task."""
    try:
        with np.load(folder / BLOCKS / task.file, allow_pickle=False) as file:
            if str(file[STAMP]) != _stamp(fingerprint, task):
                return None
            sums = Sums(**{name: _whole(file[name], name) for name in ARRAYS})
            return sums, file[LIVES]
    except (OSError, ValueError, KeyError, EOFError, MemoryError, TypeError):
        return None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, AttributeError):
        return None


def _stamp(fingerprint: str, task: Task) -> str:
    return json.dumps([fingerprint, task.plan, task.draw, task.first, task.count])


def _whole(array: Any, name: str) -> Any:
    """The array, if it holds int64; an engine without tiles gets none."""
    if array is None and name == "tiles":
        return np.zeros((0, 0), dtype=np.int64)
    if not isinstance(array, np.ndarray) or array.dtype != np.int64:
        raise TypeError(f"a block needs whole numbers (int64) in {name!r}")
    return array
