"""How likely a use is to end in an overdose: the table of load and tolerance that the day loop reads.

Two thresholds from the same use: unrousable, and collapse (breathing fails without help). Where the first
lies, how tolerance and sedatives move it and how the distance of the two varies between people comes from
the stored overdose surface (``surface``), which rests on runs of the breathing model. The fitted margin says
how far the scale is from the body's own prediction (``scale``). The typical distance of the two thresholds
is an input, ``collapse_ratio``: the body's own depends on the share of wakefulness at which nobody can be
roused, which is not known within a factor of six. The table holds both probabilities over ln(load at the
peak) and ln(tolerance shift). Its axes carry no status, no release and no treatment: what differs between
weeks in and out of treatment must come from dose and tolerance. It is filled once per parameter draw.

A bag with fentanyl sold as heroin has a face of its own: the same median strength, a content that varies
more, and what the surface says of fentanyl (load, tolerance, distance to collapse). Sedatives take away a
share of the wakefulness drive, which the surface turns into an offset; how large a share a usual dose takes
is set, in every draw, by the published ratio within persons at the danger of a usual use.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.body.constants import values
from papaver.body.kinetics import METHADONE, build_kinetics, load_after_dose
from papaver.body.surface import THRESHOLDS, stored
from papaver.compiled import compiled
from papaver.evidence.inputs import central

Floats = npt.NDArray[np.float64]

LOAD_POINTS, SHIFT_POINTS, SEDATION_POINTS = 161, 17, 17
UNROUSABLE, COLLAPSE = 0, 1
BAG, MEDICINE, FENTANYL = range(3)
HALVINGS = 50
HEROIN_FACE, METHADONE_FACE, FENTANYL_FACE = "heroin_iv", "methadone_day_1", "fentanyl_iv"
SEDATIVES = ("alcohol", "benzodiazepines", "gabapentinoids")


class Prediction(NamedTuple):
    """What the body itself predicts, in the loads of the day loop.

    ``heroin``, ``methadone``: median load that leaves a person without tolerance unrousable; ``ratio``:
    load of collapse over it in the median person; ``between``: log of that ratio over its median, at evenly
    spaced shares of people; ``fentanyl_ratio``: ratio of fentanyl over that of heroin.
    """

    heroin: float
    methadone: float
    ratio: float
    between: Floats
    fentanyl_ratio: float
    fentanyl_between: Floats


@cache
def prediction() -> Prediction:
    """The body's own critical loads: critical doses of the surface times the day loop's load of 1 mg."""
    surface, kinetics = stored(), build_kinetics(central())
    hours = np.linspace(0.0, 24.0, 24 * 60 + 1)
    methadone = float(load_after_dose(kinetics, METHADONE, hours).max())
    log_ratio, log_fentanyl = surface.face(HEROIN_FACE).log_ratio, surface.face(FENTANYL_FACE).log_ratio
    middle, middle_fentanyl = float(np.median(log_ratio)), float(np.median(log_fentanyl))
    return Prediction(
        float(surface.critical_mg(HEROIN_FACE)[0]) * float(kinetics["peak_load_per_mg"]),
        float(surface.critical_mg(METHADONE_FACE)[0]) * methadone,
        math.exp(middle),
        log_ratio - middle,
        math.exp(middle_fentanyl - middle),
        log_fentanyl - middle_fentanyl,
    )


def scale(p: Any) -> float:
    """The fitted scale: load that leaves half of naive people unrousable over the body's own prediction."""
    return float(p["overdose_load"]) / prediction().heroin


@cache
def _shifts(ceiling: float) -> dict[str, Floats]:
    """How far tolerance moves the log critical load of each class, at the table's shifts up to a ceiling."""
    tolerance = np.exp(np.linspace(0.0, math.log(ceiling), SHIFT_POINTS))
    surface = stored()
    return {
        name: np.log(surface.critical_load(name, tolerance=tolerance) / surface.critical_load(name))
        for name in (HEROIN_FACE, METHADONE_FACE, FENTANYL_FACE)
    }


@cache
def _sedation() -> Floats:
    """How far sedatives lower the log critical load, by threshold and share of the wakefulness drive lost."""
    share, surface = np.linspace(0.0, values("surface_design")["most_sedation"], SEDATION_POINTS), stored()
    return np.array(
        [
            np.log(surface.critical_load(HEROIN_FACE, threshold) / surface.critical_load(
                HEROIN_FACE, threshold, sedation=share
            ))
            for threshold in THRESHOLDS
        ]
    )  # fmt: skip


@compiled
def normal_below(z: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


@compiled
def passes(z: float, p: Any) -> float:
    """Chance that a use of street heroin passes an edge ``z`` below its nominal log load.

    The bag's content varies with a bulk and a heavy tail (Stam 2018), the use with a normal spread.
    """
    bulk = normal_below(z / math.sqrt(p.overdose_use_sd**2 + p.bag_sd**2))
    tail = normal_below((z + p.bag_tail_shift) / math.sqrt(p.overdose_use_sd**2 + p.bag_tail_sd**2))
    return (1.0 - p.bag_tail_share) * bulk + p.bag_tail_share * tail


@compiled
def passes_face(z: float, face: int, p: Any) -> float:
    """Chance that a use passes an edge ``z`` below its nominal log load, by what it holds: a bag of heroin, a
    medicine (whose dose is known, so it varies with the use alone), or a bag with fentanyl."""
    if face == BAG:
        return passes(z, p)
    if face == MEDICINE:
        return normal_below(z / p.overdose_use_sd)
    return normal_below(z / math.sqrt(p.overdose_use_sd**2 + p.fentanyl_bag_sd**2))


@compiled
def fill_table(
    load_low: float, load_step: float, edges: Any, log_ratio: Any, face: int, p: Any, table: Any
) -> None:
    """Fill ``table[threshold, load, shift]`` with probabilities.

    ``edges``: log critical load at each shift of tolerance; the one of collapse lies ``log_ratio`` above it,
    by person, over whom the mean is taken.
    """
    for i in range(table.shape[1]):
        for j in range(table.shape[2]):
            z = load_low + i * load_step - edges[j]
            table[0, i, j] = passes_face(z, face, p)
            total = 0.0
            for k in range(log_ratio.size):
                total += passes_face(z - log_ratio[k], face, p)
            table[1, i, j] = total / log_ratio.size


def build_table(p: Any) -> npt.NDArray[np.void]:
    """The table of one parameter draw: one record with axes, ``value[threshold, load, shift]`` for uses of
    heroin, ``fentanyl`` for uses of bags with fentanyl, ``medicine`` for doses of methadone,
    ``sedation[threshold, share]``, and the share of wakefulness drive that each of ``SEDATIVES`` takes."""
    shape = (2, LOAD_POINTS, SHIFT_POINTS)
    axes = ("load_low", "load_step", "shift_step", "sedation_step")
    kind = np.dtype(
        [(name, np.float64) for name in axes]
        + [(name, np.float64, shape) for name in ("value", "medicine", "fentanyl")]
        + [("sedation", np.float64, (2, SEDATION_POINTS)), ("sedative", np.float64, (len(SEDATIVES),))]
    )
    record, body, fitted = np.zeros(1, kind), prediction(), scale(p)
    low, high = float(p["overdose_table_low"]), float(p["overdose_table_high"])
    record["load_low"], record["load_step"] = low, (high - low) / (LOAD_POINTS - 1)
    ceiling = float(p["tolerance_breathing"])
    record["shift_step"] = math.log(ceiling) / (SHIFT_POINTS - 1)
    record["sedation_step"] = values("surface_design")["most_sedation"] / (SEDATION_POINTS - 1)
    record["sedation"] = _sedation()
    moved, numbers = _shifts(ceiling), np.array([p], p.dtype)[0]
    distance = math.log(p["collapse_ratio"])
    further = np.maximum(0.0, distance + body.between)
    further_fentanyl = np.maximum(0.0, distance + math.log(body.fentanyl_ratio) + body.fentanyl_between)
    step = record["load_step"][0]
    for face, field, load, name, ratios in (
        (BAG, "value", body.heroin, HEROIN_FACE, further),
        (MEDICINE, "medicine", body.methadone, METHADONE_FACE, further),
        (FENTANYL, "fentanyl", body.heroin, FENTANYL_FACE, further_fentanyl),
    ):
        edges = math.log(fitted * load) + moved[name]
        fill_table(low, step, edges, ratios, face, numbers, record[field][0])
    record["sedative"] = sedative_shares(numbers, further)
    return record


def sedative_shares(p: Any, further: Floats) -> Floats:
    """Share of the wakefulness drive that a usual dose of each of ``SEDATIVES`` takes.

    So large that, at the danger of a usual use, an overdose (benzodiazepines) or a death without help, at
    once or over hours (alcohol and gabapentinoids, whose ratios are of deaths), is as many times likelier as
    published; elsewhere (more or less tolerance, other sedatives beside it, the other outcome) the ratio
    follows. ``further``: how far collapse lies above, by person.
    """
    shares = np.linspace(0.0, 1.0, SEDATION_POINTS) * values("surface_design")["most_sedation"]
    edge = _edge_of(float(p["usual_overdose_chance"]), np.zeros(1), p)
    easier, harder = _sedation()
    overdose = np.array([_chance_at(edge + offset, np.zeros(1), p) for offset in easier])
    collapse = np.array([_chance_at(edge + offset, further, p) for offset in harder])
    death = collapse + np.maximum(0.0, overdose - collapse) * float(p["slow_death_share"])
    found = []
    for name, risk in zip(SEDATIVES, (death, overdose, death), strict=True):
        found.append(np.interp(math.log(p[f"overdose_ratio_{name}"]), np.log(risk / risk[0]), shares))
    return np.array(found)


def _chance_at(edge: float, above: Floats, p: Any) -> float:
    return float(np.mean([passes(edge - one, p) for one in above]))


def _edge_of(chance: float, above: Floats, p: Any) -> float:
    """How far above its nominal log load a use lies that passes ``above`` with a chance: by halving."""
    low, high = float(p["overdose_table_low"]), float(p["overdose_table_high"])
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _chance_at(middle, above, p) < chance else (low, middle)
    return 0.5 * (low + high)


@compiled
def interpolate(table: Any, v: Any, threshold: int, load: float, offset: float, shift: float) -> float:
    """Bilinear in ln(load) plus a person's offset and ln(tolerance)."""
    if load <= 0.0:
        return 0.0
    x = (math.log(load) + offset - table.load_low) / table.load_step
    y = math.log(shift) / table.shift_step if table.shift_step > 0.0 else 0.0  # 0: tolerance is frozen
    x = min(max(x, 0.0), LOAD_POINTS - 1.0)
    y = min(max(y, 0.0), SHIFT_POINTS - 1.0)
    i, j = min(int(x), LOAD_POINTS - 2), min(int(y), SHIFT_POINTS - 2)
    fx, fy = x - i, y - j
    low = v[threshold, i, j] * (1.0 - fy) + v[threshold, i, j + 1] * fy
    high = v[threshold, i + 1, j] * (1.0 - fy) + v[threshold, i + 1, j + 1] * fy
    return low * (1.0 - fx) + high * fx


@compiled
def probability(table: Any, threshold: int, load: float, offset: float, shift: float) -> float:
    """Chance that a use of heroin passes a threshold. ``load``: at the peak; ``offset``: how much more easily
    this person does in this state (log units); ``shift``: tolerance."""
    return interpolate(table, table.value, threshold, load, offset, shift)


@compiled
def fentanyl_probability(table: Any, threshold: int, load: float, offset: float, shift: float) -> float:
    """Chance that a use of a bag with fentanyl passes a threshold; ``load``: of a bag of heroin as strong."""
    return interpolate(table, table.fentanyl, threshold, load, offset, shift)


@compiled
def medicine_probability(table: Any, threshold: int, load: float, offset: float, shift: float) -> float:
    """Chance that a day's methadone passes a threshold; ``load``: the day's highest, with what was left."""
    return interpolate(table, table.medicine, threshold, load, offset, shift)


@compiled
def sedation_offset(table: Any, threshold: int, share: float) -> float:
    """What sedatives add to a person's offset: ``share`` of the wakefulness drive lost to them."""
    x = min(max(share / table.sedation_step, 0.0), SEDATION_POINTS - 1.0)
    i = min(int(x), SEDATION_POINTS - 2)
    v = table.sedation
    return v[threshold, i] * (1.0 + i - x) + v[threshold, i + 1] * (x - i)
