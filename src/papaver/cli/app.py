"""``papaver app``: the explorer in the browser."""

from __future__ import annotations

from typing import Annotated

import typer

PORT = 8765


def app(
    port: Annotated[int, typer.Option(min=1024, max=65535, help="Port on this machine.")] = PORT,
    show: Annotated[bool, typer.Option(help="Open it in the browser.")] = True,
) -> None:
    """Open the explorer: a body, a life, a cohort. It answers on this machine alone (127.0.0.1)."""
    try:
        from papaver.app.server import serve
    except ImportError as error:
        from papaver.errors import Fault, InputError

        if (error.name or "").partition(".")[0] not in ("nicegui", "fastapi"):
            raise
        raise InputError(
            Fault(
                "the explorer needs NiceGUI, which is not here.",
                'In a clone of papaver: pip install -e ".[app]"',
            )
        ) from None
    serve(port, show)
