"""``papaver fit``: fit a stage of the core to its findings and write the joint posterior."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from papaver.cli.extras import needs_extra

if TYPE_CHECKING:
    from papaver.inference.posterior import Stage


class StageName(StrEnum):
    """Stages in the order in which they are fitted."""

    adaptation = "adaptation"
    behaviour = "behaviour"
    liability = "liability"
    care = "care"
    overdose = "overdose"


def fit(
    stage: Annotated[StageName, typer.Argument(help="Which stage to fit.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for posterior, misses, figure and every model run.")
    ] = Path("runs/fit"),
    evaluations: Annotated[int, typer.Option(min=10, help="Model runs in the search for the mode.")] = 1000,
    rows: Annotated[int, typer.Option(min=1, max=10_000, help="Rows of the posterior.")] = 120,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search and the sampling.")] = 1,
    spread: Annotated[
        float,
        typer.Option(
            min=0.001, max=0.5, help="First step of the search around the shipped values, in prior ranges."
        ),
    ] = 0.05,
    chain: Annotated[
        bool, typer.Option("--chain", help="Sample by emcee's ensemble instead: many more runs.")
    ] = False,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="Fit findings simulated at known values instead, and say whether these are found."
        ),
    ] = False,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Many such fits on an emulator: how often intervals hold the truth."),
    ] = False,
    replicates: Annotated[int, typer.Option(min=2, help="Fits of --coverage.")] = 60,
    write_docs: Annotated[
        Path | None, typer.Option(metavar="DOCS", help="Also store table and figure for the page under DOCS.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the result only.")] = False,
) -> None:
    """Fit one stage of the core: mode by CMA-ES, joint posterior around it, misses of every target.

    Every run of the model is kept in the folder; the same command goes on after an interruption.
    """
    import importlib

    needs_extra("fit", "cmaes", "emcee")
    made: Stage = importlib.import_module(f"papaver.inference.{stage.value}").stage()
    tell = None if quiet else typer.echo
    if quick:
        _quick(made, output, seed, tell)
    elif coverage:
        _coverage(made, output, replicates, seed, write_docs, tell)
    else:
        from papaver.inference.report import Effort, run_stage

        for line in run_stage(made, output, Effort(evaluations, rows, seed, spread, chain), tell=tell):
            typer.echo(line)
        _store(write_docs, output, f"fit_{stage.value}.json", f"fit_{stage.value}.svg")


def _quick(stage: Stage, output: Path, seed: int, tell: Callable[[str], None] | None) -> None:
    from papaver.inference.recovery import recover, told

    found = recover(stage, output / "quick", seed=seed, tell=tell)
    for line in told(found):
        typer.echo(line)
    lost = [one.name for one in found if not one.found]
    typer.echo(f"{len(found) - len(lost)} of {len(found)} values found within three standard deviations")
    raise typer.Exit(1 if lost else 0)


def _coverage(
    stage: Stage,
    output: Path,
    replicates: int,
    seed: int,
    docs: Path | None,
    tell: Callable[[str], None] | None,
) -> None:
    from papaver.inference.coverage import coverage, figure, to_csv, told
    from papaver.inference.report import write

    rows, emulator = coverage(stage, output / "coverage", replicates=replicates, seed=seed, tell=tell)
    write(output / f"coverage_{stage.name}.csv", to_csv(rows))
    write(output / f"coverage_{stage.name}.svg", figure(rows))
    for line in told(rows, emulator):
        typer.echo(line)
    _store(docs, output, f"coverage_{stage.name}.csv", f"coverage_{stage.name}.svg")


def _store(docs: Path | None, output: Path, *names: str) -> None:
    """Copy results beside the page and write it anew."""
    if docs is None:
        return
    from papaver.inference.page import PAGE, build
    from papaver.inference.report import make_folder, write

    make_folder(docs / "data")
    for name in names:
        write(docs / "data" / name, (output / name).read_bytes())
    write(docs / PAGE, build(docs))
    typer.echo(f"Page: {docs / PAGE}")
