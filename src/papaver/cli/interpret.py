"""``papaver interpret``: what a laboratory's panel says of the source and of the time since the last use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from papaver.body.interpretation import Reading
    from papaver.body.panel import Panel
    from papaver.errors import Fault


def interpret(
    panel: Annotated[
        Path, typer.Argument(metavar="PANEL.csv", help="Columns matrix,analyte,result,unit and maybe hours.")
    ],
    prior: Annotated[
        list[str] | None,
        typer.Option(metavar="SOURCE=SHARE", help="Prior of a source, such as poppy=0.3; may be repeated."),
    ] = None,
    hours: Annotated[
        str | None, typer.Option(metavar="LOW:HIGH", help="Range of hours since the last use to consider.")
    ] = None,
    daily: Annotated[
        float | None, typer.Option(min=0.0, max=1.0, help="Prior share of daily use among those who used.")
    ] = None,
    size: Annotated[int, typer.Option(min=1, max=50, help="Simulate so many times as many people.")] = 1,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of the simulated people.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Folder for tables and figures; PANEL_reading here."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the path of the folder alone.")] = False,
) -> None:
    """For a laboratory: how far a panel speaks for each source, and how long ago the last use was.

    A result is a level, <10 for below a cutoff of 10, or >=300 for positive at a cutoff of 300.
    """
    from papaver.body.panel import read_panel
    from papaver.cli.folders import folder, write_all
    from papaver.csvtext import of_rows
    from papaver.report import gallery
    from papaver.report import reading as report

    read = read_panel(panel)
    span, shares = span_of(hours), priors_of(prior or [], read)
    place = folder(output or Path(f"{panel.stem}_reading"))
    readings = _readings(read, shares, span, daily, seed, size)
    files = {
        "sources.csv": of_rows([report.READING_COLUMNS, *report.reading_rows(readings)]),
        "times.csv": of_rows([report.DENSITY_COLUMNS, *report.density_rows(readings)]),
    }
    files |= {f"{r.family}.svg": gallery.reading(r).svg() + "\n" for r in readings}
    write_all(place, files)
    if quiet:
        typer.echo(str(place))
        return
    for reading in readings:
        typer.echo(f"{reading.family.upper()}\n")
        for line in report.reading_page(reading, assumptions(reading, span, daily)):
            typer.echo(line)
        typer.echo("")
    typer.echo(f"Tables and figures: {place}")


def _readings(
    panel: Panel,
    shares: dict[str, dict[str, float]],
    span: tuple[float, float] | None,
    daily: float | None,
    seed: int,
    size: int,
) -> list[Reading]:
    from papaver.body.interpretation import interpret as read

    return [
        read(panel, family, priors=shares.get(family), daily=daily, span=span, seed=seed, size=size)
        for family in panel.families
    ]


def _fault(field: str, what: str, remedy: str) -> Fault:
    from papaver.errors import Fault

    return Fault(what, remedy, field=field)


def span_of(text: str | None) -> tuple[float, float] | None:
    """The range of hours asked for. Raises ``InputError`` for anything but two rising numbers above 0."""
    from papaver.errors import InputError

    if text is None:
        return None
    try:
        low, high = (float(part.strip().removesuffix("h")) for part in text.split(":"))
    except ValueError:
        low, high = 0.0, 0.0
    if not 0.1 <= low < high <= 2160.0:
        remedy = "Write for example 0.5:336, from 0.1 to 2160."
        raise InputError(_fault("--hours", f"{text!r} is no range of hours.", remedy))
    return low, high


def priors_of(given: list[str], panel: Panel) -> dict[str, dict[str, float]]:
    """Priors by family and source. Raises ``InputError`` with every fault."""
    from papaver.body.interpretation import check_priors
    from papaver.body.library import NONE, sources
    from papaver.errors import InputError

    faults: list[Fault] = []
    found: dict[str, dict[str, float]] = {}
    if not panel.families:
        raise InputError(_fault("PANEL.csv", "holds no result.", "Give at least one."))
    for text in given:
        name, sign, share_text = text.partition("=")
        name = name.strip().lower()
        try:
            share = float(share_text)
        except ValueError:
            share = -1.0
        if not sign or not 0.0 <= share <= 1.0:
            faults.append(_fault("--prior", f"{text!r} is no prior.", "Write for example poppy=0.3."))
            continue
        families = [sources()[name].family] if name in sources() else list(panel.families)
        if name not in sources() and name != NONE:
            known = ", ".join([*sources(), NONE])
            faults.append(_fault("--prior", f"there is no source {name!r}.", f"Sources: {known}."))
            continue
        for family in families:
            found.setdefault(family, {})[name] = share
    if faults:
        raise InputError(faults)
    for family in panel.families:
        check_priors(family, found.get(family))
    return found


def assumptions(reading: Reading, span: tuple[float, float] | None, daily: float | None) -> list[str]:
    """What the reading takes for granted, line by line."""
    from papaver.body.library import NONE, sources
    from papaver.evidence.inputs import input_, numbers

    p = numbers()
    low, high = span or (p["panel_hours_lo"], p["panel_hours_hi"])
    often = p["panel_daily_share"] if daily is None else daily
    amounts = []
    for one in reading.sources:
        if one.name != NONE:
            dose = input_(f"panel_dose_{one.name}_mg")
            routes = "/".join(sources()[one.name].routes)
            amounts.append(f"{one.name} {dose.value:g} mg ({dose.lo:g} to {dose.hi:g}; {routes})")
    return [
        "priors of the sources as in the table; set them with --prior",
        f"time since the last use between {low:g} and {high:g} h, alike on a logarithmic scale (--hours)",
        f"daily use for weeks in {often:g}, a single use in the rest (--daily)",
        f"one amount, median and central 95 %, and routes: {'; '.join(amounts)}",
        f"error of a level {100 * p['lab_confirm_sd']:.0f} %, of a screen {100 * p['lab_screen_sd']:.0f} %, "
        f"of the model {100 * p['panel_model_sd']:.0f} %; false results: {100 * p['lab_false_positive']:g} %",
        "one source at a time: mixtures, other medicines and adulteration of the specimen are not considered",
    ]
