"""Runs the benchmarks: ``python -m benchmarks [--write-docs] [TOPIC ...]``."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.harness import Report, machine, markdown, renewed, table, told

WRITE = "--write-docs"
PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def topics() -> list[str]:
    """Topics of the modules ``bench_<topic>.py`` in this folder, in alphabetical order."""
    return sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def run(topic: str) -> Report:
    """The report of a topic."""
    found = importlib.import_module(f"benchmarks.bench_{topic}").run()
    return found if isinstance(found, Report) else Report(list(found), {})


def main(asked: list[str]) -> int:
    """Run the topics asked for, or all; print ratios within this one run.

    Nothing is written, but with ``--write-docs`` the tables of the page on performance.
    """
    known, write = topics(), WRITE in asked
    asked = [topic for topic in asked if topic != WRITE]
    unknown = [topic for topic in asked if topic not in known]
    if unknown:
        print(
            f"no benchmark named {', '.join(unknown)}; there are: {', '.join(known) or 'none'}",
            file=sys.stderr,
        )
        return 2
    parts, failed = {"machine": machine()}, 0
    print(parts["machine"])
    print("One warm-up, then the ways take turns. Ratio 3: three times the speed of the way with ratio 1.")
    for topic in asked or known:
        began = time.perf_counter()
        try:
            report = run(topic)
        except ImportError as error:
            print(f"\n== {topic}: left out ({error})")
            continue
        except subprocess.CalledProcessError as error:
            failed = 1
            print(f"\n== {topic}: failed\n{error.stderr}", file=sys.stderr)
            continue
        parts[topic] = markdown(report)
        took = time.perf_counter() - began
        print(f"\n== {topic} ({took:.0f} s)", told(report.facts), table(report.rows), sep="\n", flush=True)
    if write:
        PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), parts), encoding="utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
