"""The quick form of the hour view: what is read, what is told, what is drawn."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

from papaver.cli import app
from papaver.cli.withdrawal import _follow, regimen_of
from papaver.errors import InputError
from papaver.evidence import inputs
from papaver.person.regimen import Aftermath, Regimen, doses_of
from papaver.report import text
from papaver.report.withdrawal import finding, reaching, sentences, timing
from papaver.report.withdrawalfigure import picture


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def papaver(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["withdrawal", *arguments])


def followed(
    amount: str = "100mg/day", stop: str = "abrupt", drug: str = "heroin", months: float = 4.0
) -> Aftermath:
    after: Aftermath = _follow(regimen_of(drug, amount, months, stop, None, None), 40, 14, 1)[0]
    return after


# --------------------------------------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    ("given", "mg"),
    [
        ("100mg/day", 100.0),
        ("100 mg / d", 100.0),
        ("100MG", 100.0),
        ("62.5 mg a day", 62.5),
        (".5mg per day", 0.5),
    ],
)
def test_an_amount_may_be_written_in_several_ways(given: str, mg: float) -> None:
    assert regimen_of("Heroin", given, 1, "abrupt", None, None).mg_per_day == mg


@pytest.mark.parametrize("purity", ["0.3", "30%", ".3", "30 %"])
def test_street_grams_count_by_their_purity(purity: str) -> None:
    assert regimen_of("heroin", "0.5g/day", 1, "abrupt", None, purity).mg_per_day == pytest.approx(150.0)


def test_ways_to_stop() -> None:
    assert regimen_of("heroin", "9mg", 1, "taper:14d", None, None).taper_days == 14
    usual = regimen_of("heroin", "9mg", 1, "methadone", None, None)
    assert (usual.stop, usual.medicine_mg, usual.wait_days) == ("methadone", 80.0, 0)
    asked = regimen_of("heroin", "9mg", 1, "buprenorphine:8mg", None, None)
    assert (asked.stop, asked.medicine_mg) == ("buprenorphine", 8.0)
    assert asked.wait_days > 0  # given early it would bring withdrawal on


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["heroin", "1g/day"], ["AMOUNT", "mg of pure drug", "--purity"]),
        (["methadone", "1g/day"], ["AMOUNT", "100mg/day"]),
        (["methadone", "1g/day", "--purity", "0.4"], ["--purity", "Leave it out"]),
        (["heroin", "100mg", "--purity", "0.4"], ["--purity", "pure drug already"]),
        (["heroin", "1g", "--purity", "0"], ["--purity", "30%"]),
        (["heroin", "1g", "--purity", "130%"], ["--purity", "30%"]),
        (["heroin", "1g", "--purity", "nan"], ["--purity", "30%"]),
        (["heroine", "100mg"], ["DRUG", "heroin", "methadone"]),
        (["fentanyl", "1mg"], ["DRUG", "Use one of"]),
        (["heroin", "some"], ["AMOUNT", "100mg/day"]),
        (["heroin", "100"], ["AMOUNT", "100mg/day"]),
        (["heroin", "0mg"], ["AMOUNT", "more than 0"]),
        (["heroin", "1e9mg"], ["AMOUNT"]),
        (["heroin", "99999mg"], ["AMOUNT", "at most 5000"]),
        (["heroin", "100mg", "--months", "0"], ["--months", "0.03 (a day) to 60"]),
        (["heroin", "100mg", "--months", "0.001"], ["--months", "0.001", "0.03 (a day)"]),
        (["heroin", "100mg", "--months", "nan"], ["--months"]),
        (["heroin", "100mg", "--months", "1e9"], ["--months"]),
        (["heroin", "100mg", "--stop", "now"], ["--stop", "taper:14d"]),
        (["heroin", "100mg", "--stop", "taper"], ["--stop", "taper:14d"]),
        (["heroin", "100mg", "--stop", "taper:0d"], ["--stop", "1 to 60"]),
        (["heroin", "100mg", "--stop", "methadone:9999mg"], ["--stop", "at most 500"]),
        (["methadone", "80mg", "--stop", "methadone"], ["--stop", "taper:14d"]),
        (["heroin", "100mg", "-o", "here.png"], ["--output", ".svg"]),
        (["heroin", "100mg", "-o", "nowhere/here.svg"], ["--output", "folder"]),
    ],
)
def test_a_fault_names_its_place_and_remedy(arguments: list[str], words: list[str]) -> None:
    done = papaver(*arguments)
    assert isinstance(done.exception, InputError)  # told by the command line, exit code 2
    assert all(word in str(done.exception) for word in words), str(done.exception)
    assert list(Path().iterdir()) == []


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        regimen_of("heroin", "1g", -1, "soon", None, None)
    assert [fault.field for fault in caught.value.faults] == ["AMOUNT", "--stop", "--months"]


def test_bad_input_ends_with_2_and_without_a_traceback() -> None:
    code = "from papaver.cli import main; main()"
    command = [sys.executable, "-c", code, "withdrawal", "heroin", "1g/day"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1


# -------------------------------------------------------------------------------------------- what follows


def test_a_taper_falls_evenly_to_nothing() -> None:
    regimen = Regimen("heroin", 60.0, 10, 2, "taper", taper_days=5)
    amounts = np.zeros(20)
    for dose in doses_of(regimen, 9, inputs.central()):
        amounts[int(dose.hour // 24)] += dose.mg
    assert amounts[:10] == pytest.approx(60.0)
    assert amounts[10:15] == pytest.approx([50.0, 40.0, 30.0, 20.0, 10.0])
    assert not amounts[15:].any()


def test_a_medicine_rises_to_its_target_and_stays() -> None:
    regimen = Regimen("heroin", 60.0, 10, 2, "methadone", medicine_mg=80.0)
    given = [dose.mg for dose in doses_of(regimen, 60, inputs.central()) if dose.drug == "methadone"]
    assert 0 < given[0] < 80.0
    assert given == sorted(given)
    assert given[-1] == 80.0


def test_methadone_withdrawal_comes_later_than_that_of_heroin() -> None:
    heroin, methadone = (timing(followed(drug=drug, amount="80mg")) for drug in ("heroin", "methadone"))
    assert np.nanmedian(heroin.start) < 24 < np.nanmedian(methadone.start) + 12
    assert np.nanmedian(heroin.peak) < 72 < np.nanmedian(methadone.peak)
    assert np.nanmedian(methadone.over) > np.nanmedian(heroin.over)


def test_a_medicine_or_a_taper_makes_it_milder_and_days_of_use_milder_still() -> None:
    abrupt = followed().cows.max(axis=1).mean()
    assert followed(stop="taper:14d").cows.max(axis=1).mean() < abrupt
    assert followed(stop="methadone").cows.max(axis=1).mean() < 0.8 * abrupt
    assert followed(months=0.15).cows.max(axis=1).mean() < 0.6 * abrupt


def test_more_people_leave_the_first_ones_as_they_are() -> None:
    regimen = regimen_of("heroin", "100mg", 1, "abrupt", None, None)
    few, many = _follow(regimen, 20, 5, 7), _follow(regimen, 30, 5, 7)
    for fewer, more in zip(few[:2], many[:2], strict=True):
        assert np.array_equal(fewer.cows, more.cows[: len(fewer.cows)])
    assert not np.array_equal(_follow(regimen, 20, 5, 8)[0].cows, few[0].cows)


def test_timing_reads_start_peak_and_end_off_a_known_course() -> None:
    felt = np.zeros((2, 72))
    felt[0, 10:60] = np.r_[np.linspace(0.1, 1.0, 20), np.linspace(1.0, 0.0, 30)]
    felt[1, :] = 1.0
    after = Aftermath(felt, felt, felt, np.array([0.0, 1.5]), np.zeros((2, 3, 7), np.bool_))
    when = timing(after)
    assert (when.start[0], when.peak[0]) == (13.0, 29.0)
    assert when.over[0] == 52.0
    assert np.isnan([when.start[1], when.over[1]]).all()  # never worse than in use, never over


# ----------------------------------------------------------------------------------------- what is told


def test_the_page_tells_course_warnings_and_help_and_writes_the_figure() -> None:
    done = papaver("heroin", "100mg/day", "--people", "40", "--days", "10")
    assert done.exit_code == 0, done.output
    out = " ".join(done.stdout.split())
    for words in (
        "40 people alike: heroin 100 mg a day",
        "Withdrawal starts",
        "It is worst on day",
        "dehydration",
        "Chest pain",
        "Confusion",
        "seizure",
        "alcohol or benzodiazepines",
        "Pregnancy",
        "suicide",
        "the old dose may kill",
        "988",
        "no advice on doses",
    ):
        assert words in out, words
    rows = [line for line in done.stdout.splitlines() if line[:3].strip().isdigit() and "–" in line]
    assert [int(row.split()[0]) for row in rows] == list(range(1, 11))
    assert max(len(line) for line in done.stdout.splitlines()) < 80
    figure = Path("withdrawal_heroin_abrupt.svg")
    assert done.stdout.endswith(f"Figure: {figure}\n")
    tree = ElementTree.parse(figure).getroot()
    words = "".join(tree.itertext())
    assert "moderate withdrawal" in words  # the title, and with it
    assert "day 1: " in words  # the description for people who cannot see it


def test_in_pregnancy_what_is_published_is_told() -> None:
    usual, late = ("heroin", "100mg/day", "--people", "20", "--days", "3"), ("--pregnant",)
    assert "relapse is" not in papaver(*usual).stdout
    out = " ".join(papaver(*usual, *late).stdout.split())
    assert "relapse is" in out
    assert "Methadone is cleared faster late in pregnancy" in out


def test_the_calendar_counts_people() -> None:
    regimen = regimen_of("heroin", "100mg", 4, "abrupt", None, None)
    after = followed()
    done = papaver("heroin", "100mg", "--people", "40", "--days", "14", "-q")
    assert done.stdout == "withdrawal_heroin_abrupt.svg\n"
    share = after.troubled[:, 1].mean(axis=0)
    shown = papaver("heroin", "100mg", "--people", "40", "--days", "14").stdout
    (row,) = [line for line in shown.splitlines() if line.startswith("  2 ")]
    assert [int(cell) for cell in row.split()[-7:]] == [int(text.per100(float(one), 0)) for one in share]
    assert f"{text.per100(reaching(after, 13), 0)} of 100" in finding(regimen, 4, after)


def test_no_withdrawal_is_told_as_such() -> None:
    nothing = np.zeros((20, 72))
    after = Aftermath(nothing, nothing, nothing, np.zeros(20), np.zeros((20, 3, 7), np.bool_))
    regimen = regimen_of("heroin", "1mg", 1, "abrupt", None, None)
    assert finding(regimen, 1, after).endswith("no withdrawal")
    assert "<svg" in picture(regimen, 1, after, after).svg()


def test_under_a_medicine_it_is_told_from_when_on_people_stay_well() -> None:
    regimen = regimen_of("heroin", "100mg", 4, "methadone", None, None)
    cows = np.zeros((20, 72))
    cows[:, 30] = 9.0  # all are ill on day 2
    cows[:5, 60] = 6.0  # and five of 20 on day 3 too
    after = Aftermath(cows, cows, cows, np.zeros(20), np.zeros((20, 3, 7), np.bool_))
    assert finding(regimen, 4, after).endswith("worst on day 2 and 25 of 100 are still mildly ill on day 3")
    told = " ".join(sentences(regimen, after, after, 11))
    assert (
        "From day 3 on half of the people stay below a COWS of 5; 25 of 100 still reach it on day 3" in told
    )


def test_the_same_call_draws_the_same_bytes() -> None:
    for name in ("a.svg", "b.svg"):
        papaver("heroin", "100mg", "--people", "20", "--days", "5", "-o", name)
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()
