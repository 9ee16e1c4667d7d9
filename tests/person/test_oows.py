"""The Objective Opiate Withdrawal Scale."""

from __future__ import annotations

import numpy as np

from papaver.person.withdrawal import (
    ACHES,
    ANXIETY,
    N_SIGNS,
    PULSE,
    SIGNS,
    SWEATING,
    TREMOR,
    YAWNING,
    oows,
)


def levels(**given: int) -> np.ndarray:
    found = np.zeros(N_SIGNS, np.int64)
    for name, level in given.items():
        found[SIGNS.index(name)] = level
    return found


def test_from_nothing_to_thirteen() -> None:
    assert oows(np.zeros(N_SIGNS, np.int64)) == 0
    assert oows(np.full(N_SIGNS, 4, np.int64)) == 13


def test_a_sign_counts_once_however_strong() -> None:
    assert oows(levels(yawning=1)) == oows(levels(yawning=4)) == 1
    assert SIGNS[YAWNING] == "yawning"


def test_what_is_only_felt_is_not_observed() -> None:
    for sign in (SIGNS[SWEATING], SIGNS[TREMOR], "pupils", "restlessness"):
        assert oows(levels(**{sign: 1})) == 0
        assert oows(levels(**{sign: 2})) == 1
    assert oows(levels(**{SIGNS[ANXIETY]: 1})) == 1  # mild anxiety counts


def test_complaints_and_pulse_are_no_items() -> None:
    for sign in (ACHES, PULSE):
        assert oows(levels(**{SIGNS[sign]: 4})) == 0
    assert oows(levels(nausea=4, diarrhoea=4, insomnia=4)) == 0
