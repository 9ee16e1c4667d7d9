"""Run counterparts over draws of the inputs and judge them: one row per finding.

Draws run side by side; within a draw every cohort is simulated once, however many findings read it.
Draws are added in rounds: after each, only findings whose simulation error is still too large go on.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from papaver.atlas.estimates import Estimate, over_draws
from papaver.atlas.judge import NOT_RUN, TOO_LARGE, Published, Simulated, judge
from papaver.atlas.protocols import World
from papaver.atlas.registry import ROOMS, Counterpart, counterparts
from papaver.atlas.statuses import statuses
from papaver.csvtext import of_records
from papaver.errors import Fault, InputError
from papaver.evidence import finding, inputs, life_inputs

SEED = 20
# Values differ more between draws than by chance, so draws tell more than people in a given time.
FULL_DRAWS, MOST_DRAWS, FULL_SIZE = 25, 120, 0.5
ROUND_GROWTH = 2  # a further round brings up to twice the draws made so far
FAST_SIZE = 0.5
Told = Callable[[int, int, str], None]
Run = tuple[Estimate, float]  # a counterpart's estimate in one draw and its share of the run time (s)


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
    draws: int = 1


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
    most: int = 0,
) -> list[Row]:
    """Simulate and judge. ``size`` scales cohorts; results do not depend on the number of threads.

    Findings whose simulation error is too large for a verdict are given further draws, up to ``most``.
    """
    for one in counterparts:
        published_of(one.finding)
    _compile(seed)
    got: dict[str, list[Run]] = {one.finding: [] for one in counterparts}
    rows: dict[str, Row] = {}
    asked, now, last = list(counterparts), tuple(draws), max(draws)
    while asked:
        for id, runs in simulate_all(asked, now, size, seed, threads, told).items():
            got[id] += runs
        for one in asked:
            rows[one.finding] = _row(one, got[one.finding])
        first, last = last + 1, min(most, ROUND_GROWTH * last)
        now = tuple(range(first, last + 1))
        asked = [one for one in asked if now and rows[one.finding].why.startswith(TOO_LARGE)]
    return [rows[one.finding] for one in counterparts]


def simulate_all(
    counterparts: Sequence[Counterpart],
    draws: Sequence[int],
    size: float,
    seed: int,
    threads: int | None,
    told: Told | None,
) -> dict[str, list[Run]]:
    """Estimates and run times by finding, one of each per draw and in the order of the draws."""
    total, done = len(draws) * len(counterparts), [0]

    def one_draw(draw: int) -> list[Run]:
        world = World(inputs_of(seed, draw), seed=seed, draw=draw, size=size)
        found = []
        for one in counterparts:
            with world.asked_by(one.finding):
                value = one.run(world)
            found.append(value if isinstance(value, Estimate) else Estimate(float(value)))
            done[0] += 1
            if told is not None:
                told(done[0], total, one.finding)
        seconds = world.seconds()
        world.kept.clear()  # what is kept knows its world: only this frees a draw's diaries at once
        return [(estimate, seconds[one.finding]) for one, estimate in zip(counterparts, found, strict=True)]

    with ThreadPoolExecutor(max_workers=threads or os.cpu_count() or 1) as pool:
        results = list(pool.map(one_draw, draws))
    return {one.finding: [found[k] for found in results] for k, one in enumerate(counterparts)}


def _compile(seed: int) -> None:
    """Compile the day loop once before threads ask for it at the same time."""
    from papaver.atlas.protocols import dependent

    World(inputs_of(seed, 0), seed=seed, size=0.0).follow(dependent(0.1, 0))


def published_of(id: str) -> Published:
    """What was published of a finding, with people and events behind it."""
    one, status = finding(id), statuses()[id]
    people = one.n if status.people is None else status.people or None
    kind = one.interval
    if not kind and one.unit == "sign":
        kind = "sign"
    lo, hi = (one.lo, one.hi) if one.lo is not None and one.hi is not None else (None, None)
    return Published(
        one.value, one.unit, kind, lo, hi, one.dispersion, one.dispersion_kind, people, status.events
    )


def _row(one: Counterpart, got: list[Run]) -> Row:
    published, row = published_of(one.finding), finding(one.finding)
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
        len(got),
    )


# ------------------------------------------------------------------------------------------------- tables

TEXT = {"finding", "domain", "status", "unit", "interval", "rule", "verdict", "why", "source", "seen"}


def to_csv(rows: Iterable[Row]) -> str:
    """Rows as CSV."""
    return of_records(Row, rows)


def from_csv(path: Path) -> list[Row]:
    """Rows of a table written by ``to_csv``. Raises ``InputError`` where it is missing or of another form."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            read = list(csv.DictReader(file))
        names = [field.name for field in fields(Row)]
        return [Row(**{n: _value(n, row[n]) for n in names if n in row or n != "draws"}) for row in read]
    except (OSError, KeyError, ValueError):
        raise InputError(
            Fault("is no table of `papaver validate`.", "Run it anew.", file=str(path))
        ) from None


def _value(name: str, text: str) -> Any:
    if name in TEXT:
        return text
    if name == "draws":
        return int(text)
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
