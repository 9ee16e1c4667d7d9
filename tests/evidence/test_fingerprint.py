"""The hash of the evidence changes with what it says, and with nothing else."""

from __future__ import annotations

import pytest

from papaver.evidence.fingerprint import evidence_hash

from .conftest import Tables

FILES = ("parameters.csv", "findings.csv", "sources.csv", "us_series.csv", "inputs.csv")


def hashed(tables: Tables) -> str:
    return evidence_hash.__wrapped__(tables.folder)


@pytest.mark.parametrize("file", FILES)
def test_order_of_rows_and_columns_and_line_ends_do_not_count(tables: Tables, file: str) -> None:
    before = hashed(tables)
    rows = tables.rows(file)
    tables.write(file, [dict(reversed(row.items())) for row in reversed(rows)], end="\r\n")
    assert hashed(tables) == before


@pytest.mark.parametrize("file", FILES)
def test_each_cell_counts(tables: Tables, file: str) -> None:
    plain = {"lo": "", "hi": "", "distribution": "fixed"} if file == "inputs.csv" else {}
    first = tables.change(file, **plain)
    others = {"kind": "assumed", "scope": "body", "value": "12345", "lo": "1", "hi": "99999"}
    columns = [name for name in first if name != "distribution"]
    seen = {hashed(tables)}
    for column in columns:
        tables.change(file, **{column: others.get(column, first[column] + "x")})
        seen.add(hashed(tables))
        tables.change(file, **first)
    assert len(seen) == 1 + len(columns)


def test_a_number_written_otherwise_is_the_same_number(tables: Tables) -> None:
    before = hashed(tables)
    first = tables.rows("parameters.csv")[0]
    tables.change("parameters.csv", value=f"{float(first['value']):.6f}")
    assert hashed(tables) == before


def test_a_row_less_counts(tables: Tables) -> None:
    before = hashed(tables)
    tables.edit("findings.csv", lambda rows: rows[1:])
    assert hashed(tables) != before


def test_rows_of_a_posterior_count_in_their_order(tables: Tables) -> None:
    name = tables.rows("inputs.csv")[0]["name"]
    tables.change("inputs.csv", distribution="posterior:core", lo="", hi="")
    path = tables.folder / "posterior_core.csv"
    path.write_text(f"{name}\n1\n2\n", encoding="utf-8")
    before = hashed(tables)
    path.write_text(f"{name}\r\n1.0\r\n2.0\r\n", encoding="utf-8")
    assert hashed(tables) == before
    path.write_text(f"{name}\n2\n1\n", encoding="utf-8")
    assert hashed(tables) != before
