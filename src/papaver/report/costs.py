"""The costs of a run for its report: per person and plan, and what has no price."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from papaver.report import text
from papaver.report.read import Run
from papaver.results.costs import ALL
from papaver.results.schema import COSTS


@dataclass(frozen=True)
class PlanCosts:
    """Costs per person of a plan, mean and range over draws, at once and discounted."""

    plan: str
    cost: str
    cost_range: str
    discounted: str
    discounted_range: str


@dataclass(frozen=True)
class CostTable:
    """What the report shows of ``costs.csv``: costs by plan, and the words around them."""

    rows: tuple[PlanCosts, ...]
    money: str
    discount: str
    unpriced: tuple[str, ...]


def cost_table(run: Run) -> CostTable | None:
    """The costs of a run; ``None`` where its scenario asks for none."""
    path = run.results.folder / COSTS
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    totals = [row for row in rows if row["unit"] == ALL]
    if not totals:
        return None
    labels = {plan.name: text.plan_label(plan) for plan in run.plans}
    found = tuple(
        PlanCosts(labels[row["plan"]], *_shown(row, "cost"), *_shown(row, "discounted")) for row in totals
    )
    first, rate = totals[0], float(totals[0]["discount_per_year"])
    money = " of ".join(part for part in (first["currency"], first["price_year"]) if part)
    counted = (row["unit"] for row in rows if row["unit"] != ALL and not row["price"])
    unpriced = tuple(dict.fromkeys(unit.replace("_", " ") for unit in counted))
    return CostTable(found, money, f"{100 * rate:g} % a year" if rate else "", unpriced)


def _shown(row: dict[str, str], column: str) -> tuple[str, str]:
    mean, low, high = (float(row[name]) for name in (column, f"{column}_low", f"{column}_high"))
    return f"{mean:,.0f}", f"{low:,.0f}–{high:,.0f}" if low < high else ""
