"""Bare records of people and their state for tests of single functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from papaver.body.kinetics import KINETICS, N_DRUGS, build_kinetics, step_factors
from papaver.evidence import inputs
from papaver.person.day import TRACE_FELT, TRACE_GAP, TRACE_SIGNAL, advance_body, pool_factors
from papaver.person.hours import TRACE_COLUMNS
from papaver.person.parameters import parameter_record
from papaver.person.records import MOST_STEPS, NEVER, PERSON, STATE, STEP

CENTRAL = inputs.central()


def parameters(record: Any = CENTRAL, **changes: float) -> Any:
    """The record compiled functions read, of one draw with some inputs changed."""
    return parameter_record(inputs.changed(record, **changes))[0]


def person(**values: Any) -> Any:
    """A person with an ordinary body and no traits."""
    record = np.zeros(1, PERSON)[0]
    plain = {
        "speed": 1.0,
        "frailty": 1.0,
        "criteria_factor": 1.0,
        "attempt_factor": 1.0,
        "stay_factor": 1.0,
        "quieted": 1.0,
        "reaches_blood": 1.0,
        "first_dose_mg": 6.0,
    }
    for name, value in (
        {**plain, "budget_mg": 1000.0, "availability": 1.0, "route_reward": 1.0} | values
    ).items():
        record[name] = value
    kinetics = build_kinetics(CENTRAL)
    step_factors(kinetics["rate"], record["speed"], 1.0, record["decay"], record["mean"])
    return record


def state(**values: Any) -> Any:
    """The state of a living person without history."""
    record = np.zeros(1, STATE)[0]
    days = ("last_use", "disorder_day", "dependence_day", "attempt_day", "programme_day")
    days += ("overdose_day", "released_day", "brain_injury_day")
    for name in (*days, "left_day", "depot_day", "prescribed_day"):
        record[name] = NEVER
    for name in ("met", "step_day", "step_over"):
        record[name] = NEVER
    record["alive"], record["familiar"], record["availability"], record["dose_mg"] = 1, 1.0, 1.0, 6.0
    record["purity"], record["circle"], record["sought"] = 1.0, 1.0, 1
    record["stay_ratio"], record["service_ratio"], record["calm"] = 1.0, 1.0, 1.0
    for name, value in values.items():
        record[name] = value
    return record


def kinetics(record: Any = CENTRAL) -> Any:
    return np.array([build_kinetics(record)], dtype=KINETICS)[0]


def hourly(p: Any, hours: float = 1.0) -> np.ndarray:
    """What the pools keep over a step."""
    kept = np.zeros(8)
    pool_factors(p, hours, kept)
    return kept


def plan_steps(*rows: dict[str, Any]) -> np.ndarray:
    """Plan steps from dictionaries of the fields of ``STEP``; taken up by everyone unless told otherwise."""
    steps = np.zeros(MOST_STEPS, STEP)
    for k, row in enumerate(rows):
        for name, value in ({"uptake": 1.0} | row).items():
            steps[k][name] = value
    return steps


def one_step(s: Any, w: Any, p: Any, kept: np.ndarray) -> tuple[float, float, float]:
    """Move a body without drug and its pools one step: signal, gap and felt withdrawal of the step."""
    trace = np.zeros((1, len(TRACE_COLUMNS)))
    advance_body(s, w, kinetics()["gain"], p, kept, np.zeros((N_DRUGS, 1)), False, trace)
    return trace[0, TRACE_SIGNAL], trace[0, TRACE_GAP], trace[0, TRACE_FELT]
