"""Urge against restraint: whether and how much a person uses today.

On some days heroin is at hand unsought, among people who use; then it is taken with higher odds. On others
the chance of seeking it is ``logistic(urge - restraint)``, and of finding it, availability. Urge: novelty
that fades, habit called up by cues, one negative state (felt withdrawal and stress), the momentum of
yesterday's use; an agonist on board, or a medicine that leaves heroin no receptors, quiets it. Restraint:
norms and rituals, an intention to stop, what months of abstinence build up. Liability enters urge, restraint
and the growth of habit; what was only accepted builds less of it. An attempt to stop is eroded by use and by
leaving care before its end. Doses follow habit and sickness; the size of a dose chases the wanted effect
against tolerance within a budget.
"""

from __future__ import annotations

import math
from typing import Any

from papaver.compiled import compiled
from papaver.person.records import NONE, PRESCRIBED
from papaver.randomness import ATTEMPT_STRENGTH, ATTEMPT_WAIT, exponential


@compiled
def logistic(x: float) -> float:
    """Logistic function."""
    return 1.0 / (1.0 + math.exp(-x))


@compiled
def cue(s: Any, p: Any) -> float:
    """How strongly surroundings call up habit: the usual place, and people around who use."""
    place = p.cue_new_place + (1.0 - p.cue_new_place) * s.familiar
    return place + p.urge_peers * s.peers


@compiled
def unquieted(w: Any, s: Any, p: Any) -> float:
    """Share of what habit and novelty pull with that is left.

    An agonist on board satisfies: heroin wholly, a medicine's steady signal by a share, more in some people
    than in others. And receptors that a medicine holds are not there for heroin.
    """
    steady = s.programme != NONE or s.occupied > 0.0
    satisfied = s.signal_low * (p.urge_quieted if steady else 1.0)
    return float((1.0 - min(1.0, satisfied)) ** w.quieted * (1.0 - s.occupied))


@compiled
def urge(w: Any, s: Any, p: Any) -> float:
    """Urge to use today (logits) from who the person is, where they are, and their state."""
    negative = p.urge_withdrawal * min(1.0, s.sick_now) + p.urge_stress * (
        s.stress + w.stress_mean + s.stress_shift
    )
    pull = p.urge_novelty * s.novelty + p.urge_habit * s.habit * cue(s, p) + p.urge_momentum * (s.week & 1)
    return w.urge + pull * unquieted(w, s, p) + negative


@compiled
def restraint(w: Any, s: Any, p: Any) -> float:
    """Restraint today (logits): norms, surroundings, intention to stop, what abstinence has built up."""
    return w.restraint + s.restraint_shift + s.attempt + p.restraint_recovery * s.rebuilt


@compiled
def at_hand(w: Any, s: Any, p: Any) -> float:
    """Share of days on which heroin is at hand unsought: more where it is easy to find, with using peers,
    and in some people's circles."""
    easy = s.availability / max(1.0 - s.availability, p.smallest_chance)
    odds = p.at_hand_odds * easy * math.exp(w.sociable + p.at_hand_peers * s.peers)
    return odds / (1.0 + odds)


@compiled
def uses(want: float, have: float, wish: float, near: float, available: float, p: Any) -> bool:
    """Whether heroin is used, by the day's luck ``want`` and ``have``.

    On the share ``near`` of days it is at hand, and taken with higher odds; on others it must be sought,
    with chance ``wish``, and found, with chance ``available``.
    """
    taken = p.offer_odds * wish / (1.0 + (p.offer_odds - 1.0) * wish)
    return (have < near and want < taken) or (want < wish and have < near + (1.0 - near) * available)


@compiled
def attempt(s: Any, w: Any, p: Any, day: int, strength: float, k0: int, k1: int) -> None:
    """Begin an attempt to stop, if stronger than the present one: an exponential part whose mean differs
    between people, on top of a given strength."""
    drawn = exponential(w.number, s.attempts, ATTEMPT_STRENGTH, k0, k1)
    s.attempt = max(s.attempt, strength + p.attempt_strength * w.attempt_factor * drawn)
    s.attempt_day = day
    s.attempts += 1


@compiled
def seek_to_stop(s: Any, w: Any, p: Any, day: int, k0: int, k1: int) -> bool:
    """People with a disorder try to stop now and then (returns whether today).

    An intention wears off with time, but contact with a programme holds it.
    """
    if s.programme > 0 and s.programme != PRESCRIBED:
        return False
    s.attempt *= p.attempt_kept
    if day - s.last_use > p.break_days or s.criteria < p.disorder_criteria:
        return False
    s.attempt_hazard += p.attempts_per_year / p.year_days
    if s.attempt_hazard < s.attempt_wait:
        return False
    attempt(s, w, p, day, 0.0, k0, k1)
    s.attempt_hazard = 0.0
    s.attempt_wait = exponential(w.number, s.attempts, ATTEMPT_WAIT, k0, k1)
    return True


@compiled
def poisson(mean: float, u: float, most: int) -> int:
    """Poisson count by inversion of one uniform, at most ``most``."""
    term = math.exp(-mean)
    total, count = term, 0
    while u > total and count < most:
        count += 1
        term *= mean / count
        total += term
    return count


@compiled
def number_of_doses(s: Any, u: float, p: Any) -> int:
    """Doses on a day of use: one, and more with habit and sickness."""
    extra = p.extra_doses * s.habit * (1.0 + min(1.0, s.sick_now))
    return 1 + poisson(extra, u, int(p.most_doses) - 1)


@compiled
def chase_dose(w: Any, s: Any, tolerance: float, idle_days: int, p: Any) -> None:
    """Move the usual dose toward the one that would give the first dose's effect at today's tolerance."""
    wanted = min(w.first_dose_mg * tolerance, w.budget_mg * p.largest_budget_share)
    if idle_days >= p.break_days:
        s.dose_mg = s.dose_mg ** (1.0 - p.return_elasticity) * wanted**p.return_elasticity
    else:
        s.dose_mg += (wanted - s.dose_mg) * p.dose_chase_per_day
    s.dose_mg = max(s.dose_mg, w.first_dose_mg)


@compiled
def high(before: float, after: float, shift: float) -> float:
    """High of a dose: rise of the tolerant reward response from the load before to the load after it."""
    return max(0.0, after / (after + shift) - before / (before + shift))


@compiled
def reinforce(w: Any, s: Any, felt: float, p: Any) -> None:
    """Habit grows toward 1 with the reward felt today (faster with liability), and a new place turns into one
    of use. What was only accepted, not sought, builds less of both.
    """
    gain = p.habit_gain * math.exp(p.habit_liability * w.liability)
    if s.sought == 0:
        gain *= p.habit_unsought
    learned = 1.0 - math.exp(-gain * felt)
    s.habit += (1.0 - s.habit) * learned
    s.familiar += (1.0 - s.familiar) * learned
