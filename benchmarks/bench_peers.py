"""What a day of a simulated person costs elsewhere: recorded, and measured anew where a peer is installed.

Starsim's agents are far simpler (one disease on a random network, no body), and take a daily step whatever
they do. Install it beside papaver (``pip install starsim``) to have it measured in the same run.
"""

from __future__ import annotations

import time
from importlib.metadata import version

from benchmarks.bench_engine import VIRTUAL_OPIOID_USER_US
from benchmarks.bench_scale import DAYS, GENERAL, study
from benchmarks.harness import Report

AGENTS, STEPS, PEOPLE = 100_000, 150, 300_000
STARSIM_US = 0.228
STARSIM = "Starsim 3.7.2, SIS, 100,000 agents, 3,651 daily steps, 22 November 2026, one core"
FACTS = (
    "general population of papaver, 2 threads",
    "Starsim, recorded",
    "Starsim, in this run",
    "Virtual Opioid User, recorded",
)


def starsim_us() -> float:
    """Microseconds per agent and step. Raises ImportError where Starsim is not installed."""
    import starsim

    sim = starsim.Sim(n_agents=AGENTS, dur=STEPS, dt=1.0, networks="random", diseases="sis", verbose=0)
    sim.init()
    began = time.perf_counter()
    sim.run()
    return 1e6 * (time.perf_counter() - began) / (AGENTS * STEPS)


def measured() -> str:
    """Starsim's cost in this run, in words."""
    try:
        cost = starsim_us()
    except ImportError:
        return "not installed"
    return f"{cost:.3f} µs per agent and step (Starsim {version('starsim')}, one core)"


def run() -> Report:
    study(GENERAL, 1000, {"threads": 1})  # compiled once
    ours = 1e6 * study(GENERAL, PEOPLE, {"threads": 2}).seconds / (PEOPLE * DAYS)
    values = (
        f"{ours:.4f} µs per person-day ({PEOPLE:,} people, 10 years)",
        f"{STARSIM_US} µs per person-day, {STARSIM_US / ours:,.0f} times ours ({STARSIM})",
        measured(),
        f"{VIRTUAL_OPIOID_USER_US:.0f} µs per person-day",
    )
    return Report([], dict(zip(FACTS, values, strict=True)))
