"""Precipitated withdrawal: one mechanism, each study's own definition."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.atlas import lingering, precipitated
from papaver.atlas.protocols import World
from papaver.evidence import inputs


@pytest.fixture(scope="module")
def world() -> World:
    return World(inputs.central())


def test_nobody_who_waited_a_day_is_thrown_into_withdrawal(world: World) -> None:
    for gap in (24, 30, 36):
        course = precipitated.started(world, gap)
        before, after = precipitated.scored(course, precipitated.LAST_USE + gap, 4, world, 0)
        assert np.all(after - before < precipitated.RISE), gap


def test_a_stricter_definition_finds_fewer(world: World) -> None:
    loose = precipitated.risen(world, precipitated.RISE, 4, judged=False)
    assert precipitated.risen(world, precipitated.CLEAR_RISE, 2, judged=True) < 0.6 * loose


def test_points_without_withdrawal_lift_people_over_the_threshold(world: World) -> None:
    chance = precipitated.ready(np.array([0.0, 5.0, 8.0, 20.0]), world.p)
    assert np.all(np.diff(chance) >= 0.0)
    assert 0.0 < chance[0] < 0.1
    assert chance[2] == chance[3] == 1.0


def test_methadone_is_displaced_in_more_people_than_heroin(world: World) -> None:
    assert precipitated.on_much_methadone(world) > 2.0 * precipitated.rise_of_five(world)


def test_the_fentanyl_compared_holds_as_much_as_the_heroin(world: World) -> None:
    day = slice((lingering.DAYS - 2) * 24, (lingering.DAYS - 1) * 24)
    held = [
        lingering.signal_of(world, lingering.course_of(world, drug))[day].mean()
        for drug in ("heroin", "fentanyl")
    ]
    assert held[1] == pytest.approx(held[0], rel=1e-3)


def test_fentanyl_leaves_more_behind_after_a_day_and_a_half(world: World) -> None:
    late = lingering.LAST_USE + 36
    left = [lingering.course_of(world, drug)[0, late] for drug in ("heroin", "fentanyl")]
    assert left[1] > 1.5 * left[0]


def test_the_sooner_after_fentanyl_the_likelier(world: World) -> None:
    shares = [
        lingering.severe(world, "fentanyl", gaps)
        for gaps in (lingering.EARLY, lingering.MIDDLE, lingering.LATE)
    ]
    assert shares[0] > shares[2]
    assert shares[1] > shares[2]
