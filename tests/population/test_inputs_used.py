"""Every input the model claims to use is used: change one value, see some result change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import papaver
from papaver.evidence import inputs
from papaver.person.life import Body, Dose, every, follow_hours
from papaver.person.records import (
    CONTINGENCY,
    COUNSELLING,
    DETOXIFICATION,
    EMERGENCY_START,
    SLOW_MORPHINE_CARE,
    TABLET_CARE,
    WHEN_LEFT_CARE,
)
from papaver.person.withdrawal import cows_band, sows_band
from papaver.population.job import Job
from tests.population.lives import CENTRAL, PLANS, arrays, block, diaries, job, step

# Inputs that no result of the hour view or of the day loop can show, and who reads them.
READ_ELSEWHERE = {
    "share_prior_opioids": "whom surveys of people who began in 2002-2016 met, where studies are simulated",
    "largest_chance": "a guard against an infinite hazard",
    "smallest_chance": "a guard against division by nothing",
    "smallest_blockade": "below it a depot counts as gone",
    "smallest_depot_mg": "below it a depot counts as empty",
    "naltrexone_largest_load": "hardly any opioid left: the week without heroin comes first",
    "stay_ratio_trial": "how easily people leave another service, where studies are simulated",
    "stay_ratio_nsw": "as above",
    "stay_ratio_claims": "as above",
    "stay_ratio_inpatient": "as above",
}
GENERAL = Job(
    days=2500,
    general=True,
    dependent_share=0.1,
    settings={"age_years": 26.0, "age_log_sd": 0.8},
    daily_every=30,
)
TABLETS = [step(DETOXIFICATION, c=10.0, flag=2), step(TABLET_CARE, WHEN_LEFT_CARE, again=60)]
MORPHINE = [
    step(SLOW_MORPHINE_CARE, a=200.0, b=800.0, again=60),
    step(CONTINGENCY, c=200.0),
    step(COUNSELLING, c=400.0),
]
EMERGENCY = [step(EMERGENCY_START, a=0.8, b=16.0, c=7.0, again=60)]
# A cohort in which what is rare happens often: overdoses, help, death.
OFTEN = {
    "background_death": 0.02,
    "overdose_margin": float(CENTRAL["overdose_margin"]) / 3.0,
    "urge_base": -2.0,
    "initiation_per_year": 0.05,
    "turn_per_year": 0.3,
}


def clearly_changed(name: str) -> float:
    """Another value of an input: the farther end of its range, or a third more, or one more if counted."""
    one = inputs.input_(name)
    value = float(CENTRAL[name])
    if one.lo is not None and one.hi is not None and (value - one.lo or one.hi - value):
        return float(one.lo if value - one.lo > one.hi - value else one.hi)
    if one.unit in {"count", "day", "points", "h"} and value == round(value):
        return value + max(1.0, round(value / 3.0))
    return value * (0.7 if one.unit in {"fraction", "probability"} else 1.3)


def base() -> Any:
    return inputs.changed(CENTRAL, **OFTEN)


def hour_view(record: Any) -> Iterator[np.ndarray]:
    doses = [
        *every("heroin", 40.0, each_hours=6, days=12),
        Dose("naloxone", 290.0, 2.0),
        Dose("methadone", 340.0, 40.0),
        Dose("buprenorphine", 400.0, 8.0),
    ]
    for frailty in (1.0, 5.0):
        course = follow_hours(doses, 24, record, body=Body(frailty=frailty))
        yield np.column_stack(list(course.values()))
    yield np.array([cows_band(points, record) for points in range(49)])
    yield np.array([sows_band(points, record) for points in range(65)])


def lives(record: Any) -> Iterator[np.ndarray]:
    once = ("keep_rule", "cut_back", "stop", "detoxification", "change_setting")
    for plan, people, dependent in (
        ([row for name in once for row in PLANS[name]], 60, False),
        ("stop", 240, True),
        ("methadone", 30, True),
        ("buprenorphine", 240, True),
        ("detoxification", 30, True),
        ("methadone_detoxification", 30, True),
        ("naltrexone", 60, True),
        ("depot", 30, True),
        ("heroin_assisted", 30, True),
        ("lofexidine", 30, True),
        (TABLETS, 60, True),
        (MORPHINE, 30, True),
        (EMERGENCY, 30, True),
        ("custody", 60, True),
        ("none", 300, True),
        ("none", 600, False),
    ):
        carried = {"naloxone": 0.7, "fentanyl_share": 0.5} if people == 300 else {}
        one = job(plan, 500, lives=people, dependent=dependent, settings=carried)
        for _, counted in arrays(block(one, people, record=record)):
            yield np.array(counted.tolist()) if counted.dtype.names else counted
    moved = job("change_setting", 500, lives=60, dependent=True)
    general = replace(GENERAL, days=2500, lives=60)
    patients = job("cut_prescription", 400, lives=60, prescribed=True)
    held = job("none", 500, lives=60, dependent=True, settings={"custody_per_year": 2.0})
    pills = job("none", 200, lives=60, settings={"prior_share": 0.5})
    for one, people in ((moved, 60), (general, 300), (patients, 60), (held, 60), (pills, 60)):
        for _, counted in arrays(block(one, people, record=record)):
            yield np.array(counted.tolist()) if counted.dtype.names else counted
    rarely = inputs.changed(record, overdose_margin=float(CENTRAL["overdose_margin"]))
    diary = diaries(job("none", 800), 300, record=rarely)
    yield diary.criteria
    yield diary.beside


def results(record: Any) -> Iterator[np.ndarray]:
    yield from hour_view(record)
    yield from lives(record)


@cache
def usual() -> tuple[np.ndarray, ...]:
    return tuple(results(base()))


def changes_something(name: str) -> bool:
    record = inputs.changed(base(), **{name: clearly_changed(name)})
    return any(not np.array_equal(one, two) for one, two in zip(usual(), results(record), strict=True))


@pytest.mark.parametrize("name", [n for n in CENTRAL.dtype.names if n not in READ_ELSEWHERE])
def test_a_changed_input_changes_a_result(name: str) -> None:
    assert clearly_changed(name) != base()[name]
    assert changes_something(name), f"{name} changes no result: use it or take it out of inputs.csv"


def test_inputs_read_elsewhere_are_read() -> None:
    package = Path(papaver.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py")))
    unread = [name for name in READ_ELSEWHERE if not re.search(rf"\b{name}\b", source)]
    assert unread == []
    assert [name for name in READ_ELSEWHERE if name not in CENTRAL.dtype.names] == []
