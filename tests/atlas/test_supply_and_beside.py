"""Counterparts on supply and on what is there at an overdose, on diaries of a few days."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.atlas.beside import among_deaths, with_
from papaver.atlas.registry import counterparts
from papaver.atlas.supply import in_use
from papaver.evidence import finding
from papaver.person.records import (
    BESIDE_ALCOHOL,
    BESIDE_BENZODIAZEPINES,
    BESIDE_FENTANYL,
    BESIDE_GABAPENTINOIDS,
    BESIDE_HOURS,
    BESIDE_SOMEBODY,
    BESIDE_STIMULANTS,
)
from tests.atlas.test_protocols import DEAD_OVERDOSE, OCCASIONAL, followed

ONES = (
    BESIDE_ALCOHOL,
    BESIDE_BENZODIAZEPINES,
    BESIDE_GABAPENTINOIDS,
    BESIDE_SOMEBODY,
    BESIDE_FENTANYL,
    BESIDE_HOURS,
    BESIDE_STIMULANTS,
)


def test_what_is_beside_a_use_can_be_told_apart_in_a_byte() -> None:
    assert sorted(ONES) == [2**k for k in range(len(ONES))]
    assert sum(ONES) < 128


def test_shares_among_deaths_count_deaths_alone() -> None:
    both = BESIDE_ALCOHOL + BESIDE_SOMEBODY
    c = followed(
        [[1, 1], [1, 1], [1, 1], [1, 1]],
        status=[[OCCASIONAL, DEAD_OVERDOSE]] * 3 + [[OCCASIONAL, OCCASIONAL]],
        overdose=[[0, 2], [0, 2], [1, 2], [0, 1]],
        beside=[[BESIDE_ALCOHOL, 0], [0, both], [BESIDE_ALCOHOL, BESIDE_SOMEBODY], [0, both]],
    )
    assert among_deaths(c, with_(c, BESIDE_ALCOHOL)).value == pytest.approx(100 / 3)
    assert among_deaths(c, with_(c, BESIDE_SOMEBODY)).value == pytest.approx(200 / 3)


def test_people_count_as_in_use_for_half_a_year_after_their_last_use() -> None:
    days = 12
    c = followed([[1] + [0] * (days - 1), [0] * days])
    here = in_use(c, days=5)
    np.testing.assert_array_equal(here[0], [True] * 5 + [False] * (days - 5))
    assert not here[1].any()


def test_thirty_findings_on_overdose_have_counterparts() -> None:
    assert sum(finding(id).domain == "overdose" for id in counterparts()) >= 30
