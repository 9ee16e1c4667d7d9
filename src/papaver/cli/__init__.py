"""The command line: ``papaver COMMAND``. Each command lives in a module of its name.

Exit codes: 0 done, 1 a fault of papaver, 2 something is wrong with what was given, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from papaver import __version__
from papaver.cli.lazy import LazyGroup, plain_app
from papaver.errors import InputError

__all__ = ["COMMANDS", "app", "main"]

# Command -> its line in `papaver --help`. The module papaver/cli/<command>.py holds the rest.
COMMANDS = {
    "run": "Run a scenario file and write its results and report.",
    "body": "Show what a dose does in one body over hours.",
    "life": "Tell the story of a person from a person file.",
    "withdrawal": "Show withdrawal after months of steady use, day by day.",
    "detect": "Show how long a drug is found in which specimen.",
    "interpret": "Read a laboratory's panel: source and time since use.",
    "validate": "Compare published findings with their simulated counterparts.",
    "trial": "Simulate a virtual trial from its protocol.",
    "evidence": "Look up the published numbers that papaver rests on.",
    "cite": "List the publications that a run rests on.",
    "export": "Write a body under doses as an SBML model or an event table.",
    "schema": "Print the fields of a scenario file as JSON Schema.",
    "fit": "Fit a stage of the core to its findings (extra: fit).",
    "sensitivity": "Say which inputs move which findings (extra: fit).",
    "app": "Open the explorer in the browser (extra: app).",
    "init": "Write a first scenario file to begin from.",
    "completion": "Print a script that completes commands in a shell.",
}


class _Commands(LazyGroup):
    table = COMMANDS


app = plain_app(cls=_Commands, no_args_is_help=True)
_door = app  # the name `app` becomes the module papaver.cli.app once that is imported


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"papaver {__version__}")
        raise typer.Exit


@app.callback()
def _papaver(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Simulate opioid use: from a dose in a body, to a person's life, to a population.

    Begin with `papaver init NAME` and `papaver run NAME.yaml`.
    """


def main() -> None:
    """Run the command line. Bad input is told in one message, one fault a line, and exits with 2."""
    try:
        _door(prog_name="papaver")
    except InputError as error:
        print(_visible(str(error)), file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output has gone, as in `papaver schema | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _visible(text: str) -> str:
    """Text safe to show on a terminal: what would steer the terminal is written as an escape."""
    return "".join(c if c == "\n" or c.isprintable() else ascii(c)[1:-1] for c in text)
