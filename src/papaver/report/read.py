"""Reads a results folder into what the report needs: plans in order, estimates, counts by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from papaver.results import Results
from papaver.results.schema import EVERYONE

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LOW, HIGH = 0.05, 0.95
ENOUGH_DRAWS = 20
DAYS_PER_YEAR = 365.25

# What is compared with and without a trait; everybody who starts dependent was ever dependent.
SPLIT_MEASURES = ("share_ever_dependent", "share_dead_overdose")
SPLIT_MEASURES_OF_DEPENDENT = ("share_dependent_at_end", "share_dead_overdose")


@dataclass(frozen=True)
class Estimate:
    """A number of the run: its mean over parameter draws and two intervals of 90 %, kept apart.

    ``parameters`` is what not knowing the inputs does, ``chance`` what luck does in a group of this size.
    Either is None when the run cannot tell.
    """

    mean: float
    parameters: tuple[float, float] | None
    chance: tuple[float, float] | None


@dataclass(frozen=True)
class Plan:
    """A plan of the scenario: its key in the tables, its label for people, whether it has any step."""

    name: str
    label: str
    has_steps: bool


class Run:
    """A finished run as the report sees it. Tables are read when first needed."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.summary = results.summary
        self.scenario = _scenario(results.scenario_text)

    @classmethod
    def open(cls, folder: Path | str) -> Run:
        """Open the folder of a finished run. Raises ``InputError`` if it holds none or is broken."""
        return cls(Results.open(folder))

    @property
    def title(self) -> str:
        """Title of the scenario, as its author wrote it."""
        return str(self.summary.get("title") or self.summary.get("name") or "papaver run")

    @property
    def question(self) -> str:
        """The question the scenario asks, or the empty text."""
        return str(self.summary.get("question") or "")

    @property
    def people(self) -> int:
        """People simulated per plan and draw."""
        return int(self.summary["people"])

    @property
    def years(self) -> int:
        """Years of follow-up."""
        return int(self.summary["years"])

    @property
    def starts_dependent(self) -> bool:
        """Whether people are followed from dependence on, not from first use."""
        cohort = self.scenario.get("cohort")
        return isinstance(cohort, Mapping) and cohort.get("start") == "dependent"

    @property
    def starts_prescribed(self) -> bool:
        """Whether people are followed who take opioids prescribed for pain and have never used heroin."""
        cohort = self.scenario.get("cohort")
        return isinstance(cohort, Mapping) and cohort.get("start") == "prescribed_opioids"

    @property
    def who(self) -> str:
        """Women, men or people, after the share of women the scenario states."""
        cohort = self.scenario.get("cohort")
        share = cohort.get("women_share") if isinstance(cohort, Mapping) else None
        return "men" if share == 0 else "women" if share == 1 else "people"

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """Plans of the run in order, with the labels of the scenario."""
        told = {plan.name: plan for plan in _plans(self.scenario)}
        order = self.summary.get("plan_order") or list(self.summary["plans"])
        return tuple(told.get(name) or Plan(name, _spaced(name), True) for name in order)

    @property
    def first(self) -> Plan:
        """The plan the others are compared with."""
        return self.plans[0]

    def estimate(self, plan: str, measure: str) -> Estimate:
        """A measure of a plan as summary.json has it."""
        return _estimate(self.summary["plans"][plan][measure])

    def difference(self, plan: str, measure: str) -> Estimate | None:
        """A plan less the first plan, person by person and draw by draw; None where there is none."""
        entry = self.summary["plans"][plan][measure].get("difference")
        return _estimate(entry) if isinstance(entry, Mapping) and entry.get("mean") is not None else None

    @cached_property
    def draws(self) -> tuple[int, ...]:
        """Numbers of the sampled parameter draws; only the central one (0) if none was sampled."""
        found = sorted(int(number) for number in self.results.outcomes["draw"].unique())
        return tuple(number for number in found if number > 0) or (0,)

    @property
    def sampled(self) -> int:
        """How many parameter draws were sampled."""
        return 0 if self.draws == (0,) else len(self.draws)

    def counts(
        self, table: str, value: str, where: Mapping[str, Sequence[Any]], **more: Sequence[Any]
    ) -> Floats:
        """Sums of a column as an array with axes plan, draw, then those of ``more`` in their order.

        ``where`` keeps rows whose column holds one of the given values. Rows left out of a table count 0.
        """
        import polars as pl

        frame: pl.DataFrame = getattr(self.results, table)  # read once, then kept
        for column, values in where.items():
            frame = frame.filter(pl.col(column).is_in(list(values)))
        names = [plan.name for plan in self.plans]
        return cube(frame, value, {"plan": names, "draw": list(self.draws), **more})

    def status_share(self, year: int, statuses: Sequence[str]) -> float:
        """Share of people in one of some statuses under the first plan, ``year`` years after the start.

        Of the sampled days the one nearest to that time; mean over draws.
        """
        days = self.results.daily["day"].unique().to_list()
        day = min(days, key=lambda one: abs(one - DAYS_PER_YEAR * year))
        found = self.counts("daily", "people", {"day": [day]}, status=list(statuses))[0]
        return float(found.sum(axis=-1).mean()) / self.people

    def outcome(self, name: str) -> Floats:
        """Share of people with an outcome, an array over plan and draw."""
        got = self.counts("outcomes", "people", {"outcome": [name]})
        everyone = self.counts("outcomes", "people", {"outcome": [EVERYONE]})
        return got / everyone

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits declared in the scenario by which people are told apart, those with people on both "
        "sides."""
        declared = self.summary.get("splits") or {}
        order = [name for name in self.results.strata.columns if name in declared]
        wanted = self.split_measures
        return tuple(name for name in order if all(self.split(name, measure) for measure in wanted))

    @property
    def split_measures(self) -> tuple[str, ...]:
        """Measures that are compared with and without a trait."""
        return SPLIT_MEASURES_OF_DEPENDENT if self.starts_dependent else SPLIT_MEASURES

    def split(self, name: str, measure: str) -> tuple[Estimate, Estimate] | None:
        """A share under the first plan among people with a trait and among those without; None if one "
        "side is empty."""
        sides = self.summary["splits"][name]
        entries = [sides[side]["plans"][self.first.name].get(measure) for side in ("with", "without")]
        if any(entry is None for entry in entries):
            return None
        with_it, without = entries
        return _estimate(with_it), _estimate(without)


def cube(frame: pl.DataFrame, value: str, axes: Mapping[str, Sequence[Any]]) -> Floats:
    """Sums of a column over the rows of a long table, as an array with one axis per key.

    Rows whose key is not among the values of its axis are left out; keys without a row are 0.
    """
    import numpy as np
    import polars as pl

    for column, values in axes.items():
        frame = frame.filter(pl.col(column).is_in(list(values)))
    frame = frame.group_by(list(axes)).agg(pl.col(value).sum())
    out = np.zeros([len(values) for values in axes.values()])
    if frame.height:
        places = []
        for column, values in axes.items():
            order = {one: place for place, one in enumerate(values)}
            places.append(np.array([order[one] for one in frame[column].to_list()], dtype=np.int64))
        out[tuple(places)] = frame[value].to_numpy()
    return out


def band(values: Floats, axis: int = -1) -> tuple[Floats, Floats, Floats]:
    """Mean and the middle 90 % of values over draws: mean, low, high."""
    import numpy as np

    low, high = np.quantile(values, [LOW, HIGH], axis=axis)
    return values.mean(axis=axis), low, high


def _estimate(entry: Mapping[str, Any]) -> Estimate:
    def interval(key: str) -> tuple[float, float] | None:
        bounds = entry.get(key)
        return None if bounds is None else (float(bounds[0]), float(bounds[1]))

    return Estimate(float(entry["mean"]), interval("parameters"), interval("chance"))


def _scenario(text: str) -> Mapping[str, Any]:
    """The scenario as plain values. It passed the door before the run; here only words are taken from it."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        tree = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        return {}
    return tree if isinstance(tree, Mapping) else {}


def _plans(scenario: Mapping[str, Any]) -> list[Plan]:
    listed = scenario.get("plans")
    out = []
    for plan in listed if isinstance(listed, list) else []:
        if isinstance(plan, Mapping) and "name" in plan:
            name = str(plan["name"])
            out.append(Plan(name, str(plan.get("label") or _spaced(name)), bool(plan.get("steps"))))
    return out


def _spaced(name: str) -> str:
    return name.replace("_", " ").capitalize()
