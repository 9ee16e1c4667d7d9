"""Units: those Pint knows, and a short table of measures Pint has no word for (measures.csv)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from papaver.evidence.tables import number, shipped

COLUMNS = ("name", "meaning", "pint", "lowest", "highest")

# What may stand in an expression: names, products, quotients, whole numbers, and one-digit powers alone,
# because Pint computes numbers and would raise 9^9^9 for ever.
_EXPRESSION = re.compile(r"(?=.*[A-Za-z%])(?:[A-Za-zµ%/ ()]|\d{1,6}|\*(?!\*)|\^-?\d(?! *[\d^]))+")


@dataclass(frozen=True)
class Measure:
    """A unit in words: what it means, its equal in Pint's terms if any, and the values it can take."""

    name: str
    meaning: str
    pint: str
    lowest: float | None
    highest: float | None


@cache
def measures() -> dict[str, Measure]:
    """The table of measures by name. A name here is never read as one of Pint's units."""
    return {
        row["name"]: Measure(
            row["name"], row["meaning"], row["pint"], number(row["lowest"]), number(row["highest"])
        )
        for row in shipped("measures.csv", COLUMNS)
    }


def known(unit: str) -> bool:
    """Whether a unit is a measure of the table or a unit of Pint."""
    return unit in measures() or _quantity(unit) is not None


def factor(given: str, wanted: str) -> float | None:
    """What a number in the given unit is multiplied by to read in the wanted one; None if they differ."""
    if given == wanted:
        return 1.0
    one, other = _quantity(_in_pint(given)), _quantity(_in_pint(wanted))
    if one is None or other is None or one.dimensionality != other.dimensionality:
        return None
    ratio = (one / other).to_base_units().magnitude
    return float(ratio) if math.isfinite(ratio) and ratio > 0 else None


def out_of_limits(unit: str, value: float) -> str:
    """A sentence if a value cannot be of this measure, such as a probability of 2; else empty."""
    measure = measures().get(unit)
    if measure is None:
        return ""
    if measure.lowest is not None and value < measure.lowest:
        return f"{value:g} is below {measure.lowest:g}, the lowest {unit}."
    if measure.highest is not None and value > measure.highest:
        return f"{value:g} is above {measure.highest:g}, the highest {unit}."
    return ""


def _in_pint(unit: str) -> str:
    measure = measures().get(unit)
    return unit if measure is None else measure.pint


@cache
def _quantity(expression: str) -> Any:
    """The Pint quantity of an expression, or None for text that is no unit."""
    if not _EXPRESSION.fullmatch(expression):
        return None
    try:
        return _registry().Quantity(1, "dimensionless") * _registry().parse_expression(expression)
    except Exception:  # Pint raises errors of many kinds for text that is not a unit
        return None


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry()
