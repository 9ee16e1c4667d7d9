"""Files of a run, written whole or not at all, and read only if they are what they should be."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papaver.errors import Fault, InputError
from papaver.results.schema import ANY, COUNT, FLAG, NUMBER, SCHEMA, TEXT, Column, Table

if TYPE_CHECKING:
    import polars as pl

SCHEMA_KEY = b"papaver_schema"
ROWS_PER_GROUP = 1_000_000


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well, else is removed.

    ``durable`` also flushes the file and its folder to the disk before the name changes hands.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        if durable:
            _flush(temporary)
        temporary.replace(path)
        if durable:
            _flush(path.parent)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _flush(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:  # folders cannot be opened on Windows
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write a text file atomically, as UTF-8 with the line ends it has."""
    with replacing(path) as temporary:
        temporary.write_bytes(text.encode())


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Write JSON atomically; equal data give equal bytes."""
    write_text(path, json.dumps(data, sort_keys=True, indent=1, allow_nan=False, ensure_ascii=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of a run. Raises ``InputError`` for a missing or broken file."""
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise broken(path, "is missing.") from None
    except (OSError, ValueError, RecursionError):
        raise broken(path, "cannot be read.") from None
    if not isinstance(data, dict):
        raise broken(path, "is not what papaver writes.")
    return data


def broken(path: Path, what: str) -> InputError:
    """The error for a file of a run that is missing or damaged."""
    return InputError(
        Fault(f"{path.name} {what}", "Run the scenario again with --overwrite.", str(path.parent))
    )


class TableWriter:
    """Adds rows to one Parquet file. Made by ``table_writer``."""

    def __init__(self, path: Path, table: Table, more: Sequence[Column]) -> None:
        import pyarrow.parquet as pq

        self._schema = _arrow_schema(table, more)
        self._writer = pq.ParquetWriter(path, self._schema, compression="zstd", write_page_checksum=True)
        self._waiting: list[Any] = []
        self._rows = 0

    def add(self, columns: Mapping[str, Any]) -> None:
        """Add rows: one array (NumPy or Arrow, all of one length) per column of the table."""
        import pyarrow as pa

        arrays = [pa.array(columns[field.name]).cast(field.type) for field in self._schema]
        batch = pa.Table.from_arrays(arrays, schema=self._schema)
        self._waiting.append(batch)
        self._rows += batch.num_rows
        if self._rows >= ROWS_PER_GROUP:
            self._write()

    def _write(self) -> None:
        import pyarrow as pa

        whole = pa.concat_tables(self._waiting) if self._waiting else self._schema.empty_table()
        self._writer.write_table(whole.combine_chunks(), row_group_size=max(1, whole.num_rows))
        self._waiting, self._rows = [], 0

    def finish(self) -> None:
        """Write what waits and close the file."""
        if self._rows:
            self._write()
        self._writer.close()

    def abandon(self) -> None:
        """Close the file after a failure."""
        with contextlib.suppress(Exception):
            self._writer.close()


@contextlib.contextmanager
def table_writer(folder: Path, table: Table, more: Sequence[Column] = ()) -> Iterator[TableWriter]:
    """A writer of ``table`` in ``folder``; the file appears, complete, when the block ends well."""
    with replacing(folder / table.file) as temporary:
        writer = TableWriter(temporary, table, more)
        try:
            yield writer
            writer.finish()
        except BaseException:
            writer.abandon()
            raise


def _arrow_schema(table: Table, more: Sequence[Column]) -> Any:
    import pyarrow as pa

    wrong = [column.name for column in more if table.more not in (ANY, column.dtype)]
    if wrong:
        raise ValueError(f"{table.name} takes no further columns {wrong}")
    fields = [
        pa.field(one.name, _arrow_type(one.dtype), one.optional, {"meaning": one.meaning, "unit": one.unit})
        for one in (*table.columns, *more)
    ]
    return pa.schema(fields, {SCHEMA_KEY: str(SCHEMA).encode(), b"papaver_table": table.name.encode()})


def _arrow_type(dtype: str) -> Any:
    import pyarrow as pa

    return pa.type_for_alias(dtype)


def read_table(folder: Path, table: Table) -> pl.DataFrame:
    """Read one table of a run. Raises ``InputError`` if it is missing, broken, newer or of another make."""
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / table.file
    if not path.is_file():
        raise broken(path, "is missing.")
    try:
        schema = pq.read_schema(path)
        _check_schema(path, table, schema)
        arrow = pq.read_table(path, page_checksum_verification=True, partitioning=None)
    except (pa.ArrowException, OSError):
        raise broken(path, "is broken.") from None
    frame = pl.from_arrow(arrow)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _check_schema(path: Path, table: Table, schema: Any) -> None:
    version = (schema.metadata or {}).get(SCHEMA_KEY, b"")
    if not version.isdigit():
        raise broken(path, "was not written by papaver.")
    check_version(path, int(version))
    found = {field.name: str(field.type) for field in schema}
    faults = []
    for column in table.columns:
        dtype = found.pop(column.name, None)
        if dtype != str(_arrow_type(column.dtype)):
            what = "is missing" if dtype is None else f"holds {dtype}, not {column.dtype}"
            faults.append(f"column {column.name} {what}")
    allowed = {COUNT, FLAG, TEXT, NUMBER} if table.more == ANY else {table.more}
    faults += [f"column {name} does not belong" for name, dtype in found.items() if dtype not in allowed]
    if faults:
        raise broken(path, f"is not what papaver writes: {'; '.join(faults)}.")


def check_version(path: Path, version: int) -> None:
    """Refuse a file of a newer results contract with an ``InputError``."""
    if version > SCHEMA:
        what = f"{path.name} has results of version {version}; this papaver reads up to {SCHEMA}."
        raise InputError(Fault(what, "Install a newer papaver.", str(path.parent)))
