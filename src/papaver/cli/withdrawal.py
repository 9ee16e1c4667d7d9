"""``papaver withdrawal``: what follows when a steady regimen ends, for people who are alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from papaver.errors import Fault
    from papaver.person.regimen import Regimen

# Largest amounts a day (mg) that are taken for meant; beyond lies a slip of the pen.
LARGEST_MG = {"heroin": 5000.0, "methadone": 500.0, "buprenorphine": 64.0}
USUAL_TIMES = {"heroin": 4, "methadone": 1, "buprenorphine": 1}
TARGET_MG = {"methadone": 80.0, "buprenorphine": 16.0}
# Full days without before the first dose of buprenorphine, which would bring withdrawal on if given early.
WAIT_DAYS = {"heroin": 1, "methadone": 3}
SHORTEST_MONTHS, LONGEST_MONTHS, LONGEST_TAPER = 0.03, 60.0, 60  # a day at least
STOPS = "abrupt, taper:14d, methadone, methadone:80mg, buprenorphine or buprenorphine:16mg"
DAYS_PER_MONTH = 365.25 / 12

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(mg|g)(?:\s*(?:/|per|a)\s*d(?:ay)?)?", re.IGNORECASE)
_TAPER = re.compile(r"taper:(\d{1,4})\s*d(?:ays?)?", re.IGNORECASE)
_MEDICINE = re.compile(r"(methadone|buprenorphine)(?::(\d+(?:\.\d+)?)\s*mg)?", re.IGNORECASE)
_PURITY = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(%?)")


def withdrawal(
    drug: Annotated[str, typer.Argument(metavar="DRUG", help="heroin, methadone or buprenorphine.")],
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="Pure drug a day, such as 100mg/day; grams need --purity.")
    ],
    months: Annotated[float, typer.Option(help="Months of daily use.")] = 4.0,
    stop: Annotated[str, typer.Option(metavar="HOW", help=f"How it ends: {STOPS}.")] = "abrupt",
    times_a_day: Annotated[
        int | None, typer.Option(min=1, max=8, help="Doses a day; 4 of heroin, 1 of the others if left out.")
    ] = None,
    purity: Annotated[
        str | None, typer.Option(help="Share of street heroin that is heroin, such as 0.3 or 30%.")
    ] = None,
    alcohol: Annotated[
        bool, typer.Option("--alcohol", help="Heavy drinking stops at the same time: when its dangers come.")
    ] = False,
    benzodiazepine: Annotated[
        float | None,
        typer.Option(
            metavar="HOURS",
            min=1,
            max=300,
            help="A benzodiazepine with this half-life stops at the same time: when its dangers come.",
        ),
    ] = None,
    pregnant: Annotated[
        bool, typer.Option("--pregnant", help="The people are pregnant: what is published on that.")
    ] = False,
    people: Annotated[int, typer.Option(min=20, max=2000, help="People who are followed.")] = 200,
    days: Annotated[int, typer.Option(min=3, max=60, help="Days shown after the last full dose.")] = 21,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of who these people are.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE.svg", help="The figure; withdrawal_DRUG_HOW.svg here if left out."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the path of the figure alone.")] = False,
) -> None:
    """Show withdrawal after months of steady use: when it comes, how hard it is, which symptoms on which day.

    A model of a group of people: no forecast for anybody and no advice on doses.
    """
    from papaver.report import gallery
    from papaver.report.withdrawal import danger_sentences
    from papaver.report.withdrawalpage import page

    regimen = regimen_of(drug, amount, months, stop, times_a_day, purity)
    path = _figure_path(output, regimen)
    after, unknown, medicine_hour = _follow(regimen, people, days, seed)
    _write(path, gallery.after_stopping(regimen, months, after, unknown).svg())
    if quiet:
        typer.echo(str(path))
        return
    dangers = danger_sentences(alcohol, benzodiazepine or 0.0, pregnant=pregnant)
    for line in page(regimen, months, after, unknown, medicine_hour, dangers):
        typer.echo(line)
    typer.echo(f"\nFigure: {path}")


def _follow(regimen: Regimen, people: int, days: int, seed: int) -> Any:
    """People at the central inputs, half as many with inputs of their own; the hour a medicine begins."""
    from papaver.evidence import inputs
    from papaver.person.regimen import body_of, follow_people

    central = inputs.central()
    alike = [(body_of(number, central, seed), central) for number in range(people)]
    draws = min(people // 2, inputs.most_draws() or people)
    drawn = [(number, inputs.draw(seed, number + 1)) for number in range(draws)]
    unsure = [(body_of(number, p, seed), p) for number, p in drawn]
    after, unknown = (follow_people(regimen, bodies, days) for bodies in (alike, unsure))
    return after, unknown, regimen.medicine_hour(central)


# ------------------------------------------------------------------------------------------------ reading


def regimen_of(
    drug: str, amount: str, months: float, stop: str, times_a_day: int | None, purity: str | None
) -> Regimen:
    """The regimen that was asked for. Raises ``InputError`` with every fault found."""
    from papaver.errors import InputError
    from papaver.person.regimen import Regimen

    faults: list[Fault] = []
    name = _drug(drug, faults)
    mg = _mg_per_day(name, amount, purity, faults)
    ending = _ending(name, stop, faults)
    if not SHORTEST_MONTHS <= months <= LONGEST_MONTHS:
        remedy = f"Give {SHORTEST_MONTHS:g} (a day) to {LONGEST_MONTHS:g}."
        faults.append(_fault("--months", f"{months:g} months is impossible.", remedy))
    if faults:
        raise InputError(faults)
    times = times_a_day or USUAL_TIMES[name]
    return Regimen(name, mg, max(1, round(months * DAYS_PER_MONTH)), times, **ending)


def _fault(field: str, what: str, remedy: str) -> Fault:
    from papaver.errors import Fault

    return Fault(what, remedy, field=field)


def _drug(text: str, faults: list[Fault]) -> str:
    from papaver.evidence.tables import did_you_mean

    name = text.strip().lower()
    if name not in LARGEST_MG:
        near = did_you_mean(name, list(LARGEST_MG))
        remedy = f"{near} Use one of: {', '.join(LARGEST_MG)}.".strip()
        faults.append(_fault("DRUG", f"there is no {text!r} here.", remedy))
    return name


def _mg_per_day(drug: str, text: str, purity: str | None, faults: list[Fault]) -> float:
    share = _purity(drug, purity, faults)
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        faults.append(_fault("AMOUNT", f"{text!r} is no amount a day.", "Write for example 100mg/day."))
        return 0.0
    grams = found[2].lower() == "g"
    mg = float(found[1]) * (1000 if grams else 1)
    if grams and purity is None:
        remedy = "Give mg of pure drug, such as 100mg/day"
        remedy += ", or say how pure it is, such as --purity 30%." if drug == "heroin" else "."
        faults.append(_fault("AMOUNT", f"{text!r} does not tell how much of it is {drug}.", remedy))
    elif purity is not None and not grams:
        remedy = "Leave out --purity, or give street grams."
        faults.append(_fault("--purity", "mg are mg of pure drug already.", remedy))
    mg *= share
    largest = LARGEST_MG.get(drug, max(LARGEST_MG.values()))
    if not 0 < mg <= largest:
        remedy = f"Give more than 0, at most {largest:g} mg."
        faults.append(_fault("AMOUNT", f"{mg:g} mg a day is out of bounds.", remedy))
    return mg


def _purity(drug: str, text: str | None, faults: list[Fault]) -> float:
    if text is None:
        return 1.0
    if drug != "heroin":
        faults.append(_fault("--purity", "is for street heroin.", "Leave it out."))
        return 1.0
    found = _PURITY.fullmatch(text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else 0.0
    if not 0 < share <= 1:
        faults.append(_fault("--purity", f"{text!r} is no share.", "Give a share such as 0.3, or 30%."))
        return 1.0
    return share


def _ending(drug: str, text: str, faults: list[Fault]) -> dict[str, Any]:
    """The fields of the regimen that say how it ends."""
    asked = text.strip().lower()
    taper, medicine = _TAPER.fullmatch(asked), _MEDICINE.fullmatch(asked)
    if taper and 1 <= int(taper[1]) <= LONGEST_TAPER:
        return {"stop": "taper", "taper_days": int(taper[1])}
    if taper:
        faults.append(
            _fault(
                "--stop",
                f"a taper of {int(taper[1])} days is out of bounds.",
                f"Give 1 to {LONGEST_TAPER} days.",
            )
        )
    elif medicine:
        return _medicine(drug, medicine, faults)
    elif asked != "abrupt":
        faults.append(_fault("--stop", f"{text!r} is no way to stop here.", f"Use {STOPS}."))
    return {"stop": "abrupt"}


def _medicine(drug: str, found: re.Match[str], faults: list[Fault]) -> dict[str, Any]:
    name = found[1]
    mg = float(found[2]) if found[2] else TARGET_MG[name]
    if name == drug:
        faults.append(_fault("--stop", f"{drug} cannot be changed to {name}.", "Use taper:14d or abrupt."))
    if not 0 < mg <= LARGEST_MG[name]:
        remedy = f"Give more than 0, at most {LARGEST_MG[name]:g} mg."
        faults.append(_fault("--stop", f"{mg:g} mg of {name} a day is out of bounds.", remedy))
    wait = WAIT_DAYS.get(drug, 0) if name == "buprenorphine" else 0
    return {"stop": name, "medicine_mg": mg, "wait_days": wait}


# ------------------------------------------------------------------------------------------------- writing


def _figure_path(output: Path | None, regimen: Regimen) -> Path:
    from papaver.errors import InputError

    path = output or Path(f"withdrawal_{regimen.drug}_{regimen.stop}.svg")
    name = str(path)
    if path.suffix.lower() != ".svg":
        raise InputError(_fault("--output", f"{name!r} is no SVG file.", "End its name in .svg."))
    if not path.parent.is_dir():
        raise InputError(_fault("--output", f"{name!r} lies in no folder.", "Make its folder first."))
    if path.is_dir():
        raise InputError(_fault("--output", f"{name!r} is a folder.", "Name a file."))
    return path


def _write(path: Path, svg: str) -> None:
    from papaver.errors import InputError
    from papaver.results.store import write_text

    try:
        write_text(path, svg + "\n")
    except OSError as error:
        reason = f"{str(path)!r} cannot be written: {(error.strerror or str(error)).lower()}."
        raise InputError(_fault("--output", reason, "Name another place.")) from None
