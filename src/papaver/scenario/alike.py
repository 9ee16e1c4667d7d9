"""From a person file to what the story of people alike is told from."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.kinetics import DRUGS, N_DRUGS
from papaver.person.hours import HOURS
from papaver.person.records import MOST_STEPS, STEP, TRAITS
from papaver.person.regimen import dose_hours
from papaver.person.story import Alike, Past, frailty_of
from papaver.population.cohort import step_record
from papaver.scenario.person import DAYS_PER_MONTH, Person

QUANTILE = {"mild": 0.1, "middle": 0.5, "hard": 0.9}
SETTINGS = {
    "availability": "availability",
    "stress": "stress",
    "uses_alone": "alone",
    "naloxone_nearby": "naloxone",
    "dose_unit_mg": "dose_unit_mg",
}


def alike_of(person: Person, inputs: Any) -> Alike:
    """What people alike this person share, under one draw of the inputs (for symptom frailty)."""
    who, where = person.who, person.where
    given = {"women": who.woman} | where.model_dump() | who.model_dump()
    traits = {name: given[name] for name in TRAITS}
    if who.pregnant:
        traits["women"] = True
    settings = {ours: getattr(where, name) for name, ours in SETTINGS.items()}
    if who.age_years is not None:
        settings |= {"age_years": who.age_years, "age_log_sd": 0.0}
    steps = np.zeros(MOST_STEPS, STEP)
    for k, step in enumerate(person.plan):
        steps[k] = step_record(step, where.stress or 0.0)
    return Alike(
        days=person.days,
        shares={name: float(value) for name, value in traits.items() if value is not None},
        settings={name: float(value) for name, value in settings.items() if value is not None},
        frailty=frailty_of(QUANTILE[who.symptoms], inputs) if who.symptoms else 0.0,
        liability=who.liability,
        past=_past(person),
        steps=steps,
        step_count=len(person.plan),
        taken=_grid(person, inputs) if person.taken else None,
    )


def _past(person: Person) -> Past:
    before = person.before
    if before.status == "never_used":
        return Past()
    return Past(
        days=max(1, round((before.months or 0.0) * DAYS_PER_MONTH)),
        dose_mg=(before.mg_per_day or 0.0) / before.times_a_day,
        times_a_day=before.times_a_day,
        idle_days=1 if before.last_use_days_ago is None else max(1, before.last_use_days_ago),
    )


def _grid(person: Person, inputs: Any) -> npt.NDArray[np.float64]:
    """Milligrams by day, drug and hour of what is taken."""
    grid = np.zeros((person.days, N_DRUGS, HOURS))
    for part in person.taken:
        if part.drug == "none":
            continue
        for hour in dose_hours(part.times_a_day, inputs):
            grid[part.from_day : part.to_day + 1, DRUGS.index(part.drug), hour] += (
                part.mg_per_day / part.times_a_day
            )
    return grid
