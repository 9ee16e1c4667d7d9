"""A hash of what the evidence says, whatever the order of rows and columns and the line ends of files."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import cache
from pathlib import Path

from papaver.evidence import inputtable
from papaver.evidence.records import FILES, columns
from papaver.evidence.tables import DATA, Row, number, read_rows

_NUMBERS = frozenset({"value", "lo", "hi", "dispersion"})


@cache
def evidence_hash(folder: Path = DATA) -> str:
    """SHA-256 (hex) of the tables: published rows, inputs, and the posteriors inputs are drawn from."""
    digest = hashlib.sha256()
    tables = {file: columns(record) for file, record in FILES.items()} | {inputtable.FILE: inputtable.COLUMNS}
    for file, names in sorted(tables.items()):
        lines = sorted(_line(row, names) for row in read_rows(folder / file, names))
        _add(digest, file, lines)
    inputs = inputtable.read_inputs(folder / inputtable.FILE)
    for group in sorted({one.group for one in inputs if one.group is not None}):
        members = sorted(one.name for one in inputs if one.group == group)
        file = f"posterior_{group}.csv"
        # draws take rows by number, so here their order counts
        rows = read_rows(folder / file, members)
        _add(digest, file, ["\x1f".join(members), *(_line(row, members, numeric=True) for row in rows)])
    return digest.hexdigest()


def _line(row: Row, names: tuple[str, ...] | list[str], *, numeric: bool = False) -> str:
    return "\x1f".join(_normal(row[name], numeric or name in _NUMBERS) for name in sorted(names))


def _normal(cell: str, numeric: bool) -> str:
    text = unicodedata.normalize("NFC", cell)
    if not numeric:
        return text
    try:
        return repr(number(text))
    except ValueError:
        return text


def _add(digest: hashlib._Hash, file: str, lines: list[str]) -> None:
    digest.update(f"{file}\x1d".encode())
    digest.update("\x1e".join(lines).encode())
    digest.update(b"\x1d")
