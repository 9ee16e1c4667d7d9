"""``papaver detect``: what is read, what is written, what is refused."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from papaver.body.drugs import drugs
from papaver.cli import app
from papaver.cli.detect import cutoffs_of, regimens_of, warnings_of
from papaver.errors import InputError

FEW = ("--people", "20", "--draws", "3")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def papaver(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["detect", *arguments])


@pytest.mark.parametrize(
    ("amount", "mg"), [("30mg", 30.0), ("30 MG", 30.0), (".5mg", 0.5), ("100mcg", 0.1), ("100 µg", 0.1)]
)
def test_a_dose_may_be_written_in_several_ways(amount: str, mg: float) -> None:
    once = regimens_of("Fentanyl", amount, "iv", None, None)["once"]
    assert once.doses[0].mg == pytest.approx(mg)


def test_daily_use_is_as_asked_and_usual_if_not() -> None:
    found = regimens_of("heroin", "30mg", "iv", "8h", 10)
    assert list(found) == ["once", "every 8 h for 10 days"]
    assert len(found["every 8 h for 10 days"].doses) == 30
    usual = list(regimens_of("methadone", "60mg", "oral", None, None))
    assert usual[1] == "every 24 h for 30 days"
    assert list(regimens_of("heroin", "30mg", "iv", "1d", 7))[1] == "every 24 h for 7 days"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["heroine", "30mg"], ["there is no drug 'heroine'", "heroin"]),
        (["heroin", "30"], ["AMOUNT", "30mg or 100mcg"]),
        (["heroin", "0mg"], ["AMOUNT"]),
        (["heroin", "nanmg"], ["AMOUNT"]),
        (["heroin", "30mg", "--route", "sublingual"], ["no such route", "smoked"]),
        (["heroin", "30mg", "--every", "soon"], ["--every", "8h"]),
        (["heroin", "30mg", "--days", "0"], ["--days", "365"]),
        (["heroin", "30mg", "--days", "nan"], ["--days"]),
        (["heroin", "30mg", "--every", "0.1h", "--days", "365"], ["too many doses"]),
        (["heroin", "30mg", "--matrix", "urin"], ["--matrix", "Did you mean urine"]),
        (["heroin", "30mg", "--guideline", "us_fed"], ["guideline", "us_federal"]),
        (["heroin", "30mg", "--date", "yesterday"], ["--date", "2020-01-31"]),
        (["heroin", "30mg", "--guideline", "uk_driving", "--matrix", "urine"], ["has no cutoff for urine"]),
        (["fentanyl", "0.1mg", "--guideline", "clinic", "--matrix", "urine", *FEW], ["look for nothing"]),
        (["heroin", "30mg", "-o", "none/here"], ["--output", "Make its folder"]),
    ],
)
def test_bad_requests_are_refused_in_one_message(arguments: list[str], words: list[str]) -> None:
    done = papaver(*arguments)
    assert isinstance(done.exception, InputError)
    for word in words:
        assert word in str(done.exception)
    assert list(Path().iterdir()) == []


def test_a_date_chooses_cutoffs() -> None:
    old, new = (cutoffs_of("urine", "us_federal", day) for day in ("1998-01-01", None))
    assert {c.value for c in old} == {300.0}
    assert 4000.0 in {c.value for c in new}


def test_a_slip_of_the_unit_is_warned_of() -> None:
    known = [(one.name, route, mg) for one in drugs() for route, mg in one.largest_mg.items()]
    if not known:
        pytest.skip("no largest dose is on record")
    for name, route, mg in known:
        assert warnings_of(regimens_of(name, f"{mg:g}mg", route, None, None)) == []
        (line,) = warnings_of(regimens_of(name, f"{1000 * mg:g}mg", route, None, None))
        assert "Check the unit" in line


def test_tables_and_figure_are_written_and_told() -> None:
    done = papaver("heroin", "30mg", "--route", "iv", "--every", "8h", "--days", "10", *FEW, "-o", "out")
    assert done.exit_code == 0, done.output
    assert "In urine" in done.output and "no advice to anybody who is to be tested" in " ".join(
        done.output.split()
    )
    with (Path("out") / "windows.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["pattern"] for row in rows} == {"once", "every 8 h for 10 days"}
    assert {row["matrix"] for row in rows} == {"urine", "blood", "oral_fluid", "hair"}
    for row in rows:
        assert float(row["p5_h"]) <= float(row["median_h"]) <= float(row["p95_h"])
    with (Path("out") / "chances.csv").open(encoding="utf-8") as file:
        chances = list(csv.DictReader(file))
    assert all(0.0 <= float(row["inputs_5"]) <= float(row["inputs_95"]) <= 1.0 for row in chances)
    tree = ElementTree.fromstring((Path("out") / "detection.svg").read_text(encoding="utf-8"))
    texts = " ".join(tree.itertext())
    assert "is found in urine for" in texts


def test_the_same_request_writes_the_same_bytes() -> None:
    for name in ("a", "b"):
        assert papaver("codeine", "30mg", *FEW, "--matrix", "urine", "-o", name, "-q").output.strip() == name
    for file in ("windows.csv", "chances.csv", "detection.svg"):
        assert (Path("a") / file).read_bytes() == (Path("b") / file).read_bytes()
