"""Counterparts of findings on what was there at an overdose: other sedatives, somebody near."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, ratio
from papaver.atlas.natural_history import INJECTING
from papaver.atlas.overdose_estimates import among_deaths, with_
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.person.records import (
    BESIDE_ALCOHOL,
    BESIDE_BENZODIAZEPINES,
    BESIDE_GABAPENTINOIDS,
    BESIDE_STIMULANTS,
)

Bools = npt.NDArray[np.bool_]
OTHERS = BESIDE_ALCOHOL + BESIDE_BENZODIAZEPINES + BESIDE_GABAPENTINOIDS + BESIDE_STIMULANTS


@counterpart("fd_alcohol_share")
def alcohol_in_deaths(w: World) -> Estimate:
    """People who inject heroin: percentage of overdose deaths with alcohol."""
    c = w.follow(INJECTING)
    return among_deaths(c, with_(c, BESIDE_ALCOHOL))


@counterpart("fd_single_drug_share")
def heroin_alone_in_deaths(w: World) -> Estimate:
    """The same people: percentage of overdose deaths without another sedative or a stimulant."""
    c = w.follow(INJECTING)
    return among_deaths(c, ~with_(c, OTHERS))


def near_the_dead(w: World) -> float:
    """Percentage of overdose deaths with somebody near, who did not or could not avert it: the same for
    everybody under one draw, so it is worked out, not simulated."""
    p, carries = w.p, w.p["naloxone_nearby"]
    by_naloxone, by_ambulance = 1.0 - p["death_ratio_naloxone"], 1.0 - p["death_ratio_ambulance"]
    near = dead = 0.0
    for part, seen, called in (
        (p["overdose_in_public"], p["seen_in_public"], p["ambulance_in_public"]),
        (
            1.0 - p["overdose_in_public"],
            p["seen_in_public"] * p["seen_in_private_ratio"],
            p["ambulance_in_public"] * p["ambulance_in_private_ratio"],
        ),
    ):
        averted = carries * by_naloxone + (1.0 - carries) * called * by_ambulance
        near += part * seen * (1.0 - averted)
        dead += part * (1.0 - seen * averted)
    return float(100.0 * near / dead)


@counterpart("fd_zador_company")
def somebody_there(w: World) -> float:
    """The same people: percentage of overdose deaths with somebody near."""
    return near_the_dead(w)


@counterpart("fd_bystander_present_ri")
def somebody_there_with_fentanyl(w: World) -> float:
    """People who inject, fentanyl in over half of bags: percentage of overdose deaths with somebody near."""
    return near_the_dead(w)


@counterpart("fd_benzo_within")
def benzodiazepine_days(w: World) -> Estimate:
    """People who take benzodiazepines: overdoses per day of use with them over days of use without."""
    c = w.follow(INJECTING)
    using, with_them = np.asarray(c.diaries.doses > 0), with_(c, BESIDE_BENZODIAZEPINES)
    takes = np.asarray(with_them.any(axis=1))[:, None]
    days, others = using & with_them, using & ~with_them & takes
    return ratio((c.overdosed & days).sum(axis=1), days.sum(axis=1)) / ratio(
        (c.overdosed & others).sum(axis=1), others.sum(axis=1)
    )
