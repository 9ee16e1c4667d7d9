"""Which inputs move which findings: Morris screening (SALib) over groups of inputs.

Every input of a group moves together between the 5th and 95th percentile of its own distribution (a fitted
one: of its posterior column). Cohorts keep their random numbers, so an input that a finding does not depend
on has no effect at all. Effects are told in half-widths of the finding's judged interval, the part
that chance would give on its own taken out.
"""

from __future__ import annotations

import csv
import hashlib
import math
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from papaver.atlas.estimates import Estimate
from papaver.atlas.judge import Simulated, judge
from papaver.atlas.protocols import World
from papaver.atlas.registry import Counterpart
from papaver.atlas.running import SEED, published_of
from papaver.atlas.stamp import sources_hash
from papaver.csvtext import of_records
from papaver.evidence import Input, all_inputs, evidence_hash, inputs
from papaver.evidence.sampling import quantile, read_posterior
from papaver.evidence.tables import DATA
from papaver.inference.posterior import Floats
from papaver.inference.remember import Remembered
from papaver.inference.report import make_folder

TRAJECTORIES, LEVELS, SIZE = 6, 4, 0.15
LOW, HIGH = 0.05, 0.95
CHANCE = 0.8 * math.sqrt(2.0) * 1.5  # mean absolute effect of chance alone, in errors of one run
OTHER = "other"
Told = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Effect:
    """Mean absolute effect of a group on a finding, in half-widths of its judged interval."""

    finding: str
    domain: str
    group: str
    effect: float


@cache
def prefixes() -> tuple[tuple[str, str], ...]:
    """Beginning of a name and its group, longest first."""
    text = (files("papaver.atlas") / "data" / "groups.csv").read_text(encoding="utf-8")
    rows = [(row["prefix"], row["group"]) for row in csv.DictReader(text.splitlines())]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


def group_of(name: str) -> str:
    """Group of an input."""
    return next((group for prefix, group in prefixes() if name.startswith(prefix)), OTHER)


def moved() -> tuple[Input, ...]:
    """Inputs that are not fixed."""
    return tuple(one for one in all_inputs() if one.distribution != "fixed")


@cache
def _columns(group: str) -> dict[str, Floats]:
    names = [one.name for one in all_inputs() if one.group == group]
    table = read_posterior(DATA / f"posterior_{group}.csv", names)
    return {name: np.asarray(table[:, k], float) for k, name in enumerate(names)}


def value_at(one: Input, place: float) -> float:
    """Value of an input at a place from 0 to 1 between its 5th and 95th percentile."""
    u = LOW + (HIGH - LOW) * place
    if one.group is None:
        return float(quantile(one)(u))
    return float(np.quantile(_columns(one.group)[one.name], u))


def world_at(row: Floats, size: float) -> World:
    """A world in which the inputs have these places; random numbers are those of draw 0."""
    values = {one.name: value_at(one, float(u)) for one, u in zip(moved(), row, strict=True)}
    record = inputs.central()
    for name in record.dtype.names:
        if name in values:
            record[name] = values[name]
    world = World(record, seed=SEED, draw=0, size=size)
    world.__dict__["numbers"] = inputs.numbers(SEED, 0) | values
    return world


def problem() -> dict[str, Any]:
    """What SALib is told: names, groups, unit ranges."""
    names = [one.name for one in moved()]
    return {
        "num_vars": len(names),
        "names": names,
        "groups": [group_of(name) for name in names],
        "bounds": [[0.0, 1.0]] * len(names),
    }


def sensitivity(
    counterparts: Sequence[Counterpart],
    folder: Path,
    *,
    trajectories: int = TRAJECTORIES,
    size: float = SIZE,
    told: Told | None = None,
) -> list[Effect]:
    """Morris effects of every group on every counterpart. Runs are kept in the folder and read again."""
    from SALib.analyze.morris import analyze
    from SALib.sample.morris import sample

    make_folder(folder)
    asked = problem()
    places = sample(asked, trajectories, num_levels=LEVELS, seed=SEED)
    runs = _run_all(counterparts, places, folder, size, told)
    found = []
    for one in counterparts:
        values = np.array([run[one.finding] for run in runs])
        errors = np.array([run[f"{one.finding}|error"] for run in runs])
        width = half_width(one, float(values.mean()))
        if not np.isfinite(values).all() or not width > 0.0:
            continue
        got = analyze(asked, places, values / width, num_levels=LEVELS, seed=SEED)
        floor = CHANCE * float(errors.mean()) / width
        for group, effect in zip(got["names"], got["mu_star"], strict=True):
            left = math.sqrt(max(0.0, float(effect) ** 2 - floor**2))
            found.append(Effect(one.finding, one.domain, str(group), left))
    return found


def half_width(one: Counterpart, value: float) -> float:
    """Half-width of the judged interval; of a direction or bound, the size of the value."""
    verdict = judge(published_of(one.finding), Simulated((value,), (0.0,)))
    ends = (verdict.lo, verdict.hi)
    if any(end is None or not math.isfinite(end) for end in ends):
        return abs(value)
    assert verdict.lo is not None and verdict.hi is not None
    return (verdict.hi - verdict.lo) / 2.0


def _run_all(
    counterparts: Sequence[Counterpart], places: Floats, folder: Path, size: float, told: Told | None
) -> list[dict[str, float]]:
    done = [0]

    def forward(values: Mapping[str, float]) -> dict[str, float]:
        world = world_at(places[int(values["row"])], size)
        got: dict[str, float] = {}
        for one in counterparts:
            found = one.run(world)
            estimate = found if isinstance(found, Estimate) else Estimate(float(found))
            got[one.finding], got[f"{one.finding}|error"] = estimate.value, estimate.error
        return got

    kept = Remembered(forward, folder / "runs_sensitivity.jsonl", _mark(counterparts, places, size))

    def run(row: int) -> dict[str, float]:
        got = kept({"row": float(row)})
        done[0] += 1
        if told is not None:
            told(done[0], len(places), "runs")
        return got

    first = run(0)  # compiles before threads ask for it
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [first, *pool.map(run, range(1, len(places)))]


def _mark(counterparts: Sequence[Counterpart], places: Floats, size: float) -> str:
    parts = [one.finding for one in counterparts] + sorted(repr(one) for one in all_inputs())
    rooms = sources_hash(("body", "person", "population", "atlas", "evidence"))
    text = "\n".join([*parts, evidence_hash(), rooms, str(size)]).encode() + places.tobytes()
    return hashlib.sha256(text).hexdigest()[:16]


# ------------------------------------------------------------------------------------------------- tables


def to_csv(rows: Sequence[Effect]) -> str:
    """Rows as CSV."""
    return of_records(Effect, rows, digits=4)


def from_csv(path: Path) -> list[Effect]:
    """A stored table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Effect(r["finding"], r["domain"], r["group"], float(r["effect"])) for r in csv.DictReader(file)
        ]


def table(rows: Sequence[Effect]) -> tuple[list[str], list[str], Floats]:
    """Findings, groups, and effects ``[finding, group]``."""
    findings, groups = list(dict.fromkeys(r.finding for r in rows)), sorted({r.group for r in rows})
    grid = np.zeros((len(findings), len(groups)))
    for row in rows:
        grid[findings.index(row.finding), groups.index(row.group)] = row.effect
    return findings, groups, grid
