"""The server of the explorer: its pages and its start, on the loopback address only."""

from __future__ import annotations

import socket
from pathlib import Path

from fastapi.responses import FileResponse, PlainTextResponse, Response
from nicegui import app, ui

from papaver.app import body, cohort, jobs, life
from papaver.app.frame import page
from papaver.app.guard import Guard
from papaver.errors import Fault, InputError

# Compiling the model once keeps the page waiting; what was typed must not be lost meanwhile.
RECONNECT_S = 60.0
HOST = "127.0.0.1"
SHOWN = {
    "scenario.yaml": "text/plain",
    "summary.json": "application/json",
    "inputs.csv": "text/csv",
}


CARDS = (
    (
        "A body",
        "/body",
        "One dose in one body, hour by hour: levels, receptors, breathing, what is felt, and how long tests "
        "stay positive.",
    ),
    (
        "A life",
        "/life",
        "Set, setting, what was before, and a plan: what tends to happen to people alike, day by day, with "
        "the plan and without it.",
    ),
    (
        "A cohort",
        "/cohort",
        'Can heroin be used "responsibly"? People followed for years under different plans; any scenario '
        "file, edited in a form and run.",
    ),
)
TO_COME = (
    ("A community", "Networks of people, supply, outbreaks: planned."),
    ("A policy", "What a programme or a law changes, and at what cost: planned."),
)


def start() -> None:
    """The first page: the views."""
    with page("papaver: from a dose in a body, to a life, to a population", "/"):
        ui.label("Three ways to look at the same published evidence. Move something and see what follows.")
        with ui.element("ul").classes("papaver-cards"):
            for title, address, about in CARDS:
                with ui.element("li").classes("papaver-card"):
                    ui.link(title, address).classes("papaver-cover text-h6")
                    ui.label(about)
            for title, about in TO_COME:
                with ui.element("li").classes("papaver-card papaver-later"):
                    ui.label(title).classes("text-h6")
                    ui.label(about)


def pages() -> None:
    """Register every page and address."""
    ui.page("/")(start)
    ui.page("/body")(body.build)
    ui.page("/life")(life.build)
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
        language="en-GB",
        reconnect_timeout=RECONNECT_S,
    )
