"""The day loop of people who use: against the same functions as plain Python, and against its lower bound.

The bound does nothing but what the day loop cannot do without: as many random draws, exponentials and
logarithms as an instrumented run of the very same code counts, in the tightest loop. It is given twice: with
the C library's functions called one at a time, as in any plain compiled loop, and with our own that work on
several numbers at once. People at first use, all mechanisms on, no plan.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from benchmarks.harness import Report, Way, compare
from papaver.compiled import compiled
from papaver.elementary import exp, log
from papaver.evidence import inputs
from papaver.population.engine import simulate_block
from papaver.population.job import Job
from papaver.randomness import DAY, uniforms, uniforms_in_loop

DAYS = 3652
BLOCK, BLOCKS = 250, 4
PLAIN_PEOPLE, PLAIN_DAYS = 20, 3652
SEED = 1
LANES = 24
VIRTUAL_OPIOID_USER_US = 339.0  # recorded: microseconds per person-day of a published peer
OURS, EACH, MANY = "papaver, 1 thread", "bound, one at a time", "bound, side by side"
COUNTED = {
    "philox": "draws of four numbers",
    "exp": "exponentials",
    "log": "logarithms",
    "severity": "hours with a gap to feel",
}
FACTS = (
    "person-days per second, 1 thread",
    "time of a person-day, alive or dead",
    "time over the lower bound, functions of the C library one at a time",
    "time over the lower bound, several numbers at once (vector code)",
    "against the same functions as plain Python",
    "against plain Python that goes through every hour of every day",
    f"against the recorded cost of the Virtual Opioid User ({VIRTUAL_OPIOID_USER_US:.0f} µs per person-day)",
    "variance of a difference between plans, own luck over common luck",
    "needed per person-day alive",
)


@compiled
def draw_each(n: int) -> float:
    total = 0.0
    for i in range(n):
        total += uniforms(i, i, DAY, 0, 1, 0)[0]
    return total


@compiled
def draw_many(n: int, lanes: int, luck: Any) -> float:
    total = 0.0
    for i in range(n // lanes):
        for lane in range(lanes):
            luck[lane] = uniforms_in_loop(i, lane, DAY, 0, 1, 0)[0]
        total += luck[0]
    return total


@compiled
def library(n_exp: int, n_log: int, n_log1p: int, n_sqrt: int, n_cos: int) -> float:
    total, step = 0.0, 1e-9
    for i in range(n_exp):
        total += math.exp(-i * step)
    for i in range(n_log):
        total += math.log(1.0 + i * step)
    for i in range(n_log1p):
        total += math.log1p(i * step)
    for i in range(n_sqrt):
        total += math.sqrt(i * step)
    for i in range(n_cos):
        total += math.cos(i * step)
    return total


@compiled
def side_by_side(n_exp: int, n_log: int, lanes: int, x: Any) -> float:
    total = 0.0
    for i in range(n_exp // lanes):
        for lane in range(lanes):
            x[lane] = exp(-(i + lane) * 1e-9)
        total += x[0]
    for i in range(n_log // lanes):
        for lane in range(lanes):
            x[lane] = log(1.0 + (i + lane) * 1e-9)
        total += x[0]
    return total


def bound_each(calls: Mapping[str, int]) -> None:
    """All counted calls, one at a time, with the C library's functions."""
    hours = calls["severity"]
    draw_each(calls["philox"])
    library(calls["exp"] + hours, calls["log"] + hours, calls["log1p"], calls["sqrt"], calls["cos"])


def bound_many(calls: Mapping[str, int], room: np.ndarray) -> None:
    """All counted calls, draws, exponentials and logarithms side by side."""
    hours = calls["severity"]
    draw_many(calls["philox"], LANES, room)
    side_by_side(calls["exp"] + hours, calls["log"] + hours, LANES, room)
    library(0, 0, calls["log1p"], calls["sqrt"], calls["cos"])


def plain(*more: str) -> dict[str, Any]:
    """The plain Python loop, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.plain_loop", str(PLAIN_DAYS), str(PLAIN_PEOPLE), *more]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def threaded(work: Callable[[int], object], threads: int) -> None:
    """Do ``work(first)`` for every block."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, [BLOCK * block for block in range(BLOCKS)]))


def variance_ratio(people: int = 150, seeds: int = 24) -> float:
    """Variance of a difference between two plans with luck of their own, over that with common luck."""
    from papaver.person.records import KEEP_RULE, MOST_STEPS, STEP

    steps = np.zeros(MOST_STEPS, STEP)
    steps["do"][0], steps["uptake"][0], steps["a"][0] = KEEP_RULE, 1.0, 3.0
    none, rule = Job(days=DAYS), Job(days=DAYS, steps=steps, step_count=1)
    central = inputs.central()

    def use_days(job: Job, seed: int) -> float:
        block = simulate_block(job, central, seed=seed, draw=0, first=0, count=people)
        return float(block.moments[3, 0]) / people

    pairs = np.array([[use_days(none, seed), use_days(rule, seed)] for seed in range(seeds)])
    own = pairs.var(axis=0, ddof=1).sum()
    return float(own / (pairs[:, 0] - pairs[:, 1]).var(ddof=1))


def ways(calls: Mapping[str, int], days: float) -> dict[str, Way]:
    """The day loop on one and two threads, and both forms of its lower bound."""
    central, job, room = inputs.central(), Job(days=DAYS), np.zeros(LANES)

    def block(first: int) -> object:
        return simulate_block(job, central, seed=SEED, draw=0, first=first, count=BLOCK)

    return {
        OURS: Way(partial(threaded, block, 1), days),
        "papaver, 2 threads": Way(partial(threaded, block, 2), days),
        EACH: Way(partial(bound_each, calls), 4 * days),
        MANY: Way(partial(bound_many, calls, room), 4 * days),
    }


def run() -> Report:
    counted, python, hourly = plain("count"), plain(), plain("daily")
    alive, times = counted["days_alive"], 4 * BLOCK * BLOCKS // PLAIN_PEOPLE
    calls = {name: times * count for name, count in counted["calls"].items()}
    found = ways(calls, float(BLOCK * BLOCKS * DAYS))
    rows = compare("day loop of people who use", found, unit="person-days", baseline=OURS, repeats=3)
    speed = {row.way: row.amount / row.seconds for row in rows}
    one, per_day = speed[OURS], {name: count / alive for name, count in counted["calls"].items()}
    slow, slower = python["seconds"] / python["days"], hourly["seconds"] / hourly["days"]
    peer = VIRTUAL_OPIOID_USER_US
    values = (
        f"{one / 1e6:.1f} million",
        f"{1e9 / one:.0f} ns",
        f"{speed[EACH] / one:.1f} (goal: at most 4)",
        f"{speed[MANY] / one:.1f}",
        f"{slow * one:,.0f} times as fast ({1e6 * slow:.0f} µs per person-day)",
        f"{slower * one:,.0f} times as fast ({1e6 * slower:.0f} µs per person-day)",
        f"{peer * one / 1e6:,.0f} times as fast",
        f"{variance_ratio():.0f}",
        ", ".join(f"{per_day.get(name, 0.0):.1f} {words}" for name, words in COUNTED.items()),
    )
    return Report(rows, dict(zip(FACTS, values, strict=True)))


if __name__ == "__main__":
    began = time.perf_counter()
    run()
    print(f"{time.perf_counter() - began:.0f} s")
