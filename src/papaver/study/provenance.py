"""Where a result came from: versions, hashes, seed, times and facts about the machine."""

from __future__ import annotations

import csv
import dataclasses
import io
import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from papaver.results import schema
from papaver.results.store import table_writer, write_json, write_text
from papaver.study.folder import Identity, Marker, now

PACKAGES = ("numba", "llvmlite", "numpy", "scipy", "polars", "pyarrow", "pydantic", "ruamel.yaml")


def versions() -> dict[str, str]:
    """Versions of papaver and of the libraries that bear on results; absent ones are left out."""
    found = {}
    for name in ("papaver", *PACKAGES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write(folder: Path, marker: Marker, *, threads: int, seconds: float, options: Mapping[str, Any]) -> None:
    """Write provenance.json. ``options`` are those of the command line, or empty."""
    identity: Identity = marker.identity
    found = versions()
    data = {
        "papaver": found.pop("papaver", ""),
        "python": platform.python_version(),
        "libraries": found,
        "fingerprint": identity.fingerprint,
        "scenario_hash": identity.scenario,
        "evidence_hash": identity.evidence,
        "code_hash": identity.code,
        "seed": identity.seed,
        "people": identity.people,
        "draws": identity.draws,
        "threads": threads,
        "block_people": marker.block_people,
        "started": marker.started[0],
        "sessions": list(marker.started),
        "finished": now(),
        "seconds": round(seconds, 3),
        "options": dict(options),
        "host": {"platform": platform.platform(), "machine": platform.machine(), "cpus": os.cpu_count()},
    }
    write_json(folder / schema.PROVENANCE, data)


def write_inputs(folder: Path, inputs: Iterable[Any], draws: Mapping[int, Any]) -> None:
    """Write inputs.csv (the inputs as the evidence has them) and draws.parquet (their values by draw)."""
    rows = [_flat(one) for one in inputs]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["name"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(folder / schema.INPUTS, text.getvalue())
    with table_writer(folder, schema.DRAWS) as table:
        for number, record in draws.items():
            names = list(record.dtype.names)
            values = [float(record[name]) for name in names]
            table.add({"draw": [number] * len(names), "name": names, "value": values})


def _flat(one: Any) -> dict[str, Any]:
    row = dataclasses.asdict(one)
    return {key: ";".join(value) if isinstance(value, tuple) else value for key, value in row.items()}
