"""Steps of a plan: when they begin, and what a rule or a plan to cut back asks."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from papaver.person.plan import cut_share, is_due, rule_days
from papaver.person.records import (
    AFTER_OVERDOSE,
    AFTER_RELEASE,
    AT_START,
    CUT_BACK,
    IN_CUSTODY,
    IN_CUSTODY_NOW,
    KEEP_RULE,
    NEVER,
    ON_DAY,
    OUTSIDE,
    STOP,
    WHEN_DEPENDENT,
    WHEN_LEFT_CARE,
)
from tests.person.make import plan_steps, state


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
        ({"when": WHEN_LEFT_CARE, "delay": 2}, {}, []),
        ({"when": WHEN_LEFT_CARE, "delay": 2}, {"left_day": 3}, range(5, 10)),
        ({"when": WHEN_LEFT_CARE}, {"left_day": 3, "programme": 2}, []),
        ({"when": AFTER_OVERDOSE}, {}, []),
        ({"when": AFTER_OVERDOSE}, {"overdose_day": 3}, [4]),
        ({"when": AFTER_OVERDOSE, "delay": 3}, {"overdose_day": 3}, [6]),
        ({"when": IN_CUSTODY_NOW, "delay": 2}, {"place": IN_CUSTODY, "place_day": 3}, [5]),
        ({"when": IN_CUSTODY_NOW}, {"place": OUTSIDE, "place_day": 3}, []),
        ({"when": AFTER_RELEASE}, {"released_day": 3}, [3]),
        ({"when": AFTER_RELEASE, "delay": 2}, {"released_day": 3}, [5]),
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
