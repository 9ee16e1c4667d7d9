"""Stage 2 of the fit: behaviour and course, against the natural history of people at first use.

Forward model: cohorts at first use followed ten years without any plan, day by day, one of people who
inject daily, followed as long, and one of people who leave an inpatient detoxification; every target is read
off those diaries with its own denominator and window. The cohort that injects tells how often and for how
long established use stops, the last how fast it comes back.

Two kinds of survey tell of first use. People asked once about a lifetime mostly began when heroin was their
first opioid. Of those who began in 2002 to 2016 nearly half had a disorder from pills, and the yearly survey
of households meets these: a second cohort of people who all knew pills is mixed in by their share.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from papaver.evidence import inputs
from papaver.inference.posterior import Stage, Target
from papaver.person.course import is_dead
from papaver.person.records import DETOXIFICATION, MOST_STEPS, ON_DAY, STEP
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
    "attempt_after_use",
    "attempt_after_leaving",
    "at_hand_odds",
    "at_hand_spread",
    "offer_odds",
    "circle_days",
    "habit_unsought",
    "criteria_scale",
    "prior_habit",
    "warm_up_habit",
)
BEFORE = ("adaptation",)  # stages fitted earlier
NUISANCE = (
    "at_hand_peers",
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
PEOPLE, PRIOR_PEOPLE, YEARS = 1000, 600, 10
INJECTING_PEOPLE, INJECTING_YEARS = 300, 10
DETOXIFIED_PEOPLE, DETOXIFIED_DAYS, INSIDE_DAYS = 500, 60, 42
MONTH, QUARTER, HALF_YEAR, YEAR = 30, 91, 182, 365
FIVE_YEARS = 5
QUARTERS, TO_SECOND_VISIT = 7, 158  # quarterly visits over 1.75 years; 5.2 months
WEEK, IN_A_ROW, SEVERAL = 7, 3, 3


def first_use_cohort(
    values: Mapping[str, float], *, people: int = PEOPLE, seed: int = 7, prior: float = 0.0
) -> Diaries:
    """Ten years from first use with the usual mix of set and setting and no plan; ``prior``: share of people
    who knew pills."""
    job = Job(days=round(365.25 * YEARS), settings={"prior_share": prior})
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


def detoxified_cohort(
    values: Mapping[str, float], *, people: int = DETOXIFIED_PEOPLE, seed: int = 9
) -> Diaries:
    """People who are dependent and enter an inpatient detoxification of six weeks, most for part of it."""
    steps = np.zeros(MOST_STEPS, STEP)
    steps[0] = (DETOXIFICATION, ON_DAY, 0, 0, 1.0, 0.0, 0.0, float(INSIDE_DAYS), 1, 0.0)
    job = Job(days=DETOXIFIED_DAYS, dependent=True, steps=steps, step_count=1)
    return simulate_diaries(
        job, inputs.changed(inputs.central(), **values), seed=seed, draw=0, first=0, count=people
    )


def back_in_a_week(d: Diaries) -> dict[str, float]:
    """Of people who left the detoxification: any use within a week, and daily use begun within it (%).

    People were asked much later when they were back to daily use: the first of three days in a row counts.
    """
    outside = d.programme[:, 1:] == 0
    left = 1 + np.where(outside.any(axis=1), outside.argmax(axis=1), d.programme.shape[1])
    seen = WEEK + IN_A_ROW - 1
    here = left + seen < d.programme.shape[1]
    days = left[here, None] + np.arange(seen)[None, :]
    used = np.take_along_axis(d.doses[here] > 0, days, axis=1)
    daily = np.all([used[:, k : WEEK + k] for k in range(IN_A_ROW)], axis=0).any(axis=1)
    any_use = used[:, :WEEK].any(axis=1)
    return {
        "f_smyth_lapse_1wk": 100.0 * float(any_use.mean()) if here.any() else 100.0,
        "f_smyth_1w": 100.0 * float(daily.mean()) if here.any() else 100.0,
    }


def half_years(d: Diaries) -> dict[str, float]:
    """Of people who inject, seen each half-year while alive: never a change, and three or more (%)."""
    ends = range(HALF_YEAR, d.doses.shape[1], HALF_YEAR)
    use = np.stack([(d.doses[:, end - HALF_YEAR : end] > 0).any(axis=1) for end in ends], axis=1)
    alive = np.stack([alive_at(d, end - 1) for end in ends], axis=1)
    changes = ((use[:, 1:] != use[:, :-1]) & alive[:, 1:]).sum(axis=1)[alive[:, 1]]
    return {
        "f_alive_patterns_persist": 100.0 * float((changes == 0).mean()),
        "f_alive_multi": 100.0 * float((changes >= SEVERAL).mean()),
    }


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
        **half_years(d),
    }


def alive_at(d: Diaries, day: int) -> Bools:
    """Who is alive on a day."""
    return np.asarray(~is_dead(d.status[:, day]))


Parts = tuple[tuple[float, Diaries], ...]  # cohorts mixed, each with the weight of one of its people


def mixed(naive: Diaries, pills: Diaries, share: float) -> Parts:
    """People of whom a share knew pills."""
    return ((1.0 - share) / len(naive.lives), naive), (share / len(pills.lives), pills)


def interviewed(parts: Parts, days: list[int]) -> float:
    """Share (%) dependent when interviewed alive on one of the given days, averaged."""
    shares = []
    for day in days:
        here = [(weight, alive_at(d, day), d.dependence_items[:, day] >= 3) for weight, d in parts]
        met = sum(weight * float((alive & dependent).sum()) for weight, alive, dependent in here)
        shares.append(met / sum(weight * float(alive.sum()) for weight, alive, _ in here))
    return 100.0 * float(np.mean(shares))


def yearly_surveys(parts: Parts) -> dict[str, float]:
    """Past-year users in yearly surveys: share with disorder, days of use by disorder."""
    users = disordered = days_disorder = days_other = 0.0
    for weight, d in parts:
        for end in range(YEAR, d.doses.shape[1], YEAR):
            here = alive_at(d, end - 1) & (d.doses[:, end - YEAR : end] > 0).any(axis=1)
            sick = here & (d.criteria[:, end - 1] >= 2)
            users, disordered = users + weight * here.sum(), disordered + weight * sick.sum()
            days_disorder += weight * (d.doses[sick, end - MONTH : end] > 0).sum()
            days_other += weight * (d.doses[here & ~sick, end - YEAR : end] > 0).sum()
    return {
        "f_hud_share_pastyear": 100.0 * disordered / max(users, 1e-9),
        "usedays_hud_month": days_disorder / max(disordered, 1e-9),
        "usedays_ndhu_only": days_other / max(users - disordered, 1e-9),
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
    stopped = (day[None, :] - last >= HALF_YEAR)[:, : -2 * YEAR] & ~is_dead(d.status)[:, : -2 * YEAR]
    ever = stopped.any(axis=1)
    again = [used[i, stopped[i].argmax() :].any() for i in np.flatnonzero(ever)]
    return 100.0 * float(np.mean(again)) if again else 0.0


def simulate(values: Mapping[str, float]) -> dict[str, float]:
    """Every fitted finding's counterpart for one set of values."""
    d = first_use_cohort(values)
    share = values.get("share_prior_opioids", float(inputs.central()["share_prior_opioids"]))
    recent = mixed(d, first_use_cohort(values, people=PRIOR_PEOPLE, seed=10, prior=1.0), share)
    end = d.doses.shape[1] - 1
    alive = alive_at(d, end)
    dependence = d.lives["dependence_day"][alive]
    month_use = np.add.reduceat(d.doses > 0, np.arange(0, end, MONTH), axis=1).max(axis=1)
    return {
        "f_newuser_dep_1y": interviewed(recent, [30 * m for m in range(1, 13)]),
        "f_lifetime_hud_given_use_2012": 100.0 * float((d.lives["disorder_day"][alive] >= 0).mean()),
        "f_time_to_dependence_mean": float(dependence[dependence >= 0].mean()) / 365.25
        if (dependence >= 0).any()
        else float(YEARS),
        "p_everdaily_heroin_2012": 100.0 * float((month_use[alive] >= 25).mean()),
        "remission_rate_opioid_conservative": lasting_remission(d),
        **yearly_surveys(recent),
        "p_sustain_abst_5y": staying_abstinent(d),
        **established_use(injecting_cohort(values)),
        **back_in_a_week(detoxified_cohort(values)),
    }


def targets() -> tuple[Target, ...]:
    """What the stage is fitted to: value, error, discrepancy floor."""
    return (
        Target("f_newuser_dep_1y", 30.0, 3.8, floor=3.0),
        Target("f_lifetime_hud_given_use_2012", 42.7, 2.9, floor=3.0),
        Target("p_everdaily_heroin_2012", 30.0, 3.0, floor=3.0),
        Target("f_hud_share_pastyear", 65.3, 1.4, floor=6.0),
        Target("usedays_hud_month", 12.5, 1.3, floor=1.5),
        Target("usedays_ndhu_only", 41.5, 10.5, floor=6.0),  # between 52 and, with pills, 31
        Target("f_time_to_dependence_mean", 2.0, 0.3, floor=0.6),
        Target("remission_rate_opioid_conservative", 9.2, 1.0, floor=2.0),
        Target("f_ufo_cessation", 28.8, 2.4, floor=3.0),
        Target("f_natural_cessation_5mo", 7.0, 1.4, floor=3.0),
        Target("f_alive_relapse", 75.0, 1.4, floor=4.0),
        Target("f_alive_patterns_persist", 29.0, 1.2, floor=4.0),
        Target("f_alive_multi", 37.0, 1.3, floor=5.0),
        Target("p_sustain_abst_5y", 86.0, 3.0, floor=4.0),
        Target("f_smyth_1w", 59.0, 4.7, floor=5.0),
        Target("f_smyth_lapse_1wk", 66.0, 4.6, floor=5.0),
    )


def stage() -> Stage:
    """The stage: its parameters with priors from the inputs table, targets and forward model."""
    return Stage("behaviour", PARAMETERS, targets(), simulate, NUISANCE, before=BEFORE)
