"""From a scenario's cohort and a plan to the engine's job."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from papaver.person.records import (
    AFTER_OVERDOSE,
    AFTER_RELEASE,
    AT_START,
    IN_CUSTODY_NOW,
    MOST_STEPS,
    ON_DAY,
    STEP,
    STEP_CODES,
    TRAITS,
    WHEN_DEPENDENT,
    WHEN_LEFT_CARE,
)
from papaver.population.job import Job

WHEN = {
    "start": AT_START,
    "dependent": WHEN_DEPENDENT,
    "day": ON_DAY,
    "left_care": WHEN_LEFT_CARE,
    "overdose": AFTER_OVERDOSE,
    "custody": IN_CUSTODY_NOW,
    "release": AFTER_RELEASE,
}
SETTING_SHARES = ("peers_use", "homeless", "unemployed")
DAYS_PER_YEAR = 365.25
NORMAL_95 = 1.6448536269514722  # one in twenty lies beyond


def build_job(scenario: Any, plan: Any) -> Job:
    """The engine's job for one plan of a validated scenario (``papaver.scenario.Scenario``)."""
    cohort = scenario.cohort
    steps = np.zeros(MOST_STEPS, STEP)
    for k, step in enumerate(plan.steps):
        steps[k] = step_record(step, cohort.setting.stress or 0.0)
    return Job(
        days=math.floor(DAYS_PER_YEAR * scenario.years),
        shares=shares_of(cohort),
        settings=settings_of(cohort),
        dependent=cohort.start == "dependent",
        prescribed=cohort.start == "prescribed_opioids",
        general=cohort.start == "general_population",
        dependent_share=cohort.dependent_share or 0.0,
        splits=tuple(TRAITS.index(name) for name in scenario.strata),
        steps=steps,
        step_count=len(plan.steps),
        daily_every=scenario.output.daily_every,
        lives=scenario.output.lives,
    )


def shares_of(cohort: Any) -> dict[str, float]:
    """Shares of people with each trait, where the scenario gives them."""
    given = {
        **cohort.set.model_dump(exclude={"prior_opioids"}),
        "women": cohort.women_share,
        "injects": cohort.supply.injecting_share,
    }
    given |= {name: getattr(cohort.setting, name) for name in SETTING_SHARES}
    given |= {"alcohol": cohort.supply.alcohol_share, "benzodiazepines": cohort.supply.benzodiazepine_share}
    given |= {"gabapentinoids": cohort.supply.gabapentinoid_share}
    given |= {"stimulants": cohort.supply.stimulant_share}
    return {name: float(value) for name, value in given.items() if value is not None}


def settings_of(cohort: Any) -> dict[str, float]:
    """Numbers of setting, supply and age, where the scenario gives them."""
    given = {
        "availability": cohort.setting.availability,
        "stress": cohort.setting.stress,
        "alone": cohort.setting.uses_alone,
        "naloxone": cohort.setting.naloxone_nearby,
        "dose_unit_mg": cohort.supply.dose_unit_mg,
        "fentanyl_share": cohort.supply.fentanyl_share,
        "prior_share": cohort.set.prior_opioids,
        "custody_per_year": cohort.setting.custody_per_year,
        "custody_days": cohort.setting.custody_days,
        "custody_treated": cohort.setting.custody_treatment_goes_on,
    }
    curves = (
        ("age_years", "age_log_sd", cohort.age_years),
        ("prescribed_mg", "prescribed_log_sd", cohort.prescribed_mg_per_day),
    )
    for middle, spread, curve in curves:
        if curve is not None:
            given |= {middle: curve.median, spread: math.log(curve.high / curve.low) / (2 * NORMAL_95)}
    return {name: float(value) for name, value in given.items() if value is not None}


def step_record(step: Any, stress_before: float) -> tuple[float, ...]:
    """One row of ``STEP``: what, when, and up to three numbers whose meaning depends on what is done."""
    delay = step.day if step.when == "day" else step.delay_days
    again = getattr(step, "again_after_days", None) or 0
    a, b, c, flag, d = step.numbers(stress_before)
    return STEP_CODES[step.do], WHEN[step.when], delay, again, step.uptake, a, b, c, flag, d
