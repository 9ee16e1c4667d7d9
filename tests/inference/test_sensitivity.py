"""Groups of inputs, Morris effects of counterparts whose answer is known, heat map and page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from papaver.atlas.estimates import Estimate
from papaver.atlas.protocols import World
from papaver.atlas.registry import Counterpart
from papaver.evidence.inputtable import Input
from papaver.inference.sensitivity import (
    OTHER,
    Effect,
    from_csv,
    group_of,
    half_width,
    moved,
    prefixes,
    problem,
    sensitivity,
    to_csv,
    value_at,
    world_at,
)
from papaver.inference.sensitivitypage import TABLE, build, heat_map

FINDING = "f_atos_use_20y"


def test_every_uncertain_input_has_a_group_and_every_group_an_input() -> None:
    homeless = [one.name for one in moved() if group_of(one.name) == OTHER]
    assert homeless == [], "add a prefix to atlas/data/groups.csv"
    empty = {group for _, group in prefixes()} - {group_of(one.name) for one in moved()}
    assert empty == set()


def test_the_middle_of_the_range_is_near_the_median_of_the_distribution() -> None:
    for one in moved():
        low, middle, high = (value_at(one, place) for place in (0.0, 0.5, 1.0))
        assert low <= middle <= high, one.name
        assert low < high or sits_at_an_end(one, middle), one.name


def sits_at_an_end(one: Input, value: float) -> bool:
    """Whether a fitted input's draws have run into an end of its range: nothing is left to move."""
    assert one.lo is not None
    assert one.hi is not None
    near = 0.001 * (one.hi - one.lo)
    return one.group is not None and min(value - one.lo, one.hi - value) < near


def test_a_world_holds_the_moved_values_for_lives_and_bodies() -> None:
    names = [one.name for one in moved()]
    places = np.full(len(names), 0.5)
    places[names.index("urge_base")] = 1.0
    world = world_at(places, 0.1)
    urge = next(one for one in moved() if one.name == "urge_base")
    assert world.p["urge_base"] == pytest.approx(value_at(urge, 1.0))
    assert world.numbers["urge_base"] == pytest.approx(value_at(urge, 1.0))
    assert problem()["num_vars"] == len(places)


def tolerance(w: World) -> Estimate:
    return Estimate(10.0 * float(w.p["tolerance_loss_half_life_days"]))


def noise(w: World) -> Estimate:
    """Nothing but chance, of the size it says."""
    luck = np.random.default_rng(abs(hash(float(w.p["urge_base"]) + float(w.p["leave_sick"]))) % 2**32)
    return Estimate(24.0 + float(luck.standard_normal()), np.array([1.0]))


def test_effects_are_of_the_group_that_acts_and_chance_is_taken_out(tmp_path: Path) -> None:
    asked = [Counterpart(FINDING, "natural_history", tolerance)]
    rows = {row.group: row.effect for row in sensitivity(asked, tmp_path, trajectories=3)}
    assert {group for group, effect in rows.items() if effect > 1e-9} == {"tolerance"}
    one = next(one for one in moved() if one.name == "tolerance_loss_half_life_days")
    reach = 10.0 * (value_at(one, 1.0) - value_at(one, 0.0))
    assert rows["tolerance"] == pytest.approx(reach / half_width(asked[0], 0.0), rel=0.35)
    alone = sensitivity([Counterpart(FINDING, "natural_history", noise)], tmp_path / "b", trajectories=4)
    assert max(row.effect for row in alone) < 1.0


def test_runs_are_read_again(tmp_path: Path) -> None:
    asked, calls = [], []
    asked.append(Counterpart(FINDING, "natural_history", lambda w: calls.append(1) or tolerance(w)))  # type: ignore[func-returns-value]
    first = sensitivity(asked, tmp_path, trajectories=2)
    made = len(calls)
    assert sensitivity(asked, tmp_path, trajectories=2) == first
    assert len(calls) == made


def test_table_figure_and_page(tmp_path: Path) -> None:
    rows = [
        Effect(FINDING, "natural_history", "urge", 1.5),
        Effect(FINDING, "natural_history", "help", 0.01),
    ]
    (tmp_path / "data").mkdir()
    (tmp_path / TABLE).write_text(to_csv(rows), encoding="utf-8")
    assert from_csv(tmp_path / TABLE) == rows
    assert f"| `{FINDING}` | urge 1.5 |" in build(tmp_path)
    assert heat_map(rows, "Natural history") == heat_map(rows, "Natural history")
