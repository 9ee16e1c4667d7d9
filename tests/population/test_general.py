"""A general population: people who have never used are leapt over, exactly as day by day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from papaver.body.overdose import build_table
from papaver.errors import InputError
from papaver.evidence import inputs
from papaver.person.day import OUT_DIED_OTHER, OUT_USED, one_day, set_desk
from papaver.person.hours import DESK, prepare
from papaver.person.parameters import parameter_record
from papaver.person.records import PERSON, STATE, TRAITS
from papaver.person.rest import rest_week, rests
from papaver.person.traits import draw_person
from papaver.person.withdrawal import N_SIGNS
from papaver.population.codes import EVENTS, STATUS
from papaver.population.job import Job, cohort_record, cohort_records, plan_record
from papaver.randomness import INITIATION_WAIT, exponential, key
from papaver.scenario import loads
from tests.person import make
from tests.population.lives import CENTRAL, PLANS, SEED, assert_equal, block, diaries, job, together

BUSY = inputs.changed(CENTRAL, initiation_per_year=0.08, background_death=0.01)
PEOPLE, DAYS = 90, 1500
AGES = {"age_years": 30.0, "age_log_sd": 0.3}
GENERAL = Job(days=DAYS, general=True, dependent_share=0.03, settings=AGES, daily_every=30, lives=PEOPLE)


def day_by_day(person: int, days: int, one: Job, record: Any) -> tuple[Any, Any, list[int], int]:
    """A person who has never used, by ``one_day`` alone: state, desk, days of use, last day."""
    params = parameter_record(record)
    p, kinetics, table = params[0], make.kinetics(), build_table(params[0])[0]
    w, s, desk = np.zeros(1, PERSON)[0], np.zeros(1, STATE)[0], np.zeros(1, DESK)[0]
    set_desk(p, np.ones(N_SIGNS), desk)
    k = key(SEED, 0)
    draw_person(w, s, cohort_records(one, record)[0], p, kinetics["rate"], person, *k)
    s["initiation_wait"] = exponential(person, 0, INITIATION_WAIT, *k)
    prepare(w, kinetics["gain"], desk)
    used = []
    for day in range(days):
        one_day(s, w, desk, plan_record(one)[0], p, kinetics, table, day, *k)
        if desk["out"][OUT_USED]:
            used.append(day)
        if desk["out"][OUT_DIED_OTHER] or not s["alive"]:
            return s, w, used, day
    return s, w, used, days


@pytest.mark.parametrize("plan", ["none", "change_setting", "keep_rule"])
def test_the_leap_gives_the_first_use_death_and_state_of_daily_steps(plan: str) -> None:
    rows = job(plan)
    one = replace(GENERAL, dependent_share=0.0, steps=rows.steps, step_count=rows.step_count)
    leapt = diaries(one, PEOPLE, record=BUSY)
    began = died = 0
    for person in range(PEOPLE):
        s, w, used, last = day_by_day(person, DAYS, one, BUSY)
        np.testing.assert_array_equal(np.flatnonzero(leapt.doses[person]), used)
        life = leapt.lives[person]
        assert life["death_day"] == (last if last < DAYS else -1)
        assert life["last_use_day"] == s["last_use"]
        assert life["age_years"] == w["age_years"]
        assert life["liability"] == w["liability"]
        began, died = began + bool(used), died + (last < DAYS)
    assert began > 5
    assert died > 1


def test_blocks_of_a_general_population_add_up() -> None:
    whole = block(GENERAL, PEOPLE, record=BUSY)
    parts = [block(GENERAL, 40, first=first, record=BUSY) for first in range(0, 80, 40)]
    parts.append(block(GENERAL, 10, first=80, record=BUSY))
    assert_equal(together(parts), whole)
    assert whole.person_time.sum() == PEOPLE * DAYS
    np.testing.assert_array_equal(whole.daily[:, :, 0].sum(axis=1), PEOPLE)
    diary = diaries(GENERAL, PEOPLE, record=BUSY)
    by_status = [int((diary.status == code).sum()) for code in range(len(STATUS))]
    np.testing.assert_array_equal(whole.person_time.sum(axis=(0, 1, 3)), by_status)
    np.testing.assert_array_equal(
        whole.daily[:, :, 0],
        [np.bincount(diary.status[:, day], minlength=len(STATUS)) for day in range(0, DAYS, 30)],
    )
    assert by_status[STATUS.index("never")] > 0.5 * PEOPLE * DAYS


def test_the_share_dependent_at_the_start_is_the_one_asked_for() -> None:
    many = block(replace(GENERAL, days=2, dependent_share=0.3, lives=0), 600)
    days = many.person_time.sum(axis=(0, 1, 3))
    share = 1.0 - days[STATUS.index("never")] / days.sum()
    assert share == pytest.approx(0.3, abs=0.075)  # 4 standard errors


def test_the_incidence_is_the_input_within_chance() -> None:
    record = inputs.changed(CENTRAL, initiation_per_year=0.02, background_death=1e-9)
    one = replace(GENERAL, days=1461, dependent_share=0.0, lives=0)
    many = block(one, 4000, record=record)
    ever = 4000 - many.daily[-1, STATUS.index("never"), 0]
    chances = -np.expm1(-0.02 * 4 * people_of(one, record, 4000)["begins"])
    assert ever == pytest.approx(chances.sum(), abs=4 * np.sqrt((chances * (1 - chances)).sum()))


def people_of(one: Job, record: Any, count: int) -> Any:
    """Who the people of a general population are."""
    p, kinetics = parameter_record(record)[0], make.kinetics()
    people, s, cohort = np.zeros(count, PERSON), np.zeros(1, STATE)[0], cohort_records(one, record)[0]
    for number in range(count):
        draw_person(people[number], s, cohort, p, kinetics["rate"], number, *key(SEED, 0))
    return people


def test_who_begins_changes_with_the_person_but_the_mean_hazard_is_kept() -> None:
    one = replace(GENERAL, dependent_share=0.0)
    ratio = people_of(one, CENTRAL, 20_000)["begins"]
    assert ratio.std() > 1.0
    assert ratio.mean() == pytest.approx(1.0, abs=4 * ratio.std() / np.sqrt(len(ratio)))
    apart = people_of(replace(one, general=False), CENTRAL, 50)["begins"]
    np.testing.assert_array_equal(apart, 1.0)


def test_people_who_begin_are_those_of_a_cohort_at_first_use() -> None:
    """Weighted by how likely they are to begin, people of a general population have the mix at first use."""
    one = replace(GENERAL, dependent_share=0.0)
    people = people_of(one, CENTRAL, 40_000)
    weight = people["begins"] / people["begins"].sum()
    error = 4.0 * np.sqrt(np.square(weight).sum())
    begin = weight @ people["liability"]
    assert begin == pytest.approx(0.0, abs=error)
    assert weight @ np.square(people["liability"] - begin) == pytest.approx(1.0, abs=2.0 * error)
    for index, trait in enumerate(TRAITS):
        share = float(CENTRAL[f"share_{trait}"])
        assert weight @ people["trait"][:, index] == pytest.approx(share, abs=error * 0.5), trait


def test_traits_are_as_common_among_all_people_as_surveys_found() -> None:
    people = people_of(replace(GENERAL, dependent_share=0.0), CENTRAL, 20_000)
    for trait in ("women", "adverse_childhood", "ptsd", "depression", "anxiety", "adhd"):
        share = float(CENTRAL[f"share_general_{trait}"])
        got = people["trait"][:, TRAITS.index(trait)].mean()
        assert got == pytest.approx(share, abs=4 * np.sqrt(share * (1 - share) / 20_000)), trait


def test_a_trait_goes_with_neither_age_nor_liability_by_the_luck_that_draws_them() -> None:
    """Two things drawn from one uniform would go together: many with a trait would be the extreme ones."""
    people = people_of(replace(GENERAL, general=False), CENTRAL, 5000)
    for index, trait in enumerate(TRAITS):
        has = people["trait"][:, index] == 1
        for name in ("liability", "age_years"):
            far = np.square(np.log(people[name]) if name == "age_years" else people[name])
            far = (far - far.mean()) / far.std()
            if 0 < has.sum() < len(has):
                error = np.sqrt(1.0 / has.sum() + 1.0 / (~has).sum())
                assert abs(far[has].mean() - far[~has].mean()) < 4.5 * error, (trait, name)


def test_a_population_with_more_of_a_trait_has_more_of_it_among_its_dependent_people() -> None:
    adverse = TRAITS.index("adverse_childhood")
    usual = cohort_records(GENERAL, CENTRAL)["share"][:, adverse]
    more = cohort_records(replace(GENERAL, shares={"adverse_childhood": 0.4}), CENTRAL)["share"][:, adverse]
    assert usual[1] == float(CENTRAL["share_dependent_adverse_childhood"])
    assert more[0] == 0.4
    odds = np.array([0.4, usual[0], more[1], usual[1]])
    odds /= 1.0 - odds
    assert odds[2] / odds[3] == pytest.approx(odds[0] / odds[1])
    untouched = cohort_records(replace(GENERAL, general=False, dependent=True), CENTRAL)["share"][0, adverse]
    assert untouched == usual[1]


def test_nobody_begins_outside_the_ages() -> None:
    record = inputs.changed(CENTRAL, initiation_per_year=5.0)
    for age in (60.0, 5.0):
        one = replace(GENERAL, days=365, dependent_share=0.0, settings={"age_years": age, "age_log_sd": 0.0})
        assert block(one, 50, record=record).events[..., EVENTS.index("use_days")].sum() == 0


@pytest.mark.parametrize("plan", ["none", "several", "cut_back", "detoxification"])
def test_a_week_of_rest_is_seven_days_of_the_daily_kernel(plan: str) -> None:
    """States agree to 1e-9 after every leap, and where a wish wins nothing has moved."""
    params = parameter_record(CENTRAL)
    p, kinetics, table = params[0], make.kinetics(), build_table(params[0])[0]
    one, k = job(plan, 2500), key(SEED, 0)
    steps, cohort = plan_record(one)[0], cohort_record(one, CENTRAL)[0]
    leaps = refusals = 0
    for person in range(6):
        w, s, desk = np.zeros(1, PERSON)[0], np.zeros(1, STATE), np.zeros(1, DESK)[0]
        set_desk(p, np.ones(N_SIGNS), desk)
        draw_person(w, s[0], cohort, p, kinetics["rate"], person, *k)
        prepare(w, kinetics["gain"], desk)
        for day in range(2400):
            weekly = (day + person) % 7 == 0
            if weekly and rests(s[0], steps, p, day):
                before, copy = s.copy(), s.copy()
                if rest_week(copy[0], w, desk, steps, p, day, *k):
                    leaps += 1
                    daily = s.copy()
                    for ahead in range(7):
                        one_day(daily[0], w, desk, steps, p, kinetics, table, day + ahead, *k)
                        assert not desk["out"][OUT_USED]
                    for name in STATE.names:
                        np.testing.assert_allclose(
                            copy[name].astype(float),
                            daily[name].astype(float),
                            rtol=1e-9,
                            atol=1e-12,
                            err_msg=name,
                        )
                else:
                    refusals += 1
                    assert copy.tobytes() == before.tobytes()
            one_day(s[0], w, desk, steps, p, kinetics, table, day, *k)
            if not s["alive"][0]:
                break
    assert leaps > 50
    assert refusals > 0


def test_a_scenario_can_ask_for_a_general_population() -> None:
    text = """\
papaver: 1
name: town
years: 1
people: 50
cohort: {start: general_population, dependent_share: 0.1, age_years: {median: 38, low: 16, high: 75}}
plans: [{name: nothing, steps: []}]
"""
    from papaver.population.cohort import build_job

    study = loads(text)
    made = build_job(study, study.plans[0])
    assert made.general and made.dependent_share == 0.1 and not made.dependent
    with pytest.raises(InputError, match="ages of its own"):
        loads(text.replace(", age_years: {median: 38, low: 16, high: 75}", ""))
    with pytest.raises(InputError, match="only a general population"):
        loads(text.replace("general_population", "dependent"))


def test_plans_share_their_people_and_luck() -> None:
    rows = PLANS["methadone"]
    with_plan = replace(GENERAL, steps=job(rows).steps, step_count=1)
    one, two = diaries(GENERAL, PEOPLE, record=BUSY), diaries(with_plan, PEOPLE, record=BUSY)
    never = (one.status == 0).all(axis=1)
    np.testing.assert_array_equal(one.status[never], two.status[never])
    later = (one.status[:, 0] == 0) & (one.doses > 0).any(axis=1)
    first = [np.argmax(d.doses[later] > 0, axis=1) for d in (one, two)]
    np.testing.assert_array_equal(*first)
    assert later.sum() > 5
