"""Figures for pages: drawn in a thread, one at a time, since Matplotlib's settings belong to the process."""

from __future__ import annotations

import html
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from nicegui import ui

if TYPE_CHECKING:
    from papaver.report.figures import Picture

TITLED = ("life", "body", "detection")
_one_at_a_time = threading.Lock()


def svg_of(picture: Picture, width: float, name: str = "") -> str:
    """The figure as SVG."""
    with _one_at_a_time:
        return picture.svg(width, name)


def figure_html(picture: Picture, width: float) -> str:
    """The figure with its finding above and its note below, as HTML; some figures hold both themselves."""
    drawn = svg_of(picture, width)
    if picture.name in TITLED:
        return f'<figure class="papaver-figure">{drawn}</figure>'
    title, note = html.escape(picture.title), html.escape(picture.note)
    return f'<figure class="papaver-figure"><h2>{title}</h2>{drawn}<figcaption>{note}</figcaption></figure>'


def show(content: str) -> ui.html:
    """HTML of our own making (figures, tables) on the page."""
    return ui.html(content, sanitize=False).classes("w-full")


def table_html(rows: Sequence[Sequence[str]], caption: str, note: str = "") -> str:
    """A table whose first row and first column are heads."""
    head, *rest = ([html.escape(cell) for cell in row] for row in rows)
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>"
        for row in rest
    )
    return (
        f'<div class="papaver-table"><table><caption>{html.escape(caption)}</caption><thead><tr>{top}</tr>'
        f"</thead><tbody>{body}</tbody></table><p>{html.escape(note)}</p></div>"
    )


def sources_html(keys: tuple[str, ...]) -> str:
    """The sources of numbers, a citation each."""
    from papaver.evidence import cite, source

    lines = "".join(f"<li>{html.escape(cite(source(key)))}</li>" for key in keys)
    return f'<ol class="papaver-sources">{lines}</ol>'
