"""A figure with its words and its numbers, and the colours all figures share.

Colours are those of Okabe and Ito, told apart with every common kind of colour blindness; no meaning rests on
colour alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papaver.csvtext import of_rows
from papaver.report import svg
from papaver.report.numbers import Rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDE, NARROW = 7.6, 3.9
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
GREY, PALE = "#767676", "#E4E4E4"


@dataclass(frozen=True)
class Picture:
    """A figure with its words and numbers. ``paint`` draws it at a width in inches."""

    name: str
    title: str
    alt: str
    note: str
    paint: Callable[[float], Figure]
    numbers: Callable[[], Rows]

    def figure(self, width: float = WIDE) -> Figure:
        """The Matplotlib figure, ``width`` inches wide; under about 5 its parts stand in one column."""
        return svg.draw(self.paint, width)

    def svg(self, width: float = WIDE, name: str = "") -> str:
        """The figure as an inline SVG element; ``name`` starts its ids."""
        return svg.render(self.paint, width, name or self.name, self.title, self.alt)

    def csv(self) -> str:
        """What the figure shows as a table of its own; the first row names the columns."""
        return of_rows(self.numbers(), digits=5)

    def _repr_svg_(self) -> str:
        return self.svg()
