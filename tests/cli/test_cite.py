"""``papaver cite`` on a folder that is no run, and its lines on a run made by hand."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from papaver import results
from papaver.cli.cite import cite
from papaver.errors import InputError


def test_folder_without_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="run"):
        cite(tmp_path)


def test_only_sources_of_used_inputs_are_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = SimpleNamespace(inputs=({"name": "mam_half_life_min"}, {"name": "methadone_half_life_h"}))
    monkeypatch.setattr(results.Results, "open", lambda _folder: run)
    cite(Path("anywhere"))
    lines = capsys.readouterr().out.strip().splitlines()
    assert len(lines) == 2
    assert "Rook" in lines[0]
    cite(Path("anywhere"), bibtex=True)
    assert capsys.readouterr().out.count("@") == 2


def test_help_needs_no_run() -> None:
    from papaver.cli import app

    assert CliRunner().invoke(app, ["cite", "--help"]).exit_code == 0
