"""The gallery: every maker of a figure, and nobody takes one from elsewhere."""

from __future__ import annotations

import re

from papaver.report import gallery
from tests.test_house import ROOT, SOURCE

ELSEWHERE = re.compile(
    r"papaver\.report\.\w+figure import [^\n]*\bpicture\b|\b(?:detection|reading)_picture\(|"
    r"papaver\.report\.trial import [^\n]*\bpicture\b"
)


def test_everything_in_it_makes_pictures() -> None:
    for name in gallery.__all__:
        maker = getattr(gallery, name)
        if maker is not gallery.Picture:
            assert maker.__annotations__["return"] in ("Picture", "list[Picture]"), name
            assert maker.__doc__, name


def test_app_command_line_and_notebooks_take_their_figures_from_it() -> None:
    files = [path for room in ("app", "cli") for path in (SOURCE / room).glob("*.py")]
    files += [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "docs").rglob("*.md")]
    assert [path.name for path in files if ELSEWHERE.search(path.read_text(encoding="utf-8"))] == []
