"""Counterparts on the course: from first use, in established use, over decades, in a new setting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, mean, median, ratio, share
from papaver.atlas.protocols import (
    AS_USUAL,
    DAYS_PER_YEAR,
    DEPENDENCE,
    DISORDER,
    MONTH,
    YEAR,
    Cohort,
    Followed,
    World,
    dependent,
    detoxification,
    expected_deaths,
    expecting,
    first_use,
    household_survey,
    longest_dependence,
    methadone,
    move,
    rate,
    regular_use,
    stop,
    stopped,
    survey_mean,
    within,
)
from papaver.atlas.registry import counterpart

Bools = npt.NDArray[np.bool_]

# ---------------------------------------------------------------------------------------- from first use

FROM_FIRST_USE = first_use(20, 2000)
# People who began in 2002 to 2016, whom the yearly household survey asks: part of them knew pills.
RECENT = first_use(20, 2000, prior_share=AS_USUAL)
ANY_TIME = range(YEAR, 20 * YEAR, YEAR)  # household adults have ever used at any time within 20 years
FIRST_YEAR = range(MONTH, YEAR + 1, MONTH)


@counterpart("f_newuser_dep_1y")
def dependent_within_a_year(w: World) -> Estimate:
    """Interviewed 1 to 12 months after first use, some of whom knew pills: three or more dependence items."""
    c = w.follow(RECENT)
    return household_survey(
        c, FIRST_YEAR, Followed.at_home, lambda f, t: f.diaries.dependence_items[:, t] >= DEPENDENCE
    )


@counterpart("f_lifetime_dep_given_use")
def ever_dependent(w: World) -> Estimate:
    """People who ever used, 1 to 19 years after first use: ever dependent."""
    return household_survey(w.follow(FROM_FIRST_USE), ANY_TIME, Followed.at_home, Followed.ever_dependent)


@counterpart("f_lifetime_hud_given_use_2012")
def ever_disorder(w: World) -> Estimate:
    """People who ever used, 1 to 19 years after first use: ever a disorder."""
    return household_survey(w.follow(FROM_FIRST_USE), ANY_TIME, Followed.at_home, Followed.ever_disorder)


@counterpart("f_never_daily")
def never_daily(w: World) -> Estimate:
    """People who ever used, 1 to 19 years after first use: no four weeks with use on 25 of 28 days."""
    c = w.follow(FROM_FIRST_USE)
    daily = _first_daily(c)
    return household_survey(c, ANY_TIME, Followed.at_home, lambda _, t: daily > t)


def _first_daily(c: Followed) -> npt.NDArray[np.int64]:
    """Day by which each person had first used on 25 of 28 days (after the end: never)."""
    use = np.cumsum(c.diaries.doses > 0, axis=1, dtype=np.int16)
    met = (use[:, 28:] - use[:, :-28]) >= 25
    return np.where(met.any(axis=1), met.argmax(axis=1) + 28, c.days + 1)


@counterpart("f_hud_share_pastyear")
def disorder_among_past_year_users(w: World) -> Estimate:
    """Yearly interviews of people who used within the year, of whom part knew pills: two or more criteria."""
    c = w.follow(RECENT)
    return household_survey(
        c,
        ANY_TIME,
        lambda f, t: f.at_home(t) & f.used(t - YEAR, t),
        lambda f, t: f.diaries.criteria[:, t] >= DISORDER,
    )


@counterpart("f_time_to_dependence_mean")
def years_to_dependence(w: World) -> Estimate:
    """Interviewed 1 to 19 years after first use, ever dependent: mean years from first use to dependence."""
    c = w.follow(FROM_FIRST_USE)
    years = np.asarray(c.diaries.lives["dependence_day"] / DAYS_PER_YEAR)
    return survey_mean(c, ANY_TIME, lambda f, t: f.at_home(t) & f.ever_dependent(t), lambda f, t: years)


@counterpart("f_episode_duration")
def longest_episode(w: World) -> Estimate:
    """Interviewed 2 to 18 years after first use, ever dependent: mean months of the longest spell of it."""
    c = w.follow(FROM_FIRST_USE)
    times = range(2 * YEAR, 19 * YEAR, 4 * YEAR)
    spells = longest_dependence(c, times)
    return survey_mean(
        c, times, lambda f, t: f.at_home(t) & (spells[t] > 0), lambda f, t: spells[t] / 30.4375
    )


@counterpart("f_lowfreq_injectors")
def few_injections(w: World) -> Estimate:
    """People who inject, out of treatment, 2 to 19 years after first use: 1 to 10 injections in 30 days."""
    c = w.follow(FROM_FIRST_USE)
    return household_survey(
        c,
        range(2 * YEAR, 20 * YEAR, YEAR),
        lambda f, t: f.alive(t) & ~f.cared[:, t] & (f.injections(t - MONTH, t) > 0),
        lambda f, t: f.injections(t - MONTH, t) <= 10,
    )


@counterpart("f_time_to_dependence_tx")
def median_years_to_dependence(w: World) -> Estimate:
    """Dependent six years after first use (first treatment): median age at dependence minus at first use."""
    c = w.follow(FROM_FIRST_USE)
    first = np.asarray(c.diaries.lives["age_years"])
    later = first + c.diaries.lives["dependence_day"] / DAYS_PER_YEAR
    entry = 6 * YEAR
    now = c.used(entry - MONTH, entry) & (c.diaries.dependence_items[:, entry] >= DEPENDENCE)
    now &= c.ever_dependent(entry)
    return median(later, now) - median(first, now)


# ------------------------------------------------------------------------------------ established injecting

INJECTING = dependent(12, 1200, injects=1.0)
HALF_YEAR = 182


def half_years(c: Followed) -> tuple[Bools, Bools]:
    """Any injecting in each half-year, and who was alive at its end: ``[person, half-year]``."""
    ends = range(HALF_YEAR, c.days, HALF_YEAR)
    return (
        np.stack([c.used(end - HALF_YEAR, end) for end in ends], axis=1),
        np.stack([c.alive(end - 1) for end in ends], axis=1),
    )


def transitions(c: Followed) -> npt.NDArray[np.int64]:
    """Changes between half-years with and without injecting, while alive."""
    use, alive = half_years(c)
    changed = (use[:, 1:] != use[:, :-1]) & alive[:, 1:]
    return np.asarray(changed.sum(axis=1), np.int64)


@counterpart("f_alive_patterns_persist")
def never_stopped(w: World) -> Estimate:
    """People who inject daily, seen half-yearly until death or 12 years: no half-year without injecting."""
    c = w.follow(INJECTING)
    return share(transitions(c) == 0, c.alive(2 * HALF_YEAR))


@counterpart("f_alive_multi")
def several_transitions(w: World) -> Estimate:
    """The same people: three or more changes between injecting and not."""
    c = w.follow(INJECTING)
    return share(transitions(c) >= 3, c.alive(2 * HALF_YEAR))


@counterpart("f_alive_relapse")
def resumed_injecting(w: World) -> Estimate:
    """People who stopped for six months: injected again before death or 12 years."""
    c = w.follow(INJECTING)
    when = stopped(c, HALF_YEAR, 0, c.days - HALF_YEAR)
    after = np.arange(c.days)[None, :] > when[:, None]
    return share(((c.diaries.doses > 0) & after).any(axis=1), when >= 0)


@counterpart("f_ufo_cessation")
def stopped_for_three_months(w: World) -> Estimate:
    """People who inject, seen quarterly for 1.75 years: a quarter without injecting."""
    c = w.follow(INJECTING)
    quarters = [c.used(k * 91, (k + 1) * 91) for k in range(7)]
    return share(~np.all(quarters, axis=0) & c.alive(7 * 91), c.alive(7 * 91))


@counterpart("f_natural_cessation_5mo")
def stopped_at_five_months(w: World) -> Estimate:
    """People who inject: no use in the 30 days before a visit 5.2 months later; yearly starts in use."""
    c = w.follow(INJECTING)
    later = round(5.2 * 30.4375)
    return household_survey(
        c,
        range(MONTH, 3 * YEAR, YEAR),
        lambda f, t: f.used(t - MONTH, t) & f.alive(t + later),
        lambda f, t: ~f.used(t + later - MONTH, t + later),
    )


# ------------------------------------------------------------------------------- decades in and out of care

# A common career of treated cohorts: methadone at entry, and again half a year after leaving while dependent.
TREATED = dependent(30, 1000, methadone(0, again=182), age_years=29.0, age_log_sd=0.25)
# The same people over their first five years, more of them: for deaths.
KNOWN = expecting(dependent(5, 3000, methadone(0, again=182), age_years=29.0, age_log_sd=0.25))
COMPULSORY = dependent(
    33, 700, detoxification(0, days=180, medicine="none"), age_years=24.5, age_log_sd=0.2, women=0.0
)


@counterpart("f_atos_use_36mo")
def month_use_at_3_years(w: World) -> Estimate:
    """People entering treatment: use within 30 days at 36 months."""
    return month_use(w.follow(TREATED), 3 * YEAR)


@counterpart("f_atos_use_20y")
def month_use_at_19_years(w: World) -> Estimate:
    """The same people at 18 to 20 years: use within 30 days."""
    return month_use(w.follow(TREATED), 19 * YEAR)


def month_use(c: Followed, day: int) -> Estimate:
    """Use within 30 days among those alive on a day."""
    return share(c.used(day - MONTH, day), c.alive(day))


@counterpart("f_atos_dead_11y")
def dead_at_11_years(w: World) -> Estimate:
    """People entering treatment at 29: dead after 11 years."""
    return dead_by(w.follow(TREATED), 11 * YEAR)


@counterpart("f_atos_dead_20y")
def dead_at_19_years(w: World) -> Estimate:
    """People entering treatment at 29: dead after 19 years."""
    return dead_by(w.follow(TREATED), 19 * YEAR)


@counterpart("f_mmt_dead_30y")
def dead_at_30_years(w: World) -> Estimate:
    """People entering methadone at 29: dead after 30 years."""
    return dead_by(w.follow(TREATED), 30 * YEAR - 1)


def dead_by(c: Followed, day: int) -> Estimate:
    """Share dead by a day."""
    return share(~c.alive(day), np.ones(c.people, np.bool_))


@counterpart("f_atos_nodecrease")
def used_throughout(w: World) -> Estimate:
    """People entering treatment, alive after ten years: any use in each of the ten years."""
    c = w.follow(TREATED)
    each = np.stack([c.used(year * YEAR, (year + 1) * YEAR) for year in range(10)])
    return share(each.all(axis=0), c.alive(10 * YEAR))


@counterpart("f_cap_pastyear_use")
def year_use_at_33_years(w: World) -> Estimate:
    """Men from compulsory treatment at 24: survivors who used within the year at 33 years."""
    c = w.follow(COMPULSORY)
    return share(c.used(c.days - YEAR, c.days), c.alive(c.days - 1))


@counterpart("f_cap_urine")
def positive_at_33_years(w: World) -> Estimate:
    """The same men: use within three days of the interview at 33 years."""
    c = w.follow(COMPULSORY)
    return share(c.positive(c.days), c.alive(c.days - 1))


@counterpart("f_cap_od_share")
def overdose_share_of_deaths(w: World) -> Estimate:
    """The same men: share of deaths by overdose."""
    c = w.follow(COMPULSORY)
    return ratio(c.died_of_overdose.any(axis=1), c.died.any(axis=1), per=100.0)


@counterpart("f_cap_perm_recovery")
def five_years_without(w: World) -> Estimate:
    """The same men, survivors at 33 years: no use for five years or more."""
    c = w.follow(COMPULSORY)
    return share(~c.used(c.days - 5 * YEAR, c.days), c.alive(c.days - 1))


@counterpart("f_cap_abst_episodes")
def any_abstinence_episode(w: World) -> Estimate:
    """The same men: at least one spell of six months without use after the compulsory stay."""
    c = w.follow(COMPULSORY)
    return share(stopped(c, HALF_YEAR, YEAR, c.days) >= 0, c.alive(YEAR))


@counterpart("f_stable_abst_review")
def stable_abstinence(w: World) -> Estimate:
    """Treated people 10, 20 and 29 years after entry, survivors: no use for five years or more."""
    c = w.follow(TREATED)
    times = (10 * YEAR, 20 * YEAR, 29 * YEAR)
    return household_survey(c, times, Followed.alive, lambda f, t: ~f.used(t - 5 * YEAR, t))


@counterpart("f_cmr_all")
def death_rate(w: World) -> Estimate:
    """People in and out of treatment over ten years: deaths per 100 person-years."""
    c = w.follow(TREATED)
    return rate(c.died, first_years(c, 10))


@counterpart("f_smr_all")
def death_ratio(w: World) -> Estimate:
    """The same people: deaths over those expected at the general rate of their age."""
    c = w.follow(TREATED)
    here = first_years(c, 10)
    return ratio((c.died & here).sum(axis=1), expected_deaths(c, here, w.p))


@counterpart("f_ca_smr_tx")
def death_ratio_out_over_in(w: World) -> Estimate:
    """The same people over five years: standardised mortality out of over in treatment."""
    c = w.follow(KNOWN)
    here = first_years(c, 5)
    return smr(c, here & ~c.cared, w) / smr(c, here & c.cared, w)


@counterpart("f_ypll")
def years_lost(w: World) -> Estimate:
    """The same people over 14 years: mean years before 65 lost per death."""
    c = w.follow(TREATED)
    return mean(np.maximum(0.0, 65.0 - c.age_years() - c.death_day / DAYS_PER_YEAR), c.death_day < 14 * YEAR)


def first_years(c: Followed, years: int) -> Bools:
    """Days lived within the first years."""
    here = c.lived.copy()
    here[:, years * YEAR :] = False
    return here


def smr(c: Followed, here: Bools, w: World) -> Estimate:
    """Deaths over expected deaths within the given days."""
    events = c.dying if c.expects else c.died
    return ratio(within(events, here), expected_deaths(c, here, w.p))


# ------------------------------------------------------------------------------------- a change of setting

TOUR = 300  # use began in the first weeks of a year's tour
PART_OF_ALL_MEN = (
    0.45  # who used at all: published (f_vietnam_any_narcotic), first use itself is not simulated
)
# War: pure, cheap, smoked, everywhere, among peers who use. Home: other peers, another place, usual stress;
# 85 % said narcotics were to be had there, so 0.85 of the usual chance of finding heroin (0.75).
WAR: dict[str, float] = {
    "women": 0.0, "injects": 0.08, "homeless": 0.0, "unemployed": 0.0, "peers_use": 0.9,
    "availability": 0.95, "stress": 1.0, "dose_unit_mg": 50.0, "age_years": 20.0, "age_log_sd": 0.05,
}  # fmt: skip
# The urine test was announced; who failed it was kept and detoxified before going home.
BEFORE_THE_TEST = 5
VIETNAM = first_use(
    4,
    2500,
    stop(TOUR - BEFORE_THE_TEST),
    move(TOUR, availability=0.64, peers=0.1, stress=-1.0, new_place=True),
    **WAR,
)


def dependent_on_tour(c: Followed) -> Bools:
    """Who became dependent before leaving."""
    return c.ever_dependent(TOUR - 1) & c.alive(TOUR)


def dependent_again(c: Followed, first: int, last: int) -> Bools:
    """Near-daily use for four weeks at home: dependence by items would still count those of the tour."""
    return regular_use(c, TOUR + first, TOUR + last)


@counterpart("f_vietnam_addicted")
def dependent_in_war(w: World) -> Estimate:
    """Dependent during the tour, of all men (45 % used)."""
    c = w.follow(VIETNAM)
    return share(c.ever_dependent(TOUR - 1), np.ones(c.people, np.bool_)).times(PART_OF_ALL_MEN)


@counterpart("f_vietnam_urine_positive")
def positive_at_departure(w: World) -> Estimate:
    """Use within three days of leaving, of all men (45 % used)."""
    c = w.follow(VIETNAM)
    return share(c.positive(TOUR), np.ones(c.people, np.bool_)).times(PART_OF_ALL_MEN)


@counterpart("f_vietnam_addicted_after")
def dependent_at_home(w: World) -> Estimate:
    """Near-daily use 8 to 12 months after return, of all returnees."""
    c = w.follow(VIETNAM)
    return share(dependent_again(c, 240, 365), c.alive(TOUR + 365)).times(PART_OF_ALL_MEN)


@counterpart("f_vietnam_relapse_1y")
def dependent_in_first_year(w: World) -> Estimate:
    """Of men dependent in war: near-daily use in months 1 to 10 at home."""
    c = w.follow(VIETNAM)
    return share(dependent_again(c, 0, 300), dependent_on_tour(c))


@counterpart("f_vietnam_relapse_3y")
def dependent_in_three_years(w: World) -> Estimate:
    """Of men dependent in war: near-daily use within three years at home."""
    c = w.follow(VIETNAM)
    return share(dependent_again(c, 0, 3 * YEAR), dependent_on_tour(c))


@counterpart("f_vietnam_use_again")
def use_again(w: World) -> Estimate:
    """Of men dependent in war: any use within three years at home."""
    c = w.follow(VIETNAM)
    return share(c.used(TOUR + 1, TOUR + 3 * YEAR), dependent_on_tour(c))


@counterpart("f_vietnam_use_to_readdict")
def use_to_dependence(w: World) -> Estimate:
    """Of men dependent in war who used again: near-daily use within three years."""
    c = w.follow(VIETNAM)
    again = dependent_on_tour(c) & c.used(TOUR + 1, TOUR + 3 * YEAR)
    return share(dependent_again(c, 0, 3 * YEAR), again)


SHORTAGE = 180


def _shortage(change: bool) -> Cohort:
    step = move(SHORTAGE, availability=0.3 if change else AS_USUAL)
    return dependent(1, 2500, step, injects=1.0)


@counterpart("f_au_shortage")
def overdoses_in_a_shortage(w: World) -> Estimate:
    """Heroin found on 30 % of days sought, minus as usual: overdoses per 100 person-years."""
    short, usual = w.follow(_shortage(True)), w.follow(_shortage(False))

    def after(c: Followed) -> Estimate:
        here = c.lived.copy()
        here[:, : SHORTAGE + 14] = False
        return rate(c.overdosed, here)

    return after(short) - after(usual)
