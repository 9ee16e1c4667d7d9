"""Counterparts of findings on who is protected by treatment: after an overdose, and after custody."""

from __future__ import annotations

import numpy as np

from papaver.atlas.after_release import IN, INSIDE_DAYS, OUT, RELEASED
from papaver.atlas.estimates import Estimate, ratio
from papaver.atlas.natural_history import KNOWN
from papaver.atlas.protocols import (
    DAYS_PER_YEAR,
    MONTH,
    YEAR,
    Bools,
    Followed,
    World,
    custody,
    dependent,
    expecting,
    methadone,
    rate,
    within,
)
from papaver.atlas.registry import counterpart
from papaver.atlas.supply import off_over_on
from papaver.atlas.treatment import ON_BUPRENORPHINE, after_overdose

FOUR_WEEKS = 28
TREATED_INSIDE = expecting(
    dependent(
        (OUT + FOUR_WEEKS + 1) / 365.25,
        4000,
        methadone(0),
        custody(IN, INSIDE_DAYS, treated=True),
        injects=1.0,
    )
)


def after_overdose_in_over_out(c: Followed) -> Estimate:
    """Deaths per person-year in the year after a survived overdose, in care or a month after over not."""
    here, _ = after_overdose(c, YEAR)
    covered = c.cared | ((c.since_exit >= 0) & (c.since_exit < MONTH))
    return rate(c.dying, here & covered) / rate(c.dying, here & ~covered)


@counterpart("f_laro_met")
def methadone_after_overdose(w: World) -> Estimate:
    """The year after a survived overdose: deaths per person-year on methadone or a month after over not."""
    return after_overdose_in_over_out(w.follow(KNOWN))


@counterpart("f_laro_bup")
def buprenorphine_after_overdose(w: World) -> Estimate:
    """The same for buprenorphine."""
    return after_overdose_in_over_out(w.follow(ON_BUPRENORPHINE))


@counterpart("fd_post_ed_2d")
def dead_two_days_after_overdose(w: World) -> Estimate:
    """Dead within two days of a survived overdose."""
    c = w.follow(KNOWN)
    here, had = after_overdose(c, 2)
    return ratio(within(c.dying, here), had, per=100.0)


@counterpart("f_marsden")
def treated_at_release(w: World) -> Estimate:
    """Deaths per person-year in four weeks after custody: on methadone at release over without treatment."""
    treated, without = w.follow(TREATED_INSIDE), w.follow(RELEASED)
    on_it = treated.cared[:, OUT - 1][:, None]
    return rate(treated.dying, four_weeks(treated) & on_it) / rate(without.dying, four_weeks(without))


@counterpart("f_degen_prison")
def treated_after_release(w: World) -> Estimate:
    """Deaths per person-year in four weeks after custody: days on methadone over days without."""
    treated, without = w.follow(TREATED_INSIDE), w.follow(RELEASED)
    both = (treated, without)
    deaths = np.concatenate([within(c.dying, four_weeks(c) & ~c.cared) for c in both])
    days = np.concatenate([(four_weeks(c) & ~c.cared).sum(axis=1) for c in both])
    off = ratio(deaths, days, per=100.0 * DAYS_PER_YEAR)
    return rate(treated.dying, four_weeks(treated) & treated.cared) / off


def four_weeks(c: Followed) -> Bools:
    """Days lived in the four weeks after release."""
    weeks = c.lived.copy()
    weeks[:, :OUT] = False
    weeks[:, OUT + FOUR_WEEKS :] = False
    return weeks


@counterpart("f_pearce_fent")
def off_over_on_with_fentanyl(w: World) -> Estimate | float:
    """People who enter methadone, fentanyl in nearly all bags: deaths per person-year out of over in care."""
    return off_over_on(w)
