"""A small engine with made-up lives, to test the running of studies without the model.

Every person's life depends on (seed, draw, person) and the plan alone, as the contract of engines asks.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from papaver.evidence.inputtable import Input
from papaver.population.codes import EVENTS, MOMENTS, OUTCOMES, PROGRAMME, STATUS, SYMPTOMS
from papaver.scenario import Scenario, loads
from papaver.study import Outcome, run
from papaver.study.model import Model, standard_model

DAYS, EVERY, TILES = 730, 73, 16
DEPENDENT, CONTROLLED, DEAD, IN_TREATMENT = (
    STATUS.index(name) for name in ("dependent", "controlled", "dead_overdose", "in_treatment")
)
NEVER = -(10**6)
CODE = "one version"
LIFE = np.dtype(
    [
        ("person", np.int64),
        ("stratum", np.int64),
        ("age_years", np.float64),
        ("injects", np.int64),
        ("dependence_day", np.int64),
        ("final_status", np.int64),
    ]
)
TEXT = """\
papaver: 1
name: tiny
title: A tiny study
years: 2
people: {people}
draws: {draws}
seed: {seed}
cohort: {{start: first_use}}
strata: [women, injects]
output: {{daily_every: 73, lives: 5}}
plans:
{plans}"""
PLANS = ("nothing", "help", "more_help")


def text(people: int = 24, draws: int = 2, seed: int = 1, plans: tuple[str, ...] = PLANS) -> str:
    steps = "".join(f"  - {{name: {plan}, steps: []}}\n" for plan in plans)
    return TEXT.format(people=people, draws=draws, seed=seed, plans=steps)


def scenario(people: int = 24, draws: int = 2, seed: int = 1, plans: tuple[str, ...] = PLANS) -> Scenario:
    return loads(text(people, draws, seed, plans))


@dataclass(frozen=True)
class Evidence:
    """Two inputs: the chance of dependence and of death."""

    version: str = "one"

    def draw(self, seed: int, number: int) -> Any:
        record = np.zeros(1, [("risk", np.float64), ("deadly", np.float64)])[0]
        shift = np.random.default_rng([seed, number]).normal(0, 0.1) if number else 0.0
        record["risk"], record["deadly"] = 0.4 + shift, 0.1
        return record

    def life_inputs(self) -> tuple[Input, ...]:
        def one(name: str, value: float) -> Input:
            return Input(
                name, "life", value, "fraction", "uniform", 0.0, 1.0, "assumed", ("a", "b"), "r", "m"
            )

        return one("risk", 0.4), one("deadly", 0.1)

    def evidence_hash(self) -> str:
        return self.version


def build_job(scenario: Any, plan: Any) -> str:
    return str(plan.name)


def simulate(job: str, inputs: Any, *, seed: int, draw: int, first: int, count: int) -> Any:
    return _simulated(job, inputs, seed, draw, first, count)


def simulate_slowly(job: str, inputs: Any, *, seed: int, draw: int, first: int, count: int) -> Any:
    time.sleep(0.1)
    return _simulated(job, inputs, seed, draw, first, count)


def _simulated(job: str, inputs: Any, seed: int, draw: int, first: int, count: int) -> Any:
    strata, years = 4, 2
    block = SimpleNamespace(
        person_time=np.zeros((strata, years, len(STATUS), len(PROGRAMME)), np.int64),
        events=np.zeros((strata, years, len(EVENTS)), np.int64),
        symptom_days=np.zeros((strata, years, len(SYMPTOMS)), np.int64),
        daily=np.zeros((DAYS // EVERY, len(STATUS), 1 + len(SYMPTOMS)), np.int64),
        people=np.zeros(strata, np.int64),
        outcomes=np.zeros((strata, len(OUTCOMES)), np.int64),
        moments=np.zeros((len(MOMENTS), 2), np.int64),
        tiles=np.zeros((TILES, 1 + len(OUTCOMES) + len(MOMENTS)), np.int64),
        lives=np.zeros(count, LIFE),
    )
    for i in range(count):
        _live(block, job, inputs, np.random.default_rng([seed, draw, first + i]).random(6), first + i, i)
    return block


def _live(block: Any, job: str, inputs: Any, luck: Any, person: int, row: int) -> None:
    risk = float(inputs["risk"]) * {"nothing": 1.0, "help": 0.7, "more_help": 0.5}.get(job, 0.9)
    women, injects = luck[0] < 0.3, luck[1] < 0.5
    stratum = 2 * int(women) + int(injects)
    dependent = luck[2] < risk * (1.3 if injects else 0.7)
    onset = int(luck[3] * DAYS) if dependent else DAYS
    dies = dependent and luck[4] < float(inputs["deadly"])
    last = min(DAYS, onset + 200) if dies else DAYS
    treated = 0
    for day in range(DAYS):
        year = day // 365
        status, programme = CONTROLLED, 0
        if day >= last:
            status = DEAD
        elif day >= onset:
            in_care = job != "nothing" and (day - onset) % 100 >= 50
            status, programme = (IN_TREATMENT, 2) if in_care else (DEPENDENT, 0)
            treated += int(in_care)
        block.person_time[stratum, year, status, programme] += 1
        if status == DEPENDENT:
            block.symptom_days[stratum, year, 0] += 1
        if status in (DEPENDENT, CONTROLLED):
            block.events[stratum, year, EVENTS.index("use_days")] += 1
        if day % EVERY == 0:
            block.daily[day // EVERY, status, 0] += 1
            block.daily[day // EVERY, status, 1] += int(status == DEPENDENT)
    dead = last < DAYS
    if dead:
        block.events[stratum, last // 365, EVENTS.index("overdose_fatal")] += 1
    block.people[stratum] += 1
    ends = {
        "ever_dependent": dependent,
        "dead_overdose": dead,
        "occasional_or_controlled_at_end": not dependent,
    }
    outcomes = np.array([int(ends.get(name, False)) for name in OUTCOMES])
    block.outcomes[stratum] += outcomes
    sick = max(0, last - onset) - treated
    numbers = {
        "days_dependent": sick,
        "days_in_treatment": treated,
        "days_with_withdrawal": sick,
        "use_days": last - treated if dependent else last,
        "overdoses": int(dead),
        "days_alive": last,
    }
    values = np.array([numbers[name] for name in MOMENTS])
    block.moments += np.stack([values, values * values], axis=1)
    block.tiles[person % TILES] += np.concatenate([[1], outcomes, values])
    never = onset if dependent else NEVER
    final = DEAD if dead else DEPENDENT if dependent else CONTROLLED
    block.lives[row] = (person, stratum, 20 + luck[5], injects, never, final)


def go(folder: Path, study: Scenario | None = None, **options: Any) -> Outcome:
    """Run the tiny study with the fake engine."""
    parts: dict[str, Any] = {"simulate": simulate, "build_job": build_job, "evidence": Evidence()}
    return run(study or scenario(), folder, **(parts | {"threads": 1} | options))


def model() -> Model:
    """The fake engine and inputs as a study takes them."""
    return standard_model(simulate, build_job, Evidence())
