"""Random numbers: the generator's published vectors, another implementation, and what we make of it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import randomgen
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from papaver import randomness
from papaver.randomness import PURPOSES, exponential, key, normal_pair, philox, uniforms

words = st.integers(0, 2**32 - 1)
ONES = 0xFFFFFFFF

# Known-answer vectors of Random123 (Salmon and others 2011), file kat_vectors: philox4x32, 10 rounds.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

# What each number has meant since it was first used. New purposes are added below; no line ever changes.
FROZEN = {
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
}


@pytest.mark.parametrize(("counter", "of", "words"), KNOWN)
def test_known_answers(counter: tuple[int, ...], of: tuple[int, int], words: tuple[int, ...]) -> None:
    assert tuple(int(word) for word in philox(*counter, *of)) == words


@settings(max_examples=100, deadline=None)
@given(words, words, words, words, words, words)
def test_agrees_with_another_implementation(a: int, b: int, c: int, d: int, x: int, y: int) -> None:
    counter = a | b << 32 | c << 64 | d << 96
    # That generator raises its counter before the first block.
    other = randomgen.Philox(number=4, width=32, key=x | y << 32, counter=(counter - 1) % 2**128)
    assert [int(word) for word in philox(a, b, c, d, x, y)] == [int(word) for word in other.random_raw(4)]


def test_a_counter_below_zero_is_its_word_in_two_complement() -> None:
    assert philox(1, -3, 2, 0, 5, 6) == philox(1, 2**32 - 3, 2, 0, 5, 6)


def test_the_table_of_purposes_only_grows() -> None:
    assert {name: PURPOSES.get(name) for name in FROZEN} == FROZEN, "a purpose was renumbered or dropped"
    numbers = list(PURPOSES.values())
    assert len(set(numbers)) == len(numbers)
    assert all(0 < number < 2**32 for number in numbers)


def test_every_purpose_has_its_constant() -> None:
    assert {name: getattr(randomness, name.upper()) for name in PURPOSES} == PURPOSES


@settings(max_examples=200, deadline=None)
@given(words, words, words, words, words)
def test_uniforms_lie_strictly_between_0_and_1(person: int, index: int, sub: int, k0: int, k1: int) -> None:
    assert all(0.0 < u < 1.0 for u in uniforms(person, index, 1, sub, k0, k1))


def test_the_extreme_words_stay_inside_the_open_interval() -> None:
    assert (0 + 0.5) * randomness._TO_UNIT > 0.0
    assert (ONES + 0.5) * randomness._TO_UNIT < 1.0


def _many(people: int) -> np.ndarray:
    return np.array([uniforms(person, 7, 2, 0, *key(11, 3)) for person in range(people)])


# Each check below fails in one of 100,000 keys when all is well; the key is fixed, so none is random.
CHANCE = 1e-5


def test_uniforms_are_uniform_and_their_neighbours_independent() -> None:
    u = _many(20_000)
    for column in u.T:
        assert stats.kstest(column, "uniform").pvalue > CHANCE
    pairs = [*itertools.combinations(u.T, 2), (u[:-1, 0], u[1:, 0])]
    for one, two in pairs:
        cells = np.histogram2d(one, two, bins=8, range=((0, 1), (0, 1)))[0]
        assert stats.chisquare(cells.ravel()).pvalue > CHANCE


def test_normal_pairs_have_the_moments_and_the_shape_of_normals() -> None:
    pairs = np.array([normal_pair(u[0], u[1]) for u in _many(20_000)])
    z = stats.norm.isf(CHANCE / 2)
    for column in pairs.T:
        n = len(column)
        assert abs(column.mean()) < z / math.sqrt(n)
        assert abs(column.var() - 1.0) < z * math.sqrt(2.0 / n)
        assert abs((column**3).mean()) < z * math.sqrt(15.0 / n)
        assert abs((column**4).mean() - 3.0) < z * math.sqrt(96.0 / n)
        assert stats.kstest(column, "norm").pvalue > CHANCE
    assert abs((pairs[:, 0] * pairs[:, 1]).mean()) < z / math.sqrt(len(pairs))


def test_waiting_times_are_unit_exponentials() -> None:
    waits = [exponential(person, 2, PURPOSES["stay"], *key(5, 1)) for person in range(20_000)]
    assert min(waits) > 0.0
    assert stats.kstest(waits, "expon").pvalue > CHANCE


@pytest.mark.parametrize("place", range(4), ids=["person", "index", "purpose", "sub"])
def test_each_word_of_the_counter_matters(place: int) -> None:
    counter = [3, 4, 5, 6]
    before = uniforms(*counter, 1, 2)
    counter[place] += 1
    assert uniforms(*counter, 1, 2) != before


def test_seeds_and_draws_have_keys_of_their_own() -> None:
    keys = {key(seed, draw) for seed in (0, 1, 2, 2**31, 2**32 - 1) for draw in range(500)}
    assert len(keys) == 5 * 500
    assert key(2**32 + 1, 0) != key(1, 0)
    assert all(0 <= word <= ONES for pair in keys | {key(2**63 - 1, 10_000)} for word in pair)
