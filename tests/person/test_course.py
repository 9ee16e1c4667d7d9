"""Criteria, disorder, dependence and status."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.person.course import (
    ABSTINENT,
    CONTROLLED,
    DEPENDENT,
    IN_TREATMENT,
    NEVER_USED,
    OCCASIONAL,
    RESIDENTIAL,
    count_dependence,
    count_met,
    mark_criteria,
    status,
)
from papaver.person.records import (
    CRAVING,
    CRITERIA,
    HAZARD,
    INJECTS,
    LARGER,
    N_CRITERIA,
    NEVER,
    ROLES,
    TOLERANCE,
    TRAITS,
    UNEMPLOYED,
    WITHDRAWAL,
)
from tests.person.make import CENTRAL, parameters, person, state

P = parameters()
DAY = 1000
HEAVY = {"use28": 1.0, "doses28": 4.0, "wish28": 1.0, "sick28": 1.0, "overdoses": 1, "last_use": DAY}
YEAR = int(CENTRAL["criteria_days"])


def traits(*have: int) -> list[int]:
    return [int(k in have) for k in range(len(TRAITS))]


def marked(s: Any, w: Any, tolerance: float = 1.0, supervised: int = 0, rule: float = -1.0) -> set[int]:
    mark_criteria(w, s, DAY, tolerance, supervised, rule, P)
    return {k for k in range(N_CRITERIA) if s["met"][k] == DAY}


def test_someone_who_has_stopped_wanting_and_using_meets_nothing_new() -> None:
    assert marked(state(), person()) == set()


def test_heavy_injecting_use_meets_all_but_a_failed_attempt() -> None:
    met = marked(state(**HEAVY), person(trait=traits(INJECTS)), tolerance=8.0)
    assert {CRITERIA[k] for k in range(N_CRITERIA)} - {CRITERIA[k] for k in met} == {"cannot_cut_down"}
    tried = state(**HEAVY, attempt_day=DAY - 5)
    assert len(marked(tried, person(trait=traits(INJECTS)), tolerance=8.0)) == N_CRITERIA


def test_tolerance_and_withdrawal_do_not_count_under_medical_supervision() -> None:
    free = marked(state(**HEAVY), person(), tolerance=8.0)
    supervised = marked(state(**HEAVY), person(), tolerance=8.0, supervised=1)
    assert free - supervised == {TOLERANCE, WITHDRAWAL}


def test_criteria_that_need_a_circumstance() -> None:
    assert HAZARD not in marked(state(**HEAVY), person())
    assert ROLES not in marked(state(**HEAVY), person(trait=traits(UNEMPLOYED)))


def test_more_than_intended_is_measured_against_a_rule_one_set_oneself() -> None:
    half = {"use28": 0.35, "last_use": DAY}
    assert LARGER not in marked(state(**half), person())
    assert LARGER in marked(state(**half), person(), rule=1.0 / 7.0)


@settings(max_examples=100, deadline=None)
@given(st.floats(0.0, 0.5), st.floats(0.0, 0.5), st.floats(0.5, 2.0))
def test_more_use_never_meets_fewer_criteria(use: float, more: float, strict: float) -> None:
    less = state(use28=use, doses28=2 * use, wish28=use, last_use=DAY)
    rather = state(use28=use + more, doses28=2 * (use + more), wish28=use + more, last_use=DAY)
    w = person(trait=traits(INJECTS), criteria_factor=strict)
    assert marked(less, w) <= marked(rather, w)


def test_criteria_count_for_twelve_months() -> None:
    s = state()
    s["met"][[LARGER, CRAVING]] = [DAY - YEAR + 1, DAY - YEAR]
    assert count_met(s, DAY, P) == 1
    assert count_met(s, DAY - 1, P) == 2


def test_six_items_of_dependence_and_none_without_criteria() -> None:
    assert count_dependence(state(), DAY, P) == 0
    s = state()
    s["met"][:] = DAY
    assert count_dependence(s, DAY, P) == 6
    assert count_met(s, DAY, P) == 11


def test_social_trouble_and_the_hazard_of_injecting_alone_are_no_dependence() -> None:
    s = state()
    s["met"][[CRITERIA.index("roles"), CRITERIA.index("social"), HAZARD]] = DAY
    assert count_met(s, DAY, P) >= CENTRAL["disorder_criteria"]
    assert count_dependence(s, DAY, P) == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, NEVER_USED),
        ({"last_use": DAY}, OCCASIONAL),
        ({"last_use": DAY, "use28": 0.9}, CONTROLLED),
        ({"last_use": DAY, "use28": 1.0 / 7.0}, CONTROLLED),
        ({"last_use": DAY, "dependent": 1}, DEPENDENT),
        ({"last_use": DAY - 89, "dependent": 1}, DEPENDENT),
        ({"last_use": DAY - 90, "dependent": 1}, ABSTINENT),
        ({"last_use": DAY - 89}, OCCASIONAL),
        ({"last_use": DAY - 90}, ABSTINENT),
        ({"last_use": DAY, "dependent": 1, "programme": 2}, IN_TREATMENT),
        ({"last_use": NEVER, "programme": 2}, IN_TREATMENT),
    ],
)
def test_status(fields: dict[str, Any], expected: int) -> None:
    assert status(state(**fields), DAY, 0, P) == expected


def test_a_stay_inside_is_residential() -> None:
    assert status(state(last_use=DAY, programme=1), DAY, 1, P) == RESIDENTIAL


def test_daily_use_alone_is_not_dependence() -> None:
    assert status(state(last_use=DAY, use28=1.0), DAY, 0, P) == CONTROLLED
