"""A mildly stiff system with memory: an additive Runge-Kutta method of order 4.

ARK4(3)6L[2]SA (Kennedy and Carpenter 2003) adds an explicit and an implicit method with common weights. It
keeps its order however the slopes are split between the two, so only the decay of the few fast states, at a
rate that is held over the step, is treated implicitly: no equations to solve. Coefficients:
``data/additive.csv``. A step leaves a cubic through its ends and slopes in the ``History`` of ``delay``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from papaver.body.constants import values
from papaver.body.delay import COEFFICIENTS, Floats, History, remember, resized, weighted
from papaver.compiled import compiled

STAGES = 6


class Method(NamedTuple):
    """Times ``c`` of the stages, weights ``explicit`` of the slopes, ``change`` (implicit less explicit) of
    the decays, ``diagonal`` of the implicit method, ``b`` of the result, ``e`` of its error, step
    ``control``."""

    c: Floats
    explicit: Floats
    change: Floats
    diagonal: float
    b: Floats
    e: Floats
    control: Floats


class Work(NamedTuple):
    """Scratch of one solve: ``slope`` (the first stage), ``stages`` (stage, state), ``fall`` (what decays, by
    stage and state), ``decay`` (rate of a state), ``trial``, ``new``, ``extension`` (coefficient, state)."""

    slope: Floats
    stages: Floats
    fall: Floats
    decay: Floats
    trial: Floats
    new: Floats
    extension: Floats


@functools.cache
def kennedy_carpenter() -> Method:
    """The method with its step control."""
    table = values("additive")
    stages = range(1, STAGES + 1)
    explicit, implicit = (
        np.array([[table.get(f"{kind}{i}{j}", 0.0) for j in stages] for i in stages])
        for kind in ("explicit", "implicit")
    )
    b, embedded = (np.array([table[f"{kind}{i}"] for i in stages]) for kind in ("b", "embedded"))
    names = ("safety", "power", "memory", "shrink", "grow", "least_error")
    control = np.array([table[f"step_{name}"] for name in names])
    diagonal = float(table["implicit22"])
    return Method(explicit.sum(axis=1), explicit, implicit - explicit, diagonal, b, b - embedded, control)


def new_work(states: int) -> Work:
    """Scratch for a system of so many states."""
    stages = np.zeros((STAGES, states))
    return Work(
        stages[0], stages, np.zeros((STAGES, states)), np.zeros(states), np.zeros(states), np.zeros(states),
        np.zeros((COEFFICIENTS, states)),
    )  # fmt: skip


@compiled
def stage_values(s: int, y: Floats, h: float, work: Work, method: Method) -> None:
    """Argument of stage ``s`` into ``work.new``, what decays in it into ``work.fall``."""
    k, fall, new, decay = work.stages, work.fall, work.new, work.decay
    explicit, change, diagonal = method.explicit[s], method.change[s], h * method.diagonal
    for i in range(y.size):
        gained = weighted(k, explicit, s, i)
        if decay[i] > 0.0:
            gained = (gained + weighted(fall, change, s, i)) / (1.0 + diagonal * decay[i])
            fall[s, i] = -decay[i] * h * gained
        new[i] = y[i] + h * gained


@compiled
def error_of(y: Floats, h: float, scale: Floats, tolerance: float, work: Work, method: Method) -> float:
    """Root mean square of the step's error in units of ``tolerance x (|y| + scale)``; above 1 is too much."""
    k, new, e = work.stages, work.new, method.e
    total = 0.0
    for i in range(y.size):
        error = h * weighted(k, e, e.size, i)
        total += (error / (scale[i] + max(abs(y[i]), abs(new[i])))) ** 2
    return float(np.sqrt(total / y.size) / tolerance)


@compiled
def extend(y: Floats, h: float, work: Work) -> None:
    """Coefficients of the cubic from ``y`` to ``work.new`` with slopes ``work.slope`` and ``work.trial``."""
    out, new, before, after = work.extension, work.new, work.slope, work.trial
    for i in range(y.size):
        change = new[i] - y[i]
        bend = h * before[i] - change
        out[0, i] = y[i]
        out[1, i] = change
        out[2, i] = bend
        out[3, i] = change - h * after[i] - bend


@functools.cache
def stepper(
    derivatives: Callable[..., None], decays: Callable[..., None]
) -> Callable[..., tuple[float, float, float]]:
    """Compile the step of a system ``derivatives(t, y, dy, history, p, extra)`` (itself compiled).

    ``decays(y, decay, p, extra)`` writes the rate at which each fast state decays by itself (0 for others);
    it is called at the start of a step.

    ``step(t, y, h, last_error, tolerance, scale, work, history, method, p, extra)`` advances ``y`` in place
    by one accepted step of at most ``h`` and returns (length of the step, length to try next, error). It
    expects ``work.slope = f(t, y)`` and leaves it so; ``work.extension`` then holds the step's cubic. Where
    the error stays too large it returns a length of 0 with ``y`` untouched.
    """

    @compiled
    def step(
        t: float, y: Floats, h: float, last_error: float, tolerance: float, scale: Floats,
        work: Work, history: History, method: Method, p: Any, extra: Any,
    ) -> tuple[float, float, float]:  # fmt: skip
        k, new, slope, trial, c, b = work.stages, work.new, work.slope, work.trial, method.c, method.b
        decays(y, work.decay, p, extra)
        while t + h > t:
            for s in range(1, STAGES):
                stage_values(s, y, h, work, method)
                derivatives(t + c[s] * h, new, k[s], history, p, extra)
            for i in range(y.size):
                new[i] = y[i] + h * weighted(k, b, STAGES, i)
            error = error_of(y, h, scale, tolerance, work, method)
            if error <= 1.0:
                derivatives(t + h, new, trial, history, p, extra)
                extend(y, h, work)
                remember(history, t, h, work.extension)
                for i in range(y.size):
                    y[i] = new[i]
                    slope[i] = trial[i]
                return h, resized(h, error, last_error, method.control), error
            if not error < np.inf:
                error = method.control[3] ** (-1.0 / method.control[1])
            h = min(h, resized(h, error, 1.0, method.control))
        return 0.0, h, np.inf

    return step
