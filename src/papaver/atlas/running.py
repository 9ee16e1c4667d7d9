"""Run counterparts over draws of the inputs and judge them: one row per finding.

Draws run side by side; within a draw every cohort is simulated once, however many findings read it.
"""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from papaver.atlas.estimates import Estimate, over_draws
from papaver.atlas.judge import NOT_RUN, Published, Simulated, judge
from papaver.atlas.protocols import World
from papaver.atlas.registry import ROOMS, Counterpart, counterparts
from papaver.atlas.statuses import statuses
from papaver.errors import Fault, InputError
from papaver.evidence import finding, inputs, life_inputs

SEED = 20
# Values differ more between draws than by chance, so draws tell more than people in a given time.
FULL_DRAWS, FULL_SIZE = 30, 0.5
FAST_SIZE = 0.5
Told = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Row:
    """One finding, published and simulated, and the verdict."""

    finding: str
    domain: str
    status: str
    unit: str
    published: float
    published_lo: float | None
    published_hi: float | None
    interval: str
    rule: str
    judged_lo: float | None
    judged_hi: float | None
    simulated: float
    simulated_lo: float
    simulated_hi: float
    error: float
    verdict: str
    why: str
    source: str
    seen: str
    seconds: float


def chosen(domains: Iterable[str] = (), ids: Iterable[str] = ()) -> tuple[Counterpart, ...]:
    """Counterparts of these domains and findings, of all if none is named. Unknown: ``InputError``."""
    wanted, named = tuple(domains), tuple(ids)
    unknown = [name for name in wanted if name not in ROOMS]
    if unknown:
        raise InputError(
            Fault(f"there is no domain {unknown[0]!r} in the atlas.", f"Use: {', '.join(ROOMS)}.")
        )
    table = counterparts()
    missing = [id for id in named if id not in table]
    if missing:
        raise InputError(Fault(f"{missing[0]!r} has no counterpart.", "See `papaver validate --list`."))
    return tuple(
        one
        for one in table.values()
        if (not wanted or one.domain in wanted) and (not named or one.finding in named)
    )


def inputs_of(seed: int, draw: int) -> Any:
    """Inputs of a draw. A fitted input that has no posterior yet stays at its fitted value."""
    central, drawn = inputs.central(), inputs.draw(seed, draw)
    for one in life_inputs():
        if one.kind == "fitted" and one.group is None:
            drawn[one.name] = central[one.name]
    return drawn


def run(
    counterparts: Sequence[Counterpart],
    *,
    draws: Sequence[int],
    size: float = 1.0,
    seed: int = SEED,
    threads: int | None = None,
    told: Told | None = None,
) -> list[Row]:
    """Simulate and judge. ``size`` scales cohorts; results do not depend on the number of threads."""
    for one in counterparts:
        _published(one.finding)
    total = len(draws) * len(counterparts)
    results: dict[int, list[tuple[Estimate, float]]] = {}
    done = [0]

    def one_draw(draw: int) -> list[tuple[Estimate, float]]:
        world = World(inputs_of(seed, draw), seed=seed, draw=draw, size=size)
        found = []
        for one in counterparts:
            start = time.perf_counter()
            value = one.run(world)
            estimate = value if isinstance(value, Estimate) else Estimate(float(value))
            found.append((estimate, time.perf_counter() - start))
            done[0] += 1
            if told is not None:
                told(done[0], total, one.finding)
        return found

    _compile(seed)
    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        waiting: dict[Future[list[tuple[Estimate, float]]], int] = {
            pool.submit(one_draw, d): d for d in draws
        }
        while waiting:
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                results[waiting.pop(future)] = future.result()
    return [_row(one, [results[draw][k] for draw in draws]) for k, one in enumerate(counterparts)]


def _compile(seed: int) -> None:
    """Compile the day loop once before threads ask for it at the same time."""
    from papaver.atlas.protocols import dependent

    World(inputs_of(seed, 0), seed=seed, size=0.0).follow(dependent(0.1, 0))


def _published(id: str) -> Published:
    one, status = finding(id), statuses()[id]
    people = one.n if status.people is None else status.people or None
    kind = one.interval
    if not kind and one.unit == "sign":
        kind = "sign"
    lo, hi = (one.lo, one.hi) if one.lo is not None and one.hi is not None else (None, None)
    return Published(
        one.value, one.unit, kind, lo, hi, one.dispersion, one.dispersion_kind, people, status.events
    )


def _row(one: Counterpart, got: list[tuple[Estimate, float]]) -> Row:
    published, row = _published(one.finding), finding(one.finding)
    simulated = Simulated(
        tuple(map(float, over_draws([e for e, _ in got]))),
        tuple(e.error for e, _ in got),
        tuple(x for e, _ in got for x in e.persons),
    )
    verdict = judge(published, simulated)
    low, high = simulated.width
    return Row(
        one.finding,
        one.domain,
        statuses()[one.finding].status,
        row.unit,
        row.value,
        row.lo,
        row.hi,
        row.interval,
        verdict.rule,
        verdict.lo,
        verdict.hi,
        simulated.mean,
        low,
        high,
        simulated.error,
        verdict.state,
        verdict.why,
        row.source,
        row.seen,
        sum(s for _, s in got),
    )


# ------------------------------------------------------------------------------------------------- tables

TEXT = {"finding", "domain", "status", "unit", "interval", "rule", "verdict", "why", "source", "seen"}


def to_csv(rows: Iterable[Row]) -> str:
    """Rows as CSV, numbers in six digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Row)])
    for row in rows:
        writer.writerow([_cell(value) for value in asdict(row).values()])
    return out.getvalue()


def from_csv(path: Path) -> list[Row]:
    """Rows of a table written by ``to_csv``. Raises ``InputError`` where it is missing or of another form."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        return [
            Row(**{name: _value(name, row[name]) for name in (f.name for f in fields(Row))}) for row in read
        ]
    except (OSError, KeyError, ValueError):
        raise InputError(
            Fault("is no table of `papaver validate`.", "Run it anew.", file=str(path))
        ) from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _value(name: str, text: str) -> Any:
    if name in TEXT:
        return text
    return float(text) if text else None


@dataclass(frozen=True)
class Passed:
    """Inside of judged, by row and by source (a source's share of its rows), and how many were not run."""

    inside: int
    judged: int
    by_source: float | None
    not_run: int


def passed(rows: Iterable[Row]) -> Passed:
    """Pass rate by row, and by source: the mean over sources of the part of their rows inside."""
    rows = list(rows)
    judged = [row for row in rows if row.verdict != NOT_RUN]
    sources: dict[str, list[bool]] = {}
    for row in judged:
        sources.setdefault(row.source, []).append(row.verdict == "inside")
    parts = [sum(hits) / len(hits) for hits in sources.values()]
    by_source = sum(parts) / len(parts) if parts else None
    return Passed(
        sum(row.verdict == "inside" for row in judged), len(judged), by_source, len(rows) - len(judged)
    )
