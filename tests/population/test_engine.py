"""The day loop: the same people in any block and thread, counts that agree with one another, and its luck."""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papaver.body.overdose import build_table
from papaver.evidence import inputs
from papaver.person.course import (
    ABSTINENT,
    CONTROLLED,
    DEAD_OTHER,
    DEAD_OVERDOSE,
    DEPENDENT,
    IN_TREATMENT,
    OCCASIONAL,
    RESIDENTIAL,
    is_dead,
)
from papaver.person.day import OUT_DOSES, one_day, set_desk
from papaver.person.hours import DESK, TRACE_COLUMNS, prepare
from papaver.person.parameters import parameter_record
from papaver.person.records import NEVER, PERSON, STATE, TRAITS
from papaver.person.traits import draw_person
from papaver.person.withdrawal import N_SIGNS
from papaver.population import engine
from papaver.population.codes import EVENTS, MOMENTS, OUTCOMES, STATUS, SYMPTOMS
from papaver.population.engine import Block, year_of
from papaver.population.job import cohort_record, plan_record
from papaver.randomness import key
from tests.person import make
from tests.population.lives import (
    CENTRAL,
    PLANS,
    SEED,
    assert_equal,
    block,
    diaries,
    equal,
    job,
    step,
    together,
)

every_plan = pytest.mark.parametrize("plan", PLANS)
PEOPLE, DAYS = 80, 800
SPLITS = (TRAITS.index("strong_norms"), TRAITS.index("injects"))


def events(one: Block, name: str) -> int:
    return int(one.events[..., EVENTS.index(name)].sum())


def outcome(one: Block, name: str) -> int:
    return int(one.outcomes[:, OUTCOMES.index(name)].sum())


# ------------------------------------------------------------------------------- blocks, threads, more people


@settings(max_examples=10, deadline=None)
@given(st.sets(st.integers(1, PEOPLE - 1), max_size=4), st.sampled_from(sorted(PLANS)))
def test_any_cut_into_blocks_gives_the_same_counts_and_lives(cuts: set[int], plan: str) -> None:
    one = job(plan, DAYS, splits=SPLITS, lives=50)
    edges = [0, *sorted(cuts), PEOPLE]
    parts = [block(one, b - a, first=a) for a, b in itertools.pairwise(edges)]
    assert_equal(together(parts), block(one, PEOPLE))


def test_two_threads_give_what_one_gives() -> None:
    one = job("several", DAYS, splits=SPLITS, lives=PEOPLE)
    starts = range(0, PEOPLE, 10)
    with ThreadPoolExecutor(2) as pool:
        threaded = list(pool.map(lambda first: block(one, 10, first=first), starts))
    for first, part in zip(starts, threaded, strict=True):
        assert_equal(part, block(one, 10, first=first))


def test_the_first_people_of_more_are_the_same_people() -> None:
    few = block(job("methadone", DAYS, lives=1000), 40)
    more = block(job("methadone", DAYS, lives=1000), 90)
    np.testing.assert_array_equal(more.lives[:40], few.lives)
    assert list(more.lives["person"]) == list(range(90))


def test_people_are_the_same_people_under_every_plan() -> None:
    who = ["person", "stratum", "age_years", "liability", "injects"]
    lives = [block(job(plan, 300, splits=SPLITS, lives=40), 40).lives[who] for plan in PLANS]
    for other in lives[1:]:
        np.testing.assert_array_equal(other, lives[0])


def test_a_day_more_leaves_the_days_before_as_they_were() -> None:
    short, long = diaries(job("several", 500), 60), diaries(job("several", 700), 60)
    for name in ("doses", "status", "criteria", "overdose", "programme"):
        np.testing.assert_array_equal(getattr(long, name)[:, :500], getattr(short, name))


def test_the_kernel_is_compiled_for_one_signature() -> None:
    block(job(days=40), 5)
    block(job("several", 40, splits=SPLITS, lives=3, dependent=True), 5, record=inputs.draw(1, 1))
    diaries(job("methadone", 40), 5)
    assert len(engine.run_block.signatures) == 1


# ----------------------------------------------------------------------------------------------- conservation


@every_plan
def test_counts_agree_with_one_another(plan: str) -> None:
    """Person-time, events, outcomes, moments, tiles, lives and diaries tell one story."""
    one = job(plan, DAYS, splits=SPLITS, daily_every=7, lives=PEOPLE)
    all_of, diary = block(one, PEOPLE), diaries(one, PEOPLE)
    time, lives = all_of.person_time, all_of.lives
    assert time.sum() == PEOPLE * DAYS
    np.testing.assert_array_equal(time.sum(axis=(1, 2, 3)), all_of.people * DAYS)
    np.testing.assert_array_equal(all_of.daily[:, :, 0].sum(axis=1), PEOPLE)
    assert np.all(all_of.daily[:, :, 1:] <= all_of.daily[:, :, :1])
    assert all_of.people.sum() == PEOPLE

    by_status = [int((diary.status == code).sum()) for code in range(len(STATUS))]
    np.testing.assert_array_equal(time.sum(axis=(0, 1, 3)), by_status)
    in_care = diary.programme > 0
    assert time[..., 1:].sum() == in_care.sum() == lives["days_in_treatment"].sum()
    np.testing.assert_array_equal(
        np.isin(diary.status, (IN_TREATMENT, RESIDENTIAL)), in_care & ~is_dead(diary.status)
    )
    np.testing.assert_array_equal(all_of.daily[:, :, 0].sum(axis=0), [
        int((diary.status[:, ::7] == code).sum()) for code in range(len(STATUS))
    ])  # fmt: skip

    assert events(all_of, "use_days") == (diary.doses > 0).sum() == lives["use_days"].sum()
    assert events(all_of, "doses") == diary.doses.sum()
    assert events(all_of, "injections") == (diary.doses * lives["injects"][:, None]).sum()
    assert events(all_of, "overdose_fatal") == (diary.overdose == 2).sum() == outcome(all_of, "dead_overdose")
    assert events(all_of, "overdose_nonfatal") == (diary.overdose == 1).sum()
    assert events(all_of, "death_other") == outcome(all_of, "dead_other")
    assert events(all_of, "disorder_onset") == outcome(all_of, "ever_disorder")
    assert events(all_of, "dependence_onset") == outcome(all_of, "ever_dependent")
    assert events(all_of, "treatment_start") >= events(all_of, "treatment_end") >= 0

    final = np.bincount(lives["final_status"], minlength=len(STATUS))
    assert outcome(all_of, "dependent_at_end") == final[DEPENDENT]
    assert outcome(all_of, "abstinent_at_end") == final[ABSTINENT]
    assert outcome(all_of, "occasional_or_controlled_at_end") == final[OCCASIONAL] + final[CONTROLLED]
    assert outcome(all_of, "in_treatment_at_end") == final[IN_TREATMENT] + final[RESIDENTIAL]
    assert outcome(all_of, "dead_overdose") == final[DEAD_OVERDOSE]
    assert outcome(all_of, "dead_other") == final[DEAD_OTHER]
    assert outcome(all_of, "ever_disorder") == (lives["disorder_day"] > NEVER).sum()
    assert outcome(all_of, "ever_treated") == in_care.any(axis=1).sum()

    alive_days = np.where(lives["death_day"] >= 0, lives["death_day"] + 1, DAYS)
    per_person = {
        "days_dependent": (diary.status == DEPENDENT).sum(axis=1),
        "days_in_treatment": lives["days_in_treatment"],
        "days_with_withdrawal": lives["days_with_withdrawal"],
        "use_days": lives["use_days"],
        "overdoses": lives["overdoses"],
        "days_alive": alive_days,
    }
    for row, name in enumerate(MOMENTS):
        values = per_person[name].astype(np.int64)
        assert list(all_of.moments[row]) == [values.sum(), (values**2).sum()], name
    assert all_of.symptom_days[..., SYMPTOMS.index("cows_5")].sum() == lives["days_with_withdrawal"].sum()
    np.testing.assert_array_equal(diary.sick.sum(axis=1), lives["days_with_withdrawal"])
    np.testing.assert_array_equal((diary.overdose > 0).sum(axis=1), lives["overdoses"])

    np.testing.assert_array_equal(
        all_of.tiles.sum(axis=0),
        [PEOPLE, *all_of.outcomes.sum(axis=0), *all_of.moments[:, 0]],
    )


@every_plan
def test_the_dead_stay_dead_and_do_nothing(plan: str) -> None:
    diary = diaries(job(plan, DAYS), 120, record=inputs.changed(CENTRAL, background_death=0.15))
    dead = is_dead(diary.status)
    assert dead.any()
    assert np.all(dead[:, 1:] >= dead[:, :-1])
    assert np.all((diary.status[:, 1:] == diary.status[:, :-1]) | ~dead[:, :-1])
    for name in ("doses", "sick", "overdose", "programme"):
        assert not getattr(diary, name)[dead].any(), name
    gone = diary.lives["death_day"] >= 0
    np.testing.assert_array_equal(dead.any(axis=1) | (diary.lives["death_day"] == DAYS - 1), gone)
    np.testing.assert_array_equal(
        np.argmax(dead, axis=1)[dead.any(axis=1)], diary.lives["death_day"][dead.any(axis=1)] + 1
    )


@pytest.mark.parametrize("days", [1, 365, 366, 730, 731, 1461, 1462])
def test_years_begin_on_day_floor_of_365_and_a_quarter(days: int) -> None:
    one = job(days=days)
    assert one.years == max(k for k in range(1, 10) if math.floor(365.25 * (k - 1)) < days)
    time = block(one, 2).person_time.sum(axis=(0, 2, 3))
    starts = [math.floor(365.25 * k) for k in range(one.years)]
    np.testing.assert_array_equal(time, 2 * np.diff([*starts, days]))


def test_every_day_of_a_century_has_its_year() -> None:
    starts = [math.floor(365.25 * k) for k in range(101)]
    expected = np.searchsorted(starts, np.arange(36_525), side="right") - 1
    np.testing.assert_array_equal([year_of(day, 365.25) for day in range(36_525)], expected)


def test_strata_are_the_declared_traits() -> None:
    whole = block(job(days=300), PEOPLE)
    split = block(job(days=300, splits=SPLITS, lives=PEOPLE), PEOPLE)
    assert split.person_time.shape[0] == 4
    np.testing.assert_array_equal(split.person_time.sum(axis=0), whole.person_time[0])
    np.testing.assert_array_equal(split.events.sum(axis=0), whole.events[0])
    np.testing.assert_array_equal(split.lives["stratum"] % 2, split.lives["injects"])
    np.testing.assert_array_equal(np.bincount(split.lives["stratum"], minlength=4), split.people)


# --------------------------------------------------------------------------------------------- plans and luck


@pytest.mark.parametrize(
    "plan", ["stop", "methadone", "buprenorphine", "detoxification", "cut_back", "change_setting"]
)
def test_a_plan_changes_nothing_before_it_begins(plan: str) -> None:
    days, begins = 600, 250
    rows = [{**PLANS[plan][0], "when": 2, "delay": begins, "uptake": 1.0}]
    without, with_plan = diaries(job(days=days)), diaries(job(rows, days))
    for name in ("doses", "status", "criteria", "dependence_items", "sick", "overdose", "programme"):
        np.testing.assert_array_equal(
            getattr(with_plan, name)[:, :begins], getattr(without, name)[:, :begins], err_msg=name
        )
    assert not equal(with_plan, without)


@pytest.mark.parametrize("plan", [name for name in PLANS if name not in {"none", "several"}])
def test_a_plan_nobody_takes_up_changes_nothing(plan: str) -> None:
    rows = [{**row, "uptake": 0.0} for row in PLANS[plan]]
    assert_equal(block(job(rows, DAYS), PEOPLE), block(job(days=DAYS), PEOPLE))


@pytest.mark.parametrize("plan", [name for name in PLANS if name != "none"])
def test_every_plan_does_something(plan: str) -> None:
    patients = plan == "cut_prescription"
    acting, idle = (block(job(name, DAYS, prescribed=patients), PEOPLE) for name in (plan, "none"))
    assert not equal(acting, idle)


def test_only_people_who_took_up_a_plan_live_otherwise() -> None:
    half = [{**PLANS["keep_rule"][0], "uptake": 0.5}]
    none, some, all_of = (diaries(job(rows, 400), PEOPLE) for rows in ([], half, PLANS["keep_rule"]))

    def as_in(other: Any) -> np.ndarray:
        return np.all(some.doses == other.doses, axis=1)

    assert np.all(as_in(none) | as_in(all_of))
    assert np.any(~as_in(none))
    assert np.any(~as_in(all_of))


def test_leaving_one_programme_does_not_end_another() -> None:
    """Someone who declined detoxification and leaves methadone has not completed the former."""
    declined = step(4, 1, c=7.0, uptake=0.0, again=1)
    alone = [{**PLANS["methadone"][0], "again": 0}]
    assert_equal(block(job([*alone, declined], DAYS), PEOPLE), block(job(alone, DAYS), PEOPLE))


def test_seed_and_draw_change_the_luck() -> None:
    usual = block(job(days=300, lives=20), 20)
    assert not equal(block(job(days=300, lives=20), 20, seed=SEED + 1), usual)
    assert not equal(block(job(days=300, lives=20), 20, draw=1), usual)


def test_everyone_uses_on_day_0_and_nobody_has_used_before() -> None:
    diary = diaries(job(days=30), 50)
    assert np.all(diary.doses[:, 0] == 1)
    assert not diary.sick[:, 0].any()


def test_people_who_start_dependent_are_dependent_and_fall_sick_without_heroin() -> None:
    cut_off = replace(job(days=30, dependent=True), settings={"availability": 0.0})
    diary = diaries(cut_off, 80)
    assert np.mean(diary.status[:, 0] == DEPENDENT) > 0.8
    assert not diary.doses.any()
    assert diary.sick[:, 1:4].mean() > 2.0 * diary.sick[:, 20:].mean()
    assert diary.sick[:, 1:4].any()


def test_shares_given_by_the_scenario_replace_the_usual_ones() -> None:
    for share in (0.0, 1.0):
        diary = diaries(replace(job(days=5), shares={"injects": share}), 60)
        assert np.all(diary.lives["injects"] == share)
    usual, more = (
        diaries(replace(job(days=5), shares={"injects": share}), 300).lives["injects"] for share in (0.3, 0.6)
    )
    assert np.all(more >= usual), "a larger share keeps everybody who had the trait"
    assert abs(usual.mean() - 0.3) < 0.1  # 4 standard errors


# --------------------------------------------------------------------------------- the hour view and the loop


@pytest.mark.parametrize("plan", ["none", "several", "buprenorphine"])
def test_a_person_hour_by_hour_is_the_person_of_the_day_loop(plan: str) -> None:
    """The loop leaps over quiet days; recording the hours goes through all: same states and events."""
    people, days = (1000, 40) if plan == "none" else (60, 500)
    one = job(plan, days)
    loop = diaries(one, people)
    params = parameter_record(CENTRAL)
    p, kinetics, table = params[0], make.kinetics(), build_table(params[0])[0]
    desk, steps = np.zeros(1, DESK)[0], plan_record(one)[0]
    set_desk(p, np.ones(N_SIGNS), desk)
    cohort, k = cohort_record(one, CENTRAL)[0], key(SEED, 0)
    pools = (
        "fast",
        "slow",
        "sensitisation",
        "held",
        "lagged",
        "sick_now",
        "habit",
        "dose_mg",
        "overdose_hazard",
    )
    number = range(people) if plan != "none" else range(0, people, 10)
    for person in number:
        w, leapt, followed = np.zeros(1, PERSON)[0], np.zeros(1, STATE)[0], np.zeros(1, STATE)[0]
        draw_person(w, leapt, cohort, p, kinetics["rate"], person, *k)
        draw_person(w, followed, cohort, p, kinetics["rate"], person, *k)
        prepare(w, kinetics["gain"], desk)
        for day in range(days):
            told = []
            for s, recording in ((leapt, 0), (followed, 1)):
                desk["recording"] = recording
                one_day(s, w, desk, steps, p, kinetics, table, day, *k)
                told.append(desk["out"].copy())
            np.testing.assert_array_equal(told[0], told[1])
            assert told[1][OUT_DOSES] == loop.doses[person, day]
            assert desk["trace"][-1, TRACE_COLUMNS.index("fast")] == followed["fast"]
            assert leapt["fast"] == pytest.approx(followed["fast"], rel=1e-9)
            assert leapt["lagged"] == pytest.approx(followed["lagged"], rel=1e-9, abs=1e-12)
            assert followed["criteria"] == loop.criteria[person, day]
            if followed["alive"] == 0:
                break
        for pool in pools:
            assert leapt[pool] == pytest.approx(followed[pool], rel=1e-9, abs=1e-9), pool
        np.testing.assert_allclose(leapt["modes"], followed["modes"], atol=1e-8)
        assert (followed["alive"] == 0) == (loop.lives["death_day"][person] >= 0)
