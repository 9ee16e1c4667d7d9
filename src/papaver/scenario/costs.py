"""What things cost: unit prices of a scenario or of published lists, and how later costs are discounted."""

from __future__ import annotations

from typing import Literal, get_args

from papaver.scenario.fields import ONE_LINE, Many, Model, field

Unit = Literal[
    "detoxification_day",
    "methadone_day",
    "buprenorphine_day",
    "naltrexone_day",
    "buprenorphine_depot_day",
    "heroin_assisted_day",
    "residential_care_day",
    "slow_release_morphine_day",
    "naltrexone_tablets_day",
    "prescribed_opioids_day",
    "incentive_day",
    "counselling_day",
    "custody_day",
    "hospital_day",
    "treatment_start",
    "overdose_survived",
    "overdose_death",
    "use_day",
]
UNITS: tuple[str, ...] = get_args(Unit)
PriceList = Literal["us_programmes", "us_residential", "british_columbia"]


class Price(Model):
    """What one unit costs."""

    unit: Unit = field("What is counted.", example="methadone_day")
    price: float = field(
        "Price of one unit, in the currency of `costs`.", unit="currency", example=18.0, ge=0, le=1e9
    )
    source: str | None = field(
        "Where the price comes from; shown beside the result.",
        example="Budget of the clinic, 2025",
        default=None,
        min_length=1,
        max_length=300,
        pattern=ONE_LINE,
    )


class Costs(Model):
    """Unit prices. A unit without a price is counted and not priced: nothing is made up."""

    currency: str = field(
        "Currency of all prices.", example="USD", min_length=1, max_length=20, pattern=ONE_LINE
    )
    price_year: int | None = field(
        "Year whose prices these are; nothing is converted.",
        unit="year",
        example=2016,
        default=None,
        ge=1900,
        le=2200,
    )
    discount_per_year: float = field(
        "Rate at which later costs count less; each year's costs are taken at its middle. 0: none.",
        unit="per year",
        example=0.03,
        default=0.0,
        ge=0,
        le=0.2,
    )
    published: Many[PriceList] = field(
        "Published price lists that are used, of the same currency; a price given below goes before them.",
        example=["us_programmes"],
        default=(),
        max_length=3,
    )
    prices: Many[Price] = field(
        "Prices of this scenario.",
        example=[{"unit": "methadone_day", "price": 18.0}],
        default=(),
        max_length=len(UNITS),
    )
