"""What a reader takes along: a figure, its numbers, the sources of these, and how to cite them."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

from nicegui import run, ui

from papaver import __version__
from papaver.app.drawing import show, sources_html, svg_of

if TYPE_CHECKING:
    from papaver.report.figures import Picture

Shown = Callable[[], "Picture | None"]
WIDE = 7.6


class Sources:
    """A fold with the publications behind the numbers of a page, and how to cite; ``keys`` names them."""

    def __init__(self, keys: Callable[[], tuple[str, ...]], file: str) -> None:
        self.keys, self.file = keys, file
        with ui.expansion("Sources of the numbers", icon="menu_book").classes(
            "w-full papaver-group"
        ) as self.fold:
            self.place = show("")
            ui.button("All as BibTeX", icon="download", on_click=self.keep).props("flat no-caps")
        self.fold.on_value_change(self.refresh)

    def refresh(self) -> None:
        """Show the sources of what is shown now, if the fold is open."""
        if self.fold.value:
            self.place.set_content(_cited() + sources_html(self.keys()))

    def open(self) -> None:
        """Unfold, and bring into sight."""
        self.fold.set_value(True)
        ui.run_javascript(f"getHtmlElement({self.fold.id}).scrollIntoView({{block: 'start'}})")

    def keep(self) -> None:
        """Hand out all as BibTeX."""
        from papaver.evidence import to_bibtex

        ui.download.content(to_bibtex(self.keys()), self.file)


def _cited() -> str:
    from papaver.report.ground import citation

    return f"<p>To cite a figure: {html.escape(citation(__version__))} Its numbers rest on:</p>"


class Bar:
    """Buttons below a figure: the figure, its numbers, its sources. Hidden while there is no figure."""

    def __init__(
        self, words: str, file: Callable[[], str], shown: Shown, sources: Callable[[], Sources]
    ) -> None:
        self.file, self.shown = file, shown
        with ui.row().classes("items-center gap-1 papaver-keep") as self.row:
            for kind, work in (("SVG", self.figure), ("CSV", self.numbers)):
                ui.button(f"{words} ({kind})", icon="download", on_click=work).props("flat no-caps dense")
            ui.button("Sources", icon="menu_book", on_click=lambda: sources().open()).props(
                f'flat no-caps dense aria-label="Sources of the numbers in: {words}"'
            )
        self.row.set_visibility(False)

    def appear(self, there: bool) -> None:
        """Show the buttons where there is a figure."""
        self.row.set_visibility(there)

    async def figure(self) -> None:
        """Hand out the figure, wide."""
        picture = self.shown()
        if picture is not None:
            drawn = await run.io_bound(svg_of, picture, WIDE)
            ui.download.content((drawn or "") + "\n", f"{self.file()}.svg")

    async def numbers(self) -> None:
        """Hand out the numbers of the figure."""
        picture = self.shown()
        if picture is not None:
            ui.download.content(await run.io_bound(picture.csv) or "", f"{self.file()}.csv")
