"""Tables as CSV text: one way for numbers, for what is missing, and for line ends."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

DIGITS = 6


def cell(value: object, digits: int = DIGITS) -> object:
    """A cell: numbers in so many digits, ``inf`` for no bound; empty where there is no number."""
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.{digits}g}"
    return "" if value is None else value


def of_rows(rows: Iterable[Sequence[object]], digits: int = DIGITS) -> str:
    """Rows, the first of which names the columns."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([cell(value, digits) for value in row] for row in rows)
    return out.getvalue()


def of_records(kind: type[Any], records: Iterable[Any], digits: int = DIGITS) -> str:
    """Records of a dataclass, its fields as columns."""
    names = [one.name for one in fields(kind)]
    return of_rows([names, *([getattr(record, name) for name in names] for record in records)], digits)
