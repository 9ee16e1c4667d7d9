"""A person file: who a person is, what they took before, where they live, and what they set out to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from papaver.scenario.checks import CrossFault, cross_faults
from papaver.scenario.fields import ONE_LINE, SLUG, Many, Model, Section, field
from papaver.scenario.help import Help
from papaver.scenario.model import _version
from papaver.scenario.reading import Kind, read
from papaver.scenario.steps import Step

MOST_DAYS, MOST_PEOPLE = 3653, 1000
DAYS_PER_YEAR, DAYS_PER_MONTH = 365.25, 30.4375
OLDEST_PREGNANT = 60
DRUGS = ("heroin", "methadone", "buprenorphine")


def _yes_no(text: str) -> Any:
    return field(f"{text} Left out: by chance, as in the general mix.", example=True, default=None)


class Who(Model):
    """Set: who the person is. What is left out is drawn, for each of the alike people anew."""

    age_years: float | None = field(
        "Age on the first day.", unit="years", example=27, default=None, ge=12, le=90
    )
    woman: bool | None = _yes_no("Whether the person is a woman.")
    pregnant: bool = field(
        "Pregnant: what is known of withdrawal in pregnancy is told. The course itself is not changed.",
        example=True,
        default=False,
    )
    adverse_childhood: bool | None = _yes_no("Several adverse childhood experiences.")
    ptsd: bool | None = _yes_no("Post-traumatic stress disorder.")
    depression: bool | None = _yes_no("A depressive disorder.")
    anxiety: bool | None = _yes_no("An anxiety disorder.")
    adhd: bool | None = _yes_no("Attention deficit hyperactivity disorder.")
    chronic_pain: bool | None = _yes_no("Chronic pain.")
    seeks_high: bool | None = _yes_no("Uses to get high rather than to ease something.")
    strong_norms: bool | None = _yes_no("Has norms and rituals meant to keep use occasional.")
    liability: float | None = field(
        "Inherited and early liability to dependence, in standard deviations: 0 is average. "
        "Left out: by chance.",
        unit="standard deviations",
        example=0.0,
        default=None,
        ge=-4,
        le=4,
    )
    symptoms: Literal["mild", "middle", "hard"] | None = field(
        "How hard withdrawal is felt: mild as in one person of ten, middle, hard as in one of ten. Left out: "
        "by chance.",
        example="middle",
        default=None,
    )


class Where(Model):
    """Setting: where the person lives and uses, and what they use there."""

    peers_use: bool | None = _yes_no("Partner or close friends use opioids.")
    homeless: bool | None = _yes_no("No stable housing.")
    unemployed: bool | None = _yes_no("No work or training.")
    injects: bool | None = _yes_no("Injects; otherwise smokes or snorts.")
    alcohol: bool | None = _yes_no("Drinks heavily, at times with heroin.")
    benzodiazepines: bool | None = _yes_no("Takes benzodiazepines, at times with heroin.")
    gabapentinoids: bool | None = _yes_no("Takes gabapentin or pregabalin, at times with heroin.")
    stimulants: bool | None = _yes_no("Takes methamphetamine or cocaine as well, on part of the days.")
    availability: float | None = field(
        "Chance that heroin can be had on a day it is sought.",
        unit="share",
        example=0.7,
        default=None,
        ge=0,
        le=1,
    )
    stress: float | None = field(
        "Mean stress of the surroundings, in standard deviations of people's stress; 0 is average.",
        unit="standard deviations",
        example=0.0,
        default=None,
        ge=-3,
        le=3,
    )
    uses_alone: float | None = field(
        "Share of uses with nobody near who could help.", unit="share", example=0.3, default=None, ge=0, le=1
    )
    naloxone_nearby: float | None = field(
        "Share of uses with somebody near where naloxone is at hand.",
        unit="share",
        example=0.1,
        default=None,
        ge=0,
        le=1,
    )
    dose_unit_mg: float | None = field(
        "Pure heroin in one street unit.", unit="mg", example=12, default=None, gt=0, le=500
    )


class Before(Model):
    """What was before the first day."""

    status: Literal["never_used", "using", "abstinent"] = field(
        "never_used: the first use is on the first day; using: regular use up to now; abstinent: regular use "
        "that ended.",
        example="using",
    )
    months: float | None = field(
        "Months of regular use.", unit="months", example=12, default=None, gt=0, le=240
    )
    mg_per_day: float | None = field(
        "Pure heroin a day in that time (the amount taken, whatever the route). Left out: as tolerance and "
        "means let it grow.",
        unit="mg per day",
        example=100,
        default=None,
        gt=0,
        le=5000,
    )
    times_a_day: int = field(
        "Uses a day in that time.", unit="uses per day", example=4, default=4, ge=1, le=6
    )
    last_use_days_ago: int | None = field(
        "Days from the last use to the first day.", unit="days", example=30, default=None, ge=0, le=7305
    )


class Taken(Model):
    """A stretch of days on which the same is taken each day."""

    drug: Literal["heroin", "methadone", "buprenorphine", "none"] = field(
        "Drug that is taken; none on days without.", example="heroin"
    )
    mg_per_day: float = field(
        "Pure drug a day; 0 with `drug: none`.", unit="mg per day", example=60, default=0, ge=0, le=5000
    )
    times_a_day: int = field("Doses a day.", unit="doses per day", example=3, default=1, ge=1, le=6)
    from_day: int = field("First day, the first of all being 0.", unit="days", example=0, ge=0, le=MOST_DAYS)
    to_day: int = field("Last day.", unit="days", example=27, ge=0, le=MOST_DAYS)


class Person(Model):
    """A person and what is to be followed."""

    papaver: Annotated[Literal[1], BeforeValidator(_version)] = field(
        "Version of the format.", unit="version", example=1
    )
    name: str = field("Short name, also of the files written.", example="kim", pattern=SLUG, max_length=60)
    title: str | None = field(
        "Title of the figure; the short name if left out.",
        example="Kim stops after two years",
        default=None,
        min_length=1,
        max_length=200,
        pattern=ONE_LINE,
    )
    days: int = field("Length of the story.", unit="days", example=365, ge=2, le=MOST_DAYS)
    people: int = field(
        "People alike who are followed: they share what the file gives and differ in the rest. "
        "1: the one alone.",
        unit="people",
        example=200,
        default=200,
        ge=1,
        le=MOST_PEOPLE,
    )
    seed: int = field("Number that fixes all chance.", unit="none", example=1, default=1, ge=0, le=2**63 - 1)
    who: Section[Who] = field("Set: age, health, motives.", example={"depression": True}, default_factory=Who)
    where: Section[Where] = field("Setting and use.", example={"peers_use": True}, default_factory=Where)
    before: Before = field("What was before.", example={"status": "never_used"})
    plan: Many[Step] = field(
        "What the person or a service sets out to do; an empty list for nothing.",
        example=[{"do": "stop", "when": "day", "day": 100}],
        default=(),
        max_length=20,
    )
    taken: Many[Taken] = field(
        "What is taken on which days, without a gap from day 0 to the last: then nothing is decided, no "
        "`plan` is possible and overdose is not followed. Left out: use follows from urge and restraint.",
        example=[{"drug": "heroin", "mg_per_day": 60, "times_a_day": 3, "from_day": 0, "to_day": 27}],
        default=(),
        max_length=60,
    )
    hours_from_day: int | None = field(
        "First day of the two weeks shown hour by hour; left out: around the first stop or treatment.",
        unit="days",
        example=98,
        default=None,
        ge=0,
        le=MOST_DAYS,
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Person:
        if person_faults(self.model_dump()):
            raise PydanticCustomError("cross_field", "fields do not fit together")
        return self

    @property
    def heading(self) -> str:
        """Name of the story for readers."""
        return self.title or self.name.replace("_", " ")


# ----------------------------------------------------------------------------------- rules between fields


def person_faults(data: Any) -> list[CrossFault]:
    """Contradictions in a person file: in the past, in the plan, in what is taken."""
    if not isinstance(data, Mapping):
        return []
    return [*_past(data), *_pregnant(data), *_plan(data), *_taken(data), *_window(data)]


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, Mapping) else {}


def _past(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    before = _part(data, "before")
    status, ago = before.get("status"), before.get("last_use_days_ago")
    given = [key for key in ("months", "mg_per_day", "last_use_days_ago") if before.get(key) is not None]
    if status == "never_used" and given:
        what = f"has no meaning for somebody who never used ({before[given[0]]} is given)."
        yield CrossFault(("before", given[0]), what, "Leave it out, or write `status: using`.")
    if status in ("using", "abstinent") and before.get("months") is None:
        yield CrossFault(
            ("before", "months"), f"is missing; `status: {status}` needs it.", "Add for example `months: 12`."
        )
    if not isinstance(ago, int) and status == "abstinent":
        what = "is missing; `status: abstinent` needs it."
        yield CrossFault(("before", "last_use_days_ago"), what, "Add for example `last_use_days_ago: 90`.")
    if isinstance(ago, int) and status == "abstinent" and ago < 1:
        yield CrossFault(
            ("before", "last_use_days_ago"),
            "says that the last use was today, but the person is abstinent.",
            "Write the days since the last use, or `status: using`.",
        )
    if isinstance(ago, int) and status == "using" and ago > 28:
        yield CrossFault(
            ("before", "last_use_days_ago"),
            f"says that the last use was {ago} days ago, but the person is using.",
            "Write at most 28, or `status: abstinent`.",
        )


def _pregnant(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    who = _part(data, "who")
    age = who.get("age_years")
    if who.get("pregnant") is not True:
        return
    if who.get("woman") is False:
        yield CrossFault(("who", "pregnant"), "is true, but `woman` is false.", "Mend one of them.")
    if isinstance(age, int | float) and age > OLDEST_PREGNANT:
        what = f"is true at {age:g} years of age."
        yield CrossFault(("who", "pregnant"), what, f"Write an age up to {OLDEST_PREGNANT}, or leave it out.")


def _plan(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """The rules of a scenario's plans, with the places of this file."""
    days = data.get("days")
    as_scenario: dict[str, Any] = {"plans": [{"steps": data.get("plan") or []}], "draws": 0}
    as_scenario["cohort"] = {"start": "first_use"}  # a person of this file has no prescription
    if isinstance(days, int) and not isinstance(days, bool) and days > 0:
        as_scenario["years"] = days / DAYS_PER_YEAR
    for fault in cross_faults(as_scenario):
        if fault.path[:1] == ("plans",) and len(fault.path) > 3:
            yield CrossFault(("plan", *fault.path[3:]), *fault[1:])
    if data.get("plan") and data.get("taken"):
        yield CrossFault(
            ("taken",),
            "leaves nothing to decide, so the plan could not start.",
            "Leave out `plan` or `taken`.",
        )


def _taken(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    rows = data.get("taken")
    parts = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
    if not parts:
        return
    due = 0
    for i, row in enumerate(parts):
        first, last, mg, drug = (
            row.get("from_day"),
            row.get("to_day"),
            row.get("mg_per_day", 0),
            row.get("drug"),
        )
        if not isinstance(first, int) or not isinstance(last, int):
            return
        if last < first:
            yield CrossFault(
                ("taken", i, "to_day"),
                f"{last} comes before the first day, {first}.",
                f"Write {first} or more.",
            )
            return
        if first > due:
            gap = f"day {due} is" if first == due + 1 else f"days {due} to {first - 1} are"
            remedy = f"Begin this part on day {due}, or put a part with `drug: none` before it."
            yield CrossFault(("taken", i, "from_day"), f"leaves a gap: {gap} not told.", remedy)
        if first < due:
            yield CrossFault(
                ("taken", i, "from_day"), f"day {first} is told already.", f"Write `from_day: {due}`."
            )
        if drug == "none" and isinstance(mg, int | float) and mg > 0:
            yield CrossFault(("taken", i, "mg_per_day"), "nothing is taken of `drug: none`.", "Write 0.")
        if drug in DRUGS and isinstance(mg, int | float) and mg == 0:
            yield CrossFault(
                ("taken", i, "mg_per_day"), f"0 mg of {drug} is no dose.", "Give mg a day, or `drug: none`."
            )
        due = last + 1
    days = data.get("days")
    if isinstance(days, int) and due != days:
        what = f"ends on day {due - 1}, but the story has {days:,} days, the last being day {days - 1:,}."
        yield CrossFault(("taken", len(parts) - 1, "to_day"), what, f"Write {days - 1}, or `days: {due}`.")


def _window(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    first, days = data.get("hours_from_day"), data.get("days")
    if isinstance(first, int) and isinstance(days, int) and first >= days:
        yield CrossFault(
            ("hours_from_day",),
            f"day {first} lies beyond the last day, {days - 1}.",
            f"Write at most {days - 1}.",
        )


PERSON = Help(Person, "person file", (("who",), ("where",), ("before",)))
PERSON_FILE = Kind(Person, PERSON, person_faults, "examples/people/kim.yaml")


def load_person(path: str | FilePath) -> Person:
    """Read and validate a person file. Raises InputError with every fault: line, field and remedy."""
    return read(PERSON_FILE, path)[0]
