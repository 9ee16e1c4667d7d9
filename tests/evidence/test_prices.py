"""Published prices rest on rows of the evidence and are worked out as they say."""

from __future__ import annotations

from papaver.evidence import parameter
from papaver.evidence.prices import published_prices
from papaver.scenario.costs import UNITS

DAYS = {
    "c_met_week": 7.0,
    "c_bup_week": 7.0,
    "c_xrntx_month": 30.4375,
    "c_residential": 91.0,
    "c_met_bc": 30.4375,
}


def test_every_price_follows_from_its_row() -> None:
    assert published_prices()
    for one in published_prices():
        row = parameter(one.parameter)
        assert row.seen != "recalled"
        assert abs(one.price - float(row.value) / DAYS.get(one.parameter, 1.0)) < 0.006
        assert one.currency in row.unit
        assert one.unit in UNITS
