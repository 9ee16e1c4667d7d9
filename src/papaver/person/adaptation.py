"""Tolerance and physical dependence: slow copies of the agonist signal.

Two pools follow the agonist signal ``A``: a fast one (about two days) and a slow one (weeks) with a small
weight. Withdrawal is driven by the *gap* between the weighted pools and ``A`` itself, so it comes late
when receptors are still occupied, at once when the agonist is displaced, and goes within the hour when any
agonist is given. A third, slow state (months) does not move the set point; it scales how hard a gap is
felt, so that days of use give milder withdrawal than months. Tolerance of an effect is a shift of its load
with a ceiling of its own; it is held partly by the fast pool and partly by a state gained in about a week
of daily use and lost over weeks. All pools are advanced exactly for the hour's mean signal.
"""

from __future__ import annotations

from typing import Any

from papaver.compiled import compiled, inlined
from papaver.elementary import exp, fused, log

SMALLEST_GAP = 1e-300


@inlined
def follow(pool: float, target: float, kept: float) -> float:
    """A first-order pool after a step in which its target was constant; ``kept = exp(-step/tau)``."""
    return fused(pool, kept, target * (1.0 - kept))  # so written, the next step waits least for this one


@inlined
def opening_of(fast: float, slow: float, signal: float, slow_weight: float, dead_zone: float) -> float:
    """Withdrawal gap: weighted pools minus signal, less a small dead zone; never negative."""
    return max(0.0, fused(slow_weight, slow, (1.0 - slow_weight) * fast) - signal - dead_zone)


@inlined
def gap(fast: float, slow: float, signal: float, p: Any) -> float:
    """Withdrawal gap with the inputs' numbers."""
    return opening_of(fast, slow, signal, p.slow_weight, p.gap_dead_zone)


@inlined
def severity(
    opening: float, sensitisation: float, half: float, hill: float, first_days: float, full: float
) -> float:
    """Severity ``Z`` in 0..1 of a gap: a Hill response without memory, scaled by slow sensitisation.

    Written without branches, so that the hours of a day are worked out side by side.
    """
    response = 1.0 / (1.0 + exp(hill * (log(half) - log(max(opening, SMALLEST_GAP)))))
    scale = first_days + (1.0 - first_days) * min(1.0, sensitisation * (1.0 / full))
    return response * scale if opening > 0.0 else 0.0


@inlined
def receptor_signal(
    full: float, partial: float, blocker: float, reserve: float, activity: float, inverse: float
) -> float:
    """Agonist signal of full agonists, buprenorphine and an antagonist with receptors in reserve.

    Loads are concentrations over those at half of the effect; ``1 / (1 + reserve)`` of a full agonist's load
    holds receptors, each with more stimulus than the effect needs (``A ~ N / (1 + N)``, an operational model
    scaled so that a full agonist alone gives ``u / (1 + u)`` as without reserve). A partial agonist, alone,
    reaches ``activity`` and holds receptors by all of its load: so little of it relieves, and much displaces
    a full agonist that holds a fifth of the receptors. ``inverse``: the antagonist's pull below zero.
    """
    held = full / (1.0 + reserve)
    of_partial = activity * reserve / (1.0 + reserve - activity * reserve)
    stimulus = fused(reserve, held, of_partial * partial)
    free = 1.0 + held + partial + blocker
    return (1.0 + reserve) / reserve * stimulus / (free + stimulus) - inverse * blocker / free


@compiled
def withdrawal_severity(opening: float, sensitisation: float, p: Any) -> float:
    """Severity of a gap with the inputs' numbers."""
    return severity(opening, sensitisation, p.gap_half, p.gap_hill, p.first_days_share, p.sensitisation_full)


@compiled
def inverse_pull(fast: float, p: Any) -> float:
    """Inverse agonism of naloxone: nil in naive people, half of its full size at a small fast pool.

    One dose of morphine is enough for signs on naloxone within the hour, while nothing is felt without.
    """
    return p.inverse_agonism * fast / (fast + p.inverse_half)


@compiled
def tolerance_shift(fast: float, held: float, ceiling: float, familiar: float, p: Any) -> float:
    """Factor by which tolerance shifts an effect's load: 1 (none) to ``ceiling``.

    ``familiar`` is 1 in the usual context and 0 in a new one, where the context-bound share is missing.
    """
    level = p.tolerance_fast_share * fast + (1.0 - p.tolerance_fast_share) * held
    level *= 1.0 - p.tolerance_context_share * (1.0 - familiar)
    return 1.0 + (ceiling - 1.0) * min(1.0, level / p.tolerance_full)


@compiled
def adapted_load(fast: float, p: Any) -> float:
    """Load of a steady background to which breathing has adapted: the one that gives the fast pool's signal.

    The published shift of the half-effect concentration was measured in people with their daily opioid on
    board, as what had to be added to it; so tolerance divides the load above this background, not all of it.
    """
    return fast / (1.0 - min(fast, p.largest_chance))
