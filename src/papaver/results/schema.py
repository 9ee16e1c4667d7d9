"""The tables of a run, column by column: the same description writes them and checks them on reading.

All tables are long, keyed by plan, draw and stratum. Draw 0 holds the central values of the inputs; draws
1, 2, ... are sampled. Rows whose numbers are all zero are left out of ``person_time``, ``events``,
``symptoms`` and ``daily``. Year k (from 0) begins on day floor(365.25 k).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SCHEMA = 1
"""Version of the results contract; stands as ``papaver_schema`` in the metadata of every Parquet file."""

TEXT, SMALL, COUNT, FLAG, NUMBER = "string", "int32", "int64", "bool", "double"
ANY = "any"

BLOCKS = "blocks"
COSTS = "costs.csv"
INPUTS = "inputs.csv"
MARKER = "run.json"
PROVENANCE = "provenance.json"
REPORT = "report.html"
SCENARIO = "scenario.yaml"
SUMMARY = "summary.json"


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type, what it means and its unit (empty for names and plain numbers)."""

    name: str
    dtype: str
    meaning: str
    unit: str = ""
    optional: bool = False
    """Whether a value may be missing (null)."""


@dataclass(frozen=True)
class Table:
    """One table of a run.

    ``more`` is the Arrow type of the further columns a run may have (``any`` for a mix, empty for none) and
    ``more_meaning`` what they hold.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    more: str = ""
    more_meaning: str = ""

    @property
    def file(self) -> str:
        """File name inside the folder of a run."""
        return f"{self.name}.parquet"


PLAN = Column("plan", TEXT, "name of the plan")
DRAW = Column("draw", SMALL, "number of the parameter draw; 0 = central values")
STRATUM = Column(
    "stratum",
    SMALL,
    "number of the stratum; the first split of the scenario is its highest bit",
)
YEAR = Column("year", SMALL, "year of follow-up, from 0", "year")
STATUS = Column("status", TEXT, "where a person is in the course of use")

PERSON_TIME = Table(
    "person_time",
    "person-days by year, status and programme",
    (
        PLAN,
        DRAW,
        STRATUM,
        YEAR,
        STATUS,
        Column("programme", TEXT, "treatment programme on that day, or none"),
        Column("person_days", COUNT, "days lived, summed over people", "person-day"),
    ),
)
EVENTS = Table(
    "events",
    "events by year",
    (
        PLAN,
        DRAW,
        STRATUM,
        YEAR,
        Column("event", TEXT, "what happened"),
        Column("count", COUNT, "how often, summed over people"),
    ),
)
SYMPTOMS = Table(
    "symptoms",
    "person-days with a withdrawal symptom at a troubling level, by year",
    (
        PLAN,
        DRAW,
        STRATUM,
        YEAR,
        Column("symptom", TEXT, "the symptom, or a COWS score reached"),
        Column("person_days", COUNT, "days with it, summed over people", "person-day"),
    ),
)
DAILY = Table(
    "daily",
    "people by status on sampled days, over all strata",
    (
        PLAN,
        DRAW,
        Column("day", SMALL, "day from the start of follow-up", "day"),
        STATUS,
        Column("people", COUNT, "people with this status on that day", "person"),
    ),
    COUNT,
    "one column per symptom: people with this status and the symptom on that day",
)
OUTCOMES = Table(
    "outcomes",
    "people by what became of them; zero rows are kept",
    (
        PLAN,
        DRAW,
        STRATUM,
        Column("outcome", TEXT, "what became of them; `everyone` counts all people of the stratum"),
        Column("people", COUNT, "people with this outcome", "person"),
    ),
)
STRATA = Table(
    "strata",
    "the strata, one row each",
    (
        STRATUM,
        Column("label", TEXT, "the stratum in words"),
        Column("people", COUNT, "people at the start in the central draw", "person"),
        Column("people_drawn", COUNT, "people at the start, summed over the sampled draws", "person"),
    ),
    FLAG,
    "one column per split declared in the scenario: whether people of the stratum have it",
)
PEOPLE = Table(
    "people",
    "a sample of lives: the first people of each plan in the central draw, at most 5,000 rows",
    (
        PLAN,
        Column("person", COUNT, "number of the person: the same person under every plan"),
        STRATUM,
    ),
    ANY,
    "traits at the start and outcomes of the life, named with their unit",
)
DRAWS = Table(
    "draws",
    "the value of every input in every draw",
    (
        DRAW,
        Column("name", TEXT, "name of the input"),
        Column("value", NUMBER, "its value in this draw, in the unit given in inputs.csv"),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (PERSON_TIME, EVENTS, SYMPTOMS, DAILY, OUTCOMES, STRATA, PEOPLE, DRAWS)}
)


def _day(name: str, meaning: str) -> Column:
    return Column(name, COUNT, f"{meaning}; null if never", "day", optional=True)


LIFE_COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        column.name: column
        for column in (
            Column("age_years", NUMBER, "age at the start", "year"),
            Column("liability", NUMBER, "liability to dependence", "standard deviation"),
            Column("injects", FLAG, "whether the person injects"),
            _day("disorder_day", "day an opioid use disorder began"),
            _day("dependence_day", "day dependence began, before 0 if before the start"),
            _day("last_use_day", "day of the last use"),
            Column("use_days", COUNT, "days of use", "day"),
            Column("overdoses", COUNT, "overdoses, survived or not"),
            Column("days_in_treatment", COUNT, "days in a treatment programme", "day"),
            Column("days_with_withdrawal", COUNT, "days with at least 5 points on the COWS", "day"),
            _day("death_day", "day of death"),
            Column("final_status", TEXT, "status at the end"),
            Column("overdoses_hypoxic", COUNT, "overdoses survived because help came"),
            Column("overdoses_meant", COUNT, "overdoses judged to be attempts at suicide"),
            Column("brain_injuries", COUNT, "overdoses brought to hospital that left a lasting brain injury"),
        )
    }
)
"""What the columns of lives mean."""

EVERYONE = "everyone"
MOST_LIVES = 5000
