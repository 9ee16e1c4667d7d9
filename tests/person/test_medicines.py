"""Doses of care: how treatment starts, rises, is missed, tapered, put into depots or taken as tablets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body.kinetics import BUPRENORPHINE as BUPRENORPHINE_DRUG
from papaver.body.kinetics import HEROIN, N_DRUGS
from papaver.body.kinetics import METHADONE as METHADONE_DRUG
from papaver.person.medicines import fade_blockade, give_medicine, maintenance_mg, occupied, taper_mg
from papaver.person.parameters import intensity_at_cows
from papaver.person.records import (
    BUPRENORPHINE,
    BUPRENORPHINE_CARE,
    DEPOT,
    DEPOT_CARE,
    DETOX,
    DETOXIFICATION,
    EMERGENCY_START,
    METHADONE,
    METHADONE_CARE,
    NALTREXONE,
    NALTREXONE_CARE,
    NALTREXONE_TABLETS,
    SLOW_MORPHINE,
    SLOW_MORPHINE_CARE,
    TABLET_CARE,
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
    assert occupied(s, P) == 0.0
    s["modes"][11] = 3.0  # buprenorphine
    assert occupied(s, P) == pytest.approx(0.75)
    s["blockade"] = 4.0
    assert occupied(s, P) == pytest.approx(7.0 / 8.0)


def test_methadone_holds_a_fifth_to_a_third_of_receptors_where_it_does_most_of_what_it_can() -> None:
    s = state()
    s["modes"][9] = 4.0  # four fifths of its full effect: 80 mg a day
    assert 0.2 < occupied(s, P) < 0.35
    s["modes"][9], s["modes"][11] = 0.0, 4.0
    assert occupied(s, P) == pytest.approx(0.8)


def test_a_buprenorphine_detoxification_waits_for_withdrawal_and_its_taper_goes_on_meanwhile() -> None:
    step = {"do": DETOXIFICATION, "c": 10.0, "flag": 0}
    start = CENTRAL["detoxification_buprenorphine_mg"]
    fresh = in_care(DETOX, last_use=-1)
    assert given_on(0, fresh, step)[BUPRENORPHINE_DRUG] == 0.0
    assert fresh["missed"] == 1
    second = given_on(1, fresh, step)[BUPRENORPHINE_DRUG]
    assert fresh["missed"] == 0
    assert second == pytest.approx(0.9 * start)
    sick = in_care(DETOX, last_use=-1, sick_now=50.0)
    assert given_on(0, sick, step)[BUPRENORPHINE_DRUG] == start


def test_a_start_in_an_emergency_department_has_its_own_first_dose() -> None:
    step = {"do": EMERGENCY_START, "a": 0.8, "b": 16.0, "c": 7.0}
    s = in_care(BUPRENORPHINE, last_use=-1, sick_now=50.0)
    doses = [given_on(day, s, step)[BUPRENORPHINE_DRUG] for day in range(5)]
    assert doses[0] == CENTRAL["emergency_first_mg"]
    assert doses[-1] == 16.0


def test_slow_release_morphine_reaches_blood_evenly_and_rises_to_its_target() -> None:
    step, s = {"do": SLOW_MORPHINE_CARE, "a": 200.0, "b": 800.0}, in_care(SLOW_MORPHINE, last_use=-1)
    mg = np.zeros((N_DRUGS, 24))
    give_medicine(s, person(number=4), plan_steps(step), 1, NEVER_MISSED, 0, *KEY, mg)
    assert mg[HEROIN].sum() == pytest.approx(200.0 * CENTRAL["prescribed_heroin_mg_per_mg"])
    assert np.ptp(mg[HEROIN]) == pytest.approx(0.0, abs=1e-12)
    rising = [given_on(day, s, step)[HEROIN] for day in range(1, 20)]
    assert rising == sorted(rising)
    assert rising[-1] == pytest.approx(800.0 * CENTRAL["prescribed_heroin_mg_per_mg"])


def test_naltrexone_tablets_wait_block_for_about_a_day_and_are_supervised_or_left_out() -> None:
    step, s = {"do": TABLET_CARE, "flag": 1}, in_care(NALTREXONE_TABLETS, last_use=4)
    for day in range(5, 11):
        given_on(day, s, step)
        assert s["blockade"] == 0.0
    given_on(11, s, step)
    assert s["blockade"] == pytest.approx(CENTRAL["naltrexone_tablet_load"])
    fade_blockade(s, P)
    kept = CENTRAL["naltrexone_tablet_kept"]
    assert s["blockade"] == pytest.approx(kept * CENTRAL["naltrexone_tablet_load"])
    assert s["tablets"] == s["blockade"]
    taken = {}
    for flag in (0, 1):
        s, eager = in_care(NALTREXONE_TABLETS, last_use=-100), person(number=4, urge=30.0)
        given_on(0, s, {"do": TABLET_CARE, "flag": flag}, w=eager)
        taken[flag] = s["blockade"] > 0.0
    assert taken == {0: False, 1: True}


def test_a_week_without_tablets_ends_the_stay() -> None:
    s, eager = in_care(NALTREXONE_TABLETS, last_use=-100, leave_wait=9.0), person(number=4, urge=30.0)
    s["depot_day"] = 0
    for day in range(1, 8):
        assert s["leave_hazard"] < s["leave_wait"]
        given_on(day, s, {"do": TABLET_CARE, "flag": 0}, w=eager)
    assert s["leave_hazard"] >= s["leave_wait"]


def test_depots_fade_slowly_beside_tablets() -> None:
    s = state(blockade=30.0 + 4.0, tablets=4.0)
    fade_blockade(s, P)
    half = CENTRAL["naltrexone_depot_half_life_days"]
    assert s["blockade"] == pytest.approx(
        30.0 * 0.5 ** (1.0 / half) + 4.0 * CENTRAL["naltrexone_tablet_kept"]
    )
