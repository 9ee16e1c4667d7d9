"""``papaver init``: a first scenario file."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from papaver.errors import Fault, InputError


def init(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the scenario; NAME.yaml is written here.")
    ] = None,
    template: Annotated[str, typer.Option(help="What to begin from; see --list.")] = "responsible_use",
    show: Annotated[bool, typer.Option("--list", help="List the templates and exit.")] = False,
) -> None:
    """Write NAME.yaml, a commented scenario that runs as it is. An existing file is never overwritten."""
    from papaver.scenario import TEMPLATES
    from papaver.scenario import template as template_text

    if show:
        for kind, about in TEMPLATES.items():
            typer.echo(f"{kind:18} {about}")
        return
    if name is None:
        raise InputError(Fault("is missing.", "Write for example `papaver init my_study`.", field="NAME"))
    path = Path(f"{name}.yaml")
    _write_new(path, template_text(template, name))
    typer.echo(f"{path} is written. Change it as you like, then: papaver run {path}")


def _write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet: whole, or not at all."""
    try:
        number, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(number, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            _publish(Path(temporary), path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                Path(temporary).unlink()
    except FileExistsError:
        raise InputError(
            Fault("exists already.", "Choose another name, or remove the file first.", file=str(path))
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(
            Fault(f"cannot be written: {reason}.", "Go to a folder you may write to.", file=str(path))
        ) from None


def _publish(temporary: Path, path: Path) -> None:
    umask = os.umask(0)
    os.umask(umask)
    temporary.chmod(0o666 & ~umask)  # temporary files are private, this one is not to be
    try:
        path.hardlink_to(temporary)  # unlike a rename this never replaces a file
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        temporary.replace(path)
