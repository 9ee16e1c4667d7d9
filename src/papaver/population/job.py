"""What the engine is asked to do: a cohort, one plan's steps, a horizon, how to count."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.person.records import MOST_STEPS, PLAN, STEP, TRAITS
from papaver.person.traits import COHORT
from papaver.population.begin import WHOLE, beginning, shifted
from papaver.population.begin import known as known_traits


@dataclass(frozen=True)
class Job:
    """One plan for one cohort.

    ``shares`` and ``settings`` hold what the scenario fixes; whatever it leaves out comes from the inputs.
    A ``general`` population holds people dependent at the start (``dependent_share``) and people who have
    never used; otherwise all are ``dependent``, or on opioids ``prescribed`` for pain (never having used
    heroin), or at their first use. ``splits`` are indices of the traits
    that are reported apart. ``lives`` people are kept one by one.
    """

    days: int
    shares: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    dependent: bool = False
    prescribed: bool = False
    general: bool = False
    dependent_share: float = 0.0
    splits: tuple[int, ...] = ()
    steps: npt.NDArray[np.void] = field(default_factory=lambda: np.zeros(MOST_STEPS, STEP))
    step_count: int = 0
    daily_every: int = 28
    lives: int = 0

    @property
    def years(self) -> int:
        """Calendar years touched: year k begins on day floor(365.25 k)."""
        return max(1, math.ceil(self.days / 365.25 - 1e-9))


def plan_record(job: Job) -> npt.NDArray[np.void]:
    """The ``PLAN`` record of a job's steps."""
    record = np.zeros(1, PLAN)
    record["count"], record["step"][0] = job.step_count, job.steps
    return record


def cohort_records(job: Job, inputs: Any) -> npt.NDArray[np.void]:
    """Two ``COHORT`` records of one parameter draw: of the people of the cohort, and of those of a general
    population who are dependent at the start."""
    if not job.general:
        first = cohort_record(job, inputs)
        return np.concatenate([first, first])
    known = beginning(inputs)
    first = cohort_record(replace(job, shares=_of_all(job, inputs)), inputs)
    loading = float(inputs["begin_liability"])
    first["liability_mean"], first["begin_liability"] = -loading, loading
    first["begin_trait"][0], first["begin_level"] = known.by_trait, -known.log_mean - loading**2 / 2.0
    second = cohort_record(replace(job, dependent=True, shares=_of_dependent(job, inputs)), inputs)
    return np.concatenate([first, second])


def _of_all(job: Job, inputs: Any) -> dict[str, float]:
    """Shares of traits in a general population: as given, or as surveys of adults found."""
    return {trait: float(inputs[WHOLE.format(trait)]) for trait in known_traits(inputs)} | dict(job.shares)


def _of_dependent(job: Job, inputs: Any) -> dict[str, float]:
    """Shares among its people who are dependent: published; where the population is given a share of its
    own, the odds move with it (Bayes' rule)."""
    given = dict(job.shares)
    for trait in known_traits(inputs):
        if trait in given and 0.0 < given[trait] < 1.0:
            name = f"share_dependent_{trait}"
            usual = float(inputs[name if name in inputs.dtype.names else f"share_{trait}"])
            given[trait] = shifted(usual, float(inputs[WHOLE.format(trait)]), given[trait])
    return given


def cohort_record(job: Job, inputs: Any) -> npt.NDArray[np.void]:
    """The ``COHORT`` record of one parameter draw."""
    record = np.zeros(1, COHORT)
    for index, trait in enumerate(TRAITS):
        dependent = f"share_dependent_{trait}"
        usual = dependent if job.dependent and dependent in inputs.dtype.names else f"share_{trait}"
        record["share"][0, index] = job.shares.get(trait, inputs[usual])
    if job.prescribed:
        record["share"][0, TRAITS.index("chronic_pain")] = job.shares.get("chronic_pain", 1.0)
    defaults = {
        "age_years": inputs["age_first_use"],
        "age_log_sd": inputs["age_spread"],
        "availability": inputs["availability"],
        "stress": 0.0,
        "alone": 1.0 - inputs["seen_in_public"] * inputs["seen_in_private_ratio"],
        "naloxone": inputs["naloxone_nearby"],
        "dose_unit_mg": inputs["dose_unit_mg"],
        "fentanyl_share": 0.0,
        "prescribed_mg": inputs["prescribed_daily_mg"],
        "prescribed_log_sd": inputs["prescribed_spread"],
        "custody_per_year": 0.0,
        "custody_days": inputs["custody_days"],
        "custody_treated": 0.0,
        "prior_share": 0.0,
    }
    for name, usual_value in defaults.items():
        record[name] = job.settings.get(name, usual_value)
    if job.dependent or job.prescribed:
        record["prior_share"] = 0.0
    record["trouble_loading"] = inputs["trouble_loading"]
    record["dependent"], record["prescribed"] = int(job.dependent), int(job.prescribed)
    record["general"], record["dependent_share"] = int(job.general), job.dependent_share
    return record
