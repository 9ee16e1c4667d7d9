"""Stage 3 of the fit: the three constants of overdose, against how often people who inject survive one.

Everything else about overdose (deaths, the weeks after stopping, treatment) is left to be checked.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from papaver.evidence import inputs, published
from papaver.inference.posterior import Stage, Target
from papaver.person.course import is_dead
from papaver.population.engine import Diaries, simulate_diaries
from papaver.population.job import Job

PARAMETERS = ("overdose_margin", "overdose_person_sd", "overdose_use_sd")
BEFORE = ("adaptation", "behaviour", "liability", "care")  # stages fitted earlier
NUISANCE = (
    "bag_tail_shift",
    "bag_tail_sd",
    "mam_volume_l_per_kg",
    "mam_half_load_ratio",
    "tolerance_fast_share",
    "tolerance_full",
    "tolerance_gain_days",
    "return_elasticity",
    "dose_chase_per_day",
    "largest_budget_share",
    "budget_sd",
)
PEOPLE, YEARS = 400, 8
YEAR = 365
SURVEY_YEARS = (2, 4, 6, 8)


def injecting_cohort(values: Mapping[str, float], *, people: int = PEOPLE, seed: int = 11) -> Diaries:
    """Eight years of people who inject and are dependent at the start, without treatment."""
    job = Job(days=YEAR * YEARS, shares={"injects": 1.0}, dependent=True)
    return simulate_diaries(
        job, inputs.changed(inputs.central(), **values), seed=seed, draw=0, first=0, count=people
    )


def simulate(values: Mapping[str, float]) -> dict[str, float]:
    """Share with a survived overdose in a year and ever, and the yearly rate, among people injecting."""
    d = injecting_cohort(values)
    injecting = past_year = events = 0
    for end in range(YEAR, YEAR * YEARS + 1, YEAR):
        here = ~is_dead(d.status[:, end - 1]) & (d.doses[:, end - YEAR : end] > 0).any(axis=1)
        survived = (d.overdose[here, end - YEAR : end] == 1).sum(axis=1)
        injecting, past_year, events = (
            injecting + here.sum(),
            past_year + (survived > 0).sum(),
            events + survived.sum(),
        )
    ever, asked = 0, 0
    for end in (YEAR * year for year in SURVEY_YEARS):
        here = ~is_dead(d.status[:, end - 1]) & (d.doses[:, end - YEAR : end] > 0).any(axis=1)
        ever, asked = ever + (d.overdose[here, :end] == 1).any(axis=1).sum(), asked + here.sum()
    return {
        "fd_nfod_12m": 100.0 * float(past_year) / max(float(injecting), 1.0),
        "fd_nfod_lifetime": 100.0 * float(ever) / max(float(asked), 1.0),
        "nfod_rate_pwid_oecd": 100.0 * float(events) / max(float(injecting), 1.0),
    }


def targets() -> tuple[Target, ...]:
    """Published shares and rate with their intervals."""
    names = ("fd_nfod_12m", "fd_nfod_lifetime", "nfod_rate_pwid_oecd")
    rows = [published(name) for name in names]
    width = 3.92
    return tuple(
        Target(name, float(np.float64(r.value)), float((r.hi or 0.0) - (r.lo or 0.0)) / width, floor=3.0)
        for name, r in zip(names, rows, strict=True)
    )


def stage() -> Stage:
    """The stage: its parameters with priors from the inputs table, targets and forward model."""
    return Stage("overdose", PARAMETERS, targets(), simulate, NUISANCE, before=BEFORE)
