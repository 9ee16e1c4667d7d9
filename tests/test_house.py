"""The rules of the house that a machine can check: rooms, numbers, safety, words, pins, commands."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from papaver.cli import COMMANDS
from tools import check_site, check_tracked

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "papaver"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MODULES = sorted(SOURCE.rglob("*.py"))
# Rooms in which every number arrives from the evidence.
NUMBER_FREE = ("body", "person", "population")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


# ---------------------------------------------------------------------------------------------------- rooms


def _layers() -> list[str]:
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    return [room.strip(" ()") for layer in contract["layers"] for room in layer.split("|")]


def _described() -> list[str]:
    """Paths that the map on the house page lists, relative to the package."""
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    block = page.split("```text\nsrc/papaver/\n", 1)[1].split("```", 1)[0]
    paths: list[str] = []
    folder = ""
    for line in block.splitlines():
        name = line.split()[0]
        if line.startswith("    "):
            paths.append(folder + name)
        else:
            folder = name if name.endswith("/") else ""
            paths.append(name)
    return paths


def test_every_room_stands_on_the_map_and_everything_on_the_map_stands() -> None:
    rooms = {
        path.name + ("/" if path.is_dir() else "")
        for path in SOURCE.iterdir()
        if not path.name.startswith("_") and (path.suffix == ".py" or any(path.glob("*.*")))
    }
    described = _described()
    assert rooms == {path for path in described if path.count("/") == path.endswith("/")}
    assert [path for path in described if not (SOURCE / path).exists()] == []


def test_the_map_lists_the_rooms_in_the_order_of_imports() -> None:
    order = [path.rstrip("/").removesuffix(".py") for path in _described()]
    layers = [room for room in reversed(_layers()) if room in order and room not in {"errors", "compiled"}]
    assert [room for room in order if room in layers] == layers


# -------------------------------------------------------------------------------------------------- numbers

# Neutral elements, halves, and the sizes of units: these are not findings about people.
FREE_NUMBERS = {0.0, 0.5, 1.0, 2.0, 7.0, 24.0, 60.0, 100.0, 1000.0, 365.25}
# Numbers of mathematics and of computing. A number that is no longer used there must go.
ALLOWED_NUMBERS = {
    "body/breathing.py": ({1.5, 10.0}, "how long and how finely a caller watches unless told otherwise"),
    "body/gas.py": ({3.0, 4.0}, "coefficients of a power series"),
    "body/chains.py": ({1e-9, 1e4}, "bounds of a bisection"),
    "body/chains_opioids.py": ({16.0}, "the dose at which an input holds a share, as its name says"),
    "body/kinetics.py": ({1e-6, 4.0, 1e8}, "when and how far equal rates are nudged"),
    "body/linear.py": ({1e7, 1e-300}, "when eigenvectors are too parallel; what is nothing"),
    "person/adaptation.py": ({1e-300}, "a gap whose logarithm can still be taken"),
    "person/day.py": ({1e-9}, "a load that is nothing"),
    "population/cohort.py": ({1.6448536269514722}, "95 % point of the normal curve"),
    "population/job.py": ({1e-9}, "rounding of whole years"),
}


def _floats(path: Path) -> Iterator[tuple[int, float]]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, node.value


def _number_free() -> list[Path]:
    return [path for path in MODULES if path.relative_to(SOURCE).parts[0] in NUMBER_FREE]


def test_no_number_is_written_outside_the_evidence() -> None:
    found = [
        f"{_name(path)}:{line}: {value!r} belongs in evidence/data/inputs.csv"
        for path in _number_free()
        for line, value in _floats(path)
        if value not in FREE_NUMBERS | ALLOWED_NUMBERS.get(_name(path), (set(), ""))[0]
    ]
    assert found == []


def test_every_allowed_number_is_still_used() -> None:
    used = {_name(path): {value for _, value in _floats(path)} for path in _number_free()}
    assert [
        file for file, (numbers, _) in ALLOWED_NUMBERS.items() if not numbers <= used.get(file, set())
    ] == []


# --------------------------------------------------------------------------------------------------- safety

UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "yaml"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
UNSAFE_ARGUMENTS = {("shell", True), ("allow_pickle", True), ("typ", "unsafe"), ("autoescape", False)}


def _is_false(call: ast.Call, keyword: str) -> bool:
    values = [k.value for k in call.keywords if k.arg == keyword]
    return bool(values) and isinstance(values[0], ast.Constant) and values[0].value is False


def _unsafe(node: ast.AST) -> str | None:
    if isinstance(node, ast.Import):
        names = {alias.name.split(".")[0] for alias in node.names} & UNSAFE_MODULES
        return f"imports {', '.join(names)}" if names else None
    if isinstance(node, ast.ImportFrom):
        name = (node.module or "").split(".")[0]
        return f"imports {name}" if node.level == 0 and name in UNSAFE_MODULES else None
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name) and node.func.id in UNSAFE_CALLS:
        return f"calls {node.func.id}"
    if isinstance(node.func, ast.Attribute) and node.func.attr == "load":
        of = node.func.value
        if isinstance(of, ast.Name) and of.id in {"np", "numpy"} and not _is_false(node, "allow_pickle"):
            return "calls np.load without allow_pickle=False"
    for keyword in node.keywords:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if (keyword.arg, value) in UNSAFE_ARGUMENTS:
            return f"says {keyword.arg}={value!r}"
    return None


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from yaml import load",
        "eval('1')",
        "np.load(f)",
        "np.load(f, allow_pickle=True)",
        "YAML(typ='unsafe')",
        "run('x', shell=True)",
    ],
)
def test_unsafe_code_is_recognised(text: str) -> None:
    assert any(_unsafe(node) for node in ast.walk(ast.parse(text)))


def test_nothing_runs_code_from_data() -> None:
    found = [
        f"{_name(path)}:{getattr(node, 'lineno', 0)}: {what}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if (what := _unsafe(node))
    ]
    assert found == []


# ---------------------------------------------------------------------------------------------------- words

STIGMA = re.compile(
    r"\b(?:addicts?|abus(?:e|es|ed|er|ers|ing|ive)|junk(?:ie|y|ies)|druggies?|alcoholics?|drug habit|"
    r"(?:get|gets|getting|got|stay|stays|staying|stayed|go|going) clean|"
    r"(?:clean|dirty) (?:urines?|needles?|people|person))\b",
    re.IGNORECASE,
)
# In our own prose people come first; the evidence tables may keep the short form of a study's population.
PEOPLE_SECOND = re.compile(
    r"\b(?:heroin|opioid|opiate|drugs?|substance|injecti(?:on|ng)(?: drug)?)[- ]users?\b", re.IGNORECASE
)
# Names that others gave to a diagnosis, an instrument or a programme, which we do not rename; and violence.
NAMES_OF_OTHERS = re.compile(
    r"abuse(?: or |/| and )dependence|dependence or abuse|DSM-IV heroin abuse|abuse \(a diagnosis\)|"
    r"California Civil Addict Program|Virtual Opioid User|"
    r"National Institute on Drug Abuse|Substance Abuse and Mental Health|"
    r"(?:physical|sexual|emotional|child|childhood) abuse",
    re.IGNORECASE,
)
# Titles of publications stand as their authors wrote them.
TITLES = {"sources.csv"}


def _worded_files() -> list[Path]:
    own = [ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff")]
    ends = {".py", ".md", ".csv", ".yaml", ".html", ".j2", ".jinja", ".toml", ".css"}
    folders = [SOURCE, ROOT / "docs", ROOT / "examples", ROOT / "benchmarks"]
    found = [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in ends]
    return own + [path for path in found if path.name not in TITLES]


def _stigma(path: Path) -> Iterator[str]:
    name = path.relative_to(ROOT).as_posix()
    patterns = (STIGMA,) if path.suffix == ".csv" else (STIGMA, PEOPLE_SECOND)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        ours = NAMES_OF_OTHERS.sub("", re.sub(r"https?://\S+", "", line))
        for pattern in patterns:
            for hit in pattern.finditer(ours):
                yield f"{name}:{number}: {hit.group(0)!r}: {ours[max(0, hit.start() - 40) : hit.end() + 40]}"


def test_our_words_are_people_first() -> None:
    assert [hit for path in _worded_files() for hit in _stigma(path)] == []


@pytest.mark.parametrize("text", ["drug abusers", "an addict", "he got clean", "junkies"])
def test_stigmatising_words_are_recognised(text: str) -> None:
    assert STIGMA.search(text)


# --------------------------------------------------------------------------- pins, versions, what is tracked

MARKER = r"[a-z_]+ (?:<|<=|==|!=|>|>=) '[\w.]+'"
PIN = re.compile(rf"[a-z0-9][a-z0-9.-]*==[0-9][0-9a-z.]*( ; {MARKER}( (?:and|or) {MARKER})*)?")


def _lines(name: str) -> list[str]:
    return (ROOT / name).read_text(encoding="utf-8").splitlines()


def _pinned(name: str) -> set[str]:
    lines = _lines(name)
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    return {line.split("==")[0] for line in lines}


def _asked(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~ ;]", r)[0].lower().replace("_", "-").replace(".", "-") for r in requirements}


def test_pins_are_plain_lines_and_cover_what_the_project_asks_for() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    core, dev = _pinned("requirements.txt"), _pinned("requirements-dev.txt")
    assert _asked(PROJECT["project"]["dependencies"]) <= core <= dev
    assert _asked(extras["dev"] + extras["docs"] + extras["fit"] + extras["app"] + extras["dask"]) <= dev


def test_development_uses_the_versions_that_users_get() -> None:
    versions = {line.split(" ;")[0] for line in _lines("requirements-dev.txt")}
    assert [line for line in _lines("requirements.txt") if line.split(" ;")[0] not in versions] == []


def test_one_version_everywhere() -> None:
    version = PROJECT["project"]["version"]
    citation = YAML(typ="safe").load(ROOT / "CITATION.cff")
    assert f'__version__ = "{version}"' in (SOURCE / "__init__.py").read_text(encoding="utf-8")
    assert str(citation["version"]) == version
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert {"cff-version", "message", "title", "authors", "license"} <= set(citation)


def test_no_tracked_file_names_a_package_host_or_a_machine() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what is tracked is not known")
    assert check_tracked.faults(check_tracked.tracked()) == []


def test_package_hosts_and_machine_paths_are_recognised(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    # In two halves, so that this file passes its own check.
    file.write_text("https://py" + "pi.org/simple\nopen('/ho" + "me/me/x')\nfine/wor" + "k/here\n")
    assert [fault.split(":")[1] for fault in check_tracked.faults([file], tmp_path)] == ["1", "2"]


@pytest.mark.parametrize(
    "page",
    [
        "<script src='https://x.org/a.js'></script>",
        "<link rel=stylesheet href='//fonts.example/a.css'>",
        "<img src=http://x.org/a.png>",
        "<style>@import 'https://x.org/a.css'</style>",
        "<script>fetch('https://x.org')</script>",
    ],
)
def test_pages_that_load_from_elsewhere_are_recognised(page: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page)
    assert len(check_site.faults(tmp_path)) == 1


def test_a_plain_link_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<a href='https://x.org'>x</a><link rel=canonical href='https://x.org'>")
    assert check_site.faults(tmp_path) == []


# -------------------------------------------------------------------------------------- the first commands


def test_the_readme_names_make_targets_that_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def _commands(page: Path) -> Iterator[str]:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    yield from re.findall(r"`papaver ([a-z]+)", text)
    yield from re.findall(r"(?:^|/|&& )papaver ([a-z]+)", "\n".join(blocks), re.MULTILINE)


def test_commands_shown_to_readers_exist() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    shown = {command: page.name for page in pages for command in _commands(page)}
    assert {"run", "init", "evidence"} <= set(shown)
    assert {command: page for command, page in shown.items() if command not in COMMANDS} == {}


needs_sh = pytest.mark.skipif(os.name == "nt", reason="the Makefile needs a POSIX shell")


def _environment(tmp_path: Path, python: str) -> subprocess.CompletedProcess[str]:
    fake = tmp_path / "python"
    fake.write_text(f"#!/bin/sh\n{python}\n")
    fake.chmod(0o755)
    return subprocess.run(
        ["sh", ROOT / "tools" / "environment.sh", "core", tmp_path / "venv"],
        env={**os.environ, "PYTHON": str(fake)},
        capture_output=True,
        text=True,
        check=False,
    )


@needs_sh
@pytest.mark.parametrize(
    ("python", "words"),
    [
        ('case "$2" in *exit*) exit 1;; *) echo 3.9;; esac', "is Python 3.9"),
        ("exit 127", "none was found"),
        (f'case "$2" in *ensurepip*) exit 1;; esac; exec "{sys.executable}" "$@"', "package python3-venv"),
    ],
    ids=["too old", "missing", "no venv module"],
)
def test_a_machine_without_a_fitting_python_is_told_what_to_install(
    tmp_path: Path, python: str, words: str
) -> None:
    done = _environment(tmp_path, python)
    assert (done.returncode, words in done.stderr) == (1, True), done.stderr
    assert "apt install" in done.stderr
    assert not (tmp_path / "venv").exists()
