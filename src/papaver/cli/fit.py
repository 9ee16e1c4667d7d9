"""``papaver fit``: fit a stage of the core to its findings and write the joint posterior."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class StageName(StrEnum):
    """Stages in the order in which they are fitted."""

    adaptation = "adaptation"
    behaviour = "behaviour"
    care = "care"
    overdose = "overdose"


def fit(
    stage: Annotated[StageName, typer.Argument(help="Which stage to fit.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the posterior and the table of misses.")
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
    quiet: Annotated[bool, typer.Option("--quiet", help="Print the result only.")] = False,
) -> None:
    """Fit one stage of the core: mode by CMA-ES, joint posterior around it, misses of every target."""
    import importlib

    from papaver.inference.report import run_stage

    module = importlib.import_module(f"papaver.inference.{stage.value}")
    tell = None if quiet else typer.echo
    for line in run_stage(
        module.stage(), output, evaluations=evaluations, rows=rows, seed=seed, spread=spread, tell=tell
    ):
        typer.echo(line)
