"""Steps of a plan, supervised doses and lengths of stays."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.evidence import inputs
from papaver.person.care import BUPRENORPHINE, DETOX, METHADONE, medicine_mg, stay_days
from papaver.person.plan import cut_share, is_due, rule_days
from papaver.person.records import AT_START, CUT_BACK, KEEP_RULE, NEVER, ON_DAY, STOP, WHEN_DEPENDENT
from tests.person.make import CENTRAL, parameters, plan_steps, state

P = parameters()


def begun(day: int, over: int = NEVER) -> Any:
    s = state()
    s["step_day"][0], s["step_over"][0] = day, over
    return s


@pytest.mark.parametrize(
    ("step", "fields", "due"),
    [
        ({"when": AT_START}, {}, range(0, 10)),
        ({"when": AT_START, "delay": 4}, {}, range(4, 10)),
        ({"when": ON_DAY, "delay": 4}, {}, [4]),
        ({"when": WHEN_DEPENDENT, "delay": 2}, {}, []),
        ({"when": WHEN_DEPENDENT, "delay": 2}, {"dependent": 1, "dependence_day": 3}, range(5, 10)),
        ({"when": WHEN_DEPENDENT}, {"dependent": 0, "dependence_day": 3}, []),
    ],
)
def test_when_a_step_begins(step: dict[str, Any], fields: dict[str, Any], due: Any) -> None:
    steps = plan_steps({"do": STOP, **step})
    assert [day for day in range(10) if is_due(steps[0], state(**fields), 0, day)] == list(due)


def test_a_step_begins_once_unless_it_may_begin_again() -> None:
    once, again = plan_steps({"do": STOP, "when": AT_START}, {"do": STOP, "when": AT_START, "again": 30})[:2]
    s = begun(5, over=20)
    s["step_day"][1], s["step_over"][1], s["dependent"] = 5, 20, 1
    assert not any(is_due(once, s, 0, day) for day in range(6, 500))
    assert [day for day in range(6, 60) if is_due(again, s, 1, day)] == list(range(50, 60))
    s["dependent"] = 0
    assert not any(is_due(again, s, 1, day) for day in range(6, 60))


def test_a_cut_back_comes_in_over_its_days_and_stays() -> None:
    steps = plan_steps({"do": CUT_BACK, "a": 0.5, "b": 10.0})
    shares = [cut_share(steps, 1, begun(100), day, CUT_BACK) for day in range(100, 130)]
    assert all(later <= sooner for sooner, later in itertools.pairwise(shares))
    assert shares[0] == pytest.approx(0.95)
    assert shares[9:] == [0.5] * 21
    assert cut_share(steps, 1, state(), 100, CUT_BACK) == 1.0


def test_a_rule_holds_only_once_begun() -> None:
    steps = plan_steps({"do": KEEP_RULE, "a": 2.0})
    assert rule_days(steps, 1, begun(0), KEEP_RULE) == 2.0
    assert rule_days(steps, 1, state(), KEEP_RULE) == -1.0


def test_a_declined_step_is_not_in_force() -> None:
    declined = begun(100, over=100)
    assert rule_days(plan_steps({"do": KEEP_RULE, "a": 2.0}), 1, declined, KEEP_RULE) == -1.0
    assert cut_share(plan_steps({"do": CUT_BACK, "a": 0.5}), 1, declined, 200, CUT_BACK) == 1.0


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.floats(1.0, 100.0))
def test_a_detoxification_falls_evenly_to_nothing(length: int, start: float) -> None:
    doses = [medicine_mg(DETOX, day, start, 0.0, length, P) for day in range(length + 3)]
    assert doses[0] == start
    assert doses == sorted(doses, reverse=True)
    assert doses[length:] == [0.0] * 3
    assert all(dose > 0.0 for dose in doses[:length])


@pytest.mark.parametrize("programme", [METHADONE, BUPRENORPHINE])
def test_maintenance_rises_by_steps_to_the_target_and_stays(programme: int) -> None:
    name = "methadone" if programme == METHADONE else "buprenorphine"
    doses = [medicine_mg(programme, day, 30.0, 80.0, 0, P) for day in range(200)]
    assert doses[0] == 30.0
    assert doses == sorted(doses)
    assert doses[-1] == 80.0
    assert max(np.diff(doses)) <= CENTRAL[f"{name}_step_mg"] + 1e-9


@pytest.mark.parametrize(
    ("programme", "name"),
    [(METHADONE, "methadone"), (BUPRENORPHINE, "buprenorphine"), (DETOX, "detoxification")],
)
def test_stays_have_the_published_survival_curve(programme: int, name: str) -> None:
    u = (np.arange(50_000) + 0.5) / 50_000
    months = np.array([stay_days(programme, -math.log(x), P) for x in u]) / CENTRAL["month_days"]
    shape, scale = CENTRAL[f"{name}_stay_shape"], CENTRAL[f"{name}_stay_scale"]
    for month in (0.5, 1.0, 3.0, 12.0):
        assert np.mean(months > month) == pytest.approx(math.exp(-scale * month**shape), abs=1e-3)


def test_staying_follows_luck_smoothly() -> None:
    """A small change of the published curve moves each stay a little and never the order of people."""
    waits = np.linspace(0.01, 5.0, 50)
    other = parameters(inputs.changed(CENTRAL, methadone_stay_scale=1.02 * CENTRAL["methadone_stay_scale"]))
    stays = np.array([stay_days(METHADONE, wait, P) for wait in waits])
    moved = np.array([stay_days(METHADONE, wait, other) for wait in waits])
    assert np.all(np.diff(stays) > 0.0)
    assert np.all(moved < stays)
    assert np.all(moved > 0.9 * stays)
