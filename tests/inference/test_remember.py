"""A fit goes on where it was killed, and gives the same bytes as one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from papaver.inference.remember import Remembered

PROGRAM = """
import sys, time
from pathlib import Path
from papaver.inference.report import Effort, run_stage
from tests.inference.toy import line

def slow(forward, seconds):
    def run(values):
        time.sleep(seconds)
        return forward(values)
    return run

from dataclasses import replace
stage = line()
stage = replace(stage, forward=slow(stage.forward, float(sys.argv[2])))
for _ in run_stage(stage, Path(sys.argv[1]), Effort(evaluations=120, rows=30, spread=0.2)):
    pass
"""


def fit(folder: Path, seconds: float = 0.0) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder), str(seconds)], start_new_session=True
    )


def runs(folder: Path) -> int:
    path = folder / "runs_line.jsonl"
    return path.read_bytes().count(b"\n") if path.is_file() else 0


def test_a_killed_fit_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert fit(whole).wait(timeout=120) == 0
    first = fit(killed, 0.05)
    until = time.monotonic() + 60
    while runs(killed) < 20 and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait(timeout=10)
    assert not (killed / "posterior_line.csv").exists()
    made = runs(killed)
    assert 20 <= made < runs(whole)
    assert fit(killed).wait(timeout=120) == 0
    for name in ("posterior_line.csv", "fit_line.json"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes()
    assert runs(killed) == runs(whole)


def test_what_was_cut_off_or_rests_on_something_else_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    asked = []

    def forward(values: dict[str, float]) -> dict[str, float]:
        asked.append(values["a"])
        return {"y": 2.0 * values["a"]}

    kept = Remembered(forward, path, "one")
    assert kept({"a": 1.0}) == kept({"a": 1.0}) == {"y": 2.0}
    kept({"a": 3.0})
    path.write_bytes(path.read_bytes()[:-5])
    again = Remembered(forward, path, "one")
    assert len(again.known) == 1
    again({"a": 1.0})
    assert asked == [1.0, 3.0]
    assert Remembered(forward, path, "other").known == {}
