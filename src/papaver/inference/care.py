"""Stage of the fit for care: who leaves when, and heroin use on a medicine.

Forward model: people who are dependent enter methadone, buprenorphine or a detoxification. Published
retention curves, the ratio of leaving while using, and days of use on buprenorphine are the targets;
nothing of them is an input.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from papaver.evidence import finding, inputs, parameter
from papaver.inference.posterior import Stage, Target
from papaver.person.records import (
    AT_START,
    BUPRENORPHINE_CARE,
    DETOXIFICATION,
    HEROIN_CARE,
    METHADONE_CARE,
    MOST_STEPS,
    NALTREXONE,
    NALTREXONE_CARE,
    STEP,
    WHEN_LEFT_CARE,
)
from papaver.population.engine import Diaries, simulate_diaries
from papaver.population.job import Job

PARAMETERS = (
    "leave_methadone",
    "leave_buprenorphine",
    "leave_detoxification",
    "leave_sick",
    "leave_sick_power",
    "leave_use",
    "stay_spread",
    "urge_quieted",
    "urge_quieted_spread",
    "leave_heroin_assisted",
    "stay_ratio_trial",
    "stay_ratio_nsw",
    "stay_ratio_claims",
    "stay_ratio_inpatient",
)
BEFORE = ("adaptation", "behaviour", "liability")  # stages fitted earlier
NUISANCE = ("missed_dose", "methadone_step_mg", "methadone_step_days")
PEOPLE, YEARS = 500, 2
MONTH_DAYS = 30.4375
MONTHS = (0.5, 1, 3, 6, 12, 24)
DETOX_DAYS, DETOX_WEEKS = 28, (1, 2, 3)
# Inpatients who are offered naltrexone: assigned on the eighth day (the median; who has left by then is not
# counted), and until when a first depot is counted. Some sites detoxified with an opioid, others without; the
# mix is not told, and halves are assumed. With buprenorphine the week without an opioid begins after it.
BEFORE_NALTREXONE, UNTIL_NALTREXONE = 8, 42
WITH_BUPRENORPHINE, WITH_LOFEXIDINE = 0, 3
WEEK, WEEKS_12, WEEKS_24, FOUR_WEEKS, YEAR = 7, 84, 168, 28, 365
# Curves: programme -> ids of Weibull shape and scale (months).
CURVES = {
    "methadone": ("ret_w_met_shape", "ret_w_met_scale"),
    "buprenorphine": ("ret_w_bup_shape", "ret_w_bup_scale"),
    "detoxification": ("ca_detox_h_shape", "ca_detox_h_scale"),
    "heroin_assisted": ("ret_w_dam_shape", "ret_w_dam_scale"),
}
# Other services, one finding each: ratio of leaving, programme, length (days; 0: goes on), medicine, and the
# day on which who stays is counted. The finding tells how easily people leave there.
SERVICES = {
    "f_ret_start_met": ("stay_ratio_trial", "methadone", 0, 0, WEEKS_24),
    "f_ret3m_met_nsw": ("stay_ratio_nsw", "methadone", 0, 0, 91),
    "f_disc3m_bup_us": ("stay_ratio_claims", "buprenorphine", 0, 0, 91),
    "f_ling_inpt_bup": ("stay_ratio_inpatient", "detoxification", 13, 0, 13),
    "f_complete7_plac": ("stay_ratio_inpatient", "detoxification", 7, 2, 7),
    "f_complete7_lof288": ("stay_ratio_inpatient", "detoxification", 7, 3, 7),
}
EVIDENCE = (
    *(id for pair in CURVES.values() for id in pair),
    *SERVICES,
    "ret_mult_met_use",
    "ret_mult_bup_use",
    "f_fiellin_days",
    "f_stable_met_urine",
    "p_induct_xrntx",
)
PLANS: dict[str, tuple[float, ...]] = {
    "methadone": (METHADONE_CARE, AT_START, 0, 0, 1.0, 30.0, 80.0, 0.0, 0, 0.0),
    "buprenorphine": (BUPRENORPHINE_CARE, AT_START, 0, 0, 1.0, 8.0, 16.0, 0.0, 0, 0.0),
    "detoxification": (DETOXIFICATION, AT_START, 0, 0, 1.0, 0.0, 0.0, float(DETOX_DAYS), 1, 0.0),
    "heroin_assisted": (HEROIN_CARE, AT_START, 0, 0, 1.0, 60.0, 400.0, 40.0, 0, 0.0),
}


def entered(values: Mapping[str, float], programme: str, *, people: int = PEOPLE, seed: int = 9) -> Diaries:
    """People who enter a programme on the first day, followed for two years or to a detoxification's end."""
    days = DETOX_DAYS + 1 if programme == "detoxification" else round(365.25 * YEARS) + 1
    return followed(values, PLANS[programme], days, people, seed)


def followed(
    values: Mapping[str, float], step: tuple[float, ...], days: int, people: int = PEOPLE, seed: int = 9
) -> Diaries:
    """People with one step of a plan, so many days."""
    return followed_plan(values, (step,), days, people, seed)


def followed_plan(
    values: Mapping[str, float], plan: Sequence[tuple[float, ...]], days: int, people: int, seed: int
) -> Diaries:
    """People with some steps of a plan, so many days."""
    steps = np.zeros(MOST_STEPS, STEP)
    for k, step in enumerate(plan):
        steps[k] = step
    job = Job(days=days, dependent=True, steps=steps, step_count=len(plan))
    record = inputs.changed(inputs.central(), **values)
    return simulate_diaries(job, record, seed=seed, draw=0, first=0, count=people)


def first_stay(d: Diaries) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Days of each person's first stay."""
    left = d.programme == 0
    stay = np.where(left.any(axis=1), left.argmax(axis=1), d.programme.shape[1])
    return np.asarray(stay, np.int64)


def leaving_while_using(d: Diaries) -> float:
    """Rate of leaving in four weeks that follow four with use over those that follow four without.

    The two are compared at equal time in the stay (Mantel and Haenszel), as the published multipliers act on
    curves that fall with time: use and leaving both become rarer.
    """
    stay, using_left, others_left = first_stay(d), 0.0, 0.0
    for start in range(FOUR_WEEKS, d.doses.shape[1] - FOUR_WEEKS, FOUR_WEEKS):
        here = stay >= start
        using = here & (d.doses[:, start - FOUR_WEEKS : start] > 0).any(axis=1)
        others = here & ~using
        ends, days = stay < start + FOUR_WEEKS, np.minimum(stay - start, FOUR_WEEKS)
        total = max(float(days[here].sum()), 1.0)
        using_left += float((ends & using).sum() * days[others].sum()) / total
        others_left += float((ends & others).sum() * days[using].sum()) / total
    return max(using_left, 0.5) / max(others_left, 0.5)


def positive_when_stable(d: Diaries) -> float:
    """Percentage of days in the second year of a first stay on which a urine would hold opiates."""
    days = np.arange(YEAR, d.doses.shape[1])
    here = days[None, :] < first_stay(d)[:, None]
    return 100.0 * float((d.positive()[:, days] & here).sum()) / max(1.0, float(here.sum()))


def simulate(values: Mapping[str, float]) -> dict[str, float]:
    """Every target's counterpart for one set of values."""
    found: dict[str, float] = {}
    for programme in CURVES:
        d = entered(values, programme)
        stay = first_stay(d)
        for name, days in _times(programme):
            found[name] = 100.0 * float((stay >= days).mean())
        if programme in ("methadone", "buprenorphine"):
            found[f"use_{programme}"] = math.log(leaving_while_using(d))
        if programme == "methadone":
            found["f_stable_met_urine"] = positive_when_stable(d)
        if programme == "buprenorphine":
            through = stay >= WEEKS_24
            use = (d.doses[through, WEEKS_12:WEEKS_24] > 0).sum(axis=1) / (WEEKS_12 / WEEK)
            found["f_fiellin_days"] = float(use.mean()) if through.any() else float(WEEK)
    found["p_induct_xrntx"] = started_naltrexone(values)
    return found | {name: stayed(values, name) for name in SERVICES}


def started_naltrexone(values: Mapping[str, float], people: int = PEOPLE, seed: int = 9) -> float:
    """Percentage of inpatients who come to a first naltrexone depot, of those inside on the eighth day."""
    ratio = values.get("stay_ratio_inpatient", float(inputs.central()["stay_ratio_inpatient"]))
    sites = (WITH_BUPRENORPHINE, WITH_LOFEXIDINE)
    return sum(started_after(values, medicine, ratio, people // 2, seed) for medicine in sites) / len(sites)


def started_after(values: Mapping[str, float], medicine: int, ratio: float, people: int, seed: int) -> float:
    """The same after a detoxification with one medicine."""
    detox = (DETOXIFICATION, AT_START, 0, 0, 1.0, 0.0, 0.0, float(BEFORE_NALTREXONE), medicine, ratio)
    depot = (NALTREXONE_CARE, WHEN_LEFT_CARE, 0, 0, 1.0, 0.0, 0.0, 28.0, 0, ratio)
    d = followed_plan(values, (detox, depot), UNTIL_NALTREXONE, people, seed)
    wait = int(inputs.central()["naltrexone_wait_days"]) if medicine == WITH_BUPRENORPHINE else 0
    assigned = (d.programme[:, :BEFORE_NALTREXONE] > 0).all(axis=1)
    begun = (d.programme == NALTREXONE).sum(axis=1) > wait
    return 100.0 * float((assigned & begun).sum()) / max(1.0, float(assigned.sum()))


def stayed(values: Mapping[str, float], name: str) -> float:
    """Percentage still in a service of another kind on the day a finding counts them (or out, as it does)."""
    kind, programme, length, flag, day = SERVICES[name]
    step = list(PLANS[programme])
    step[-1] = values.get(kind, float(inputs.central()[kind]))
    if length:
        step[-3], step[-2] = float(length), flag
    stay = first_stay(followed(values, tuple(step), day + 1))
    percent = 100.0 * float((stay >= day).mean())
    return 100.0 - percent if name.startswith("f_disc") else percent


def _times(programme: str) -> list[tuple[str, int]]:
    if programme == "detoxification":
        return [(f"{programme}_{weeks}w", WEEK * weeks) for weeks in DETOX_WEEKS]
    return [(f"{programme}_{months:g}m", round(MONTH_DAYS * months)) for months in MONTHS]


def curve(programme: str, days: float) -> float:
    """Published percentage still in a first stay after so many days."""
    shape, scale = (float(parameter(id).value) for id in CURVES[programme])
    return 100.0 * math.exp(-scale * (days / MONTH_DAYS) ** shape)


def targets() -> tuple[Target, ...]:
    """Published retention with a floor for other places, ratios on the log scale, days of use."""
    kept = [
        Target(name, curve(programme, days), 0.5, floor=4.0)
        for programme in CURVES
        for name, days in _times(programme)
    ]
    ratios = [
        Target(f"use_{programme}", math.log(float(parameter(id).value)), 0.1, floor=0.3)
        for programme, id in (("methadone", "ret_mult_met_use"), ("buprenorphine", "ret_mult_bup_use"))
    ]
    services = [
        Target(
            name, float(finding(name).value or 0.0), 1.0, floor=8.0 if name.startswith("f_complete7") else 4.0
        )
        for name in SERVICES
    ]
    begun = Target("p_induct_xrntx", 100.0 * float(parameter("p_induct_xrntx").value), 2.7, floor=8.0)
    use = Target("f_fiellin_days", 0.4, 0.13, floor=0.2), Target("f_stable_met_urine", 15.0, 2.9, floor=3.0)
    return (*kept, *ratios, *services, begun, *use)


def stage() -> Stage:
    """The stage: its parameters with priors from the inputs table, targets and forward model."""
    return Stage("care", PARAMETERS, targets(), simulate, NUISANCE, before=BEFORE)
