"""``papaver run``: a scenario in, a folder with tables, summary and report out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from papaver.scenario import Scenario
    from papaver.study import Outcome, Progress

RUNS = Path("runs")
COMPILE_SECONDS = 40
INTERRUPTED = 130
STEP = 0.1
HEADLINE = (("share_ever_dependent", "ever dependent"), ("share_dead_overdose", "dead by overdose"))


def run(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for the results; runs/NAME if left out."),
    ] = None,
    people: Annotated[
        int | None, typer.Option(help="People under each plan and draw, in place of the scenario's number.")
    ] = None,
    draws: Annotated[
        int | None, typer.Option(help="Draws of the uncertain inputs, in place of the scenario's number.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed, in place of the scenario's.")] = None,
    threads: Annotated[
        int | None, typer.Option(help="Threads; all processors if left out. Results do not depend on it.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Worker processes in place of threads (needs papaver[dask]).")
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers to use, e.g. tcp://host:8786."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Complete a run that was interrupted.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the run in the folder; other files stay.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Show no progress; print the path of the report alone.")
    ] = False,
) -> None:
    """Run a scenario: every plan, for the same people, under many draws of the uncertain inputs.

    Writes tables, a summary and a report. A finished run is not repeated. Ctrl-C keeps what is done, and
    --resume completes it to the same results.
    """
    overrides = {"people": people, "draws": draws, "seed": seed}
    options: dict[str, Any] = {**overrides, "threads": threads, "workers": workers, "dask": dask}
    options |= {"resume": resume, "overwrite": overwrite}
    try:
        _run(scenario, output, options, quiet)
    except KeyboardInterrupt as stop:
        typer.echo(_interrupted(stop), err=True)
        raise typer.Exit(INTERRUPTED) from None


def _run(path: Path, output: Path | None, options: dict[str, Any], quiet: bool) -> None:
    from papaver import study
    from papaver.report import write
    from papaver.results.schema import REPORT
    from papaver.scenario import load

    scenario = load(path)
    folder = output or RUNS / scenario.name
    with _watched(quiet) as watch:
        outcome = study.run(scenario, folder, **options, progress=watch, options=_given(path, options))
    report = folder / REPORT
    if outcome.ran or not report.is_file():
        report = write(folder)
    if quiet:
        typer.echo(str(report))
    else:
        _tell(scenario, outcome, report)


def _given(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    """The options of the command line that were used."""
    used = {name: value for name, value in options.items() if value is not None and value is not False}
    return {"scenario": path.name, **used}


def _interrupted(stop: KeyboardInterrupt) -> str:
    total = getattr(stop, "total", None)
    if total is None:
        return "\nInterrupted."
    done, folder = getattr(stop, "done", 0), getattr(stop, "folder", "")
    if not done:
        return "\nInterrupted before the first block was done."
    return f"\nInterrupted: {done} of {total} blocks are kept in {folder}. Complete the run with --resume."


# ------------------------------------------------------------------------------------------------ the end


def _tell(scenario: Scenario, outcome: Outcome, report: Path) -> None:
    from papaver.results import Results

    summary = Results.open(outcome.folder).summary
    for note in (*scenario.notes, *outcome.notes):
        typer.echo(f"Note: {note}")
    if not outcome.ran:
        typer.echo("This run was finished before, and is not repeated.")
    for line in headlines(summary, {plan.name: plan.heading for plan in scenario.plans}):
        typer.echo(line)
    typer.echo(f"Report: {report}")
    typer.echo(f"Tables: {outcome.folder} (*.parquet, summary.json)")
    if outcome.ran:
        typer.echo(f"Took {duration(outcome.seconds)}.")


def headlines(summary: dict[str, Any], headings: dict[str, str]) -> list[str]:
    """What became of people under each plan, with both intervals, one line per plan."""
    lines = []
    for plan in summary["plan_order"]:
        parts = [f"{words} {_percent(summary['plans'][plan][measure])}" for measure, words in HEADLINE]
        lines.append(f"{headings[plan]}: {'; '.join(parts)}")
    years = f"{summary['years']:g} years"
    intervals = "90 % intervals: from what is not known of the inputs; from chance"
    return [f"After {years}, {summary['people']:,} people ({intervals}):", *(f"  {line}" for line in lines)]


def _percent(measure: dict[str, Any]) -> str:
    def interval(bounds: list[float] | None) -> str:
        return "-" if bounds is None else f"{100 * bounds[0]:.1f} to {100 * bounds[1]:.1f}"

    return f"{100 * measure['mean']:.1f} % [{interval(measure['parameters'])}; {interval(measure['chance'])}]"


def duration(seconds: float) -> str:
    """A time in words a person reads at a glance."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


# ---------------------------------------------------------------------------------------------- progress

Watch = Callable[["Progress"], None]


@contextmanager
def _watched(quiet: bool) -> Iterator[Watch | None]:
    """What shows progress: a bar on a terminal, plain lines elsewhere, nothing if quiet."""
    if quiet:
        yield None
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield Lines()
        return
    with _bar(console) as watch:
        yield watch


class Lines:
    """Progress as plain lines, one at about every tenth of the way."""

    def __init__(self) -> None:
        self._next = 0.0
        self._start = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Print a line if it is time for one."""
        if progress.phase == "simulating":
            share = progress.people / progress.people_total
            if share < self._next:
                return
            self._next = (share // STEP + 1) * STEP
            text = f"{100 * share:3.0f} %  {describe(progress)}"
        else:
            text = _phase(progress)
        typer.echo(f"[{duration(time.monotonic() - self._start)}] {text}", err=True)


def describe(progress: Progress) -> str:
    """Plan, people done, rate and time left in one line."""
    left = "" if progress.seconds_left is None else f", {duration(progress.seconds_left)} left"
    people = f"{progress.people:,} of {progress.people_total:,} people (over plans and draws)"
    rate = f", {progress.rate / 1e6:.1f} million person-days per second" if progress.rate else ""
    return f"{progress.plan}: {people}{rate}{left}"


def _phase(progress: Progress) -> str:
    if progress.phase == "compiling":
        return f"compiling the model (first run only, about {COMPILE_SECONDS} s)"
    return "writing tables"


@contextmanager
def _bar(console: Any) -> Iterator[Watch]:
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(bar_width=30), TaskProgressColumn(), TextColumn("{task.description}", markup=False))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def watch(progress: Progress) -> None:
            text = describe(progress) if progress.phase == "simulating" else _phase(progress)
            bar.update(task, description=text, completed=progress.people, total=progress.people_total)

        yield watch
