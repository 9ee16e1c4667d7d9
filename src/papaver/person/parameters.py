"""The parameter record compiled code reads: the inputs of one draw, and factors that follow from them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.kinetics import build_kinetics
from papaver.person.withdrawal import N_SIGNS, SIGNS, TOP_LEVEL, cows, sign_levels

# field of the record <- time constant (days) among the inputs: what is kept after one day
KEPT = {
    "novelty_kept": "novelty_days",
    "habit_kept": "habit_days",
    "recovery_kept": "recovery_days",
    "attempt_kept": "attempt_days",
    "circle_kept": "circle_days",
    "month_kept": "four_weeks",
}
# the same from a half-life
HALVED = {"depot_kept": "depot_half_life_days", "blockade_kept": "naltrexone_depot_half_life_days"}
DERIVED = ("overdose_load", "start_intensity", "stress_kept")
WEEK_DAYS = 7


@lru_cache(maxsize=4)
def _extended(dtype: np.dtype[np.void]) -> np.dtype[np.void]:
    return np.dtype([(name, np.float64) for name in (*(dtype.names or ()), *KEPT, *HALVED, *DERIVED)])


def parameter_record(inputs: Any) -> npt.NDArray[np.void]:
    """One-element record array with every input and, for each time constant in days, ``exp(-1/days)``."""
    record = np.zeros(1, _extended(inputs.dtype))
    for name in inputs.dtype.names:
        record[name] = inputs[name]
    for name, days in KEPT.items():
        record[name] = np.exp(-1.0 / inputs[days])
    for name, days in HALVED.items():
        record[name] = 0.5 ** (1.0 / inputs[days])
    record["start_intensity"] = intensity_at_cows(inputs, float(inputs["buprenorphine_start_cows"]))
    record["stress_kept"] = np.exp(-WEEK_DAYS / inputs["stress_days"])
    record["overdose_load"] = inputs["overdose_margin"] * usual_use_load(inputs)
    return record


def usual_use_load(inputs: Any) -> float:
    """Load that a usual use in established injecting adds at its peak, over full tolerance.

    Two things bound a use: the median day's means in as many parts as there are uses a day, and the dose
    that gives the first one's high in full tolerance. A usual use is half the harmonic mean of both: among
    people whose means differ, now the one holds and now the other. The overdose scale is a margin over
    this, so that uncertain means, first doses, volumes and potencies, which move the load of every use
    alike, do not move how often usual use ends in an overdose.
    """
    means = inputs["budget_units"] / inputs["warm_up_doses"]
    sought = inputs["first_dose_units"] * inputs["tolerance_high"]
    mg = float(inputs["dose_unit_mg"] * means * sought / (means + sought))
    return mg * float(build_kinetics(inputs)["peak_load_per_mg"]) / float(inputs["tolerance_breathing"])


def intensity_at_cows(inputs: Any, points: float) -> float:
    """Smallest felt intensity, steady for long, at which COWS reaches so many points; infinite if none."""
    onsets = np.array([inputs["onset_" + sign] for sign in SIGNS]) * inputs["onset_scale"]
    steps = inputs["symptom_growth"] ** np.arange(TOP_LEVEL)
    levels = np.zeros(N_SIGNS, np.int64)
    just_above = float(inputs["symptom_growth"]) ** (1.0 / 1000.0)
    for x in np.unique(np.outer(onsets, steps)) * just_above:
        sign_levels(x, x, onsets, float(inputs["symptom_growth"]), levels)
        if cows(levels) >= points:
            return float(x)
    return float("inf")
