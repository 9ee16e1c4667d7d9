"""The summary of a run: each measure with parameter uncertainty and chance told apart.

For a measure, x_k is its value over the N simulated people in the sampled draw k = 1..K.

- ``mean``: the mean m of x_k.
- ``parameters``: what the uncertainty of the inputs does to the expected value. Var(x_k) holds chance too,
  so between = max(0, Var(x_k) - mean chance variance), and the draws are shrunk towards their mean until
  they have that variance: m + (x_k - m) sqrt(between / Var(x_k)). The interval is their 5 % and 95 %
  quantile. Null with fewer than two sampled draws; of no width where chance hides any effect of inputs.
- ``chance``: what luck alone does to N people at the central values: m +- 1.645 standard deviations, kept
  within the possible range. Chance variances: ``papaver.results.measures.chance_variance``.
- ``central``: the value in draw 0.
- ``difference``: the same four for the difference to the first plan, paired by draw (same people, same
  luck): ``papaver.results.measures.paired_variance``.

Everything is computed from whole numbers with exactly rounded sums, so that equal runs give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import floor, fsum, sqrt
from typing import Any

from papaver.results.measures import (
    MEASURES,
    SHARES,
    Measure,
    cautious_paired_variance,
    cautious_share_variance,
    cautious_variance,
    chance_variance,
    group_counts,
    paired_variance,
    share_variance,
)
from papaver.results.schema import SCHEMA
from papaver.results.totals import Totals

LOW, HIGH = 0.05, 0.95
Z90 = 1.645
DIGITS = 10

Draws = Sequence[Totals]


@dataclass(frozen=True)
class About:
    """What a summary says of its run."""

    name: str
    title: str
    question: str
    years: float
    people: int
    draws: int
    days: int


@dataclass(frozen=True)
class Strata:
    """The strata of a run: labels, and for each declared split whether a stratum has it."""

    labels: tuple[str, ...]
    splits: Mapping[str, tuple[bool, ...]]


def strata(splits: Sequence[str]) -> Strata:
    """All combinations of splits; the first split is the highest bit of the number of a stratum."""
    cells = list(product((False, True), repeat=len(splits)))
    has = {name: tuple(cell[i] for cell in cells) for i, name in enumerate(splits)}
    labels = tuple(
        ", ".join(
            f"{name.replace('_', ' ')}: {'yes' if there else 'no'}"
            for name, there in zip(splits, cell, strict=True)
        )
        for cell in cells
    )
    return Strata(labels if splits else ("everyone",), has)


def summarise(about: About, plans: Mapping[str, Draws], groups: Strata) -> dict[str, Any]:
    """The content of summary.json. ``plans`` holds, for each plan in order, the totals of draws 0..K."""
    first = next(iter(plans))
    found = {plan: _measures(draws, about.days) for plan, draws in plans.items()}
    for plan in list(plans)[1:]:
        for measure in MEASURES:
            gap = _difference(measure, plans[plan], plans[first], about.days)
            found[plan][measure.name]["difference"] = gap
    return {
        "papaver": SCHEMA,
        "name": about.name,
        "title": about.title,
        "question": about.question,
        "years": about.years,
        "people": about.people,
        "draws": about.draws,
        "against": first,
        "measures": {one.name: {"meaning": one.meaning, "unit": one.unit} for one in MEASURES},
        "measure_order": [one.name for one in MEASURES],
        "plan_order": list(plans),
        "plans": found,
        "strata": [_stratum(number, label, plans) for number, label in enumerate(groups.labels)],
        "splits": {name: _split(has, plans) for name, has in groups.splits.items()},
    }


def _measures(draws: Draws, days: int) -> dict[str, dict[str, Any]]:
    return {measure.name: _measure(measure, draws, days) for measure in MEASURES}


def _measure(measure: Measure, draws: Draws, days: int) -> dict[str, Any]:
    values = [measure.value(one) for one in draws]
    chances = [chance_variance(measure, one) for one in draws]
    return describe(values, chances, cautious_variance(measure, draws[0]), 0.0, measure.most(days))


def _difference(measure: Measure, draws: Draws, against: Draws, days: int) -> dict[str, Any]:
    pairs = list(zip(draws, against, strict=True))
    values = [measure.value(one) - measure.value(other) for one, other in pairs]
    chances = [paired_variance(measure, one, other) for one, other in pairs]
    central_chance, most = cautious_paired_variance(measure, *pairs[0]), measure.most(days)
    return describe(values, chances, central_chance, None if most is None else -most, most)


def describe(
    values: Sequence[float],
    chances: Sequence[float],
    central_chance: float,
    least: float | None,
    most: float | None,
) -> dict[str, Any]:
    """Mean, intervals and central value of a measure from its values and chance variances in draws 0..K."""
    sampled, noise = list(values[1:]), chances[1:]
    mean = fsum(sampled) / len(sampled) if sampled else values[0]
    half = Z90 * sqrt(central_chance)
    chance = [_within(mean - half, least, most), _within(mean + half, least, most)]
    return {
        "mean": _round(mean),
        "parameters": _parameters(sampled, noise, mean),
        "chance": [_round(bound) for bound in chance],
        "central": _round(values[0]),
    }


def _parameters(values: Sequence[float], chances: Sequence[float], mean: float) -> list[float] | None:
    if len(values) < 2:
        return None
    total = fsum((x - mean) ** 2 for x in values) / (len(values) - 1)
    between = max(0.0, total - fsum(chances) / len(chances))
    factor = sqrt(between / total) if total > 0 else 0.0
    shrunk = sorted(mean + (x - mean) * factor for x in values)
    return [_round(quantile(shrunk, LOW)), _round(quantile(shrunk, HIGH))]


def quantile(ordered: Sequence[float], share: float) -> float:
    """Quantile of sorted numbers, linear between neighbours."""
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _within(value: float, least: float | None, most: float | None) -> float:
    value = value if least is None else max(least, value)
    return value if most is None else min(most, value)


def _round(value: float) -> float:
    return float(f"{value:.{DIGITS}g}") + 0.0  # no negative zero


def _stratum(number: int, label: str, plans: Mapping[str, Draws]) -> dict[str, Any]:
    groups = {plan: _group(draws, [number]) for plan, draws in plans.items()}
    people = [one.stratum_people[number] for one in next(iter(plans.values()))]
    return {"stratum": number, "label": label, "people": people[0], "plans": groups}


def _split(has: Sequence[bool], plans: Mapping[str, Draws]) -> dict[str, Any]:
    """Outcomes by plan for people with and without one split, over all other splits."""
    draws = next(iter(plans.values()))
    sides = {"with": True, "without": False}
    members = {side: [s for s, one in enumerate(has) if one is wanted] for side, wanted in sides.items()}
    return {
        side: {
            "people": sum(draws[0].stratum_people[s] for s in strata_of),
            "plans": {plan: _group(found, strata_of) for plan, found in plans.items()},
        }
        for side, strata_of in members.items()
    }


def _group(draws: Draws, group: Sequence[int]) -> dict[str, dict[str, Any]]:
    """Shares among the people of some strata; draws with fewer than two such people are passed over."""
    found = {}
    for measure in SHARES:
        counts = group_counts(draws, group, measure.parts[0])
        used = [counts[0], *(pair for pair in counts[1:] if pair[1] > 1)]
        if counts[0][1] == 0 or (len(draws) > 1 and len(used) == 1):
            continue
        values = [count / people for count, people in used]
        chances = [share_variance(count, people) for count, people in used]
        found[measure.name] = describe(values, chances, cautious_share_variance(*counts[0]), 0.0, 1.0)
    return found
