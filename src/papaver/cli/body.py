"""``papaver body``: what a dose does in one body over hours."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from papaver.body.course import Course
    from papaver.body.regimen import Regimen

DRAWN = 100
_AMOUNT = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(mg|mcg|ug|µg|g|ng)", re.IGNORECASE)


def body(
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
    hours: Annotated[float, typer.Option(help="Hours to look at, up to 72.")] = 24.0,
    beside: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="WORDS", help="Another drug: 'diazepam 10 mg oral'. May be repeated."),
    ] = None,
    naloxone: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="Naloxone: '0.4 mg im at 20 min'. May be repeated."),
    ] = None,
    people: Annotated[int, typer.Option(help="Virtual people who differ (1: one typical person).")] = DRAWN,
    tolerance: Annotated[
        float, typer.Option(help="How used to opioids: 1 never used, 4.3 used daily for long.")
    ] = 1.0,
    weight: Annotated[float | None, typer.Option(help="Weight (kg).")] = None,
    age: Annotated[float | None, typer.Option(help="Age (years).")] = None,
    kidney: Annotated[float | None, typer.Option(help="Kidney function: GFR (mL/min).")] = None,
    liver: Annotated[float | None, typer.Option(help="Liver: 0 healthy to 1 severe cirrhosis.")] = None,
    illness: Annotated[
        list[str] | None, typer.Option(help="lung_disease or sleep_apnoea. May be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Number that fixes who the virtual people are.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for figure and table (body_<drug>)."),
    ] = None,
) -> None:
    """Follow doses through one body: levels, receptors, breathing, and what is felt.

    Prints a table and sentences; writes body.svg (with bands over virtual people) and body.csv. It is a
    model of bodies in studies, no advice on doses.
    """
    from papaver.cli.folders import folder, write_all
    from papaver.report.body import page

    regimen, warnings = regimen_of(drug, dose, route, beside or [], naloxone or [])
    where = folder(output or Path(f"body_{drug.strip().lower()}"))
    found = _follow(
        regimen, hours, people, seed, tolerance, illness or [],
        {"weight_kg": weight, "age_years": age, "gfr_ml_per_min": kidney, "liver": liver},
    )  # fmt: skip
    write_all(where, _files(found))
    for line in page(found, warnings):
        typer.echo(line)
    typer.echo(f"\nFigure and table: {where}")


def regimen_of(
    drug: str, dose: str, route: str | None, beside: list[str], naloxone: list[str]
) -> tuple[Regimen, list[str]]:
    """All doses that were asked for, and warnings about doses above any on record."""
    from papaver.body.dosing_words import words
    from papaver.body.drugs import drug as drug_of
    from papaver.errors import Fault, InputError

    name = drug_of(drug.strip().lower()).name
    text = dose if not _AMOUNT.fullmatch(dose.strip()) else f"{dose.strip()} {route or ''}"
    regimens, faults = [], []
    for what, said, usual in (
        ("DOSE", text, (name, route)),
        *(("--with", said, (None, None)) for said in beside),
        *(("--naloxone", said, ("naloxone", None)) for said in naloxone),
    ):
        try:
            regimens.append(words(said, drug=usual[0], route=usual[1]))
        except InputError as error:
            faults += [Fault(fault.what, fault.remedy, field=what) for fault in error.faults]
    if faults:
        raise InputError(faults)
    whole = sum(regimens[1:], regimens[0])
    return whole, list(_too_large(whole))


def _too_large(regimen: Regimen) -> list[str]:
    """Doses above any in our records: milligrams written for micrograms are the usual reason.

    Where a way of taking a drug has no record, the largest of its other ways is taken.
    """
    from papaver.body.drugs import drug as drug_of

    told: dict[str, None] = {}
    for dose in regimen.doses:
        records = drug_of(dose.drug).largest_mg
        most = records.get(dose.route, max(records.values(), default=None))
        if most is not None and dose.mg > most:
            way = dose.route if dose.route in records else "by any route"
            told[
                f"{dose.mg:g} mg of {dose.drug} {dose.route} is above the largest single dose {way} in our "
                f"records ({most:g} mg). Is the unit right?"
            ] = None
    return list(told)


def _follow(
    regimen: Regimen,
    hours: float,
    people: int,
    seed: int,
    tolerance: float,
    illness: list[str],
    covariates: dict[str, float | None],
) -> Course:
    from papaver.body.course import course

    given: dict[str, Any] = {name: value for name, value in covariates.items() if value is not None}
    return course(regimen, hours, people=people, seed=seed, tolerance=tolerance, conditions=illness, **given)


def _files(found: Course) -> dict[str, str]:
    from papaver.report import gallery

    return {
        "body.svg": gallery.body(found).svg() + "\n",
        "body.csv": found.to_polars().write_csv(float_precision=6),
    }
