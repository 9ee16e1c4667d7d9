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
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np

from benchmarks.harness import Row, Way, compare
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


def cold_compile() -> float:
    """Seconds of processor time of the first call without any compiled code at hand."""
    script = (
        "import time; from papaver.evidence import inputs;"
        "from papaver.population.engine import simulate_block;"
        "from papaver.population.job import Job; c = inputs.central(); t = time.process_time();"
        "simulate_block(Job(days=2), c, seed=1, draw=0, first=0, count=1); print(time.process_time() - t)"
    )
    with tempfile.TemporaryDirectory() as empty:
        told = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**__import__("os").environ, "XDG_CACHE_HOME": empty},
        )
    return float(told.stdout)


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


def run() -> list[Row]:
    counted, python = plain("count"), plain()
    hourly = plain("daily")
    central, job = inputs.central(), Job(days=DAYS)
    alive = counted["days_alive"]
    days = float(BLOCK * BLOCKS * DAYS)
    times = 4 * BLOCK * BLOCKS // PLAIN_PEOPLE
    calls = {name: times * count for name, count in counted["calls"].items()}
    room = np.zeros(LANES)

    def block(first: int) -> object:
        return simulate_block(job, central, seed=SEED, draw=0, first=first, count=BLOCK)

    ways = {
        "papaver, 1 thread": Way(partial(threaded, block, 1), days),
        "papaver, 2 threads": Way(partial(threaded, block, 2), days),
        "bound, one at a time": Way(partial(bound_each, calls), 4 * days),
        "bound, side by side": Way(partial(bound_many, calls, room), 4 * days),
    }
    rows = compare(
        "day loop of people who use", ways, unit="person-days", baseline="papaver, 1 thread", repeats=3
    )
    speed = {row.way: row.amount / row.seconds for row in rows}
    one = speed["papaver, 1 thread"]
    each, many = speed["bound, one at a time"] / one, speed["bound, side by side"] / one
    per_day = {name: count / alive for name, count in sorted(counted["calls"].items())}
    print("per person-day alive: " + ", ".join(f"{name} {value:.2f}" for name, value in per_day.items()))
    print(f"time over the lower bound: {each:.2f} (one at a time), {many:.2f} (side by side)")
    slow, slower = python["seconds"] / python["days"], hourly["seconds"] / hourly["days"]
    print(
        f"plain Python, the same functions: {1e6 * slow:.0f} us per person-day, {slow * one:,.0f} times ours"
    )
    print(f"plain Python, day by day and hour by hour: {1e6 * slower:.0f} us, {slower * one:,.0f} times ours")
    peer = VIRTUAL_OPIOID_USER_US
    print(f"Virtual Opioid User (recorded {peer:.0f} us): {peer * one / 1e6:,.0f} times ours")
    print(f"common luck lowers the variance of a difference between plans {variance_ratio():.1f}-fold")
    print(f"cold compile of the day loop: {cold_compile():.1f} s of processor time")
    return rows


if __name__ == "__main__":
    began = time.perf_counter()
    run()
    print(f"{time.perf_counter() - began:.0f} s")
