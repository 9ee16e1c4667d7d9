"""Entering care, who leaves it when, and what goes with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from papaver.compiled import compiled
from papaver.person.behaviour import attempt, seek_to_stop
from papaver.person.care import (
    WITH_COUNSELLING,
    WITH_INCENTIVES,
    accompany,
    enter,
    leave,
    leaving_hazard,
)
from papaver.person.records import (
    BUPRENORPHINE,
    CONTINGENCY,
    COUNSELLING,
    DETOX,
    DETOXIFICATION,
    EMERGENCY_START,
    METHADONE,
    METHADONE_CARE,
    STIMULANTS,
)
from tests.person.make import CENTRAL, parameters, person, plan_steps, state

P = parameters()
KEY = (3, 0)
LONGEST = 100_000  # days


def changed(w: Any, **fields: Any) -> Any:
    """The same record with other values; making a person anew takes milliseconds."""
    for name, value in fields.items():
        w[name] = value
    return w


def in_care(programme: int, **fields: Any) -> Any:
    s = state(programme=programme, programme_day=0, **fields)
    s["step_day"][0] = 0
    return s


def test_coming_for_help_is_an_attempt_that_contact_holds() -> None:
    s, w = state(criteria=5, last_use=9, attempt_wait=99.0), person(number=4, attempt_factor=1.0)
    enter(s, w, METHADONE, 0.0, P, 10, *KEY)
    held = float(s["attempt"])
    assert held > 0.0
    assert not seek_to_stop(s, w, P, 11, *KEY)
    assert s["attempt"] == held
    s["programme"] = 0
    seek_to_stop(s, w, P, 12, *KEY)
    assert s["attempt"] == pytest.approx(held * np.exp(-1.0 / CENTRAL["attempt_days"]))


def test_the_strength_of_attempts_is_the_persons() -> None:
    strong = []
    for factor in (0.5, 1.0, 2.0):
        s = state()
        attempt(s, person(number=4, attempt_factor=factor), P, 0, 0.0, *KEY)
        strong.append(float(s["attempt"]))
    assert strong[1] == pytest.approx(2.0 * strong[0])
    assert strong[2] == pytest.approx(4.0 * strong[0])


def test_withdrawal_and_use_and_frailty_make_people_leave_sooner() -> None:
    calm = leaving_hazard(in_care(METHADONE), person(stay_factor=1.0), P)
    assert calm == pytest.approx(CENTRAL["leave_methadone"])
    assert leaving_hazard(in_care(METHADONE), person(stay_factor=3.0), P) == pytest.approx(3.0 * calm)
    sick = leaving_hazard(in_care(METHADONE, sick_now=0.5, medicine_days=3), person(stay_factor=1.0), P)
    assert sick - calm == pytest.approx(0.5 ** CENTRAL["leave_sick_power"] * CENTRAL["leave_sick"])
    used = leaving_hazard(in_care(METHADONE, week=1), person(stay_factor=1.0), P)
    assert used - calm == pytest.approx(CENTRAL["leave_use"])
    assert leaving_hazard(in_care(METHADONE, week=2), person(stay_factor=1.0), P) == calm


def stay_length(w: Any, p: Any, step: dict[str, Any], **state_fields: Any) -> int:
    """Days to the end of a stay; ``LONGEST`` if it goes on."""
    s, steps = state(**state_fields), plan_steps(step)
    s["step_day"][0] = 0
    programme = {METHADONE_CARE: METHADONE, DETOXIFICATION: DETOX}[step["do"]]
    enter(s, w, programme, 0.0, p, 0, *KEY)
    return int(last_day(s, w, steps, p, LONGEST, *KEY))


@compiled
def last_day(s: Any, w: Any, steps: Any, p: Any, longest: int, k0: int, k1: int) -> int:
    for day in range(longest):
        if leave(s, w, steps, 1, p, day, k0, k1):
            return day
    return longest


def test_lengths_of_stays_follow_the_hazard() -> None:
    """Without withdrawal, use and frailty a stay is exponential at the programme's hazard."""
    step = {"do": METHADONE_CARE, "a": 30.0, "b": 80.0}
    alone = parameters(leave_methadone=0.01, stay_spread=0.0)
    w = person(stay_factor=1.0)
    lengths = [stay_length(changed(w, number=n), alone, step) for n in range(1500)]
    assert np.mean(lengths) == pytest.approx(100.0, rel=0.07)
    assert np.mean(np.array(lengths) > 100) == pytest.approx(np.exp(-1.0), abs=0.035)


def test_a_detoxification_ends_on_its_last_day() -> None:
    step = {"do": DETOXIFICATION, "c": 21.0}
    lengths = [
        stay_length(
            person(number=n, stay_factor=1.0), parameters(leave_detoxification=0.01, stay_spread=0.0), step
        )
        for n in range(200)
    ]
    assert max(lengths) == 21
    assert 0.7 < np.mean(np.array(lengths) == 21) < 0.9


def test_people_who_leave_easily_make_the_curve_fall_fast_first() -> None:
    """Frailty turns constant hazards into a curve whose hazard falls, as published curves do."""
    step = {"do": METHADONE_CARE, "a": 30.0, "b": 80.0}
    p = parameters(leave_methadone=0.003, stay_spread=0.0)
    rng = np.random.default_rng(1)
    factors = np.exp(1.5 * rng.standard_normal(1200))
    w = person()
    lengths = np.array(
        [stay_length(changed(w, number=n, stay_factor=f), p, step) for n, f in enumerate(factors)]
    )
    early = (lengths < 60).mean() / 60
    late = ((lengths >= 360) & (lengths < 720)).sum() / np.minimum(lengths[lengths >= 360] - 360, 360).sum()
    assert early > 2.0 * late


def test_leaving_before_the_end_costs_the_attempt_and_completing_it_leaves_what_time_would() -> None:
    step = plan_steps({"do": DETOXIFICATION, "c": 10.0})
    of_time = float(np.exp(-10.0 / CENTRAL["attempt_days"]))
    for hazard, kept in ((50.0, CENTRAL["attempt_after_leaving"]), (0.0, of_time)):
        s = state(programme=DETOX, programme_day=0, attempt=3.0, leave_wait=40.0, leave_hazard=hazard)
        s["step_day"][0] = 0
        assert leave(s, person(), step, 1, P, 10, *KEY)
        assert s["attempt"] == pytest.approx(3.0 * kept)


def test_withdrawal_drives_nobody_out_while_a_dose_is_to_come() -> None:
    for waiting in ({"medicine_days": 0}, {"medicine_days": 9, "missed": 1}):
        sick = leaving_hazard(in_care(METHADONE, sick_now=1.0, **waiting), person(stay_factor=1.0), P)
        assert sick == pytest.approx(CENTRAL["leave_methadone"])
    first = leaving_hazard(in_care(DETOX, sick_now=1.0, missed=1), person(stay_factor=1.0), P)
    assert first == pytest.approx(CENTRAL["leave_detoxification"])
    without = leaving_hazard(in_care(DETOX, sick_now=1.0), person(stay_factor=1.0), P)
    assert without == pytest.approx(CENTRAL["leave_detoxification"] + CENTRAL["leave_sick"])


def test_strong_withdrawal_counts_for_more_than_in_proportion() -> None:
    extra = [
        leaving_hazard(in_care(DETOX, sick_now=x), person(stay_factor=1.0), parameters(leave_sick_power=2.0))
        - CENTRAL["leave_detoxification"]
        for x in (0.2, 0.8)
    ]
    assert extra[1] == pytest.approx(16.0 * extra[0])


def test_a_service_does_not_scale_what_buprenorphine_adds_to_leaving() -> None:
    p = parameters(leave_methadone=0.002, leave_buprenorphine=0.005)
    for service in (0.0, 0.5, 3.0):
        on = {
            medicine: leaving_hazard(in_care(medicine, service_ratio=service), person(stay_factor=1.0), p)
            for medicine in (METHADONE, BUPRENORPHINE)
        }
        assert on[METHADONE] == pytest.approx(0.002 * service)
        assert on[BUPRENORPHINE] - on[METHADONE] == pytest.approx(0.003)


def test_how_easily_stays_are_left_is_partly_the_persons_and_partly_of_each_stay() -> None:
    p, s, w = parameters(stay_person_share=0.0), state(), person(number=4)
    ratios = []
    for _ in range(3):
        enter(s, w, METHADONE, 2.0, p, 0, *KEY)
        ratios.append(float(s["stay_ratio"]))
    assert len(set(ratios)) == 3
    same = parameters(stay_person_share=1.0)
    enter(s, w, METHADONE, 2.0, same, 0, *KEY)
    assert s["stay_ratio"] == pytest.approx(1.0)
    assert s["service_ratio"] == pytest.approx(2.0)
    spread = []
    for number in range(2000):
        s = state()
        enter(s, person(number=number), METHADONE, 0.0, p, 0, *KEY)
        spread.append(float(np.log(s["stay_ratio"])))
    assert np.std(spread) == pytest.approx(CENTRAL["stay_spread"], rel=0.05)


def test_a_start_in_an_emergency_department_is_lost_where_nothing_takes_over() -> None:
    lost, w = {}, person()
    for share in (0.0, 0.7, 1.0):
        step = plan_steps({"do": EMERGENCY_START, "a": share, "b": 16.0, "c": 7.0})
        gone = 0
        for number in range(400):
            s = in_care(BUPRENORPHINE, leave_wait=1e9)
            changed(w, number=number)
            ends = [leave(s, w, step, 1, P, day, *KEY) for day in range(12)]
            assert not any(ends[:7])
            gone += ends[7]
            assert ends[7] or not any(ends)
        lost[share] = gone / 400
    assert lost[0.0] == 1.0
    assert lost[1.0] == 0.0
    assert lost[0.7] == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize(("do", "mark"), [(CONTINGENCY, WITH_INCENTIVES), (COUNSELLING, WITH_COUNSELLING)])
def test_what_goes_with_care_runs_for_its_days_and_only_in_care(do: int, mark: int) -> None:
    step = plan_steps({"do": do, "c": 5.0})
    s = in_care(METHADONE)
    running = []
    for day in range(8):
        accompany(s, step, 1, day)
        running.append(int(s["support"]))
    assert running == [mark] * 5 + [0] * 3
    outside = state(step_day=0)
    accompany(outside, step, 1, 0)
    assert outside["support"] == 0


def test_counselling_acts_on_leaving_alone_and_as_published() -> None:
    w = person(stay_factor=1.0)
    with_it = leaving_hazard(in_care(METHADONE, support=WITH_COUNSELLING), w, P)
    assert with_it == pytest.approx(CENTRAL["counselling_leaving"] * CENTRAL["leave_methadone"])


def test_people_who_take_stimulants_leave_medicines_earlier_and_a_detoxification_no_earlier() -> None:
    takes, does_not = person(number=4), person(number=4)
    takes["trait"][STIMULANTS] = 1
    for programme, ratio in ((METHADONE, CENTRAL["stimulant_leaving"]), (BUPRENORPHINE, 2.39), (DETOX, 1.0)):
        well = in_care(programme, signal_low=1.0)
        assert leaving_hazard(well, takes, P) == pytest.approx(ratio * leaving_hazard(well, does_not, P))
