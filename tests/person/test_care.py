"""Entering care, its doses and depots, and leaving it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body.kinetics import BUPRENORPHINE as BUPRENORPHINE_DRUG
from papaver.body.kinetics import METHADONE as METHADONE_DRUG
from papaver.body.kinetics import N_DRUGS
from papaver.person.behaviour import attempt, seek_to_stop
from papaver.person.care import (
    BUPRENORPHINE,
    DEPOT,
    DETOX,
    METHADONE,
    NALTREXONE,
    enter,
    fade_blockade,
    give_medicine,
    leave,
    leaving_hazard,
    maintenance_mg,
    occupied,
    taper_mg,
)
from papaver.person.parameters import intensity_at_cows
from papaver.person.records import (
    BUPRENORPHINE_CARE,
    DEPOT_CARE,
    DETOXIFICATION,
    METHADONE_CARE,
    NALTREXONE_CARE,
)
from papaver.person.withdrawal import N_SIGNS, SIGNS, cows, sign_levels
from tests.person.make import CENTRAL, parameters, person, plan_steps, state

P = parameters()
KEY = (3, 0)
NEVER_MISSED = parameters(missed_dose=0.0)
HOUR = int(CENTRAL["medicine_hour"])


def in_care(programme: int, **fields: Any) -> Any:
    s = state(programme=programme, programme_day=0, **fields)
    s["step_day"][0] = 0
    return s


def given_on(day: int, s: Any, step: dict[str, Any], p: Any = NEVER_MISSED, w: Any = None) -> np.ndarray:
    mg = np.zeros((N_DRUGS, 24))
    give_medicine(s, w if w is not None else person(number=4), plan_steps(step), 1, p, day, *KEY, mg)
    return mg.sum(axis=1)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60), st.floats(1.0, 100.0))
def test_a_detoxification_falls_evenly_to_nothing(length: int, start: float) -> None:
    doses = [taper_mg(start, day, length) for day in range(length + 3)]
    assert doses[0] == start
    assert doses == sorted(doses, reverse=True)
    assert doses[length:] == [0.0] * 3
    assert all(dose > 0.0 for dose in doses[:length])


@pytest.mark.parametrize("programme", [METHADONE, BUPRENORPHINE])
def test_maintenance_rises_by_steps_to_the_target_and_stays(programme: int) -> None:
    name = "methadone" if programme == METHADONE else "buprenorphine"
    doses = [maintenance_mg(programme, day, 30.0, 80.0, P) for day in range(200)]
    assert doses[0] == 30.0
    assert doses == sorted(doses)
    assert doses[-1] == 80.0
    assert max(np.diff(doses)) <= CENTRAL[f"{name}_step_mg"] + 1e-9


def test_three_missed_doses_begin_low_again_and_two_do_not() -> None:
    step = {"do": METHADONE_CARE, "a": 30.0, "b": 80.0}
    after = {}
    for missed in (2, 3):
        s = in_care(METHADONE, medicine_days=200, missed=missed, last_use=-1)
        after[missed] = [given_on(day, s, step)[METHADONE_DRUG] for day in (10, 11)]
    assert after == {2: [80.0, 80.0], 3: [30.0, 30.0]}


def test_doses_are_missed_as_often_as_the_input_says() -> None:
    step, s = {"do": METHADONE_CARE, "a": 80.0, "b": 80.0}, in_care(METHADONE)
    often = parameters(missed_dose=0.3, missed_restart=1000.0)
    taken = [given_on(day, s, step, often)[METHADONE_DRUG] > 0.0 for day in range(2000)]
    assert 1.0 - np.mean(taken) == pytest.approx(0.3, abs=0.04)


@pytest.mark.parametrize(
    ("fields", "flag", "mg"),
    [
        ({"last_use": 9}, 0, 0.0),  # used yesterday and not sick
        ({"last_use": 9, "sick_now": 50.0}, 0, 4.0),
        ({"last_use": 8}, 0, 4.0),  # a day without
        ({"last_use": 9}, 1, 4.0),  # a low-dose start does not wait
    ],
)
def test_buprenorphine_waits_for_withdrawal_unless_begun_low(
    fields: dict[str, Any], flag: int, mg: float
) -> None:
    step = {"do": BUPRENORPHINE_CARE, "a": 4.0, "b": 16.0, "flag": flag}
    assert given_on(10, in_care(BUPRENORPHINE, **fields), step)[BUPRENORPHINE_DRUG] == mg


def test_a_low_dose_start_doubles_each_day() -> None:
    s, step = (
        in_care(BUPRENORPHINE, last_use=0),
        {"do": BUPRENORPHINE_CARE, "a": 0.5, "b": 16.0, "flag": 1},
    )
    assert [given_on(day, s, step)[BUPRENORPHINE_DRUG] for day in range(7)] == [0.5, 1, 2, 4, 8, 16, 16]


def test_the_start_score_is_the_intensity_at_which_cows_reaches_it() -> None:
    edge = intensity_at_cows(CENTRAL, 8.0)
    onsets = np.array([CENTRAL["onset_" + sign] for sign in SIGNS]) * CENTRAL["onset_scale"]
    levels = np.zeros(N_SIGNS, np.int64)

    def score(x: float) -> int:
        sign_levels(x, x, onsets, float(CENTRAL["symptom_growth"]), levels)
        return int(cows(levels))

    assert score(edge) >= 8 > score(0.98 * edge)
    assert intensity_at_cows(CENTRAL, 49.0) == np.inf


def test_naltrexone_waits_a_week_without_opioids_and_blocks_for_a_month() -> None:
    step = {"do": NALTREXONE_CARE, "c": 28.0}
    s = in_care(NALTREXONE, last_use=4)
    blocked = []
    for day in range(5, 60):
        given_on(day, s, step)
        blocked.append(s["blockade"])
        fade_blockade(s, P)
    first = next(day for day, load in enumerate(blocked, 5) if load > 0.0)
    assert first == 4 + CENTRAL["naltrexone_wait_days"]
    load = np.array(blocked[first - 5 :])
    assert np.all(load[:28] / (1.0 + load[:28]) > 0.5)
    assert load[28] > load[27]  # the second depot
    half = CENTRAL["naltrexone_depot_half_life_days"]
    assert load[6] / load[0] == pytest.approx(0.5 ** (6.0 / half))


def test_naltrexone_is_not_given_on_top_of_methadone() -> None:
    s = in_care(NALTREXONE, last_use=-100)
    s["modes"][9:11] = (2.0, 1.0)
    given_on(20, s, {"do": NALTREXONE_CARE, "c": 28.0})
    assert s["blockade"] == 0.0


def test_a_depot_brings_all_its_buprenorphine_and_goes_on_after_leaving() -> None:
    s, step = in_care(DEPOT, last_use=-10), {"do": DEPOT_CARE, "a": 100.0, "c": 28.0}
    daily = [given_on(day, s, step)[BUPRENORPHINE_DRUG] for day in range(10)]
    s["programme"] = 0
    daily += [given_on(day, s, step)[BUPRENORPHINE_DRUG] for day in range(10, 800)]
    assert sum(daily) == pytest.approx(100.0 * CENTRAL["depot_equivalent_days"], rel=1e-3)
    assert daily[20] > 0.3 * daily[0]


def test_medicines_occupy_receptors_and_heroin_does_not_count() -> None:
    s = state()
    s["modes"][:9] = 1.0
    assert occupied(s) == 0.0
    s["modes"][9] = 3.0
    assert occupied(s) == pytest.approx(0.75)
    s["blockade"] = 4.0
    assert occupied(s) == pytest.approx(7.0 / 8.0)


# ---------------------------------------------------------------------------------------------- leaving


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
    sick = leaving_hazard(in_care(METHADONE, sick_now=0.5), person(stay_factor=1.0), P)
    assert sick - calm == pytest.approx(0.5 * CENTRAL["leave_sick"])
    used = leaving_hazard(in_care(METHADONE, week=1), person(stay_factor=1.0), P)
    assert used - calm == pytest.approx(CENTRAL["leave_use"])
    assert leaving_hazard(in_care(METHADONE, week=2), person(stay_factor=1.0), P) == calm


def stay_length(w: Any, p: Any, step: dict[str, Any], **state_fields: Any) -> int:
    s, steps = state(**state_fields), plan_steps(step)
    s["step_day"][0] = 0
    programme = {METHADONE_CARE: METHADONE, DETOXIFICATION: DETOX}[step["do"]]
    enter(s, w, programme, 0.0, p, 0, *KEY)
    return next(day for day in itertools.count() if leave(s, w, steps, 1, p, day, *KEY))


def test_lengths_of_stays_follow_the_hazard() -> None:
    """Without withdrawal and use a stay is exponential at the person's own hazard."""
    step = {"do": METHADONE_CARE, "a": 30.0, "b": 80.0}
    alone = parameters(leave_methadone=0.01)
    lengths = [stay_length(person(number=n, stay_factor=1.0), alone, step) for n in range(1500)]
    assert np.mean(lengths) == pytest.approx(100.0, rel=0.07)
    assert np.mean(np.array(lengths) > 100) == pytest.approx(np.exp(-1.0), abs=0.035)


def test_a_detoxification_ends_on_its_last_day() -> None:
    step = {"do": DETOXIFICATION, "c": 21.0}
    lengths = [
        stay_length(person(number=n, stay_factor=1.0), parameters(leave_detoxification=0.01), step)
        for n in range(200)
    ]
    assert max(lengths) == 21
    assert 0.7 < np.mean(np.array(lengths) == 21) < 0.9


def test_people_who_leave_easily_make_the_curve_fall_fast_first() -> None:
    """Frailty turns constant hazards into a curve whose hazard falls, as published curves do."""
    step = {"do": METHADONE_CARE, "a": 30.0, "b": 80.0}
    p = parameters(leave_methadone=0.003)
    rng = np.random.default_rng(1)
    factors = np.exp(1.5 * rng.standard_normal(1200))
    lengths = np.array([stay_length(person(number=n, stay_factor=f), p, step) for n, f in enumerate(factors)])
    early = (lengths < 60).mean() / 60
    late = ((lengths >= 360) & (lengths < 720)).sum() / np.minimum(lengths[lengths >= 360] - 360, 360).sum()
    assert early > 2.0 * late


def test_leaving_before_the_end_costs_the_attempt_and_completing_it_does_not() -> None:
    step = plan_steps({"do": DETOXIFICATION, "c": 10.0})
    for hazard, kept in ((50.0, CENTRAL["attempt_after_leaving"]), (0.0, 1.0)):
        s = state(programme=DETOX, programme_day=0, attempt=3.0, leave_wait=40.0, leave_hazard=hazard)
        s["step_day"][0] = 0
        assert leave(s, person(), step, 1, P, 10, *KEY)
        assert s["attempt"] == pytest.approx(3.0 * kept)
