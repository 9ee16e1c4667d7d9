"""The plain NumPy day loop of the benchmark does the same work as the compiled one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks import numpy_day
from papaver.evidence import inputs
from papaver.person.course import DEAD_OVERDOSE, DEPENDENT
from papaver.person.records import NEVER
from papaver.population.engine import simulate_block
from papaver.population.job import Job

ROOT = Path(__file__).parents[1]
PEOPLE, DAYS = 2000, 730
FALSE_ALARM = 1e-4  # of the whole file, when both do the same: it is shared out over the comparisons
COMPARED = ("use_days", "overdoses", "days_alive", "ever_dependent", "dependent_at_end", "dead_overdose")


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    central = inputs.central()
    block = simulate_block(Job(days=DAYS, lives=PEOPLE), central, seed=5, draw=0, first=0, count=PEOPLE)
    lives = block.lives
    ours = {
        "use_days": lives["use_days"],
        "overdoses": lives["overdoses"],
        "days_alive": np.where(lives["death_day"] >= 0, lives["death_day"] + 1, DAYS),
        "ever_dependent": lives["dependence_day"] > NEVER,
        "dependent_at_end": lives["final_status"] == DEPENDENT,
        "dead_overdose": lives["final_status"] == DEAD_OVERDOSE,
    }
    return ours, numpy_day.simulate(central, PEOPLE, DAYS, 3)


@pytest.mark.parametrize("what", COMPARED)
def test_numpy_and_compiled_people_agree_but_for_luck(
    what: str, both: tuple[dict[str, np.ndarray], dict[str, np.ndarray]]
) -> None:
    ours, theirs = (one[what].astype(float) for one in both)
    error = np.sqrt((ours.var() + theirs.var()) / PEOPLE)
    most = norm.isf(FALSE_ALARM / len(COMPARED) / 2)
    assert abs(ours.mean() - theirs.mean()) < most * error, (ours.mean(), theirs.mean())
    assert error < 0.1 * ours.mean() or what in ("overdoses", "dead_overdose"), "too few people to tell"


def test_the_plain_python_loop_lives_the_same_lives() -> None:
    """The functions of the day loop, not compiled: same events; and what is counted of them is something."""
    call = [sys.executable, "-m", "benchmarks.plain_loop", "400", "3", "count"]
    told = json.loads(subprocess.run(call, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    block = simulate_block(Job(days=400), inputs.central(), seed=1, draw=0, first=0, count=3)
    assert told["events"] == block.events.sum(axis=(0, 1)).tolist()
    assert told["calls"]["philox"] > 3 * 400
    assert told["calls"]["severity"] > 0
