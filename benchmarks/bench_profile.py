"""Where the day loop spends its time: a sampled profile of people dependent at the start, by part.

Taken with ``perf`` in a process of its own that compiles everything anew, which is also how the cold compile
is timed. Without ``perf``, or where it may not sample, the shares are told as not measured.
"""

from __future__ import annotations

import bisect
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.harness import Report

PEOPLE, DAYS = 1500, 3652
SAMPLES_A_SECOND = 2000
MOST_COMPILE_S = 25
LENGTH = re.compile(r"\d+")
LARGEST = 65536  # bytes of one compiled function
FELT, POOLS, SIGNAL = "felt_by_hour", "pools_by_hour", "signal_by_hour"
LIBRARY, REST = "exponentials and logarithms of the C library", "frame of the day, counting, the rest"
PARTS = {
    "felt withdrawal by hour, with its lagged copy": (FELT,),
    "pools of adaptation and tolerance by hour": (POOLS,),
    "loads and agonist signal by hour": (SIGNAL,),
    "choosing and preparing the hours of a day": ("advance_hours", "body_today", "given", "present"),
    "wish, restraint, doses, reward": (
        "inclination",
        "decide_use",
        "use_heroin",
        "behaviour",
        "number_of_doses",
    ),
    "danger, overdose, death": ("harm", "overdose"),
    "care and plan steps": ("care", "steps", "plan", "places"),
    "weeks and days of rest, with their luck": ("rest", "draw_week"),
}
FACTS = ("cold compile of the day loop, processor time", *PARTS, LIBRARY, REST)


def child(samples: str) -> None:
    """Compile, then live under ``perf``; prints seconds of the compile and samples by function as JSON."""
    from papaver.evidence import inputs
    from papaver.population import engine
    from papaver.population.job import Job

    central = inputs.central()
    began = time.process_time()
    engine.simulate_block(Job(days=2), central, seed=1, draw=0, first=0, count=1)
    seconds = time.process_time() - began
    known, counted = addresses(), Counter[str]()
    if perf := shutil.which("perf"):
        call = [perf, "record", "-q", "-e", "cpu-clock", "-F", str(SAMPLES_A_SECOND)]
        watching = subprocess.Popen([*call, "-o", samples, "-p", str(os.getpid())], stderr=subprocess.DEVNULL)
        time.sleep(1.0)
        one = Job(days=DAYS, dependent=True)
        engine.simulate_block(one, central, seed=1, draw=0, first=0, count=PEOPLE)
        watching.send_signal(signal.SIGINT)
        watching.wait()
        counted = count(samples, known)
    print(json.dumps({"seconds": seconds, "samples": counted}))


def addresses() -> dict[int, str]:
    """Where every compiled function begins, by its mangled name."""
    from numba.core.dispatcher import Dispatcher

    found: dict[int, str] = {}
    rooms = [room for name, room in sys.modules.items() if name.startswith("papaver")]
    for dispatcher in {
        id(d): d for room in rooms for d in vars(room).values() if isinstance(d, Dispatcher)
    }.values():
        for compiled in dispatcher.overloads.values():
            for function in compiled.library._final_module.functions:
                if not function.is_declaration:
                    found[compiled.library.get_pointer_to_function(function.name)] = function.name
    return found


def count(samples: str, known: dict[int, str]) -> Counter[str]:
    """Samples by function: its mangled name, or the library it is in."""
    call = ["perf", "script", "-i", samples, "-F", "ip,dso"]
    lines = subprocess.run(call, capture_output=True, text=True, check=True).stdout.splitlines()
    begins, counted = sorted(known), Counter[str]()
    for line in lines:
        address, library = line.split()[0], line.split()[-1]
        place = bisect.bisect(begins, int(address, 16)) - 1
        near = place >= 0 and int(address, 16) - begins[place] < LARGEST
        counted[known[begins[place]] if near else library] += 1
    return counted


def words_of(name: str) -> list[str]:
    """Package, room, module and function of a mangled name, each of which has its length before it."""
    words, place = [], len("_ZN")
    while length := LENGTH.match(name, place):
        begin = length.end()
        place = begin + int(length[0])
        words.append(name[begin:place])
    return words


def part_of(name: str) -> str:
    """The part of the day loop that a function, by its mangled name, or a library belongs to."""
    if "libm" in name:
        return LIBRARY
    words = words_of(name)
    for part, members in PARTS.items():
        if any(word in members for word in reversed(words)):
            return part
    return REST


def run() -> Report:
    with tempfile.TemporaryDirectory() as empty:
        call = [sys.executable, "-m", "benchmarks.bench_profile", str(Path(empty) / "samples")]
        env = {**os.environ, "XDG_CACHE_HOME": empty}
        told = json.loads(subprocess.run(call, capture_output=True, text=True, check=True, env=env).stdout)
    by_part, total = Counter[str](), sum(told["samples"].values())
    for name, samples in told["samples"].items():
        by_part[part_of(name)] += samples
    shares = [
        f"{by_part[part] / total:.0%}" if total else "not measured (perf is missing)" for part in FACTS[1:]
    ]
    compiled = f"{told['seconds']:.0f} s (limit: {MOST_COMPILE_S} s)"
    return Report([], dict(zip(FACTS, (compiled, *shares), strict=True)))


if __name__ == "__main__":
    child(sys.argv[1])
