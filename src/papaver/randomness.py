"""Counter-based random numbers: every draw is a pure function of who, when and what for.

Philox4x32-10 (Salmon and others, 2011). Key = (seed, parameter draw); counter = (person, index, purpose,
sub): ``index`` is the day for daily decisions and the episode for waiting times. Four uniforms come from
one call. Nothing depends on threads, blocks, or how many numbers anyone else has drawn.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from papaver.compiled import compiled, inlined

# What a stream is for. Append only: a number never changes its meaning (a test forbids renumbering).
PURPOSES = {
    "traits": 1,
    "day": 2,
    "stress": 3,
    "overdose_wait": 4,
    "overdose_outcome": 5,
    "death_wait": 6,
    "attempt_wait": 7,
    "attempt_strength": 8,
    "stay": 9,
    "uptake": 10,
    "background_score": 11,
    "care_day": 12,
    "co_use": 13,
    "start": 14,
    "initiation_wait": 15,
    "custody_wait": 16,
    "custody_length": 17,
}
TRAITS, DAY, STRESS, OVERDOSE_WAIT, OVERDOSE_OUTCOME, DEATH_WAIT = range(1, 7)
ATTEMPT_WAIT, ATTEMPT_STRENGTH, STAY, UPTAKE, BACKGROUND_SCORE = range(7, 12)
CARE_DAY, CO_USE, START, INITIATION_WAIT = range(12, 16)
CUSTODY_WAIT, CUSTODY_LENGTH = range(16, 18)

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF_WORD = np.uint64(32)
_TO_UNIT = 2.0**-32


@inlined
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> Any:
    """Four 32-bit words (in 64-bit integers) of Philox4x32-10 for a counter and a key of 32-bit words."""
    a, b, c, d = np.uint64(c0) & _LOW, np.uint64(c1) & _LOW, np.uint64(c2) & _LOW, np.uint64(c3) & _LOW
    x, y = np.uint64(k0) & _LOW, np.uint64(k1) & _LOW
    for _ in range(10):
        left, right = _M0 * a, _M1 * c
        a, b, c, d = (right >> _HALF_WORD) ^ b ^ x, right & _LOW, (left >> _HALF_WORD) ^ d ^ y, left & _LOW
        x, y = (x + _W0) & _LOW, (y + _W1) & _LOW
    return a, b, c, d


@inlined
def uniforms_in_loop(person: int, index: int, purpose: int, sub: int, k0: int, k1: int) -> Any:
    """Four uniforms in the open interval (0, 1), for loops that draw many side by side."""
    a, b, c, d = philox(person, index, purpose, sub, k0, k1)
    # signed: vector units turn these into floats at once
    i, j, k, m = np.int64(a), np.int64(b), np.int64(c), np.int64(d)
    return (i + 0.5) * _TO_UNIT, (j + 0.5) * _TO_UNIT, (k + 0.5) * _TO_UNIT, (m + 0.5) * _TO_UNIT


@compiled
def uniforms(person: int, index: int, purpose: int, sub: int, k0: int, k1: int) -> Any:
    """Four uniforms in the open interval (0, 1)."""
    return uniforms_in_loop(person, index, purpose, sub, k0, k1)


@compiled
def exponential(person: int, index: int, purpose: int, k0: int, k1: int) -> float:
    """One unit exponential: the cumulative hazard at which a waited-for event happens."""
    return -math.log(uniforms(person, index, purpose, 0, k0, k1)[0])


@compiled
def normal_pair(u: float, v: float) -> Any:
    """Two standard normals from two uniforms (Box and Muller)."""
    radius = math.sqrt(-2.0 * math.log(u))
    angle = 2.0 * math.pi * v
    return radius * math.cos(angle), radius * math.sin(angle)


def key(seed: int, draw: int) -> tuple[int, int]:
    """Philox key of a run and a parameter draw: seeds below 2**32 and all draws give distinct keys."""
    word = 0xFFFFFFFF
    return seed & word, ((seed >> 32) * 0x9E3779B1 + draw) & word
