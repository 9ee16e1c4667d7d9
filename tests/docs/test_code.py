"""Every block of code in the documentation runs: Python as written, lines that begin with papaver too.

Commands run in a folder with the examples and a small run of the demonstration; those that would take long
get fewer people, and the explorer alone, which never ends, is left out (it has tests of its own).
"""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import sys
import textwrap
from pathlib import Path

import pytest

from papaver.cli import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
BLOCK = re.compile(r"^( *)```(python|console|sh|csv)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:\$ |\.venv/bin/)?(papaver .*)$", re.MULTILINE)
FEWER = {
    "run": ["--people", "10", "--draws", "1", "--overwrite"],
    "withdrawal": ["--people", "20"],
    "detect": ["--people", "20", "--draws", "1"],
}


def blocks(page: Path) -> list[tuple[str, str]]:
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(kind, textwrap.dedent(text)) for _, kind, text in found]


def commands(page: Path) -> list[list[str]]:
    """The commands of a page in order, without what a shell would make of them."""
    text = "\n".join(text for kind, text in blocks(page) if kind in ("console", "sh"))
    lines = [line.split(" > ")[0].split(" && ")[0] for line in COMMAND.findall(text)]
    split = [shlex.split(line, comments=True)[1:] for line in lines]
    return [words for words in split if words != ["app"]]


def python(page: Path) -> str:
    return "\n".join(text for kind, text in blocks(page) if kind == "python")


def called(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def test_there_is_code_to_run() -> None:
    assert len([page for page in PAGES if python(page)]) >= 8
    names = {words[0] for page in PAGES for words in commands(page)}
    assert {"run", "init", "body", "withdrawal", "trial", "detect", "evidence", "export"} <= names


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader has it after the demonstration and a first study of their own, but small."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "examples", folder / "examples")
    for protocol in (folder / "examples" / "trials").glob("*.yaml"):
        text = protocol.read_text(encoding="utf-8")
        for field in ("people_per_arm", "draws"):
            text = re.sub(rf"^{field}: \d+", f"{field}: 2", text, flags=re.MULTILINE)
        protocol.write_text(text, encoding="utf-8")
    few = ["--people", "20", "--draws", "2"]
    papaver(folder, ["run", "examples/responsible_use.yaml", *few])
    papaver(folder, ["init", "my_study"])
    papaver(folder, ["run", "my_study.yaml", *few])
    (folder / "my_study.yaml").unlink()
    return folder


@pytest.mark.parametrize("page", [page for page in PAGES if python(page)], ids=called)
def test_the_python_of_a_page_runs(page: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    exec(compile(python(page), called(page), "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=called)
def test_the_commands_of_a_page_run(page: Path, desk: Path, tmp_path: Path) -> None:
    here = tmp_path / "desk"
    shutil.copytree(desk, here)
    for kind, text in blocks(page):
        if kind == "csv":
            (here / "panel.csv").write_text(text, encoding="utf-8")
    for words in commands(page):
        papaver(here, [*words, *FEWER.get(words[0], [])])


def papaver(folder: Path, words: list[str]) -> None:
    """A command as the door runs it, in this process: each new one would load all compiled code anew."""
    with contextlib.chdir(folder), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["papaver", *words])
        try:
            main()
        except SystemExit as left:
            assert not left.code, f"papaver {shlex.join(words)} exits with {left.code}"
