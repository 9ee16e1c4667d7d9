"""``papaver schema``: the fields of a scenario file or a trial protocol, for people, editors and programs."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer


class KindOfFile(StrEnum):
    """What papaver reads."""

    scenario = "scenario"
    trial = "trial"


def schema(
    kind: Annotated[KindOfFile, typer.Option(help="Which kind of file.")] = KindOfFile.scenario,
) -> None:
    """Print a JSON Schema: every field with help text, unit, bounds and example."""
    typer.echo(json.dumps(_schema(kind), indent=2))


def _schema(kind: KindOfFile) -> dict[str, object]:
    if kind is KindOfFile.trial:
        from papaver.scenario.trial import TRIAL

        return TRIAL.schema()
    from papaver.scenario import schema as scenario_schema

    return scenario_schema()
