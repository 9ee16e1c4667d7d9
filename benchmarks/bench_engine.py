"""The day loop against a plain NumPy version of the same equations, and against drawing its luck alone.

The bound is a compiled loop that makes one Philox call and one exponential for each person-day: no program
that draws the same numbers can be faster. People at first use under no plan, for two years.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from benchmarks import numpy_day
from benchmarks.harness import Row, Way, compare
from papaver.compiled import compiled
from papaver.evidence import inputs
from papaver.population.engine import simulate_block
from papaver.population.job import Job
from papaver.randomness import DAY, uniforms

DAYS = 730
BLOCK, BLOCKS = 500, 4
NUMPY_PEOPLE = 2000
SEED = 1


@compiled
def draw_only(first: int, count: int, days: int) -> float:
    """The random numbers of ``count`` people over ``days`` days, and one exponential for each."""
    total = 0.0
    for person in range(first, first + count):
        for day in range(days):
            total += math.exp(-uniforms(person, day, DAY, 0, 1, 0)[0])
    return total


def threaded(work: Callable[[int], object], threads: int) -> None:
    """Do ``work(first)`` for every block."""
    starts = [BLOCK * block for block in range(BLOCKS)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, starts))


def run() -> list[Row]:
    central, job = inputs.central(), Job(days=DAYS)

    def block(first: int) -> object:
        return simulate_block(job, central, seed=SEED, draw=0, first=first, count=BLOCK)

    days = float(BLOCK * BLOCKS * DAYS)
    ways = {
        "NumPy, day by day": Way(
            partial(numpy_day.simulate, central, NUMPY_PEOPLE, DAYS, SEED), NUMPY_PEOPLE * DAYS
        ),
        "papaver, 1 thread": Way(partial(threaded, block, 1), days),
        "papaver, 2 threads": Way(partial(threaded, block, 2), days),
        "luck alone, 1 thread": Way(partial(threaded, lambda first: draw_only(first, BLOCK, DAYS), 1), days),
    }
    rows = compare("day loop", ways, unit="person-days", baseline="NumPy, day by day", repeats=3)
    speed = {row.way: row.ratio for row in rows}
    one, two = speed["papaver, 1 thread"], speed["papaver, 2 threads"]
    bound = speed["luck alone, 1 thread"] / one
    print(
        f"day loop, 1 thread: {one:.1f} times as fast as NumPy, {bound:.0f} times the time of its luck alone"
    )
    print(f"day loop, 2 threads: {two / one:.2f} times as fast as 1")
    return rows
