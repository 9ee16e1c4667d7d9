"""Building the overdose surface: critical doses of virtual people by bisection, then smooth curves over them.

Risk is monotone in dose, so each person in each setting has one dose that just leaves them unrousable and one
that just ends in collapse. People and settings are drawn together, one setting per person; curves over the
settings and the spread between people are fitted to the logs of these doses, and checked against direct
simulation of other people at random settings and doses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.breathing import PatientRuns
from papaver.body.constants import values
from papaver.body.overdose_people import (
    AXES,
    Bodies,
    Intake,
    Setting,
    Taken,
    draw_bodies,
    intakes,
    patient_columns,
    setting,
    take,
    watch,
)
from papaver.body.people import typical
from papaver.body.surface_model import Curve, Spread, fit_curve, fit_spread
from papaver.evidence.inputs import numbers as central_numbers
from papaver.evidence.sampling import uniforms

Floats = npt.NDArray[np.float64]
Numbers = Mapping[str, float]
THRESHOLDS = ("unrousable", "collapse")


@dataclass(frozen=True)
class Trial:
    """People of one class, each in one setting, ready to be given doses."""

    taken: Taken
    bodies: Bodies
    at: Setting
    patients: Mapping[str, Floats]
    numbers: Numbers
    threads: int = 2

    def run(self, mg: Floats) -> PatientRuns:
        """What becomes of them after these doses, one each."""
        return watch(self.taken, mg, self.at, self.patients, self.numbers, threads=self.threads)

    def load_per_mg(self) -> float:
        """Median over these people of the peak load of 1 mg."""
        return float(np.median(self.taken.load().max(axis=1)))


def drawn_setting(count: int, seed: int, name: str) -> Setting:
    """Random settings: tolerance even in its logarithm, other axes at their healthy end in half of them."""
    design = values("surface_design")

    def u(axis: str) -> Floats:
        return uniforms(seed, f"surface:{name}:{axis}", 1, count)

    def some(axis: str, most: float) -> Floats:
        share = design["axis_share"]
        return np.asarray(np.maximum(0.0, (u(axis) - 1.0 + share) / share) * most)

    tolerance = np.exp(u("tolerance") * math.log(design["most_tolerance"]))
    given = {axis: some(axis, 1.0) for axis in ("lung", "apnoea", "old")}
    sedation, present = some("sedation", design["most_sedation"]), some("present", design["most_present"])
    return setting(count, tolerance=tolerance, sedation=sedation, present=present * tolerance, **given)


def make_trial(one: Intake, count: int, seed: int, numbers: Numbers, at: Setting, threads: int = 2) -> Trial:
    """People of a class in given settings."""
    bodies = draw_bodies(count, seed, numbers)
    taken = take(one, bodies, numbers)
    return Trial(taken, bodies, at, patient_columns(bodies, at, numbers), numbers, threads)


def halve(passes: Callable[[Floats], npt.NDArray[np.bool_]], low: Floats, high: Floats, steps: int) -> Floats:
    """Log dose at which each person begins to pass, by halving between ``low`` and ``high``."""
    for _ in range(steps):
        middle = (low + high) / 2.0
        passed = passes(np.exp(middle))
        low, high = np.where(passed, low, middle), np.where(passed, middle, high)
    return (low + high) / 2.0


def critical_doses(trial: Trial) -> dict[str, Floats]:
    """Log critical dose (mg) of each person by threshold."""
    design = values("surface_design")
    per_mg, count = trial.load_per_mg(), trial.bodies.count
    ends = [np.full(count, math.log(design[name] / per_mg)) for name in ("least_load", "most_load")]
    unrousable = halve(
        lambda mg: np.isfinite(trial.run(mg).unrousable_s), ends[0], ends[1], int(design["steps"])
    )
    collapse = halve(
        lambda mg: np.isfinite(trial.run(mg).collapse_s),
        unrousable,
        unrousable + math.log(design["collapse_span"]),
        int(design["collapse_steps"]),
    )
    return {"unrousable": unrousable, "collapse": collapse}


@dataclass(frozen=True)
class ClassFit:
    """The surface of one class: curve of the log critical load and spread by threshold, log ratio of collapse
    over unrousable load at evenly spaced shares of people, time to collapse, and the peak load of 1 mg in the
    typical person. Loads are peaks of the typical person: what the
    dose adds and what is present already."""

    name: str
    people: int
    load_per_mg: float
    curves: Mapping[str, Curve]
    spreads: Mapping[str, Spread]
    log_ratio: Floats
    minutes: Mapping[str, float]


def own_columns(trial: Trial) -> Floats:
    """What is known of each person, mean 0: kinetics and potency (log peak load of 1 mg), reflexes, airway,
    and the slope of binding where it differs."""
    peak = np.log(trial.taken.load().max(axis=1))
    columns = [peak, trial.bodies.deviations["reflex"], trial.bodies.deviations["airway"]]
    columns += [
        one.slope for one in trial.taken.known.values() if np.ndim(one.slope) and one.name != "naloxone"
    ]
    return np.stack([column - column.mean() for column in columns], axis=1)


def fit_class(one: Intake, seed: int, numbers: Numbers, threads: int = 2) -> ClassFit:
    """Critical doses of one class and the surface over them."""
    design = values("surface_design")
    trial = make_trial(one, one.rows, seed, numbers, drawn_setting(one.rows, seed, one.name), threads)
    doses = critical_doses(trial)
    per_mg = load_of_typical(one, numbers)
    alert = doses["unrousable"] > math.log(2.0 * design["least_load"] / trial.load_per_mg())
    axes = {axis: getattr(trial.at, axis)[alert] for axis in AXES}
    own, curves, spreads, departures = own_columns(trial)[alert], {}, {}, {}
    for threshold, log_dose in doses.items():
        total = np.log(np.exp(log_dose[alert]) * per_mg + axes["present"])
        curve, off = fit_curve(total, axes, tops(), own)
        middle, spreads[threshold] = fit_spread(off, design["shape_floor"])
        curves[threshold] = Curve(curve.at + middle, curve.tops, curve.coefficients)
        departures[threshold] = off
    healthy = setting(1)
    base = {axis: getattr(healthy, axis) for axis in AXES}
    apart = curves["collapse"](base)[0] - curves["unrousable"](base)[0]
    apart = apart + (departures["collapse"] - departures["unrousable"])
    shares = (np.arange(int(design["nodes"])) + 0.5) / design["nodes"]
    log_ratio = np.maximum(0.0, np.quantile(apart, shares))
    times = minutes_to_collapse(trial, doses["collapse"], seed)
    people = int(alert.sum())
    return ClassFit(one.name, people, per_mg, curves, spreads, log_ratio, times)


def tops() -> dict[str, float]:
    """Upper end of each axis of the design on its scale."""
    design = values("surface_design")
    present = design["most_present"]
    return {
        "tolerance": math.log(design["most_tolerance"]),
        "sedation": -math.log1p(-design["most_sedation"]),
        "lung": 1.0,
        "apnoea": 1.0,
        "old": 1.0,
        "present": present / (present + 1.0),
    }


def load_of_typical(one: Intake, numbers: Numbers) -> float:
    """Peak load of 1 mg in the typical person (for the published population its median person)."""
    if one.kinetics == "published":
        bodies = draw_bodies(int(values("surface_design")["check_people"]), 1, numbers)
        return float(np.median(take(one, bodies, numbers).load().max(axis=1)))
    none = {name: np.zeros(1) for name in ("potency", "reflex", "airway")}
    return float(take(one, Bodies(typical(numbers=numbers), none, {}), numbers).load().max())


def minutes_to_collapse(trial: Trial, log_dose: Floats, seed: int) -> dict[str, float]:
    """Time from a dose to collapse: ``ln minutes = a + b exp(-excess)``, excess the log dose over the
    critical one; ``b`` is not below 0, so that larger doses are never slower. With the spread around it; nan
    where too few collapse after the dose (and not before it, of what earlier doses left)."""
    from scipy.optimize import nnls

    excess = values("surface_design")["excess"] * uniforms(seed, "surface:excess", 1, trial.bodies.count)
    seconds = trial.run(np.exp(log_dose + excess)).collapse_s
    seen = np.isfinite(seconds) & (seconds > 0.0)
    minutes = np.log(seconds[seen] / 60.0)
    if seen.sum() < values("surface_design")["least_times"]:
        return {"a": math.nan, "b": math.nan, "sd": math.nan}
    columns = np.stack([np.ones(minutes.size), np.exp(-excess[seen])], axis=1)
    (a, b), _ = nnls(columns, minutes)
    return {"a": float(a), "b": float(b), "sd": float(np.std(minutes - columns @ np.array([a, b])))}


@dataclass(frozen=True)
class Check:
    """One random point: share of people that passed by direct simulation and by the surface."""

    name: str
    threshold: str
    axes: Mapping[str, float]
    mg: float
    people: int
    simulated: float
    fitted: float


def check_class(fit: ClassFit, points: int, seed: int, numbers: Numbers, threads: int = 2) -> list[Check]:
    """Direct simulation of new people at random settings and doses, beside the fitted surface."""
    design = values("surface_design")
    one, count = intakes()[fit.name], int(design["check_people"])
    bodies = draw_bodies(count, seed, numbers)
    taken, at = take(one, bodies, numbers), drawn_setting(points, seed, f"check:{one.name}")
    u = uniforms(seed, f"surface:check:{one.name}:dose", 1, points)
    found = []
    for k in range(points):
        axes = {axis: getattr(at, axis)[k : k + 1] for axis in AXES}
        threshold = THRESHOLDS[k % 2]
        middle = fit.curves[threshold](axes)[0]
        load = math.exp(middle + design["check_spread"] * (2.0 * u[k] - 1.0))
        mg = max(0.0, load - axes["present"][0]) / fit.load_per_mg
        log_load = np.log(np.array([mg * fit.load_per_mg + axes["present"][0]]))
        same = setting(count, **{axis: float(value[0]) for axis, value in axes.items()})
        trial = Trial(taken, bodies, same, patient_columns(bodies, same, numbers), numbers, threads)
        runs = trial.run(np.full(count, mg))
        for name in THRESHOLDS:
            passed = float(np.isfinite(getattr(runs, f"{name}_s")).mean())
            z = log_load - fit.curves[name](axes)
            guess = float(fit.spreads[name].share(z)[0])
            where = {axis: float(value[0]) for axis, value in axes.items()}
            found.append(Check(one.name, name, where, mg, count, passed, guess))
    return found


def build(
    seed: int = 1,
    numbers: Numbers | None = None,
    *,
    names: tuple[str, ...] | None = None,
    threads: int = 2,
    tell: Callable[[str], Any] = lambda _: None,
) -> tuple[list[ClassFit], list[Check]]:
    """The surface of all classes (or those named) and its checks."""
    p = central_numbers() if numbers is None else numbers
    design = values("surface_design")
    fits, checks = [], []
    chosen_classes = [intakes()[name] for name in names] if names else list(intakes().values())
    points = max(2, int(design["check_points"]) // len(chosen_classes))
    for one in chosen_classes:
        tell(f"{one.name}: {one.rows} people")
        fits.append(fit_class(one, seed, p, threads))
        checks += check_class(fits[-1], points, seed + 1, p, threads)
    return fits, checks
