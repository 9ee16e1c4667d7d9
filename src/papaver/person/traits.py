"""Set: who a person is at the start, drawn from the cohort's description.

Traits are drawn with the cohort's shares; adversity in childhood and illnesses of mind share one factor, so
that they come together. Heritable liability enters the baseline urge, restraint and, later, the growth of
habit; it is told relative to people at their first use. In a general population traits and liability also
bear on whether a person ever begins (``begin_ratio``; ``population.begin`` gives the ratios).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from papaver.body.kinetics import BUPRENORPHINE, HEROIN, METHADONE, NALOXONE, step_factors
from papaver.compiled import compiled
from papaver.person.behaviour import at_hand
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
    CUSTODY_WAIT,
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
        ("fentanyl_share", np.float64),  # of bags
        ("dependent", np.int64),
        ("general", np.int64),  # 1: a general population, of whom some are dependent and others never used
        ("trouble_loading", np.float64),  # on what adversity and illness of mind share
        ("dependent_share", np.float64),  # of a general population
        ("prescribed", np.int64),  # 1: people on opioids prescribed for pain, who have never used heroin
        ("prescribed_mg", np.float64),  # median of oral morphine, or as strong, a day
        ("prescribed_log_sd", np.float64),
        ("custody_per_year", np.float64),
        ("custody_days", np.float64),
        ("custody_treated", np.float64),
        ("prior_share", np.float64),  # of people at first use: an opioid use disorder from pills before
        ("liability_mean", np.float64),  # of people who have not begun, relative to people at first use
        ("begin_liability", np.float64),  # log ratio of the hazard of a first use per unit of liability
        ("begin_trait", np.float64, (N_TRAITS,)),  # the same with a trait
        ("begin_level", np.float64),  # log ratio without any, at the mean liability: the mean ratio is one
    ]
)

FIRST_SPLIT_CALL, LATER_SPLIT_CALL = 1, 30  # calls 5 to 13 and 20 to 25 decide other things
FIRST_TRAITS = 16
TROUBLE_CALL = 20
TROUBLES = (ADVERSE, PTSD, DEPRESSION, ANXIETY, ADHD)


@compiled
def trait_luck(number: int, trait: int, k0: int, k1: int) -> float:
    """The uniform that decides a trait of a person: has it where this is below the cohort's share."""
    first = FIRST_SPLIT_CALL if trait < FIRST_TRAITS else LATER_SPLIT_CALL
    return uniforms(number, 0, TRAITS, first + trait // 4, k0, k1)[trait % 4]


@compiled
def draw_traits(w: Any, cohort: Any, k0: int, k1: int) -> None:
    """Draw the yes-or-no traits of set and setting; troubles share one factor, so they come together."""
    for trait in range(N_TRAITS):
        w.trait[trait] = 1 if trait_luck(w.number, trait, k0, k1) < cohort.share[trait] else 0
    shared, own = cohort.trouble_loading, math.sqrt(1.0 - cohort.trouble_loading**2)
    factor, _ = _normals(w.number, TROUBLE_CALL, k0, k1)
    for k in range(len(TROUBLES)):
        apart, _ = _normals(w.number, TROUBLE_CALL + 1 + k, k0, k1)
        luck = 0.5 * (1.0 + math.erf((shared * factor + own * apart) / math.sqrt(2.0)))
        w.trait[TROUBLES[k]] = 1 if luck < cohort.share[TROUBLES[k]] else 0


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
    age, liability = _normals(number, 5, k0, k1)
    w.liability = cohort.liability_mean + liability
    w.age_years = cohort.age_years * math.exp(cohort.age_log_sd * age)


@compiled
def begin_ratio(w: Any, cohort: Any) -> float:
    """How much likelier a first use is on any day than in the mean of the population."""
    total = cohort.begin_level + cohort.begin_liability * (w.liability - cohort.liability_mean)
    for trait in range(N_TRAITS):
        total += cohort.begin_trait[trait] * w.trait[trait]
    return math.exp(total)


@compiled
def draw_person(w: Any, s: Any, cohort: Any, p: Any, rate: Any, number: int, k0: int, k1: int) -> None:
    """Fill ``w`` and the start of ``s`` for person ``number`` (day 0: first use, or regular use)."""
    w.number = number
    draw_traits(w, cohort, k0, k1)
    draw_age(w, cohort, number, k0, k1)
    w.begins = begin_ratio(w, cohort)
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
    w.sociable = p.at_hand_spread * _normals(number, 10, k0, k1)[1]
    w.alone, w.naloxone = cohort.alone, cohort.naloxone
    w.reaches_blood = 1.0 if w.trait[INJECTS] else p.smoked_reaches_blood
    w.route_reward = 1.0 if w.trait[INJECTS] else p.smoked_reward
    w.first_dose_mg = p.first_dose_units * cohort.dose_unit_mg
    w.budget_mg = p.budget_units * cohort.dose_unit_mg * math.exp(p.budget_sd * budget)
    w.overdose_offset = p.overdose_person_sd * easily
    w.criteria_factor = p.criteria_scale * math.exp(p.criteria_spread * strict)
    w.attempt_factor = math.exp(p.attempt_spread * resolve)
    w.quieted = math.exp(p.urge_quieted_spread * _normals(number, 13, k0, k1)[0])
    w.stay_factor = math.exp(p.stay_spread * math.sqrt(p.stay_person_share) * restless)
    dose, unwell = _normals(number, 12, k0, k1)
    w.background_score = p.background_score_median * math.exp(p.background_score_sd * unwell)
    if cohort.prescribed == 1:
        oral_mg = cohort.prescribed_mg * math.exp(cohort.prescribed_log_sd * dose)
        w.prescribed_mg = p.prescribed_heroin_mg_per_mg * oral_mg
    else:
        w.prescribed_mg = 0.0
    w.custody_per_year, w.custody_days = cohort.custody_per_year, cohort.custody_days
    w.custody_treated = cohort.custody_treated
    step_factors(rate, w.speed, 1.0, w.decay, w.mean)
    start_state(w, s, k0, k1)
    s.at_hand = at_hand(w, s, p)
    s.fentanyl, s.purity = cohort.fentanyl_share, 1.0


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
    s.prescribed_day, s.overdose_day, s.released_day, s.brain_injury_day = NEVER, NEVER, NEVER, NEVER
    s.calm, s.stay_ratio, s.service_ratio = 1.0, 1.0, 1.0
    s.custody_wait = exponential(w.number, 0, CUSTODY_WAIT, k0, k1)
    s.peers = w.trait[PEERS]
    s.availability = w.availability
    s.dose_mg = w.first_dose_mg
    s.familiar = 1.0
    s.novelty = 1.0
    s.alive, s.sought, s.circle = 1, 1, 1.0
    s.overdose_wait = exponential(w.number, 0, OVERDOSE_WAIT, k0, k1)
    s.death_wait = exponential(w.number, 0, DEATH_WAIT, k0, k1)
    s.attempt_wait = exponential(w.number, 0, ATTEMPT_WAIT, k0, k1)
    u, v, _, _ = uniforms(w.number, 0, TRAITS, 10, k0, k1)
    s.stress = normal_pair(u, v)[0]
