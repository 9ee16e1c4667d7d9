"""Where help is: emergency numbers and helplines by country, as data with the date they were checked."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KINDS = ("emergency", "drugs", "crisis", "treatment")


@dataclass(frozen=True)
class Resource:
    """A service: where, what kind (emergency, drugs, crisis, treatment), its number, web page and the "
    "check."""

    country: str
    service: str
    kind: str
    number: str
    web: str
    source: str
    checked: str
    how_checked: str

    @property
    def dial(self) -> str:
        """The number as a telephone dials it."""
        return "".join(sign for sign in self.number if sign.isdigit())


@cache
def resources() -> tuple[Resource, ...]:
    """All services, by country, emergency numbers first."""
    text = files("papaver.report").joinpath("assets", "resources.csv").read_text(encoding="utf-8")
    rows = [Resource(**row) for row in csv.DictReader(text.splitlines())]
    return tuple(sorted(rows, key=lambda row: (row.country, KINDS.index(row.kind), row.service)))


def by_country() -> dict[str, list[Resource]]:
    """Services grouped by country."""
    grouped: dict[str, list[Resource]] = {}
    for row in resources():
        grouped.setdefault(row.country, []).append(row)
    return grouped
