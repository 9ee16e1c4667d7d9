"""Studies at scale: a general population, people who all use under eight plans, Dask workers.

Each study is run as ``papaver run`` does, with results and report on disk, in a process of its own whose
highest memory is told. What ten million people would take is on paper: by the cost of a person more between
the two largest sizes that are run. Ratios and seconds hold for this machine and this run.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.harness import Report, Row

GENERAL = """\
papaver: 1
name: town
years: 10
people: 1000
draws: 0
cohort:
  start: general_population
  dependent_share: 0.03
  age_years: {median: 38, low: 16, high: 75}
plans: [{name: nothing, steps: []}]
"""
EXAMPLE = Path(__file__).parents[1] / "examples" / "responsible_use.yaml"
DAYS = 3652
SIZES = (10_000, 100_000, 1_000_000, 3_000_000)
ON_PAPER, ALL_USERS = 10_000_000, 100_000
USERS = 10_000  # of the 100,000 of the aim
EACH_WORKER = 400_000
PARTS = ("days", "blocks", "tables", "report")
FACTS = (
    "a person-day of a general population, 1 million people",
    "1 million people, 10 years (aim: 8 s)",
    "10 million people, on paper (aim: 80 s)",
    "highest memory, 1 million people (aim: below 1 GiB)",
    "highest memory, 3 million people",
    "100,000 people who all use, 8 plans, 10 years, on paper (aim: 60 s)",
    "two Dask workers, twice the people (aim: 85 %)",
    "where the time goes, 1 million people, seconds of all threads",
)


class Took(NamedTuple):
    """Wall seconds, highest memory (MiB), and seconds by part of the work summed over threads."""

    seconds: float
    memory: float
    parts: dict[str, float]


def study(text: str, people: int, options: dict[str, object]) -> Took:
    """What a run takes, in a process of its own."""
    call = [sys.executable, "-m", "benchmarks.bench_scale", text, str(people), json.dumps(options)]
    return Took(**json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout))


class Stopwatch:
    """Seconds spent in functions, by name."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._lock = threading.Lock()

    def of(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **more: Any) -> Any:
            began = time.perf_counter()
            try:
                return function(*arguments, **more)
            finally:
                with self._lock:
                    self.spent[name] += time.perf_counter() - began

        return timed


def child(text: str, people: int, options: dict[str, Any]) -> None:
    from papaver import report
    from papaver.scenario import loads
    from papaver.study import blocks, runner

    watch, scenario = Stopwatch(), loads(text)
    if "threads" in options:  # orders to other processes hold the function itself
        runner.carry_out = watch.of("days", runner.carry_out)
    blocks.save = watch.of("blocks", blocks.save)
    runner.assemble = watch.of("tables", runner.assemble)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        runner.run(scenario, Path(folder) / "run", people=people, **options)
        watch.of("report", report.write)(Path(folder) / "run")
        seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": memory, "parts": dict(watch.spent)}))


def row(work: str, way: str, seconds: float, person_days: float, base: float = 0.0) -> Row:
    """A row of one run; its ratio is to ``base`` person-days per second."""
    speed = person_days / seconds
    return Row(work, way, seconds, seconds, seconds, person_days, "person-days", speed / (base or speed))


def by_size() -> tuple[list[Row], dict[int, Took]]:
    """A general population of growing size."""
    took = {people: study(GENERAL, people, {"threads": 2}) for people in SIZES}
    work = "general population, 3 % dependent, 10 years, 2 threads"
    base = SIZES[0] * DAYS / took[SIZES[0]].seconds
    rows = [
        row(work, f"{people:,} people ({one.memory:.0f} MiB)", one.seconds, people * DAYS, base)
        for people, one in took.items()
    ]
    seconds = on_paper(took)
    return [*rows, row(work, f"{ON_PAPER:,} people, on paper", seconds, ON_PAPER * DAYS, base)], took


def on_paper(took: dict[int, Took]) -> float:
    """Seconds of ten million people, from the cost of a person more between the two largest sizes."""
    less, more = SIZES[-2:]
    each = (took[more].seconds - took[less].seconds) / (more - less)
    return took[more].seconds + each * (ON_PAPER - more)


def users() -> tuple[Row, float]:
    """People at their first use under the plans of the example; seconds of the aim's people, on paper."""
    from papaver.scenario import loads

    text = EXAMPLE.read_text(encoding="utf-8")
    plans = len(loads(text).plans)
    few, many = (study(text, people, {"threads": 2, "draws": 0}) for people in (USERS // 4, USERS))
    each = (many.seconds - few.seconds) / (USERS - USERS // 4)
    work = f"people at first use, {plans} plans, 10 years, 2 threads"
    found = row(work, f"{USERS:,} people ({many.memory:.0f} MiB)", many.seconds, USERS * plans * DAYS)
    return found, (many.seconds + each * (ALL_USERS - USERS)) * 8 / plans


def weak_scaling() -> tuple[list[Row], str]:
    """As much work for each worker, one worker and two, with the start of the workers."""
    try:
        one = study(GENERAL, EACH_WORKER, {"workers": 1}).seconds
        two = study(GENERAL, 2 * EACH_WORKER, {"workers": 2}).seconds
    except subprocess.CalledProcessError as error:
        return [], f"not measured: {error.stderr.strip().splitlines()[-1]}"
    work, days = f"Dask workers, {EACH_WORKER:,} people each, their start included", EACH_WORKER * DAYS
    rows = [row(work, "1 worker", one, days), row(work, "2 workers", two, 2 * days, days / one)]
    return rows, f"{one / two:.0%} ({one:.1f} s and {two:.1f} s)"


def run() -> Report:
    study(GENERAL, 1000, {"threads": 1})  # compiled once
    rows, took = by_size()
    million = took[1_000_000]
    of_users, users_seconds = users()
    of_workers, efficiency = weak_scaling()
    values = (
        f"{1e6 * million.seconds / (1e6 * DAYS):.4f} µs (aim: below 0.03)",
        f"{million.seconds:.1f} s",
        f"{on_paper(took):.0f} s",
        f"{million.memory:.0f} MiB",
        f"{took[3_000_000].memory:.0f} MiB",
        f"{users_seconds:.0f} s",
        efficiency,
        ", ".join(f"{name} {million.parts.get(name, 0.0):.1f}" for name in PARTS),
    )
    return Report([*rows, of_users, *of_workers], dict(zip(FACTS, values, strict=True)))


if __name__ == "__main__":
    child(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]))
