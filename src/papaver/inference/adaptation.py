"""Stage 1 of the fit: adaptation and withdrawal, against time courses and trial shares.

Forward model: typical bodies hour by hour; shares over people by quadrature over symptom frailty, the
speed of buprenorphine kinetics and the background score. One set of constants serves every drug.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.evidence import finding, inputs
from papaver.inference.posterior import Stage, Target
from papaver.person.life import Body, Dose, every, follow_hours, score_hours, sign_onsets
from papaver.person.withdrawal import N_SIGNS

Floats = npt.NDArray[np.float64]

PARAMETERS = (
    "fast_hours",
    "slow_weight",
    "gap_hill",
    "gap_half",
    "gap_dead_zone",
    "buprenorphine_activity_withdrawal",
    "naloxone_half_load_nmol_l",
    "frailty_sd",
    "onset_scale",
    "symptom_growth",
)
MG_MORPHINE_PER_MG_HEROIN = 0.673
QUANTILES = (np.arange(15) + 0.5) / 15
SPEED_QUANTILES = (0.1, 0.5, 0.9)
DAY = 24


def normal_quantile(q: Floats | float) -> Floats:
    """Standard normal quantile."""
    from scipy.special import ndtri

    return np.asarray(ndtri(q))


def shares_above(felt: Floats, behind: Floats, edge: float, p: Any) -> Floats:
    """Share of people whose COWS (withdrawal plus background) reaches ``edge`` for each typical intensity."""
    from scipy.special import ndtr

    scores = people_scores(felt, behind, p)[:, :, 0]
    need = np.log(np.maximum(edge - scores, 1e-9)) - math.log(p["background_score_median"])
    return np.asarray(ndtr(-need / p["background_score_sd"]).mean(axis=0))


def people_scores(felt: Floats, behind: Floats, p: Any) -> Floats:
    """Scores ``[person quantile, time, score]`` of people whose frailty spreads around a typical one."""
    frailty = np.exp(p["frailty_sd"] * normal_quantile(QUANTILES))
    onsets, growth = sign_onsets(p), float(p["symptom_growth"])
    scores = np.zeros((len(frailty), len(felt), 3 + N_SIGNS))
    for i, factor in enumerate(frailty):
        score_hours(felt * factor, behind * factor, onsets, growth, scores[i])
    return scores


def morphine_course(p: Any) -> dict[str, Floats]:
    """Tompkins 2014: morphine 30 mg into muscle every 6 h for 9 days in dependent people, then none.

    Dependence before is 120 days of the same; morphine is given as the heroin that brings as much.
    """
    return follow_hours(every("heroin", 30 / MG_MORPHINE_PER_MG_HEROIN, each_hours=6, days=129), 145, p)


def buprenorphine_course(p: Any, mg: float, days: int) -> dict[str, Floats]:
    """Daily buprenorphine for ``days`` days, then none."""
    return follow_hours(every("buprenorphine", mg, each_hours=24, days=days), days + 25, p)


def trial_course(p: Any, speed: float, plateau: int, mg: float, taper: int) -> dict[str, Floats]:
    """CTN-0030: heroin for 120 days, 24 h without, buprenorphine at ``mg``, tapered to 2 mg, then none."""
    start = 121
    doses = every("heroin", 25, each_hours=6, days=120)
    for day in range(plateau + taper):
        level = mg if day < plateau else mg + (2.0 - mg) * (day - plateau) / max(1, taper - 1)
        doses.append(Dose("buprenorphine", (start + day) * DAY + 9, min(level, 8.0) if day == 0 else level))
    return follow_hours(doses, start + plateau + taper + 30, p, body=Body(speed={"buprenorphine": speed}))


def weekly_shares(
    p: Any, plateau: int, mg: float, taper: int, weeks: Mapping[str, tuple[int, int]]
) -> dict[str, float]:
    """Share with COWS of 5 or more in each window of trial days, one visit at noon."""
    total = dict.fromkeys(weeks, 0.0)
    for q in SPEED_QUANTILES:
        speed = math.exp(p["buprenorphine_speed_sd"] * float(normal_quantile(q)))
        course = trial_course(p, speed, plateau, mg, taper)
        for name, (first, last) in weeks.items():
            hours = np.array([(121 + day) * DAY + 12 for day in range(first, last + 1)])
            share = shares_above(course["felt"][hours], course["lagged"][hours], 5.0, p)
            total[name] += 100.0 * float(share.mean()) / len(SPEED_QUANTILES)
    return total


def naloxone_peak(p: Any) -> float:
    """Tompkins 2009: mean of highest COWS within two hours of naloxone 0.4 mg on morphine 120 mg/d."""
    at = 60 * DAY - 3
    doses = [
        *every("heroin", 30 / MG_MORPHINE_PER_MG_HEROIN, each_hours=6, days=60),
        Dose("naloxone", at, 0.4),
    ]
    course = follow_hours(doses, 60, p, step_minutes=15)
    window = (course["hour"] >= at) & (course["hour"] < at + 2)
    scores = people_scores(course["felt"][window], course["lagged"][window], p)[:, :, 0]
    background = p["background_score_median"] * math.exp(0.5 * p["background_score_sd"] ** 2)
    return float(scores.max(axis=1).mean() + background)


def simulate(p: Any) -> dict[str, float]:
    """Every fitted finding's counterpart for one set of inputs."""
    off = 129 * DAY - 6
    morphine = morphine_course(p)
    after = morphine["felt"][off:]
    day3 = slice(off + 2 * DAY, off + 3 * DAY)
    gossop = people_scores(morphine["felt"][day3], morphine["lagged"][day3], p)[:, :, 2].mean()
    day7 = slice(off + 7 * DAY, off + 8 * DAY)
    left = people_scores(morphine["felt"][day7], morphine["lagged"][day7], p)[:, :, 1].mean()
    bup8 = buprenorphine_course(p, 8.0, 36)["felt"][35 * DAY :]
    bup32 = buprenorphine_course(p, 32.0, 36)["felt"][35 * DAY :]
    weeks = {
        "f_ctn30_stable": (7, 13),
        "f_ctn30_taper2": (21, 27),
        "f_ctn30_off1": (28, 34),
        "f_ctn30_off2": (35, 41),
    }
    return {
        "f_morph_peak_day": float(after.argmax()) / DAY + 0.5,
        "f_morph_resolved": float(left),
        "f_36h": float(after.argmax()),
        "f_bup8_peak": float(bup8.argmax()) / DAY,
        "f_bup32_minimal": float(bup32[DAY : 2 * DAY].mean() / after[DAY : 2 * DAY].mean()),
        "f_nlx_cows": naloxone_peak(p),
        "f_sowsg_d3_plac": float(gossop),
        **weekly_shares(p, 14, 16.0, 14, weeks),
    }


def share_target(name: str) -> Target:
    """Target of a published share with its 95 % interval."""
    one = finding(name)
    assert one.value is not None and one.lo is not None and one.hi is not None
    return Target(name, one.value, (one.hi - one.lo) / 3.92, floor=3.0)


def targets() -> tuple[Target, ...]:
    """What the stage is fitted to; spreads from n or interval, never below the discrepancy floor."""
    return (
        Target("f_morph_peak_day", 2.0, 0.3, floor=0.3),
        Target("f_morph_resolved", 2.0, 1.0, floor=0.3),
        Target("f_36h", 36.0, 6.0, floor=5.4),
        Target("f_bup8_peak", 4.0, 0.6, floor=0.6),
        Target("f_bup32_minimal", 0.25, 0.15, floor=0.05),
        Target("f_nlx_cows", 7.6, 1.0, floor=1.1),
        Target("f_sowsg_d3_plac", 8.67, 0.6, floor=1.3),
        *(share_target(n) for n in ("f_ctn30_stable", "f_ctn30_taper2", "f_ctn30_off1")),
        Target("f_ctn30_off2", 40.5, 3.7, floor=8.0),  # part of the second week is renewed use
    )


def stage() -> Stage:
    """The stage: its parameters with priors from the inputs table, targets and forward model."""
    base = inputs.central()

    def run(values: Mapping[str, float]) -> dict[str, float]:
        return simulate(inputs.changed(base, **values))

    forward: Callable[[Mapping[str, float]], dict[str, float]] = run
    return Stage("adaptation", PARAMETERS, targets(), forward)
