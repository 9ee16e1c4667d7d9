"""Rounds of draws, shared run time, and what a full run stores."""

from __future__ import annotations

import gc
import time
import weakref

import numpy as np
import pytest

from papaver.atlas import running
from papaver.atlas.clock import Clock
from papaver.atlas.emergent import QUANTITIES, SHOWN_BY, Own, from_csv, to_csv
from papaver.atlas.estimates import Estimate
from papaver.atlas.protocols import World
from papaver.atlas.registry import Counterpart
from papaver.evidence import findings, inputs

NOISY, SURE = "f_atos_use_20y", "f_atos_use_36mo"


def noisy(spread: float) -> object:
    """A counterpart at the published value whose draws differ by so much."""

    def run(w: World) -> Estimate:
        return Estimate(24.0 + spread * (w.draw % 2 - 0.5), np.array([0.01]))

    return run


@pytest.fixture
def _no_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_compile", lambda seed: None)


@pytest.mark.usefixtures("_no_compiling")
def test_only_findings_with_too_large_an_error_get_more_draws() -> None:
    asked = [
        Counterpart(NOISY, "natural_history", noisy(8.0)),
        Counterpart(SURE, "natural_history", noisy(0.1)),
    ]  # type: ignore[arg-type]
    rows = {row.finding: row for row in running.run(asked, draws=range(1, 5), most=64)}
    assert rows[SURE].draws == 4
    assert rows[NOISY].draws > 4
    assert rows[NOISY].verdict != "not run"
    alone = running.run(asked[:1], draws=range(1, 5), most=4)[0]
    assert alone.draws == 4
    assert alone.verdict == "not run"


@pytest.mark.usefixtures("_no_compiling")
def test_rounds_do_not_depend_on_threads() -> None:
    asked = [Counterpart(NOISY, "natural_history", noisy(8.0))]  # type: ignore[arg-type]
    values = [
        [(row.simulated, row.draws) for row in running.run(asked, draws=range(1, 5), most=64, threads=n)]
        for n in (1, 3)
    ]
    assert values[0] == values[1]


def test_shared_run_time_is_divided_between_findings() -> None:
    clock = Clock()
    for name in ("a", "b"):
        with clock.finding(name), clock.part("cohort"):
            time.sleep(0.04 if name == "a" else 0.0)
    spent = clock.by_finding()
    assert spent["a"] == pytest.approx(spent["b"], rel=0.2)
    assert sum(spent.values()) == pytest.approx(0.04, abs=0.02)


def test_what_must_emerge_names_findings(tmp_path: object) -> None:
    known = findings
    unknown = [id for ids in SHOWN_BY.values() for id in ids if id not in known]
    assert unknown == []
    assert {"release_per_use_day", "release_per_use_day_frozen"} <= set(QUANTITIES)


def test_own_quantities_survive_being_written_and_know_their_bounds(tmp_path: object) -> None:
    rows = [Own("a", "about, with a comma", 1.5, 0.2, 1.1, float("inf"))]
    path = tmp_path / "own.csv"  # type: ignore[operator]
    path.write_text(to_csv(rows), encoding="utf-8")
    assert from_csv(path) == rows
    assert rows[0].kept
    assert not Own("a", "", 0.5, 0.2, 1.1, 2.0).kept
    assert Own("a", "", 0.8, 0.2, 1.1, 2.0).kept  # two errors below the bound are not a break


@pytest.mark.slow
def test_the_danger_after_release_is_lost_tolerance() -> None:
    """Per day of use too, people out of custody overdose more; with tolerance held they do not."""
    run, frozen_run = (QUANTITIES[name][1] for name in ("release_per_use_day", "release_per_use_day_frozen"))
    world = World(inputs.central(), seed=3, size=0.7)
    lost, held = run(world), frozen_run(world)
    assert lost.value - 1.0 > 2.0 * lost.error
    assert abs(held.value - 1.0) < 3.0 * held.error
    assert held.value < lost.value


def test_what_a_draw_kept_is_freed_with_the_draw() -> None:
    """Diaries of all draws at once would not fit: nothing outlives its draw, even what knows its world."""
    seen: list[weakref.ref[Held]] = []

    def run(w: World) -> float:
        assert all(one() is None for one in seen)
        seen.append(weakref.ref(w.once("held", lambda: Held(w))))
        return 1.0

    gc.disable()
    try:
        running.simulate_all([Counterpart("f_held", "overdose", run)], range(1, 4), 1.0, 1, 1, None)
    finally:
        gc.enable()
    assert len(seen) == 3


class Held:
    """Something that a world keeps and that keeps the world."""

    def __init__(self, world: World) -> None:
        self.world = world
