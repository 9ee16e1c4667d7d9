"""The report of a run: figures, tables and words in one HTML file that needs no network.

Importing this package imports no heavy library; they are loaded when a report is written.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["write"]


def write(folder: Path | str) -> Path:
    """Write ``report.html`` into the results folder of a finished run and return its path.

    The file appears whole or not at all. Raises ``InputError`` for a folder that holds no finished run or
    whose files are broken.
    """
    from papaver.report.page import write as write_page

    return write_page(Path(folder))
