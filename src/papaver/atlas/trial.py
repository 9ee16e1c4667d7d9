"""Virtual trials: the arms of a protocol simulated, measured and compared.

Each draw of the uncertain inputs is one trial with its own people's luck. The middle over draws is what the
model expects; the interval over draws is where a real trial of this size would land, chance included; with
the chance of so few people taken out it is what the evidence leaves open.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, mean, share
from papaver.atlas.protocols import Followed, regular_use
from papaver.atlas.running import inputs_of
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import most_draws
from papaver.population.cohort import build_job
from papaver.population.engine import simulate_diaries
from papaver.scenario.model import Output, Plan
from papaver.scenario.trial import DAYS_PER_YEAR, Outcome, Trial
from papaver.showing import table

Bools = npt.NDArray[np.bool_]
Z95 = 1.959963984540054
PERCENT = ("retained", "any_use", "relapse", "overdose", "died")
Told = Callable[[int, int], None]


@dataclass(frozen=True)
class ArmResult:
    """One outcome in one arm over all simulated trials.

    ``mean`` in percent or days; ``lo``, ``hi``: 5 % to 95 % of trials of this size; ``known_lo``,
    ``known_hi``: the same without the chance of so few people, what the evidence leaves open.
    """

    arm: str
    outcome: str
    unit: str
    mean: float
    lo: float
    hi: float
    known_lo: float
    known_hi: float


@dataclass(frozen=True)
class Comparison:
    """An arm against the first: difference (as in ``ArmResult``), and how trials of this size would end.

    ``higher``: share of trials in which the arm came out above the first; ``clear``: share whose 95 %
    interval for the difference leaves out 0.
    """

    arm: str
    against: str
    outcome: str
    unit: str
    difference: float
    lo: float
    hi: float
    known_lo: float
    known_hi: float
    higher: float
    clear: float


@dataclass(frozen=True)
class TrialResults:
    """All arms and comparisons of a protocol."""

    arms: tuple[ArmResult, ...]
    comparisons: tuple[Comparison, ...]
    trials: int

    def _repr_html_(self) -> str:
        rows: list[tuple[object, ...]] = [("outcome", "arm", "unit", "mean", "5 %", "95 %")]
        rows += [(one.outcome, one.arm, one.unit, one.mean, one.lo, one.hi) for one in self.arms]
        return table(f"{self.trials} simulated trials", rows)


def run_trial(trial: Trial, *, threads: int | None = None, told: Told | None = None) -> TrialResults:
    """Simulate a protocol. The result does not depend on the number of threads.

    Raises InputError where more draws are asked for than the fitted inputs have.
    """
    limit = most_draws()
    if limit is not None and trial.draws > limit:
        what = f"{trial.draws} draws are more than the {limit} of the fitted inputs."
        raise InputError(Fault(what, f"Write at most {limit}.", field="draws"))
    draws = range(1, trial.draws + 1) if trial.draws else range(1)
    work = [(draw, arm) for draw in draws for arm in range(len(trial.arms))]
    done = 0
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        found = []
        for one in pool.map(lambda task: _one_arm(trial, *task), work):
            found.append(one)
            done += 1
            if told is not None:
                told(done, len(work))
    by_draw = [found[k : k + len(trial.arms)] for k in range(0, len(found), len(trial.arms))]
    arms = tuple(
        _arm(arm, outcome, [trial_[a][o] for trial_ in by_draw])
        for a, arm in enumerate(trial.arms)
        for o, outcome in enumerate(trial.outcomes)
    )
    same = trial.assignment == "same_people"
    comparisons = tuple(
        _compare(arm, trial.arms[0], outcome, [_difference(t[a][o], t[0][o], same) for t in by_draw])
        for a, arm in enumerate(trial.arms[1:], 1)
        for o, outcome in enumerate(trial.outcomes)
    )
    return TrialResults(arms, comparisons, len(by_draw))


def _one_arm(trial: Trial, draw: int, arm: int) -> list[Estimate]:
    """Every outcome of one arm in one simulated trial."""
    inputs = inputs_of(trial.seed, draw)
    cohort = SimpleNamespace(
        cohort=trial.cohort,
        years=(trial.days + 0.5) / DAYS_PER_YEAR,
        strata=(),
        output=Output(daily_every=trial.days, lives=0),
    )
    job = build_job(cohort, trial.arms[arm])
    first = 0 if trial.assignment == "same_people" else arm * trial.people_per_arm
    followed = Followed(
        simulate_diaries(job, inputs, seed=trial.seed, draw=draw, first=first, count=trial.people_per_arm)
    )
    return [measure(followed, outcome) for outcome in trial.outcomes]


def measure(c: Followed, outcome: Outcome) -> Estimate:
    """The value of one outcome among the people of one arm: percent or days."""
    first, last = outcome.from_day, outcome.to_day
    among = np.ones(c.people, np.bool_)
    if outcome.among == "in_programme":
        among = c.alive(last - 1) & c.cared[:, last - 1]
    window = slice(first, last)
    match outcome.measure:
        case "retained":
            begun = c.cared[:, : first + 1].any(axis=1)
            return share(c.first_stay + c.cared.argmax(axis=1) >= last, among & begun)
        case "days_of_use":
            return mean(c.use_days(first, last), among)
        case "any_use":
            return share(c.used(first, last), among)
        case "relapse":
            return share(regular_use(c, first, last, days=outcome.days, within=outcome.within), among)
        case "days_with_withdrawal":
            return mean(c.diaries.sick[:, window].sum(axis=1, dtype=np.int64), among)
        case "overdose":
            return share(c.overdosed[:, window].any(axis=1), among)
        case "died":
            return share((c.death_day >= first) & (c.death_day < last), among)


def _difference(one: Estimate, other: Estimate, same: bool) -> Estimate:
    """Difference of two arms: person by person if they are the same people, else of separate people."""
    if same or one.influence is None or other.influence is None:
        return one - other
    return Estimate(one.value - other.value, np.concatenate([one.influence, -other.influence]))


def _spread(estimates: Sequence[Estimate]) -> tuple[float, float, float, float, float]:
    """Mean, 5 % and 95 % of trials, and the same with the chance of so few people taken out."""
    values = np.array([e.value for e in estimates])
    values = values[np.isfinite(values)]
    if not len(values):
        return (math.nan,) * 5
    middle = float(values.mean())
    if len(values) == 1:
        half = Z95 * estimates[0].error
        return middle, middle - half, middle + half, middle, middle
    low, high = np.quantile(values, [0.05, 0.95])
    chance = float(np.mean([e.error**2 for e in estimates if math.isfinite(e.value)]))
    kept = math.sqrt(max(0.0, 1.0 - chance / max(float(values.var(ddof=1)), 1e-300)))
    low, high = float(low), float(high)
    return middle, low, high, middle + kept * (low - middle), middle + kept * (high - middle)


def _unit(outcome: Outcome) -> str:
    return "percent" if outcome.measure in PERCENT else "days"


def _arm(arm: Plan, outcome: Outcome, estimates: Sequence[Estimate]) -> ArmResult:
    return ArmResult(arm.name, outcome.name, _unit(outcome), *_spread(estimates))


def _compare(arm: Plan, against: Plan, outcome: Outcome, differences: Sequence[Estimate]) -> Comparison:
    values = [d.value for d in differences]
    unit = "percentage points" if outcome.measure in PERCENT else "days"
    higher = float(np.mean([value > 0.0 for value in values]))
    clear = float(np.mean([abs(d.value) > Z95 * d.error for d in differences]))
    return Comparison(arm.name, against.name, outcome.name, unit, *_spread(differences), higher, clear)
