"""Costs in the report: what the table of a run says, in words that anybody reads, and nothing without it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from papaver.report.costs import cost_table
from papaver.report.page import render
from papaver.report.read import Run
from papaver.results import Results
from papaver.results.costs import ALL, CostRow, text

NONE = (None, None, None)


def row(plan: str, unit: str, price: float | None, cost: tuple[float, ...] | None, rate: float) -> CostRow:
    money = ("EUR", 2020, "a list")
    three = cost or NONE
    return CostRow(plan, unit, 10.0, 9.0, 11.0, price, *money, *three, *three, rate)


@pytest.fixture
def folder(main_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(main_folder, tmp_path / "run"))


def priced(folder: Path, rate: float) -> Run:
    names = [plan.name for plan in Run(Results.open(folder)).plans]
    rows = [row(name, ALL, None, (1234.4 * (k + 1), 1000.0, 2000.0), rate) for k, name in enumerate(names)]
    rows.append(row(names[0], "custody_day", None, None, rate))
    rows.append(row(names[0], "methadone_day", 2.0, (20.0, 18.0, 22.0), rate))
    (folder / "costs.csv").write_text(text(rows), encoding="utf-8")
    return Run(Results.open(folder))


def test_a_report_without_prices_says_nothing_of_costs(folder: Path) -> None:
    run = Run(Results.open(folder))
    assert cost_table(run) is None
    assert "What the plans cost" not in render(run)


def test_every_plan_has_its_cost_and_what_has_no_price_is_named(folder: Path) -> None:
    run = priced(folder, 0.03)
    table = cost_table(run)
    assert table is not None
    assert [one.cost for one in table.rows] == [f"{1234.4 * (k + 1):,.0f}" for k in range(len(run.plans))]
    assert table.rows[0].cost_range == "1,000–2,000"
    assert (table.money, table.discount, table.unpriced) == ("EUR of 2020", "3 % a year", ("custody day",))
    page = render(run)
    assert "What the plans cost" in page
    assert "1,234" in page
    assert "without a price here: custody day" in page


def test_nothing_is_said_of_discounting_where_there_is_none(folder: Path) -> None:
    page = render(priced(folder, 0.0))
    assert "Discounted" not in page
    assert page.count("1,234") == 1
