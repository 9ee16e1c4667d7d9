"""Counterparts of findings on a supply in which fentanyl is sold as heroin.

The supply is a setting: a share of bags holds fentanyl. Nothing else is told to the model; who dies more, and
how much more treatment protects then, follows from what bags hold, from tolerance and from use.
"""

from __future__ import annotations

import numpy as np

from papaver.atlas.estimates import Estimate, ratio
from papaver.atlas.protocols import Followed, World, dependent, methadone, rate
from papaver.atlas.registry import counterpart
from papaver.person.records import BESIDE_FENTANYL

EXPOSED_2016 = 0.56  # of people using illicit opioids, Rhode Island (fent_exposure_prev_ri)
OF_SAMPLES = 0.88  # of opioid samples, British Columbia (fent_detected_opioid_samples_bc)

CONTAMINATED = dependent(8, 1200, injects=1.0, fentanyl_share=EXPOSED_2016)
TREATED_WITH_FENTANYL = dependent(
    6, 1500, methadone(0, again=182), age_years=29.0, age_log_sd=0.25, fentanyl_share=OF_SAMPLES
)


def in_use(c: Followed, days: int = 182) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Days lived by people who used within half a year."""
    used = np.cumsum(c.diaries.doses > 0, axis=1, dtype=np.int32)
    before = np.zeros_like(used)
    before[:, days:] = used[:, :-days]
    return np.asarray((used > before) & c.lived)


@counterpart("fd_fatal_share_us")
def fatal_share_with_fentanyl(w: World) -> Estimate:
    """People who inject, fentanyl in over half of bags: percentage of overdoses that are fatal."""
    c = w.follow(CONTAMINATED)
    return ratio(c.died_of_overdose.sum(axis=1), c.overdosed.sum(axis=1), per=100.0)


@counterpart("fd_us_post2016_fatal")
def death_rate_with_fentanyl(w: World) -> Estimate:
    """The same people while they use: overdose deaths per 100 person-years."""
    c = w.follow(CONTAMINATED)
    return rate(c.died_of_overdose, in_use(c))


@counterpart("fd_bc_fentanyl_share")
def fentanyl_in_deaths(w: World) -> Estimate:
    """The same people: percentage of overdose deaths from a bag with fentanyl."""
    c = w.follow(CONTAMINATED)
    held = (c.diaries.beside & BESIDE_FENTANYL) > 0
    return ratio((c.died_of_overdose & held).sum(axis=1), c.died_of_overdose.sum(axis=1), per=100.0)


@counterpart("fd_nors_rate")
def overdoses_per_watched_use(w: World) -> Estimate:
    """The same people: overdoses per 100 uses."""
    c = w.follow(CONTAMINATED)
    return ratio(c.overdosed.sum(axis=1), c.diaries.doses.sum(axis=1, dtype=np.int64), per=100.0)


@counterpart("fd_oat_gap_fentanyl")
def off_over_on(w: World) -> Estimate:
    """People who enter methadone, fentanyl in nearly all bags: deaths per person-year out of over in care."""
    c = w.follow(TREATED_WITH_FENTANYL)
    out = c.lived & (c.since_exit >= 0)
    return rate(c.died, out) / rate(c.died, c.lived & c.cared)
