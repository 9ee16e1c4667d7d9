"""Courses of one body by the hour, and the scores of people around it.

A course is of a typical body; people differ from it in symptom frailty (and by a background score that has
nothing to do with withdrawal), taken by quantiles instead of by chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.person.life import Body, Dose, every, follow_hours, score_hours, sign_onsets
from papaver.person.withdrawal import N_SIGNS, SIGNS

Floats = npt.NDArray[np.float64]
Course = dict[str, Floats]

DAY = 24
MG_HEROIN_PER_MG_MORPHINE = 1.0 / 0.673  # molar masses of the hydrochloride and of morphine
QUANTILES = (np.arange(25) + 0.5) / 25
SPEED_QUANTILES = (0.1, 0.5, 0.9)
SCORES = ("cows", "sows", "sows_gossop")
HEROIN_MG, USES_A_DAY, HABIT_DAYS = 25.0, 4, 120  # established use: 100 mg of pure heroin a day
# A habit of prescribed opioids by mouth: 150 mg of morphine a day (no figure of the trial was seen), given as
# the heroin reaching blood that brings as much, in four parts.
PRESCRIBED_MG = 150.0 * 0.416 / USES_A_DAY
IM_OVER_SUBLINGUAL = 1.0 / 0.29  # bioavailability of buprenorphine


def heroin_habit(mg: float = HEROIN_MG, days: int = HABIT_DAYS) -> list[Dose]:
    """Four uses a day for some months."""
    return every("heroin", mg, each_hours=DAY / USES_A_DAY, days=days)


def hours_course(
    doses: Sequence[Dose], days: int, p: Any, *, speed: dict[str, float] | None = None
) -> Course:
    """A typical body over so many days."""
    return follow_hours(doses, days, p, body=Body(speed=speed or {}))


def taper(drug: str, start: int, days: int, from_mg: float, to_mg: float = 0.0, hour: int = 9) -> list[Dose]:
    """Daily doses that fall linearly from one dose to another over so many days."""
    levels = (
        np.linspace(from_mg, to_mg, days + 1)[:days] if to_mg == 0.0 else np.linspace(from_mg, to_mg, days)
    )
    return [Dose(drug, (start + k) * DAY + hour, float(mg)) for k, mg in enumerate(levels) if mg > 0.0]


def steady(drug: str, start: int, days: int, mg: float, hour: int = 9) -> list[Dose]:
    """The same dose every day."""
    return [Dose(drug, (start + k) * DAY + hour, mg) for k in range(days)]


def people_scores(
    course: Course, hours: slice | npt.NDArray[np.int64], p: Any, *, calm: float = 1.0
) -> Floats:
    """Scores ``[person, hour, score]`` (COWS, SOWS, SOWS-Gossop, then signs) of people by frailty.

    ``calm``: the part of noradrenergic signs that lofexidine leaves.
    """
    from scipy.special import ndtri

    frailty = np.exp(float(p["frailty_sd"]) * ndtri(QUANTILES))
    felt, behind = np.ascontiguousarray(course["felt"][hours]), np.ascontiguousarray(course["lagged"][hours])
    onsets, growth = sign_onsets(p), float(p["symptom_growth"])
    scores = np.zeros((len(frailty), len(felt), len(SCORES) + N_SIGNS))
    for i, factor in enumerate(frailty):
        score_hours(felt * factor, behind * factor, onsets, growth, scores[i], calm)
    return scores


def daily_mean(course: Course, first: int, last: int, p: Any, score: str) -> Floats:
    """Group mean of each day's highest score, days ``first`` to ``last - 1``."""
    scores = people_scores(course, slice(first * DAY, last * DAY), p)[:, :, column(score)]
    return np.asarray(scores.reshape(len(scores), last - first, DAY).max(axis=2).mean(axis=0))


def column(name: str) -> int:
    """Place of a score or sign in ``people_scores``."""
    return (*SCORES, *SIGNS).index(name)


def share_with_cows(course: Course, hours: npt.NDArray[np.int64], edge: float, p: Any) -> float:
    """Percentage whose COWS, background included, reaches an edge, at one visit at any of the given hours."""
    from scipy.special import ndtr

    need = np.maximum(edge - people_scores(course, hours, p)[:, :, 0], 1e-9)
    middle, spread = math.log(p["background_score_median"]), float(p["background_score_sd"])
    return float(100.0 * ndtr(-(np.log(need) - middle) / spread).mean())


def background_cows(p: Any) -> float:
    """Mean COWS of people without withdrawal."""
    return float(p["background_score_median"] * math.exp(0.5 * p["background_score_sd"] ** 2))


def speeds(p: Any, drug: str) -> list[dict[str, float]]:
    """Slow, usual and fast elimination of a drug."""
    from scipy.special import ndtri

    return [{drug: math.exp(float(p[f"{drug}_speed_sd"]) * float(ndtri(q)))} for q in SPEED_QUANTILES]
