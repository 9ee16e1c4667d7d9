"""Fits find what is known, and their intervals hold the truth as often as they say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from papaver.inference import overdose
from papaver.inference.coverage import LEVELS, Coverage, coverage, expected, figure, from_csv, to_csv
from papaver.inference.emulator import emulate
from papaver.inference.page import build
from papaver.inference.recovery import Recovered, recover
from tests.inference.toy import TRUTH, line


def test_a_known_line_is_found(tmp_path: Path) -> None:
    found = recover(line(), tmp_path)
    assert [one.name for one in found] == ["a", "b"]
    assert all(one.found for one in found)


def test_a_truth_far_from_the_posterior_is_not_found() -> None:
    assert not Recovered("a", 1.0, 2.0, 0.2).found
    assert Recovered("a", 1.0, 1.4, 0.2).found


@pytest.mark.slow
def test_quick_fit_of_the_simulator_finds_the_truth(tmp_path: Path) -> None:
    """What ``papaver fit overdose --quick`` runs: under three minutes."""
    found = recover(overdose.stage(), tmp_path)
    assert {one.name for one in found} == set(overdose.PARAMETERS)
    assert [one.name for one in found if not one.found] == []


def test_intervals_hold_the_truth_as_often_as_they_say(tmp_path: Path) -> None:
    rows, emulator = coverage(line(), tmp_path, replicates=50)
    assert emulator.explained.min() > 0.999
    for row in rows:
        for level in LEVELS:
            low, high = expected(level, 50)
            held = getattr(row, f"held_{100 * level:.0f}")
            # 0.06 more on either side of the central 95 %: six shares are looked at (false alarm < 2 %)
            assert low - 0.06 <= held <= high + 0.06, (row.parameter, level, held)
    assert all(row.shrink < 0.2 for row in rows)


def test_an_emulator_gives_back_a_quadratic() -> None:
    stage = line()
    bent = replace(stage, forward=lambda v: {t.name: v["a"] * v["b"] + v["a"] ** 2 for t in stage.targets})
    _, emulator = emulate(bent)
    got = emulator({"a": TRUTH[0], "b": TRUTH[1]})
    assert got["y0"] == pytest.approx(TRUTH[0] * TRUTH[1] + TRUTH[0] ** 2, abs=1e-6)


def test_coverage_is_stored_drawn_and_told(tmp_path: Path) -> None:
    rows = [Coverage("care", "leave_sick", 60, 0.5, 0.8, 0.95, 0.4)]
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "coverage_care.csv"
    path.write_text(to_csv(rows), encoding="utf-8")
    assert from_csv(path) == rows
    assert figure(rows) == figure(rows)
    assert "| `leave_sick` | 50 | 80 | 95 | 0.40 |" in build(tmp_path)


def test_what_is_expected_is_wider_with_fewer_fits() -> None:
    few, many = expected(0.8, 20), expected(0.8, 200)
    assert few[0] < many[0] < 0.8 < many[1] < few[1]
    assert np.isfinite(few).all()
