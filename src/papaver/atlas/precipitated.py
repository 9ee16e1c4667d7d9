"""Counterparts of findings on precipitated withdrawal, by the definition each study used.

People who use heroin wait until their COWS reaches 8 and are then given buprenorphine 8 mg; slow and fast
ones by symptom frailty. Studies in a fentanyl supply are met with heroin here: a check of how much the
definition alone moves the share, and a lower bound where fentanyl lingers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from papaver.atlas.courses import DAY, HABIT_DAYS, Course, heroin_habit, hours_course, people_scores
from papaver.atlas.protocols import World
from papaver.atlas.registry import counterpart
from papaver.person.life import Dose

Floats = npt.NDArray[np.float64]

START_COWS, FIRST_MG = 8.0, 8.0
RISE, CLEAR_RISE = 5.0, 6.0  # hospital definition; least rise that people call precipitated withdrawal
SEVERE_SOWS = 21.0
LAST_USE = HABIT_DAYS * DAY - 6
GAPS = (6, 9, 12, 15, 18, 21, 24, 30, 36, 48)  # hours since the last use at which a dose may be given
WATCHED = 4


def started(w: World, gap: int) -> Course:
    """Daily heroin, the last use, and buprenorphine after so many hours."""
    doses = [*heroin_habit(), Dose("buprenorphine", LAST_USE + gap, FIRST_MG)]
    return w.once(("started", gap), lambda: hours_course(doses, HABIT_DAYS + 3, w.p))  # type: ignore[no-any-return]


def after_start(w: World, score: int, hours: int) -> tuple[Floats, Floats]:
    """Score at the dose and its highest in the hours after it, ``[gap, person]``."""
    before, after = [], []
    for gap in GAPS:
        window = slice(LAST_USE + gap, LAST_USE + gap + hours + 1)
        scores = people_scores(started(w, gap), window, w.p)[:, :, score]
        before.append(scores[:, 0])
        after.append(scores[:, 1:].max(axis=1))
    return np.array(before), np.array(after)


def risen(w: World, rise: float, hours: int) -> float:
    """Of people given a first dose at COWS of 8 or more: share whose COWS rises so much in so many hours."""
    before, after = after_start(w, 0, hours)
    ready = before >= START_COWS
    who = ready.any(axis=0)
    first = ready.argmax(axis=0)
    persons = np.arange(before.shape[1])
    rises = (after - before)[first, persons]
    return 100.0 * float((rises[who] >= rise).mean()) if who.any() else 0.0


@counterpart("f_pw_inpt")
def rise_of_five(w: World) -> float:
    """Buprenorphine 8 mg once COWS reaches 8: share with a rise of 5 or more within 4 h."""
    return risen(w, RISE, WATCHED)


@counterpart("f_pw_ed")
def clear_rise_in_two_hours(w: World) -> float:
    """The same, adjudicated: a rise of 6 or more (what people call meaningful) within 2 h."""
    return risen(w, CLEAR_RISE, 2)


@counterpart("f_pw_severe_selfrep")
def severe_within_a_day(w: World) -> float:
    """Buprenorphine 6 to 21 h after the last use, whatever the score: SOWS of 21 or more within 4 h."""
    _, after = after_start(w, 1, WATCHED)
    early = np.array([gap < DAY for gap in GAPS])
    return 100.0 * float((after[early] >= SEVERE_SOWS).mean())
