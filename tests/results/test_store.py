from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from papaver.results.schema import COUNT, DAILY, EVENTS, FLAG, STRATA, Column
from papaver.results.store import read_table, replacing, table_writer, write_json

ROW: dict[str, Any] = {
    "plan": ["a"],
    "draw": [0],
    "stratum": [0],
    "year": [1],
    "event": ["use"],
    "count": [7],
}


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_table_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), table_writer(tmp_path, EVENTS) as writer:
        writer.add(ROW)
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_rows_come_back_in_order_over_many_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papaver.results.store.ROWS_PER_GROUP", 2)
    with table_writer(tmp_path, EVENTS) as writer:
        for count in range(5):
            writer.add(ROW | {"count": [count]})
    assert read_table(tmp_path, EVENTS)["count"].to_list() == [0, 1, 2, 3, 4]


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    with table_writer(tmp_path, EVENTS):
        pass
    frame = read_table(tmp_path, EVENTS)
    assert (frame.height, frame.columns) == (0, list(ROW))


@pytest.mark.parametrize(
    "wrong", [{"count": [1.5]}, {"draw": [2**40]}, {"year": ["first"]}, {"plan": [None]}, {"count": [1, 2]}]
)
def test_values_that_do_not_fit_their_column_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(Exception, match=r".+"), table_writer(tmp_path, EVENTS) as writer:
        writer.add(ROW | wrong)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("table", "dtype"), [(EVENTS, COUNT), (DAILY, FLAG), (STRATA, COUNT)])
def test_further_columns_are_of_the_kind_the_table_allows(tmp_path: Path, table: Any, dtype: str) -> None:
    with (
        pytest.raises(ValueError, match="further columns"),
        table_writer(tmp_path, table, [Column("x", dtype, "x")]),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_json_is_the_same_whatever_the_order(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"b": 1, "a": {"d": 2.5, "c": "é"}})
    write_json(tmp_path / "b.json", {"a": {"c": "é", "d": 2.5}, "b": 1})
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_json_holds_no_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        write_json(tmp_path / "a.json", {"a": float("nan")})
    assert list(tmp_path.iterdir()) == []
