"""``papaver export`` through the real command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from papaver.body.event_table import read_events
from papaver.body.people import draw
from papaver.body.regimen import Dose, Regimen
from papaver.body.sbml import to_sbml


def papaver(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from papaver.cli import main; main()"
    command = [sys.executable, "-c", code, "export", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def test_a_model_is_written_under_the_drugs_name(tmp_path: Path) -> None:
    done = papaver("heroin", "30mg", "--route", "iv", "--naloxone", "0.4 mg im at 30 min", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "body_heroin.xml\n", "")
    taken = [Dose("heroin", 0.0, 30.0, "iv"), Dose("naloxone", 0.5, 0.4, "im")]
    assert (tmp_path / "body_heroin.xml").read_text(encoding="utf-8") == to_sbml(taken)


def test_a_virtual_person_and_dependence_are_those_asked_for(tmp_path: Path) -> None:
    arguments = ("--person", "3", "--seed", "9", "--kidney", "40", "--dependence", "1", "-o", "a.sbml")
    assert papaver("fentanyl", "100 mcg iv", *arguments, folder=tmp_path).returncode == 0
    person = draw(3, 9, gfr_ml_per_min=40.0, daily_use=1.0).chosen([2])
    taken = [Dose("fentanyl", 0.0, 0.1, "iv")]
    assert (tmp_path / "a.sbml").read_text(encoding="utf-8") == to_sbml(taken, person, dependence=1.0)


def test_an_event_table_reads_back(tmp_path: Path) -> None:
    assert papaver("heroin", "30 mg iv q8h x 3", "-o", "a.csv", folder=tmp_path).returncode == 0
    (history,) = read_events(tmp_path / "a.csv").values()
    assert history.regimen == Regimen(tuple(Dose("heroin", 8.0 * k, 30.0, "iv") for k in range(3)))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["heroin", "30mg", "--route", "iv", "-o", "a.txt"], "--output: 'a.txt'"),
        (["heroin", "30mg", "--route", "iv", "-o", "no/a.xml"], "folder"),
        (["heroin", "0mg", "--route", "iv"], "DOSE"),
        (["heroin", "-3mg", "--route", "iv"], "-3"),
        (["heroin", "30mg", "--route", "sublingual"], "sublingual"),
        (["heroine", "30mg"], "heroin"),
        (["heroin", "30mg", "--route", "iv", "--weight", "-1"], "weight_kg"),
        (["heroin", "30mg", "--route", "iv", "--dependence", "2"], "dependence"),
        (["heroin", "30mg", "--route", "iv", "--person", "-1"], "--person"),
    ],
)
def test_a_slip_is_told_and_nothing_is_written(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = papaver(*arguments, folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_dose_above_any_on_record_is_warned_about(tmp_path: Path) -> None:
    done = papaver("fentanyl", "100mg", "--route", "iv", folder=tmp_path)
    assert done.returncode == 0
    assert "Warning" in done.stdout
