"""Inside or outside: rules fixed in advance, by the kind of interval a finding was published with.

Pure functions of a published row, a simulated value and the numbers of ``data/rules.csv``:

- an interval (``ci95``, ``cri90``, ...): the simulated value lies in it;
- a dispersion and n: the t interval of the mean (or 1.96 standard errors);
- n alone: the exact binomial interval of a share, the exact Poisson interval of a count;
- neither: within 25 % (a share: within 25 % on its odds, never more than 5 points);
- range or quartiles of persons: the same quantiles of simulated persons are likely in a sample of n;
- a bound: not beyond it;
- a direction: in it with 95 % certainty.

Every interval is widened by the discrepancy floor and by the simulation's own error. Where that error is
more than a quarter of the published half-width, the finding counts as not run, unless the value lies so many
errors from either end that more simulation could not change the verdict.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

INSIDE, OUTSIDE, NOT_RUN = "inside", "outside", "not run"
TOO_LARGE = "error of simulation"  # how the reason begins where more draws or people could help
SHARES = ("percent", "fraction")
POINTS = {"percent": 1.0, "percentage points": 1.0, "fraction": 0.01}
NORMAL_95 = 1.959963984540054
DIRECTED = ("sign", "upper_bound", "lower_bound")


@dataclass(frozen=True)
class Rules:
    """The numbers of the rules, as in ``data/rules.csv``."""

    relative_without_n: float
    odds_without_n: float
    points_without_n: float
    floor_relative: float
    floor_points: float
    error_share: float
    sure_errors: float
    certainty: float


@dataclass(frozen=True)
class Published:
    """What was published: value, interval of its kind, dispersion, unit, people or events behind it."""

    value: float
    unit: str = ""
    interval: str = ""
    lo: float | None = None
    hi: float | None = None
    dispersion: float | None = None
    dispersion_kind: str = ""
    n: int | None = None
    events: int | None = None


@dataclass(frozen=True)
class Simulated:
    """What was simulated: one value and its error by chance per draw, or the values of persons."""

    values: tuple[float, ...]
    errors: tuple[float, ...] = ()
    persons: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        """Mean over draws."""
        return float(np.mean(self.values))

    @property
    def chance(self) -> float:
        """Variance by chance within a draw."""
        known = [e for e in self.errors if math.isfinite(e)]
        return float(np.mean(np.square(known))) if known else 0.0

    @property
    def between(self) -> float:
        """Variance between draws, chance included; 0 for a single one."""
        return float(np.var(self.values, ddof=1)) if len(self.values) > 1 else 0.0

    @property
    def without_chance(self) -> Floats:
        """Values per draw, drawn together by the part of their spread that is chance."""
        kept = math.sqrt(max(0.0, 1.0 - self.chance / self.between)) if self.between > 0.0 else 0.0
        return np.asarray(self.mean + kept * (np.asarray(self.values) - self.mean))

    @property
    def width(self) -> tuple[float, float]:
        """Central 95 % of the draws, chance taken out."""
        low, high = np.quantile(self.without_chance, (0.025, 0.975))
        return float(low), float(high)

    @property
    def error(self) -> float:
        """Error of the mean: chance within draws, and the spread between them where there are several."""
        return math.sqrt(max(self.chance, self.between) / len(self.values))


@dataclass(frozen=True)
class Verdict:
    """The judged interval, the rule that gave it, and whether the simulated value is inside."""

    state: str
    rule: str
    lo: float | None = None
    hi: float | None = None
    why: str = ""


@cache
def rules() -> Rules:
    """The rules of the package."""
    text = (files("papaver.atlas") / "data" / "rules.csv").read_text(encoding="utf-8")
    return Rules(**{row["name"]: float(row["value"]) for row in csv.DictReader(text.splitlines())})


def published_interval(one: Published, by: Rules) -> tuple[float, float, str]:
    """Interval before widening, and the name of the rule."""
    if one.lo is not None and one.hi is not None:
        return one.lo, one.hi, one.interval or "interval"
    if one.dispersion is not None and one.dispersion_kind == "se":
        half = NORMAL_95 * one.dispersion
        return one.value - half, one.value + half, "1.96 standard errors"
    if one.dispersion is not None and one.dispersion_kind == "sd" and one.n:
        half = t_quantile(one.n - 1) * one.dispersion / math.sqrt(one.n)
        return one.value - half, one.value + half, f"t interval, n = {one.n}"
    if one.events is not None:
        return *poisson_interval(one.value, one.events), f"exact Poisson, {one.events} events"
    if one.unit in SHARES and one.n:
        return *binomial_interval(one.value, one.n, one.unit), f"exact binomial, n = {one.n}"
    return without_n(one, by)


def without_n(one: Published, by: Rules) -> tuple[float, float, str]:
    """Neither interval nor n."""
    if one.unit in SHARES:
        whole = 100.0 if one.unit == "percent" else 1.0
        share = one.value / whole
        odds = share / (1.0 - share) if share < 1.0 else math.inf
        ends = [odds / (1.0 + by.odds_without_n), odds * (1.0 + by.odds_without_n)]
        low, high = (whole * x / (1.0 + x) if math.isfinite(x) else whole for x in ends)
        most = by.points_without_n * POINTS[one.unit]
        return max(low, one.value - most), min(high, one.value + most), "25 % on the odds, at most 5 points"
    half = by.relative_without_n * abs(one.value)
    return one.value - half, one.value + half, "within 25 %"


def floor(one: Published, by: Rules) -> float:
    """The discrepancy floor: 15 % of the value, of a share at most 3 points."""
    relative = by.floor_relative * abs(one.value)
    if one.unit not in POINTS:
        return relative
    return (
        min(relative, by.floor_points * POINTS[one.unit]) if one.value else by.floor_points * POINTS[one.unit]
    )


def judge(one: Published, simulated: Simulated, by: Rules | None = None) -> Verdict:
    """Judge a simulated value against a published one."""
    by = by or rules()
    if not np.isfinite(simulated.values).all():
        return Verdict(NOT_RUN, one.interval or "none", why=f"{TOO_LARGE}: the value is not defined")
    if one.interval in DIRECTED:
        return judge_direction(one, simulated, by)
    if one.interval == "equivalence":
        return Verdict(NOT_RUN, "equivalence", why="the source states no margin")
    if one.interval in ("range", "iqr") and simulated.persons and one.n:
        return judge_persons(one, simulated, by)
    low, high, rule = published_interval(one, by)
    if one.interval == "max":
        low = -math.inf
    if low == high:
        return Verdict(NOT_RUN, rule, why="the source states no limit around zero")
    half = (high - low) / 2.0 if math.isfinite(low) else abs(high)
    low, high = low - floor(one, by), high + floor(one, by)
    if one.unit in SHARES:
        low, high = max(low, 0.0), min(high, 100.0 if one.unit == "percent" else 1.0)
    from_end = min(abs(simulated.mean - low), abs(simulated.mean - high))
    if simulated.error > by.error_share * half and from_end <= by.sure_errors * simulated.error:
        why = f"{TOO_LARGE} {simulated.error:.3g} above a quarter of the published half-width {half:.3g}"
        return Verdict(NOT_RUN, rule, low, high, why)
    inside = low - simulated.error <= simulated.mean <= high + simulated.error
    return Verdict(INSIDE if inside else OUTSIDE, rule, low, high)


def judge_direction(one: Published, simulated: Simulated, by: Rules) -> Verdict:
    """A bound: does the mean stay within it? A sign: has it 95 % certainty over draws and chance?"""
    if one.interval == "sign" and one.value == 0.0:
        return Verdict(NOT_RUN, "sign", why="no effect was published, and no limit")
    bound = 0.0 if one.interval == "sign" else one.value
    upward = one.value > 0.0 if one.interval == "sign" else one.interval == "lower_bound"
    low, high = (bound, math.inf) if upward else (-math.inf, bound)
    sure = certainty(simulated, bound, upward)
    met = sure >= by.certainty
    if one.interval != "sign":
        met = low - simulated.error <= simulated.mean <= high + simulated.error
    return Verdict(
        INSIDE if met else OUTSIDE, one.interval.replace("_", " "), low, high, f"certainty {sure:.2f}"
    )


def certainty(simulated: Simulated, bound: float, upward: bool) -> float:
    """Chance that the simulated value lies on the right side of a bound: over draws, and by chance."""
    error = math.sqrt(simulated.chance / len(simulated.values))
    distances = [value - bound if upward else bound - value for value in simulated.without_chance]
    return float(np.mean([_above(distance, error) for distance in distances]))


def _above(distance: float, error: float) -> float:
    if error <= 0.0:
        return 1.0 if distance > 0.0 else 0.0
    return 0.5 * math.erfc(-distance / error / math.sqrt(2.0))


def judge_persons(one: Published, simulated: Simulated, by: Rules) -> Verdict:
    """Range or quartiles of n persons: each published figure lies where a sample of n would have it."""
    people = np.sort(np.asarray(simulated.persons, float))
    assert one.n is not None and one.lo is not None and one.hi is not None
    marks = ((one.lo, 0.25), (one.value, 0.5), (one.hi, 0.75))
    if one.interval == "range":
        marks = ((one.lo, 0.0), (one.value, 0.5), (one.hi, 1.0))
    misses = []
    for value, q in marks:
        low, high = likely(people, q, one.n)
        slack = by.floor_relative * abs(value)
        if not low - slack <= value <= high + slack:
            misses.append(f"{value:g} is not within {low:.3g} to {high:.3g}")
    rule = f"{one.interval} of {one.n} persons"
    return Verdict(OUTSIDE if misses else INSIDE, rule, one.lo, one.hi, "; ".join(misses))


def likely(people: Floats, q: float, n: int) -> tuple[float, float]:
    """Central 95 % of where the quantile ``q`` of n persons falls, for simulated persons (sorted)."""
    from scipy.stats import beta

    rank = min(max(round(q * (n - 1)) + 1, 1), n)
    low, high = beta.ppf((0.025, 0.975), rank, n + 1 - rank)
    return float(np.quantile(people, low)), float(np.quantile(people, high))


def t_quantile(freedom: int) -> float:
    """97.5 % point of Student's t."""
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))


def binomial_interval(value: float, n: int, unit: str) -> tuple[float, float]:
    """Exact (Clopper and Pearson) 95 % interval of a share of n."""
    from scipy.stats import beta

    whole = 100.0 if unit == "percent" else 1.0
    k = round(value / whole * n)
    low = 0.0 if k == 0 else float(beta.ppf(0.025, k, n - k + 1))
    high = 1.0 if k == n else float(beta.ppf(0.975, k + 1, n - k))
    return whole * low, whole * high


def poisson_interval(value: float, events: int) -> tuple[float, float]:
    """Exact 95 % interval of a count or rate that rests on so many events."""
    from scipy.stats import chi2

    low = 0.0 if events == 0 else float(chi2.ppf(0.025, 2 * events)) / 2.0
    high = float(chi2.ppf(0.975, 2 * events + 2)) / 2.0
    per = value / events if events else 1.0
    return per * low, per * high


def pass_rate(states: Sequence[str]) -> tuple[int, int]:
    """How many are inside, of how many judged."""
    judged = [state for state in states if state != NOT_RUN]
    return judged.count(INSIDE), len(judged)
