"""``papaver detect``: how long a dose or daily use is found, by specimen, analyte and guideline."""

from __future__ import annotations

import datetime
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from papaver.body.cutoffs import Cutoff
    from papaver.body.detection import Detection
    from papaver.body.regimen import Regimen
    from papaver.errors import Fault

MATRICES = ("urine", "blood", "oral_fluid", "hair")
USUAL_DAYS, LONGEST_DAYS, MOST_DOSES = 30, 365, 3000
MG = {"mg": 1.0, "g": 1000.0, "mcg": 0.001, "ug": 0.001, "µg": 0.001}

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(mg|g|mcg|ug|µg)", re.IGNORECASE)
_EVERY = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(h|d)", re.IGNORECASE)


def detect(
    drug: Annotated[str, typer.Argument(metavar="DRUG", help="Such as heroin, codeine or methadone.")],
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="One dose of pure drug, such as 30mg.")],
    route: Annotated[str, typer.Option(help="How it is taken: iv, smoked, intranasal, oral ...")] = "",
    every: Annotated[str | None, typer.Option(metavar="8h", help="Time between doses of daily use.")] = None,
    days: Annotated[float | None, typer.Option(help="Days of daily use.")] = None,
    matrix: Annotated[
        str, typer.Option(metavar="LIST", help=f"Specimens, parted by commas: {', '.join(MATRICES)}.")
    ] = ",".join(MATRICES),
    guideline: Annotated[
        str | None, typer.Option(metavar="LIST", help="Guidelines, parted by commas; all if left out.")
    ] = None,
    date: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Cutoffs in force on a day; the latest if left out."),
    ] = None,
    people: Annotated[int, typer.Option(min=20, max=5000, help="People who are followed.")] = 200,
    draws: Annotated[int, typer.Option(min=0, max=100, help="Draws of what is not known.")] = 20,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of who these people are.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for tables and figure; detect_DRUG here."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the path of the folder alone.")] = False,
) -> None:
    """Show how long a drug is found in urine, blood, oral fluid and hair, after one dose and after daily use.

    For laboratories, clinics and research: a model of groups of people, no advice to anybody who is tested.
    """
    from papaver.body.detection import detect as follow_and_test
    from papaver.cli.folders import folder, write_all
    from papaver.csvtext import of_rows
    from papaver.report import gallery
    from papaver.report import toxicology as report

    patterns = regimens_of(drug, amount, route, every, days)
    cutoffs = cutoffs_of(matrix, guideline, date)
    place = folder(output or Path(f"detect_{drug.strip().lower()}"))
    found: dict[str, Detection] = {}
    for words, regimen in patterns.items():
        found[words] = follow_and_test(regimen, cutoffs, people=people, draws=draws, seed=seed)
    shown = found[list(found)[-1]] if every or days else found[next(iter(found))]
    if not shown.windows:
        _nothing(drug, cutoffs)
    files = {
        "windows.csv": of_rows([report.WINDOW_COLUMNS, *report.window_rows(found)]),
        "chances.csv": of_rows([report.CURVE_COLUMNS, *report.curve_rows(found)]),
        "detection.svg": gallery.detection(shown).svg() + "\n",
    }
    write_all(place, files)
    if quiet:
        typer.echo(str(place))
        return
    for line in warnings_of(patterns):
        typer.echo(line)
    for line in report.detection_page(found):
        typer.echo(line)
    typer.echo(f"\nTables and figure: {place}")


def _nothing(drug: str, cutoffs: tuple[Cutoff, ...]) -> None:
    from papaver.errors import Fault, InputError

    names = ", ".join(sorted({one.guideline for one in cutoffs}))
    what = f"these guidelines ({names}) look for nothing that {drug} gives rise to there."
    raise InputError(Fault(what, "Name another guideline or matrix.", field="--guideline"))


# ------------------------------------------------------------------------------------------------ reading


def regimens_of(
    drug: str, amount: str, route: str, every: str | None, days: float | None
) -> dict[str, Regimen]:
    """The single dose and the daily use, by their words. Raises ``InputError`` with every fault found."""
    from papaver.body.drugs import drug as drug_of
    from papaver.body.drugs import entry_of
    from papaver.body.library import sources
    from papaver.body.regimen import Dose, Regimen
    from papaver.errors import InputError

    faults: list[Fault] = []
    name = drug.strip().lower()
    try:
        one = drug_of(name)
        way = route.strip().lower() or (one.routes[0] if one.routes else "")
        entry_of(name, way)
    except InputError as error:
        faults += error.faults
    mg = _mg(amount, faults)
    often = [s.times_a_day for s in sources().values() if s.drug == name]
    gap = _hours(every, faults) if every is not None else 24.0 / (often[0] if often else 1)
    span = float(USUAL_DAYS) if days is None else days
    if not 0.0 < span <= LONGEST_DAYS:
        faults.append(_fault("--days", f"{span:g} days are out of bounds.", f"Give up to {LONGEST_DAYS}."))
    elif gap > 0.0 and span * 24.0 / gap > MOST_DOSES:
        faults.append(_fault("--every", "these are too many doses.", "Give fewer days or longer gaps."))
    if faults:
        raise InputError(faults)
    count = max(2, round(span * 24.0 / gap))
    daily = Regimen(tuple(Dose(name, k * gap, mg, way) for k in range(count)))
    return {"once": Regimen((Dose(name, 0.0, mg, way),)), f"every {gap:g} h for {span:g} days": daily}


def _fault(field: str, what: str, remedy: str) -> Fault:
    from papaver.errors import Fault

    return Fault(what, remedy, field=field)


def _mg(text: str, faults: list[Fault]) -> float:
    found = _AMOUNT.fullmatch(text.strip())
    mg = float(found[1]) * MG[found[2].lower()] if found else math.nan
    if not 0.0 < mg < math.inf:
        faults.append(_fault("AMOUNT", f"{text!r} is no dose.", "Write for example 30mg or 100mcg."))
    return mg


def _hours(text: str, faults: list[Fault]) -> float:
    found = _EVERY.fullmatch(text.strip())
    hours = float(found[1]) * (24.0 if found[2].lower() == "d" else 1.0) if found else 0.0
    if not 0.0 < hours <= 24.0 * 7:
        faults.append(_fault("--every", f"{text!r} is no time between doses.", "Write for example 8h."))
    return hours


def cutoffs_of(matrix: str, guideline: str | None, date: str | None) -> tuple[Cutoff, ...]:
    """The cutoffs asked for. Raises ``InputError`` for an unknown matrix, guideline or day."""
    from papaver.body.cutoffs import chosen
    from papaver.errors import InputError
    from papaver.evidence.tables import did_you_mean

    faults: list[Fault] = []
    wanted = [name.strip().lower().replace(" ", "_") for name in matrix.split(",") if name.strip()]
    for name in wanted:
        if name not in MATRICES:
            near = did_you_mean(name, MATRICES) or f"Use: {', '.join(MATRICES)}."
            faults.append(_fault("--matrix", f"there is no specimen {name!r} here.", near))
    day = None
    if date is not None:
        try:
            day = datetime.date.fromisoformat(date.strip())
        except ValueError:
            faults.append(_fault("--date", f"{date!r} is no date.", "Write for example 2020-01-31."))
    if not wanted:
        faults.append(_fault("--matrix", "names no specimen.", f"Use: {', '.join(MATRICES)}."))
    if faults:
        raise InputError(faults)
    names = [name.strip() for name in (guideline or "").split(",") if name.strip()]
    return chosen(wanted, names, day)


def warnings_of(patterns: dict[str, Regimen]) -> list[str]:
    """A line where a dose is beyond the largest on record: a slip of the pen, such as mg for mcg."""
    from papaver.body.drugs import drug

    dose = next(iter(patterns.values())).doses[0]
    largest = drug(dose.drug).largest_mg.get(dose.route)
    if largest is None or dose.mg <= largest:
        return []
    return [
        f"Warning: {dose.mg:g} mg is beyond the largest dose on record, {largest:g} mg. Check the unit.\n"
    ]
