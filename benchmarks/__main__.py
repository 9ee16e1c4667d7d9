"""Runs the benchmarks: ``python -m benchmarks [TOPIC ...]``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from benchmarks.harness import machine, table


def topics() -> list[str]:
    """Topics of the modules ``bench_<topic>.py`` in this folder, in alphabetical order."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(asked: list[str]) -> int:
    """Run the topics asked for, or all; print ratios within this one run."""
    known = topics()
    unknown = [topic for topic in asked if topic not in known]
    if unknown:
        print(
            f"no benchmark named {', '.join(unknown)}; there are: {', '.join(known) or 'none'}",
            file=sys.stderr,
        )
        return 2
    print(machine())
    print("One warm-up, then the ways take turns. Ratio 3: three times the speed of the way with ratio 1.")
    for topic in asked or known:
        print("\n" + table(importlib.import_module(f"benchmarks.bench_{topic}").run()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
