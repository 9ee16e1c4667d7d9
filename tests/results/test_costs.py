"""Costs: units counted, priced, discounted, and left alone where there is no price."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest

from papaver.results.costs import ALL, cost_rows, discounting, prices, text
from papaver.scenario.costs import UNITS, Costs, Price

KEYS = {"plan": "a", "draw": 0, "stratum": 0}
TIME = pl.DataFrame(
    [
        KEYS | {"year": 0, "status": "in_treatment", "programme": "methadone", "person_days": 1000},
        KEYS | {"year": 1, "status": "in_treatment", "programme": "methadone", "person_days": 500},
        KEYS | {"year": 0, "status": "custody", "programme": "none", "person_days": 300},
        KEYS | {"year": 0, "status": "dead_other", "programme": "methadone", "person_days": 999},
    ]
)
EVENTS = pl.DataFrame(
    [
        KEYS | {"year": 0, "event": "overdose_nonfatal", "count": 4},
        KEYS | {"year": 1, "event": "disorder_onset", "count": 7},
    ]
)


def table(costs: Costs) -> dict[str, dict[str, str]]:
    rows = cost_rows(costs, ("a",), TIME, EVENTS, people=10, draws=0)
    return {row["unit"]: row for row in csv.DictReader(io.StringIO(text(rows)))}


def test_units_are_counted_per_person_and_only_what_has_a_price_costs() -> None:
    found = table(Costs(currency="EUR", prices=(Price(unit="methadone_day", price=2.0),)))
    assert float(found["methadone_day"]["units"]) == 150.0
    assert float(found["methadone_day"]["cost"]) == 300.0
    assert float(found["custody_day"]["units"]) == 30.0
    assert found["custody_day"]["cost"] == ""
    assert found["custody_day"]["source"] == "no price given"
    assert float(found["overdose_survived"]["units"]) == pytest.approx(0.4)
    assert float(found[ALL]["cost"]) == 300.0
    assert "disorder_onset" not in found


def test_later_years_count_less_from_their_middle() -> None:
    found = table(
        Costs(currency="EUR", discount_per_year=0.05, prices=(Price(unit="methadone_day", price=2.0),))
    )
    wanted = 200.0 / 1.05**0.5 + 100.0 / 1.05**1.5
    assert float(found["methadone_day"]["discounted"]) == pytest.approx(wanted, rel=1e-5)
    assert float(found["methadone_day"]["discount_per_year"]) == 0.05
    assert float(found["methadone_day"]["cost"]) == 300.0
    assert list(discounting(3, 0.0)) == [1.0, 1.0, 1.0]


def test_the_sum_of_all_units_is_discounted_too() -> None:
    bought = (Price(unit="methadone_day", price=2.0), Price(unit="overdose_survived", price=1000.0))
    found = table(Costs(currency="EUR", discount_per_year=0.05, prices=bought))
    assert float(found[ALL]["cost"]) == pytest.approx(300.0 + 400.0)
    wanted = (200.0 + 400.0) / 1.05**0.5 + 100.0 / 1.05**1.5
    assert float(found[ALL]["discounted"]) == pytest.approx(wanted, rel=1e-5)
    assert float(found[ALL]["discounted_low"]) == pytest.approx(wanted, rel=1e-5)


def test_a_price_of_the_scenario_goes_before_a_published_one() -> None:
    listed = prices(Costs(currency="USD", published=("us_programmes",)))
    assert "c_met_week" in listed["methadone_day"].source
    own = Price(unit="methadone_day", price=1.0, source="here")
    assert (
        prices(Costs(currency="USD", published=("us_programmes",), prices=(own,)))["methadone_day"].price
        == 1.0
    )


def test_a_priced_unit_that_never_occurs_is_told_as_none() -> None:
    found = table(Costs(currency="EUR", prices=(Price(unit="use_day", price=2.0),)))
    assert float(found["use_day"]["units"]) == 0.0
    assert set(found) <= {*UNITS, ALL}
