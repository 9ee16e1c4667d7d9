"""The table inputs.csv: every number the model uses, with its unit, its spread and where it comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from keyword import iskeyword
from pathlib import Path

from papaver.errors import Fault, InputError
from papaver.evidence.tables import DATA, Row, did_you_mean, number, read_rows

COLUMNS = (
    "name",
    "scope",
    "value",
    "unit",
    "distribution",
    "lo",
    "hi",
    "kind",
    "evidence",
    "rule",
    "meaning",
)
SCOPES = ("life", "body")
KINDS = ("published", "derived", "fitted", "assumed")
SHAPES = ("fixed", "normal", "lognormal", "logitnormal", "uniform", "loguniform")
POSTERIOR = "posterior:"
SPREAD = frozenset(SHAPES) - {"fixed"}
FILE = "inputs.csv"

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Input:
    """One number the model uses.

    ``scope`` says who reads it: ``life`` the day loop (and with it persons and populations), ``body`` only
    the finer models of one body.
    ``lo`` and ``hi`` bound the central 95 % of a normal, lognormal or logitnormal, are the ends of a
    uniform or loguniform, and are information only for a fixed value or one with a fitted posterior.
    ``kind`` is published, derived, fitted or assumed; ``evidence`` holds ids of parameters and findings;
    ``rule`` says how the value follows from them.
    """

    name: str
    scope: str
    value: float
    unit: str
    distribution: str
    lo: float | None
    hi: float | None
    kind: str
    evidence: tuple[str, ...]
    rule: str
    meaning: str

    @property
    def group(self) -> str | None:
        """Name of the posterior this input is drawn from together with others, or None."""
        return self.distribution.removeprefix(POSTERIOR) if self.distribution.startswith(POSTERIOR) else None


@cache
def all_inputs() -> tuple[Input, ...]:
    """Every input of the package, in the order of the file. Raises ``InputError`` if the file is faulty."""
    return read_inputs(DATA / FILE)


def life_inputs() -> tuple[Input, ...]:
    """The inputs that the day loop reads, in the order of the file."""
    return tuple(one for one in all_inputs() if one.scope == "life")


def input_(name: str) -> Input:
    """The input of this name. Raises ``InputError`` for an unknown one."""
    found = _by_name().get(name)
    if found is None:
        remedy = did_you_mean(name, list(_by_name())) or "See `papaver evidence list --kind inputs`."
        raise InputError(Fault(f"there is no input named {name!r}.", remedy))
    return found


def counts() -> dict[str, int]:
    """How many inputs there are of each kind; every kind is a key."""
    seen = Counter(one.kind for one in all_inputs())
    return {kind: seen[kind] for kind in KINDS}


@cache
def _by_name() -> dict[str, Input]:
    return {one.name: one for one in all_inputs()}


def read_inputs(path: Path) -> tuple[Input, ...]:
    """Inputs of a file with the columns of ``COLUMNS``. Raises ``InputError`` naming every faulty cell.

    What a single row can show is checked here, because draws rest on it: name, number, distribution,
    bounds and kind. Units and evidence are checked by ``papaver.evidence.schema.validate``.
    """
    rows = read_rows(path, COLUMNS)
    faults = [fault for row in rows for fault in _row_faults(row, path.name)]
    faults += _repeated(rows, path.name)
    if faults:
        raise InputError(faults)
    return tuple(_parsed(row) for row in rows)


def _parsed(row: Row) -> Input:
    value = number(row["value"])
    assert value is not None
    return Input(
        name=row["name"],
        scope=row["scope"],
        value=value,
        unit=row["unit"],
        distribution=row["distribution"],
        lo=number(row["lo"]),
        hi=number(row["hi"]),
        kind=row["kind"],
        evidence=tuple(part for part in (p.strip() for p in row["evidence"].split(";")) if part),
        rule=row["rule"],
        meaning=row["meaning"],
    )


def _repeated(rows: Sequence[Row], file: str) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for row in rows:
        if row["name"] in first:
            what = f"{row['name']} is already named on line {first[row['name']]}."
            faults.append(Fault(what, "Give each input one row.", file, row.line, "name"))
        first.setdefault(row["name"], row.line)
    return faults


def _row_faults(row: Row, file: str) -> list[Fault]:
    faults: list[Fault] = []

    def fault(field: str, what: str, remedy: str = "") -> None:
        faults.append(Fault(f"{row['name'] or 'a row without name'}: {what}", remedy, file, row.line, field))

    if not _NAME.fullmatch(row["name"]) or iskeyword(row["name"]):
        fault("name", f"{row['name']!r} is not a name.", "Use lower-case words joined by single underscores.")
    if row["scope"] not in SCOPES:
        fault("scope", f"{row['scope']!r} is not a scope.", f"Use one of {', '.join(SCOPES)}.")
    if row["kind"] not in KINDS:
        fault("kind", f"{row['kind']!r} is not a kind.", f"Use one of {', '.join(KINDS)}.")
    for field in ("unit", "rule", "meaning"):
        if not row[field]:
            fault(field, "empty.", "Fill it in.")
    numbers: dict[str, float | None] = {}
    for field in ("value", "lo", "hi"):
        try:
            numbers[field] = number(row[field])
        except ValueError:
            fault(field, f"{row[field]!r} is not a finite number.", "Write digits with a decimal point.")
    if "value" in numbers and numbers["value"] is None:
        fault("value", "empty.", "Give the central value.")
    if len(numbers) == len(("value", "lo", "hi")) and numbers["value"] is not None:
        for what in spread_faults(row["distribution"], numbers["value"], numbers["lo"], numbers["hi"]):
            fault("distribution", what)
    return faults


def spread_faults(distribution: str, value: float, lo: float | None, hi: float | None) -> list[str]:
    """What is wrong with a distribution and its bounds, as sentences; empty when they can be drawn from."""
    if distribution.startswith(POSTERIOR):
        group = distribution.removeprefix(POSTERIOR)
        if not _NAME.fullmatch(group):
            return [f"{distribution!r} lacks the name of its group in lower case."]
        return [] if _ordered(value, lo, hi) else ["the value lies outside lo and hi."]
    if distribution not in SHAPES:
        return [f"{distribution!r} is not a distribution: use {', '.join(SHAPES)} or posterior:<group>."]
    if distribution not in SPREAD:
        return [] if _ordered(value, lo, hi) else ["the value lies outside lo and hi."]
    if lo is None or hi is None:
        return [f"a {distribution} needs lo and hi."]
    if not (lo <= value <= hi and lo < hi):
        return [f"lo <= value <= hi with lo < hi is needed, not {lo:g}, {value:g}, {hi:g}."]
    if distribution in ("lognormal", "loguniform") and lo <= 0:
        return [f"a {distribution} needs lo above 0, not {lo:g}."]
    if distribution == "logitnormal" and (lo <= 0 or hi >= 1):
        return [f"a logitnormal needs bounds inside 0 and 1, not {lo:g} and {hi:g}."]
    return []


def _ordered(value: float, lo: float | None, hi: float | None) -> bool:
    return (lo is None or lo <= value) and (hi is None or value <= hi)
