"""``papaver sensitivity``: which inputs move which findings."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from papaver.cli.extras import needs_extra
from papaver.cli.watching import watched


def sensitivity(
    domain: Annotated[str, typer.Option(help="Domains of findings by comma; all if left out.")] = "",
    trajectories: Annotated[
        int, typer.Option(min=2, max=100, help="Morris trajectories; one run per group each.")
    ] = 6,
    size: Annotated[float, typer.Option(min=0.02, max=2.0, help="Size of cohorts relative to full.")] = 0.15,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for table, figures and runs.")
    ] = Path("runs/sensitivity"),
    write_docs: Annotated[
        Path | None, typer.Option(metavar="DOCS", help="Also write page, table and figures under DOCS.")
    ] = None,
) -> None:
    """Morris screening of groups of inputs on every counterpart; heat maps by domain.

    Every run is kept in the folder; the same command goes on after an interruption.
    """
    needs_extra("fit", "SALib")
    from papaver.atlas.page import MODEL_ROWS, title
    from papaver.atlas.running import chosen
    from papaver.inference import sensitivity as screening
    from papaver.inference.report import make_folder, write
    from papaver.inference.sensitivitypage import PAGE, TABLE, build, heat_map

    domains = [part.strip() for part in domain.split(",") if part.strip()]
    asked = [one for one in chosen(domains) if not one.finding.startswith(MODEL_ROWS)]
    make_folder(output)
    start = time.monotonic()
    with watched("runs") as told:
        rows = screening.sensitivity(asked, output, trajectories=trajectories, size=size, told=told)
    folders = [output] if write_docs is None else [output, write_docs / "data"]
    for folder in folders:
        make_folder(folder)
        write(folder / Path(TABLE).name, screening.to_csv(rows))
        for room in dict.fromkeys(row.domain for row in rows):
            of_room = [row for row in rows if row.domain == room]
            write(folder / f"sensitivity_{room}.svg", heat_map(of_room, title(room)))
    if write_docs is not None:
        write(write_docs / PAGE, build(write_docs))
    typer.echo(f"{len(rows)} effects: {output}. Took {time.monotonic() - start:.0f} s.")
