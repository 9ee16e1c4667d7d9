"""Reads the CSV tables of the package: rows with their line numbers, and faults for people."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from papaver.errors import Fault, InputError

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Row:
    """One line of a table: its line number (the header is line 1) and its cells by column, stripped."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_rows(path: Path, columns: Sequence[str]) -> list[Row]:
    """Rows of a UTF-8 CSV file with exactly these columns, in any order; blank lines are skipped.

    Raises ``InputError`` for a missing file, another encoding, other columns, or a row of another length.
    """
    lines = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    faults: list[Fault] = []
    rows: list[Row] = []
    try:
        header = next(lines, [])
        _check_header(header, columns, path)
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                what = f"{len(cells)} cells where the header has {len(header)}."
                remedy = "Put text with commas in double quotes."
                faults.append(Fault(what, remedy, path.name, lines.line_num))
                continue
            stripped = (cell.strip() for cell in cells)
            rows.append(Row(lines.line_num, dict(zip(header, stripped, strict=True))))
    except csv.Error as error:
        faults.append(Fault(f"not CSV: {error}.", "Check the double quotes.", path.name, lines.line_num))
    if faults:
        raise InputError(faults)
    return rows


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(Fault("no such file.", "Reinstall the package or restore it.", str(path))) from None
    except UnicodeDecodeError:
        raise InputError(Fault("not UTF-8 text.", "Save it as UTF-8.", path.name)) from None


def _check_header(header: Sequence[str], columns: Sequence[str], path: Path) -> None:
    if sorted(header) == sorted(columns):
        return
    lacking = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    twice = sorted({name for name in header if header.count(name) > 1})
    parts = (("lacks column", lacking), ("unknown column", unknown), ("column twice", twice))
    what = "; ".join(f"{text} {', '.join(names)}" for text, names in parts if names)
    raise InputError(Fault(f"{what}.", f"The columns are {','.join(columns)}.", path.name, 1))


def number(text: str) -> float | None:
    """The finite number in a cell; None for an empty cell. Raises ``ValueError`` for anything else."""
    if not text:
        return None
    value = float(text)
    if not math.isfinite(value) or "_" in text:
        raise ValueError(f"not a finite number: {text}")
    return value


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """A sentence naming the closest known words, or the empty string."""
    close = get_close_matches(word, known, n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(close)}?" if close else ""


@cache
def shipped(file: str, columns: tuple[str, ...]) -> tuple[Row, ...]:
    """Rows of a table of the package, read once."""
    return tuple(read_rows(DATA / file, columns))
