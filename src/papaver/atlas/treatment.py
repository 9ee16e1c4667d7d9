"""Counterparts of findings on treatment: staying, using meanwhile, dying in, after and out of it.

How long people stay is a result: of hazards of their own, of withdrawal and of use, fitted to curves of
British Columbia and of California; findings on stays elsewhere are checks.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, mean, median, ratio, share
from papaver.atlas.natural_history import KNOWN, TREATED, first_years, smr
from papaver.atlas.protocols import (
    MONTH,
    WEEK,
    YEAR,
    Cohort,
    Followed,
    Weights,
    World,
    buprenorphine,
    buprenorphine_depots,
    dependent,
    detoxification,
    emergency_start,
    expecting,
    heroin_assisted,
    methadone,
    methadone_after,
    naltrexone_depots,
    rate,
    regular_use,
    residential,
    taper,
    within,
)
from papaver.atlas.registry import counterpart
from papaver.atlas.withdrawal import SIX_WEEKS, after_leaving

Bools = npt.NDArray[np.bool_]
MONTHS_3, WEEKS_24, MONTHS_18 = 91, 168, 548

ON_BUPRENORPHINE = expecting(dependent(6, 2000, buprenorphine(0, again=182), age_years=29.0, age_log_sd=0.25))
# Half a year on methadone, then its dose is lowered to nothing (outside: lives have no ward for that).
STABLE_DAYS, TAPER_DAYS = 182, 16
SHORT_TAPER = dependent(0.75, 2000, methadone(0), taper(STABLE_DAYS, TAPER_DAYS))
YOUNG = {"age_years": 32.0, "age_log_sd": 0.25}
IN_TRIAL = dependent(0.6, 1500, methadone(0, at="trial"), **YOUNG)
TRIAL_BUPRENORPHINE = dependent(1.1, 1500, buprenorphine(0, at="trial"), **YOUNG)
IN_NSW = dependent(2.0, 1500, methadone(0, at="nsw"), **YOUNG)
NSW_BUPRENORPHINE = dependent(0.6, 1500, buprenorphine(0, at="nsw"), **YOUNG)
INSURED = dependent(0.4, 1500, buprenorphine(0, at="claims"), **YOUNG)
INSURED_METHADONE = dependent(0.4, 1500, methadone(0, at="claims"), **YOUNG)
ON_HEROIN = dependent(1.1, 1500, heroin_assisted(0), age_years=38.0, age_log_sd=0.2, injects=1.0)
# Of those who leave supervised heroin, the share that goes to methadone (note of ``exit_dam_abst``).
HEROIN_THEN_METHADONE = dependent(
    1.1, 1000, heroin_assisted(0), methadone_after(0.407), age_years=38.0, age_log_sd=0.2, injects=1.0
)
# The treatments of the Italian cohort (its report on staying and dying, iris.unito.it/handle/2318/88204):
# 43 % methadone, 46 % therapies towards abstinence, 10.5 % therapeutic communities. How long the last two
# were planned is not told: four weeks and half a year here.
ANY_TREATMENT = tuple(
    expecting(dependent(MONTHS_18 / 365.25, people, plan, age_years=29.0, age_log_sd=0.25))
    for people, plan in (
        (1290, methadone(0)),
        (1380, detoxification(0, days=28)),
        (315, residential(0, days=182)),
    )
)
# Begun in an emergency department; the trial's own primary care took everybody on.
EMERGENCY = dependent(0.6, 1500, emergency_start(1.0, at="trial"), **YOUNG)
RETURN_DAYS = 182  # as elsewhere: care begins anew half a year after a stay
HIGH_DOSE = dependent(0.6, 1500, buprenorphine(0, target_mg=24.0, again=RETURN_DAYS), **YOUNG)
GAP_DAYS = 27  # without the medicine that ends a stay in the registry
ON_DEPOTS = dependent(0.6, 1500, buprenorphine_depots(0, at="claims"), age_years=32.0, age_log_sd=0.25)
# Inpatients assigned to naltrexone depots on the eighth day, the median of the trial's own file; some sites
# detoxified with an opioid, others without (the mix is not told: halves).
ASSIGNED = 8


def assigned(medicine: str) -> Cohort:
    """Inpatients detoxified for eight days who are then given naltrexone depots."""
    detox = detoxification(0, days=ASSIGNED, medicine=medicine, at="inpatient")
    return dependent(0.7, 1000, detox, naltrexone_depots(at="inpatient"))


SITES = tuple(assigned(medicine) for medicine in ("buprenorphine", "lofexidine"))
# A detoxification of two weeks, then naltrexone depots, and the same without them.
DETOX_FIRST = detoxification(0, days=14, medicine="buprenorphine", at="inpatient")
NALTREXONE = dependent(0.7, 1500, DETOX_FIRST, naltrexone_depots(at="trial"))
INSURED_NALTREXONE = dependent(0.7, 1500, DETOX_FIRST, naltrexone_depots(at="claims"))
NO_NALTREXONE = dependent(0.7, 1500, DETOX_FIRST)
NALTREXONE_CODE = 4

# ------------------------------------------------------------------------------------------------- staying


def stayed(c: Followed, days: int) -> Estimate:
    """Percentage whose first stay lasted so long, of all who entered."""
    return share(c.first_stay >= days, c.first_stay > 0)


@counterpart("f_ret_start_met")
def methadone_24_weeks(w: World) -> Estimate:
    """Methadone in a trial: still in the first stay at 24 weeks."""
    return stayed(w.follow(IN_TRIAL), WEEKS_24)


@counterpart("f_ret_start_bup")
def buprenorphine_24_weeks(w: World) -> Estimate:
    """Buprenorphine in the same trial: still in the first stay at 24 weeks."""
    return stayed(w.follow(TRIAL_BUPRENORPHINE), WEEKS_24)


@counterpart("f_ret3m_met_nsw")
def methadone_3_months(w: World) -> Estimate:
    """Methadone in New South Wales: first stay of three months or more."""
    return stayed(w.follow(IN_NSW), MONTHS_3)


@counterpart("f_ret3m_bup_nsw")
def buprenorphine_3_months(w: World) -> Estimate:
    """Buprenorphine in New South Wales: first stay of three months or more."""
    return stayed(w.follow(NSW_BUPRENORPHINE), MONTHS_3)


@counterpart("f_median_met_nsw")
def methadone_median(w: World) -> Estimate:
    """Methadone in New South Wales: median days of the first stay."""
    c = w.follow(IN_NSW)
    return median(c.first_stay, c.first_stay > 0)


@counterpart("f_median_bup_nsw")
def buprenorphine_median(w: World) -> Estimate:
    """Buprenorphine in New South Wales: median days of the first stay."""
    c = w.follow(NSW_BUPRENORPHINE)
    return median(c.first_stay, c.first_stay > 0)


@counterpart("f_drop2w_ns")
def gone_in_two_weeks(w: World) -> Estimate:
    """Methadone: first stay over within two weeks."""
    c = w.follow(TREATED)
    return share(c.first_stay < 2 * WEEK, c.first_stay > 0)


@counterpart("f_ret_36m_obs")
def methadone_3_years(w: World) -> Estimate:
    """Methadone: still in the first stay at three years."""
    return stayed(w.follow(TREATED), 3 * YEAR)


@counterpart("f_detox_complete")
def taper_completed(w: World) -> Estimate:
    """Half a year on methadone, then a taper of 16 days: stayed to its end."""
    c = w.follow(SHORT_TAPER)
    first, last = STABLE_DAYS, STABLE_DAYS + TAPER_DAYS - 1
    return share(c.cared[:, first:last].all(axis=1), c.cared[:, first - 1])


@counterpart("f_disc24_bup_bc")
def gone_in_two_years(w: World) -> Estimate:
    """Buprenorphine: first stay over within 24 months."""
    c = w.follow(ON_BUPRENORPHINE)
    return share(c.first_stay < 2 * YEAR, c.first_stay > 0)


@counterpart("f_kakko_1y")
def a_year_on_buprenorphine(w: World) -> Estimate:
    """Buprenorphine 16 mg in a trial: still in the first stay at one year."""
    return stayed(w.follow(TRIAL_BUPRENORPHINE), YEAR)


@counterpart("f_disc3m_bup_us")
def gone_in_three_months(w: World) -> Estimate:
    """Buprenorphine in insurance claims: first stay over within three months."""
    c = w.follow(INSURED)
    return share(c.first_stay < MONTHS_3, c.first_stay > 0)


@counterpart("f_disc3m_met_us")
def methadone_stopped_in_three_months(w: World) -> Estimate:
    """Methadone in insurance claims: first stay over within three months."""
    c = w.follow(INSURED_METHADONE)
    return share(c.first_stay < MONTHS_3, c.first_stay > 0)


@counterpart("f_naomi_ret_dam")
def a_year_on_heroin(w: World) -> Estimate:
    """Offered supervised heroin: a year later in any treatment or without use for 30 days."""
    c = w.follow(HEROIN_THEN_METHADONE)
    return share(c.alive(YEAR) & (c.cared[:, YEAR] | ~c.used(YEAR - MONTH, YEAR)), c.first_stay > 0)


@counterpart("f_ed_30d")
def a_month_after_an_emergency_start(w: World) -> Estimate:
    """Buprenorphine begun in an emergency department: in treatment on day 30."""
    return in_treatment(w.follow(EMERGENCY), 30)


@counterpart("f_ed_6m")
def half_a_year_after_an_emergency_start(w: World) -> Estimate:
    """The same people: in treatment at six months."""
    return in_treatment(w.follow(EMERGENCY), 182)


def in_treatment(c: Followed, day: int) -> Estimate:
    """Percentage in treatment on a day, of all who entered it."""
    return share(c.cared[:, day] & c.alive(day), c.first_stay > 0)


@counterpart("f_riott_ret")
def half_a_year_on_heroin(w: World) -> Estimate:
    """Supervised heroin: in treatment at 26 weeks."""
    return stayed(w.follow(ON_HEROIN), 26 * WEEK)


@counterpart("f_disc3m_xrbup_us")
def depots_stopped_in_three_months(w: World) -> Estimate:
    """Buprenorphine depots of 100 mg: stay over within three months."""
    c = w.follow(ON_DEPOTS)
    return share(c.first_stay < MONTHS_3, c.first_stay > 0)


@counterpart("f_chambers24")
def high_dose_stopped(w: World) -> Estimate:
    """Buprenorphine up to 24 mg: within 180 days out of care for more than 27 days in a row."""
    c = w.follow(HIGH_DOSE)
    gap = (c.since_exit[:, : 180 + GAP_DAYS] >= GAP_DAYS).any(axis=1)
    return share(gap, c.first_stay > 0)


def on_naltrexone(c: Followed) -> Bools:
    """Days in the naltrexone programme, the wait for the first depot included."""
    return np.asarray(c.diaries.programme == NALTREXONE_CODE)


@counterpart("f_disc3m_xrntx_us")
def naltrexone_stopped_in_three_months(w: World) -> Estimate:
    """Naltrexone depots after a detoxification: out of the programme within three months of entering it."""
    c = w.follow(INSURED_NALTREXONE)
    return share(on_naltrexone(c).sum(axis=1) < MONTHS_3, on_naltrexone(c).any(axis=1))


# --------------------------------------------------------------------------------------------------- using


@counterpart("f_fiellin_days")
def use_on_buprenorphine(w: World) -> Estimate:
    """Still on buprenorphine at 24 weeks: days of use a week in weeks 13 to 24."""
    c = w.follow(ON_BUPRENORPHINE)
    return mean(c.use_days(WEEKS_24 // 2, WEEKS_24) / 12.0, c.first_stay >= WEEKS_24)


@counterpart("f_xbot_relapse_bup")
def relapse_on_buprenorphine(w: World) -> Estimate:
    """Started on buprenorphine: use in four weeks in a row or on seven days in a row, days 20 to 168."""
    return relapse(w.follow(TRIAL_BUPRENORPHINE))


@counterpart("f_xbot_relapse_ntx")
def relapse_on_naltrexone(w: World) -> Estimate:
    """Inside on the eighth day and assigned to naltrexone depots, started or not: relapse as above."""
    sites = [w.follow(site) for site in SITES]
    again = np.concatenate([relapsed(c, ASSIGNED) for c in sites])
    counted = [c.alive(ASSIGNED + WEEKS_24) & (c.first_stay >= ASSIGNED) for c in sites]
    return share(again, np.concatenate(counted))


@counterpart("f_lee_cj_relapse")
def relapse_prevented_by_naltrexone(w: World) -> Estimate:
    """Use on ten of 28 days: share after a detoxification alone minus with naltrexone depots, points."""
    return often(w.follow(NO_NALTREXONE)) - often(w.follow(NALTREXONE))


def often(c: Followed) -> Estimate:
    """Use on ten days of any 28 in the 24 weeks after a detoxification of two weeks."""
    first = 2 * WEEK
    again = regular_use(c, first, first + WEEKS_24, days=10, within=28)
    return share(again, c.alive(first + WEEKS_24))


@counterpart("f_nunes_nouse")
def never_positive_on_naltrexone(w: World) -> Estimate:
    """Entered naltrexone depots: 24 weeks in contact, no use within three days of any weekly visit."""
    c = w.follow(NALTREXONE)
    inside = on_naltrexone(c)
    start = inside.argmax(axis=1)
    positive = np.zeros(c.people, np.bool_)
    for visit in range(WEEK, WEEKS_24 + 1, WEEK):
        days = np.minimum(start[:, None] + visit + np.arange(-2, 1)[None, :], c.days - 1)
        used = np.take_along_axis(c.diaries.doses > 0, days, axis=1).any(axis=1)
        positive |= used & np.take_along_axis(inside, days[:, -1:], axis=1)[:, 0]
    left_early = inside.sum(axis=1) < WEEKS_24
    return share(~positive & ~left_early, inside.any(axis=1))


def relapse(c: Followed) -> Estimate:
    """Use in four weeks in a row or on seven days in a row, days 20 to 168."""
    return share(relapsed(c, 0), c.alive(WEEKS_24))


def relapsed(c: Followed, start: int) -> Bools:
    """Who used in four weeks in a row or on seven days in a row, days 20 to 168 from a start."""
    first, last = start + 20, start + WEEKS_24
    weekly = np.stack([c.used(day, day + WEEK) for day in range(first, last - WEEK, WEEK)], axis=1)
    four = np.all([weekly[:, k : weekly.shape[1] - 3 + k] for k in range(4)], axis=0).any(axis=1)
    return np.asarray(four | regular_use(c, first, last, days=7, within=7))


@counterpart("f_smyth_1w")
def daily_use_in_a_week(w: World) -> Estimate:
    """Three days of use in a row, the first within a week of leaving a six-week inpatient detoxification."""
    c = w.follow(SIX_WEEKS)
    used = after_leaving(c, 0, WEEK + 2)
    in_a_row = used[:, :-2] & used[:, 1:-1] & used[:, 2:]
    return share(in_a_row.any(axis=1), c.first_stay < c.death_day)


# --------------------------------------------------------------------------------------------------- dying


def out_over_in(c: Followed, events: Bools | Weights) -> Estimate:
    """Event rate out of over in treatment, in people who have entered it, over five years."""
    here = first_years(c, 5)
    return rate(events, here & (c.since_exit >= 0)) / rate(events, here & c.cared)


@counterpart("f_sordo_met_ratio")
def deaths_out_over_in_methadone(w: World) -> Estimate:
    """Deaths per person-year out of over in methadone."""
    c = w.follow(KNOWN)
    return out_over_in(c, c.dying)


@counterpart("f_sordo_bup_ratio")
def deaths_out_over_in_buprenorphine(w: World) -> Estimate:
    """Deaths per person-year out of over in buprenorphine."""
    c = w.follow(ON_BUPRENORPHINE)
    return out_over_in(c, c.dying)


@counterpart("fd_oat_exit_sordo")
def overdose_out_over_in_methadone(w: World) -> Estimate:
    """Overdose deaths per person-year out of over in methadone."""
    c = w.follow(KNOWN)
    return out_over_in(c, c.dying_of_overdose)


@counterpart("f_cornish_on2w")
def first_two_weeks(w: World) -> Estimate:
    """Deaths per person-year in the first two weeks of a stay over the rest of it."""
    c = w.follow(KNOWN)
    early = c.cared & (c.since_entry < 2 * WEEK)
    return rate(c.dying, early & c.lived) / rate(c.dying, c.cared & ~early & c.lived)


@counterpart("f_davoli_30d", "fd_treatment_exit_vedette")
def first_month_out(w: World) -> Estimate:
    """Leavers of any treatment: overdose deaths per person-year in their first 30 days out over later."""
    cohorts = [w.follow(cohort) for cohort in ANY_TREATMENT]
    dying = np.concatenate([c.dying_of_overdose for c in cohorts])
    out = np.concatenate([(c.since_exit >= 0) & c.lived for c in cohorts])
    early = np.concatenate([c.since_exit < MONTH for c in cohorts]) & out
    return rate(dying, early) / rate(dying, out & ~early)


@counterpart("f_pearce_smr_on")
def death_ratio_in(w: World) -> Estimate:
    """Standardised mortality in treatment."""
    c = w.follow(TREATED)
    return smr(c, c.lived & c.cared, w)


@counterpart("f_evans_smr_out")
def death_ratio_out(w: World) -> Estimate:
    """Standardised mortality out of treatment within five years of entry."""
    c = w.follow(KNOWN)
    return smr(c, first_years(c, 5) & (c.since_exit >= 0), w)


@counterpart("f_hickman_rates")
def poisoning_on_and_after(w: World) -> Estimate:
    """Overdose deaths per 100 person-years in treatment and up to a year after."""
    c = w.follow(KNOWN)
    return rate(c.dying_of_overdose, c.lived & (c.cared | ((c.since_exit >= 0) & (c.since_exit < YEAR))))


@counterpart("f_pierce_rate")
def poisoning_from_entry(w: World) -> Estimate:
    """Overdose deaths per 1000 person-years from treatment entry over four years."""
    c = w.follow(KNOWN)
    return rate(c.dying_of_overdose, first_years(c, 4), per_years=1000.0)


def after_overdose(c: Followed, days: int) -> tuple[Bools, Bools]:
    """Days within so many days after each person's first survived overdose, and who had one in time."""
    survived = c.diaries.overdose == 1
    first = np.where(survived.any(axis=1), survived.argmax(axis=1), c.days)
    had = first < c.days - days
    since = np.arange(c.days)[None, :] - first[:, None]
    return (since > 0) & (since <= days) & c.lived & had[:, None], had


@counterpart("f_laro_acm")
def deaths_after_overdose(w: World) -> Estimate:
    """Deaths per 100 person-years in the year after a survived overdose, in and out of methadone."""
    c = w.follow(KNOWN)
    here, _ = after_overdose(c, YEAR)
    return rate(c.dying, here)


@counterpart("fd_post_ed_1mo")
def dead_a_month_after_overdose(w: World) -> Estimate:
    """Dead within 30 days of a survived overdose."""
    c = w.follow(KNOWN)
    here, had = after_overdose(c, MONTH)
    return ratio(within(c.dying, here), had, per=100.0)
