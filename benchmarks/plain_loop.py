"""The day loop as plain Python, one person at a time: the same functions, not compiled.

Run as a process of its own: ``python -m benchmarks.plain_loop DAYS PEOPLE [count] [daily]`` prints JSON with
the processor time and what happened, so that the compiled loop can be held against it; with ``count`` also
how often each elementary function and each random draw was called, which gives the bound in
``bench_engine``; with ``daily`` every day goes hour by hour, without any short way.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

os.environ["NUMBA_DISABLE_JIT"] = "1"

import numpy as np

from papaver import randomness
from papaver.body import overdose
from papaver.evidence import inputs
from papaver.person import adaptation, day, hours, rest
from papaver.population import counting, engine, job

SEED = 1
LIBRARY = ("exp", "log", "log1p", "sqrt", "cos", "sin")


class Row:
    """A record as a Python object: plain numbers, and arrays for fields of several numbers."""

    def __init__(self, values: Any) -> None:
        for name in values.dtype.names:
            value = values[name]
            if getattr(value, "dtype", None) is not None and value.dtype.names:
                value = [Row(one) for one in value]
            self.__dict__[name] = (
                value.item() if np.ndim(value) == 0 and not isinstance(value, list) else value
            )

    def copy_from(self, other: Row) -> None:
        for name, value in other.__dict__.items():
            mine = self.__dict__[name]
            if isinstance(mine, np.ndarray):
                mine[...] = value
            else:
                self.__dict__[name] = value


class Rows:
    """A short array of records."""

    def __init__(self, array: np.ndarray) -> None:
        self.rows = [Row(values) for values in array]

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]

    def __setitem__(self, index: int, other: Row) -> None:
        self.rows[index].copy_from(other)


def rows(value: Any) -> Any:
    """The argument of a compiled function as plain functions read it."""
    if isinstance(value, np.ndarray) and value.dtype.names and value.size:
        return Rows(value)
    return Row(value) if isinstance(value, np.void) else value


def prepare() -> None:
    """Let the plain functions read records as compiled ones do."""
    plain, fill, passes = engine.run_block, overdose.fill_table, overdose.passes
    known: dict[bytes, Row] = {}

    def run_block(*arguments: Any) -> None:
        plain(*map(rows, arguments))

    engine.run_block = run_block

    def passes_edge(z: float, p: Any) -> float:
        if isinstance(p, np.void):
            content = p.tobytes()
            p = known[content] = known.get(content) or Row(p)
        return float(passes(z, p))

    overdose.passes = passes_edge
    overdose.fill_table = lambda *arguments: fill(*map(rows, arguments))


def every_day_hour_by_hour() -> None:
    """No short ways: neither weeks and days of rest nor the hours at once."""
    engine.rests = lambda *arguments: False

    def body_today(s: Any, w: Any, t: Any, gain: Any, p: Any, dosed: bool) -> Any:
        return day.advance_body(s, w, gain, p, t.kept_hour, t.mg, dosed, t.trace[:0])

    day.body_today = body_today


class Tally:
    """How often a function was called."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def of(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.calls[name] += 1
            return function(*arguments)

        return counted


def watch(tally: Tally) -> None:
    """Count draws and elementary functions. Of an hour without a gap to feel nothing needs to be worked out,
    so ``severity`` counts where there is one; a Box and Muller pair is used for its cosine alone."""
    for name in LIBRARY:
        setattr(math, name, tally.of(name, getattr(math, name)))
    randomness.philox = tally.of("philox", randomness.philox)
    rest.exp = tally.of("exp", rest.exp)
    hours.severity = tally.of("severity_all", hours.severity)
    plain = adaptation.severity

    def severity(opening: float, *others: Any) -> float:
        if opening > 0.0:
            tally.calls["severity"] += 1
        return plain(opening, *others)

    hours.severity = severity


def main() -> None:
    days, people = int(sys.argv[1]), int(sys.argv[2])
    warnings.simplefilter("ignore")
    prepare()
    central = inputs.central()
    engine.simulate_block(job.Job(days=3), central, seed=SEED, draw=0, first=0, count=1)
    if "daily" in sys.argv:
        every_day_hour_by_hour()
    tally = Tally()
    if "count" in sys.argv:
        watch(tally)
    began = time.process_time()
    block = engine.simulate_block(job.Job(days=days), central, seed=SEED, draw=0, first=0, count=people)
    seconds = time.process_time() - began
    alive = int(block.person_time.sum()) - int(block.person_time[:, :, counting.DEAD_OVERDOSE :].sum())
    told = {
        "seconds": seconds,
        "days": days * people,
        "days_alive": alive,
        "events": block.events.sum(axis=(0, 1)).tolist(),
        "calls": dict(tally.calls),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
