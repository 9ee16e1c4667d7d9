"""From a scenario to the engine's job, and people as the cohort describes them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from papaver import scenario as scenarios
from papaver.evidence import input_, inputs
from papaver.person.course import CUSTODY
from papaver.person.records import (
    AT_START,
    BUPRENORPHINE_CARE,
    CUT_BACK,
    DETOXIFICATION,
    KEEP_RULE,
    METHADONE_CARE,
    TRAITS,
    WHEN_DEPENDENT,
)
from papaver.population.cohort import build_job, settings_of
from papaver.population.engine import simulate_diaries
from papaver.population.job import Job, cohort_record
from tests.person.make import plan_steps
from tests.population.lives import CENTRAL, block, diaries, job

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "responsible_use.yaml"


@pytest.fixture(scope="module")
def example() -> Any:
    return scenarios.load(EXAMPLE)


def test_every_plan_of_the_example_becomes_a_job(example: Any) -> None:
    plans = example.plans.values() if isinstance(example.plans, dict) else example.plans
    jobs = [build_job(example, plan) for plan in plans]
    assert {one.days for one in jobs} == {math.floor(365.25 * example.years)}
    kinds = {int(one.steps[k]["do"]) for one in jobs for k in range(one.step_count)}
    assert {KEEP_RULE, CUT_BACK, DETOXIFICATION, METHADONE_CARE, BUPRENORPHINE_CARE} <= kinds
    whens = {int(one.steps[k]["when"]) for one in jobs for k in range(one.step_count)}
    assert {AT_START, WHEN_DEPENDENT} <= whens
    for one in jobs:
        assert np.all(
            (one.steps["uptake"][: one.step_count] > 0) & (one.steps["uptake"][: one.step_count] <= 1)
        )


def test_what_the_scenario_leaves_out_comes_from_the_inputs() -> None:
    cohort = cohort_record(Job(days=10), CENTRAL)[0]
    for k, trait in enumerate(TRAITS):
        assert cohort["share"][k] == CENTRAL[f"share_{trait}"]
    assert cohort["availability"] == CENTRAL["availability"]
    given = cohort_record(Job(days=10, settings={"availability": 0.1}, shares={"women": 0.9}), CENTRAL)[0]
    assert given["availability"] == 0.1
    assert given["share"][TRAITS.index("women")] == 0.9
    other = [k for k in range(len(TRAITS)) if TRAITS[k] != "women"]
    np.testing.assert_array_equal(given["share"][other], cohort["share"][other])


def test_people_who_start_dependent_have_the_traits_of_people_in_treatment() -> None:
    cohort = cohort_record(Job(days=10, dependent=True), CENTRAL)[0]
    for trait in ("ptsd", "depression", "anxiety", "adhd", "adverse_childhood"):
        assert cohort["share"][TRAITS.index(trait)] == CENTRAL[f"share_dependent_{trait}"]


@pytest.mark.parametrize("trait", TRAITS)
def test_traits_have_their_shares(trait: str) -> None:
    people = 2000
    counted = block(job(days=1, splits=(TRAITS.index(trait),)), people).people
    share = float(CENTRAL[f"share_{trait}"])
    # 4.5 standard errors: all thirteen pass in all but one of ten thousand seeds when all is well.
    assert counted[1] / people == pytest.approx(share, abs=4.5 * math.sqrt(share * (1.0 - share) / people))


def test_traits_and_liability_are_drawn_apart() -> None:
    """Liability is tied to no route and no age (4.5 standard errors)."""
    people = 2000
    lives = diaries(job(days=1), people).lives
    assert abs(np.corrcoef(lives["liability"], lives["injects"])[0, 1]) < 4.5 / math.sqrt(people)
    assert abs(np.corrcoef(lives["liability"], np.log(lives["age_years"]))[0, 1]) < 4.5 / math.sqrt(people)
    assert abs(lives["liability"].mean()) < 4.5 / math.sqrt(people)
    assert lives["liability"].std() == pytest.approx(1.0, abs=4.5 / math.sqrt(2 * people))


def odds_ratio(one: int, other: int, record: Any) -> float:
    people = block(job(days=1, splits=(one, other)), 6000, record=record).people
    return float(people[0] * people[3] / (people[1] * people[2]))


def test_troubles_come_together_and_apart_without_their_shared_factor() -> None:
    """With 6,000 people the log odds ratio of depression and anxiety is known to about 0.06."""
    pair = TRAITS.index("depression"), TRAITS.index("anxiety")
    assert odds_ratio(*pair, CENTRAL) > 1.5
    alone = inputs.changed(CENTRAL, trouble_loading=0.0)
    assert abs(math.log(odds_ratio(*pair, alone))) < 4.5 * 0.06
    assert (
        abs(math.log(odds_ratio(TRAITS.index("depression"), TRAITS.index("injects"), CENTRAL))) < 4.5 * 0.06
    )


TROUBLES = ("adverse_childhood", "ptsd", "depression", "anxiety", "adhd")


def test_illness_is_as_common_in_people_with_a_disorder_as_published() -> None:
    """Six years after first use: traits of people with a disorder lie in the published intervals, widened by
    three standard errors of the simulation; each is commoner in them than in the others."""
    splits = tuple(TRAITS.index(trait) for trait in TROUBLES)
    result = block(job(days=2192, splits=splits), 2500)
    cases, others = result.outcomes[:, 0], result.people - result.outcomes[:, 0]
    for k, trait in enumerate(TROUBLES):
        have = np.array([(stratum >> (len(TROUBLES) - 1 - k)) & 1 for stratum in range(32)], bool)
        share, apart = cases[have].sum() / cases.sum(), others[have].sum() / others.sum()
        published = input_(f"share_dependent_{trait}")
        noise = 3.0 * math.sqrt(share * (1.0 - share) / cases.sum())
        assert published.lo - noise <= share <= published.hi + noise, trait
        assert share > apart - noise, trait


def test_ages_have_the_given_median_and_spread() -> None:
    people, median, spread = 2000, 24.0, 0.2
    one = replace(job(days=1), settings={"age_years": median, "age_log_sd": spread})
    logs = np.log(diaries(one, people).lives["age_years"] / median)
    assert abs(logs.mean()) < 4.5 * spread / math.sqrt(people)
    assert logs.std() == pytest.approx(spread, rel=4.5 / math.sqrt(2 * people))


def test_a_burden_of_adversity_raises_use() -> None:
    """Signs of set and setting at the ends: everyone with every hardship against nobody with any."""
    hard = ("adverse_childhood", "ptsd", "depression", "homeless", "unemployed", "seeks_high")
    heavy = replace(job(days=700), shares={**dict.fromkeys(hard, 1.0), "strong_norms": 0.0})
    light = replace(job(days=700), shares={**dict.fromkeys(hard, 0.0), "strong_norms": 1.0})
    days = [(diaries(one, 300).doses > 0).mean() for one in (light, heavy)]
    assert days[1] > 1.5 * days[0]


def test_more_draws_are_more_worlds() -> None:
    one = job(days=300, lives=0)
    counts = {int(block(one, 60, record=inputs.draw(3, k), draw=0).moments[3, 0]) for k in range(5)}
    assert len(counts) == 5


def test_treatment_goes_on_in_custody_as_often_as_the_scenario_says(example: Any) -> None:
    plan = plan_steps({"do": METHADONE_CARE, "when": AT_START, "a": 30.0, "b": 80.0})
    treated = {}
    for goes_on in (0.0, 1.0):
        held = {"custody_per_year": 3.0, "custody_days": 30.0, "custody_treatment_goes_on": goes_on}
        setting = example.cohort.setting.model_copy(update=held)
        settings = settings_of(example.cohort.model_copy(update={"setting": setting}))
        job = Job(days=400, dependent=True, settings=settings, steps=plan, step_count=1)
        lives = simulate_diaries(job, CENTRAL, seed=5, draw=0, first=0, count=150)
        treated[goes_on] = float((lives.programme[lives.status == CUSTODY] > 0).mean())
    assert treated[0.0] < 0.05  # the day on which they are taken
    assert treated[1.0] > 0.3  # whoever was in treatment when taken
