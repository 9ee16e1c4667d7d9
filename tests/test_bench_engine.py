"""The plain Python day loop of the benchmark lives the same lives as the compiled one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from papaver.evidence import inputs
from papaver.population.engine import simulate_block
from papaver.population.job import Job

ROOT = Path(__file__).parents[1]


def test_the_plain_python_loop_lives_the_same_lives() -> None:
    """The functions of the day loop, not compiled: same events; and what is counted of them is something."""
    call = [sys.executable, "-m", "benchmarks.plain_loop", "400", "3", "count"]
    told = json.loads(subprocess.run(call, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    block = simulate_block(Job(days=400), inputs.central(), seed=1, draw=0, first=0, count=3)
    assert told["events"] == block.events.sum(axis=(0, 1)).tolist()
    assert told["calls"]["philox"] > 3 * 400
    assert told["calls"]["severity"] > 0
