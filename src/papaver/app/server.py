"""The server of the explorer: its pages and its start, on the loopback address only."""

from __future__ import annotations

import socket
from pathlib import Path

from fastapi.responses import FileResponse, PlainTextResponse, Response
from nicegui import app, ui

from papaver.app import body, cohort, jobs
from papaver.app.frame import LATER, page
from papaver.app.guard import Guard
from papaver.errors import Fault, InputError

HOST = "127.0.0.1"
SHOWN = {"summary.json": "application/json", "inputs.csv": "text/csv"}


def start() -> None:
    """The first page: the three views."""
    with page("papaver: from a dose in a body, to a life, to a population", "/"):
        with ui.row().classes("w-full"):
            _card("A body", "/body", "One dose, one body: levels, receptors, breathing, and what is felt, "
                  "hour by hour.")  # fmt: skip
            _card("A cohort", "/cohort", 'Can heroin be used "responsibly"? People alike in set and setting, '
                  "followed for years under different plans.")  # fmt: skip
        ui.label(LATER).classes("text-caption")


def _card(title: str, address: str, about: str) -> None:
    with ui.card().style("max-width: 360px"):
        ui.link(title, address).classes("text-h6")
        ui.label(about)


def pages() -> None:
    """Register every page and address."""
    ui.page("/")(start)
    ui.page("/body")(body.build)
    ui.page("/cohort")(cohort.build)
    app.get("/report/{token}")(report)
    app.get("/report/{token}/{name}")(table)


def report(token: str) -> Response:
    """The report of a run, to those who hold its token."""
    job = jobs.find(token)
    if job is None or job.state != "done":
        return PlainTextResponse("There is no such report.", 404)
    return FileResponse(job.report, media_type="text/html")


def table(token: str, name: str) -> Response:
    """A table of a run."""
    job = jobs.find(token)
    if job is None or job.state != "done" or name not in SHOWN:
        return PlainTextResponse("There is no such table.", 404)
    return FileResponse(Path(job.folder) / name, media_type=SHOWN[name])


def free(port: int) -> None:
    """Refuse a port that is taken, before anything is started."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            what = f"port {port} cannot be used: {(error.strerror or str(error)).lower()}."
            raise InputError(Fault(what, "Choose another port.", field="--port")) from None


def serve(port: int, show: bool) -> None:
    """Start the explorer and serve until it is interrupted. Raises InputError if the port is taken."""
    free(port)
    pages()
    app.add_middleware(Guard, port=port)
    print(f"papaver explorer: http://{HOST}:{port}  (Ctrl-C stops it)", flush=True)
    ui.run(
        host=HOST,
        port=port,
        title="papaver",
        reload=False,
        show=show,
        show_welcome_message=False,
        favicon="🌸",
    )
