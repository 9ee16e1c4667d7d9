"""The JSON Schema of scenario files and their kin, and what it says about one field."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Mapping
from typing import Any

from papaver.scenario.document import Path
from papaver.scenario.fields import SLUG, Model
from papaver.scenario.model import FIRST_DATE, LAST_DATE, VERSION, Scenario

Spec = Mapping[str, Any]


class Help:
    """What the JSON Schema of one kind of file says, as a whole and about single fields.

    ``sections`` are the places outside lists in which a misplaced field may belong.
    """

    def __init__(self, model: type[Model], kind: str, sections: tuple[Path, ...] = ()) -> None:
        self.model, self.kind, self.sections = model, kind, sections

    def schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) with help text, unit, bounds and example of every field."""
        return copy.deepcopy(self._schema)

    @functools.cached_property
    def _schema(self) -> dict[str, Any]:
        made = self.model.model_json_schema()
        _flatten(made)
        head = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:papaver:{self.kind.replace(' ', '-')}:{VERSION}",
            "version": VERSION,
        }
        return head | made

    def spec_at(self, path: Path, data: Any) -> Spec:
        """What the schema says about the field at ``path`` of ``data``; empty where there is none."""
        spec = self._schema if not path else self._resolve(self._schema, data)
        for i, step in enumerate(path):
            inner = spec.get("items") if isinstance(step, int) else spec.get("properties", {}).get(step)
            if inner is None:
                return {}
            data = _part(data, step)
            spec = inner if i == len(path) - 1 else self._resolve(inner, data)
        return spec

    def fields_at(self, path: Path, data: Any) -> Mapping[str, Spec]:
        """The fields that the object at ``path`` of ``data`` may have."""
        for step in path:
            data = _part(data, step)
        found: Mapping[str, Spec] = self._resolve(self.spec_at(path, data), data).get("properties", {})
        return found

    def _resolve(self, spec: Spec, data: Any) -> Spec:
        for choice in spec.get("anyOf", ()):
            if "$ref" in choice:
                return self._resolve(choice, data)
        target = spec.get("$ref")
        if "discriminator" in spec:
            found = spec["discriminator"]
            do = data.get(found["propertyName"]) if isinstance(data, Mapping) else None
            target = found["mapping"].get(do) if isinstance(do, str) else None
        if not isinstance(target, str):
            return spec
        resolved: Spec = self._schema["$defs"][target.rpartition("/")[2]]
        return resolved

    @functools.cached_property
    def homes(self) -> Mapping[str, str]:
        """For the name of each field of the top level and the sections, the place it belongs in."""
        found: dict[str, str] = {}
        for section in ((), *self.sections):
            for name in self.fields_at(section, {}):
                found.setdefault(name, ".".join(map(str, section)) or "the top level")
        return found

    def expected(self, spec: Spec) -> str:
        """In words, what a field takes: ``a number from 0 to 1 (share)``."""
        if "const" in spec:
            return _example(spec["const"])
        if "discriminator" in spec:
            return "a step such as {do: stop, when: start}"
        if "$ref" in spec and "description" not in spec:
            return f"fields: {', '.join(self._resolve(spec, None)['required'])}"
        if "enum" in spec:
            return f"one of {', '.join(map(str, spec['enum']))}"
        kinds = spec.get("type", "object")
        kind = kinds[0] if isinstance(kinds, list) else kinds
        if kind in ("integer", "number"):
            return _number_words(spec, "a whole number" if kind == "integer" else "a number")
        if kind == "string" and spec.get("format") == "date":
            return f"a date from {FIRST_DATE} to {LAST_DATE}"
        if kind == "string":
            return _text_words(spec)
        if kind == "array":
            most = spec.get("maxItems")
            return f"a list of at most {most}" if most else "a list"
        return "true or false" if kind == "boolean" else "fields with values"


def _flatten(part: Any) -> None:
    """Write ``anyOf: [number, null]`` as one type list, and drop titles that repeat the field names."""
    if isinstance(part, list):
        for item in part:
            _flatten(item)
    if not isinstance(part, dict):
        return
    choices = part.get("anyOf", [])
    if len(choices) == 2 and choices[1] == {"type": "null"} and "type" in choices[0]:
        del part["anyOf"]
        part |= choices[0] | {"type": [choices[0]["type"], "null"]}
    if isinstance(part.get("title"), str):
        del part["title"]
    for value in part.values():
        _flatten(value)


def _part(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None


def _number_words(spec: Spec, noun: str) -> str:
    low = f"from {spec['minimum']:,}" if "minimum" in spec else f"above {spec.get('exclusiveMinimum', 0):,}"
    high = spec.get("maximum", spec.get("exclusiveMaximum"))
    words = f"{noun} {low} to {high:,}"
    unit = spec.get("unit", "none")
    return words if unit in ("none", "version") else f"{words} ({unit})"


def _text_words(spec: Spec) -> str:
    if spec.get("pattern") == SLUG:
        return f"a name of at most {spec['maxLength']} small letters, digits, - and _, first a letter"
    line = "one line of text" if "pattern" in spec else "text"
    return f"{line} of 1 to {spec['maxLength']:,} characters" if "maxLength" in spec else line


def example(spec: Spec) -> str | None:
    """The example of a field, as it would stand in the file."""
    found = spec.get("examples")
    return _example(found[0]) if found else None


def _example(value: Any) -> str:
    if isinstance(value, dict):
        fields = sorted(value.items(), key=lambda field: field[0] != "do")  # the kind of step first
        return "{" + ", ".join(f"{key}: {_example(item)}" for key, item in fields) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_example(item) for item in value) + "]"
    if isinstance(value, str) and not any(c in value for c in ":?\"'{}[],"):
        return value
    return json.dumps(value)


SCENARIO = Help(
    Scenario,
    "scenario",
    (("output",), ("cohort",), *(("cohort", s) for s in ("age_years", "set", "setting", "supply"))),
)
schema = SCENARIO.schema
