"""One person hour by hour: doses in, agonist signal, adaptation, withdrawal and scores out.

Calls the same ``person.day.advance_body`` as the day loop, so that with hourly steps the state at the end
of each day is the day loop's. Finer steps resolve minutes (a naloxone challenge).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.kinetics import DRUGS, N_DRUGS, build_kinetics, step_factors
from papaver.compiled import compiled
from papaver.errors import Fault, InputError
from papaver.person.day import advance_body, pool_factors
from papaver.person.hours import HOURS, TRACE_COLUMNS
from papaver.person.parameters import parameter_record
from papaver.person.records import PERSON, STATE
from papaver.person.withdrawal import N_SIGNS, SIGNS, cina, cows, oows, sign_levels, sows, sows_gossop

Floats = npt.NDArray[np.float64]
MINUTES_PER_HOUR = 60


@dataclass(frozen=True)
class Dose:
    """A dose: drug, hour after the start, mg (heroin: mg of the salt that reaches blood; others as taken)."""

    drug: str
    hour: float
    mg: float


@dataclass(frozen=True)
class Body:
    """What differs between bodies here: speed of elimination by drug (ratio) and symptom frailty (ratio)."""

    speed: Mapping[str, float] = field(default_factory=dict)
    frailty: float = 1.0


def every(drug: str, mg: float, *, each_hours: float, days: float, start_hour: float = 0.0) -> list[Dose]:
    """A dose repeated every ``each_hours`` for ``days`` days from ``start_hour``."""
    count = round(days * HOURS / each_hours)
    return [Dose(drug, start_hour + k * each_hours, mg) for k in range(count)]


def dose_grid(doses: Iterable[Dose], days: int, steps: int) -> Floats:
    """Doses on the grid ``mg[day, drug, step]``; a dose falls at the nearest start of a step."""
    grid = np.zeros((days, N_DRUGS, steps))
    for dose in doses:
        if dose.drug not in DRUGS:
            raise InputError(Fault(f"unknown drug '{dose.drug}'.", f"Use one of: {', '.join(DRUGS)}."))
        if not (np.isfinite(dose.mg) and dose.mg > 0.0):
            raise InputError(
                Fault(f"a dose of {dose.mg} mg of {dose.drug} is impossible.", "Give a positive number.")
            )
        place = round(dose.hour * steps / HOURS) if np.isfinite(dose.hour) else -1
        if not 0 <= place < days * steps:
            raise InputError(
                Fault(f"a dose at hour {dose.hour:g} lies outside the {days} days.", "Move the dose.")
            )
        grid[place // steps, DRUGS.index(dose.drug), place % steps] += dose.mg
    return grid


@compiled
def run_days(persons: Any, states: Any, gain: Any, params: Any, grid: Any, trace: Any) -> None:
    """Advance one body over all days of ``grid[day, drug, step]``, filling ``trace[day, step, column]``."""
    w, s, p = persons[0], states[0], params[0]
    kept = np.zeros(8)
    pool_factors(p, HOURS / grid.shape[2], kept)
    for day in range(grid.shape[0]):
        advance_body(s, w, gain, p, kept, grid[day], True, trace[day])


@compiled
def score_hours(felt: Any, behind: Any, onset: Any, growth: float, scores: Any, calm: float = 1.0) -> None:
    """COWS, SOWS, SOWS-Gossop and every sign's level for each hour, into ``scores[hour, 3 + signs]``.

    Columns beyond the signs, if any, get the OOWS and the CINA. ``calm``: on lofexidine (``sign_levels``).
    """
    levels = np.zeros(N_SIGNS, np.int64)
    for i in range(felt.shape[0]):
        sign_levels(felt[i], behind[i], onset, growth, levels, calm)
        scores[i, 0], scores[i, 1], scores[i, 2] = cows(levels), sows(levels, levels[0]), sows_gossop(levels)
        for k in range(N_SIGNS):
            scores[i, 3 + k] = levels[k]
        if scores.shape[1] > 3 + N_SIGNS:
            scores[i, 3 + N_SIGNS], scores[i, 4 + N_SIGNS] = oows(levels), cina(levels)


def sign_onsets(inputs: Any) -> Floats:
    """Onset of every sign (felt intensity at its first level) for one parameter draw."""
    return np.array([inputs["onset_" + sign] for sign in SIGNS]) * float(inputs["onset_scale"])


def follow_hours(
    doses: Iterable[Dose],
    days: int,
    inputs: Any,
    *,
    body: Body | None = None,
    step_minutes: int = MINUTES_PER_HOUR,
) -> dict[str, Floats]:
    """Hour by hour (or finer) after the given doses in a person who has never used before.

    Returns one array per column, each of ``days * 24 * 60 / step_minutes`` values: ``hour`` (start of the
    step), loads of the four drugs (dimensionless, mean of the step), agonist ``signal``, pools, ``gap``,
    ``felt`` withdrawal, the scores ``cows``, ``sows``, ``sows_gossop``, ``oows``, ``cina`` and one level per
    sign.
    """
    if step_minutes < 1 or HOURS * MINUTES_PER_HOUR % step_minutes:
        raise InputError(
            Fault(f"a step of {step_minutes} minutes does not fit a day.", "Use 60, 30, 15, 10 or 5.")
        )
    body = body or Body()
    steps = HOURS * MINUTES_PER_HOUR // step_minutes
    grid = dose_grid(doses, days, steps)
    kinetics = build_kinetics(inputs)
    params = parameter_record(inputs)
    persons, states = np.zeros(1, PERSON), np.zeros(1, STATE)
    persons["frailty"] = body.frailty
    persons["speed"][0] = [body.speed.get(drug, 1.0) for drug in DRUGS]
    decay, mean = persons["decay"][0], persons["mean"][0]
    step_factors(kinetics["rate"], persons["speed"][0], HOURS / steps, decay, mean)
    trace = np.zeros((days, steps, len(TRACE_COLUMNS)))
    run_days(persons, states, np.ascontiguousarray(kinetics["gain"]), params, grid, trace)
    flat = trace.reshape(days * steps, len(TRACE_COLUMNS))
    columns = {"hour": np.arange(days * steps) * HOURS / steps}
    columns |= {name: flat[:, k] for k, name in enumerate(TRACE_COLUMNS)}
    scores = np.zeros((len(flat), 5 + N_SIGNS))
    onsets, growth = sign_onsets(inputs), float(inputs["symptom_growth"])
    score_hours(
        np.ascontiguousarray(columns["felt"]), np.ascontiguousarray(columns["lagged"]), onsets, growth, scores
    )
    names = ("cows", "sows", "sows_gossop", *SIGNS, "oows", "cina")
    return columns | {name: scores[:, k] for k, name in enumerate(names)}
