"""Competition for one receptor, integrated: dB_i/dt = kon_i L_i^n_i (1 - sum B) - koff_i B_i.

Compiled pieces only; ``receptor`` is what callers use. With ``x_i = (L_i / K_i)^n_i`` and ``kon_i K_i^n_i =
koff_i`` each ligand is given by its half-binding concentration and its off rate alone. The equations are
linear in ``B``, and their matrix is a diagonal plus one of rank one, so an implicit stage is solved for any
number of ligands in one pass without iteration. We use the L-stable singly diagonal Runge-Kutta method of
order 4 by Hairer and Wanner: naloxone in excess binds within milliseconds while buprenorphine leaves over
hours, and an explicit method would crawl. Between the points of the grid the concentrations are cubics
that meet with equal slope, except at breaks (doses), where the slope may jump.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from papaver.body.constants import constants, record, values
from papaver.compiled import compiled, inlined

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STAGES = 5


@functools.cache
def method() -> Any:
    """Coefficients and step control of the integrator (``data/binding.csv``) as a record."""
    return record({one.name: one.value for one in constants("binding")})


@functools.cache
def tableau() -> tuple[Floats, Floats, Floats]:
    """Times (5,), weights (5, 5) and the weights of the third-order answer (5,) of the stages."""
    given = values("binding")
    stages = range(1, STAGES + 1)
    weights = np.array([[given.get(f"a{i}{j}", 0.0) for j in stages] for i in stages])
    return np.array([given[f"c{i}"] for i in stages]), weights, np.array([given[f"d{i}"] for i in stages])


@compiled
def slope_weights(
    hours: Floats, breaks: npt.NDArray[np.bool_], first: Ints, left: Floats, right: Floats
) -> None:
    """Weights (times, 4) that turn levels into slopes on either side of each point, for any course.

    Each slope is that of the polynomial through the nearest points of the same smooth piece, four where it
    has as many; ``first`` (times, 2) is the first of them to the left and to the right of the point.
    """
    start = 0
    while start < hours.size - 1:
        end = start + 1
        while end < hours.size - 1 and not breaks[end]:
            end += 1
        for k in range(start, end + 1):
            low = max(start, min(k - 1, end - 3))
            if k > start:
                first[k, 0] = low
                lagrange(k, low, min(end, low + 3), hours, left[k])
            if k < end:
                first[k, 1] = low
                lagrange(k, low, min(end, low + 3), hours, right[k])
        start = end


@compiled
def lagrange(k: int, low: int, high: int, x: Floats, weights: Floats) -> None:
    """Weights of the points ``low`` to ``high`` in the slope at ``k`` of the polynomial through them."""
    own = 0.0
    for i in range(low, high + 1):
        if i == k:
            continue
        weight = 1.0 / (x[i] - x[k])
        for j in range(low, high + 1):
            if j not in (i, k):
                weight *= (x[k] - x[j]) / (x[i] - x[j])
        weights[i - low] = weight
        own -= weight
    weights[k - low] = own


@inlined
def slope(level: Floats, low: int, weights: Floats) -> float:
    """Slope from levels at four points from ``low`` on (weights of points beyond the last are 0)."""
    last = level.size - 1
    return (
        weights[0] * level[low]
        + weights[1] * level[min(low + 1, last)]
        + weights[2] * level[min(low + 2, last)]
        + weights[3] * level[min(low + 3, last)]
    )


@inlined
def cubic(share: float, y0: float, y1: float, d0: float, d1: float) -> float:
    """The cubic between two points, ``share`` (0 to 1) of the way; never below 0.

    ``d0``, ``d1``: the slopes at both ends times the distance.
    """
    rest = 1.0 - share
    rise = y1 - y0
    return max(0.0, rest * y0 + share * y1 + share * rest * (rest * (d0 - rise) - share * (d1 - rise)))


@compiled
def follow_one(
    hours: Floats, first: Ints, left: Floats, right: Floats, load: Floats, off: Floats, power: Floats,
    times: Floats, weights: Floats, lower: Floats, m: Any, fineness: float, out: Floats,
) -> int:  # fmt: skip
    """One person: ``load`` is L/K (ligands, times), ``out`` (ligands, times) holds the start in column 0.

    Returns the number of steps taken or refused.
    """
    ligands, count = load.shape
    stages = times.size
    y, base, gain, new = np.zeros(ligands), np.zeros(ligands), np.zeros(ligands), np.zeros(ligands)
    d0, d1, part = np.zeros(ligands), np.zeros(ligands), np.zeros(ligands)
    rates = np.zeros((stages, ligands))
    for i in range(ligands):
        y[i] = out[i, 0]
    steps = 0
    wanted = hours[1] - hours[0] if count > 1 else 0.0
    for k in range(count - 1):
        whole = hours[k + 1] - hours[k]
        for i in range(ligands):
            d0[i] = whole * slope(load[i], first[k, 1], right[k])
            d1[i] = whole * slope(load[i], first[k + 1, 0], left[k + 1])
        done = 0.0
        while done < whole:
            step = min(wanted, whole - done)
            if whole - done - step < whole * m.least_share:
                step = whole - done
            steps += 1
            # The solution of y = base + weight (gain (1 - sum y) - off y), the same weight in every stage.
            weight = step * weights[0, 0]
            for i in range(ligands):
                part[i] = 1.0 / (1.0 + weight * off[i])
            for s in range(stages):
                share = (done + times[s] * step) / whole
                held, pull = 0.0, 0.0
                for i in range(ligands):
                    total = 0.0
                    for j in range(s):
                        total += weights[s, j] * rates[j, i]
                    base[i] = y[i] + step * total
                    x = cubic(share, load[i, k], load[i, k + 1], d0[i], d1[i])
                    gain[i] = weight * off[i] * (x if power[i] == 1.0 else x ** power[i])
                    held += base[i] * part[i]
                    pull += gain[i] * part[i]
                free = (1.0 - held) / (1.0 + pull)
                for i in range(ligands):
                    new[i] = (base[i] + gain[i] * free) * part[i]
                    rates[s, i] = (new[i] - base[i]) / weight
            worst = 0.0
            for i in range(ligands):
                error = 0.0
                for s in range(stages):
                    error += (weights[stages - 1, s] - lower[s]) * rates[s, i]
                scale = fineness * (m.error + m.relative_error * max(y[i], new[i]))
                worst = max(worst, abs(step * error) / scale)
            factor = m.grow_most
            if worst > 0.0:
                factor = min(m.grow_most, max(m.shrink_most, m.safety * worst**-m.order_power))
            if worst <= 1.0:
                done = whole if step == whole - done else done + step
                for i in range(ligands):
                    y[i] = max(0.0, new[i])
                wanted = max(wanted, step * factor) if step < wanted else step * factor
            else:
                wanted = step * factor
        for i in range(ligands):
            out[i, k + 1] = y[i]
    return steps


@compiled
def follow_all(
    hours: Floats, breaks: npt.NDArray[np.bool_], load: Floats, off: Floats, power: Floats,
    times: Floats, weights: Floats, lower: Floats, m: Any, fineness: float, out: Floats,
) -> int:  # fmt: skip
    """All people: ``load``, ``out`` are (people, ligands, times), ``off``, ``power`` (people, ligands)."""
    count = hours.size
    first, left, right = np.zeros((count, 2), np.int64), np.zeros((count, 4)), np.zeros((count, 4))
    slope_weights(hours, breaks, first, left, right)
    steps = 0
    for who in range(load.shape[0]):
        steps += follow_one(
            hours, first, left, right, load[who], off[who], power[who],
            times, weights, lower, m, fineness, out[who],
        )  # fmt: skip
    return steps
