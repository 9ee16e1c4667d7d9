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
    first = cohort_record(job, inputs)
    if not job.general:
        return np.concatenate([first, first])
    dependent = cohort_record(replace(job, dependent=True), inputs)
    return np.concatenate([first, dependent])


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
    }
    for name, usual_value in defaults.items():
        record[name] = job.settings.get(name, usual_value)
    record["trouble_loading"] = inputs["trouble_loading"]
    record["dependent"], record["prescribed"] = int(job.dependent), int(job.prescribed)
    record["general"], record["dependent_share"] = int(job.general), job.dependent_share
    return record
