"""The numbers behind the figures of a run, one row each, for tables that anybody can open.

Every maker gives rows, the first of which names the columns. Shares are people of 100; ``inputs_5`` to
``inputs_95`` and ``chance_5`` to ``chance_95`` are the two intervals of 90 %, ``draws_5`` to ``draws_95`` the
middle 90 % of parameter draws, which hold chance too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papaver.report.read import Estimate, Floats, Run

Rows = Iterable[Sequence[object]]
INTERVALS = ("mean", "inputs_5", "inputs_95", "chance_5", "chance_95")
DRAWS = ("mean", "draws_5", "draws_95")


def statuses(run: Run, days: Floats, shares: Floats, names: Sequence[str]) -> Iterator[Sequence[object]]:
    """People of 100 by plan, sampled day and status."""
    yield ("plan", "day", "status", *DRAWS)
    for place, plan in enumerate(run.plans):
        mean, low, high = _over_draws(shares[place])
        for k, day in enumerate(days):
            for j, name in enumerate(names):
                yield (plan.name, int(day), name, mean[k, j], low[k, j], high[k, j])


def estimates(run: Run, scales: dict[str, float]) -> Iterator[Sequence[object]]:
    """Measures by plan, each times its scale."""
    yield ("plan", "measure", *INTERVALS)
    for plan in run.plans:
        for measure, scale in scales.items():
            yield (plan.name, measure, *_intervals(run.estimate(plan.name, measure), scale))


def withdrawal(
    run: Run, measure: str, names: Sequence[str], mean: Floats, spread: tuple[Floats, Floats]
) -> Iterator[Sequence[object]]:
    """Days per person in withdrawal, and with each symptom, by plan."""
    yield ("plan", "days_per_person", *INTERVALS, *DRAWS[1:])
    low, high = spread
    for place, plan in enumerate(run.plans):
        yield (plan.name, measure, *_intervals(run.estimate(plan.name, measure), 1.0), None, None)
        for j, name in enumerate(names):
            ends = (low[place, j], high[place, j])
            yield (plan.name, name, float(mean[place, j]), None, None, None, None, *ends)


def overdose(
    run: Run, curves: Floats, ratios: Sequence[tuple[float, float, float]]
) -> Iterator[Sequence[object]]:
    """Fatal overdoses per 100 people by plan and year since the start, and survived ones for each."""
    yield ("plan", "years", "what", *DRAWS)
    for place, plan in enumerate(run.plans):
        mean, low, high = _over_draws(curves[place])
        for year in range(curves.shape[-1]):
            yield (plan.name, year + 1, "deaths_of_100", mean[year], low[year], high[year])
        yield (plan.name, curves.shape[-1], "survived_per_death", *ratios[place])


def set_and_setting(
    run: Run, pairs: dict[str, dict[str, tuple[Estimate, Estimate]]]
) -> Iterator[Sequence[object]]:
    """Measures among people with each trait and without it, under the first plan."""
    yield ("plan", "measure", "trait", "side", *INTERVALS)
    for measure, by_trait in pairs.items():
        for trait, pair in by_trait.items():
            for side, estimate in zip(("with", "without"), pair, strict=True):
                yield (run.first.name, measure, trait, side, *_intervals(estimate, 100.0))


def draws(run: Run, values: Floats, gaps: Floats) -> Iterator[Sequence[object]]:
    """The main outcome in every parameter draw, and its difference from the first plan."""
    yield ("plan", "draw", "dependent_at_end_of_100", "difference_from_first_plan")
    for place, plan in enumerate(run.plans):
        for k, number in enumerate(run.draws):
            yield (plan.name, number, float(values[place, k]), float(gaps[place, k]))


def _intervals(estimate: Estimate, scale: float) -> tuple[float | None, ...]:
    pairs = (estimate.parameters or (None, None), estimate.chance or (None, None))
    ends = [None if end is None else scale * end for pair in pairs for end in pair]
    return (scale * estimate.mean, *ends)


def _over_draws(values: Floats) -> tuple[Floats, Floats, Floats]:
    from papaver.report.read import band

    return band(values, axis=0)
