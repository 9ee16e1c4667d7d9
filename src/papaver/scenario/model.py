"""What a study is: the fields of a scenario file, with their help text, unit, bounds and example.

Who the people are at the start (set and setting), for how long they are followed, and the plans that are
compared. A field of the cohort that is left out keeps the population mix of the inputs.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from papaver.scenario.checks import MOST_DRAWS, MOST_LIVES, MOST_PLANS, MOST_YEARS, cross_faults
from papaver.scenario.costs import Costs
from papaver.scenario.fields import ONE_LINE, SLUG, Many, Model, Section, field, share
from papaver.scenario.size import MOST_PEOPLE
from papaver.scenario.steps import Step

VERSION = 1
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2200, 1, 1)


def _date(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("no_such_date", "no such date") from None
    if not FIRST_DATE <= found <= LAST_DATE:
        raise PydanticCustomError("far_date", "out of range")
    return found


def _version(value: object) -> object:
    if type(value) is not int:  # 1.0 and true equal 1
        raise PydanticCustomError("no_version", "no version")
    return value


class Age(Model):
    """Ages at the start: a log-normal curve given by its median and its 5 % and 95 % points."""

    median: float = field("Half are younger than this.", unit="years", example=20, ge=10, le=90)
    low: float = field("One in twenty is younger than this.", unit="years", example=16, ge=10, le=90)
    high: float = field("One in twenty is older than this.", unit="years", example=30, ge=10, le=90)


class Set(Model):
    """Set: what people bring with them. Shares of the cohort, each 0 to 1."""

    adverse_childhood: float | None = share("Share with several adverse childhood experiences.", 0.25)
    ptsd: float | None = share("Share with post-traumatic stress disorder.", 0.10)
    depression: float | None = share("Share with a depressive disorder.", 0.20)
    anxiety: float | None = share("Share with an anxiety disorder.", 0.18)
    adhd: float | None = share("Share with attention deficit hyperactivity disorder.", 0.08)
    chronic_pain: float | None = share("Share with chronic pain.", 0.12)
    seeks_high: float | None = share(
        "Share whose motive is to get high; the others use to ease something.", 0.6
    )
    strong_norms: float | None = share("Share with norms and rituals meant to keep use occasional.", 0.5)
    prior_opioids: float | None = share(
        "Share who come to their first heroin with an opioid use disorder from pills; left out: none.", 0.45
    )


class Setting(Model):
    """Setting: the surroundings people live and use in."""

    peers_use: float | None = share("Share whose partner or close friends use opioids.", 0.5)
    homeless: float | None = share("Share without stable housing.", 0.08)
    unemployed: float | None = share("Share without work or training.", 0.25)
    availability: float | None = share("Chance that heroin can be had on a day it is sought.", 0.7)
    stress: float | None = field(
        "Mean stress of the surroundings, in standard deviations of people's stress; 0 is average.",
        unit="standard deviations",
        example=0.0,
        default=None,
        ge=-3,
        le=3,
    )
    uses_alone: float | None = share("Share of uses with nobody near who could help.", 0.3)
    naloxone_nearby: float | None = share("Share of uses with somebody near where naloxone is at hand.", 0.1)
    custody_per_year: float | None = field(
        "How often people who use are taken into custody; left out: never.",
        unit="per person-year of use",
        example=0.2,
        default=None,
        ge=0,
        le=10,
    )
    custody_days: float | None = field(
        "Mean length of such a stay in custody.",
        unit="days",
        example=60,
        default=None,
        ge=1,
        le=3660,
    )
    custody_treatment_goes_on: float | None = share(
        "Share of stays in custody in which treatment goes on inside; left out: none.", 0.5
    )


class PrescribedDose(Model):
    """Doses prescribed for pain: a log-normal curve given by its median and its 5 % and 95 % points."""

    median: float = field("Half are on less than this.", unit="mg per day", example=60, gt=0, le=2000)
    low: float = field("One in twenty is on less than this.", unit="mg per day", example=20, gt=0, le=2000)
    high: float = field("One in twenty is on more than this.", unit="mg per day", example=180, gt=0, le=2000)


class Supply(Model):
    """What is used and how."""

    injecting_share: float | None = share("Share of people who inject; the others smoke or snort.", 0.4)
    alcohol_share: float | None = share("Share of people who drink alcohol every day, with heroin too.", 0.25)
    benzodiazepine_share: float | None = share(
        "Share of people who take benzodiazepines, at times with heroin.", 0.2
    )
    gabapentinoid_share: float | None = share(
        "Share of people who take gabapentin or pregabalin, at times with heroin.", 0.1
    )
    stimulant_share: float | None = share(
        "Share of people who take methamphetamine or cocaine as well, on part of the days.", 0.3
    )
    fentanyl_share: float | None = share(
        "Share of bags sold as heroin that hold fentanyl, from the start; 0 if left out.", 0.5
    )
    dose_unit_mg: float | None = field(
        "Median of pure heroin in one street unit (bag, wrap or point).",
        unit="mg",
        example=12,
        default=None,
        gt=0,
        le=500,
    )


class Cohort(Model):
    """The people at the start. Whatever is left out is as in the general mix of the inputs."""

    start: Literal["first_use", "dependent", "general_population", "prescribed_opioids"] = field(
        "Where follow-up begins: at the first use of heroin, with people already dependent on it, with "
        "people on opioids prescribed for pain who never used heroin (they may turn to it), or with a "
        "general population, in which dependent_share are dependent and the others have never used (they may "
        "begin, at the published incidence).",
        example="first_use",
    )
    dependent_share: float | None = share(
        "Share of a general population that is dependent on heroin at the start; 0 if left out.", 0.01
    )
    prescribed_mg_per_day: PrescribedDose | None = field(
        "Prescribed opioids in milligrams of morphine by mouth, or as strong, a day (with `start: "
        "prescribed_opioids`); left out: as in US veterans on long-term therapy.",
        unit="mg per day",
        example={"median": 60, "low": 20, "high": 180},
        default=None,
    )
    women_share: float | None = share("Share of women.", 0.35)
    age_years: Age | None = field(
        "Ages at the start.", unit="years", example={"median": 20, "low": 16, "high": 30}, default=None
    )
    set: Section[Set] = field(
        "Set: health, history and motives of the people.", example={"ptsd": 0.1}, default_factory=Set
    )
    setting: Section[Setting] = field(
        "Setting: the surroundings of the people.", example={"peers_use": 0.5}, default_factory=Setting
    )
    supply: Section[Supply] = field(
        "Supply: the street units and how they are used.",
        example={"injecting_share": 0.4},
        default_factory=Supply,
    )


class Output(Model):
    """How much detail is kept beside the summaries."""

    daily_every: int = field(
        "The day-by-day table has one row for every so many days.",
        unit="days",
        example=28,
        default=28,
        ge=1,
        le=3660,
    )
    lives: int = field(
        "Lives kept in full, per plan, from the run with central values.",
        unit="people",
        example=200,
        default=100,
        ge=0,
        le=MOST_LIVES,
    )


Stratum = Literal[
    "women",
    "adverse_childhood",
    "ptsd",
    "depression",
    "anxiety",
    "adhd",
    "chronic_pain",
    "seeks_high",
    "strong_norms",
    "peers_use",
    "homeless",
    "unemployed",
    "injects",
    "alcohol",
    "benzodiazepines",
    "gabapentinoids",
    "stimulants",
]


class Plan(Model):
    """What the people, or a service, set out to do. The same people live through every plan."""

    name: str = field(
        "Short name, used in tables: small letters, digits, - and _, beginning with a letter.",
        example="cut_back",
        pattern=SLUG,
        max_length=60,
    )
    label: str | None = field(
        "Name shown in the report; the short name if left out.",
        example="Cut back by half",
        default=None,
        min_length=1,
        max_length=120,
        pattern=ONE_LINE,
    )
    steps: Many[Step] = field(
        "What is done, each with the time it begins; an empty list for nothing.",
        example=[{"do": "stop", "when": "dependent", "delay_days": 180}],
        max_length=20,
    )

    @property
    def heading(self) -> str:
        """Name of the plan for readers."""
        return self.label or self.name.replace("_", " ")


class Scenario(Model):
    """A study: who is followed, for how long, and under which plans."""

    papaver: Annotated[Literal[1], BeforeValidator(_version)] = field(
        "Version of the scenario format.", unit="version", example=1
    )
    name: str = field(
        "Short name of the study, also of its results folder: small letters, digits, - and _, beginning "
        "with a letter.",
        example="responsible_use",
        pattern=SLUG,
        max_length=60,
    )
    title: str | None = field(
        "Title of the report; the short name if left out.",
        example='Can heroin be used "responsibly"?',
        default=None,
        min_length=1,
        max_length=200,
        pattern=ONE_LINE,
    )
    question: str | None = field(
        "The question the study is to answer, shown at the top of the report.",
        example="People at their first use of heroin are followed for ten years: what becomes of them?",
        default=None,
        min_length=1,
        max_length=2000,
    )
    start_date: Annotated[date, BeforeValidator(_date)] | None = field(
        "Date of the first day, as year-month-day from 1900 to 2200; left out: days are only counted.",
        example="2026-01-01",
        default=None,
    )
    years: float = field("Length of follow-up.", unit="years", example=10, gt=0, le=MOST_YEARS)
    people: int = field(
        "Number of people followed under each plan and each draw of the inputs.",
        unit="people",
        example=600,
        ge=1,
        le=MOST_PEOPLE,
    )
    draws: int = field(
        "Number of times the uncertain inputs are drawn, for the uncertainty of the answers; 0: central "
        "values only.",
        unit="draws",
        example=20,
        default=20,
        ge=0,
        le=MOST_DRAWS,
    )
    seed: int = field(
        "Number that fixes all chance: the same seed gives the same results.",
        unit="none",
        example=20261122,
        default=1,
        ge=0,
        le=2**63 - 1,
    )
    cohort: Cohort = field("The people at the start.", example={"start": "first_use"})
    strata: Many[Stratum] = field(
        "Splits for which results are reported apart; each doubles the number of groups (six: 64 groups).",
        example=["adverse_childhood", "peers_use", "strong_norms"],
        default=(),
        max_length=6,
    )
    output: Section[Output] = field(
        "How much detail is kept.", example={"daily_every": 28, "lives": 200}, default_factory=Output
    )
    costs: Costs | None = field(
        "Prices of treatment, overdoses and places, for a table of costs; left out: units are only counted.",
        example={"currency": "USD", "published": ["us_programmes"], "discount_per_year": 0.03},
        default=None,
    )
    plans: Many[Plan] = field(
        "The plans that are compared, the first being the one the others are compared with.",
        example=[{"name": "no_rule", "steps": []}],
        min_length=1,
        max_length=MOST_PLANS,
    )

    _text: str = PrivateAttr(default="")
    _notes: tuple[str, ...] = PrivateAttr(default=())

    @model_validator(mode="after")
    def _fits_together(self) -> Scenario:
        if cross_faults(self.model_dump()):
            raise PydanticCustomError("cross_field", "fields do not fit together")
        return self

    @property
    def text(self) -> str:
        """The file as read, with Unix line ends and without a byte order mark."""
        return self._text

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the file should be told, such as an upgrade from an older version."""
        return self._notes

    @property
    def heading(self) -> str:
        """Name of the study for readers."""
        return self.title or self.name.replace("_", " ")

    def fingerprint_data(self) -> str:
        """Canonical JSON of the validated content: comments and layout of the file do not change it."""
        data = self.model_dump(mode="json")
        return json.dumps(data, sort_keys=True, separators=(",", ":"), allow_nan=False)
