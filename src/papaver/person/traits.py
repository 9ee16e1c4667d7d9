"""Set: who a person is at the start, drawn from the cohort's description.

Traits are drawn independently with the cohort's shares (a first version without the correlations of
adversity). Heritable liability enters the baseline urge, restraint and, later, the growth of habit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from papaver.body.kinetics import BUPRENORPHINE, HEROIN, METHADONE, NALOXONE, step_factors
from papaver.compiled import compiled
from papaver.person.records import (
    ADHD,
    ADVERSE,
    ANXIETY,
    DEPRESSION,
    HOMELESS,
    INJECTS,
    N_TRAITS,
    NEVER,
    NORMS,
    PAIN,
    PEERS,
    PTSD,
    SEEKS_HIGH,
    UNEMPLOYED,
    WOMEN,
)
from papaver.randomness import (
    ATTEMPT_WAIT,
    DEATH_WAIT,
    OVERDOSE_WAIT,
    TRAITS,
    exponential,
    normal_pair,
    uniforms,
)

COHORT = np.dtype(
    [
        ("share", np.float64, (N_TRAITS,)),
        ("age_years", np.float64),
        ("age_log_sd", np.float64),
        ("availability", np.float64),
        ("stress", np.float64),
        ("alone", np.float64),
        ("naloxone", np.float64),
        ("dose_unit_mg", np.float64),
        ("dependent", np.int64),
        ("general", np.int64),  # 1: a general population, of whom some are dependent and others never used
        ("dependent_share", np.float64),  # of a general population
    ]
)

FIRST_SPLIT_CALL = 1


@compiled
def trait_luck(number: int, trait: int, k0: int, k1: int) -> float:
    """The uniform that decides a trait of a person: has it where this is below the cohort's share."""
    return uniforms(number, 0, TRAITS, FIRST_SPLIT_CALL + trait // 4, k0, k1)[trait % 4]


@compiled
def draw_traits(w: Any, cohort: Any, k0: int, k1: int) -> None:
    """Draw the yes-or-no traits of set and setting."""
    for trait in range(N_TRAITS):
        w.trait[trait] = 1 if trait_luck(w.number, trait, k0, k1) < cohort.share[trait] else 0


@compiled
def baseline_urge(w: Any, p: Any) -> float:
    """Urge (logits) of a person without habit or novelty, from liability and set and setting."""
    has = w.trait
    return (
        p.urge_base
        + p.liability_sd * w.liability
        + p.effect_women * has[WOMEN]
        + p.effect_adverse_childhood * has[ADVERSE]
        + p.effect_ptsd * has[PTSD]
        + p.effect_depression * has[DEPRESSION]
        + p.effect_anxiety * has[ANXIETY]
        + p.effect_adhd * has[ADHD]
        + p.effect_chronic_pain * has[PAIN]
        + p.effect_seeks_high * has[SEEKS_HIGH]
        + p.effect_homeless * has[HOMELESS]
        + p.effect_unemployed * has[UNEMPLOYED]
    )


@compiled
def draw_body(w: Any, p: Any, number: int, k0: int, k1: int) -> None:
    """Draw symptom frailty and speeds of elimination: all that differs between bodies after a dose."""
    frailty, _ = _normals(number, 7, k0, k1)
    _, heroin = _normals(number, 8, k0, k1)
    methadone, buprenorphine = _normals(number, 9, k0, k1)
    w.frailty = math.exp(p.frailty_sd * frailty)
    w.speed[HEROIN] = math.exp(p.morphine_speed_sd * heroin)
    w.speed[METHADONE] = math.exp(p.methadone_speed_sd * methadone)
    w.speed[BUPRENORPHINE] = math.exp(p.buprenorphine_speed_sd * buprenorphine)
    w.speed[NALOXONE] = 1.0


@compiled
def draw_age(w: Any, cohort: Any, number: int, k0: int, k1: int) -> None:
    """Draw age at the start and heritable liability."""
    age, w.liability = _normals(number, 5, k0, k1)
    w.age_years = cohort.age_years * math.exp(cohort.age_log_sd * age)


@compiled
def draw_person(w: Any, s: Any, cohort: Any, p: Any, rate: Any, number: int, k0: int, k1: int) -> None:
    """Fill ``w`` and the start of ``s`` for person ``number`` (day 0: first use, or regular use)."""
    w.number = number
    draw_traits(w, cohort, k0, k1)
    draw_age(w, cohort, number, k0, k1)
    restrained, budget = _normals(number, 6, k0, k1)
    _, easily = _normals(number, 7, k0, k1)
    strict, _ = _normals(number, 8, k0, k1)
    resolve, restless = _normals(number, 11, k0, k1)
    draw_body(w, p, number, k0, k1)
    w.urge = baseline_urge(w, p)
    norms = p.effect_strong_norms * w.trait[NORMS]
    w.restraint = p.restraint_sd * restrained + norms - p.liability_restraint * w.liability
    w.stress_mean = cohort.stress + p.stress_of_hardship * w.trait[HOMELESS]
    w.availability = cohort.availability
    w.alone, w.naloxone = cohort.alone, cohort.naloxone
    w.reaches_blood = 1.0 if w.trait[INJECTS] else p.smoked_reaches_blood
    w.route_reward = 1.0 if w.trait[INJECTS] else p.smoked_reward
    w.first_dose_mg = p.first_dose_units * cohort.dose_unit_mg
    w.budget_mg = p.budget_units * cohort.dose_unit_mg * math.exp(p.budget_sd * budget)
    w.overdose_offset = p.overdose_person_sd * easily
    w.criteria_factor = math.exp(p.criteria_spread * strict)
    w.attempt_factor = math.exp(p.attempt_spread * resolve)
    w.stay_factor = math.exp(p.stay_spread * restless)
    step_factors(rate, w.speed, 1.0, w.decay, w.mean)
    start_state(w, s, k0, k1)


@compiled
def _normals(number: int, call: int, k0: int, k1: int) -> Any:
    u, v, _, _ = uniforms(number, 0, TRAITS, call, k0, k1)
    return normal_pair(u, v)


@compiled
def start_state(w: Any, s: Any, k0: int, k1: int) -> None:
    """State of a person who has never used: empty body, no history, fresh waiting times."""
    s.modes[:] = 0.0
    s.met[:] = NEVER
    s.step_day[:] = NEVER
    s.step_over[:] = NEVER
    s.last_use, s.disorder_day, s.dependence_day = NEVER, NEVER, NEVER
    s.attempt_day, s.programme_day, s.left_day, s.depot_day = NEVER, NEVER, NEVER, NEVER
    s.peers = w.trait[PEERS]
    s.availability = w.availability
    s.dose_mg = w.first_dose_mg
    s.familiar = 1.0
    s.novelty = 1.0
    s.alive = 1
    s.overdose_wait = exponential(w.number, 0, OVERDOSE_WAIT, k0, k1)
    s.death_wait = exponential(w.number, 0, DEATH_WAIT, k0, k1)
    s.attempt_wait = exponential(w.number, 0, ATTEMPT_WAIT, k0, k1)
    u, v, _, _ = uniforms(w.number, 0, TRAITS, 10, k0, k1)
    s.stress = normal_pair(u, v)[0]
