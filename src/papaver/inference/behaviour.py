"""Stage 2 of the fit: behaviour and course, against the natural history of people at first use.

Forward model: one cohort at first use followed ten years without any plan, day by day, and one of people
who inject daily, followed as long; every target is read off those diaries with its own denominator
and window. The second cohort tells how often and for how long established use stops.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from papaver.evidence import inputs
from papaver.inference.posterior import Stage, Target
from papaver.person.course import DEAD_OVERDOSE
from papaver.population.engine import Diaries, simulate_diaries
from papaver.population.job import Job

Bools = npt.NDArray[np.bool_]

PARAMETERS = (
    "urge_base",
    "urge_novelty",
    "novelty_days",
    "urge_habit",
    "urge_withdrawal",
    "urge_stress",
    "habit_gain",
    "habit_days",
    "restraint_sd",
    "attempts_per_year",
    "attempt_strength",
    "attempt_spread",
    "attempt_days",
    "restraint_recovery",
)
NUISANCE = (
    "effect_seeks_high",
    "effect_strong_norms",
    "effect_adverse_childhood",
    "effect_depression",
    "urge_peers",
    "liability_sd",
    "liability_restraint",
    "habit_liability",
    "urge_momentum",
    "recovery_days",
    "availability",
    "high_half_load",
    "tolerance_high",
    "extra_doses",
    "criteria_spread",
    "criterion_excess",
    "criterion_time_doses",
    "criterion_craving",
    "criterion_hazard",
    "criterion_tolerance",
    "criterion_withdrawal",
    "criterion_roles",
    "criterion_social",
    "criterion_given_up",
    "intended_share",
    "intended_share_norms",
    "share_strong_norms",
    "share_seeks_high",
    "budget_units",
    "sick_intensity",
)
PEOPLE, YEARS = 800, 10
INJECTING_PEOPLE, INJECTING_YEARS = 300, 10
MONTH, QUARTER, HALF_YEAR, YEAR = 30, 91, 182, 365
FIVE_YEARS = 5
QUARTERS, TO_SECOND_VISIT = 7, 158  # quarterly visits over 1.75 years; 5.2 months


def first_use_cohort(values: Mapping[str, float], *, people: int = PEOPLE, seed: int = 7) -> Diaries:
    """Ten years from first use with the usual mix of set and setting and no plan."""
    job = Job(days=round(365.25 * YEARS))
    return simulate_diaries(
        job, inputs.changed(inputs.central(), **values), seed=seed, draw=0, first=0, count=people
    )


def injecting_cohort(
    values: Mapping[str, float], *, people: int = INJECTING_PEOPLE, seed: int = 8
) -> Diaries:
    """Ten years of people who inject and are dependent at the start, without any plan."""
    job = Job(days=round(365.25 * INJECTING_YEARS), shares={"injects": 1.0}, dependent=True)
    return simulate_diaries(
        job, inputs.changed(inputs.central(), **values), seed=seed, draw=0, first=0, count=people
    )


def established_use(d: Diaries) -> dict[str, float]:
    """Of people who inject: a quarter without (seen quarterly), and a month without at a second visit."""
    used = d.doses > 0
    ends = [QUARTER * (k + 1) for k in range(QUARTERS)]
    by_quarter = [used[:, end - QUARTER : end].any(axis=1) for end in ends]
    idle = np.asarray(np.logical_not(np.stack(by_quarter, axis=1)), np.bool_)
    alive = alive_at(d, ends[-1])
    asked = stopped = 0
    for first in (MONTH, MONTH + YEAR):
        later = first + TO_SECOND_VISIT
        here = used[:, first - MONTH : first].any(axis=1) & alive_at(d, later)
        asked += int(here.sum())
        stopped += int((here & ~used[:, later - MONTH : later].any(axis=1)).sum())
    return {
        "f_ufo_cessation": 100.0 * float(np.asarray(idle.any(axis=1))[alive].mean()),
        "f_natural_cessation_5mo": 100.0 * stopped / max(asked, 1),
        "f_alive_relapse": resumed(d),
    }


def alive_at(d: Diaries, day: int) -> Bools:
    """Who is alive on a day."""
    return np.asarray(d.status[:, day] < DEAD_OVERDOSE)


def interviewed(d: Diaries, days: list[int]) -> float:
    """Share (%) with a disorder when interviewed alive on one of the given days, averaged."""
    shares = [(d.criteria[alive_at(d, t), t] >= 2).mean() for t in days]
    return 100.0 * float(np.mean(shares))


def yearly_surveys(d: Diaries) -> dict[str, float]:
    """Past-year users in yearly surveys: share with disorder, days of use by disorder."""
    users = disordered = days_disorder = days_other = 0.0
    for end in range(YEAR, d.doses.shape[1], YEAR):
        here = alive_at(d, end - 1) & (d.doses[:, end - YEAR : end] > 0).any(axis=1)
        sick = here & (d.criteria[:, end - 1] >= 2)
        users, disordered = users + here.sum(), disordered + sick.sum()
        days_disorder += (d.doses[sick, end - MONTH : end] > 0).sum()
        days_other += (d.doses[here & ~sick, end - YEAR : end] > 0).sum()
    return {
        "f_hud_share_pastyear": 100.0 * disordered / max(users, 1.0),
        "usedays_hud_month": days_disorder / max(disordered, 1.0),
        "usedays_ndhu_only": days_other / max(users - disordered, 1.0),
    }


def lasting_remission(d: Diaries) -> float:
    """Yearly percentage of people with dependence who then stay without heroin for a year or more."""
    at_risk = stopped = 0
    for start in range(YEAR, d.doses.shape[1] - 2 * YEAR, YEAR):
        here = alive_at(d, start) & (d.dependence_items[:, start] >= 3)
        here &= (d.doses[:, start - MONTH : start] > 0).any(axis=1)
        quiet = ~(d.doses[:, start + YEAR : start + 2 * YEAR] > 0).any(axis=1) & alive_at(
            d, start + 2 * YEAR - 1
        )
        at_risk, stopped = at_risk + int(here.sum()), stopped + int((here & quiet).sum())
    return 100.0 * stopped / max(at_risk, 1)


def staying_abstinent(d: Diaries) -> float:
    """Of people who were dependent and have not used for five years: not using in the next year (%)."""
    day = np.arange(d.doses.shape[1])
    last = np.where(d.doses > 0, day[None, :], -1)
    np.maximum.accumulate(last, axis=1, out=last)
    span, asked, stayed = FIVE_YEARS * YEAR, 0, 0
    for at in range(span + QUARTER, d.doses.shape[1] - YEAR, QUARTER):
        idle = at - last[:, at]
        here = (idle >= span) & (idle < span + QUARTER) & alive_at(d, at + YEAR)
        here &= (d.lives["dependence_day"] >= 0) & (d.lives["dependence_day"] <= last[:, at])
        asked += int(here.sum())
        stayed += int((here & (last[:, at + YEAR] <= at)).sum())
    return 100.0 * stayed / max(asked, 1)


def resumed(d: Diaries) -> float:
    """Of people who stopped injecting for half a year: injected again before the end (%)."""
    used = d.doses > 0
    day = np.arange(used.shape[1])
    last = np.where(used, day[None, :], -1)
    np.maximum.accumulate(last, axis=1, out=last)
    stopped = (day[None, :] - last >= HALF_YEAR)[:, : -2 * YEAR] & (d.status < DEAD_OVERDOSE)[:, : -2 * YEAR]
    ever = stopped.any(axis=1)
    again = [used[i, stopped[i].argmax() :].any() for i in np.flatnonzero(ever)]
    return 100.0 * float(np.mean(again)) if again else 0.0


def simulate(values: Mapping[str, float]) -> dict[str, float]:
    """Every fitted finding's counterpart for one set of values."""
    d = first_use_cohort(values)
    end = d.doses.shape[1] - 1
    alive = alive_at(d, end)
    month_use = np.add.reduceat(d.doses > 0, np.arange(0, end, MONTH), axis=1).max(axis=1)
    return {
        "f_newuser_dep_1y": interviewed(d, [30 * m for m in range(1, 13)]),
        "f_lifetime_hud_given_use_2012": 100.0 * float((d.lives["disorder_day"][alive] >= 0).mean()),
        "p_everdaily_heroin_2012": 100.0 * float((month_use[alive] >= 25).mean()),
        "remission_rate_opioid_conservative": lasting_remission(d),
        **yearly_surveys(d),
        "p_sustain_abst_5y": staying_abstinent(d),
        **established_use(injecting_cohort(values)),
    }


def targets() -> tuple[Target, ...]:
    """What the stage is fitted to: value, error, discrepancy floor."""
    return (
        Target("f_newuser_dep_1y", 30.0, 3.8, floor=3.0),
        Target("f_lifetime_hud_given_use_2012", 42.7, 2.9, floor=3.0),
        Target("p_everdaily_heroin_2012", 30.0, 3.0, floor=3.0),
        Target("f_hud_share_pastyear", 65.3, 1.4, floor=6.0),
        Target("usedays_hud_month", 12.5, 1.3, floor=1.5),
        Target("usedays_ndhu_only", 52.0, 10.0, floor=8.0),
        Target("remission_rate_opioid_conservative", 9.2, 1.0, floor=2.0),
        Target("f_ufo_cessation", 28.8, 2.4, floor=3.0),
        Target("f_natural_cessation_5mo", 7.0, 1.4, floor=3.0),
        Target("f_alive_relapse", 75.0, 1.4, floor=4.0),
        Target("p_sustain_abst_5y", 86.0, 3.0, floor=4.0),
    )


def stage() -> Stage:
    """The stage: its parameters with priors from the inputs table, targets and forward model."""
    return Stage("behaviour", PARAMETERS, targets(), simulate, NUISANCE)
