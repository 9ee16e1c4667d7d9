"""What the tables of published evidence must satisfy, and the check of all tables together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from papaver.errors import Fault, InputError
from papaver.evidence.inputcheck import input_faults
from papaver.evidence.records import (
    DISPERSIONS,
    DOMAINS,
    FILES,
    SEEN,
    Finding,
    Parameter,
    Source,
    YearValue,
    columns,
)
from papaver.evidence.tables import DATA, Row, number, read_rows, shipped
from papaver.evidence.units import known, out_of_limits

NUMBERS = ("value", "lo", "hi", "dispersion")
REQUIRED: dict[type, tuple[str, ...]] = {
    Parameter: ("id", "domain", "quantity", "value", "unit", "context", "source", "seen"),
    Finding: ("id", "domain", "statement", "measure", "value", "unit", "population", "source", "seen"),
    Source: ("key", "title"),
    YearValue: columns(YearValue),
}

_ID = re.compile(r"[a-z][a-z0-9_]*")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_YEAR = re.compile(r"(18|19|20)\d\d")
_ADDRESS = re.compile(r"https?://[^\s;]+(; https?://[^\s;]+)*")

Numbers = Mapping[str, float | None]
Found = Iterator[tuple[str, str, str]]
"""Faults of one row as (column, what is wrong, remedy)."""


@dataclass(frozen=True)
class Interval:
    """A kind of interval; those without bounds are exceptions, and the meaning gives the reason."""

    name: str
    bounded: bool
    meaning: str


@cache
def intervals() -> dict[str, Interval]:
    """The closed list of kinds of interval, by name."""
    rows = shipped("intervals.csv", ("name", "bounds", "meaning"))
    return {row["name"]: Interval(row["name"], row["bounds"] == "two", row["meaning"]) for row in rows}


@cache
def exceptions() -> dict[tuple[str, str], str]:
    """Rows that may fail a check (id, check), with the reason."""
    rows = shipped("exceptions.csv", ("id", "check", "reason"))
    return {(row["id"], row["check"]): row["reason"] for row in rows}


def validate(folder: Path = DATA) -> list[Fault]:
    """Everything wrong with the tables of a folder; an empty list for sound ones."""
    faults: list[Fault] = []
    tables: dict[str, list[Row]] = {}
    for file, record in FILES.items():
        try:
            tables[file] = read_rows(folder / file, columns(record))
        except InputError as error:
            faults += error.faults
            tables[file] = []
    keys = {row["key"] for row in tables["sources.csv"]}
    faults += table_faults(tables["parameters.csv"], "parameters.csv", keys)
    faults += table_faults(tables["findings.csv"], "findings.csv", keys)
    faults += source_faults(tables["sources.csv"], "sources.csv")
    faults += series_faults(tables["us_series.csv"], "us_series.csv", keys)
    ids = [(row["id"], file, row.line) for file in ("parameters.csv", "findings.csv") for row in tables[file]]
    faults += repeated(ids, "id")
    faults += input_faults(folder, tables["parameters.csv"], tables["findings.csv"])
    return faults


def table_faults(rows: Sequence[Row], file: str, keys: set[str]) -> list[Fault]:
    """Faults of rows of parameters or findings, given the keys of the sources."""

    def found(row: Row) -> Found:
        numbers, bad = _numbers(row)
        yield from bad
        yield from _empty(row, REQUIRED[FILES[file]])
        yield from _listed(row, "domain", DOMAINS)
        yield from _listed(row, "seen", SEEN)
        yield from _unit(row)
        yield from _limits(row, numbers)
        yield from _interval(row, numbers)
        yield from _dispersion(row, numbers)
        yield from _source(row, keys)
        yield from _form(row, "id", _ID)
        if row.cells.get("n") and not row["n"].isdigit():
            yield "n", f"{row['n']!r} is not a whole number.", "Say in the note what else it counts."

    return _collect(rows, file, "id", found)


def source_faults(rows: Sequence[Row], file: str) -> list[Fault]:
    """Faults of the table of sources."""

    def found(row: Row) -> Found:
        yield from _empty(row, REQUIRED[Source])
        yield from _form(row, "key", _ID)
        yield from _form(row, "year", _YEAR)
        yield from _form(row, "doi", _DOI)
        yield from _form(row, "url_seen", _ADDRESS)
        if row["pmid"] and not row["pmid"].isdigit():
            yield "pmid", f"{row['pmid']!r} is not a PubMed number.", "Write its digits only."
        if not any(row[name] for name in ("journal", "doi", "pmid", "url_seen")):
            yield "journal", "nothing tells where it was published.", "Give a journal, identifier or address."

    faults = _collect(rows, file, "key", found)
    for name in ("key", "doi", "pmid"):
        faults += repeated([(row[name].lower(), file, row.line) for row in rows if row[name]], name)
    papers = [(re.sub(r"\W", "", row["title"].lower()) + row["year"], file, row.line) for row in rows]
    return faults + repeated(papers, "title")


def series_faults(rows: Sequence[Row], file: str, keys: set[str]) -> list[Fault]:
    """Faults of the yearly series."""

    def found(row: Row) -> Found:
        _, bad = _numbers(row)
        yield from bad
        yield from _empty(row, REQUIRED[YearValue])
        yield from _form(row, "year", _YEAR)
        yield from _form(row, "series", _ID)
        yield from _listed(row, "seen", SEEN)
        yield from _unit(row)
        yield from _source(row, keys)

    years = [(f"{row['year']} of {row['series']}", file, row.line) for row in rows]
    return _collect(rows, file, "series", found) + repeated(years, "year")


def repeated(places: Sequence[tuple[str, str, int]], field: str) -> list[Fault]:
    """A fault for every value that was there before, given (value, file, line)."""
    first: dict[str, tuple[str, int]] = {}
    faults = []
    for value, file, line in places:
        if value in first:
            where = "{}:{}".format(*first[value])
            faults.append(Fault(f"{value} is already at {where}.", "Keep one of them.", file, line, field))
        first.setdefault(value, (file, line))
    return faults


def _collect(rows: Sequence[Row], file: str, name: str, found: Callable[[Row], Found]) -> list[Fault]:
    return [
        Fault(f"{row[name] or 'a row without name'}: {what}", remedy, file, row.line, column)
        for row in rows
        for column, what, remedy in found(row)
    ]


def _numbers(row: Row) -> tuple[Numbers, list[tuple[str, str, str]]]:
    numbers: dict[str, float | None] = {}
    bad = []
    for name in NUMBERS:
        try:
            numbers[name] = number(row.cells.get(name, ""))
        except ValueError:
            numbers[name] = None
            bad.append((name, f"{row[name]!r} is not a finite number.", "Write digits with a decimal point."))
    return numbers, bad


def _empty(row: Row, names: Sequence[str]) -> Found:
    for name in names:
        if not row[name]:
            yield name, "empty.", "Fill it in."


def _listed(row: Row, name: str, allowed: Sequence[str] | Mapping[str, str]) -> Found:
    if row[name] and row[name] not in allowed:
        yield name, f"{row[name]!r} is not in the list.", f"Use one of {', '.join(allowed)}."


def _form(row: Row, name: str, pattern: re.Pattern[str]) -> Found:
    if row[name] and not pattern.fullmatch(row[name]):
        yield name, f"{row[name]!r} is not of the usual form.", f"It must match {pattern.pattern}"


def _unit(row: Row) -> Found:
    if row["unit"] and not known(row["unit"]):
        remedy = "Use a unit of Pint or describe it in measures.csv."
        yield "unit", f"{row['unit']!r} is neither a unit nor a listed measure.", remedy


def _limits(row: Row, numbers: Numbers) -> Found:
    if (row["id"], "limits") in exceptions():
        return
    for name in ("value", "lo", "hi"):
        value = numbers[name]
        what = "" if value is None else out_of_limits(row["unit"], value)
        if what:
            yield name, what, "Mend the number or its unit, or give the reason in exceptions.csv."


def _interval(row: Row, numbers: Numbers) -> Found:
    value, lo, hi = numbers["value"], numbers["lo"], numbers["hi"]
    bounds = [bound for bound in (lo, hi) if bound is not None]
    kind = intervals().get(row["interval"])
    if row["interval"] and kind is None:
        yield "interval", f"{row['interval']!r} is not in the list.", f"Use one of {', '.join(intervals())}."
    elif kind is None and bounds:
        yield "interval", "bounds without a kind of interval.", "Say what lo and hi are."
    elif kind is not None and kind.bounded and len(bounds) < len(("lo", "hi")):
        yield "lo", f"{kind.name} needs lo and hi.", "Give both bounds."
    elif kind is not None and not kind.bounded and bounds:
        yield "lo", f"{kind.name} has no bounds.", "Empty lo and hi or name another kind."
    if value is None or lo is None or hi is None or (row["id"], "order") in exceptions():
        return
    if not lo <= value <= hi:
        yield "lo", f"lo <= value <= hi does not hold: {lo:g}, {value:g}, {hi:g}.", "Look it up again."


def _dispersion(row: Row, numbers: Numbers) -> Found:
    spread, kind = numbers["dispersion"], row["dispersion_kind"]
    if kind and kind not in DISPERSIONS:
        yield "dispersion_kind", f"{kind!r} is not in the list.", f"Use one of {', '.join(DISPERSIONS)}."
    if (spread is None) == bool(kind):
        yield "dispersion", "a dispersion and its kind go together.", "Give both or neither."
    if spread is not None and spread < 0:
        yield "dispersion", f"{spread:g} is negative.", "A spread is 0 or more."


def _source(row: Row, keys: set[str]) -> Found:
    if row["source"] and row["source"] not in keys:
        yield "source", f"{row['source']!r} is not in sources.csv.", "Add the source or mend the key."
