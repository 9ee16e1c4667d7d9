"""The JSON Schema: complete, and of one mind with the reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from papaver.errors import InputError
from papaver.scenario import TEMPLATES, loads, schema, template
from papaver.scenario.document import parse


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    whole = schema()
    objects = {"Scenario": whole} | whole["$defs"]
    for name, part in objects.items():
        for key, spec in part.get("properties", {}).items():
            yield f"{name}.{key}", spec


ALL = dict(properties())


def kinds(spec: dict[str, Any]) -> list[str]:
    kind = spec.get("type", [])
    return kind if isinstance(kind, list) else [kind]


def test_there_are_fields() -> None:
    assert len(ALL) > 60
    assert schema()["version"] == 1
    assert schema()["properties"]["papaver"]["const"] == 1


@pytest.mark.parametrize("spec", ALL.values(), ids=ALL)
def test_every_field_is_described(spec: dict[str, Any]) -> None:
    assert spec["description"].endswith((".", ")."))
    assert spec["examples"]
    assert spec["unit"]


@pytest.mark.parametrize("spec", ALL.values(), ids=ALL)
def test_every_field_has_bounds(spec: dict[str, Any]) -> None:
    if {"number", "integer"} & set(kinds(spec)) and "const" not in spec:
        assert "minimum" in spec or "exclusiveMinimum" in spec
        assert "maximum" in spec
        assert spec["unit"] != "none" or "seed" in spec["description"]
    elif "array" in kinds(spec):
        assert "maxItems" in spec
    elif "string" in kinds(spec) and "enum" not in spec and "const" not in spec:
        assert "maxLength" in spec or spec["format"] == "date"
    else:
        assert {"enum", "const", "type", "$ref", "anyOf"} & set(spec)


def test_no_object_takes_unknown_fields() -> None:
    whole = schema()
    assert whole["additionalProperties"] is False
    assert all(part["additionalProperties"] is False for part in whole["$defs"].values())


def test_every_example_is_allowed() -> None:
    whole = schema()
    for spec in ALL.values():
        jsonschema.Draft202012Validator({"$defs": whole["$defs"]} | spec).validate(spec["examples"][0])


@pytest.mark.parametrize("kind", TEMPLATES)
def test_templates_obey_the_schema(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    root, _ = parse(template(kind, "x"), "x.yaml")
    jsonschema.validate(root.plain(), schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("years: 5", "years: 61"),
        ("people: 500", "people: 0"),
        ("start: first_use", "start: never"),
        ("delay_days: 90", "delay_days: 90, mg: 3"),
        ("do: stop", "do: halt"),
        ("name: minimal", "name: Minimal One"),
    ],
)
def test_schema_and_reader_refuse_alike(old: str, new: str) -> None:
    text = template("minimal", "minimal").replace(old, new)
    root, _ = parse(text, "x.yaml")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(root.plain(), schema())
    with pytest.raises(InputError):
        loads(text)


def test_a_caller_cannot_spoil_the_schema() -> None:
    schema()["properties"].clear()
    assert schema()["properties"]
