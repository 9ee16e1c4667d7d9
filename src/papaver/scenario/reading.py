"""Reading a scenario file: validated whole, every fault with its place and remedy."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from papaver.errors import Fault, InputError
from papaver.scenario.checks import CrossFault, cross_faults
from papaver.scenario.document import MOST_BYTES, Node, parse
from papaver.scenario.faults import Finding, findings
from papaver.scenario.fields import Model
from papaver.scenario.help import SCENARIO, Help
from papaver.scenario.model import VERSION, Scenario
from papaver.scenario.size import crowd

M = TypeVar("M", bound=Model)

# Version -> what turns the content of such a file into that of the next version.
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


def load(path: str | Path) -> Scenario:
    """Read and validate a scenario file.

    Raises InputError with every fault found: file, line, field, what is wrong, and how to mend it.
    """
    return loads(_read(Path(path), SCENARIO_FILE), file=str(path))


def loads(text: str, file: str = "<text>") -> Scenario:
    """Validate the text of a scenario file; ``file`` is the name used in messages."""
    scenario, text, notes = validated(SCENARIO_FILE, text, file)
    scenario._text = text
    scenario._notes = notes
    return scenario


@dataclass(frozen=True)
class Kind(Generic[M]):
    """A kind of file read like a scenario: its model, help, rules between fields, what to compare it with.

    ``upgrades``: version -> what turns the content of such a file into that of the next version.
    """

    model: type[M]
    about: Help
    cross: Callable[[Any], Sequence[CrossFault]]
    compare: str
    upgrades: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = field(default_factory=dict)


# a field that only one kind of file has -> the kind, and the command that reads it
MARKS = {
    "plans": ("a scenario", "papaver run"),
    "before": ("a person file", "papaver life"),
    "arms": ("a trial's protocol", "papaver trial"),
}

SCENARIO_FILE = Kind(Scenario, SCENARIO, cross_faults, "a file written by `papaver init NAME`", UPGRADES)


def read(kind: Kind[M], path: str | Path) -> tuple[M, str, tuple[str, ...]]:
    """Read and validate a file of some kind: its content, its text and notes for the reader.

    Raises InputError with every fault found: file, line, field, what is wrong, and how to mend it.
    """
    return validated(kind, _read(Path(path), kind), str(path))


def validated(kind: Kind[M], text: str, file: str = "<text>") -> tuple[M, str, tuple[str, ...]]:
    """Validate the text of a file of some kind, as ``read`` does."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    root, faults = parse(text, file)
    data, notes = _current(root, file, kind)
    try:
        made = kind.model.model_validate(data)
    except ValidationError as error:
        found = findings(error, data, kind.about, kind.cross)
        if kind.model is Scenario:
            found = _with_cost(found, data)
        faults += [finding.fault(file, root.line_of(finding.path)) for finding in found]
        raise InputError(sorted(faults, key=lambda fault: fault.line or 0)) from None
    if faults:
        raise InputError(sorted(faults, key=lambda fault: fault.line or 0))
    return made, text, notes


def changed(scenario: Scenario, **values: int | None) -> Scenario:
    """The scenario with other ``people``, ``draws`` or ``seed``; None leaves a value as it is.

    Raises InputError that names the option (``--people``) where a value is out of bounds.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if not given:
        return scenario
    data = scenario.model_dump() | given
    try:
        made = Scenario.model_validate(data)
    except ValidationError as error:
        faults = [finding.fault(None, None) for finding in _with_cost(findings(error, data), data)]
        raise InputError([_as_option(fault, given) for fault in faults]) from None
    made._text, made._notes = scenario.text, scenario.notes
    return made


def _with_cost(found: list[Finding], data: Mapping[str, Any]) -> list[Finding]:
    """The findings, of too many people with what they would cost."""
    told = crowd(data)
    if told is None:
        return found
    return [Finding(one.path, *told) if one.path == ("people",) else one for one in found]


def _as_option(fault: Fault, given: dict[str, int]) -> Fault:
    name = f"--{fault.field}" if fault.field in given else fault.field
    return Fault(fault.what, fault.remedy, field=name)


def _check_kind(data: Mapping[str, Any], file: str, kind: Kind[M]) -> None:
    """Refuse a file of another kind as a whole, instead of field by field."""
    own = [name for name in MARKS if name in kind.model.model_fields]
    others = [name for name in MARKS if name in data and name not in own]
    if len(others) == 1 and not any(name in data for name in own):
        what, command = MARKS[others[0]]
        raise InputError(
            Fault(f"this is {what}, not a {kind.about.kind}.", f"Use `{command} {file}`.", file=file)
        )


def _current(root: Node, file: str, kind: Kind[M]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The content of the file in the current version of the format, and what to tell about an upgrade."""
    data = root.plain()
    if not isinstance(data, dict):
        raise InputError(
            Fault(
                f"this is not a {kind.about.kind}, whose top level is fields such as `papaver: 1`.",
                f"Compare with {kind.compare}.",
                file=file,
                line=root.line,
            )
        )
    _check_kind(data, file, kind)
    version = data.get("papaver")
    if isinstance(version, bool) or not isinstance(version, int) or version == VERSION:
        return data, ()  # a wrong type is found by the validation
    while version in kind.upgrades:
        data = kind.upgrades[version](data)
        version += 1
    if version != VERSION:
        raise _unknown_version(version, root, file)
    return data, (f"{file} has an older version of the format and was read as version {VERSION}.",)


def _unknown_version(version: int, root: Node, file: str) -> InputError:
    newer = version > VERSION
    what = "is newer than this papaver understands" if newer else "has never existed"
    remedy = "Install a newer papaver, or write" if newer else "Write"
    return InputError(
        Fault(
            f"version {version:,} {what}.",
            f"{remedy} `papaver: {VERSION}` and the fields of `papaver schema`.",
            file=file,
            line=root.line_of(("papaver",)),
            field="papaver",
        )
    )


def _read(path: Path, kind: Kind[M]) -> str:
    try:
        if path.is_dir():
            raise InputError(Fault("this is a folder.", f"Name a {kind.about.kind} in it.", file=str(path)))
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except InputError:  # a ValueError as well
        raise
    except FileNotFoundError:
        raise InputError(Fault("there is no such file.", _similar(path, kind), file=str(path))) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(
            Fault(f"cannot be read: {reason}.", "Check the name and the permissions.", file=str(path))
        ) from None
    return _decoded(content, str(path))


def _similar(path: Path, kind: Kind[M]) -> str:
    try:
        there = sorted(p.name for p in path.parent.iterdir() if p.suffix in (".yaml", ".yml"))
    except (OSError, ValueError):
        there = []
    close = difflib.get_close_matches(path.name, there, 1)
    if close:
        return f"Did you mean {path.with_name(close[0])}?"
    if kind.model is Scenario:
        return "Check the name, or write a first scenario with `papaver init NAME`."
    return f"Check the name; {kind.compare} is such a file."


def _decoded(content: bytes, file: str) -> str:
    if len(content) > MOST_BYTES:
        raise InputError(
            Fault(
                f"has more than the {MOST_BYTES // 1024} KiB that a scenario may have.",
                "Check that this is the right file.",
                file=file,
                line=1,
            )
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
        what = "is text in UTF-16, not UTF-8." if utf16 else "is not text in UTF-8."
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            Fault(what, "Save it as plain text in UTF-8.", file=file, line=1 if utf16 else line)
        ) from None
