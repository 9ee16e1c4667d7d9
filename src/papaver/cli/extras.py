"""Commands that need more than the core say so before they begin."""

from __future__ import annotations

from importlib.util import find_spec

from papaver.errors import Fault, InputError


def needs_extra(extra: str, *modules: str) -> None:
    """Raise ``InputError`` unless the libraries of an extra are there."""
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        what = f"this needs {', '.join(missing)}, which is not installed."
        raise InputError(Fault(what, f'pip install "papaver[{extra}]"'))
