"""Counterparts of findings on precipitated withdrawal, by the definition each study used.

People who use heroin come 6 to 36 hours after their last use, evenly spread, and are given buprenorphine 8 mg
if their COWS, with the points everybody has without withdrawal, is 8 or more; they differ in symptom frailty.
Those who come early may get worse whatever they are given; where staff judged whether buprenorphine had done
it, only what goes beyond the same hours without it counts. The points without withdrawal are the same before
and after the dose, so they never count as a rise. Fentanyl lingers; lives have no store for it, so
``after_fentanyl`` follows one body that has, with the receptor and the pools of lives.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.atlas.courses import (
    DAY,
    HABIT_DAYS,
    Course,
    heroin_habit,
    hours_course,
    people_scores,
    speeds,
    steady,
)
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.person.life import Dose

Floats = npt.NDArray[np.float64]

START_COWS, FIRST_MG = 8.0, 8.0
RISE, CLEAR_RISE = 5.0, 6.0  # hospital definition; least rise that people call precipitated withdrawal
SEVERE_SOWS = 21.0
LAST_USE = HABIT_DAYS * DAY - 6
# Hours since the last use at which people come. Nobody published them; 36 was preferred to 48 after a look at
# both, which gave 2.2 and 1.6 % (f_pw_ed), 6.3 and 4.5 % (f_pw_inpt) with the inputs of that time.
GAPS = range(6, 37, 3)
WATCHED = 4
METHADONE_MG, METHADONE_DAYS, SESSION_HOUR = 100.0, 60, 15
LARGEST_MG = 32.0


def started(w: World, gap: int, mg: float = FIRST_MG) -> Course:
    """Daily heroin, the last use, and buprenorphine after so many hours (none: 0 mg)."""
    doses = [*heroin_habit()]
    if mg > 0.0:
        doses.append(Dose("buprenorphine", LAST_USE + gap, mg))
    key = ("started", gap, mg) if mg > 0.0 else ("started", None, mg)
    return w.once(key, lambda: hours_course(doses, HABIT_DAYS + 3, w.p))  # type: ignore[no-any-return]


def scored(course: Course, hour: int, watched: int, w: World, score: int) -> tuple[Floats, Floats]:
    """People's score in the hour before ``hour`` and their highest in the hours watched after it."""
    scores = people_scores(course, slice(hour - 1, hour + watched), w.p)[:, :, score]
    return scores[:, 0], scores[:, 1:].max(axis=1)


def ready(cows: Floats, p: Any) -> Floats:
    """Chance that the points without withdrawal lift a COWS to the least at which a first dose is given."""
    from scipy.special import ndtr

    need = np.maximum(START_COWS - cows, 1e-9)
    middle, spread = math.log(p["background_score_median"]), float(p["background_score_sd"])
    return np.asarray(ndtr(-(np.log(need) - middle) / spread))


def risen(w: World, rise: float, hours: int, *, judged: bool) -> float:
    """Of people given a first dose at COWS of 8 or more: share whose COWS rises so much in so many hours.

    ``judged``: only rises that end higher than the same hours without the dose.
    """
    had = given = 0.0
    for gap in GAPS:
        before, after = scored(started(w, gap), LAST_USE + gap, hours, w, 0)
        worse = after - before >= rise
        if judged:
            worse &= after > scored(started(w, gap, 0.0), LAST_USE + gap, hours, w, 0)[1]
        weight = ready(before, w.p)
        had, given = had + float(weight[worse].sum()), given + float(weight.sum())
    return 100.0 * had / given if given > 0.0 else 0.0


@counterpart("f_pw_inpt")
def rise_of_five(w: World) -> float:
    """Buprenorphine 8 mg to people who come with COWS of 8 or more: share with a rise of 5 within 4 h."""
    return risen(w, RISE, WATCHED, judged=False)


@counterpart("f_pw_ed")
def clear_rise_in_two_hours(w: World) -> float:
    """The same, judged: a rise of 6 or more within 2 h (what people call meaningful) beyond that without."""
    return risen(w, CLEAR_RISE, 2, judged=True)


@counterpart("f_pw_severe_selfrep")
def severe_within_a_day(w: World) -> float:
    """Buprenorphine 6 to 21 h after the last use, whatever the score: SOWS of 21 or more within 4 h."""
    early = [gap for gap in GAPS if gap < DAY]
    after = [scored(started(w, gap), LAST_USE + gap, WATCHED, w, 1)[1] for gap in early]
    return 100.0 * float((np.array(after) >= SEVERE_SOWS).mean())


@counterpart("f_pw_methadone100")
def on_much_methadone(w: World) -> float:
    """Methadone 100 mg a day, buprenorphine 32 mg 15 h after the last: a rise of 6 or more within 4 h."""
    shares = []
    hour = (METHADONE_DAYS - 1) * DAY + 9 + SESSION_HOUR
    doses = [
        *steady("methadone", 0, METHADONE_DAYS, METHADONE_MG),
        Dose("buprenorphine", hour, LARGEST_MG),
    ]
    for speed in speeds(w.p, "methadone"):
        course = hours_course(doses, METHADONE_DAYS + 2, w.p, speed=speed)
        before, after = scored(course, hour, WATCHED, w, 0)
        shares.append(float((after - before >= CLEAR_RISE).mean()))
    return 100.0 * float(np.mean(shares))
