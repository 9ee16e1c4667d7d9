"""Panels: what is read, and how every fault is told with its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from papaver.body.panel import BELOW, EXACT, POSITIVE, parse_panel, read_panel
from papaver.errors import InputError

HEAD = "matrix,analyte,result,unit\n"


def faults(text: str) -> str:
    with pytest.raises(InputError) as caught:
        parse_panel(text, "p.csv")
    return str(caught.value)


def test_levels_and_sides_of_cutoffs_are_read() -> None:
    panel = parse_panel(HEAD + "urine,mam,<10,ng/mL\nurine,opiates,>=300,ug/L\nblood,morphine,0.09,mg/L\n")
    assert [(r.analyte, r.kind, r.ng_per_ml) for r in panel.results] == [
        ("mam", BELOW, 10.0),
        ("opiates", POSITIVE, 300.0),
        ("morphine", EXACT, 90.0),
    ]


@pytest.mark.parametrize(
    ("result", "unit", "mg_per_ml"),
    [("130", "mg/dL", 1.3), ("1.3", "g/L", 1.3), ("1.3", "mg/mL", 1.3), ("1300", "mg/L", 1.3)],
)
def test_creatinine_belongs_to_its_specimen(result: str, unit: str, mg_per_ml: float) -> None:
    panel = parse_panel(HEAD + f"urine,mam,5,ng/mL\nblood,mam,5,ng/mL\nurine,creatinine,{result},{unit}\n")
    assert panel.results[0].specimen.creatinine_mg_per_ml == pytest.approx(mg_per_ml)
    assert panel.results[1].specimen.creatinine_mg_per_ml is None


def test_specimens_at_other_hours_are_told_apart() -> None:
    panel = parse_panel("matrix,analyte,result,unit,hours\nurine,mam,50,ng/mL,0\nurine,mam,9,ng/mL,3.5\n")
    assert [r.specimen.hours for r in panel.results] == [0.0, 3.5]


def test_columns_in_another_order_blank_lines_and_a_mark_of_bytes_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes("\ufeffunit,result, analyte,matrix\n\nng/mL,5,MAM,Oral fluid\n".encode())
    (one,) = read_panel(path).results
    assert (one.specimen.matrix, one.analyte, one.ng_per_ml) == ("oral_fluid", "mam", 5.0)


def test_families_are_told_apart() -> None:
    panel = parse_panel(HEAD + "urine,mam,5,ng/mL\nurine,eddp,500,ng/mL\nurine,norfentanyl,<1,ng/mL\n")
    assert panel.families == ("opiates", "methadone", "fentanyl")
    assert [r.analyte for r in panel.of("methadone").results] == ["eddp"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("urin,mam,5,ng/mL", "p.csv:2, matrix: 'urin' cannot be read here. Did you mean urine?"),
        ("urine,morphin,5,ng/mL", "p.csv:2, analyte: there is no 'morphin' in urine. Did you mean morphine"),
        ("blood,opiates,5,ng/mL", "p.csv:2, analyte: there is no 'opiates' in blood."),
        ("urine,mam,positive,ng/mL", "p.csv:2, result: 'positive' is no result. Write 85, <10 or >=300."),
        ("urine,mam,-5,ng/mL", "p.csv:2, result: '-5' is no result."),
        ("urine,mam,0,ng/mL", "p.csv:2, result: '0' is not above zero. Write a negative result as <CUTOFF."),
        ("urine,mam,nan,ng/mL", "p.csv:2, result: 'nan' is no result."),
        ("urine,mam,1e400,ng/mL", "p.csv:2, result: '1e400' is not above zero."),
        ("urine,mam,5,nmol/L", "p.csv:2, unit: 'nmol/L' is no unit of it. Use: ng/mL,"),
        ("urine,mam,5", "p.csv:2: 3 cells where the header has 4."),
        ("hair,mam,5,ng/mg", "p.csv:2, matrix: 'hair' cannot be read here. Hair tells months"),
        ("urine,mam,5,ng/mL\nurine,mam,6,ng/mL", "p.csv:3, analyte: stands twice."),
        ("blood,creatinine,1,mg/mL", "p.csv:2, matrix: creatinine is read in urine alone."),
        ("urine,creatinine,<1,mg/mL", "p.csv:2, result: creatinine must be a number."),
        ("urine,creatinine,1,mg/mL", "p.csv, hours: creatinine at hour 0 belongs to no result of urine."),
        ('urine,"mam,5,ng/mL', "is not CSV"),
    ],
)
def test_a_fault_is_told_with_line_and_column(rows: str, words: str) -> None:
    assert words in faults(HEAD + rows + "\n")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("matrix,analyte,result", "p.csv:1, unit: this column is missing."),
        ("matrix,analyt,result,unit", "p.csv:1, analyt: this column is unknown. Did you mean analyte?"),
        ("matrix,analyte,result,unit,unit", "p.csv:1, unit: this column stands twice."),
        ("", "p.csv:1, matrix: this column is missing."),
    ],
)
def test_a_bad_header_is_told(header: str, words: str) -> None:
    assert words in faults(header + "\n")


def test_all_faults_come_in_one_message_in_order_of_lines() -> None:
    message = faults(HEAD + "urine,mam,x,ng/mL\nurin,mam,5,ng/mL\nurine,codeine,5,g\n")
    assert [line.split(",")[0] for line in message.splitlines()] == ["p.csv:2", "p.csv:3", "p.csv:4"]


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_panel(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"matrix,analyte,result,unit\nurine,\xe9,5,ng/mL\n")
    with pytest.raises(InputError, match="UTF-8"):
        read_panel(tmp_path / "latin.csv")
    (tmp_path / "large.csv").write_bytes(b"x" * 2_000_000)
    with pytest.raises(InputError, match="too large"):
        read_panel(tmp_path / "large.csv")
    with pytest.raises(InputError, match="at most 200"):
        parse_panel(HEAD + "urine,mam,5,ng/mL\n" * 300)
