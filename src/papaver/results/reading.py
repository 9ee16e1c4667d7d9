"""A finished run, opened for reading."""

from __future__ import annotations

import csv
import html
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papaver.errors import Fault, InputError
from papaver.results import schema
from papaver.results.schema import TABLES
from papaver.results.store import broken, check_version, read_json, read_table

if TYPE_CHECKING:
    import polars as pl

FINISHED = "finished"


class Results:
    """What a run left in its folder. Tables are Polars frames, read when first asked for.

    Open one with ``Results.open(folder)``. Columns are described in ``papaver.results.TABLES``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def open(cls, folder: Path | str) -> Results:
        """Open the folder of a finished run.

        Raises ``InputError`` for a folder that holds no run, an unfinished run, results written by a newer
        papaver, or a missing file. Each table is checked when it is read.
        """
        folder = Path(folder)
        state = _state(folder)
        if state != FINISHED:
            what = "the run in this folder is not finished."
            raise InputError(Fault(what, "Complete it with `papaver run ... --resume`.", str(folder)))
        files = [schema.SUMMARY, schema.PROVENANCE, schema.SCENARIO, schema.INPUTS]
        for name in (*files, *(table.file for table in TABLES.values())):
            if not (folder / name).is_file():
                raise broken(folder / name, "is missing.")
        return cls(folder)

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The measures of every plan with their intervals, as in summary.json."""
        path = self.folder / schema.SUMMARY
        data = read_json(path)
        version = data.get("papaver")
        if not isinstance(version, int) or not isinstance(data.get("plans"), dict):
            raise broken(path, "is not what papaver writes.")
        check_version(path, version)
        return data

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Versions, hashes, seed, times and host of the run."""
        return read_json(self.folder / schema.PROVENANCE)

    @cached_property
    def scenario_text(self) -> str:
        """The scenario file as it was read."""
        path = self.folder / schema.SCENARIO
        try:
            return path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            raise broken(path, "cannot be read.") from None

    @cached_property
    def inputs(self) -> tuple[dict[str, str], ...]:
        """The inputs of the run with the columns of the package's inputs.csv, as text."""
        path = self.folder / schema.INPUTS
        try:
            with path.open(encoding="utf-8", newline="") as file:
                return tuple(csv.DictReader(file))
        except (OSError, UnicodeDecodeError, csv.Error):
            raise broken(path, "cannot be read.") from None

    def table(self, name: str) -> pl.DataFrame:
        """A table by its name in ``TABLES``. Raises ``InputError`` if it is unknown or broken."""
        if name not in TABLES:
            raise InputError(Fault(f"there is no table {name!r}.", f"Use one of {', '.join(TABLES)}."))
        return read_table(self.folder, TABLES[name])

    @cached_property
    def person_time(self) -> pl.DataFrame:
        """Person-days by plan, draw, stratum, year, status and programme."""
        return self.table("person_time")

    @cached_property
    def events(self) -> pl.DataFrame:
        """Events by plan, draw, stratum and year."""
        return self.table("events")

    @cached_property
    def symptoms(self) -> pl.DataFrame:
        """Person-days with a troubling symptom by plan, draw, stratum and year."""
        return self.table("symptoms")

    @cached_property
    def daily(self) -> pl.DataFrame:
        """People by status, and with each symptom, on sampled days."""
        return self.table("daily")

    @cached_property
    def outcomes(self) -> pl.DataFrame:
        """People by what became of them, by plan, draw and stratum."""
        return self.table("outcomes")

    @cached_property
    def strata(self) -> pl.DataFrame:
        """The strata with their label, people and splits."""
        return self.table("strata")

    @cached_property
    def people(self) -> pl.DataFrame:
        """A sample of lives."""
        return self.table("people")

    @cached_property
    def draws(self) -> pl.DataFrame:
        """The value of every input in every draw."""
        return self.table("draws")

    def to_pandas(self) -> dict[str, Any]:
        """Every table as a pandas frame, by name. Raises ``InputError`` if pandas is not installed."""
        try:
            pandas = import_module("pandas")
        except ImportError:
            raise InputError("pandas is not installed. Install it with `pip install pandas`.") from None
        # column by column, because Polars' own conversion fails without extension types of pandas
        return {name: pandas.DataFrame(_columns(getattr(self, name))) for name in TABLES}

    def __repr__(self) -> str:
        return f"Results.open({str(self.folder)!r})"

    def _repr_html_(self) -> str:
        """A small table of the measures, for notebooks."""
        plans: dict[str, dict[str, Any]] = self.summary["plans"]
        names = self.summary["measure_order"]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in ("plan", *names))
        rows = "".join(
            f"<tr><th>{html.escape(plan)}</th>{''.join(_cell(plans[plan][name]) for name in names)}</tr>"
            for plan in self.summary["plan_order"]
        )
        caption = html.escape(f"{self.summary['title']}: mean [parameters] [chance]")
        return (
            f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _cell(measure: dict[str, Any]) -> str:
    def interval(bounds: list[float] | None) -> str:
        return "" if bounds is None else f" [{bounds[0]:.3g}, {bounds[1]:.3g}]"

    mean = measure["mean"]
    text = "" if mean is None else f"{mean:.3g}{interval(measure['parameters'])}{interval(measure['chance'])}"
    return f"<td>{text}</td>"


def _columns(frame: pl.DataFrame) -> dict[str, Any]:
    return {name: frame[name].to_numpy() for name in frame.columns}


def _state(folder: Path) -> str:
    """State of the run in a folder, as its marker says."""
    if not (folder / schema.MARKER).is_file():
        what = "there is no such folder." if not folder.exists() else "this folder holds no papaver run."
        raise InputError(Fault(what, "Name the folder that `papaver run` wrote.", str(folder)))
    marker = read_json(folder / schema.MARKER)
    version, state = marker.get("papaver_run"), marker.get("state")
    if not isinstance(version, int) or not isinstance(state, str):
        raise broken(folder / schema.MARKER, "is not what papaver writes.")
    check_version(folder / schema.MARKER, version)
    return state
