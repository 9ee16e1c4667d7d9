"""``papaver validate``: table, plots and page, and messages for what it cannot do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from papaver.atlas.running import from_csv
from papaver.atlas.stamp import from_json
from papaver.cli import app
from papaver.errors import InputError

FEW = "f_glasper_dose,f_ctn30_stable_nouse"


def validate(*options: str) -> str:
    result = CliRunner().invoke(app, ["validate", *options], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_table_plots_and_page_are_written(tmp_path: Path) -> None:
    said = validate(
        "--only", FEW, "--fast", "-o", str(tmp_path / "v"), "--write-docs", str(tmp_path / "docs")
    )
    assert "f_glasper_dose" in said
    assert "fit:" in said
    rows = from_csv(tmp_path / "v" / "validation.csv")
    assert [row.finding for row in rows] == ["f_ctn30_stable_nouse", "f_glasper_dose"]
    assert from_json(tmp_path / "v" / "validation.json").draws == 1
    assert (tmp_path / "v" / "withdrawal.svg").read_bytes().startswith(b"<?xml")
    page = (tmp_path / "docs" / "validation.md").read_text(encoding="utf-8")
    assert "data/validation_withdrawal.svg" in page
    assert (tmp_path / "docs" / "data" / "validation_withdrawal.svg").is_file()
    assert not list(tmp_path.rglob("*.part"))


def test_the_page_can_be_written_anew_from_its_table(tmp_path: Path) -> None:
    validate("--only", FEW, "--fast", "-o", str(tmp_path / "v"), "--write-docs", str(tmp_path))
    page = tmp_path / "validation.md"
    first = page.read_text(encoding="utf-8")
    page.unlink()
    validate("--stored", "--write-docs", str(tmp_path))
    assert page.read_text(encoding="utf-8") == first


def test_the_list_names_status_and_protocol() -> None:
    line = next(line for line in validate("--list").splitlines() if line.startswith("f_nlx_cows"))
    assert " withdrawal " in line
    assert " fit " in line


def test_unknown_names_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no domain"):
        validate("--domain", "sleep", "-o", str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_help_imports_nothing_heavy() -> None:
    heavy = "[m for m in ('numba', 'numpy', 'matplotlib') if m in sys.modules]"
    code = f"import sys, papaver.cli.validate; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
