"""Protocol of a virtual trial: who is enrolled, the arms, and what is measured when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from papaver.scenario.checks import CrossFault, cross_faults
from papaver.scenario.fields import ONE_LINE, SLUG, Many, Model, field
from papaver.scenario.help import Help
from papaver.scenario.model import Cohort, Plan, _version
from papaver.scenario.reading import Kind, read

MOST_DAYS = 1826
MOST_ARMS = 6
DAYS_PER_YEAR = 365.25
MEASURES = (
    "retained",
    "days_of_use",
    "any_use",
    "relapse",
    "days_with_withdrawal",
    "overdose",
    "died",
)
Measure = Literal["retained", "days_of_use", "any_use", "relapse", "days_with_withdrawal", "overdose", "died"]


class Outcome(Model):
    """What is measured over a window of days, the first day of the trial being 0."""

    name: str = field(
        "Short name, used in tables: small letters, digits, - and _, beginning with a letter.",
        example="retained_24_weeks",
        pattern=SLUG,
        max_length=60,
    )
    label: str | None = field(
        "Name shown in the figure; the short name if left out.",
        example="In treatment at 24 weeks",
        default=None,
        min_length=1,
        max_length=120,
        pattern=ONE_LINE,
    )
    measure: Measure = field(
        "retained: share still in the first stay at the end of the window; days_of_use: mean days of use; "
        "any_use: share who used; relapse: share who used on `days` of some `within` days in a row; "
        "days_with_withdrawal: mean days with COWS 5 or more; overdose: share with an overdose, fatal or "
        "not; died: share who died.",
        example="retained",
    )
    from_day: int = field(
        "First day of the window.", unit="days", example=0, default=0, ge=0, le=MOST_DAYS - 1
    )
    to_day: int = field("Day after the last day of the window.", unit="days", example=168, ge=1, le=MOST_DAYS)
    days: int = field(
        "Days of use that count as relapse (with `measure: relapse`).",
        unit="days",
        example=7,
        default=7,
        ge=1,
        le=28,
    )
    within: int = field(
        "Length of the run of days in which they fall (with `measure: relapse`).",
        unit="days",
        example=7,
        default=7,
        ge=1,
        le=28,
    )
    among: Literal["randomised", "in_programme"] = field(
        "randomised: everybody enrolled, as in an analysis by intention to treat; in_programme: those alive "
        "and in a programme on the last day of the window, as a clinic sees.",
        example="randomised",
        default="randomised",
    )

    @property
    def heading(self) -> str:
        """Name of the outcome for readers."""
        return self.label or self.name.replace("_", " ")


class Trial(Model):
    """A virtual trial: arms, people, windows."""

    papaver: Annotated[Literal[1], BeforeValidator(_version)] = field(
        "Version of the format.", unit="version", example=1
    )
    name: str = field(
        "Short name of the trial, also of its results folder.",
        example="two_medicines",
        pattern=SLUG,
        max_length=60,
    )
    title: str | None = field(
        "Title of the figure; the short name if left out.",
        example="Methadone or buprenorphine?",
        default=None,
        min_length=1,
        max_length=200,
        pattern=ONE_LINE,
    )
    people_per_arm: int = field("People enrolled in each arm.", unit="people", example=250, ge=2, le=20_000)
    assignment: Literal["parallel", "same_people"] = field(
        "parallel: each arm has people of its own, as in a real trial; same_people: the same people live "
        "through every arm, which no real trial can do and which shows differences with fewer people.",
        example="parallel",
        default="parallel",
    )
    draws: int = field(
        "How many trials are simulated, each with its own draw of the uncertain inputs; 0: one trial with "
        "central values.",
        unit="draws",
        example=20,
        default=20,
        ge=0,
        le=500,
    )
    seed: int = field("Number that fixes all chance.", unit="none", example=1, default=1, ge=0, le=2**63 - 1)
    cohort: Cohort = field("The people enrolled.", example={"start": "dependent"})
    arms: Many[Plan] = field(
        "The arms; the others are compared with the first.",
        example=[{"name": "methadone", "steps": []}],
        min_length=1,
        max_length=MOST_ARMS,
    )
    outcomes: Many[Outcome] = field(
        "What is measured.",
        example=[{"name": "retained", "measure": "retained", "to_day": 168}],
        min_length=1,
        max_length=20,
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Trial:
        if trial_faults(self.model_dump()):
            raise PydanticCustomError("cross_field", "fields do not fit together")
        return self

    @property
    def heading(self) -> str:
        """Name of the trial for readers."""
        return self.title or self.name.replace("_", " ")

    @property
    def days(self) -> int:
        """Length of follow-up: to the end of the last window."""
        return max(outcome.to_day for outcome in self.outcomes)


def trial_faults(data: Any) -> list[CrossFault]:
    """Rules between fields of a protocol; those of cohort and arms are the rules of a scenario."""
    if not isinstance(data, Mapping):
        return []
    ends = [_whole(one, "to_day") for one in _outcomes(data)]
    days = max((end for end in ends if end is not None), default=None)
    as_scenario = {"cohort": data.get("cohort"), "plans": data.get("arms"), "draws": 0}
    if days is not None and days > 0:
        as_scenario["years"] = days / DAYS_PER_YEAR
    arms = [
        CrossFault(("arms", *fault.path[1:]) if fault.path[:1] == ("plans",) else fault.path, *fault[1:])
        for fault in cross_faults(as_scenario)
        if fault.path[:1] != ("output",)
    ]
    return [*arms, *_outcome_faults(data)]


def _outcome_faults(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    seen: dict[str, int] = {}
    for i, outcome in enumerate(_outcomes(data)):
        start, end = _whole(outcome, "from_day") or 0, _whole(outcome, "to_day")
        if end is not None and end <= start:
            what = f"{end} does not lie after the first day of the window, {start}."
            yield CrossFault(("outcomes", i, "to_day"), what, f"Write {start + 1} or more.")
        days, within = _whole(outcome, "days"), _whole(outcome, "within")
        if outcome.get("measure") == "relapse" and (days or 7) > (within or 7):
            what = f"{days or 7} days of use cannot fall in {within or 7} days."
            yield CrossFault(("outcomes", i, "days"), what, f"Write at most {within or 7}.")
        name = outcome.get("name")
        if isinstance(name, str):
            first = seen.setdefault(name, i)
            if first != i:
                what = f"the name {name[:60]!r} is taken by outcomes[{first}]."
                yield CrossFault(("outcomes", i, "name"), what, "Give each outcome a name of its own.")


def _outcomes(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = data.get("outcomes")
    items = given if isinstance(given, list | tuple) else []
    return [item if isinstance(item, Mapping) else {} for item in items]


def _whole(data: Mapping[str, Any], key: str) -> int | None:
    value = data.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


TRIAL = Help(Trial, "trial protocol", (("cohort",),))
TRIAL_FILE = Kind(Trial, TRIAL, trial_faults, "examples/trials/two_medicines.yaml")


def load_trial(path: str | FilePath) -> Trial:
    """Read and validate a trial protocol. Raises InputError with every fault: line, field and remedy."""
    return read(TRIAL_FILE, path)[0]
