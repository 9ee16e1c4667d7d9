"""The benchmark harness itself: what it times and how it compares."""

from __future__ import annotations

import re
import time

import pytest

from benchmarks import __main__ as command
from benchmarks import bench_engine, bench_peers, bench_profile, bench_scale
from benchmarks.harness import Report, Way, compare, markdown, renewed, table

PAGE = command.PAGE.read_text(encoding="utf-8")
PLACE = re.compile(r"<!-- bench:(\w+) -->\n(.*?)<!-- /bench:(\w+) -->", re.S)


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


def test_the_page_has_a_place_for_every_table_of_the_command() -> None:
    places = PLACE.findall(PAGE)
    assert all(begin == end for begin, _, end in places)
    assert [name for name, _, _ in places if name not in ("machine", *command.topics())] == []
    assert {"machine", "engine", "peers", "profile", "scale"} <= {name for name, _, _ in places}
    assert PAGE.count("<!-- bench:") == PAGE.count("<!-- /bench:") == len(places)


@pytest.mark.parametrize(
    ("topic", "facts"),
    [
        ("engine", bench_engine.FACTS),
        ("peers", bench_peers.FACTS),
        ("profile", bench_profile.FACTS),
        ("scale", bench_scale.FACTS),
    ],
)
def test_the_tables_of_the_page_are_those_of_the_command(topic: str, facts: tuple[str, ...]) -> None:
    (text,) = [text for name, text, _ in PLACE.findall(PAGE) if name == topic]
    first = [line.split(" | ")[0].removeprefix("| ") for line in text.splitlines() if line.startswith("| ")]
    told = [name for name in first if name in facts]
    assert tuple(told) == facts
    assert ("| work | way | seconds | per second | ratio |" in text) == (topic in ("engine", "scale"))


def test_a_function_of_the_day_loop_is_told_by_its_part() -> None:
    name = "_ZN7papaver6person5hours13pools_by_hourB3v25B64c8tJTIeFIjxB2IKSgI4Crv"
    assert bench_profile.words_of(name) == ["papaver", "person", "hours", "pools_by_hour"]
    assert bench_profile.part_of(name) == "pools of adaptation and tolerance by hour"
    assert bench_profile.part_of("(/usr/lib/x86_64-linux-gnu/libm.so.6)") == bench_profile.LIBRARY
    assert bench_profile.part_of("_ZN7papaver6person3day7one_dayB4v236") == bench_profile.REST


def test_writing_the_page_renews_the_places_and_nothing_else() -> None:
    rows = compare("sums", {"plain": Way(lambda: sum(range(99)), amount=99)}, unit="terms", baseline="plain")
    text = markdown(Report(rows, {"speed": "3 times"}))
    assert "| speed | 3 times |" in text
    once = renewed(PAGE, {"engine": text, "no_such_place": "| nowhere |"})
    assert renewed(once, {"engine": text}) == once
    assert "| speed | 3 times |" in once
    assert "| nowhere |" not in once
    assert PLACE.sub("", once) == PLACE.sub("", PAGE)


def test_ten_million_are_told_from_the_cost_of_a_person_more() -> None:
    took = {n: bench_scale.Took(1.0 + n * 1e-5, 300.0, {}) for n in bench_scale.SIZES}
    assert bench_scale.on_paper(took) == pytest.approx(101.0)
