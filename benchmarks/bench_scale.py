"""Studies at scale: a general population, people who all use under eight plans, Dask workers.

Each study is run as ``papaver run`` does, with its results on disk, in a process of its own whose highest
memory is told. Ratios and seconds hold for this machine and this run.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.harness import Row

GENERAL = """\
papaver: 1
name: town
years: 10
people: {people}
draws: 0
cohort:
  start: general_population
  dependent_share: 0.03
  age_years: {{median: 38, low: 16, high: 75}}
plans: [{{name: nothing, steps: []}}]
"""
USERS = 10_000  # of the 100,000 of the aim
SIZES = (10_000, 100_000, 1_000_000, 3_000_000)


def study(text: str, people: int, options: dict[str, object]) -> tuple[float, float]:
    """Wall seconds and highest memory (MiB) of a run in a process of its own."""
    call = [sys.executable, "-m", "benchmarks.bench_scale", text, str(people), json.dumps(options)]
    told = json.loads(subprocess.run(call, capture_output=True, text=True, check=True).stdout)
    return told["seconds"], told["memory"]


def child(text: str, people: int, options: dict[str, object]) -> None:
    from papaver.scenario import loads
    from papaver.study import run

    scenario = loads(text)
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        run(scenario, Path(folder) / "run", people=people, **options)  # type: ignore[arg-type]
        seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory": memory}))


def row(work: str, way: str, seconds: float, person_days: float, base: float) -> Row:
    speed = person_days / seconds
    return Row(work, way, seconds, seconds, seconds, person_days, "person-days", speed / (base or speed))


def run() -> list[Row]:
    general = GENERAL.format(people=1000)
    study(general, 1000, {"threads": 1})  # compiled once
    days, rows, base = 3652, [], 0.0
    for people in SIZES:
        seconds, memory = study(general, people, {"threads": 2})
        rows.append(
            row(
                "general population, 3 % dependent, 10 years, 2 threads",
                f"{people:,} people",
                seconds,
                people * days,
                base,
            )
        )
        base = base or people * days / seconds
        print(f"{people:,} people: {seconds:.1f} s, {memory:.0f} MiB at most")
    example = Path("examples/responsible_use.yaml").read_text(encoding="utf-8")
    seconds, memory = study(example, USERS, {"threads": 2, "draws": 0})
    rows.append(
        row(
            "people who all use, 8 plans, 10 years, 2 threads",
            f"{USERS:,} people",
            seconds,
            USERS * 8 * days,
            0.0,
        )
    )
    print(f"{USERS:,} people who all use, 8 plans: {seconds:.1f} s, {memory:.0f} MiB at most")
    rows += weak_scaling(general, days)
    return rows


def weak_scaling(text: str, days: int, each: int = 300_000) -> list[Row]:
    """As much work for each worker, one worker and two."""
    try:
        one, _ = study(text, each, {"workers": 1})
        two, _ = study(text, 2 * each, {"workers": 2})
    except subprocess.CalledProcessError as error:
        print(f"no Dask: {error.stderr.strip().splitlines()[-1]}")
        return []
    print(f"Dask, {each:,} people for each worker: efficiency {one / two:.0%}")
    work = f"Dask workers, {each:,} people each"
    base = each * days / one
    return [row(work, "1 worker", one, each * days, 0.0), row(work, "2 workers", two, 2 * each * days, base)]


if __name__ == "__main__":
    child(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]))
