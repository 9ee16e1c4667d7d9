"""Counterparts of findings on overdose: how often, how often fatal, by route.

The weeks after release and detoxification are in ``after_release``.
"""

from __future__ import annotations

import numpy as np

from papaver.atlas.estimates import Estimate, ratio
from papaver.atlas.natural_history import (
    ANY_TIME,
    FROM_FIRST_USE,
    INJECTING,
    KNOWN,
    TREATED,
    first_years,
    smr,
)
from papaver.atlas.overdose_estimates import among_deaths, fatal, in_use, per_use, with_
from papaver.atlas.protocols import (
    MONTH,
    YEAR,
    Cohort,
    Followed,
    World,
    dependent,
    expected_deaths,
    expecting,
    first_use,
    household_survey,
    methadone,
    rate,
    within,
)
from papaver.atlas.registry import counterpart
from papaver.person.records import BESIDE_HOURS

# ---------------------------------------------------------------------------------- in established injecting


@counterpart("fd_nfod_12m")
def overdose_in_a_year(w: World) -> Estimate:
    """People who inject, used within 30 days and alive a year later: any survived overdose in that year."""
    c = w.follow(INJECTING)
    return household_survey(
        c,
        range(MONTH, 4 * YEAR, YEAR),
        lambda f, t: f.used(t - MONTH, t) & f.alive(t + YEAR - 1),
        lambda f, t: (f.diaries.overdose[:, t : t + YEAR] == 1).any(axis=1),
    )


@counterpart("fd_nfod_lifetime")
def overdose_ever(w: World) -> Estimate:
    """People who injected within a year, 1 to 19 years after first use: any survived overdose before."""
    c = w.follow(FROM_FIRST_USE)
    survived = c.diaries.overdose == 1
    first = np.where(survived.any(axis=1), survived.argmax(axis=1), c.days + 1)
    return household_survey(
        c,
        range(YEAR, 20 * YEAR, YEAR),
        lambda f, t: f.alive(t) & (f.injections(t - YEAR, t) > 0),
        lambda f, t: first <= t,
    )


@counterpart("fd_fatal_share_au")
def fatal_share(w: World) -> Estimate:
    """People who inject, heroin alone: percentage of overdoses that are fatal."""
    c = w.follow(ESTABLISHED)
    return fatal(c)


@counterpart("fd_au_nonfatal_count_1998")
def survived_per_fatal_1998(w: World) -> Estimate:
    """People who inject, no naloxone in lay hands: survived overdoses per fatal one."""
    return survived_per_fatal(w.follow(WITHOUT_NALOXONE))


@counterpart("fd_nonfatal_per_fatal_oecd")
def survived_per_fatal_now(w: World) -> Estimate:
    """People who inject, naloxone as in the evidence: survived overdoses per fatal one."""
    return survived_per_fatal(w.follow(ESTABLISHED))


ESTABLISHED = expecting(dependent(8, 1200, injects=1.0))
WITHOUT_NALOXONE = expecting(dependent(8, 1200, injects=1.0, naloxone=0.0))


def survived_per_fatal(c: Followed) -> Estimate:
    """Survived overdoses per fatal one."""
    overdoses, deaths = c.diaries.expected[:, :, 0], c.dying_of_overdose
    return rate(overdoses - deaths, c.lived) / rate(deaths, c.lived)


# People who injected within half a year, whom cohorts of people who inject hold on to; half enter methadone.
MIXED = expecting(dependent(8, 1500, (*methadone(0, again=182)[:4], 0.5, *methadone(0)[5:]), injects=1.0))


@counterpart("fd_vancouver_od_death_rate")
def overdose_death_rate(w: World) -> Estimate:
    """People who inject, half of them offered methadone, while they use: overdose deaths per 1000 years."""
    c = w.follow(MIXED)
    return rate(c.dying_of_overdose, in_use(c), per_years=1000.0)


@counterpart("fd_insite_rate")
def overdoses_per_injection(w: World) -> Estimate:
    """People who inject: overdoses per 1000 injections."""
    c = w.follow(INJECTING)
    return per_use(c, 1000.0)


@counterpart("fd_hair_morphine")
def intake_before_death(w: World) -> Estimate:
    """Uses (not mg) in the 60 days before a fatal overdose over uses in 60 days of living people in use."""
    c = w.follow(TREATED)
    who = c.died_of_overdose.any(axis=1) & (c.death_day >= 60)
    days = c.death_day[:, None] - np.arange(1, 61)[None, :]
    taken = np.take_along_axis(c.diaries.doses, np.maximum(days, 0), axis=1).sum(axis=1, dtype=np.int64)
    total, seen = np.zeros(c.people), np.zeros(c.people)
    for day in range(YEAR, 10 * YEAR, YEAR):
        here = c.alive(day) & ~c.cared[:, day] & c.used(day - 60, day)
        total += np.where(here, c.diaries.doses[:, day - 60 : day].sum(axis=1, dtype=np.int64), 0)
        seen += here
    return ratio(np.where(who, taken, 0), who) / ratio(total, seen)


@counterpart("fd_smoke_inject_mortality")
def smoking_over_injecting(w: World) -> Estimate:
    """The same people entering treatment, smoking over injecting: deaths per person-year over a year."""
    smoking, injecting = w.follow(entering(injects=0.0)), w.follow(entering(injects=1.0))
    return rate(smoking.dying, smoking.lived) / rate(injecting.dying, injecting.lived)


def entering(**shares: float) -> Cohort:
    """The year after people like those known to services enter methadone."""
    age = {"age_years": 29.0, "age_log_sd": 0.25}
    return expecting(dependent(1, 2400, methadone(0, again=182), **age, **shares))


# ---------------------------------------------------------------------------------------- deaths of any cause


FOLLOWED_UP = 27 * YEAR
LONG_AFTER_FIRST_USE = first_use(20 + 27, 1000)


@counterpart("fd_eca_ever_users")
def deaths_of_ever_users(w: World) -> Estimate:
    """Ever used, asked at home 1 to 19 years after first use: deaths in 27 years over those expected."""
    c = w.follow(LONG_AFTER_FIRST_USE)
    deaths, at_risk = np.zeros(c.people), np.zeros(c.people)
    for day in ANY_TIME:
        here = np.zeros_like(c.lived)
        here[:, day + 1 : day + 1 + FOLLOWED_UP] = c.lived[:, day + 1 : day + 1 + FOLLOWED_UP]
        here &= c.at_home(day)[:, None]
        deaths += within(c.died, here)
        at_risk += expected_deaths(c, here, w.p)
    return ratio(deaths, at_risk)


@counterpart("fd_england_smr")
def deaths_of_people_known_to_services(w: World) -> Estimate:
    """People in and out of methadone over four years: deaths over those expected at their age."""
    c = w.follow(KNOWN)
    return smr(c, first_years(c, 4), w)


@counterpart("fd_england_poisoning_share")
def overdose_share_of_deaths(w: World) -> Estimate:
    """The same people: percentage of deaths that are overdoses."""
    c = w.follow(KNOWN)
    here = first_years(c, 4)
    return ratio(within(c.dying_of_overdose, here), within(c.dying, here), per=100.0)


@counterpart("fd_6mam_share")
def quick_deaths(w: World) -> Estimate:
    """People who inject heroin: percentage of overdose deaths by collapse at once, not over hours."""
    c = w.follow(INJECTING)
    return among_deaths(c, ~with_(c, BESIDE_HOURS))
