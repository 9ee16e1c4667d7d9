"""Tables as text."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from papaver.csvtext import of_records, of_rows


@dataclass(frozen=True)
class Seen:
    what: str
    share: float | None
    people: int


def test_what_is_not_a_number_is_left_empty_and_no_bound_is_said() -> None:
    rows = [("a", "b"), (1.5, float("nan")), (float("inf"), "x"), (None, 2)]
    assert of_rows(rows) == "a,b\n1.5,\ninf,x\n,2\n"


def test_records_name_their_columns_even_where_there_are_none() -> None:
    assert of_records(Seen, []) == "what,share,people\n"
    assert of_records(Seen, [Seen("x", 1 / 3, 1234567)], digits=2) == "what,share,people\nx,0.33,1234567\n"


@given(st.lists(st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")), st.floats())))
def test_any_text_comes_back(rows: list[tuple[str, float]]) -> None:
    back = list(csv.reader(io.StringIO(of_rows([("text", "number"), *rows]), newline="")))
    assert [cells[0] for cells in back[1:]] == [text for text, _ in rows]
