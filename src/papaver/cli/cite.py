"""``papaver cite``: the publications that the numbers of a run rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def cite(
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.")],
    bibtex: Annotated[bool, typer.Option("--bibtex", help="Print BibTeX entries instead of lines.")] = False,
) -> None:
    """List the sources of every input that a finished run used, in order of first need."""
    from papaver.evidence import all_inputs, source, sources_of, to_bibtex
    from papaver.evidence import cite as one_line
    from papaver.results import Results

    used = {row["name"] for row in Results.open(run).inputs}
    keys = sources_of([one.name for one in all_inputs() if one.name in used])
    if bibtex:
        typer.echo(to_bibtex(keys))
        return
    for key in keys:
        typer.echo(one_line(source(key)))
