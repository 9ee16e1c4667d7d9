"""The one way papaver compiles a function.

Compiled code is cached per user in a folder named by the hash of all sources it can come from and of the
Numba version, because Numba itself notices a change only in the file of the caller and would otherwise run
an old copy of an edited callee. An edit in another room (a report, a command, the atlas) compiles nothing
anew. Without a writable folder functions are compiled anew in each process.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import numba
from platformdirs import user_cache_path

F = TypeVar("F", bound=Callable[..., Any])
ROOT = Path(__file__).parent
KEPT_CACHES = 3
# Compiled functions stand in the package's own modules and in these rooms, which import no other.
COMPILED_ROOMS = ("evidence", "body", "person", "population")


@functools.cache
def code_hash() -> str:
    """Hash of all Python sources of the package (hex, 16 characters)."""
    return _hash(sorted(ROOT.rglob("*.py")))


@functools.cache
def compiled_hash() -> str:
    """Hash of the sources compiled code can come from (hex, 16 characters)."""
    rooms = [path for room in COMPILED_ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return _hash([*sorted(ROOT.glob("*.py")), *rooms])


def _hash(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


@functools.cache
def cache_folder() -> Path | None:
    """Folder of compiled code for these sources, made at first need; None where none can be written."""
    try:
        home = user_cache_path("papaver") / "compiled"
        python = f"py{sys.version_info[0]}{sys.version_info[1]}"
        folder = home / f"{compiled_hash()}-numba{numba.__version__}-{python}"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            pass
        os.utime(folder)
        _drop_old(home)
    except (OSError, RuntimeError):
        return None
    return folder


def _drop_old(home: Path) -> None:
    folders = sorted((f for f in home.iterdir() if f.is_dir()), key=lambda f: f.stat().st_mtime, reverse=True)
    for old in folders[KEPT_CACHES:]:
        shutil.rmtree(old, ignore_errors=True)


@contextlib.contextmanager
def _cache_dir(folder: Path) -> Iterator[None]:
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        numba.config.CACHE_DIR = before


@contextlib.contextmanager
def compiling() -> Iterator[None]:
    """Keep Python's garbage collector off: it takes a fifth of the time of a first, compiling call."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def compiled(function: F) -> F:
    """Compile a scalar or array function with Numba: nogil, cached, no fast-math (same bits everywhere)."""
    return _compiled(function, inline="never")


def inlined(function: F) -> F:
    """The same for a small helper of a hot loop: its code is put in place of each call.

    Arrays that pass from function to function (also within tuples) are counted at every call; where a call
    takes nanoseconds the counting takes most of the time.
    """
    return _compiled(function, inline="always")


def _compiled(function: F, *, inline: str) -> F:
    folder = cache_folder()
    options: dict[str, Any] = {
        "nogil": True,
        "error_model": "numpy",
        "inline": inline,
        "no_cfunc_wrapper": True,
    }
    if folder is None:
        return _general(numba.njit(**options)(function))  # type: ignore[no-any-return]
    with _cache_dir(folder):
        return _general(numba.njit(cache=True, **options)(function))  # type: ignore[no-any-return]


def _general(dispatcher: Any) -> Any:
    """Let calls with constants share one compiled version: Numba would compile one for each value."""
    if not hasattr(dispatcher, "get_call_template"):  # compilation is switched off
        return dispatcher
    exact = dispatcher.get_call_template

    def get_call_template(args: Any, kws: Any) -> Any:
        general = tuple(numba.types.unliteral(kind) for kind in args)
        return exact(general, {name: numba.types.unliteral(kind) for name, kind in kws.items()})

    dispatcher.get_call_template = get_call_template
    return dispatcher
