"""The Clinical Institute Narcotic Assessment."""

from __future__ import annotations

import numpy as np

from papaver.evidence import inputs, parameter
from papaver.person.life import every, follow_hours
from papaver.person.withdrawal import N_SIGNS, SIGNS, cina


def levels(**given: int) -> np.ndarray:
    found = np.zeros(N_SIGNS, np.int64)
    for name, level in given.items():
        found[SIGNS.index(name)] = level
    return found


def test_from_nothing_to_the_published_maximum() -> None:
    assert cina(levels()) == 0
    assert cina(np.full(N_SIGNS, 4, np.int64)) == parameter("cina_max").value


def test_sickness_counts_by_its_worst() -> None:
    assert [cina(levels(nausea=level)) for level in range(5)] == [0, 2, 2, 4, 4]
    assert cina(levels(vomiting=1)) == cina(levels(vomiting=1, nausea=4)) == 6


def test_one_yawn_or_two_is_not_often() -> None:
    assert [cina(levels(yawning=level)) for level in range(5)] == [0, 0, 1, 2, 2]


def test_what_is_no_item_does_not_count() -> None:
    for sign in ("pupils", "pulse", "anxiety", "insomnia", "twitching"):
        assert cina(levels(**{sign: 4})) == 0


def test_it_never_falls_when_a_sign_grows() -> None:
    for sign in SIGNS:
        points = [cina(levels(**{sign: level})) for level in range(5)]
        assert points == sorted(points), sign


def test_it_comes_with_the_other_scales_by_hour() -> None:
    course = follow_hours(every("heroin", 30.0, each_hours=6, days=60), 64, inputs.central())
    after = course["cina"][60 * 24 :]
    assert after.max() > course["cina"][59 * 24 : 60 * 24].max()
    assert np.corrcoef(after, course["cows"][60 * 24 :])[0, 1] > 0.8
