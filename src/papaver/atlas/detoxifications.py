"""Counterparts of findings on further detoxifications: inpatients without medicine, outpatients, brief ones.

Inpatients take the ease of staying fitted to other inpatients, outpatients that of a trial.
"""

from __future__ import annotations

from papaver.atlas.estimates import Estimate, share
from papaver.atlas.protocols import WEEK, World, dependent, detoxification
from papaver.atlas.registry import counterpart
from papaver.atlas.tapers import negative, tapered
from papaver.atlas.withdrawal import completed

# Three days of morphine, five of placebo, then observed to day 11: without an opioid after day 3.
EIGHT_DAYS_WITHOUT = dependent(0.1, 1500, detoxification(0, days=8, medicine="none", at="inpatient"))
OUTPATIENT_TAPER = tapered(3, 10, 20)  # at home, where heroin is at hand: no ward
BRIEF = tapered(2 * WEEK, 2 * WEEK, 13 * WEEK)
MONTHLY_DAYS = 4  # of use a month count as little


@counterpart("f_yu_retention")
def eight_days_without(w: World) -> Estimate:
    """Inpatients without medicine from the fourth of eleven days: stayed to the end."""
    c = w.follow(EIGHT_DAYS_WITHOUT)
    return share(completed(c, 8), c.first_stay > 0)


@counterpart("f_ling_outpt_bup")
def two_weeks_as_outpatients(w: World) -> Estimate:
    """Buprenorphine for 13 days as outpatients, ten of them a taper: there at the end, urine negative."""
    c = w.follow(OUTPATIENT_TAPER)
    return share((c.first_stay >= 12) & negative(c, 13), c.first_stay > 0)


@counterpart("f_poats_phase1")
def success_of_a_brief_treatment(w: World) -> Estimate:
    """Two weeks on buprenorphine, two of taper, all in contact: little or no use in the eight weeks after."""
    c = w.follow(BRIEF)
    months = (c.use_days(first * WEEK, (first + 4) * WEEK) <= MONTHLY_DAYS for first in (4, 8))
    few = next(months) & next(months) & c.alive(12 * WEEK)
    return share(few & (c.first_stay >= 4 * WEEK - 1), c.first_stay > 0)
