"""A copy of the shipped tables, with a few inputs of its own, in which a test can break one cell."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from papaver.evidence.tables import DATA

INPUTS = """\
name,scope,value,unit,distribution,lo,hi,kind,evidence,rule,meaning
clearance,life,73.6,L/h,lognormal,62.8,84.4,published,morphine_cl_popk_heroin_users,as is,Clearance
share,life,0.573,fraction,fixed,,,published,morphine_fm_m3g,unit: percent to fraction,Share of clearance
half_life,life,25,h,lognormal,13,47,published,methadone_thalf_chronic,as is,Half-life of methadone
"""


class Tables:
    """The tables of the package in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rows(self, file: str) -> list[dict[str, str]]:
        with (self.folder / file).open(newline="", encoding="utf-8") as stream:
            return list(csv.DictReader(stream))

    def write(self, file: str, rows: list[dict[str, str]], end: str = "\n") -> None:
        with (self.folder / file).open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(rows[0]), lineterminator=end)
            writer.writeheader()
            writer.writerows(rows)

    def change(self, file: str, **cells: str) -> dict[str, str]:
        """Change cells of the first row; returns the row."""
        rows = self.rows(file)
        rows[0] |= cells
        self.write(file, rows)
        return rows[0]

    def edit(self, file: str, how: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> None:
        self.write(file, how(self.rows(file)))


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "data" / "inputs.csv").write_text(INPUTS, encoding="utf-8")
    return Tables(tmp_path / "data")
