"""Faults of a scenario in plain words, from what Pydantic found."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from papaver.errors import Fault
from papaver.scenario.checks import CrossFault, cross_faults
from papaver.scenario.document import Path, dotted, shorten
from papaver.scenario.help import SCENARIO, Help, Spec
from papaver.scenario.help import example as example_of
from papaver.scenario.steps import STEPS


class Finding(NamedTuple):
    """A fault whose line is not known yet."""

    path: Path
    what: str
    remedy: str

    def fault(self, file: str | None, line: int | None) -> Fault:
        """The fault, at its place."""
        return Fault(self.what, self.remedy, file=file, line=line, field=dotted(self.path) or None)


def findings(
    error: ValidationError,
    data: Any,
    about: Help = SCENARIO,
    cross: Callable[[Any], Sequence[CrossFault]] = cross_faults,
) -> list[Finding]:
    """All that is wrong with ``data``: what Pydantic found, and fields that do not fit together."""
    details = [d for d in error.errors(include_url=False) if d["type"] != "cross_field" and not _echo(d)]
    found = [_finding(detail, data, about) for detail in details]
    if isinstance(data, dict):
        found += [Finding(*fault) for fault in cross(data)]
    return list(dict.fromkeys(found))


def _echo(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because an entry in it, told apart, is wrong."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _finding(detail: ErrorDetails, data: Any, about: Help) -> Finding:
    path, kind = _path(detail["loc"]), detail["type"]
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_step((*path, "do"), kind, detail, data)
    spec = about.spec_at(path, data)
    if kind == "missing":
        return Finding(path, "is missing.", _add(path, spec))
    if kind == "extra_forbidden":
        return Finding(path, "there is no such field here.", _meant(path, data, about))
    if kind == "literal_error":
        return _unknown_choice(path, spec, detail["input"])
    return Finding(path, _what(detail, spec), _remedy(detail, spec, about))


def _path(loc: Sequence[str | int]) -> Path:
    """The place in the file: without the kind of step that Pydantic puts behind the number of the step."""
    path: list[str | int] = []
    for i, part in enumerate(loc):
        if part in STEPS and i > 1 and isinstance(loc[i - 1], int) and loc[i - 2] in ("steps", "plan"):
            continue
        path.append(part)
    return tuple(path)


def _unknown_step(path: Path, kind: str, detail: ErrorDetails, data: Any) -> Finding:
    step = detail["input"]
    given = step.get("do") if isinstance(step, dict) else None
    if kind == "union_tag_not_found" or given is None:
        return Finding(path, "is missing.", f"Add `do:` with one of {', '.join(STEPS)}.")
    return Finding(path, f"{_shown(given)} is no step that papaver knows.", _closest(given, STEPS))


def _unknown_choice(path: Path, spec: Spec, given: Any) -> Finding:
    if "const" in spec:
        return Finding(path, f"must be {spec['const']}, but is {_shown(given)}.", f"Write {spec['const']}.")
    choices = spec.get("enum") or ()
    return Finding(path, f"{_shown(given)} is not one of the choices.", _closest(given, choices))


MANY_CHOICES = 16  # more are not listed where a close one is named


def _closest(given: Any, choices: Sequence[str]) -> str:
    close = difflib.get_close_matches(given.lower(), choices, 1, 0.5) if isinstance(given, str) else []
    known = f"Choose one of {', '.join(choices)}."
    if close and len(choices) > MANY_CHOICES:
        return f"Did you mean {close[0]!r}? `papaver schema` lists all {len(choices)}."
    return f"Did you mean {close[0]!r}? {known}" if close else known


def _meant(path: Path, data: Any, about: Help) -> str:
    """What somebody who wrote an unknown field may have meant."""
    name = str(path[-1])
    known = list(about.fields_at(path[:-1], data))
    close = difflib.get_close_matches(name.lower(), known, 1, 0.7)
    if close:
        return f"Did you mean {close[0]!r}?"
    home = about.homes.get(name)
    if home and path[0] != "plans":
        return f"It belongs in {home}."
    return f"Remove it, or use one of {', '.join(known)}."


def _add(path: Path, spec: Spec) -> str:
    example = example_of(spec)
    return f"Add `{path[-1]}: {example}`, or another value." if example else f"Add `{path[-1]}`."


def _shown(value: Any) -> str:
    """A value as a person wrote it, short and on one line."""
    if value is None:
        return "empty"
    if isinstance(value, str):
        return f"the text '{shorten(value)}'"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if -10_000 < value < 10_000 else f"{value:,}"
    if isinstance(value, float):
        return json.dumps(value)
    return "a list" if isinstance(value, list | tuple) else "a group of fields"


_LIMITS: dict[str, Callable[[dict[str, Any]], str]] = {
    "greater_than": lambda c: f"must be above {_limit(c['gt'])}",
    "greater_than_equal": lambda c: f"must be at least {_limit(c['ge'])}",
    "less_than": lambda c: f"must be below {_limit(c['lt'])}",
    "less_than_equal": lambda c: f"must be at most {_limit(c['le'])}",
}


def _limit(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _what(detail: ErrorDetails, spec: Spec) -> str:
    kind, given = detail["type"], detail["input"]
    if kind in _LIMITS:
        return f"{_LIMITS[kind](detail.get('ctx', {}))}, but is {_shown(given).removeprefix('the text ')}."
    if given is None:
        return "is empty."
    if kind == "no_such_date":
        return f"there is no date {shorten(given)!r}."
    if kind == "far_date":
        return f"the date {shorten(given)} is out of range."
    if kind == "finite_number":
        return "is not a finite number."
    if kind in ("too_long", "too_short"):
        return f"has {len(given)} entries."
    if kind == "string_too_long":
        return f"has {len(given):,} characters."
    return f"{_shown(given)} does not fit here."


def _remedy(detail: ErrorDetails, spec: Spec, about: Help) -> str:
    given, example = detail["input"], example_of(spec)
    remedy = f"Write {about.expected(spec)}"
    if isinstance(given, str) and spec.get("unit") == "share" and given.endswith("%"):
        return f"{remedy}: a share, not a percentage."
    if isinstance(given, int | float) and "maxLength" in spec:
        return f"{remedy}, in quotes if this is meant as text."
    return f"{remedy}, for example {example}." if example and "const" not in spec else f"{remedy}."
