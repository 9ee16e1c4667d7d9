"""Costs of a run: units counted in its tables, times the prices of its scenario, discounted year by year.

Nothing is simulated for it, and a unit without a price is counted and left without a cost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from papaver import csvtext
from papaver.evidence.prices import published_prices
from papaver.scenario.costs import UNITS, Costs

if TYPE_CHECKING:
    import polars as pl

LOW, HIGH = 5.0, 95.0
EVENT_UNITS = {
    "incentive_day": "incentive_days",
    "counselling_day": "counselling_days",
    "treatment_start": "treatment_start",
    "overdose_survived": "overdose_nonfatal",
    "overdose_death": "overdose_fatal",
    "use_day": "use_days",
}
STATUS_UNITS = {"custody_day": "custody", "hospital_day": "hospital"}
ALL = "all priced units"
Floats = npt.NDArray[np.float64]
Three = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Tag:
    """A price and where it comes from."""

    price: float
    source: str


@dataclass(frozen=True)
class CostRow:
    """Units and their cost per person over the follow-up: mean over the sampled draws and their 5 to 95 %
    (the central draw where there are none). Costs are empty where there is no price."""

    plan: str
    unit: str
    units: float
    units_low: float
    units_high: float
    price: float | None
    currency: str
    price_year: int | None
    source: str
    cost: float | None
    cost_low: float | None
    cost_high: float | None
    discounted: float | None
    discounted_low: float | None
    discounted_high: float | None
    discount_per_year: float


def prices(costs: Costs) -> Mapping[str, Tag]:
    """The prices that hold: of the published lists in their order, then of the scenario."""
    found: dict[str, Tag] = {}
    for name in costs.published:
        for one in published_prices():
            if one.list == name:
                found[one.unit] = Tag(one.price, f"{one.list}: {one.parameter} ({one.rule})")
    for price in costs.prices:
        found[price.unit] = Tag(price.price, price.source or "scenario")
    return found


def discounting(years: int, rate: float) -> Floats:
    """Weight of each year's costs, taken at its middle."""
    return np.asarray((1.0 + rate) ** -(np.arange(years) + 0.5)) if rate else np.ones(years)


def units(person_time: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Units by plan, draw, unit and year: person-days in programmes, custody and hospital, and events."""
    import polars as pl

    keys = ["plan", "draw", "year"]
    programmes = {name[: -len("_day")]: name for name in UNITS if name.endswith("_day")}
    of_status = {status: unit for unit, status in STATUS_UNITS.items()}
    of_event = {event: unit for unit, event in EVENT_UNITS.items()}
    alive = person_time.filter(~pl.col("status").str.starts_with("dead"))
    parts = [
        frame.select(*keys, name=pl.col(column).replace_strict(names, default=None), n=pl.col(number))
        for frame, column, names, number in (
            (alive, "programme", programmes, "person_days"),
            (alive, "status", of_status, "person_days"),
            (events, "event", of_event, "count"),
        )
    ]
    counted = pl.concat(parts).drop_nulls("name")
    return counted.group_by([*keys, "name"]).agg(pl.col("n").sum()).sort([*keys, "name"])


def cost_rows(
    costs: Costs,
    plans: tuple[str, ...],
    person_time: pl.DataFrame,
    events: pl.DataFrame,
    people: int,
    draws: int,
) -> list[CostRow]:
    """The table: every unit that occurs or has a price, by plan, and their sum. Per person at the start."""
    import polars as pl

    table, tags = units(person_time, events), prices(costs)
    years = int(table["year"].max() or 0) + 1 if table.height else 1  # type: ignore[arg-type]
    numbers = list(range(1, draws + 1)) or [0]
    weight = discounting(years, costs.discount_per_year)
    rows = []
    for plan in plans:
        of_plan = table.filter(pl.col("plan") == plan)
        total, discounted = np.zeros(len(numbers)), np.zeros(len(numbers))
        for unit in UNITS:
            grid = np.zeros((len(numbers), years))
            found = of_plan.filter(pl.col("name") == unit)
            for draw, year, n in found.select("draw", "year", "n").iter_rows():
                if draw in numbers:
                    grid[numbers.index(draw), year] += n / people
            if not grid.any() and unit not in tags:
                continue
            tag = tags.get(unit)
            rows.append(_row(costs, plan, unit, grid, weight, tag))
            if tag is not None:
                total += tag.price * grid.sum(axis=1)
                discounted += tag.price * (grid @ weight)
        rows.append(_total(costs, plan, total, discounted))
    return rows


def _spread(values: Floats) -> tuple[float, float, float]:
    low, high = np.percentile(values, [LOW, HIGH])
    return float(values.mean()), float(low), float(high)


def _row(costs: Costs, plan: str, unit: str, grid: Floats, weight: Floats, tag: Tag | None) -> CostRow:
    counted = _spread(grid.sum(axis=1))
    plain: Three = (None, None, None)
    later: Three = (None, None, None)
    if tag is not None:
        plain = _spread(tag.price * grid.sum(axis=1))
        later = _spread(tag.price * (grid @ weight))
    price = tag.price if tag else None
    source = tag.source if tag else "no price given"
    money = (costs.currency, costs.price_year, source)
    return CostRow(plan, unit, *counted, price, *money, *plain, *later, costs.discount_per_year)


def _total(costs: Costs, plan: str, total: Floats, discounted: Floats) -> CostRow:
    nothing = (math.nan, math.nan, math.nan)
    money = (costs.currency, costs.price_year, "")
    return CostRow(
        plan, ALL, *nothing, None, *money, *_spread(total), *_spread(discounted), costs.discount_per_year
    )


def text(rows: list[CostRow]) -> str:
    """The table as CSV."""
    return csvtext.of_records(CostRow, rows)
