"""Puts finished blocks together: sums, tables and summary, in a fixed order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from papaver.person.records import NEVER
from papaver.results import schema
from papaver.results.schema import COUNT, EVERYONE, FLAG, MOST_LIVES, NUMBER, TEXT, Column
from papaver.results.store import TableWriter, table_writer, write_json
from papaver.results.summary import About, Strata, summarise
from papaver.results.totals import Labels, Sums, Totals, totals
from papaver.study.blocks import Stored
from papaver.study.tasks import Task

Load = Callable[[Task], Stored]


@dataclass(frozen=True)
class Frame:
    """What of a scenario shapes the tables."""

    about: About
    plans: tuple[str, ...]
    strata: Strata
    labels: Labels
    daily_every: int
    lives: int


def assemble(folder: Path, tasks: Sequence[Task], load: Load, frame: Frame) -> dict[str, Any]:
    """Write the tables and summary.json from the blocks of all tasks; returns the summary."""
    found: dict[str, list[Totals]] = {plan: [] for plan in frame.plans}
    lives: list[Any] = []
    with _writers(folder, frame) as writers:
        for (plan, draw), group in groupby(tasks, key=lambda task: (task.plan, task.draw)):
            sums, rows = _add_up(load(task) for task in group)
            _write_sums(writers, frame, frame.plans[plan], draw, sums)
            found[frame.plans[plan]].append(totals(sums, frame.labels))
            if draw == 0:
                lives.append(_kept(rows, frame))
    _write_strata(folder, frame, found[frame.plans[0]])
    _write_people(folder, frame, lives)
    summary = summarise(frame.about, found, frame.strata)
    write_json(folder / schema.SUMMARY, summary)
    return summary


def _add_up(blocks: Iterable[Stored]) -> tuple[Sums, list[Any]]:
    """Sums over the blocks of one plan and draw, and their lives in the order of people."""
    arrays: dict[str, Any] = {field.name: 0 for field in fields(Sums)}
    lives = []
    for sums, rows in blocks:
        for name in arrays:
            arrays[name] = arrays[name] + getattr(sums, name)
        lives.append(rows)
    return Sums(**arrays), lives


@contextlib.contextmanager
def _writers(folder: Path, frame: Frame) -> Iterator[Mapping[str, TableWriter]]:
    symptoms = [Column(name, COUNT, f"people with {name}", "person") for name in frame.labels.symptoms]
    with (
        table_writer(folder, schema.PERSON_TIME) as person_time,
        table_writer(folder, schema.EVENTS) as events,
        table_writer(folder, schema.SYMPTOMS) as symptom_days,
        table_writer(folder, schema.OUTCOMES) as outcomes,
        table_writer(folder, schema.DAILY, symptoms) as daily,
    ):
        yield {
            "person_time": person_time,
            "events": events,
            "symptoms": symptom_days,
            "outcomes": outcomes,
            "daily": daily,
        }


def _write_sums(writers: Mapping[str, TableWriter], frame: Frame, plan: str, draw: int, sums: Sums) -> None:
    labels = frame.labels
    outcomes = np.concatenate([sums.people[:, None], sums.outcomes], axis=1)
    kinds = (EVERYONE, *labels.outcomes)
    long = {
        "person_time": _long(
            sums.person_time,
            "person_days",
            stratum=None,
            year=None,
            status=labels.statuses,
            programme=labels.programmes,
        ),
        "events": _long(sums.events, "count", stratum=None, year=None, event=labels.events),
        "symptoms": _long(sums.symptom_days, "person_days", stratum=None, year=None, symptom=labels.symptoms),
        "outcomes": _long(outcomes, "people", zeros=True, stratum=None, outcome=kinds),
        "daily": _daily(sums.daily, frame),
    }
    for name, columns in long.items():
        rows = len(next(iter(columns.values())))
        writers[name].add({"plan": pa.repeat(plan, rows), "draw": pa.repeat(draw, rows), **columns})


def _long(counts: Any, value: str, *, zeros: bool = False, **axes: Sequence[str] | None) -> dict[str, Any]:
    """Rows of an array, in its order: one column per axis (its names, or numbers for None) and the value."""
    places = np.nonzero(np.ones_like(counts) if zeros else counts)
    columns: dict[str, Any] = {}
    for (name, names), place in zip(axes.items(), places, strict=True):
        columns[name] = place if names is None else _names(names, place)
    return {**columns, value: counts[places]}


def _daily(counts: Any, frame: Frame) -> dict[str, Any]:
    sample, status = np.nonzero(counts[:, :, 0])
    columns = {
        "day": sample * frame.daily_every,
        "status": _names(frame.labels.statuses, status),
        "people": counts[sample, status, 0],
    }
    symptoms = {name: counts[sample, status, 1 + i] for i, name in enumerate(frame.labels.symptoms)}
    return columns | symptoms


def _names(names: Sequence[str], places: Any) -> Any:
    return pa.array(list(names), pa.string()).take(pa.array(places))


def _write_strata(folder: Path, frame: Frame, draws: Sequence[Totals]) -> None:
    splits = frame.strata.splits
    more = [Column(name, FLAG, f"people with {name.replace('_', ' ')}") for name in splits]
    sampled = np.array([one.stratum_people for one in draws], dtype=np.int64)
    with table_writer(folder, schema.STRATA, more) as writer:
        writer.add(
            {
                "stratum": np.arange(len(frame.strata.labels)),
                "label": list(frame.strata.labels),
                "people": sampled[0],
                "people_drawn": sampled[1:].sum(axis=0),
                **{name: list(has) for name, has in splits.items()},
            }
        )


def _kept(lives: Sequence[Any], frame: Frame) -> Any:
    """Lives of the first people of one plan: as many as the scenario asks for and the table may hold."""
    rows = np.concatenate(list(lives))
    kept = min(frame.lives, MOST_LIVES // len(frame.plans))
    return rows[rows["person"] < kept]


def _write_people(folder: Path, frame: Frame, lives: Sequence[Any]) -> None:
    fixed = {column.name for column in schema.PEOPLE.columns}
    more = [
        _life_column(name, lives[0].dtype[name].kind) for name in lives[0].dtype.names if name not in fixed
    ]
    with table_writer(folder, schema.PEOPLE, more) as writer:
        for plan, rows in zip(frame.plans, lives, strict=True):
            own = {column.name: _life_values(rows[column.name], column, frame) for column in more}
            keys = {"plan": pa.repeat(plan, len(rows)), "person": rows["person"], "stratum": rows["stratum"]}
            writer.add(keys | own)


def _life_column(name: str, kind: str) -> Column:
    known = schema.LIFE_COLUMNS.get(name)
    kinds = {"b": FLAG, "i": COUNT, "f": NUMBER, "U": TEXT}
    return known or Column(name, kinds[kind], name.replace("_", " "))


def _life_values(values: Any, column: Column, frame: Frame) -> Any:
    if column.optional:
        never = (values == NEVER) | ((values < 0) & (column.name == "death_day"))
        return pa.array(np.ascontiguousarray(values), mask=never)
    if column.dtype == FLAG:
        return values != 0
    if column.dtype == TEXT and values.dtype.kind == "i":
        return _names(frame.labels.statuses, np.ascontiguousarray(values))
    return pa.array(values.tolist(), pa.type_for_alias(column.dtype))
