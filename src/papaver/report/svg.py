"""A Matplotlib figure as inline SVG: text stays text, ids are its own, equal figures give equal bytes."""

from __future__ import annotations

import html
import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BEFORE_SVG = re.compile(r"^.*?(?=<svg\b)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_SIZE = re.compile(r'(<svg\b[^>]*?) width="[^"]*"')
_HEIGHT = re.compile(r'(<svg\b[^>]*?) height="[^"]*"')
_ID = re.compile(r'\bid="([^"]+)"')
_TAGS = re.compile(r"<[^>]*>")
_LONG = re.compile(r"\d+\.\d{3,}")
_HASHED = re.compile(r"[a-zA-Z][0-9a-f]{10}")
_REFERENCE = re.compile(r'(url\(#|href="#)([^")]+)')

STYLE: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#777777",
    "axes.labelcolor": "#333333",
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "svg.fonttype": "none",
    "text.color": "#222222",
    "text.parse_math": False,
    "xtick.color": "#555555",
    "xtick.labelsize": 8.5,
    "ytick.color": "#555555",
    "ytick.labelsize": 8.5,
}


def draw(paint: Callable[[float], Figure], width: float) -> Figure:
    """The figure, ``width`` inches wide, in the style of the report."""
    import matplotlib as mpl

    with mpl.rc_context(STYLE):
        return paint(width)


def render(paint: Callable[[float], Figure], width: float, name: str, title: str, alt: str) -> str:
    """The figure as an ``<svg>`` element with a title and a description for people who cannot see it.

    ``name`` starts every id, so that figures on one page do not share any.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context(STYLE | {"svg.hashsalt": name}), warnings.catch_warnings():
        # the font Matplotlib measures with lacks some signs; the reader's own fonts will have them
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        paint(width).savefig(buffer, format="svg", metadata={"Date": None})
    return _own(buffer.getvalue(), name, title, alt)


def _own(text: str, name: str, title: str, alt: str) -> str:
    text = _METADATA.sub("", _BEFORE_SVG.sub("", text, count=1), count=1)
    text = _HEIGHT.sub(r"\1", _SIZE.sub(r"\1", text, count=1), count=1)
    # a hundredth of a point is finer than any screen, and halves the size
    text = _TAGS.sub(lambda tag: _LONG.sub(lambda long: f"{float(long[0]):.2f}", tag[0]), text)
    ids = _numbered(_ID.findall(text))
    text = _ID.sub(lambda found: f'id="{name}-{ids[found[1]]}"', text)
    text = _REFERENCE.sub(lambda found: f"{found[1]}{name}-{ids.get(found[2], found[2])}", text)
    head = (
        f'<svg role="img" aria-labelledby="{name}-title {name}-alt"'
        if alt
        else f'<svg role="img" aria-labelledby="{name}-title"'
    )
    words = f'<title id="{name}-title">{html.escape(title)}</title>'
    words += f'<desc id="{name}-alt">{html.escape(alt)}</desc>' if alt else ""
    opened = text.index(">") + 1
    return (head + text[len("<svg") : opened] + words + text[opened:]).strip()


def _numbered(ids: list[str]) -> dict[str, str]:
    """Ids that Matplotlib makes of addresses in memory, by their order: equal figures give equal bytes."""
    return {one: f"{one[0]}{place}" if _HASHED.fullmatch(one) else one for place, one in enumerate(ids)}
