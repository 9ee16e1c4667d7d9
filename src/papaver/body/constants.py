"""Named sets of published numbers that ship with the body: ``body/data/<set>.csv``.

Each file has the columns name, value, unit, source, where, meaning; a value may be a fraction (``5/9``).
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from papaver.errors import Fault, InputError


@dataclass(frozen=True)
class Constant:
    """One published number with its unit, its source and what it means."""

    name: str
    value: float
    unit: str
    source: str
    where: str
    meaning: str


@functools.cache
def constants(set_name: str) -> tuple[Constant, ...]:
    """All numbers of one set, in file order. Raises InputError where there is no such set."""
    path = files("papaver.body") / "data" / f"{set_name}.csv"
    if not path.is_file():
        raise InputError(Fault(f"there is no set of numbers named {set_name!r}."))
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(
        Constant(**{**row, "value": float(Fraction(row["value"]))})  # type: ignore[arg-type]
        for row in csv.DictReader(lines)
    )


def values(set_name: str) -> dict[str, float]:
    """Name and value of each number of a set."""
    return {constant.name: constant.value for constant in constants(set_name)}


def record(numbers: Mapping[str, float]) -> np.void:
    """A structured scalar with one float64 field per number, for compiled code (``p.tau_h``)."""
    return record_array([numbers])[0]


def record_array(rows: Iterable[Mapping[str, float]]) -> npt.NDArray[np.void]:
    """One structured row per mapping; all mappings have the same names in the same order."""
    rows = list(rows)
    dtype = np.dtype([(name, np.float64) for name in rows[0]])
    return np.array([tuple(row.values()) for row in rows], dtype)
