"""``papaver trial`` as a person meets it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SMALL = """\
papaver: 1
name: small
people_per_arm: 10
draws: 2
cohort: {start: dependent}
arms:
  - {name: nothing, steps: []}
  - {name: methadone, steps: [{do: methadone, start_mg: 30, target_mg: 80, when: start}]}
outcomes:
  - {name: use, measure: days_of_use, to_day: 30}
"""


def papaver(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "papaver", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_tables_figure_and_protocol_are_written(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(SMALL, encoding="utf-8")
    done = papaver(tmp_path, "trial", "p.yaml")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "runs" / "small"
    assert {path.name for path in folder.iterdir()} == {
        "arms.csv",
        "comparisons.csv",
        "protocol.yaml",
        "trial.svg",
    }
    assert (folder / "protocol.yaml").read_text(encoding="utf-8") == SMALL
    assert "methadone against nothing" in " ".join(done.stdout.split())
    assert len((folder / "arms.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_bad_protocols_and_places_are_told_without_a_trace(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(SMALL.replace("to_day: 30", "to_day: 0"), encoding="utf-8")
    (tmp_path / "good.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    for words, what in (
        (("bad.yaml",), "bad.yaml:10"),
        (("none.yaml",), "no such file"),
        (("good.yaml", "-o", "file"), "is a file"),
    ):
        done = papaver(tmp_path, "trial", *words)
        assert done.returncode == 2
        assert what in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()
