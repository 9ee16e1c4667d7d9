"""Progress of a command: a bar with the time left on a terminal, a line at every tenth elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import typer

STEP = 0.1


class Told(Protocol):
    """Called with what is done of the total, and a name for what is at hand."""

    def __call__(self, done: int, total: int, name: str = "", /) -> None:
        """Show this much."""


@contextmanager
def watched(of: str) -> Iterator[Told]:
    """Show progress on stderr; ``of`` says what is counted."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(of)
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("compiling", total=None)

        def told(done: int, total: int, name: str = "", /) -> None:
            bar.update(task, description=f"{name or of:32}", completed=done, total=total)

        yield told


def _lines(of: str) -> Told:
    start, following = time.monotonic(), [0.0]

    def told(done: int, total: int, name: str = "", /) -> None:
        if done / total >= following[0]:
            following[0] = done / total + STEP
            seconds = time.monotonic() - start
            left = seconds * (total - done) / done if done else 0.0
            typer.echo(f"[{seconds:.0f} s, {left:.0f} s left] {done} of {total} {of}", err=True)

    return told
