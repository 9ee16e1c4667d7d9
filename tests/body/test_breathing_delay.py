"""The integrator of delay equations against equations whose solutions are known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.integrate._ivp.rk import RK45

from papaver.body import delay
from papaver.compiled import compiled

Floats = npt.NDArray[np.float64]


@compiled
def minus_past(t: float, y: Floats, dy: Floats, history: delay.History, p: Any, extra: Any) -> None:
    """y'(t) = -y(t - p); before 0 the past is cos t (extra 1) or 1 (extra 0)."""
    then = t - p
    if then > 0.0:
        dy[0] = -delay.look_back(history, delay.step_at(history, then, 0), 0, then)
    else:
        dy[0] = -math.cos(then) if extra else -1.0


def solve(
    lag: float, end: float, h: float, tolerance: float, *, cosine: bool, ring: int = 12
) -> tuple[float, float, int]:
    """Value at the end, largest error at the ends of steps and between (against cos), number of steps."""
    step = delay.stepper(minus_past)
    history, work = delay.new_history(0, 1, ring), delay.new_work(1)
    method = delay.dormand_prince()
    y, t, error, steps = np.ones(1), 0.0, 1.0, 0
    minus_past(t, y, work.stages[0], history, lag, cosine)
    size, following, worst = np.ones(1), h, 0.0
    while t < end:
        longest = min(following, lag, end - t) if tolerance < 1.0 else min(h, end - t)
        used, following, error = step(
            t, y, longest, error, tolerance, size, work, history, method, lag, cosine
        )
        for theta in (0.2, 0.4, 0.6, 0.8, 1.0):
            worst = max(worst, abs(delay.extended(work, 0, theta) - math.cos(t + theta * used)))
        t = end if end - t - used < 1e-12 else t + used
        steps += 1
    return float(y[0]), worst, steps


def test_order_on_a_delay_equation_with_a_smooth_solution() -> None:
    # y'(t) = -y(t - pi/2) with past cos t has the solution cos t. The continuous extension is of order 4, its
    # error within a step h^5; so is the error of the whole.
    counts = np.array([8, 16, 32, 64])
    worst = [solve(math.pi / 2.0, 6.0, 6.0 / n, 1e9, cosine=True)[1] for n in counts]
    orders = np.log(np.divide(worst[:-1], worst[1:])) / np.log(2.0)
    assert (orders > 4.0).all(), orders
    assert np.mean(orders) > 4.6


def test_method_of_steps() -> None:
    # y' = -y(t - 1), past 1: on (2, 3] y = 1 - t + (t - 1)^2 / 2 - (t - 2)^3 / 6, worked out by hand.
    assert solve(1.0, 3.0, 0.1, 1e-11, cosine=False)[0] == pytest.approx(-1.0 / 6.0, abs=3e-9)
    assert solve(1.0, 2.5, 0.1, 1e-11, cosine=False)[0] == pytest.approx(-1.5 + 1.125 - 0.125 / 6, abs=3e-9)


def test_a_smaller_tolerance_gives_a_smaller_error() -> None:
    errors = [
        abs(solve(math.pi / 2, 9.0, 1.0, e, cosine=True)[0] - math.cos(9.0)) for e in (1e-3, 1e-6, 1e-9)
    ]
    assert errors[1] < errors[0] / 30
    assert errors[2] < errors[1] / 30


def test_the_pair_is_dormand_prince() -> None:
    method = delay.dormand_prince()
    assert method.a[:6, :5] == pytest.approx(RK45.A, abs=1e-15)
    assert method.a[6, :6] == pytest.approx(RK45.B, abs=1e-15)
    assert method.c[:6] == pytest.approx(RK45.C)
    assert method.e == pytest.approx(-RK45.E, abs=1e-15)
    assert method.a.sum(axis=1) == pytest.approx(method.c)


def test_a_forgotten_past_is_recognised() -> None:
    history = delay.new_history(0, 1, 2)
    for k in range(6):
        delay.remember(history, float(k), 1.0, np.zeros((delay.COEFFICIENTS, 1)))
    assert delay.step_at(history, 1.5, 0) == -1
    for asked, start in ((2.5, 2.0), (9.0, 5.0), (3.0, 3.0), (2.1, 2.0), (4.9, 4.0)):
        assert history.start[delay.step_at(history, asked, 0)] == start
    assert delay.step_at(delay.new_history(0, 1, 2), 1.0, 0) == -1


def test_a_remembered_signal_is_the_cubic_through_its_ends() -> None:
    def cubic(t: float) -> float:
        return 2.0 - t + 3.0 * t**2 - 0.5 * t**3

    def rate(t: float) -> float:
        return -1.0 + 6.0 * t - 1.5 * t**2

    history = delay.new_history(0, 1, 2, signals=1)
    delay.remember(history, 1.0, 2.0, np.zeros((delay.COEFFICIENTS, 1)))
    delay.remember_signal(history, 0, cubic(1.0), rate(1.0), cubic(3.0), rate(3.0))
    assert [delay.look_back(history, 0, 1, t) for t in (1.0, 1.7, 2.9)] == pytest.approx(
        [cubic(t) for t in (1.0, 1.7, 2.9)]
    )
