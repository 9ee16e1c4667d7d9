"""Adopt the result of `papaver fit`: copy the posterior into the package and its mode into inputs.csv.

Usage: python tools/adopt_fit.py runs/fit adaptation
"""

from __future__ import annotations

import csv
import io
import json
import sys
from importlib import import_module
from pathlib import Path

DATA = Path(__file__).parent.parent / "src/papaver/evidence/data"
OBJECTIVE = "weighted least squares with a weak pull to the middle of each range"


def adopt(folder: Path, stage: str) -> None:
    """Write mode, residual and posterior of a stage into the data; assumed inputs keep value and range."""
    module = import_module(f"papaver.inference.{stage}")
    findings = getattr(module, "EVIDENCE", None) or [target.name for target in module.targets()]
    summary = json.loads((folder / f"fit_{stage}.json").read_text(encoding="utf-8"))
    posterior = (folder / f"posterior_{stage}.csv").read_bytes()
    columns = posterior.decode().split("\n", 1)[0].split(",")
    rows = list(csv.DictReader(io.StringIO((DATA / "inputs.csv").read_text(encoding="utf-8"))))
    for row in rows:
        if row["name"] in columns:
            row["distribution"] = f"posterior:{stage}"
        elif row["distribution"] == f"posterior:{stage}":
            sys.exit(f"{row['name']}: is in posterior:{stage} but not in the fit. Give it a distribution.")
        if row["name"] in summary["mode"]:
            row["value"] = f"{summary['mode'][row['name']]:g}"
            row["kind"], row["evidence"] = "fitted", ";".join(findings)
            residual = f"residual: {summary['residual']}"
            row["rule"] = f"command: papaver fit {stage}; objective: {OBJECTIVE}; {residual}"
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    _put(DATA / f"posterior_{stage}.csv", posterior)
    _put(DATA / "inputs.csv", text.getvalue().encode())


def _put(path: Path, content: bytes) -> None:
    draft = path.with_suffix(".tmp")
    draft.write_bytes(content)
    draft.replace(path)


if __name__ == "__main__":
    adopt(Path(sys.argv[1]), sys.argv[2])
