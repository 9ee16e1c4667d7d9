"""``papaver validate``: published findings against their simulated counterparts."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from papaver.cli.watching import watched

if TYPE_CHECKING:
    from papaver.atlas.running import Row

RUNS = Path("runs") / "validate"
COLOURS = {"inside": "green", "outside": "red", "not run": "dim"}


def validate(
    domain: Annotated[
        str,
        typer.Option(
            help="Domains by comma: kinetics, dynamics, withdrawal, natural_history, treatment, overdose."
        ),
    ] = "",
    only: Annotated[str, typer.Option(help="Findings by comma, instead of whole domains.")] = "",
    fast: Annotated[
        bool, typer.Option("--fast", help="Central values alone and smaller cohorts: under 3 minutes.")
    ] = False,
    draws: Annotated[
        int | None, typer.Option(min=1, help="Draws of the uncertain inputs for every finding (25).")
    ] = None,
    most_draws: Annotated[
        int | None,
        typer.Option(
            min=0, help="Draws at most for findings whose simulation error is too large (120; 0: no more)."
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for table and plots.")
    ] = RUNS,
    write_docs: Annotated[
        Path | None, typer.Option(metavar="DOCS", help="Also write the page, its table and plots under DOCS.")
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="With --write-docs: write the page anew from its stored table.")
    ] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; all processors if left out.")] = None,
    names: Annotated[
        bool, typer.Option("--list", help="List the findings with a counterpart and exit.")
    ] = False,
) -> None:
    """Simulate the counterparts of published findings and say which lie inside the published interval.

    Findings that set a number of the model are marked fit and are no test of it; check rows are. Misses
    do not change the exit code.
    """
    if names:
        _list()
    elif stored:
        _write_page(write_docs or Path("docs"))
    else:
        effort = _effort(fast, draws, most_draws)
        _validate(_parts(domain), _parts(only), effort, output, write_docs, threads)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _effort(fast: bool, draws: int | None, most: int | None) -> tuple[range, int, float]:
    """Numbers of the draws for all, draws at most, and size of cohorts."""
    from papaver.atlas.running import FAST_SIZE, FULL_DRAWS, FULL_SIZE, MOST_DRAWS
    from papaver.evidence.inputs import most_draws

    if fast:
        return range(1) if draws is None else range(1, draws + 1), most or 0, FAST_SIZE
    rows = most_draws() or MOST_DRAWS
    return range(1, (draws or FULL_DRAWS) + 1), min(rows, MOST_DRAWS if most is None else most), FULL_SIZE


def _list() -> None:
    from papaver.atlas.registry import counterparts
    from papaver.atlas.statuses import statuses

    for one in counterparts().values():
        typer.echo(f"{one.finding:32} {one.domain:16} {statuses()[one.finding].status:6} {one.about}")


def _validate(
    domains: Sequence[str],
    only: Sequence[str],
    effort: tuple[range, int, float],
    output: Path,
    docs: Path | None,
    threads: int | None,
) -> None:
    from papaver.atlas import emergent
    from papaver.atlas.running import chosen, run
    from papaver.atlas.stamp import stamp_now

    numbers, most, size = effort
    start = time.monotonic()
    with watched("counterparts (over draws)") as told:
        rows = run(chosen(domains, only), draws=numbers, size=size, threads=threads, told=told, most=most)
    own = None
    if not domains and not only and numbers.start:  # a full run
        with watched("own quantities (over draws)") as told:
            own = emergent.measure(numbers, size, threads=threads, told=told)
    seconds = time.monotonic() - start
    stamp = stamp_now(len(numbers), size, seconds, max(row.draws for row in rows))
    _write(output, rows, stamp, "validation.csv", "validation.json", "{}.svg")
    _show(rows)
    if own is not None:
        for folder in (output, *([docs / "data"] if docs else [])):
            _put(folder / Path(emergent.TABLE).name, emergent.to_csv(own).encode())
    if docs is not None:
        _write(docs / "data", rows, stamp, "validation.csv", "validation.json", "validation_{}.svg")
        _write_page(docs)
    typer.echo(f"Table and plots: {output}. Took {seconds:.0f} s.")


def _write(folder: Path, rows: Sequence[Row], stamp: Any, table: str, stamped: str, plot: str) -> None:
    from papaver.atlas.forest import forest
    from papaver.atlas.page import title
    from papaver.atlas.running import to_csv
    from papaver.atlas.stamp import to_json

    _put(folder / table, to_csv(rows).encode())
    _put(folder / stamped, to_json(stamp).encode())
    for room in dict.fromkeys(row.domain for row in rows):
        _put(folder / plot.format(room), forest([row for row in rows if row.domain == room], title(room)))


def _write_page(docs: Path) -> None:
    from papaver.atlas.page import PAGE, build

    _put(docs / PAGE, build(docs).encode())
    typer.echo(f"Page: {docs / PAGE}")


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    from papaver.errors import Fault, InputError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        what = f"cannot be written: {(error.strerror or str(error)).lower()}."
        raise InputError(Fault(what, "Choose another folder with --output.", file=str(path))) from None


def _show(rows: Sequence[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    from papaver.atlas.page import judged, kind
    from papaver.atlas.running import passed

    console = Console()
    table = Table(
        "finding", "published", "judged by", "simulated", "verdict", "for", box=None, pad_edge=False
    )
    for row in rows:
        value = f"{row.simulated:.3g} ({row.simulated_lo:.3g} to {row.simulated_hi:.3g})"
        style = COLOURS[row.verdict]
        verdict = f"[{style}]{row.verdict}[/{style}]"
        table.add_row(row.finding, f"{row.published:g} {row.unit}", judged(row), value, verdict, row.status)
    console.print(table)
    for status in ("check", "fit", "model"):
        got = passed(row for row in rows if kind(row) == status)
        if status == "model" and not (got.judged or got.not_run):
            continue
        by_source = "" if got.by_source is None else f", by source {100 * got.by_source:.0f} %"
        told = f"{status}: {got.inside} of {got.judged} inside{by_source}; {got.not_run} not run"
        console.print(told, highlight=False)
