"""From withdrawal intensity to symptoms and five scales: every sign has its own threshold.

The felt intensity ``x`` is severity times the person's symptom frailty. A sign appears when ``x`` passes
the sign's onset and rises a level each time ``x`` grows by a constant factor; gut, sleep and aches follow
a lagged copy of ``x`` that rises slowly and falls at once. Instruments are scored by their real item
points (Wesson and Ling 2003; Handelsman 1987; Gossop 1990; Peachey and Lei 1988), which are not evenly
spaced.
"""

from __future__ import annotations

from typing import Any

from papaver.compiled import compiled, inlined
from papaver.elementary import fused

SIGNS = (
    "anxiety",
    "yawning",
    "tears",
    "nose",
    "sweating",
    "restlessness",
    "pupils",
    "gooseflesh",
    "tremor",
    "flushes",
    "pulse",
    "twitching",
    "aches",
    "cramps",
    "nausea",
    "diarrhoea",
    "vomiting",
    "insomnia",
)
N_SIGNS = len(SIGNS)
(
    ANXIETY,
    YAWNING,
    TEARS,
    NOSE,
    SWEATING,
    RESTLESSNESS,
    PUPILS,
    GOOSEFLESH,
    TREMOR,
    FLUSHES,
    PULSE,
    TWITCHING,
) = range(12)
ACHES, CRAMPS, NAUSEA, DIARRHOEA, VOMITING, INSOMNIA = range(12, 18)
FIRST_LAGGED = ACHES
TOP_LEVEL = 4
# Signs that lofexidine and clonidine leave as they are; the others are noradrenergic.
NOT_CALMED = (ANXIETY, ACHES, TWITCHING, INSOMNIA)

SOWS_BANDS = ("none", "mild", "moderate", "severe")
COWS_BANDS = ("none", "mild", "moderate", "moderately severe", "severe")


@inlined
def lagged(behind: float, now: float, kept: float) -> float:
    """Lagged intensity: rises with a time constant (``kept = exp(-step/lag)``), falls at once."""
    risen = fused(behind, kept, now * (1.0 - kept))
    return now if now <= behind else risen


@inlined
def sign_level(intensity: float, onset: float, growth: float) -> int:
    """Level 0 to 4 of a sign: 1 at its onset, one more for each ``growth``-fold intensity."""
    level, edge = 0, onset
    for _ in range(TOP_LEVEL):
        level += 1 if intensity >= edge else 0
        edge *= growth
    return level


@compiled
def sign_levels(now: float, behind: float, onset: Any, growth: float, levels: Any, calm: float = 1.0) -> None:
    """Fill ``levels`` (one int per sign) from felt intensity now and its lagged copy.

    ``calm`` is the part of the intensity that lofexidine or clonidine leaves of noradrenergic signs.
    """
    for sign in range(N_SIGNS):
        felt = behind if sign >= FIRST_LAGGED else now
        left = 1.0 if sign in NOT_CALMED else calm
        levels[sign] = sign_level(left * felt, onset[sign], growth)


@compiled
def cows(levels: Any) -> int:
    """Clinical Opiate Withdrawal Scale, 0 to 48: eleven items with their published points."""
    gut = 0
    if levels[CRAMPS] >= 1:
        gut = 1
    if levels[NAUSEA] >= 1 or levels[DIARRHOEA] >= 1:
        gut = 2
    if levels[VOMITING] >= 1 or levels[DIARRHOEA] >= 2:
        gut = 3
    if levels[VOMITING] >= 2 or levels[DIARRHOEA] >= 3:
        gut = 5
    return (
        (0, 1, 2, 4, 4)[levels[PULSE]]
        + (0, 1, 2, 3, 4)[levels[SWEATING]]
        + (0, 1, 3, 5, 5)[levels[RESTLESSNESS]]
        + (0, 1, 2, 5, 5)[levels[PUPILS]]
        + (0, 1, 2, 4, 4)[levels[ACHES]]
        + (0, 1, 2, 4, 4)[max(levels[NOSE], levels[TEARS])]
        + gut
        + (0, 1, 2, 4, 4)[levels[TREMOR]]
        + (0, 1, 2, 4, 4)[levels[YAWNING]]
        + (0, 1, 2, 4, 4)[levels[ANXIETY]]
        + (0, 3, 3, 5, 5)[levels[GOOSEFLESH]]
    )


@compiled
def sows(levels: Any, wants: int) -> int:
    """Subjective Opiate Withdrawal Scale (Handelsman), 0 to 64: sixteen items of 0 to 4, ``wants`` last."""
    total = min(TOP_LEVEL, wants) + levels[FLUSHES]
    for sign in range(N_SIGNS):
        rated = sign not in (PUPILS, PULSE, DIARRHOEA, INSOMNIA)
        if rated:
            total += levels[sign]
    return total


@compiled
def sows_gossop(levels: Any) -> int:
    """Short Opiate Withdrawal Scale (Gossop), 0 to 30: ten items of 0 to 3."""
    total = 0
    for sign in (NAUSEA, CRAMPS, TWITCHING, FLUSHES, PULSE, RESTLESSNESS, ACHES, YAWNING, TEARS, INSOMNIA):
        total += min(3, levels[sign])
    return total


@compiled
def oows(levels: Any) -> int:
    """Objective Opiate Withdrawal Scale (Handelsman), 0 to 13: thirteen signs, present or absent.

    A sign counts from the level at which an observer sees it: of sweating, restlessness, pupils and tremor
    the first level of the COWS item is only felt, reported or possible. There are no published bands.
    """
    total = 0
    for sign in (YAWNING, NOSE, GOOSEFLESH, TEARS, FLUSHES, VOMITING, TWITCHING, CRAMPS, ANXIETY):
        total += 1 if levels[sign] >= 1 else 0
    for sign in (SWEATING, RESTLESSNESS, PUPILS, TREMOR):
        total += 1 if levels[sign] >= 2 else 0
    return total


@compiled
def cina(levels: Any) -> int:
    """Clinical Institute Narcotic Assessment (Peachey and Lei 1988), 0 to 31: eleven signs.

    Pulse and systolic pressure, which some versions add, are left out: without them the items make the
    published 31. The points of the items are recalled (row ``cina_items``), the maximum is published.
    """
    sick = 2 if levels[NAUSEA] >= 1 else 0
    if levels[NAUSEA] >= 3:  # retching
        sick = 4
    if levels[VOMITING] >= 1:
        sick = 6
    return (
        (0, 1, 2, 2, 2)[max(levels[CRAMPS], levels[DIARRHOEA])]
        + (0, 1, 2, 2, 2)[levels[FLUSHES]]
        + sick
        + (0, 1, 2, 3, 3)[levels[GOOSEFLESH]]
        + (0, 1, 3, 3, 3)[levels[ACHES]]
        + (0, 1, 2, 2, 2)[levels[NOSE]]
        + (0, 1, 2, 3, 3)[levels[RESTLESSNESS]]
        + (0, 1, 1, 2, 3)[levels[SWEATING]]
        + (0, 1, 2, 2, 2)[levels[TEARS]]
        + (0, 1, 2, 3, 3)[levels[TREMOR]]
        + (0, 0, 1, 2, 2)[levels[YAWNING]]
    )


def cows_band(points: float, p: Any) -> str:
    """Published severity band of a COWS score."""
    edges = (p["cows_mild"], p["cows_moderate"], p["cows_moderately_severe"], p["cows_severe"])
    return COWS_BANDS[sum(points >= edge for edge in edges)]


def sows_band(points: float, p: Any) -> str:
    """Severity band of a SOWS score in common use."""
    edges = (p["sows_mild"], p["sows_moderate"], p["sows_severe"])
    return SOWS_BANDS[sum(points >= edge for edge in edges)]
