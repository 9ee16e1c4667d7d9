"""Delay equations: an adaptive Runge-Kutta method that remembers its own continuous solution.

``dy/dt = f(t, y(t), y(t - d))`` with a delay ``d`` that may depend on time and state. Each accepted step of
the Dormand-Prince 5(4) pair leaves a polynomial of order 4 (its continuous extension) in a ring;
``look_back`` reads the past from it. The one rule for the caller: a step is never longer than the shortest
delay, so that all delayed values lie in finished steps.

Coefficients: ``data/dormand_prince.csv`` (Dormand and Prince 1980; Hairer, Norsett and Wanner 1993).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from papaver.body.constants import values
from papaver.compiled import compiled, inlined

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

STAGES = 7
COEFFICIENTS = 5
LEADING = 3
"""Entries of a history's ``place`` before those of its columns."""


class Method(NamedTuple):
    """The Runge-Kutta pair: times ``c``, weights ``a``, error ``e``, extension ``d``, step ``control``."""

    c: Floats
    a: Floats
    e: Floats
    d: Floats
    control: Floats


class History(NamedTuple):
    """The last steps: their ``start`` and ``span`` (ring), the ``polynomial`` of what is kept (ring, column,
    coefficient): some states, then signals computed from states; ``place`` = (steps so far, first kept state,
    number of kept states, for each column the step last asked for)."""

    start: Floats
    span: Floats
    polynomial: Floats
    place: Ints


class Work(NamedTuple):
    """Scratch of one solve: ``slope`` (the first stage), ``stages`` (stage, state), ``trial``, ``new``,
    ``extension`` (coefficient, state)."""

    slope: Floats
    stages: Floats
    trial: Floats
    new: Floats
    extension: Floats


@functools.cache
def dormand_prince() -> Method:
    """The Dormand-Prince pair with its continuous extension and the step control of DOPRI5."""
    table = values("dormand_prince")
    stages = range(1, STAGES + 1)
    weights = np.array([[table.get(f"a{i}{j}", 0.0) for j in stages] for i in stages])
    rows = {letter: np.array([table[f"{letter}{i}"] for i in stages]) for letter in "ced"}
    names = ("safety", "power", "memory", "shrink", "grow", "least_error")
    control = np.array([table[f"step_{name}"] for name in names])
    return Method(rows["c"], weights, rows["e"], rows["d"], control)


def new_history(first: int, last: int, ring: int, signals: int = 0) -> History:
    """An empty memory of the states ``first <= i < last`` and of ``signals`` over ``2^ring`` steps."""
    steps, columns = 2**ring, last - first + signals
    place = np.zeros(LEADING + columns, np.int64)
    place[1:LEADING] = first, last - first
    return History(np.zeros(steps), np.ones(steps), np.zeros((steps, columns, COEFFICIENTS)), place)


def new_work(states: int) -> Work:
    """Scratch for a system of so many states."""
    stages, extension = np.zeros((STAGES, states)), np.zeros((COEFFICIENTS, states))
    return Work(stages[0], stages, np.zeros(states), np.zeros(states), extension)


@inlined
def polynomial_at(c0: float, c1: float, c2: float, c3: float, c4: float, theta: float) -> float:
    """The continuous extension at the share ``theta`` of its step (DOPRI5's CONTD5); cubic where c4 = 0."""
    rest = 1.0 - theta
    return c0 + theta * (c1 + rest * (c2 + theta * (c3 + rest * c4)))


@inlined
def step_at(history: History, time: float, column: int) -> int:
    """Place in the ring of the step that holds ``time``, the newest where it lies later; -1 if forgotten.

    The search for a column goes on from where its last one ended: delayed times mostly grow with time.
    """
    start, place = history.start, history.place
    mask = start.size - 1
    newest = place[0] - 1
    oldest = max(0, newest - mask)
    hint = LEADING + column
    at = min(newest, max(oldest, place[hint]))
    while at < newest and start[(at + 1) & mask] <= time:
        at += 1
    while at > oldest and start[at & mask] > time:
        at -= 1
    place[hint] = at
    return at & mask if newest >= 0 and start[at & mask] <= time else -1


@inlined
def look_back(history: History, at: int, column: int, time: float) -> float:
    """The kept state or signal ``column`` at ``time``, from step ``at`` of the ring."""
    theta = (time - history.start[at]) / history.span[at]
    c = history.polynomial[at, column]
    return polynomial_at(c[0], c[1], c[2], c[3], c[4], theta)


@compiled
def remember(history: History, time: float, span: float, extension: Floats) -> None:
    """Keep the polynomials of the step that began at ``time``."""
    at = history.place[0] & (history.start.size - 1)
    history.start[at] = time
    history.span[at] = span
    for column in range(history.place[2]):
        for j in range(extension.shape[0]):
            history.polynomial[at, column, j] = extension[j, history.place[1] + column]
    history.place[0] += 1


@compiled
def remember_signal(
    history: History, signal: int, before: float, slope_before: float, after: float, slope_after: float
) -> None:
    """Keep a signal over the newest step as the cubic through its end values and slopes (per time)."""
    at = (history.place[0] - 1) & (history.start.size - 1)
    cubic = history.polynomial[at, history.place[2] + signal]
    change = after - before
    cubic[0] = before
    cubic[1] = change
    cubic[2] = history.span[at] * slope_before - change
    cubic[3] = change - history.span[at] * slope_after - cubic[2]
    cubic[4] = 0.0


@inlined
def weighted(stages: Floats, weights: Floats, count: int, state: int) -> float:
    """Sum over the first ``count`` stages of weight times rate of one state."""
    total = 0.0
    for s in range(count):
        total += weights[s] * stages[s, state]
    return total


@compiled
def extend(y: Floats, h: float, work: Work, method: Method) -> None:
    """Coefficients of the continuous extension of the step from ``y`` to ``work.new``."""
    k, out = work.stages, work.extension
    last = k.shape[0] - 1
    for i in range(y.size):
        change = work.new[i] - y[i]
        bend = h * k[0, i] - change
        out[0, i] = y[i]
        out[1, i] = change
        out[2, i] = bend
        out[3, i] = change - h * k[last, i] - bend
        out[4, i] = h * weighted(k, method.d, last + 1, i)


@compiled
def extended(work: Work, state: int, theta: float) -> float:
    """A state at the share ``theta`` of the step just made."""
    out = work.extension
    return polynomial_at(out[0, state], out[1, state], out[2, state], out[3, state], out[4, state], theta)


@compiled
def error_of(y: Floats, h: float, scale: Floats, tolerance: float, work: Work, method: Method) -> float:
    """Root mean square of the step's error in units of ``tolerance x (|y| + scale)``; above 1 is too much."""
    total = 0.0
    for i in range(y.size):
        error = h * weighted(work.stages, method.e, method.e.size, i)
        total += (error / (scale[i] + max(abs(y[i]), abs(work.new[i])))) ** 2
    return float(np.sqrt(total / y.size) / tolerance)


@compiled
def resized(h: float, error: float, last: float, control: Floats) -> float:
    """The next step: proportional-integral control on this and the last error."""
    safety, power, memory, shrink, grow, least = control
    factor = grow
    if error > 0.0:
        factor = min(grow, max(shrink, safety * error**-power * max(last, least) ** memory))
    return float(h * factor)


@functools.cache
def stepper(derivatives: Callable[..., None]) -> Callable[..., tuple[float, float, float]]:
    """Compile the step of a system ``derivatives(t, y, dy, history, p, extra)`` (itself compiled).

    ``step(t, y, h, last_error, tolerance, scale, work, history, method, p, extra)`` advances ``y`` in place
    by one accepted step of at most ``h`` and returns (length of the step, length to try next, error). It
    expects ``work.slope = f(t, y)`` and leaves it so; ``work.extension`` then holds the step's continuous
    extension. Where the error stays too large it returns a length of 0 with ``y`` untouched.
    """

    @compiled
    def step(
        t: float, y: Floats, h: float, last_error: float, tolerance: float, scale: Floats,
        work: Work, history: History, method: Method, p: Any, extra: Any,
    ) -> tuple[float, float, float]:  # fmt: skip
        k, new = work.stages, work.new
        while t + h > t:
            for s in range(1, k.shape[0]):
                weights = method.a[s]
                for i in range(y.size):
                    new[i] = y[i] + h * weighted(k, weights, s, i)
                derivatives(t + method.c[s] * h, new, k[s], history, p, extra)
            error = error_of(y, h, scale, tolerance, work, method)
            if error <= 1.0:
                extend(y, h, work, method)
                remember(history, t, h, work.extension)
                for i in range(y.size):
                    y[i] = new[i]
                    k[0, i] = k[k.shape[0] - 1, i]
                return h, resized(h, error, last_error, method.control), error
            if not error < np.inf:
                error = method.control[3] ** (-1.0 / method.control[1])
            h = min(h, resized(h, error, 1.0, method.control))
        return 0.0, h, np.inf

    return step
