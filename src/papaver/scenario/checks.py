"""Rules that bind several fields of a scenario together.

They look at plain data that may be faulty elsewhere, so that one message can list everything.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from papaver.evidence.prices import published_prices
from papaver.scenario.steps import TREATMENTS

DAYS_PER_YEAR = 365.25
MOST_DAILY_SAMPLES = 1_000_000
MOST_LIVES = 5_000
MOST_PLANS = 50
MOST_YEARS = 60
MOST_DRAWS = 500
TAPERED = ("methadone", "buprenorphine", "heroin_assisted", "emergency_start", "slow_release_morphine")
WITH_TREATMENT = ("contingency_management", "counselling")
MOMENTS = ("start", "dependent", "day", "left_care", "overdose", "custody", "release")
CHANGES = {
    "change_setting": ("peers_use", "availability", "stress", "restraint", "new_place"),
    "change_supply": ("fentanyl_share", "purity_ratio"),
}
NOTHING = {"restraint": 0.0}  # a value that changes nothing
RESERVED = ("aux", "con", "nul", "prn")  # Windows has no folders of these names

Path = tuple[str | int, ...]


class CrossFault(NamedTuple):
    """Fields that do not fit together: where, what, and how to mend it."""

    path: Path
    what: str
    remedy: str


def cross_faults(data: Mapping[str, Any]) -> list[CrossFault]:
    """All rules between fields that ``data``, the content of a scenario, breaks."""
    return [
        *_names(data),
        *_ages(data),
        *_general_population(data),
        *_prescribed(data),
        *_strata(data),
        *_amount_of_output(data),
        *(fault for path, step in _steps(data) for fault in _step_faults(path, step, data)),
        *_one_treatment_at_a_time(data),
        *_something_to_leave(data),
        *_something_to_taper(data),
        *_something_to_go_with(data),
        *_custody_to_wait_for(data),
        *_prices(data),
    ]


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _section(data: object, name: str) -> Mapping[str, Any]:
    part = data.get(name) if isinstance(data, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _steps(data: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for i, plan in enumerate(_list(data.get("plans"))):
        for j, step in enumerate(_list(plan.get("steps")) if isinstance(plan, Mapping) else []):
            if isinstance(step, Mapping):
                yield ("plans", i, "steps", j), step


def _names(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    if data.get("name") in RESERVED:
        yield CrossFault(("name",), "cannot be the name of a folder on Windows.", "Choose another name.")
    seen: dict[str, int] = {}
    for i, plan in enumerate(_list(data.get("plans"))):
        name = plan.get("name") if isinstance(plan, Mapping) else None
        if not isinstance(name, str):
            continue
        first = seen.setdefault(name, i)
        if first != i:
            yield CrossFault(
                ("plans", i, "name"),
                f"the name {name[:60]!r} is taken by plans[{first}].",
                "Give each plan a name of its own.",
            )


def _ages(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """Curves given by their median and two points."""
    for name in ("age_years", "prescribed_mg_per_day"):
        curve = _section(data.get("cohort"), name)
        low, median, high = (_number(curve.get(key)) for key in ("low", "median", "high"))
        where: Path = ("cohort", name)
        if low is not None and median is not None and low > median:
            yield CrossFault(
                (*where, "low"), f"{low:g} is above the median, {median:g}.", "Put low <= median <= high."
            )
        if high is not None and median is not None and high < median:
            yield CrossFault(
                (*where, "high"), f"{high:g} is below the median, {median:g}.", "Put low <= median <= high."
            )


def _general_population(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """A general population needs its own ages; only there is a share dependent."""
    found = data.get("cohort")
    cohort = found if isinstance(found, Mapping) else {}
    general = cohort.get("start") == "general_population"
    if general and cohort.get("age_years") is None:
        yield CrossFault(
            ("cohort", "start"),
            "a general population needs ages of its own.",
            "Add for example `age_years: {median: 38, low: 16, high: 75}` below cohort.",
        )
    if not general and cohort.get("start") is not None and cohort.get("dependent_share") is not None:
        yield CrossFault(
            ("cohort", "dependent_share"),
            "only a general population has a share that is dependent at the start.",
            "Remove it, or write `start: general_population`.",
        )


def _prescribed(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """People on prescribed opioids need ages of their own; only they have a prescription to cut."""
    found = data.get("cohort")
    cohort = found if isinstance(found, Mapping) else {}
    start = cohort.get("start")
    if start == "prescribed_opioids" and cohort.get("age_years") is None:
        yield CrossFault(
            ("cohort", "start"),
            "people on prescribed opioids need ages of their own.",
            "Add for example `age_years: {median: 55, low: 35, high: 75}` below cohort.",
        )
    traits = cohort.get("set")
    if (
        isinstance(traits, Mapping)
        and start in ("dependent", "prescribed_opioids")
        and traits.get("prior_opioids")
    ):
        yield CrossFault(
            ("cohort", "set", "prior_opioids"),
            f"is about people at their first heroin: it has no meaning with `start: {start}`.",
            "Remove it, or write `start: first_use`.",
        )
    if start in ("first_use", "dependent", "general_population"):
        if cohort.get("prescribed_mg_per_day") is not None:
            yield CrossFault(
                ("cohort", "prescribed_mg_per_day"),
                f"has no meaning with `start: {start}`.",
                "Remove it, or write `start: prescribed_opioids`.",
            )
        for path, step in _steps(data):
            if step.get("do") == "cut_prescription":
                yield CrossFault(
                    (*path, "do"),
                    "nobody in this cohort has a prescription to cut.",
                    "Remove the step, or write `start: prescribed_opioids`.",
                )


def _strata(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    strata = _list(data.get("strata"))
    for i, stratum in enumerate(strata):
        if stratum in strata[:i]:
            yield CrossFault(("strata", i), f"{stratum!r} is listed twice.", "Name each split once.")


def _amount_of_output(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """Tables that would not fit in memory are refused at the door."""
    output = _section(data, "output")
    years, draws = _number(data.get("years")), _number(data.get("draws", 20))
    every, lives = _number(output.get("daily_every", 28)), _number(output.get("lives", 100))
    plans = len(_list(data.get("plans")))
    if lives is not None and lives <= MOST_LIVES < lives * plans and plans <= MOST_PLANS:
        yield CrossFault(
            ("output", "lives"),
            f"{lives:,.0f} lives of {plans} plans are more than the {MOST_LIVES:,} that can be kept.",
            f"Write at most {MOST_LIVES // plans}.",
        )
    if years is None or draws is None or every is None or every < 1:
        return
    samples = years * DAYS_PER_YEAR / every * plans * (draws + 1)
    if (
        samples > MOST_DAILY_SAMPLES and years <= MOST_YEARS and draws <= MOST_DRAWS
    ):  # else those are the faults
        enough = math.ceil(every * samples / MOST_DAILY_SAMPLES)
        yield CrossFault(
            ("output", "daily_every"),
            f"the day-by-day table would hold {samples:,.0f} days over all plans and draws, "
            f"more than {MOST_DAILY_SAMPLES:,}.",
            f"Write {enough} or more, or fewer draws.",
        )


def _step_faults(path: Path, step: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[CrossFault]:
    yield from _timing(path, step)
    yield from _within_horizon(path, step, data)
    start, target = _number(step.get("start_mg")), _number(step.get("target_mg"))
    if start is not None and target is not None and start > target:
        yield CrossFault(
            (*path, "start_mg"),
            f"{start:g} is above the target dose, {target:g}.",
            "Begin with the target dose or less.",
        )
    low = step.get("do") == "buprenorphine" and step.get("start") == "low_dose"
    if low and start is not None and start > 2:
        yield CrossFault(
            (*path, "start_mg"),
            f"{start:g} mg is no low dose to start with.",
            "Write 0.5 to 2, or `start: in_withdrawal`.",
        )
    change = CHANGES.get(str(step.get("do")), ())
    if change and not any(_given(step, key) for key in change):
        yield CrossFault((*path, "do"), "nothing is changed.", f"Give at least one of {', '.join(change)}.")


def _given(step: Mapping[str, Any], key: str) -> bool:
    return step.get(key) is not None and step.get(key) is not False and step.get(key) != NOTHING.get(key)


def _timing(path: Path, step: Mapping[str, Any]) -> Iterator[CrossFault]:
    when = step.get("when")
    if when == "day" and step.get("day") is None:
        yield CrossFault((*path, "day"), "is missing; `when: day` needs it.", "Add for example `day: 365`.")
    if when in MOMENTS and when != "day" and step.get("day") is not None:
        yield CrossFault(
            (*path, "day"), f"has no meaning with `when: {when}`.", "Write `when: day`, or leave `day` out."
        )
    if when in ("start", "day") and step.get("delay_days"):
        yield CrossFault(
            (*path, "delay_days"),
            f"has no meaning with `when: {when}`.",
            "Write `when: dependent` or another event, or name the day with `when: day` and `day`.",
        )


def _within_horizon(path: Path, step: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[CrossFault]:
    years = _number(data.get("years"))
    if years is None or not 0 < years <= MOST_YEARS:
        return
    horizon = math.ceil(years * DAYS_PER_YEAR)
    for key in ("day", "delay_days"):
        value = _number(step.get(key))
        if value is not None and horizon <= value <= MOST_YEARS * DAYS_PER_YEAR:
            yield CrossFault(
                (*path, key),
                f"day {value:g} lies beyond the end of the study, which has {horizon:,} days.",
                f"Write at most {horizon - 1:,}, or follow people for longer.",
            )


def _one_treatment_at_a_time(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """Two treatments that begin at the same moment leave open which one is given."""
    begun: dict[tuple[object, ...], Path] = {}
    for path, step in _steps(data):
        do, when = step.get("do"), step.get("when")
        if do not in TREATMENTS or when not in MOMENTS:
            continue
        moment = (path[1], when, str(step.get("delay_days") or 0), str(step.get("day")))
        first = begun.setdefault(moment, path)
        if first != path:
            yield CrossFault(
                (*path, "do"),
                f"{do} begins at the same moment as the treatment in steps[{first[3]}].",
                "Let one begin later, or make two plans of them.",
            )


def _something_to_leave(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """A step after a stay in treatment can never begin in a plan without another treatment."""
    steps = list(_steps(data))
    for path, step in steps:
        others = [one for where, one in steps if where[1] == path[1] and where != path]
        if step.get("when") == "left_care" and not any(
            one.get("do") in TREATMENTS and one.get("when") != "left_care" for one in others
        ):
            yield CrossFault(
                (*path, "when"),
                "left_care never comes: this plan has no treatment that begins in another way.",
                "Add the treatment that is left, or let the step begin at another time.",
            )


def _something_to_taper(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """A taper needs a treatment whose medicine is given day by day."""
    steps = list(_steps(data))
    for path, step in steps:
        treated = {str(one.get("do")) for where, one in steps if where[1] == path[1]}
        if step.get("do") == "taper" and not treated & set(TAPERED):
            yield CrossFault(
                (*path, "do"),
                "nothing can be tapered: this plan has no treatment with a daily medicine.",
                f"Add one of {', '.join(TAPERED)}; a prescription for pain is cut with `cut_prescription`.",
            )


def _something_to_go_with(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """Incentives and added counselling go with a treatment."""
    steps = list(_steps(data))
    for path, step in steps:
        others = {str(one.get("do")) for where, one in steps if where[1] == path[1]}
        if step.get("do") in WITH_TREATMENT and not others & set(TREATMENTS):
            yield CrossFault(
                (*path, "do"),
                "it goes with a treatment, and this plan has none.",
                f"Add one of {', '.join(TREATMENTS)}.",
            )


def _custody_to_wait_for(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """A step in or after custody needs somebody to be taken into custody."""
    steps = list(_steps(data))
    setting = _section(_section(data, "cohort"), "setting")
    taken = bool(_number(setting.get("custody_per_year")))
    if not taken and setting.get("custody_treatment_goes_on") is not None:
        yield CrossFault(
            ("cohort", "setting", "custody_treatment_goes_on"),
            "has no meaning where nobody is taken into custody.",
            "Add `custody_per_year`, or leave it out; a custody step has `treatment_goes_on`.",
        )
    for path, step in steps:
        others = {str(one.get("do")) for where, one in steps if where[1] == path[1]}
        if step.get("when") in ("custody", "release") and not taken and "custody" not in others:
            yield CrossFault(
                (*path, "when"),
                f"{step['when']} never comes: nobody is taken into custody.",
                "Add a custody step to the plan, or `custody_per_year` to the setting.",
            )


def _prices(data: Mapping[str, Any]) -> Iterator[CrossFault]:
    """Each unit has one price, and published lists are in the currency of the scenario."""
    costs = _section(data, "costs")
    seen: set[object] = set()
    for i, price in enumerate(_list(costs.get("prices"))):
        unit = price.get("unit") if isinstance(price, Mapping) else None
        if isinstance(unit, str) and unit in seen:
            yield CrossFault(
                ("costs", "prices", i, "unit"), f"{unit} has two prices.", "Give each unit one price."
            )
        seen.add(unit if isinstance(unit, str) else None)
    for i, name in enumerate(_list(costs.get("published"))):
        money = {one.currency for one in published_prices() if one.list == name}
        if money and isinstance(costs.get("currency"), str) and costs["currency"] not in money:
            yield CrossFault(
                ("costs", "published", i),
                f"{name} is in {', '.join(sorted(money))}, the scenario in {costs['currency']}.",
                "Use one currency; nothing is converted.",
            )
