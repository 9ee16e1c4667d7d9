"""From a scenario's cohort and a plan to the engine's job."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from papaver.person.records import (
    AT_START,
    BUPRENORPHINE_CARE,
    CHANGE_SETTING,
    CHANGE_SUPPLY,
    CUSTODY_STAY,
    CUT_BACK,
    CUT_PRESCRIPTION,
    DEPOT_CARE,
    DETOXIFICATION,
    HEROIN_CARE,
    HOSPITAL_STAY,
    KEEP_RULE,
    METHADONE_CARE,
    MOST_STEPS,
    NALTREXONE_CARE,
    ON_DAY,
    RESIDENTIAL_CARE,
    STEP,
    STOP,
    TAPER_MEDICINE,
    TRAITS,
    WHEN_DEPENDENT,
    WHEN_LEFT_CARE,
)
from papaver.population.job import Job

DO = {
    "keep_rule": KEEP_RULE,
    "cut_back": CUT_BACK,
    "stop": STOP,
    "detoxification": DETOXIFICATION,
    "methadone": METHADONE_CARE,
    "buprenorphine": BUPRENORPHINE_CARE,
    "change_setting": CHANGE_SETTING,
    "change_supply": CHANGE_SUPPLY,
    "naltrexone_depot": NALTREXONE_CARE,
    "buprenorphine_depot": DEPOT_CARE,
    "cut_prescription": CUT_PRESCRIPTION,
    "taper": TAPER_MEDICINE,
    "custody": CUSTODY_STAY,
    "hospital": HOSPITAL_STAY,
    "residential": RESIDENTIAL_CARE,
    "heroin_assisted": HEROIN_CARE,
}
WHEN = {"start": AT_START, "dependent": WHEN_DEPENDENT, "day": ON_DAY, "left_care": WHEN_LEFT_CARE}
TREATMENTS = (
    "detoxification",
    "methadone",
    "buprenorphine",
    "naltrexone_depot",
    "buprenorphine_depot",
    "residential",
    "heroin_assisted",
)
START_FLAG = {"in_withdrawal": 0, "low_dose": 1}
MEDICINE_FLAG = {"buprenorphine": 0, "methadone": 1, "none": 2, "lofexidine": 3}
SETTING_SHARES = ("peers_use", "homeless", "unemployed")
NOT_GIVEN = -1.0
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
    given = {**cohort.set.model_dump(), "women": cohort.women_share, "injects": cohort.supply.injecting_share}
    given |= {name: getattr(cohort.setting, name) for name in SETTING_SHARES}
    given |= {"alcohol": cohort.supply.alcohol_share, "benzodiazepines": cohort.supply.benzodiazepine_share}
    given |= {"gabapentinoids": cohort.supply.gabapentinoid_share}
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
        "custody_per_year": cohort.setting.custody_per_year,
        "custody_days": cohort.setting.custody_days,
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
    a, b, c, flag, d = numbers_of(step, stress_before)
    return DO[step.do], WHEN[step.when], delay, again, step.uptake, a, b, c, flag, d


def numbers_of(step: Any, stress_before: float) -> tuple[float, float, float, int, float]:
    """The numbers and the flag of a step, as ``STEP`` has them: a, b, c, flag, d."""
    if step.do == "keep_rule":
        return float(step.max_days_per_week), 0.0, 0.0, 0, 0.0
    if step.do in ("cut_prescription", "taper"):
        return step.by, float(step.over_days), 0.0, 0, 0.0
    if step.do in ("custody", "hospital"):
        return 0.0, 0.0, float(step.days), int(getattr(step, "treatment_goes_on", False)), 0.0
    if step.do in TREATMENTS:
        a, b, c, flag = treatment_numbers(step)
        return a, b, c, flag, 0.0 if step.leaving is None else step.leaving
    if step.do == "cut_back":
        return step.by, float(step.over_days), 0.0, 0, 0.0
    if step.do == "change_supply":
        fentanyl = NOT_GIVEN if step.fentanyl_share is None else step.fentanyl_share
        purity = NOT_GIVEN if step.purity_ratio is None else step.purity_ratio
        return fentanyl, purity, 0.0, 0, 0.0
    if step.do == "change_setting":
        peers = NOT_GIVEN if step.peers_use is None else step.peers_use
        availability = NOT_GIVEN if step.availability is None else step.availability
        shift = 0.0 if step.stress is None else step.stress - stress_before
        return peers, availability, shift, int(step.new_place), step.restraint
    return 0.0, 0.0, 0.0, 0, 0.0


def treatment_numbers(step: Any) -> tuple[float, float, float, int]:
    """The numbers and the flag of a treatment: a, b, c, flag."""
    if step.do == "detoxification":
        return 0.0, 0.0, float(step.days), MEDICINE_FLAG[step.medicine]
    if step.do == "residential":
        return 0.0, 0.0, float(step.days), 0
    if step.do == "heroin_assisted":
        return step.start_mg, step.target_mg, step.methadone_mg, 0
    if step.do == "methadone":
        return step.start_mg, step.target_mg, 0.0, 0
    if step.do == "buprenorphine":
        return step.start_mg, step.target_mg, 0.0, START_FLAG[step.start]
    return getattr(step, "mg", 0.0), 0.0, float(step.every_days), 0
