"""Counterparts of findings on overdose: how often, how often fatal, after lost tolerance, by route."""

from __future__ import annotations

import numpy as np

from papaver.atlas.estimates import Estimate, ratio, share
from papaver.atlas.natural_history import FROM_FIRST_USE, INJECTING, TREATED, first_years
from papaver.atlas.protocols import (
    AS_USUAL,
    MONTH,
    WEEK,
    YEAR,
    Followed,
    World,
    dependent,
    household_survey,
    move,
    rate,
)
from papaver.atlas.registry import counterpart
from papaver.atlas.withdrawal import DETOX_DAYS, DETOXIFIED, completed

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
    c = w.follow(INJECTING)
    return ratio(c.died_of_overdose.sum(axis=1), c.overdosed.sum(axis=1), per=100.0)


@counterpart("fd_au_nonfatal_count_1998")
def survived_per_fatal_1998(w: World) -> Estimate:
    """People who inject, no naloxone in lay hands: survived overdoses per fatal one."""
    return survived_per_fatal(w.follow(WITHOUT_NALOXONE))


@counterpart("fd_nonfatal_per_fatal_oecd")
def survived_per_fatal_now(w: World) -> Estimate:
    """People who inject, naloxone as in the evidence: survived overdoses per fatal one."""
    return survived_per_fatal(w.follow(INJECTING))


WITHOUT_NALOXONE = dependent(8, 1200, injects=1.0, naloxone=0.0)


def survived_per_fatal(c: Followed) -> Estimate:
    """Survived overdoses per fatal one."""
    return rate(c.diaries.overdose == 1, c.lived) / rate(c.died_of_overdose, c.lived)


@counterpart("fd_vancouver_od_death_rate")
def overdose_death_rate(w: World) -> Estimate:
    """People in and out of methadone over ten years: overdose deaths per 1000 person-years."""
    c = w.follow(TREATED)
    return rate(c.died_of_overdose, first_years(c, 10), per_years=1000.0)


@counterpart("fd_insite_rate")
def overdoses_per_injection(w: World) -> Estimate:
    """People who inject: overdoses per 1000 injections."""
    c = w.follow(INJECTING)
    return ratio(c.overdosed.sum(axis=1), c.diaries.doses.sum(axis=1, dtype=np.int64), per=1000.0)


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
    """The same people smoking over injecting, in dependent use: deaths per person-year over four years."""
    smoking = w.follow(dependent(4, 2500, injects=0.0))
    injecting = w.follow(dependent(4, 2500, injects=1.0))
    return rate(smoking.died, smoking.lived) / rate(injecting.died, injecting.lived)


# ------------------------------------------------------------------------------------- after lost tolerance

IN, OUT = 180, 330  # five months in prison: no heroin, no treatment; then as before
RELEASED = dependent(
    (OUT + 26 * WEEK) / 365.25,
    9000,
    move(IN, availability=0.0),
    move(OUT, availability=AS_USUAL),
    injects=1.0,
)


def weeks_out(c: Followed, first: int, last: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Days lived in the weeks ``first`` to ``last`` after release (counted from 1)."""
    here = c.lived.copy()
    here[:, : OUT + (first - 1) * WEEK] = False
    here[:, OUT + last * WEEK :] = False
    return here


@counterpart("fd_release_ratio_uk")
def first_weeks_out(w: World) -> Estimate:
    """After five months without heroin: overdose deaths per person-year in weeks 1-2 over weeks 3-12."""
    c = w.follow(RELEASED)
    return rate(c.died_of_overdose, weeks_out(c, 1, 2)) / rate(c.died_of_overdose, weeks_out(c, 3, 12))


@counterpart("fd_release_ratio_wk34")
def next_weeks_out(w: World) -> Estimate:
    """The same people: weeks 3-4 over weeks 5-12."""
    c = w.follow(RELEASED)
    return rate(c.died_of_overdose, weeks_out(c, 3, 4)) / rate(c.died_of_overdose, weeks_out(c, 5, 12))


@counterpart("fd_release_nfod_sccs")
def survived_first_weeks_out(w: World) -> Estimate:
    """The same people: survived overdoses per person-year in weeks 1-2 over all other time outside."""
    c = w.follow(RELEASED)
    survived = c.diaries.overdose == 1
    before = c.lived.copy()
    before[:, IN:] = False
    return rate(survived, weeks_out(c, 1, 2)) / rate(survived, before | weeks_out(c, 3, 26))


@counterpart("fd_detox_strang", "strang_deaths")
def deaths_after_detoxification(w: World) -> Estimate:
    """Completed a 21-day inpatient detoxification: dead by overdose within 120 days."""
    return deaths_in_120_days(w)


def deaths_in_120_days(w: World) -> Estimate:
    """Percentage of completers dead by overdose within 120 days."""
    c = w.follow(DETOXIFIED)
    done = completed(c, DETOX_DAYS)
    return share(c.died_of_overdose.any(axis=1) & (c.death_day < c.first_stay + 120), done)


@counterpart("f_strang_tol")
def deaths_among_37(w: World) -> Estimate:
    """The same, as deaths among 37 people."""
    return deaths_in_120_days(w).times(0.37)
