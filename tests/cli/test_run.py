from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from papaver.cli import app
from papaver.cli.run import Lines, describe, duration, headlines
from papaver.errors import InputError
from papaver.results import Results
from papaver.study import Progress
from tests.study import fake


@pytest.fixture
def scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A scenario file in an empty working folder, with the fake engine and a report of one line."""

    def write(folder: Path) -> Path:
        path = folder / "report.html"
        path.write_text(Results.open(folder).summary["title"])
        return path

    monkeypatch.setattr("papaver.study.runner.standard_model", lambda *parts: fake.model())
    monkeypatch.setattr("papaver.report.write", write)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.yaml"
    path.write_text(fake.text())
    yield path


def papaver(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["run", *arguments])


def test_a_run_ends_with_its_answer_and_where_to_look(scenario: Path) -> None:
    done = papaver("mine.yaml")
    assert done.exit_code == 0, done.output
    folder = Path("runs/tiny")
    assert (folder / "report.html").read_text() == "A tiny study"
    mean = 100 * Results.open(folder).summary["plans"]["help"]["share_ever_dependent"]["mean"]
    lines = done.stdout.splitlines()
    assert lines[0].startswith("After 2 years, 24 people (90 % intervals")
    assert [line.split(":")[0] for line in lines[1:4]] == ["  nothing", "  help", "  more help"]
    assert f"ever dependent {mean:.1f} % [" in lines[2]
    assert "dead by overdose" in lines[2]
    assert f"Report: {folder / 'report.html'}" in lines
    assert lines[-1].startswith("Took ")


def test_progress_is_plain_lines_where_there_is_no_terminal(scenario: Path) -> None:
    done = papaver("mine.yaml", "--threads", "2")
    lines = done.stderr.splitlines()
    assert len(lines) <= 12
    assert lines[0].startswith("[0 s] ")
    assert "of 216 people" in lines[0]
    assert "million person-days per second" in lines[0]
    assert lines[-2].split("] ")[1].startswith("100 %")
    assert lines[-1].endswith("writing tables")


def test_quiet_prints_the_report_alone(scenario: Path) -> None:
    done = papaver("mine.yaml", "-o", "out", "--quiet")
    assert done.stdout == f"{Path('out') / 'report.html'}\n"
    assert done.stderr == ""


def test_a_finished_run_is_named_and_not_repeated(scenario: Path) -> None:
    papaver("mine.yaml")
    Path("runs/tiny/report.html").write_text("read by me")
    done = papaver("mine.yaml")
    assert done.exit_code == 0
    assert "not repeated" in done.stdout
    assert "Report: " in done.stdout
    assert Path("runs/tiny/report.html").read_text() == "read by me"
    Path("runs/tiny/report.html").unlink()
    assert papaver("mine.yaml").exit_code == 0
    assert Path("runs/tiny/report.html").exists()


def test_options_take_the_place_of_the_scenario_and_are_kept(scenario: Path) -> None:
    done = papaver("mine.yaml", "--people", "5", "--draws", "0", "--seed", "0")
    assert done.exit_code == 0, done.output
    facts = Results.open("runs/tiny").provenance
    assert facts["options"] == {"scenario": "mine.yaml", "people": 5, "draws": 0, "seed": 0}
    assert (facts["people"], facts["draws"], facts["seed"]) == (5, 0, 0)
    assert "[-; " in done.stdout


def test_another_run_in_the_folder_is_refused(scenario: Path) -> None:
    papaver("mine.yaml")
    done = papaver("mine.yaml", "--seed", "7")
    assert isinstance(done.exception, InputError)  # told by the command line, exit code 2
    assert "--overwrite" in str(done.exception)
    assert papaver("mine.yaml", "--seed", "7", "--overwrite").exit_code == 0


def test_an_interrupted_run_says_how_to_go_on(scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    simulate = fake.simulate

    def stopped(*args: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) > 3:
            raise KeyboardInterrupt
        return simulate(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr("tests.study.fake.simulate", stopped)
        done = papaver("mine.yaml", "--threads", "1")
    assert done.exit_code == 130
    assert "3 of 9 blocks are kept in runs" in done.stderr
    assert "--resume" in done.stderr
    assert papaver("mine.yaml", "--resume").exit_code == 0


def test_a_bar_is_drawn_on_a_terminal(scenario: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    done = papaver("mine.yaml")
    assert done.exit_code == 0
    assert "━" in done.stderr
    assert "] 100 %" not in done.stderr


def test_the_first_run_says_that_it_compiles(capsys: pytest.CaptureFixture[str]) -> None:
    watch = Lines()
    watch(Progress("compiling", "nothing"))
    assert "compiling the model (first run only, about" in capsys.readouterr().err


def test_a_line_of_progress_tells_plan_people_rate_and_time_left() -> None:
    one = Progress("simulating", "help", 1500, 12000, 10**9, 2.5e6, 60, 125)
    people, rate = "1,500 of 12,000 people (over plans and draws)", "2.5 million person-days per second"
    assert describe(one) == f"help: {people}, {rate}, 2 min 5 s left"


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (59.6, "1 min 0 s"), (7260, "2 h 1 min")])
def test_times_are_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_headlines_use_the_labels_of_the_plans() -> None:
    measure = {"mean": 0.123, "parameters": [0.1, 0.2], "chance": [0.11, 0.14]}
    summary = {
        "years": 10.0,
        "people": 600,
        "plan_order": ["a"],
        "plans": {"a": {"share_ever_dependent": measure, "share_dead_overdose": measure}},
    }
    first, second = headlines(summary, {"a": "A rule"})
    assert first.startswith("After 10 years, 600 people")
    assert second.startswith("  A rule: ever dependent 12.3 % [10.0 to 20.0; 11.0 to 14.0]; dead by overdose")


def test_the_command_is_imported_without_heavy_libraries() -> None:
    heavy = {"numpy", "numba", "polars", "pyarrow", "pydantic", "rich.progress", "matplotlib"}
    code = f"import sys, papaver.cli.run; print(sorted({heavy!r} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["missing.yaml"],
        ["mine.yaml", "--people", "0"],
        ["mine.yaml", "--people", "1000000000000"],
        ["mine.yaml", "--draws", "1000000"],
        ["crowd.yaml"],
    ],
)
def test_bad_input_leaves_no_folder(scenario: Path, arguments: list[str]) -> None:
    Path("crowd.yaml").write_text(re.sub("people: .*", "people: 1000000000000", fake.text(), count=1))
    done = papaver(*arguments)
    assert isinstance(done.exception, InputError)
    assert len(done.exception.faults) == 1
    if "1000000000000" in arguments or arguments == ["crowd.yaml"]:
        (fault,) = done.exception.faults
        assert re.search(r"1,000,000,000,000 people .* days, .* of memory and .* of disk", fault.what)
        assert "at most 10,000,000" in fault.remedy
    assert not Path("runs").exists()


def test_more_draws_than_the_posterior_holds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(fake.text())
    done = papaver("mine.yaml", "--draws", "500")
    assert isinstance(done.exception, InputError)
    assert "Ask for at most" in str(done.exception)
    assert not Path("runs").exists()
