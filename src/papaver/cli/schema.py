"""``papaver schema``: the fields of a scenario file, for people, editors and programs."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of scenario files: every field with help text, unit, bounds and example."""
    from papaver.scenario import schema as scenario_schema

    typer.echo(json.dumps(scenario_schema(), indent=2))
