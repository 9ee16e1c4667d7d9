"""Small cohorts and plans for tests of the day loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from papaver.evidence import inputs
from papaver.person.records import (
    AT_START,
    BUPRENORPHINE_CARE,
    CHANGE_SETTING,
    CONTINGENCY,
    COUNSELLING,
    CUSTODY_STAY,
    CUT_BACK,
    CUT_PRESCRIPTION,
    DEPOT_CARE,
    DETOXIFICATION,
    HEROIN_CARE,
    HOSPITAL_STAY,
    KEEP_RULE,
    METHADONE_CARE,
    NALTREXONE_CARE,
    ON_DAY,
    STOP,
    WHEN_DEPENDENT,
    WHEN_LEFT_CARE,
)
from papaver.population.engine import Block, Diaries, simulate_block, simulate_diaries
from papaver.population.job import Job
from tests.person.make import plan_steps

CENTRAL = inputs.central()
SEED = 20


def step(do: int, when: int = AT_START, **fields_: Any) -> dict[str, Any]:
    return {"do": do, "when": when, **fields_}


# One plan of each kind; those about dependence begin when it does.
PLANS: dict[str, list[dict[str, Any]]] = {
    "none": [],
    "keep_rule": [step(KEEP_RULE, a=1.0)],
    "cut_back": [step(CUT_BACK, WHEN_DEPENDENT, a=0.5, b=28.0, delay=30)],
    "stop": [step(STOP, WHEN_DEPENDENT, delay=30)],
    "detoxification": [step(DETOXIFICATION, WHEN_DEPENDENT, c=21.0, again=180, uptake=0.9)],
    "methadone_detoxification": [step(DETOXIFICATION, WHEN_DEPENDENT, c=21.0, again=180, flag=1)],
    "methadone": [step(METHADONE_CARE, WHEN_DEPENDENT, a=30.0, b=80.0, again=90)],
    "buprenorphine": [step(BUPRENORPHINE_CARE, WHEN_DEPENDENT, a=4.0, b=16.0, again=90)],
    "change_setting": [step(CHANGE_SETTING, ON_DAY, delay=200, a=0.0, b=0.3, c=-0.5, flag=1)],
}
PLANS["naltrexone"] = [
    step(DETOXIFICATION, c=10.0, flag=2),
    step(NALTREXONE_CARE, WHEN_LEFT_CARE, c=28.0),
]
PLANS["heroin_assisted"] = [step(HEROIN_CARE, a=60.0, b=300.0, c=30.0)]
PLANS["lofexidine"] = [step(DETOXIFICATION, c=10.0, flag=3)]
PLANS["custody"] = [step(CUSTODY_STAY, ON_DAY, delay=60, c=150.0)]
PLANS["hospital"] = [step(HOSPITAL_STAY, ON_DAY, delay=60, c=20.0)]
PLANS["cut_prescription"] = [step(CUT_PRESCRIPTION, ON_DAY, delay=60, a=1.0, b=14.0)]
PLANS["depot"] = [step(DEPOT_CARE, a=100.0, c=28.0)]
PLANS["incentives"] = [
    step(METHADONE_CARE, WHEN_DEPENDENT, a=30.0, b=80.0, again=90),
    step(CONTINGENCY, WHEN_DEPENDENT, c=84.0),
    step(COUNSELLING, WHEN_DEPENDENT, c=84.0),
]
PLANS["several"] = [
    step(KEEP_RULE, a=2.0, uptake=0.7),
    step(CUT_BACK, WHEN_DEPENDENT, a=0.5, b=28.0, uptake=0.5),
    step(DETOXIFICATION, WHEN_DEPENDENT, c=14.0, delay=60, uptake=0.5, again=200),
    step(METHADONE_CARE, WHEN_DEPENDENT, a=30.0, b=80.0, delay=120, uptake=0.6, again=100),
    step(CHANGE_SETTING, ON_DAY, delay=500, a=0.1, b=0.5, c=0.0, flag=0, uptake=0.5),
]


def job(plan: str | list[dict[str, Any]] = "none", days: int = 900, **more: Any) -> Job:
    rows = PLANS[plan] if isinstance(plan, str) else plan
    return Job(days=days, steps=plan_steps(*rows), step_count=len(rows), **more)


def block(
    one: Job, people: int = 100, *, first: int = 0, record: Any = CENTRAL, seed: int = SEED, draw: int = 0
) -> Block:
    return simulate_block(one, record, seed=seed, draw=draw, first=first, count=people)


def diaries(
    one: Job, people: int = 100, *, first: int = 0, record: Any = CENTRAL, seed: int = SEED, draw: int = 0
) -> Diaries:
    return simulate_diaries(one, record, seed=seed, draw=draw, first=first, count=people)


def arrays(result: Block | Diaries) -> Iterator[tuple[str, np.ndarray]]:
    for one in fields(result):
        yield one.name, getattr(result, one.name)


def equal(one: Block | Diaries, two: Block | Diaries, leave_out: Iterable[str] = ()) -> bool:
    return all(
        name in leave_out or np.array_equal(a, b)
        for (name, a), (_, b) in zip(arrays(one), arrays(two), strict=True)
    )


def assert_equal(one: Block | Diaries, two: Block | Diaries) -> None:
    for (name, a), (_, b) in zip(arrays(one), arrays(two), strict=True):
        np.testing.assert_array_equal(a, b, err_msg=name)


def together(blocks: Iterable[Block]) -> Block:
    """Counts of several blocks of one run: sums, and the kept lives one after another."""
    listed = list(blocks)
    total = {
        one.name: sum(getattr(b, one.name) for b in listed) for one in fields(Block) if one.name != "lives"
    }
    return Block(**total, lives=np.concatenate([b.lives for b in listed]))  # type: ignore[arg-type]
