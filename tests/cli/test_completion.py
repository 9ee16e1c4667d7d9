"""The completion scripts: they complete commands and options, and hold nothing that runs papaver."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from papaver.cli import COMMANDS, app

SHELLS = ("bash", "zsh", "fish")


def script(shell: str) -> str:
    done = CliRunner().invoke(app, ["completion", shell])
    assert done.exit_code == 0
    return done.output


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_is_in_it_and_nothing_runs_papaver(shell: str) -> None:
    head, *lines = script(shell).splitlines()
    assert head.startswith("# Use it now:")
    text = "\n".join(lines)
    assert [name for name in COMMANDS if name not in text] == []
    assert "--draws" in text or "-l draws" in text
    assert "$(papaver" not in text and "`papaver" not in text


def complete(*words: str) -> list[str]:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    typed = " ".join(f"'{word}'" for word in words)
    code = (
        f"{script('bash')}\nCOMP_WORDS=({typed})\nCOMP_CWORD={len(words) - 1}\n"
        '_papaver\nprintf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_completes_commands_options_and_commands_within() -> None:
    assert set(complete("papaver", "")) >= set(COMMANDS)
    assert complete("papaver", "with") == ["withdrawal"]
    assert complete("papaver", "run", "--peo") == ["--people"]
    assert "search" in complete("papaver", "evidence", "s")
    assert complete("papaver", "run", "my_fi") == []  # files are bash's own matter


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_reads_its_script(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    file = tmp_path / "script"
    file.write_text(script(shell), encoding="utf-8")
    subprocess.run([shell, "-n", str(file)], check=True)


def test_another_shell_is_refused_in_words() -> None:
    done = CliRunner().invoke(app, ["completion", "csh"])
    assert done.exit_code == 2
    assert "fish" in done.output
