"""Folders that commands write tables and figures into: checked before the work, written after it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def folder(path: Path) -> Path:
    """A folder that can be written into; it may not exist yet. Raises ``InputError`` where it cannot be."""
    from papaver.errors import Fault, InputError

    if path.exists() and not path.is_dir():
        raise InputError(Fault(f"{str(path)!r} is a file.", "Name a folder.", field="--output"))
    if not path.exists() and not path.parent.is_dir():
        raise InputError(
            Fault(f"{str(path)!r} lies in no folder.", "Make its folder first.", field="--output")
        )
    return path


def made(path: Path) -> Path:
    """A folder, made with those above it where there is none. Raises ``InputError`` where it cannot be."""
    from papaver.errors import Fault, InputError

    if path.exists() and not path.is_dir():
        raise InputError(Fault(f"{str(path)!r} is a file.", "Name a folder.", field="--output"))
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"{str(path)!r} cannot be made: {(error.strerror or str(error)).lower()}."
        raise InputError(Fault(reason, "Name another place.", field="--output")) from None
    return path


def write_all(path: Path, files: Mapping[str, str]) -> None:
    """Write text files into a folder, each whole or not at all."""
    from papaver.errors import Fault, InputError
    from papaver.results.store import write_text

    try:
        path.mkdir(exist_ok=True)
        for name, text in files.items():
            write_text(path / name, text)
    except OSError as error:
        reason = f"{str(path)!r} cannot be written: {(error.strerror or str(error)).lower()}."
        raise InputError(Fault(reason, "Name another place.", field="--output")) from None
