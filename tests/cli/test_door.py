"""The door of the command line: quick, plain, and closed to bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from papaver import __version__
from papaver.cli import COMMANDS
from papaver.errors import Fault, InputError
from papaver.scenario import TEMPLATES, load

HEAVY = {
    "numpy",
    "numba",
    "polars",
    "pyarrow",
    "scipy",
    "matplotlib",
    "pint",
    "jinja2",
    "pydantic",
    "pandas",
    "ruamel",
}
HEAVY |= {"rich", "pygments"}
ENTRY = "import sys; from papaver.cli import main\n"
RUN = f"{ENTRY}main()"


def python(code: str, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def papaver(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return python(RUN, *arguments, folder=folder)


def with_command(body: str) -> str:
    """Code of a papaver that has a command ``broken`` with this body."""
    return (
        f"{ENTRY}import types; from papaver.cli import COMMANDS\n"
        f"module = types.ModuleType('papaver.cli.broken')\n"
        f"def broken() -> None:\n    {body}\n"
        "module.broken = broken\n"
        "sys.modules['papaver.cli.broken'] = module\nCOMMANDS['broken'] = 'Break.'\nmain()"
    )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["rnu"]])
def test_the_door_imports_nothing_heavy(arguments: list[str]) -> None:
    code = f"{ENTRY}try:\n    main()\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    done = python(code, *arguments)
    loaded = set(done.stderr.split())
    assert "papaver.cli" in loaded
    by_typer = {"pydantic"} if "--help" not in arguments else set()  # to read arguments
    assert not (HEAVY - by_typer) & loaded


def test_help_is_quick() -> None:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        assert papaver("--help").returncode == 0
        times.append(time.perf_counter() - start)
    assert min(times) < 0.3


def test_help_lists_every_command_with_its_line() -> None:
    text = papaver("--help").stdout
    for name, line in COMMANDS.items():
        assert name in text
        assert line in text
    assert {"run", "evidence", "schema", "init"} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_of_its_own(name: str) -> None:
    from importlib.util import find_spec

    if find_spec(f"papaver.cli.{name}") is None:
        pytest.skip("not part of this version")
    done = papaver(name, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Usage: papaver {name}")


def test_version() -> None:
    assert papaver("--version").stdout == f"papaver {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rnu", "x.yaml"], "Did you mean 'run'"),
        (["shcema"], "Did you mean 'schema'"),
        (["init", "x", "--tmplate", "minimal"], "--template"),
        (["--versoin"], "--version"),
        (["schema", "more"], "unexpected extra argument"),
        (["init", "x", "--tmplate", "minimal"], "Did you mean --template?"),
        (["body", "heroin"], "DOSE: is missing. Write `papaver body DRUG DOSE`."),
        (["evidence", "search"], "words: is missing. Write `papaver evidence search words...`."),
        (["run", "x.yaml", "--people", "many"], "--people: must be a whole number."),
        (["life", "x.yaml", "--people", "0"], "--people: must be "),
        (["body", "heroin", "-3mg"], "'-3mg': amounts and times cannot be below zero."),
    ],
)
def test_slips_of_the_keyboard(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = papaver(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.endswith(" --help`.\n")
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_input_errors_are_told_a_line_each() -> None:
    faults = [Fault("is wrong.", "Mend it.", "a.yaml", 3, "x\x1b[31m"), Fault("is worse.", "Mend it too.")]
    body = f"from papaver.errors import Fault, InputError; raise InputError({faults!r})"
    done = python(with_command(body), "broken")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == "a.yaml:3, x\\x1b[31m: is wrong. Mend it.\nis worse. Mend it too.\n"
    assert str(InputError(faults)).count("\n") == 1


def test_our_own_bugs_keep_their_plain_traceback() -> None:
    done = python(with_command("secret = 'inside'; raise RuntimeError('bug')"), "broken")
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback (most recent call last)")
    assert done.stderr.endswith("RuntimeError: bug\n")
    assert "─" not in done.stderr


def test_a_missing_module_within_a_command_is_a_bug_not_a_missing_command() -> None:
    done = python(with_command("import no_such_library"), "broken")
    assert done.returncode == 1
    assert "no_such_library" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_interrupted() -> None:
    code = with_command("import time; print('ready', flush=True); time.sleep(60)")
    with subprocess.Popen(
        [sys.executable, "-c", code, "broken"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors


@pytest.mark.skipif(os.name == "nt", reason="pipes")
def test_reader_gone() -> None:
    code = with_command("[print('x' * 1000) for _ in range(1000)]")
    with subprocess.Popen(
        [sys.executable, "-c", code, "broken"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(timeout=30)
    assert process.returncode == 1


def test_schema_is_json() -> None:
    done = papaver("schema")
    assert done.returncode == 0
    assert json.loads(done.stdout)["version"] == 1


def test_init_writes_a_scenario_that_loads(tmp_path: Path) -> None:
    done = papaver("init", "my_study", folder=tmp_path)
    assert done.returncode == 0
    assert "papaver run my_study.yaml" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["my_study.yaml"]
    scenario = load(tmp_path / "my_study.yaml")
    assert scenario.name == "my_study"
    assert len(scenario.plans) == 8


@pytest.mark.parametrize("kind", TEMPLATES)
def test_init_from_each_template(kind: str, tmp_path: Path) -> None:
    assert papaver("init", "x", "--template", kind, folder=tmp_path).returncode == 0
    assert load(tmp_path / "x.yaml").name == "x"


def test_init_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("precious")
    done = papaver("init", "mine", folder=tmp_path)
    assert done.returncode == 2
    assert "exists already. Choose another name" in done.stderr
    assert (tmp_path / "mine.yaml").read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


def test_init_lists_its_templates() -> None:
    text = papaver("init", "--list").stdout
    assert all(kind in text for kind in TEMPLATES)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["My Study"], "such as my_study"),
        (["study.yaml"], "such as study"),
        (["../up"], "such as up"),
        (["con"], "cannot be the name"),
        (["a" * 61], "at most 60"),
        (["x", "--template", "respnsible_use"], "Did you mean 'responsible_use'?"),
        ([], "papaver init my_study"),
    ],
)
def test_init_refuses(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = papaver("init", *arguments, folder=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
