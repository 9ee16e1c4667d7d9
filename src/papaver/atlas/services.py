"""Counterparts of findings on further trials of methadone and of the naltrexone depot.

No number rests on them: each takes the ease of staying of a trial, fitted to other people.
"""

from __future__ import annotations

import numpy as np

from papaver.atlas.estimates import Estimate, mean, share
from papaver.atlas.natural_history import KNOWN
from papaver.atlas.protocols import (
    MONTH,
    WEEK,
    YEAR,
    World,
    dependent,
    methadone,
)
from papaver.atlas.registry import counterpart
from papaver.atlas.treatment import NALTREXONE, on_naltrexone

ADULTS = {"age_years": 38.0, "age_log_sd": 0.2, "injects": 1.0}
TEN_MONTHS, TWELVE_WEEKS = round(10 * MONTH), 84
# Interim methadone passed into a programme after four months: one stay, in a trial.
METHADONE_TRIAL = dependent(1.1, 1500, methadone(0, at="trial"), **ADULTS)


@counterpart("f_interim_10m")
def ten_months_on_methadone(w: World) -> Estimate:
    """Assigned to interim methadone: in a programme ten months later."""
    c = w.follow(METHADONE_TRIAL)
    return share(c.cared[:, TEN_MONTHS] & c.alive(TEN_MONTHS), c.first_stay > 0)


@counterpart("f_interim_10m_urine")
def positive_at_ten_months(w: World) -> Estimate:
    """Assigned to interim methadone: use within three days ten months later, in a programme or not."""
    c = w.follow(METHADONE_TRIAL)
    return share(c.positive(TEN_MONTHS), c.alive(TEN_MONTHS) & (c.first_stay > 0))


@counterpart("f_stable_met_urine")
def positive_on_methadone(w: World) -> Estimate:
    """A year or more in one stay on methadone: days with use within three, of all such days."""
    c = w.follow(KNOWN)
    positive = c.diaries.positive()
    stable = c.cared & c.lived & (c.since_entry >= YEAR)
    return share((positive & stable).sum(axis=1), stable.sum(axis=1))


@counterpart("f_naomi_ret_met")
def a_year_on_methadone(w: World) -> Estimate:
    """Assigned to methadone in a trial: a year later in treatment or without use for 30 days."""
    c = w.follow(METHADONE_TRIAL)
    return share(c.alive(YEAR) & (c.cared[:, YEAR] | ~c.used(YEAR - MONTH, YEAR)), c.first_stay > 0)


@counterpart("f_tanum_ret")
def days_on_the_depot(w: World) -> Estimate:
    """Detoxified and on naltrexone depots: mean days in treatment of twelve weeks.

    People of the trial came to it detoxified, so days count from when the week without an opioid is over.
    """
    c = w.follow(NALTREXONE)
    days = on_naltrexone(c).sum(axis=1) - WEEK
    return mean(np.minimum(days, TWELVE_WEEKS).astype(float), days > 0)
