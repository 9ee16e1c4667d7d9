"""Measuring ways of doing the same work against one of them, in one run."""

from __future__ import annotations

import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

REPEATS = 5


@dataclass(frozen=True)
class Row:
    """One way of doing one piece of work: seconds of its median, fastest and slowest repeat.

    `amount` is the work done in that time, in `unit`; `ratio` is how many times the speed of the baseline.
    """

    work: str
    way: str
    seconds: float
    fastest: float
    slowest: float
    amount: float
    unit: str
    ratio: float


@dataclass(frozen=True)
class Way:
    """A function that does `amount` of the work; give a slow way less of it to do."""

    run: Callable[[], object]
    amount: float


@dataclass(frozen=True)
class Report:
    """What a topic found: rows that compare ways, and facts in words (what was measured: its value)."""

    rows: list[Row]
    facts: dict[str, str]


def compare(
    work: str, ways: Mapping[str, Way], *, unit: str, baseline: str, repeats: int = REPEATS
) -> list[Row]:
    """Time each way `repeats` times after one warm-up that compiles.

    The ways take turns, so that a busy spell of the machine falls on all of them. Speeds are compared per
    unit of work.
    """
    for way in ways.values():
        way.run()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            began = time.perf_counter()
            way.run()
            times[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    speeds = {name: ways[name].amount / medians[name] for name in ways}
    return [
        Row(
            work=work,
            way=name,
            seconds=medians[name],
            fastest=min(taken),
            slowest=max(taken),
            amount=ways[name].amount,
            unit=unit,
            ratio=speeds[name] / speeds[baseline],
        )
        for name, taken in times.items()
    ]


def table(rows: Iterable[Row]) -> str:
    """Rows as plain text, one block per piece of work."""
    lines: list[str] = []
    work = None
    for row in rows:
        if row.work != work:
            work = row.work
            lines += [
                "",
                work,
                f"  {'way':<28} {'median s':>9} {'min - max s':>17} {'per second':>22} {'ratio':>8}",
            ]
        spread = f"{row.fastest:.3g} - {row.slowest:.3g}"
        speed = f"{row.amount / row.seconds:,.0f} {row.unit}"
        lines.append(f"  {row.way:<28} {row.seconds:>9.3g} {spread:>17} {speed:>22} {row.ratio:>8.3g}")
    return "\n".join(lines[1:])


def told(facts: Mapping[str, str]) -> str:
    """Facts as plain text."""
    width = max(map(len, facts), default=0)
    return "\n".join(f"  {name:<{width}}  {value}" for name, value in facts.items())


def markdown(report: Report) -> str:
    """Facts and rows as tables for the documentation."""
    lines: list[str] = []
    if report.facts:
        lines += ["| | measured |", "|---|---|"]
        lines += [f"| {name} | {value} |" for name, value in report.facts.items()]
    if report.rows:
        lines += ["", "| work | way | seconds | per second | ratio |", "|---|---|---|---|---|"]
    for row in report.rows:
        speed = f"{row.amount / row.seconds:,.0f} {row.unit}"
        lines.append(f"| {row.work} | {row.way} | {row.seconds:.3g} | {speed} | {row.ratio:.3g} |")
    return "\n".join(lines).strip()


def renewed(page: str, parts: Mapping[str, str]) -> str:
    """A page whose parts between ``<!-- bench:NAME -->`` and ``<!-- /bench:NAME -->`` are those given.

    Parts for which the page has no place are left out.
    """
    for name, text in parts.items():
        pattern = rf"(<!-- bench:{re.escape(name)} -->\n).*?(<!-- /bench:{re.escape(name)} -->)"
        page = re.sub(pattern, lambda found, text=text: f"{found[1]}\n{text}\n\n{found[2]}", page, flags=re.S)
    return page


def machine() -> str:
    """One line about where and when the numbers were taken, and how busy the machine was before."""
    busy = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "not known"
    return (
        f"{date.today()}: {_processor()}, {os.cpu_count()} cores (load before {busy}), {platform.system()}, "
        f"Python {platform.python_version()}, numba {_version('numba')}, numpy {_version('numpy')}, "
        f"papaver {_version('papaver')}"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
