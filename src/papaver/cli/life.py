"""``papaver life``: the story of one person, and of people alike, from a person file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from papaver.cli.folders import made, write_all

if TYPE_CHECKING:
    from papaver.person.story import Story
    from papaver.scenario.person import Person


def life(
    file: Annotated[Path, typer.Argument(metavar="PERSON", help="Person file (YAML).")],
    people: Annotated[
        int | None, typer.Option(min=1, max=1000, help="People alike; as the file says if left out.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**63 - 1, help="Seed; the file's if left out.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for figure and tables (runs/<name>)."),
    ] = None,
    png: Annotated[bool, typer.Option("--png", help="Write the figure as PNG too, for slides.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the path of the figure alone.")] = False,
) -> None:
    """Tell the story of a person day by day and hour by hour, and of 200 people alike.

    Writes life.svg, days.csv and hours.csv. A model of a group of people: no forecast for anybody and no
    advice on doses.
    """
    from papaver.evidence.inputs import numbers
    from papaver.report import gallery
    from papaver.report.life import page
    from papaver.report.lifefigure import zoom_from
    from papaver.scenario.person import load_person

    person = load_person(file)
    given = {"people": people, "seed": seed}
    person = person.model_copy(update={name: value for name, value in given.items() if value is not None})
    folder = output or Path("runs") / person.name
    made(folder)
    story = _told(person)
    drawn = gallery.life(person, story)
    _write(folder, person, story, drawn.svg(), zoom_from(person, story))
    if png:
        _write_png(folder / "life.png", drawn)
    if quiet:
        typer.echo(str(folder / "life.svg"))
        return
    for line in page(person, story, numbers()):
        typer.echo(line)
    typer.echo(f"\nFigure and tables: {folder}")


def _told(person: Person) -> Story:
    from papaver.evidence import inputs
    from papaver.person.story import follow_middle
    from papaver.scenario.alike import alike_of

    central = inputs.central()
    return follow_middle(alike_of(person, central), person.people, central, seed=person.seed)


def _write(folder: Path, person: Person, story: Story, svg: str, first_hour_day: int) -> None:
    from papaver.report.life import days_csv, hours_csv
    from papaver.report.lifefigure import ZOOM_DAYS

    files = {
        "life.svg": svg + "\n",
        "days.csv": days_csv(story),
        "hours.csv": hours_csv(story, first_hour_day, ZOOM_DAYS),
    }
    write_all(folder, files)


def _write_png(path: Path, drawn: object) -> None:
    """The figure as PNG at 200 dots an inch."""
    from papaver.report.figures import Picture

    assert isinstance(drawn, Picture)
    draft = path.with_suffix(".part")
    drawn.figure().savefig(draft, dpi=200, format="png")
    draft.replace(path)
