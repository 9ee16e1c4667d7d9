"""Estimates of overdose that several counterparts share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, ratio
from papaver.atlas.protocols import Followed

Bools = npt.NDArray[np.bool_]


def in_use(c: Followed, days: int = 182) -> Bools:
    """Days lived by people who used within half a year."""
    used = np.cumsum(c.diaries.doses > 0, axis=1, dtype=np.int32)
    before = np.zeros_like(used)
    before[:, days:] = used[:, :-days]
    return np.asarray((used > before) & c.lived)


def fatal(c: Followed) -> Estimate:
    """Percentage of overdoses that are fatal, as both are to be expected."""
    overdoses, deaths = c.diaries.expected[:, :, 0], c.dying_of_overdose
    return ratio(deaths.sum(axis=1, dtype=float), overdoses.sum(axis=1, dtype=float), per=100.0)


def per_use(c: Followed, per: float) -> Estimate:
    """Overdoses per so many uses."""
    return ratio(c.overdosed.sum(axis=1), c.diaries.doses.sum(axis=1, dtype=np.int64), per=per)


def with_(c: Followed, what: int) -> Bools:
    """Days of use or overdose on which any of ``what`` was there."""
    return np.asarray((c.diaries.beside & what) > 0)


def among_deaths(c: Followed, having: Bools) -> Estimate:
    """Percentage of overdose deaths on days of a kind."""
    return ratio((c.died_of_overdose & having).sum(axis=1), c.died_of_overdose.sum(axis=1), per=100.0)
