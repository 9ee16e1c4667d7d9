"""Fit every stage anew, adopt the results, and make again what rests on them. Goes on where it was stopped.

Usage: python tools/refit.py [--fresh] [--from STEP] [--until STEP] [--list]

Steps that are done are left out when it is run again, unless the model's sources have changed since; within
a fit every run of the model is kept. Folder: runs/refit (logs, fits, state.json).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "runs" / "refit"
STATE = FOLDER / "state.json"
# Searches start at the shipped values, so far fewer runs do than in a first fit.
SEARCH = {
    "adaptation": ["--evaluations", "200"],
    "behaviour": ["--evaluations", "60"],
    "liability": ["--evaluations", "60"],
    "care": ["--evaluations", "60"],
    "overdose": ["--evaluations", "60"],
}
COVERED = ("adaptation", "overdose")
Command = list[str]


def steps() -> dict[str, list[Command]]:
    """Commands by step, in order."""
    python, papaver = sys.executable, [sys.executable, "-m", "papaver"]
    found: dict[str, list[Command]] = {}
    for stage, search in SEARCH.items():
        folder = str(FOLDER / stage)
        fit = [*papaver, "fit", stage, *search, "-o", folder, "--write-docs", str(ROOT / "docs")]
        found[stage] = [fit, [python, str(ROOT / "tools/adopt_fit.py"), folder, stage]]
    found["baseline"] = [[python, "-m", "tests.population.make_baseline"]]
    found["record"] = [[python, "-m", "tests.atlas.record"]]
    found["validate"] = [
        [*papaver, "validate", "-o", str(FOLDER / "validate"), "--write-docs", str(ROOT / "docs")]
    ]
    for stage in COVERED:
        fit = [
            *papaver,
            "fit",
            stage,
            "--coverage",
            "-o",
            str(FOLDER / stage),
            "--write-docs",
            str(ROOT / "docs"),
        ]
        found[f"coverage_{stage}"] = [fit]
    found["sensitivity"] = [
        [*papaver, "sensitivity", "-o", str(FOLDER / "sensitivity"), "--write-docs", str(ROOT / "docs")]
    ]
    return found


def sources() -> str:
    """Hash of the model's sources."""
    from papaver.atlas.stamp import sources_hash

    return sources_hash(("body", "person", "population", "inference"))


def state(fresh: bool) -> dict[str, float]:
    """Seconds of the steps done before with these sources."""
    if fresh or not STATE.is_file():
        return {}
    stored = json.loads(STATE.read_text(encoding="utf-8"))
    if stored["sources"] != sources():
        print("The model's sources have changed since: beginning anew.", flush=True)
        return {}
    return dict(stored["done"])


def run(name: str, commands: list[Command]) -> float:
    """Run a step, its output into a log; ends the program where a command fails. Returns seconds."""
    start = time.monotonic()
    log = FOLDER / f"{name}.log"
    with log.open("w", encoding="utf-8") as file:
        for command in commands:
            done = subprocess.run(command, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, check=False)
            if done.returncode:
                sys.exit(f"{name}: failed with exit code {done.returncode}; see {log}. Run again to go on.")
    return time.monotonic() - start


def main() -> None:
    """Run what is not done."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    names = list(steps())
    parser.add_argument("--fresh", action="store_true", help="forget what was done")
    parser.add_argument("--from", dest="first", choices=names, help="begin with this step, done or not")
    parser.add_argument("--until", dest="last", choices=names, default=names[-1], help="end after this step")
    parser.add_argument("--list", action="store_true", help="print the commands and end")
    asked = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = state(asked.fresh)
    if asked.first:
        done = {name: s for name, s in done.items() if names.index(name) < names.index(asked.first)}
    for name, commands in steps().items():
        if asked.list:
            print(*(" ".join(command) for command in commands), sep="\n")
        elif asked.first and names.index(name) < names.index(asked.first):
            continue
        elif name in done:
            print(f"{name}: done before", flush=True)
        elif names.index(name) <= names.index(asked.last):
            print(f"{time.strftime('%H:%M:%S')} {name} ...", flush=True)
            done[name] = round(run(name, commands), 1)
            STATE.write_text(
                json.dumps({"sources": sources(), "done": done}, indent=1) + "\n", encoding="utf-8"
            )
            print(f"{time.strftime('%H:%M:%S')} {name}: {done[name]:.0f} s", flush=True)


if __name__ == "__main__":
    main()
