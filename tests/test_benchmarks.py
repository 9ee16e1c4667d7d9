"""The benchmark harness itself: what it times and how it compares."""

from __future__ import annotations

import time

import pytest

from benchmarks import __main__ as command
from benchmarks.harness import Way, compare, table


def test_ratios_are_per_unit_of_work() -> None:
    ways = {"slow": Way(lambda: time.sleep(0.02), amount=1), "fast": Way(lambda: time.sleep(0.01), amount=4)}
    rows = {row.way: row for row in compare("sleeping", ways, unit="naps", baseline="slow", repeats=3)}
    assert rows["slow"].ratio == 1
    assert 4 < rows["fast"].ratio < 12
    assert rows["fast"].fastest <= rows["fast"].seconds <= rows["fast"].slowest


def test_the_warm_up_is_not_timed() -> None:
    calls: list[int] = []

    def first_is_slow() -> None:
        calls.append(1)
        if len(calls) == 1:
            time.sleep(0.2)

    (row,) = compare("w", {"a": Way(first_is_slow, amount=1)}, unit="x", baseline="a", repeats=3)
    assert len(calls) == 4
    assert row.slowest < 0.1


def test_the_table_names_work_and_ways() -> None:
    rows = compare("sums", {"plain": Way(lambda: sum(range(99)), amount=99)}, unit="terms", baseline="plain")
    assert "sums" in table(rows)
    assert "plain" in table(rows)


def test_an_unknown_topic_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["no_such_topic"]) == 2
    assert "no_such_topic" in capsys.readouterr().err
