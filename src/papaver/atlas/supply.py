"""Counterparts of findings on a supply in which fentanyl is sold as heroin.

The supply is a setting: a share of bags holds fentanyl. Nothing else is told to the model; who dies more, and
how much more treatment protects then, follows from what bags hold, from tolerance and from use.
"""

from __future__ import annotations

from papaver.atlas.estimates import Estimate
from papaver.atlas.overdose_estimates import among_deaths, fatal, in_use, per_use, with_
from papaver.atlas.protocols import World, dependent, expecting, methadone, rate
from papaver.atlas.registry import counterpart
from papaver.person.records import BESIDE_FENTANYL, BESIDE_STIMULANTS

EXPOSED_2016 = 0.56  # of people using illicit opioids, Rhode Island (fent_exposure_prev_ri)
OF_SAMPLES = 0.88  # of opioid samples, British Columbia (fent_detected_opioid_samples_bc)

CONTAMINATED = expecting(dependent(8, 1200, injects=1.0, fentanyl_share=EXPOSED_2016))
CONTAMINATED_CANADA = dependent(8, 1200, injects=1.0, fentanyl_share=OF_SAMPLES)
TREATED_WITH_FENTANYL = expecting(
    dependent(6, 1500, methadone(0, again=182), age_years=29.0, age_log_sd=0.25, fentanyl_share=OF_SAMPLES)
)


@counterpart("fd_fatal_share_us")
def fatal_share_with_fentanyl(w: World) -> Estimate:
    """People who inject, fentanyl in over half of bags: percentage of overdoses that are fatal."""
    c = w.follow(CONTAMINATED)
    return fatal(c)


@counterpart("fd_us_post2016_fatal")
def death_rate_with_fentanyl(w: World) -> Estimate:
    """The same people while they use: overdose deaths per 100 person-years."""
    c = w.follow(CONTAMINATED)
    return rate(c.dying_of_overdose, in_use(c))


@counterpart("fd_bc_fentanyl_share")
def fentanyl_in_deaths(w: World) -> Estimate:
    """The same people: percentage of overdose deaths from a bag with fentanyl."""
    c = w.follow(CONTAMINATED)
    return among_deaths(c, with_(c, BESIDE_FENTANYL))


@counterpart("fd_imf_stimulant_share")
def stimulants_in_deaths(w: World) -> Estimate:
    """The same people: percentage of overdose deaths on a day with a stimulant."""
    c = w.follow(CONTAMINATED)
    return among_deaths(c, with_(c, BESIDE_STIMULANTS))


@counterpart("fd_nors_rate")
def overdoses_per_watched_use(w: World) -> Estimate:
    """People who inject, fentanyl in nearly all bags (Canada): overdoses per 100 uses."""
    c = w.follow(CONTAMINATED_CANADA)
    return per_use(c, 100.0)


@counterpart("fd_oat_gap_fentanyl")
def off_over_on(w: World) -> Estimate:
    """People who enter methadone, fentanyl in nearly all bags: deaths per person-year out of over in care."""
    c = w.follow(TREATED_WITH_FENTANYL)
    out = c.lived & (c.since_exit >= 0)
    return rate(c.dying, out) / rate(c.dying, c.lived & c.cared)
