"""Adopt the result of `papaver fit`: copy the posterior into the package and its mode into inputs.csv.

Usage: python tools/adopt_fit.py runs/fit adaptation
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sys
from pathlib import Path

DATA = Path(__file__).parent.parent / "src/papaver/evidence/data"


def adopt(folder: Path, stage: str) -> None:
    """Write mode, residual and posterior of a stage into the data; assumed inputs keep value and range."""
    summary = json.loads((folder / f"fit_{stage}.json").read_text(encoding="utf-8"))
    table = DATA / "inputs.csv"
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    columns = (folder / f"posterior_{stage}.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")
    for row in rows:
        if row["name"] in columns:
            row["distribution"] = f"posterior:{stage}"
        if row["name"] in summary["mode"]:
            row["value"] = f"{summary['mode'][row['name']]:g}"
            row["rule"] = re.sub(r"residual: .*$", f"residual: {summary['residual']}", row["rule"])
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    shutil.copyfile(folder / f"posterior_{stage}.csv", DATA / f"posterior_{stage}.csv")
    table.write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    adopt(Path(sys.argv[1]), sys.argv[2])
