from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from papaver.errors import InputError
from papaver.results import TABLES, Results
from tests.study import fake


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "run"
    fake.go(folder)
    return folder


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_has_the_columns_that_are_described(finished: Path, name: str) -> None:
    frame = getattr(Results.open(finished), name)
    table = TABLES[name]
    assert frame.columns[: len(table.columns)] == [column.name for column in table.columns]
    assert frame.height > 0
    schema = pq.read_schema(finished / table.file)
    assert schema.metadata[b"papaver_schema"] == b"1"
    assert all(field.metadata[b"meaning"] for field in schema)


def test_tables_go_to_pandas(finished: Path) -> None:
    frames = Results.open(finished).to_pandas()
    assert frames.keys() == TABLES.keys()
    run = Results.open(finished)
    assert frames["events"]["count"].sum() == run.events["count"].sum()
    assert list(frames["people"].columns) == run.people.columns


def test_a_notebook_shows_plans_in_order_and_escaped(folder: Path) -> None:
    path = folder / "summary.json"
    path.write_text(path.read_text().replace("A tiny study", "<script>"))
    shown = Results.open(folder)._repr_html_()
    assert shown.index("nothing") < shown.index("help") < shown.index("more_help")
    assert "&lt;script&gt;" in shown
    assert "<script>" not in shown


def _marker(folder: Path, **changes: object) -> None:
    path = folder / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: shutil.rmtree(f), "no such folder"),
        (lambda f: (f / "run.json").unlink(), "holds no papaver run"),
        (lambda f: _marker(f, state="running"), "not finished.*--resume"),
        (lambda f: _marker(f, papaver_run=9), "version 9.*newer papaver"),
        (lambda f: (f / "run.json").write_text("{"), "run.json cannot be read"),
        (lambda f: (f / "run.json").write_text("[]"), "run.json is not what"),
        (lambda f: (f / "run.json").write_text("{}"), "run.json is not what"),
        (lambda f: (f / "events.parquet").unlink(), "events.parquet is missing.*--overwrite"),
        (lambda f: (f / "summary.json").unlink(), "summary.json is missing"),
    ],
)
def test_a_folder_that_is_no_finished_run_is_refused(
    folder: Path, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(folder)
    with pytest.raises(InputError, match=words):
        Results.open(folder)


def _rewritten(folder: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    path = folder / "events.parquet"
    pq.write_table(change(pq.read_table(path)), path)


def _versioned(table: pa.Table, version: bytes) -> pa.Table:
    return table.replace_schema_metadata({**table.schema.metadata, b"papaver_schema": version})


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 4] ^= 255
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "events.parquet").write_bytes(b"PAR1 nonsense"), "is broken"),
        (lambda f: (f / "events.parquet").write_bytes(b""), "is broken"),
        (lambda f: _flip(f / "events.parquet"), "is broken"),
        (
            lambda f: pl.DataFrame({"plan": ["a"]}).write_parquet(f / "events.parquet"),
            "not written by papaver",
        ),
        (lambda f: _rewritten(f, lambda t: _versioned(t, b"2")), "version 2.*newer papaver"),
        (lambda f: _rewritten(f, lambda t: t.drop_columns(["year"])), "column year is missing"),
        (
            lambda f: _rewritten(f, lambda t: t.set_column(5, "count", t["count"].cast("double"))),
            "column count holds double, not int64",
        ),
        (
            lambda f: _rewritten(f, lambda t: t.append_column("more", t["count"])),
            "column more does not belong",
        ),
    ],
)
def test_a_table_that_is_not_ours_is_refused(
    folder: Path, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(folder)
    run = Results.open(folder)
    with pytest.raises(InputError, match=words):
        _ = run.events
    assert run.outcomes.height > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "cannot be read"), ("[" * 10**5, "cannot be read"), ("{}", "not what"), ("[1]", "not what")],
)
def test_a_broken_summary_is_refused(folder: Path, text: str, words: str) -> None:
    (folder / "summary.json").write_text(text)
    with pytest.raises(InputError, match=words):
        _ = Results.open(folder).summary


def test_a_newer_summary_is_refused(folder: Path) -> None:
    path = folder / "summary.json"
    path.write_text(path.read_text().replace('"papaver": 1', '"papaver": 3'))
    with pytest.raises(InputError, match="version 3"):
        _ = Results.open(folder).summary


def test_an_unknown_table_is_refused(finished: Path) -> None:
    with pytest.raises(InputError, match=r"no table 'evnts'.*events"):
        Results.open(finished).table("evnts")


def test_opening_loads_no_table(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError("read")

    monkeypatch.setattr("papaver.results.reading.read_table", refuse)
    run = Results.open(finished)
    assert run.summary["people"] == 24
    with pytest.raises(AssertionError):
        _ = run.people


def test_the_room_opens_without_heavy_libraries() -> None:
    import subprocess

    code = "import sys, papaver.results; print(sorted({'numpy', 'polars', 'pyarrow'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
