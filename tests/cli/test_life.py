"""``papaver life``: a person file in, a figure, two tables and sentences out."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from papaver.cli import app, main
from papaver.report.life import events, finding, page
from papaver.report.lifefigure import picture, zoom_from
from papaver.scenario.person import PERSON_FILE, Person
from papaver.scenario.reading import validated

EXAMPLE = Path(__file__).parents[2] / "examples" / "people" / "kim.yaml"
SHORT = """
papaver: 1
name: sam
days: 70
people: 25
seed: 4
before: {status: using, months: 6, mg_per_day: 100}
where: {injects: true, alcohol: true}
who: {symptoms: hard}
plan:
  - {do: methadone, when: day, day: 30, start_mg: 30, target_mg: 80}
"""
FIXED = """
papaver: 1
name: fixed
days: 40
people: 5
before: {status: never_used}
who: {symptoms: hard}
taken:
  - {drug: heroin, mg_per_day: 90, times_a_day: 4, from_day: 0, to_day: 29}
  - {drug: none, from_day: 30, to_day: 39}
"""


def person(text: str) -> Person:
    return validated(PERSON_FILE, text)[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("life")
    file = where / "sam.yaml"
    file.write_text(SHORT, encoding="utf-8")
    result = CliRunner().invoke(app, ["life", str(file), "-o", str(where / "out")])
    assert result.exit_code == 0, result.output
    (where / "told.txt").write_text(result.output, encoding="utf-8")
    return where


def test_figure_and_tables_are_written(folder: Path) -> None:
    out = folder / "out"
    assert sorted(path.name for path in out.iterdir()) == ["days.csv", "hours.csv", "life.svg"]
    assert "<title" in (out / "life.svg").read_text(encoding="utf-8")
    days = list(csv.DictReader((out / "days.csv").open(encoding="utf-8")))
    assert [int(row["day"]) for row in days] == list(range(70))
    assert any("begins methadone" in row["events"] for row in days)
    assert float(days[40]["medicine_mg"]) >= 0.0
    hours = list(csv.DictReader((out / "hours.csv").open(encoding="utf-8")))
    assert len(hours) == 14 * 24
    assert int(hours[0]["day"]) == 27


def test_the_sentences_tell_people_dangers_and_help(folder: Path) -> None:
    told = (folder / "told.txt").read_text(encoding="utf-8")
    flat = " ".join(told.split())
    assert "Of 100 people alike, on day 69" in flat
    assert "hours after the last drink" in flat
    assert "Help:" in flat
    assert "no advice on doses" in flat
    for word in ("addict", "abuser", "junkie"):
        assert word not in flat.lower()


def test_the_same_seed_tells_the_same(folder: Path) -> None:
    again = CliRunner().invoke(app, ["life", str(folder / "sam.yaml"), "-o", str(folder / "two"), "-q"])
    assert again.output.strip() == str(folder / "two" / "life.svg")
    for name in ("days.csv", "hours.csv"):
        assert (folder / "out" / name).read_bytes() == (folder / "two" / name).read_bytes()


def test_one_person_alone_and_what_is_fixed() -> None:
    from papaver.evidence.inputs import central, numbers
    from papaver.person.story import follow_middle
    from papaver.scenario.alike import alike_of

    given = person(FIXED)
    story = follow_middle(alike_of(given, central()), given.people, central(), seed=1)
    assert story.days["doses"][0, :30].min() == 4
    assert story.days["mg"][0, 0] == pytest.approx(22.5)
    assert story.days["cows"][0, 30:].max() > story.days["cows"][0, :30].max()
    assert not [event for event in events(story) if "overdose" in event.words]
    drawn = picture(given, story)
    assert drawn.title == finding(given, story)
    assert len(drawn.figure(3.9).axes) == len(drawn.figure(7.6).axes) == 8
    assert 0 <= zoom_from(given, story) <= 26
    assert "days" in " ".join(page(given, story, numbers()))


def test_a_faulty_person_is_one_message_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(
        SHORT.replace("status: using", "status: abstinent, last_use_days_ago: 0"), encoding="utf-8"
    )
    monkeypatch.setattr("sys.argv", ["papaver", "life", str(file), "-o", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert "before.last_use_days_ago" in told
    assert "Traceback" not in told
    assert not (tmp_path / "out").exists()


def test_the_example_can_be_read() -> None:
    from papaver.scenario.person import load_person

    assert load_person(EXAMPLE).name == "kim"


def test_pregnancy_and_remission_are_told(tmp_path: Path) -> None:
    told = {}
    for pregnant in ("true", "false"):
        file = tmp_path / f"{pregnant}.yaml"
        file.write_text(
            SHORT.replace("symptoms: hard", f"symptoms: hard, pregnant: {pregnant}"), encoding="utf-8"
        )
        result = CliRunner().invoke(app, ["life", str(file), "-o", str(tmp_path / f"{pregnant} out")])
        assert result.exit_code == 0, result.output
        told[pregnant] = " ".join(result.output.split())
    assert "Methadone is cleared faster late in pregnancy" in told["true"]
    assert "In pregnancy" not in told["false"]
