"""Every block of code in the documentation runs: Python as written, `$ papaver` lines as commands."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOT_RUN = {"docs/start.md", "docs/results.md"}  # they read the results of the demonstration


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


WITH_CODE = [p for p in PAGES if blocks(p) and p.relative_to(ROOT).as_posix() not in NOT_RUN]


def test_there_is_code_to_run() -> None:
    assert len(WITH_CODE) >= 4


@pytest.mark.parametrize("page", WITH_CODE, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_the_code_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    python = "\n".join(text for kind, text in blocks(page) if kind == "python")
    if python:
        run(tmp_path, [sys.executable, "-c", python])
    for kind, text in blocks(page):
        for line in text.splitlines() if kind == "console" else ():
            if line.startswith("$ papaver "):
                run(tmp_path, [sys.executable, "-m", "papaver", *shlex.split(line)[2:]])


def run(folder: Path, command: list[str]) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
