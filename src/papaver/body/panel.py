"""Results of a laboratory as a table: specimens, analytes, levels, and results below or above a cutoff.

A panel is a CSV file with the columns ``matrix,analyte,result,unit`` and, where specimens were taken at
different times, ``hours`` (after the first one). A result is a number, ``<10`` for below a cutoff of 10, or
``>=300`` for positive at a cutoff of 300. Urine may carry its ``creatinine``.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from papaver.body.specimens import BLOOD, ORAL_FLUID, URINE, measured
from papaver.errors import Fault, InputError
from papaver.evidence.tables import did_you_mean

COLUMNS = ("matrix", "analyte", "result", "unit")
OPTIONAL = ("hours",)
PLASMA, CREATININE = "plasma", "creatinine"
MATRICES = (URINE, BLOOD, PLASMA, ORAL_FLUID)
EXACT, BELOW, POSITIVE = KINDS = ("exact", "below", "positive")
UNITS = {"ng/mL": 1.0, "ug/L": 1.0, "mg/L": 1000.0, "ug/mL": 1000.0, "pg/mL": 1 / 1000, "ng/L": 1 / 1000}
"""Units of levels, in ng/mL."""
CREATININE_UNITS = {"mg/mL": 1.0, "g/L": 1.0, "mg/dL": 1 / 100, "mg/L": 1 / 1000}
"""Units of creatinine, in mg/mL."""
MOST_ROWS, MOST_BYTES = 200, 1_000_000
_RESULT = re.compile(r"(<|>=|>|≥)?\s*(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)")


@dataclass(frozen=True)
class Specimen:
    """One specimen: its matrix, hours after the first specimen, and creatinine (mg/mL) if known."""

    matrix: str
    hours: float = 0.0
    creatinine_mg_per_ml: float | None = None


@dataclass(frozen=True)
class Result:
    """What was found of one analyte in one specimen: a level in ng/mL, or its side of a cutoff."""

    specimen: Specimen
    analyte: str
    kind: str
    ng_per_ml: float

    @property
    def words(self) -> str:
        """The result in words."""
        about = measured()[_matrix(self.specimen.matrix), self.analyte].words
        sign = {EXACT: "", BELOW: "below ", POSITIVE: "at or above "}[self.kind]
        return f"{self.specimen.matrix.replace('_', ' ')}, {about}: {sign}{self.ng_per_ml:g} ng/mL"


@dataclass(frozen=True)
class Panel:
    """The results of one person."""

    results: tuple[Result, ...] = ()

    @property
    def families(self) -> tuple[str, ...]:
        """Families of drugs that anything was looked for of."""
        table = measured()
        found = (table[_matrix(r.specimen.matrix), r.analyte].family for r in self.results)
        return tuple(dict.fromkeys(found))

    def of(self, family: str) -> Panel:
        """The results that tell of one family."""
        table = measured()
        kept = (r for r in self.results if table[_matrix(r.specimen.matrix), r.analyte].family == family)
        return Panel(tuple(kept))


def _matrix(name: str) -> str:
    return BLOOD if name == PLASMA else name


def read_panel(path: Path) -> Panel:
    """Read a panel. Raises ``InputError`` with every fault: line, column, what and the remedy."""
    name = path.name
    try:
        raw = path.read_bytes()
        if len(raw) > MOST_BYTES:
            raise InputError(Fault("is too large for a panel.", "Give the results of one person.", name))
        text = raw.decode("utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(Fault(f"cannot be read: {reason}.", "Name a CSV file.", str(path))) from None
    except UnicodeDecodeError:
        raise InputError(Fault("is not UTF-8 text.", "Save it as UTF-8.", name)) from None
    return parse_panel(text, name)


def parse_panel(text: str, name: str = "panel") -> Panel:
    """A panel from the text of a CSV file, as ``read_panel``."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    faults: list[Fault] = []
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        header = [cell.strip() for cell in next(lines, [])]
        _check_header(header, name)
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                what = f"{len(cells)} cells where the header has {len(header)}."
                faults.append(Fault(what, "Write one cell per column.", name, lines.line_num))
                continue
            stripped = (cell.strip() for cell in cells)
            rows.append((lines.line_num, dict(zip(header, stripped, strict=True))))
    except csv.Error as error:
        faults.append(Fault(f"is not CSV: {error}.", "Check the double quotes.", name, lines.line_num))
    if len(rows) > MOST_ROWS:
        faults.append(Fault(f"{len(rows)} results.", f"Give at most {MOST_ROWS}.", name))
        rows = []
    panel = _panel(rows, name, faults)
    if faults:
        raise InputError(sorted(faults, key=lambda fault: fault.line or 0))
    return panel


def _check_header(header: Sequence[str], name: str) -> None:
    lacking = [c for c in COLUMNS if c not in header]
    unknown = [c for c in header if c not in (*COLUMNS, *OPTIONAL)]
    twice = sorted({c for c in header if header.count(c) > 1})
    faults = [Fault("this column is missing.", f"Columns: {','.join(COLUMNS)}.", name, 1, c) for c in lacking]
    for c in unknown:
        near = did_you_mean(c, (*COLUMNS, *OPTIONAL)) or f"Columns: {','.join((*COLUMNS, *OPTIONAL))}."
        faults.append(Fault("this column is unknown.", near, name, 1, c or "(no name)"))
    faults += [Fault("this column stands twice.", "Keep one.", name, 1, c) for c in twice]
    if faults:
        raise InputError(faults)


def _panel(rows: Sequence[tuple[int, Mapping[str, str]]], name: str, faults: list[Fault]) -> Panel:
    creatinine: dict[tuple[str, float], float] = {}
    found: list[tuple[int, str, float, str, str, float]] = []
    for line, row in rows:
        at = _Place(name, line, faults)
        matrix, hours = _matrix_of(row, at), _hours_of(row, at)
        analyte = row["analyte"].lower()
        is_creatinine = analyte == CREATININE
        kind, value = _result_of(row, at)
        times = _unit_of(row, at, CREATININE_UNITS if is_creatinine else UNITS)
        if matrix and not is_creatinine and (_matrix(matrix), analyte) not in measured():
            known = [a for m, a in measured() if m == _matrix(matrix)]
            near = did_you_mean(analyte, [*known, CREATININE]) or f"Known there: {', '.join(known)}."
            at.fault("analyte", f"there is no {row['analyte']!r} in {matrix}.", near)
            continue
        if not matrix or value is None or times is None or hours is None:
            continue
        if is_creatinine:
            _add_creatinine(creatinine, (matrix, hours), kind, value * times, at)
        else:
            found.append((line, matrix, hours, analyte, kind, value * times))
    _check_creatinine(creatinine, found, name, faults)
    results: list[Result] = []
    for line, matrix, hours, analyte, kind, level in found:
        specimen = Specimen(matrix, hours, creatinine.get((matrix, hours)))
        result = Result(specimen, analyte, kind, level)
        if any(r.specimen == specimen and r.analyte == analyte and r.kind == kind for r in results):
            faults.append(Fault("stands twice.", "Keep one, or tell their hours.", name, line, "analyte"))
        results.append(result)
    return Panel(tuple(results))


@dataclass(frozen=True)
class _Place:
    """Where in the file we are, to tell faults."""

    file: str
    line: int
    faults: list[Fault]

    def fault(self, column: str, what: str, remedy: str) -> None:
        self.faults.append(Fault(what, remedy, self.file, self.line, column))


def _matrix_of(row: Mapping[str, str], at: _Place) -> str:
    matrix = row["matrix"].lower().replace(" ", "_")
    if matrix in MATRICES:
        return matrix
    near = did_you_mean(matrix, MATRICES) or f"Use: {', '.join(MATRICES)}."
    if matrix == "hair":
        near = "Hair tells months, not hours since the last use: leave it out."
    at.fault("matrix", f"{row['matrix']!r} cannot be read here.", near)
    return ""


def _hours_of(row: Mapping[str, str], at: _Place) -> float | None:
    text = row.get("hours", "")
    try:
        hours = float(text) if text else 0.0
    except ValueError:
        hours = math.nan
    if math.isfinite(hours) and hours >= 0.0:
        return hours
    at.fault("hours", f"{text!r} are no hours.", "Give hours after the first specimen, 0 or more.")
    return None


def _result_of(row: Mapping[str, str], at: _Place) -> tuple[str, float | None]:
    found = _RESULT.fullmatch(row["result"])
    if found is None:
        at.fault("result", f"{row['result']!r} is no result.", "Write 85, <10 or >=300.")
        return EXACT, None
    value = float(found[2])
    kind = BELOW if found[1] == "<" else POSITIVE if found[1] else EXACT
    if value <= 0.0 or not math.isfinite(value):
        at.fault("result", f"{row['result']!r} is not above zero.", "Write a negative result as <CUTOFF.")
        return kind, None
    return kind, value


def _unit_of(row: Mapping[str, str], at: _Place, units: Mapping[str, float]) -> float | None:
    text = row["unit"].replace("µ", "u").replace("μ", "u")
    for unit, times in units.items():
        if text.lower() == unit.lower():
            return times
    at.fault("unit", f"{row['unit']!r} is no unit of it.", f"Use: {', '.join(units)}.")
    return None


def _add_creatinine(
    known: dict[tuple[str, float], float], key: tuple[str, float], kind: str, level: float, at: _Place
) -> None:
    if key[0] != URINE:
        at.fault("matrix", "creatinine is read in urine alone.", "Leave it out.")
    elif kind != EXACT:
        at.fault("result", "creatinine must be a number.", "Give its level.")
    elif key in known:
        at.fault("analyte", "creatinine stands twice.", "Keep one, or tell their hours.")
    else:
        known[key] = level


def _check_creatinine(
    creatinine: Mapping[tuple[str, float], float],
    found: Sequence[tuple[int, str, float, str, str, float]],
    name: str,
    faults: list[Fault],
) -> None:
    there = {(matrix, hours) for _, matrix, hours, *_ in found}
    for _, hours in creatinine:
        if (URINE, hours) not in there and not faults:
            what = f"creatinine at hour {hours:g} belongs to no result of urine."
            faults.append(Fault(what, "Give the hours of its specimen.", name, None, "hours"))
