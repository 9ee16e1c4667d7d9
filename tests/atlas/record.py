"""Record anew what the fast validation passes and misses: python -m tests.atlas.record."""

from __future__ import annotations

import csv
from pathlib import Path

from papaver.atlas.running import FAST_SIZE, chosen, run

PATH = Path(__file__).parent / "recorded.csv"


def main() -> None:
    with PATH.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["finding", "verdict"])
        writer.writerows((row.finding, row.verdict) for row in run(chosen(), draws=(0,), size=FAST_SIZE))


if __name__ == "__main__":
    main()
