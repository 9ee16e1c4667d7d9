"""Published unit prices of care, by list: rows of the evidence brought to the units that runs count."""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from papaver.evidence.tables import DATA

FILE = "prices.csv"


class PublishedPrice(NamedTuple):
    """One price: what for, how much, in which money and year (None: not told), the row it rests on."""

    list: str
    unit: str
    price: float
    currency: str
    price_year: int | None
    parameter: str
    rule: str


@cache
def published_prices() -> tuple[PublishedPrice, ...]:
    """All published prices, in the order of ``prices.csv``."""
    with (DATA / FILE).open(encoding="utf-8", newline="") as file:
        return tuple(
            PublishedPrice(
                row["list"],
                row["unit"],
                float(row["price"]),
                row["currency"],
                int(row["price_year"]) if row["price_year"] else None,
                row["parameter"],
                row["rule"],
            )
            for row in csv.DictReader(file)
        )
