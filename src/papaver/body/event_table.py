"""Dosing histories as event tables in the form NONMEM and its kin read: CSV in, CSV out.

Columns: ``ID`` (a person), ``TIME`` (h), ``AMT`` (mg of the named salt), ``DRUG``, ``ROUTE`` (or ``CMT``
naming a route), and where needed ``EVID`` (0 look, 1 dose), ``RATE`` (mg/h), ``II`` (h) with ``ADDL`` (more
doses), ``PRODUCT``. An empty cell or ``.`` is nothing. Resets (EVID 3, 4) and steady state (SS) have no
counterpart here and are refused with what to write instead. Every fault of a table is told at once.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from papaver.body.dosing_words import MOST_DOSES, runs
from papaver.body.drugs import drug as drug_of
from papaver.body.drugs import entry_of
from papaver.body.regimen import Dose, Regimen
from papaver.errors import Fault, InputError

COLUMNS = ("ID", "TIME", "EVID", "DRUG", "ROUTE", "PRODUCT", "AMT", "RATE", "II", "ADDL")
KNOWN = (*COLUMNS, "CMT", "SS", "MDV", "DV")
NEEDED = ("ID", "TIME", "AMT")
MOST_BYTES = 16 * 1024 * 1024
INFUSED = ("iv", "sc")
SMOKED = ("smoked",)
LOOK, DOSE, OTHER = 0, 1, 2


@dataclass(frozen=True)
class History:
    """What a table tells of one person: the doses, and the hours at which somebody looked (EVID 0)."""

    regimen: Regimen
    looks: tuple[float, ...] = ()


@dataclass
class _Reading:
    file: str
    drug: str | None
    route: str | None
    faults: list[Fault] = field(default_factory=list)
    doses: dict[str, list[Dose]] = field(default_factory=dict)
    looks: dict[str, list[float]] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)

    def fault(self, line: int, column: str, what: str, remedy: str) -> None:
        self.faults.append(Fault(what, remedy, file=self.file, line=line, field=column))


def read_events(path: str | Path, *, drug: str | None = None, route: str | None = None) -> dict[str, History]:
    """The histories of an event table by person. ``drug`` and ``route`` serve where the table has none.

    Raises ``InputError`` with every fault: line, column, what is impossible, and the remedy.
    """
    source = Path(path)
    try:
        if source.stat().st_size > MOST_BYTES:
            raise InputError(Fault("is larger than 16 MiB.", "Split it by person.", file=str(path)))
        text = source.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(Fault("there is no such file.", "Check the name.", file=str(path))) from None
    except UnicodeDecodeError:
        raise InputError(Fault("is not text in UTF-8.", "Save it as CSV in UTF-8.", file=str(path))) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(Fault(f"cannot be read: {reason}.", "Check it.", file=str(path))) from None
    return parse_events(text, file=str(path), drug=drug, route=route)


def parse_events(
    text: str, *, file: str = "<text>", drug: str | None = None, route: str | None = None
) -> dict[str, History]:
    """The histories of the text of an event table, as ``read_events``."""
    reading = _Reading(file, drug, route)
    rows = csv.reader(io.StringIO(text))
    header = [cell.strip().upper() for cell in next(rows, [])]
    _check_header(header, reading)
    for cells in rows:
        if not cells or not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            what = f"has {len(cells)} cells, the header {len(header)}."
            reading.fault(rows.line_num, "row", what, "Give each row as many cells as the header.")
            continue
        _take(dict(zip(header, (c.strip() for c in cells), strict=True)), rows.line_num, reading)
    if not reading.doses and not reading.faults:
        reading.fault(1, "EVID", "there is no dose in this table.", "Add rows with EVID 1 and an AMT.")
    if reading.faults:
        raise InputError(reading.faults)
    people = dict.fromkeys([*reading.doses, *reading.looks])
    return {
        who: History(Regimen(tuple(reading.doses.get(who, ()))), tuple(reading.looks.get(who, ())))
        for who in people
    }


def _check_header(header: Sequence[str], reading: _Reading) -> None:
    lacking = [name for name in NEEDED if name not in header]
    if reading.drug is None and "DRUG" not in header:
        lacking.append("DRUG")
    if reading.route is None and not {"ROUTE", "CMT"} & set(header):
        lacking.append("ROUTE")
    unknown = [name for name in header if name not in KNOWN]
    twice = [name for name in dict.fromkeys(header) if header.count(name) > 1]
    for names, what in ((lacking, "lacks"), (unknown, "has the unknown column"), (twice, "has twice")):
        if names:
            known = f"Known columns: {', '.join(KNOWN)}."
            reading.fault(1, "header", f"the header {what} {', '.join(names)}.", known)
    if reading.faults:
        raise InputError(reading.faults)


def _take(row: Mapping[str, str], line: int, reading: _Reading) -> None:
    """Take in one row, or note what is wrong with it."""
    before = len(reading.faults)
    who = row.get("ID", "")
    if not who:
        reading.fault(line, "ID", "empty.", "Name or number the person.")
    hour = _number(row, "TIME", line, reading)
    amount = _number(row, "AMT", line, reading)
    if hour is None:
        reading.fault(line, "TIME", "empty.", "Give hours from 0 on.")
    elif hour < 0.0:
        reading.fault(line, "TIME", f"{hour:g} h lies before hour 0.", "Begin at 0.")
    elif hour < reading.last.get(who, 0.0):
        what = f"{hour:g} h comes after {reading.last[who]:g} h of the same person."
        reading.fault(line, "TIME", what, "Put the rows of a person in the order of time.")
    evid = _whole(row, "EVID", line, reading, DOSE if amount else LOOK)
    if _whole(row, "SS", line, reading, 0):
        reading.fault(
            line, "SS", "steady state is not read.", "Write the earlier doses out with II and ADDL."
        )
    if evid not in (LOOK, DOSE, OTHER):
        remedy = "Use 1 for a dose and 0 for a look; give a person who begins anew another ID."
        reading.fault(line, "EVID", f"{evid} is not known here.", remedy)
    if len(reading.faults) > before or hour is None:
        return
    reading.last[who] = hour
    if evid == DOSE:
        _dose(row, who, hour, amount, line, reading)
    elif amount:
        reading.fault(line, "AMT", f"an amount with EVID {evid}.", "Write EVID 1, or no amount.")
    else:
        reading.looks.setdefault(who, []).append(hour)


def _dose(
    row: Mapping[str, str], who: str, hour: float, amount: float | None, line: int, reading: _Reading
) -> None:
    before = len(reading.faults)
    if amount is None or amount <= 0.0:
        what = "a dose without an amount." if amount is None else f"a dose of {amount:g} mg is impossible."
        reading.fault(line, "AMT", what, "Give mg above 0.")
    one = _what(row, line, reading)
    many, every = _whole(row, "ADDL", line, reading, 0), _number(row, "II", line, reading) or 0.0
    if many < 0 or many > MOST_DOSES:
        reading.fault(line, "ADDL", f"{many} further doses.", f"Give 0 to {MOST_DOSES:,}.")
    if every < 0.0:
        reading.fault(line, "II", f"an interval of {every:g} h.", "Give hours above 0.")
    if many > 0 and every == 0.0:
        reading.fault(line, "II", "ADDL without an interval.", "Give the hours between doses in II.")
    rate = _number(row, "RATE", line, reading) or 0.0
    lasting = _lasting(rate, amount, one.route if one else "", every, line, reading)
    if len(reading.faults) > before or one is None or amount is None:
        return
    doses = reading.doses.setdefault(who, [])
    for k in range(many + 1):
        doses.append(Dose(one.drug, hour + k * every, amount, one.route, lasting, one.product))


def _what(row: Mapping[str, str], line: int, reading: _Reading) -> Dose | None:
    """Drug, route and product of a row."""
    name = (row.get("DRUG") or reading.drug or "").lower()
    way = (row.get("ROUTE") or row.get("CMT") or reading.route or "").lower()
    product = _cell(row, "PRODUCT") or None
    column = "DRUG"
    try:
        found = drug_of(name)
        column = "ROUTE"
        if not way and len(found.routes) == 1:
            way = found.routes[0]
        entry_of(found.name, way, product)
    except InputError as error:
        for fault in error.faults:
            where = "PRODUCT" if fault.field == "product" else column
            reading.fault(line, where, fault.what, fault.remedy)
        return None
    return Dose(found.name, 0.0, 0.0, way, 0.0, product)


def _lasting(
    rate: float, amount: float | None, route: str, every: float, line: int, reading: _Reading
) -> float:
    """Hours an infusion lasts."""
    if rate == 0.0:
        return 0.0
    if rate < 0.0:
        remedy = "Give mg/h above 0; rates and durations that a model works out (-1, -2) are not read."
        reading.fault(line, "RATE", f"{rate:g} mg/h.", remedy)
        return 0.0
    if route and route not in (*INFUSED, *SMOKED):
        remedy = f"Leave RATE empty, or use {', '.join((*INFUSED, *SMOKED))}."
        reading.fault(line, "RATE", f"a rate with the route {route}.", remedy)
        return 0.0
    lasts = (amount or 0.0) / rate
    if every and lasts > every:
        what = f"the infusion lasts {lasts:g} h, longer than II, {every:g} h."
        reading.fault(line, "RATE", what, "Raise RATE or II.")
    return lasts


def _cell(row: Mapping[str, str], column: str) -> str:
    value = row.get(column, "")
    return "" if value == "." else value


def _number(row: Mapping[str, str], column: str, line: int, reading: _Reading) -> float | None:
    text = _cell(row, column)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value):
        return value
    reading.fault(line, column, f"{text!r} is not a number.", "Write digits with a decimal point.")
    return None


def _whole(row: Mapping[str, str], column: str, line: int, reading: _Reading, usual: int) -> int:
    value = _number(row, column, line, reading)
    if value is None:
        return usual
    if value != int(value):
        reading.fault(line, column, f"{value:g} is not a whole number.", "Write a whole number.")
        return usual
    return int(value)


# ------------------------------------------------------------------------------------------------- writing


def to_events(histories: Mapping[str, History | Regimen] | Iterable[Regimen]) -> str:
    """An event table as CSV text: runs of equal doses as one row with II and ADDL, looks as EVID 0."""
    named = histories if isinstance(histories, Mapping) else {str(k): r for k, r in enumerate(histories, 1)}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for who, one in named.items():
        history = one if isinstance(one, History) else History(one)
        rows = [_row(who, run) for run in runs(history.regimen)]
        rows += [[who, look, LOOK, "", "", "", "", "", "", ""] for look in history.looks]
        for row in sorted(rows, key=lambda row: (row[1], row[2], [str(cell) for cell in row[3:]])):
            writer.writerow([repr(cell) if isinstance(cell, float) else cell for cell in row])
    return out.getvalue()


def _row(who: str, run: Sequence[Dose]) -> list[str | float | int]:
    one = run[0]
    rate = one.mg / one.duration_h if one.duration_h else ""
    repeat: list[str | float | int] = [run[1].hour - one.hour, len(run) - 1] if len(run) > 1 else ["", ""]
    return [who, one.hour, DOSE, one.drug, one.route, one.product or "", one.mg, rate, *repeat]
