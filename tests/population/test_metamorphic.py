"""What must happen to results when one thing is changed, person by person with the same luck."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from papaver.body.overdose import UNROUSABLE, build_table, probability
from papaver.evidence import inputs
from papaver.person.course import DEAD_OTHER, DEAD_OVERDOSE, IN_TREATMENT
from papaver.person.day import shift_of
from papaver.person.life import every, follow_hours
from papaver.person.parameters import parameter_record
from papaver.population.engine import Diaries
from papaver.population.job import Job
from tests.person import make
from tests.population.lives import CENTRAL, PLANS, diaries, job, step

OFTEN = inputs.changed(CENTRAL, overdose_margin=float(CENTRAL["overdose_margin"]) / 3.0)
PEOPLE, DAYS = 400, 700


def with_settings(one: Job, **settings: float) -> Job:
    return replace(one, settings={**one.settings, **settings})


def fatal(diary: Diaries) -> np.ndarray:
    return np.asarray((diary.overdose == 2).any(axis=1))


def test_where_there_is_no_heroin_nobody_uses_after_the_first_day() -> None:
    diary = diaries(with_settings(job(days=DAYS), availability=0.0), 100)
    assert np.all(diary.doses[:, 0] == 1)
    assert not diary.doses[:, 1:].any()
    assert not (diary.overdose[:, 1:] > 0).any()


def test_an_overdose_scale_out_of_reach_ends_overdoses_and_touches_nothing_else_before_the_first() -> None:
    usual = diaries(job(days=DAYS), PEOPLE)
    none = diaries(job(days=DAYS), PEOPLE, record=inputs.changed(CENTRAL, overdose_margin=1e9))
    assert not none.overdose.any()
    spared = ~usual.overdose.any(axis=1)
    assert spared.any()
    np.testing.assert_array_equal(none.doses[spared], usual.doses[spared])


def test_a_lower_overdose_scale_brings_everyones_first_overdose_no_later() -> None:
    def first(margin: float) -> np.ndarray:
        record = inputs.changed(CENTRAL, overdose_margin=margin)
        over = diaries(job(days=DAYS), PEOPLE, record=record).overdose > 0
        return np.where(over.any(axis=1), np.argmax(over, axis=1), DAYS)

    margin = float(CENTRAL["overdose_margin"])
    usual, lower = first(margin), first(margin / 2.0)
    assert np.all(lower <= usual)
    assert np.any(lower < usual)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"naloxone": 0.0}, {"naloxone": 0.5}),
        ({"naloxone": 0.5}, {"naloxone": 1.0}),
        ({"alone": 1.0, "naloxone": 0.9}, {"alone": 0.2, "naloxone": 0.9}),
    ],
)
def test_help_saves_and_never_harms_anyone_who_was_living(
    worse: dict[str, float], better: dict[str, float]
) -> None:
    """With the same luck everyone who survives an overdose without help survives it with help."""
    # Nobody dies of anything else, and what follows an overdose does not depend on who helped.
    record = inputs.changed(
        OFTEN, background_death=1e-9, excess_death_untreated=0.0, attempt_after_hospital=0.0
    )
    without = diaries(with_settings(job(days=DAYS), **worse), PEOPLE, record=record)
    with_help = diaries(with_settings(job(days=DAYS), **better), PEOPLE, record=record)
    assert not np.any(fatal(with_help) & ~fatal(without))
    assert fatal(with_help).sum() < fatal(without).sum()
    same = without.lives["death_day"] == with_help.lives["death_day"]
    np.testing.assert_array_equal(without.doses[same], with_help.doses[same])


def test_nobody_dies_where_an_ambulance_always_comes_in_time() -> None:
    always = {"overdose_in_public": 1.0, "seen_in_public": 1.0, "ambulance_in_public": 1.0}
    usual = with_settings(job(days=DAYS), naloxone=0.0)
    assert fatal(diaries(usual, PEOPLE, record=inputs.changed(OFTEN, **always))).any()
    in_time = inputs.changed(OFTEN, death_ratio_ambulance=0.0, **always)
    assert not fatal(diaries(usual, PEOPLE, record=in_time)).any()


def test_twice_the_background_death_brings_every_death_no_later() -> None:
    base = inputs.changed(CENTRAL, background_death=0.02, overdose_margin=1e9)
    twice = inputs.changed(base, background_death=0.04)

    def day_of_death(record: Any) -> np.ndarray:
        days = diaries(job(days=1500), PEOPLE, record=record).lives["death_day"]
        return np.where(days >= 0, days, 10_000)

    usual, sooner = day_of_death(base), day_of_death(twice)
    assert np.all(sooner <= usual)
    dead = (usual < 10_000).mean(), (sooner < 10_000).mean()
    # Rare enough to be nearly in proportion: 1 - (1 - p)^2 of those at risk.
    assert dead[1] == pytest.approx(1.0 - (1.0 - dead[0]) ** 2, abs=0.06)


def test_deaths_at_the_background_rate() -> None:
    """Without overdose, excess and ageing, deaths are those of a constant rate (4.5 standard errors)."""
    rate, people, days = 0.03, 3000, 731
    record = inputs.changed(
        CENTRAL,
        background_death=rate,
        background_death_growth=0.0,
        excess_death_untreated=0.0,
        excess_death_treated=0.0,
        overdose_margin=1e9,
        urge_base=-50.0,
    )
    dead = (diaries(job(days=days), people, record=record).lives["death_day"] >= 0).mean()
    expected = 1.0 - np.exp(-rate * days / 365.25)
    assert dead == pytest.approx(expected, abs=4.5 * np.sqrt(expected * (1.0 - expected) / people))


def test_tolerance_protects() -> None:
    """With tolerance frozen at none, and the scale held, the same luck gives more overdoses."""
    ceiling = float(CENTRAL["tolerance_breathing"])
    frozen = inputs.changed(
        CENTRAL, tolerance_breathing=1.0, overdose_margin=float(CENTRAL["overdose_margin"]) / ceiling
    )
    held = [parameter_record(record)[0]["overdose_load"] for record in (CENTRAL, frozen)]
    assert held[0] == pytest.approx(held[1], rel=1e-9)
    usual, without = diaries(job(days=DAYS), PEOPLE), diaries(job(days=DAYS), PEOPLE, record=frozen)
    assert (without.overdose > 0).sum() > 1.5 * (usual.overdose > 0).sum()
    spared = ~without.overdose.any(axis=1)
    np.testing.assert_array_equal(usual.doses[spared], without.doses[spared])


def test_the_same_dose_is_more_dangerous_after_weeks_without() -> None:
    """The sign behind deaths after release: tolerance is lost, the dose is not; nothing else acts."""
    regular = every("heroin", 40.0, each_hours=6, days=120)
    course = follow_hours(regular, 200, CENTRAL)
    p, table = make.parameters(), build_table(parameter_record(CENTRAL)[0])[0]
    load = 40.0 * float(make.kinetics()["peak_load_per_mg"])

    def chance(day: int) -> float:
        s = make.state(fast=course["fast"][24 * day], held=course["held"][24 * day])
        return float(probability(table, UNROUSABLE, load, 0.0, shift_of(s, p["tolerance_breathing"], p)))

    in_use = chance(119)
    after = [chance(120 + days) for days in (3, 7, 14, 28, 56)]
    assert after == sorted(after)
    assert after[0] > in_use
    assert after[-2] > 2.0 * in_use
    assert after[-1] < 1.05 * chance(0)


def test_a_new_place_is_more_dangerous_than_the_usual_one() -> None:
    p = make.parameters()
    known, new = (make.state(fast=0.4, held=0.4, familiar=familiar) for familiar in (1.0, 0.0))
    assert shift_of(new, p["tolerance_breathing"], p) < shift_of(known, p["tolerance_breathing"], p)


def test_a_medicine_holds_off_withdrawal_and_use() -> None:
    """Dependent people who are kept in methadone are less sick and use less than those who are not."""
    at_once = [step(5, a=30.0, b=80.0)]
    stay = inputs.changed(CENTRAL, leave_methadone=1e-9, leave_sick=1e-9, leave_use=1e-9, missed_dose=1e-9)
    treated = diaries(job(at_once, 200, dependent=True), 150, record=stay)
    without = diaries(job(days=200, dependent=True), 150, record=stay)
    assert np.mean(treated.status == IN_TREATMENT) > 0.95
    assert treated.sick[:, 30:].mean() < 0.6 * without.sick[:, 30:].mean()
    assert (treated.doses[:, 30:] > 0).mean() < (without.doses[:, 30:] > 0).mean()


def test_a_stricter_rule_leaves_fewer_days_of_use() -> None:
    rules = [job([step(1, a=float(most))], DAYS) for most in (1, 3, 7)]
    days = [(diaries(one, PEOPLE).doses > 0).mean() for one in (*rules, job(days=DAYS))]
    assert days[0] < days[1] < days[2]
    # seven days a week forbids nothing; it only moves what counts as more than intended, so attempts to stop
    assert days[2] == pytest.approx(days[3], rel=0.05)
    assert days[0] < 0.9 * days[3]


def test_causes_of_death_are_told_apart() -> None:
    only_overdose = inputs.changed(OFTEN, background_death=1e-9, excess_death_untreated=0.0)
    only_other = inputs.changed(CENTRAL, overdose_margin=1e9, background_death=0.05)
    assert set(np.unique(diaries(job(days=DAYS), 200, record=only_overdose).status)) & {DEAD_OTHER} == set()
    assert set(np.unique(diaries(job(days=DAYS), 200, record=only_other).status)) & {DEAD_OVERDOSE} == set()


@pytest.mark.parametrize("plan", ["methadone", "buprenorphine"])
def test_who_stays_longer_by_luck_stays_longer_under_a_better_retention(plan: str) -> None:
    """With nothing else to make people leave, a smaller hazard of leaving lengthens every stay."""
    rows = [{**PLANS[plan][0], "when": 0, "again": 0}]
    name = f"leave_{plan}"
    alone = {"leave_sick": 1e-9, "leave_use": 1e-9, "background_death": 1e-9, "overdose_margin": 1e9}
    alone |= {"excess_death_treated": 0.0, "excess_death_untreated": 0.0}
    usual, better = (
        inputs.changed(CENTRAL, **{**alone, name: share * CENTRAL[name]}) for share in (1.0, 0.8)
    )
    stays = [
        (diaries(job(rows, DAYS, dependent=True), 150, record=record).programme > 0).sum(axis=1)
        for record in (usual, better)
    ]
    assert np.all(stays[1] >= stays[0])
    assert stays[1].sum() > stays[0].sum()


def test_withdrawal_and_use_shorten_stays() -> None:
    rows = [{**PLANS["methadone"][0], "when": 0, "again": 0}]
    stays = []
    for hazards in ((1e-9, 1e-9), (0.5, 1e-9), (1e-9, 0.5)):
        record = inputs.changed(CENTRAL, leave_sick=hazards[0], leave_use=hazards[1])
        programme = diaries(job(rows, 300, dependent=True), 150, record=record).programme
        stays.append((programme > 0).sum())
    assert stays[1] < stays[0]
    assert stays[2] < stays[0]


def test_alcohol_and_benzodiazepines_add_overdoses() -> None:
    rates = []
    for share in (0.0, 1.0):
        one = job(days=500, dependent=True, shares={"alcohol": share, "benzodiazepines": share})
        rates.append((diaries(one, 400, record=OFTEN).overdose > 0).sum())
    assert rates[1] > 1.2 * rates[0]


def test_naltrexone_blocks_and_a_restraint_holds_back() -> None:
    """After the same detoxification people use less with naltrexone, or with more to hold them back."""
    detox = {**PLANS["detoxification"][0], "when": 0, "again": 0, "uptake": 1.0}
    after = {"do": 8, "when": 3, "c": 28.0}
    plans = ([detox], [detox, after], [detox, {"do": 7, "when": 3, "a": -1.0, "b": -1.0, "d": 6.0}])
    days = [(diaries(job(plan, 400, dependent=True), 300).doses[:, 60:] > 0).mean() for plan in plans]
    assert days[1] < days[0]
    assert days[2] < 0.7 * days[0]
