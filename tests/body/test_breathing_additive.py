"""The additive Runge-Kutta method against its order conditions, exact solutions and the explicit method."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from papaver.body import additive, delay
from papaver.body.breathing_runs import _sizes, base_numbers, new_course, patient_records, settled
from papaver.body.gas import REMEMBERED_SIGNALS, REMEMBERED_STATES, STATES, breathing_rates
from papaver.body.overdose_run import EVENT_ROW, EVENTS, OPTIONS, SEEN, run_overdose, runner
from papaver.compiled import compiled

Floats = npt.NDArray[np.float64]


def test_order_conditions_of_both_methods_and_of_their_mixtures() -> None:
    method = additive.kennedy_carpenter()
    explicit, implicit = method.explicit, method.explicit + method.change
    c, b, embedded = method.c, method.b, method.b - method.e
    assert implicit.sum(axis=1) == pytest.approx(c, abs=1e-14)
    assert np.diag(implicit)[1:] == pytest.approx([method.diagonal] * 5)
    for weights in (b, embedded):
        assert weights.sum() == pytest.approx(1.0)
        assert weights @ c == pytest.approx(1.0 / 2.0)
        assert weights @ c**2 == pytest.approx(1.0 / 3.0)
        assert [weights @ a @ c for a in (explicit, implicit)] == pytest.approx([1.0 / 6.0] * 2)
    assert b @ c**3 == pytest.approx(1.0 / 4.0)
    for a in (explicit, implicit):
        assert b @ (c * (a @ c)) == pytest.approx(1.0 / 8.0)
        assert b @ a @ c**2 == pytest.approx(1.0 / 12.0)
        assert [b @ a @ other @ c for other in (explicit, implicit)] == pytest.approx([1.0 / 24.0] * 2)


@compiled
def relaxing(t: float, y: Floats, dy: Floats, history: delay.History, p: Any, extra: Any) -> None:
    """y'(t) = -p (y - cos t) - sin t, with the solution cos t for any p."""
    dy[0] = -p * (y[0] - math.cos(t)) - math.sin(t)


@compiled
def half_known(y: Floats, decay: Floats, p: Any, extra: Any) -> None:
    """The decay rate times what the test asks for (``extra``)."""
    decay[0] = extra * p


def at_end(rate: float, known: float, steps: int) -> float:
    step = additive.stepper(relaxing, half_known)
    history, work, method = delay.new_history(0, 1, 8), additive.new_work(1), additive.kennedy_carpenter()
    y, size = np.ones(1), np.ones(1)
    relaxing(0.0, y, work.slope, history, rate, known)
    for i in range(steps):
        step(i * 2.0 / steps, y, 2.0 / steps, 1.0, 1e9, size, work, history, method, rate, known)
    return abs(float(y[0]) - math.cos(2.0))


@pytest.mark.parametrize("known", [0.0, 0.7, 1.0, 1.4])
def test_order_four_however_well_the_decay_is_known(known: float) -> None:
    errors = np.array([at_end(1.0, known, n) for n in (8, 16, 32, 64)])
    orders = np.log2(errors[:-1] / errors[1:])
    assert (orders > 3.6).all(), orders


def test_a_fast_decay_needs_no_small_steps() -> None:
    assert at_end(200.0, 1.0, 20) < 0.02
    assert at_end(200.0, 0.8, 20) < 0.05
    assert not at_end(200.0, 0.0, 20) < 1.0  # the explicit half alone


def test_the_explicit_method_of_order_five_gives_the_same_course() -> None:
    # Another method, nothing in common but the equations, at an error per step of 1e-8.
    p = patient_records(base_numbers("fentanyl", "chronic", "generic_im"), {})
    start = settled(p, 1e-6)[0]
    times = np.arange(31) * 30.0
    tables = []
    reference = runner(delay.stepper(breathing_rates))
    methods = (
        (run_overdose, additive.new_work(STATES), additive.kennedy_carpenter(), 1e-4),
        (reference, delay.new_work(STATES), delay.dormand_prince(), 1e-8),
    )
    for run, work, method, error in methods:
        option, events = np.zeros(1, OPTIONS), np.full(1, np.nan, EVENT_ROW)
        option["dose_mg"], option["end_s"], option["tolerance"] = 1.625, 900.0, error
        for name in (*[name for name in EVENTS if name.startswith("least_")], "steps"):
            events[name] = 0.0
        table = np.empty((times.size, len(SEEN)))
        history = delay.new_history(*REMEMBERED_STATES, 9, REMEMBERED_SIGNALS)
        course, size = new_course(), _sizes(p[0], start, 1.625)
        assert run(
            p[0], option[0], start.copy(), size, times, table, events[0], course, work, history, method
        )
        tables.append(table)
    ranges = np.maximum(1e-6, np.ptp(tables[1], axis=0))
    assert (np.abs(tables[0] - tables[1]).max(axis=0) < 3e-3 * ranges).all()
