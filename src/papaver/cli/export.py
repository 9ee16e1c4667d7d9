"""``papaver export``: a body under doses for other programs, as an SBML model or an event table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from papaver.body.people import People

MODEL, EVENTS = (".xml", ".sbml"), (".csv",)
DAILY = 0.5  # dependence beyond which a body is that of daily use, as in `papaver body`


def export(
    drug: Annotated[str, typer.Argument(metavar="DRUG", help="Drug, such as heroin.")],
    dose: Annotated[
        str,
        typer.Argument(
            metavar="DOSE", help="Amount with its unit (30mg), or a regimen in words ('30 mg iv q8h x 3')."
        ),
    ],
    route: Annotated[
        str | None, typer.Option(help="Route: iv, smoked, intranasal, im, sc, oral, ...")
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="WORDS", help="Another drug: 'diazepam 10 mg oral'. May be repeated."),
    ] = None,
    naloxone: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="Naloxone: '0.4 mg im at 20 min'. May be repeated."),
    ] = None,
    person: Annotated[
        int, typer.Option(min=0, max=10_000, help="Which virtual person; 0 is the typical one.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of the virtual people.")] = 1,
    dependence: Annotated[
        float, typer.Option(help="0 never used opioids to 1 full dependence; above 0.5: daily use.")
    ] = 0.0,
    weight: Annotated[float | None, typer.Option(help="Weight (kg).")] = None,
    age: Annotated[float | None, typer.Option(help="Age (years).")] = None,
    kidney: Annotated[float | None, typer.Option(help="Kidney function: GFR (mL/min).")] = None,
    liver: Annotated[float | None, typer.Option(help="Liver: 0 healthy to 1 severe cirrhosis.")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="FILE.xml: SBML model. FILE.csv: event table (NONMEM)."
        ),
    ] = None,
) -> None:
    """Write one body under doses for other programs: kinetics and the receptor, or the doses alone.

    A model in SBML (Level 3) is for simulators such as libroadrunner or COPASI, an event table for NONMEM
    and its kin. It is a model of bodies in studies, no advice on doses.
    """
    from papaver.body.event_table import to_events
    from papaver.body.sbml import to_sbml
    from papaver.cli.body import regimen_of

    path = _path(output or Path(f"body_{drug.strip().lower()}.xml"))
    regimen, warnings = regimen_of(drug, dose, route, beside or [], naloxone or [])
    if path.suffix.lower() in EVENTS:
        text = to_events({str(person): regimen})
    else:
        covariates = {"weight_kg": weight, "age_years": age, "gfr_ml_per_min": kidney, "liver": liver}
        told: dict[str, Any] = {name: value for name, value in covariates.items() if value is not None}
        if dependence > DAILY:
            told["daily_use"] = 1.0
        text = to_sbml(regimen, _person(person, seed, told), dependence=dependence)
    _write(path, text)
    for warning in warnings:
        typer.echo(f"Warning: {warning}")
    typer.echo(str(path))


def _person(number: int, seed: int, covariates: dict[str, Any]) -> People:
    from papaver.body.people import draw, typical

    if number == 0:
        return typical(**covariates)
    return draw(number, seed, **covariates).chosen([number - 1])


def _path(path: Path) -> Path:
    """The file to write. Raises ``InputError`` where it cannot be."""
    from papaver.errors import Fault, InputError

    name = repr(str(path))
    if path.suffix.lower() not in MODEL + EVENTS:
        what, remedy = f"{name} is neither a model nor a table.", "End its name in .xml or .csv."
    elif not path.parent.is_dir():
        what, remedy = f"{name} lies in no folder.", "Make its folder first."
    elif path.is_dir():
        what, remedy = f"{name} is a folder.", "Name a file."
    else:
        return path
    raise InputError(Fault(what, remedy, field="--output"))


def _write(path: Path, text: str) -> None:
    from papaver.errors import Fault, InputError
    from papaver.results.store import write_text

    try:
        write_text(path, text)
    except OSError as error:
        reason = f"{str(path)!r} cannot be written: {(error.strerror or str(error)).lower()}."
        raise InputError(Fault(reason, "Name another place.", field="--output")) from None
