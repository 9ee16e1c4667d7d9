"""``papaver body`` through the real command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from papaver.body.course import course
from papaver.body.regimen import Dose
from papaver.cli import main
from papaver.cli.body import regimen_of

FEW = ("--people", "3")


def papaver(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    code = "from papaver.cli import main; main()"
    command = [sys.executable, "-c", code, "body", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)


def at_the_door(
    *arguments: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    """The same in this process: code, what is printed, what is told."""
    monkeypatch.setattr(sys, "argv", ["papaver", "body", *arguments])
    code = 0
    try:
        main()
    except SystemExit as left:
        code = int(left.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_opioid_a_sedative_and_naloxone_go_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, printed, told = at_the_door(
        "heroin", "30mg", "--route", "iv", "--hours", "24", "--with", "diazepam 10 mg oral",
        "--naloxone", "0.4 mg im at 20 min", *FEW, monkeypatch=monkeypatch, capsys=capsys,
    )  # fmt: skip
    assert (code, told) == (0, "")
    assert sorted(path.name for path in (tmp_path / "body_heroin").iterdir()) == ["body.csv", "body.svg"]
    for words in ("30 mg of heroin by vein", "diazepam by mouth", "naloxone into muscle at 20 min"):
        assert words in " ".join(printed.split())
    assert "breathing falls to" in printed and "body_heroin" in printed
    ElementTree.parse(tmp_path / "body_heroin" / "body.svg")
    table = pl.read_csv(tmp_path / "body_heroin" / "body.csv")
    assert table["person"].max() == 2 and table["hour"].max() == 24.0
    columns = {"heroin_ng_per_ml", "naloxone_occupancy", "sedation", "high", "ventilation_l_min"}
    assert columns <= set(table.columns)
    doses = [
        Dose("heroin", 0.0, 30.0, "iv"),
        Dose("diazepam", 0.0, 10.0, "oral"),
        Dose("naloxone", 1 / 3, 0.4, "im"),
    ]
    same = course(doses, 24.0, people=3).to_polars()
    assert table["high"].to_list() == pytest.approx(same["high"].to_list(), abs=1e-5)


def test_tolerance_age_weight_and_illness_reach_the_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    def least(*more: str) -> float:
        code, _, told = at_the_door(
            "heroin", "60mg", "--route", "iv", "--hours", "2", "--people", "1", "-o", "x", *more,
            monkeypatch=monkeypatch, capsys=capsys,
        )  # fmt: skip
        assert (code, told) == (0, "")
        table = pl.read_csv(tmp_path / "x" / "body.csv")
        lowest = table["arterial_o2_saturation_percent"].min()
        assert isinstance(lowest, float)
        return lowest

    usual = least()
    assert least("--tolerance", "4.3") > usual
    assert least("--illness", "lung_disease") < usual
    assert least("--weight", "45") < usual
    assert least("--age", "75") != usual


@pytest.mark.parametrize(
    ("drug", "amount", "route", "warned"),
    [
        ("fentanyl", "100mg", "iv", True),
        ("fentanyl", "100mcg", "iv", False),
        ("heroin", "5g", "iv", True),
        ("heroin", "30mg", "iv", False),
        ("methadone", "1g", "oral", True),
        ("methadone", "60mg", "oral", False),
        ("naloxone", "40mg", "intranasal", True),
        ("morphine", "2g", "iv", True),
        ("carfentanil", "1mg", "iv", True),
        ("fentanyl", "100mg", "smoked", True),
        ("diazepam", "10mg", "oral", False),
    ],
)
def test_a_slip_between_mg_and_mcg_is_warned_about(drug: str, amount: str, route: str, warned: bool) -> None:
    _, warnings = regimen_of(drug, amount, route, [], [])
    assert bool(warnings) == warned
    if warned:
        assert "above the largest single dose" in warnings[0] and "unit" in warnings[0]


def test_a_warning_is_printed_with_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ("buprenorphine", "800mg", "--route", "sublingual", "--hours", "1", "--people", "1")
    code, printed, _ = at_the_door(*arguments, monkeypatch=monkeypatch, capsys=capsys)
    assert code == 0 and "Check the dose: 800 mg of buprenorphine sublingual" in " ".join(printed.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["heroin", "-3mg", "--route", "iv"], "-3mg': amounts and times cannot be below zero"),
        (["heroin", "0mg", "--route", "iv"], "DOSE"),
        (["heroin", "nanmg", "--route", "iv"], "DOSE"),
        (["heroin", "infmg", "--route", "iv"], "DOSE"),
        (["heroin", "30", "--route", "iv"], "DOSE"),
        (["heroin", "30ml", "--route", "iv"], "DOSE"),
        (["heroin", "", "--route", "iv"], "DOSE"),
        (["heroin", "30mg"], "route"),
        (["heroin", "30mg", "--route", "ear"], "ear"),
        (["heroin", "30mg", "--route", "sublingual"], "sublingual"),
        (["herion", "30mg", "--route", "iv"], "heroin"),
        (["heroin", "30mg", "--route", "iv", "--with", "vodka 3 mg oral"], "--with"),
        (["heroin", "30mg", "--route", "iv", "--with", "diazepam -10 mg oral"], "--with"),
        (["heroin", "30mg", "--route", "iv", "--naloxone", "0.4 mg smoked at 20 min"], "--naloxone"),
        (["heroin", "30mg", "--route", "iv", "--naloxone", "0.4 mg im at -20 min"], "--naloxone"),
        (["heroin", "30mg", "--route", "iv", "--age", "-4"], "age_years"),
        (["heroin", "30mg", "--route", "iv", "--age", "nan"], "age_years"),
        (["heroin", "30mg", "--route", "iv", "--weight", "0"], "weight_kg"),
        (["heroin", "30mg", "--route", "iv", "--weight", "9000"], "weight_kg"),
        (["heroin", "30mg", "--route", "iv", "--kidney", "-1"], "gfr_ml_per_min"),
        (["heroin", "30mg", "--route", "iv", "--liver", "2"], "liver"),
        (["heroin", "30mg", "--route", "iv", "--tolerance", "0.2"], "tolerance"),
        (["heroin", "30mg", "--route", "iv", "--tolerance", "50"], "tolerance"),
        (["heroin", "30mg", "--route", "iv", "--tolerance", "nan"], "tolerance"),
        (["heroin", "30mg", "--route", "iv", "--people", "0"], "people"),
        (["heroin", "30mg", "--route", "iv", "--people", "99999"], "people"),
        (["heroin", "30mg", "--route", "iv", "--people", "many"], "people"),
        (["heroin", "30mg", "--route", "iv", "--hours", "0"], "hours"),
        (["heroin", "30mg", "--route", "iv", "--hours", "inf"], "hours"),
        (["heroin", "30mg", "--route", "iv", "--hours", "1000"], "72"),
        (["heroin", "30mg iv at 30 h"], "after the end"),
        (["heroin", "30mg", "--route", "iv", "--illness", "flu"], "flu"),
        (["heroin", "30mg", "--route", "iv", "--seed", "-1"], "seed"),
        (["heroin", "30mg", "--route", "iv", "-o", "taken"], "taken"),
        (["heroin", "30mg", "--route", "iv", "-o", "taken/in"], "taken"),
    ],
)
def test_a_slip_is_told_and_nothing_is_written(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken").write_text("a file")
    code, printed, told = at_the_door(*arguments, monkeypatch=monkeypatch, capsys=capsys)
    assert code == 2, told
    assert says in told and printed == ""
    assert "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_the_same_command_in_other_processes_gives_the_same_files_anew(tmp_path: Path) -> None:
    written = []
    for _ in range(2):
        arguments = ("fentanyl", "100 mcg iv q1h x 2", "--hours", "3", *FEW, "--seed", "4", "-o", "here")
        done = papaver(*arguments, folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        written.append({path.name: path.read_bytes() for path in (tmp_path / "here").iterdir()})
    assert written[0] == written[1]
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


def test_bad_input_ends_a_real_process_with_2_and_one_message(tmp_path: Path) -> None:
    arguments = ("herion", "30mg", "--route", "iv")
    done = papaver(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "heroin" in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
