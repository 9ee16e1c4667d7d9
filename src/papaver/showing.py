"""How results look in a notebook: a small table with a caption, as HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence


def table(caption: str, rows: Iterable[Sequence[object]]) -> str:
    """A table whose first row and first column are heads; numbers in three digits."""
    head, *rest = ([_cell(value) for value in row] for row in rows)
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rest
    )
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3g}" if value == value else ""
    return html.escape("" if value is None else str(value))
