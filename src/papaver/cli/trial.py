"""``papaver trial``: simulate a trial from its protocol."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from papaver.cli.folders import made, write_all
from papaver.cli.watching import watched

if TYPE_CHECKING:
    from papaver.atlas.trial import TrialResults
    from papaver.scenario.trial import Trial


def trial(
    protocol: Annotated[Path, typer.Argument(metavar="PROTOCOL", help="Protocol file (YAML).")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for tables and figure (runs/<name>)."),
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; all processors if left out.")] = None,
) -> None:
    """Simulate a virtual trial: arms, people, windows and outcomes as a protocol file gives them.

    Every draw of the uncertain inputs is one trial of the size given. Writes arms.csv, comparisons.csv,
    trial.svg and the protocol.
    """
    from papaver.atlas.trial import run_trial
    from papaver.report.trial import lines
    from papaver.scenario.trial import load_trial

    wanted = load_trial(protocol)
    folder = output or Path("runs") / wanted.name
    made(folder)
    started = time.monotonic()
    with watched("arms (over trials)") as told:
        results = run_trial(wanted, threads=threads, told=told)
    _write(folder, protocol, wanted, results)
    for line in lines(wanted, results):
        typer.echo(line)
    typer.echo(f"\nTables and figure: {folder}. Took {time.monotonic() - started:.0f} s.")


def _write(folder: Path, protocol: Path, wanted: Trial, results: TrialResults) -> None:
    from papaver.atlas.trial import ArmResult, Comparison
    from papaver.csvtext import of_records
    from papaver.report import gallery

    files = {
        "arms.csv": of_records(ArmResult, results.arms),
        "comparisons.csv": of_records(Comparison, results.comparisons),
        "trial.svg": gallery.trial(wanted, results).svg() + "\n",
        "protocol.yaml": protocol.read_text(encoding="utf-8-sig"),
    }
    write_all(folder, files)
