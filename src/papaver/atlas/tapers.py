"""Counterparts of findings on outpatient tapers from buprenorphine: people stabilised, tapered, followed.

A missing urine counts as positive, as in the
trials, and is missing where people left before the taper ended. Nobody is lost after that.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, mean, share
from papaver.atlas.protocols import WEEK, Cohort, Followed, World, buprenorphine, dependent, taper
from papaver.atlas.registry import counterpart

Bools = npt.NDArray[np.bool_]
MONTHS_3 = 91


def tapered(days_on: int, taper_days: int, days: int, *, at: str = "trial") -> Cohort:
    """Outpatients on buprenorphine 16 mg for some days, then a taper to nothing."""
    return dependent(
        (days + 1) / 365.25,
        1500,
        buprenorphine(0, at=at),
        taper(days_on, taper_days),
        age_years=32.0,
        age_log_sd=0.25,
    )


LING = tapered(4 * WEEK, WEEK, 20 * WEEK)
FIELLIN = tapered(6 * WEEK, 3 * WEEK, 15 * WEEK)
POATS = tapered(12 * WEEK, 4 * WEEK, 26 * WEEK)


def negative(c: Followed, day: int) -> Bools:
    """A urine without opiates on a day, alive."""
    return np.asarray(~c.positive(day) & c.alive(day))


@counterpart("f_ling7_end")
def negative_at_end(w: World) -> Estimate:
    """Four weeks on buprenorphine, a 7-day taper: in the trial with a negative urine at its end."""
    c = w.follow(LING)
    end = 5 * WEEK
    return share(negative(c, end) & (c.first_stay >= end - 1), c.first_stay > 0)


@counterpart("f_ling_3mo")
def negative_after_three_months(w: World) -> Estimate:
    """The same people three months later: a negative urine."""
    c = w.follow(LING)
    return share(negative(c, 5 * WEEK + MONTHS_3) & (c.first_stay >= 5 * WEEK - 1), c.first_stay > 0)


@counterpart("f_fiellin_urine")
def negative_urines(w: World) -> Estimate:
    """Six weeks on buprenorphine, a taper of three: mean share of 14 weekly urines that are negative."""
    c = w.follow(FIELLIN)
    ends = 9 * WEEK
    urines = [negative(c, WEEK * k) & (c.first_stay >= min(WEEK * k, ends) - 1) for k in range(1, 15)]
    return mean(100.0 * np.mean(urines, axis=0), c.first_stay > 0)


def success(c: Followed, week: int) -> Bools:
    """No use in a week and in at least two of the three weeks before it."""
    weeks = [~c.used((week - k) * WEEK, (week - k + 1) * WEEK) for k in range(1, 5)]
    return np.asarray(weeks[0] & (np.sum(weeks[1:], axis=0) >= 2) & c.alive(week * WEEK))


@counterpart("f_poats_12wk")
def success_on_buprenorphine(w: World) -> Estimate:
    """Twelve weeks on buprenorphine: no use in week 12 and in two of the three weeks before."""
    c = w.follow(POATS)
    return share(success(c, 12) & (c.first_stay >= 12 * WEEK - 1), c.first_stay > 0)


@counterpart("f_poats_post")
def success_after_taper(w: World) -> Estimate:
    """The same people eight weeks after a four-week taper: no use in week 24 and in two of three before."""
    c = w.follow(POATS)
    return share(success(c, 24) & (c.first_stay >= 16 * WEEK - 1), c.first_stay > 0)
