"""What inputs.csv must satisfy beyond single rows: units, and that each value follows from its evidence.

published  names evidence that was seen; the value equals one of the named values, by the rule ``as is``
           (same unit) or ``unit: ...`` (converted; equal to 5 parts in 1,000, for rounding).
derived    names evidence and a rule.
fitted     names findings, and its rule reads ``command: ...; objective: ...; residual: <number ...>``.
assumed    has a range and the reason for it; a rule that begins with ``definition:`` may fix the value.
No input rests on a recalled row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from papaver.errors import Fault, InputError
from papaver.evidence.inputtable import FILE, Input, read_inputs
from papaver.evidence.records import RECALLED
from papaver.evidence.tables import Row, did_you_mean, number, read_rows
from papaver.evidence.units import factor, known, out_of_limits

AS_IS = "as is"
CONVERTED = "unit:"
DEFINED = "definition:"
TOLD_BY_FIT = ("command", "objective", "residual")
EQUAL, ROUNDED = 1e-9, 5e-3

Found = Iterator[tuple[str, str, str]]


def input_faults(folder: Path, parameters: Sequence[Row], findings: Sequence[Row]) -> list[Fault]:
    """Faults of the inputs of a folder against these rows of evidence."""
    try:
        inputs = read_inputs(folder / FILE)
    except InputError as error:
        return list(error.faults)
    known_findings = {row["id"] for row in findings}
    rows = {row["id"]: row for row in (*parameters, *findings)}
    faults = [
        Fault(f"{one.name}: {what}", remedy, FILE, None, column)
        for one in inputs
        for column, what, remedy in _faults_of(one, rows, known_findings)
    ]
    return faults + _posterior_faults(folder, inputs)


def _faults_of(one: Input, rows: Mapping[str, Row], findings: set[str]) -> Found:
    yield from _unit(one)
    yield from _evidence(one, rows)
    named = [rows[id] for id in one.evidence if id in rows]
    if one.kind == "published":
        yield from _published(one, named)
    elif one.kind == "derived":
        yield from _derived(one)
    elif one.kind == "fitted":
        yield from _fitted(one, findings)
    else:
        yield from _assumed(one)


def _unit(one: Input) -> Found:
    if not known(one.unit):
        remedy = "Use a unit of Pint or describe it in measures.csv."
        yield "unit", f"{one.unit!r} is neither a unit nor a listed measure.", remedy
        return
    for column, value in (("value", one.value), ("lo", one.lo), ("hi", one.hi)):
        what = "" if value is None else out_of_limits(one.unit, value)
        if what:
            yield column, what, "Mend the number or its unit."


def _evidence(one: Input, rows: Mapping[str, Row]) -> Found:
    for id in one.evidence:
        if id not in rows:
            remedy = did_you_mean(id, list(rows)) or "Name ids of parameters or findings."
            yield "evidence", f"there is no parameter or finding {id!r}.", remedy
        elif rows[id]["seen"] == RECALLED:
            yield "evidence", f"{id} is recalled, not seen.", "Rest the input on a row that was seen."
    if len(set(one.evidence)) < len(one.evidence):
        yield "evidence", "an id is named twice.", "Name each id once."
    if not one.evidence and one.kind != "assumed":
        yield "evidence", f"a {one.kind} input names no evidence.", "Name the ids, parted by ';'."


def _published(one: Input, named: Sequence[Row]) -> Found:
    converted = one.rule.startswith(CONVERTED)
    if one.rule != AS_IS and not converted:
        remedy = f"Write '{AS_IS}' or '{CONVERTED} ...', or call the input derived."
        yield "rule", f"{one.rule!r} is not a rule for a published input.", remedy
        return
    values = [value for row in named if (value := _in_unit(row, one.unit, converted)) is not None]
    if named and not values:
        remedy = "Use the unit of the evidence or a unit it converts to, or call the input derived."
        yield "unit", f"{named[0]['unit']!r} of the evidence is not {one.unit!r}.", remedy
        return
    close = ROUNDED if converted else EQUAL
    if values and not any(math.isclose(one.value, value, rel_tol=close, abs_tol=0) for value in values):
        said = ", ".join(f"{value:.6g}" for value in values)
        yield "value", f"{one.value:g} is not the published {said} {one.unit}.", "Mend it or call it derived."


def _in_unit(row: Row, unit: str, converted: bool) -> float | None:
    """The value of a row of evidence in another unit, None where that unit is of another kind."""
    try:
        value = number(row["value"])
    except ValueError:
        return None
    times = factor(row["unit"], unit)
    if value is None or times is None or (not converted and not math.isclose(times, 1, rel_tol=EQUAL)):
        return None
    return value * times


def _derived(one: Input) -> Found:
    if one.rule == AS_IS or one.rule.startswith(CONVERTED):
        yield "rule", f"{one.rule!r} is a rule for a published input.", "Say how the value is computed."


def _fitted(one: Input, findings: set[str]) -> Found:
    if not findings.intersection(one.evidence):
        yield "evidence", "a fitted input names no finding.", "Name the findings it was fitted to."
    told = dict(re.findall(r"(\w+): *([^;]*[^; ])", one.rule))
    lacking = [word for word in TOLD_BY_FIT if word not in told]
    if not lacking and not re.search(r"\d", told["residual"]):
        yield "rule", "the residual is not a number.", "Write the residual that the fit left."
    if lacking:
        yield (
            "rule",
            f"does not tell {', '.join(lacking)}.",
            "Write 'command: ...; objective: ...; residual: ...'.",
        )


def _assumed(one: Input) -> Found:
    if one.distribution == "fixed" and not one.rule.startswith(DEFINED):
        remedy = f"Give a distribution with lo and hi, or a rule that begins with '{DEFINED}'."
        yield "distribution", "an assumed input has no range.", remedy


def _posterior_faults(folder: Path, inputs: Sequence[Input]) -> list[Fault]:
    faults: list[Fault] = []
    for group in sorted({one.group for one in inputs if one.group is not None}):
        names = [one.name for one in inputs if one.group == group]
        path = folder / f"posterior_{group}.csv"
        try:
            rows = read_rows(path, names)
        except InputError as error:
            faults += error.faults
            continue
        if not rows:
            faults.append(Fault("no rows.", "Run the fit that writes it.", path.name))
        faults += [
            Fault(f"{row[name]!r} is not a finite number.", "Mend it.", path.name, row.line, name)
            for row in rows
            for name in names
            if not _finite(row[name])
        ]
    return faults


def _finite(text: str) -> bool:
    try:
        return number(text) is not None
    except ValueError:
        return False
