"""Counterparts of findings on the weeks after custody and after detoxification, when tolerance is lost.

Nothing in the model knows of a release: what differs between weeks comes from dose, tolerance and use. So the
same people are also looked at per day of use, and with tolerance held where it was before custody
(``frozen``): the ratio must then vanish, or it would come from who uses when.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, share
from papaver.atlas.protocols import WEEK, Followed, Weights, World, custody, dependent, expecting, rate
from papaver.atlas.registry import counterpart
from papaver.atlas.withdrawal import DETOX_DAYS, DETOXIFIED, completed
from papaver.evidence import inputs

Bools = npt.NDArray[np.bool_]

INSIDE_DAYS, IN = 150, 180
OUT = IN + INSIDE_DAYS
RELEASED = expecting(dependent((OUT + 26 * WEEK) / 365.25, 5000, custody(IN, INSIDE_DAYS), injects=1.0))
NEVER_LOST = {
    "tolerance_loss_half_life_days": 1e6,
    "tolerance_fast_share": 0.0,
    "tolerance_context_share": 0.0,
}


def weeks_out(c: Followed, first: int, last: int) -> Bools:
    """Days lived in the weeks ``first`` to ``last`` after release (counted from 1)."""
    here = c.lived.copy()
    here[:, : OUT + (first - 1) * WEEK] = False
    here[:, OUT + last * WEEK :] = False
    return here


def frozen(w: World) -> World:
    """The same draw in a world in which tolerance is never lost."""
    return w.once(  # type: ignore[no-any-return]
        "tolerance never lost",
        lambda: World(inputs.changed(w.inputs, **NEVER_LOST), seed=w.seed, draw=w.draw, size=w.size),
    )


def per_person_time(c: Followed, events: Bools | Weights, late: tuple[int, int] = (3, 12)) -> Estimate:
    """Events per person-year in weeks 1-2 over later weeks."""
    return rate(events, weeks_out(c, 1, 2)) / rate(events, weeks_out(c, *late))


def per_use_day(c: Followed) -> Estimate:
    """Overdoses per day of use in weeks 1-2 over weeks 3-12."""
    using = np.asarray(c.diaries.doses > 0)
    early, late = weeks_out(c, 1, 2) & using, weeks_out(c, 3, 12) & using
    return rate(c.overdosed, early) / rate(c.overdosed, late)


@counterpart("fd_release_ratio_uk")
def first_weeks_out(w: World) -> Estimate:
    """After five months in custody: overdose deaths per person-year in weeks 1-2 over weeks 3-12."""
    c = w.follow(RELEASED)
    return per_person_time(c, c.dying_of_overdose)


@counterpart("fd_release_ratio_wk34")
def next_weeks_out(w: World) -> Estimate:
    """The same people: weeks 3-4 over weeks 5-12."""
    c = w.follow(RELEASED)
    return rate(c.dying_of_overdose, weeks_out(c, 3, 4)) / rate(c.dying_of_overdose, weeks_out(c, 5, 12))


@counterpart("fd_release_nfod_sccs")
def survived_first_weeks_out(w: World) -> Estimate:
    """The same people who survived an overdose, each their own control: weeks 1-2 over other time outside."""
    c = w.follow(RELEASED)
    survived = np.asarray(c.diaries.overdose == 1)
    cases = np.asarray(survived.any(axis=1))[:, None]
    before = c.lived.copy()
    before[:, IN:] = False
    other = (before | weeks_out(c, 3, 26)) & cases
    return rate(survived, weeks_out(c, 1, 2) & cases) / rate(survived, other)


@counterpart("fd_detox_strang")
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
