"""``papaver interpret``: what is read, what is written, what is refused."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from papaver.body import interpretation, library
from papaver.cli import app
from papaver.errors import InputError

PANEL = "matrix,analyte,result,unit\nurine,mam,<10,ng/mL\nurine,morphine_total,1500,ng/mL\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("panel.csv").write_text(PANEL, encoding="utf-8")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer simulated people, so that tests are quick."""

    def build(family: str, keys: Any, **settings: Any) -> library.Library:
        return library.build(family, keys, **{**settings, "people": 24, "times": 8, "draws": 3})

    monkeypatch.setattr(interpretation, "build", build)


def papaver(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["interpret", *arguments])


@pytest.mark.usefixtures("few")
def test_a_reading_is_written_and_told_with_its_assumptions_and_limits() -> None:
    done = papaver("panel.csv", "-o", "out", "--prior", "poppy=0.3", "--hours", "1:200", "--daily", "0.4")
    assert done.exit_code == 0, done.output
    told = " ".join(done.output.split())
    for words in (
        "Effective sample size",
        "between 1 and 200 h",
        "daily use for weeks in 0.4",
        "one source at a time",
        "never to be used alone",
        "no advice to the person tested",
        "urine, 6-acetylmorphine: below 10 ng/mL",
    ):
        assert words in told
    with (Path("out") / "sources.csv").open(encoding="utf-8") as file:
        rows = {row["source"]: row for row in csv.DictReader(file)}
    assert float(rows["poppy"]["prior"]) == 0.3
    shares = [float(row["posterior"]) for name, row in rows.items() if name != "any"]
    assert sum(shares) == pytest.approx(1.0, abs=1e-4)
    assert float(rows["any"]["hours_5"]) < float(rows["any"]["hours_95"])
    with (Path("out") / "times.csv").open(encoding="utf-8") as file:
        times = list(csv.DictReader(file))
    assert sum(float(row["posterior"]) for row in times) == pytest.approx(1.0, abs=1e-4)
    assert "<svg" in (Path("out") / "opiates.svg").read_text(encoding="utf-8")


@pytest.mark.usefixtures("few")
def test_every_family_of_a_panel_is_read() -> None:
    rows = "urine,eddp,400,ng/mL\nurine,norbuprenorphine,<0.5,ng/mL\n"
    Path("panel.csv").write_text("matrix,analyte,result,unit\n" + rows, encoding="utf-8")
    done = papaver("panel.csv", "-o", "out", "-q")
    assert done.output.strip() == "out"
    assert {p.name for p in Path("out").iterdir()} == {
        "sources.csv",
        "times.csv",
        "methadone.svg",
        "buprenorphine.svg",
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.csv"], ["cannot be read"]),
        (["panel.csv", "--hours", "5"], ["--hours", "0.5:336"]),
        (["panel.csv", "--hours", "9:5"], ["--hours"]),
        (["panel.csv", "--hours", "nan:5"], ["--hours"]),
        (["panel.csv", "--prior", "poppy"], ["--prior", "poppy=0.3"]),
        (["panel.csv", "--prior", "tea=0.3"], ["no source 'tea'"]),
        (["panel.csv", "--prior", "poppy=0.8", "--prior", "heroin=0.8"], ["add to 1.6"]),
        (["panel.csv", "-o", "panel.csv"], ["--output", "Name a folder"]),
    ],
)
def test_bad_requests_are_refused_in_one_message(arguments: list[str], words: list[str]) -> None:
    done = papaver(*arguments)
    assert isinstance(done.exception, InputError)
    for word in words:
        assert word in str(done.exception)
    assert [path.name for path in Path().iterdir()] == ["panel.csv"]


def test_a_bad_panel_is_told_with_lines_and_columns_and_nothing_is_written() -> None:
    Path("panel.csv").write_text(PANEL + "urine,morfine,5,ng/mL\nurin,mam,x,ng/mL\n", encoding="utf-8")
    done = papaver("panel.csv")
    assert isinstance(done.exception, InputError)
    told = str(done.exception)
    for place in ("panel.csv:4, analyte", "panel.csv:5, matrix", "panel.csv:5, result"):
        assert place in told
    Path("panel.csv").write_text("matrix,analyte,result,unit\n", encoding="utf-8")
    assert "holds no result" in str(papaver("panel.csv").exception)
    assert [path.name for path in Path().iterdir()] == ["panel.csv"]
