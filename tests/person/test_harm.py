"""Overdose and death: sedatives, supply, help, and deaths from other causes by what people do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from papaver.body.overdose import COLLAPSE, SEDATIVES, UNROUSABLE, build_table
from papaver.evidence import inputs
from papaver.person.harm import (
    collapse_chance,
    death_today,
    dying_chance,
    expect,
    sedation_today,
    set_death_rates,
    suffer_overdose,
    use_chance,
)
from papaver.person.records import (
    ALCOHOL,
    BENZODIAZEPINES,
    BESIDE_ALCOHOL,
    BESIDE_HOURS,
    BESIDE_STIMULANTS,
    CHANGE_SUPPLY,
    GABAPENTINOIDS,
    IN_CUSTODY,
    INJECTS,
    METHADONE,
    N_TRAITS,
    NEVER,
    ON_DAY,
    PRESCRIBED,
    STIMULANTS,
)
from papaver.population.cohort import step_record
from papaver.population.engine import simulate_diaries
from papaver.scenario.steps import ChangeSupply
from tests.person.make import parameters, person, state
from tests.population.lives import diaries, job, step

P = parameters()
TABLE = build_table(P)[0]
KEYS = (3, 4)
USUAL_LOAD = float(P["overdose_load"]) / 5.0


def traits(*which: int) -> Any:
    has = np.zeros(N_TRAITS, np.int64)
    has[list(which)] = 1
    return has


def danger(
    lost: float = 0.0, *, fentanyl: float = 0.0, shift: float = 1.0, threshold: int = UNROUSABLE
) -> float:
    return use_chance(state(fentanyl=fentanyl), person(), TABLE, threshold, USUAL_LOAD, shift, lost)


# ------------------------------------------------------------------------------------------------ sedatives


def test_sedatives_take_shares_only_from_people_who_take_them_and_on_some_days() -> None:
    days = range(400)
    none = [sedation_today(state(), person(), P, TABLE, day, *KEYS) for day in days]
    assert set(none) == {0.0}
    both = person(trait=traits(ALCOHOL, BENZODIAZEPINES))
    lost = np.array([sedation_today(state(), both, P, TABLE, day, *KEYS) for day in days])
    alcohol, benzodiazepines, _ = TABLE["sedative"]
    together = 1.0 - (1.0 - alcohol) * (1.0 - benzodiazepines)
    np.testing.assert_allclose(np.unique(lost.round(9)), np.round([alcohol, together], 9))
    assert np.mean(lost > alcohol + 1e-9) == pytest.approx(P["co_use_days"], abs=0.1)  # four sd: 0.1
    some = person(trait=traits(BENZODIAZEPINES))
    alone = np.array([sedation_today(state(), some, P, TABLE, day, *KEYS) for day in days])
    np.testing.assert_allclose(np.unique(alone.round(9)), np.round([0.0, benzodiazepines], 9))


@pytest.mark.parametrize(("place", "trait"), list(enumerate((ALCOHOL, BENZODIAZEPINES, GABAPENTINOIDS))))
def test_the_published_ratio_comes_out_at_the_danger_of_a_usual_use(place: int, trait: int) -> None:
    p = parameters(co_use_days=1.0)
    lost = sedation_today(state(), person(trait=traits(trait)), p, TABLE, 0, *KEYS)
    assert lost == pytest.approx(TABLE["sedative"][place])
    low, high = 1e-3, 1e3
    for _ in range(60):  # the load at which a use without sedatives is as dangerous as a usual one
        middle = math.sqrt(low * high)
        found = use_chance(state(), person(), TABLE, UNROUSABLE, middle, 1.0, 0.0)
        low, high = (middle, high) if found < p["usual_overdose_chance"] else (low, middle)
    of_overdose = SEDATIVES[place] == "benzodiazepines"  # the other published ratios are of deaths
    chances = [risk(low, x, p, overdose=of_overdose) for x in (lost, 0.0)]
    assert chances[0] / chances[1] == pytest.approx(p[f"overdose_ratio_{SEDATIVES[place]}"], rel=0.1)


def risk(load: float, lost: float, p: Any, *, overdose: bool) -> float:
    unrousable, collapse = (
        use_chance(state(), person(), TABLE, threshold, load, 1.0, lost)
        for threshold in (UNROUSABLE, COLLAPSE)
    )
    return unrousable if overdose else unrousable * dying_chance(p, collapse / unrousable)


def test_two_sedatives_are_more_dangerous_than_either_and_dangers_are_not_simply_multiplied() -> None:
    alcohol, benzodiazepines, _ = TABLE["sedative"]
    plain = danger()
    one, two = danger(alcohol) / plain, danger(benzodiazepines) / plain
    together = danger(1.0 - (1.0 - alcohol) * (1.0 - benzodiazepines)) / plain
    assert max(one, two) < together < 1.1 * one * two
    assert danger(alcohol, threshold=COLLAPSE) > danger(threshold=COLLAPSE)


# ------------------------------------------------------------------------------------------------- supply


def test_a_mixed_supply_lies_between_heroin_and_fentanyl() -> None:
    for threshold in (UNROUSABLE, COLLAPSE):
        heroin, half, all_ = (danger(fentanyl=share, threshold=threshold) for share in (0.0, 0.5, 1.0))
        assert half == pytest.approx(0.5 * (heroin + all_))
    collapses = [danger(fentanyl=f, threshold=COLLAPSE) / danger(fentanyl=f) for f in (0.0, 1.0)]
    assert collapses[1] > 1.5 * collapses[0], "an overdose of fentanyl is more often fatal"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_collapses_of_bags_of_both_kinds_add_up(share: float) -> None:
    """Over many overdoses, each of a bag of one kind, collapses over overdoses are those of the supply."""
    s, chance = state(fentanyl=share), danger(fentanyl=share)
    collapses = []
    for overdoses in range(4000):
        s["overdoses"] = overdoses
        given = collapse_chance(s, person(), P, TABLE, chance, USUAL_LOAD, 1.0, 0.0, *KEYS)
        collapses.append(given)
    wanted = danger(fentanyl=share, threshold=COLLAPSE) / chance
    error = np.std(collapses) / math.sqrt(len(collapses))
    assert np.mean(collapses) == pytest.approx(
        wanted, abs=4.5 * error + 1e-9
    )  # wrongly false in 1 of 100 000


def test_more_varied_bags_are_more_dangerous() -> None:
    wide = build_table(parameters(fentanyl_bag_sd=float(P["fentanyl_bag_sd"]) + 0.2))[0]
    s = state(fentanyl=1.0)
    assert use_chance(s, person(), wide, UNROUSABLE, USUAL_LOAD, 1.0, 0.0) > danger(fentanyl=1.0)


def test_a_change_of_supply_in_a_scenario_reaches_the_plan() -> None:
    change = ChangeSupply.model_validate(
        {"do": "change_supply", "when": "day", "day": 30, "fentanyl_share": 0.8}
    )
    row = step_record(change, 0.0)
    assert (row[0], row[1], row[2], row[5], row[6]) == (CHANGE_SUPPLY, ON_DAY, 30, 0.8, -1.0)


def test_supply_changes_on_its_date_and_not_before() -> None:
    day = 200
    change = [step(CHANGE_SUPPLY, ON_DAY, delay=day, a=1.0, b=-1.0)]
    before, after = (diaries(job(plan, 900, dependent=True), 400) for plan in ("none", change))
    np.testing.assert_array_equal(before.doses[:, :day], after.doses[:, :day])
    np.testing.assert_array_equal(before.overdose[:, :day], after.overdose[:, :day])
    assert (after.overdose == 2).sum() > (before.overdose == 2).sum()


def test_stronger_bags_than_people_take_them_to_be_mean_more_overdoses() -> None:
    counts = []
    for purity in (0.6, 1.0, 1.6):
        change = [step(CHANGE_SUPPLY, ON_DAY, delay=0, a=-1.0, b=purity)]
        d = diaries(job(change, 120, dependent=True, shares={"injects": 1.0}), 500)
        counts.append(int((d.overdose > 0).sum()))
    assert counts[0] < counts[1] < counts[2]


# --------------------------------------------------------------------------------------------------- help


def overdoses(people: int, collapse: float, **who: float) -> tuple[int, int, int]:
    """Deaths, survived collapses, and overdoses that were meant, of so many people with one overdose each."""
    deaths = hypoxic = meant = 0
    for number in range(people):
        s = state()
        died, _ = suffer_overdose(s, person(number=number, **who), P, collapse, 10, *KEYS)
        assert died == (s["alive"] == 0)
        deaths += died
        hypoxic, meant = hypoxic + int(s["overdoses_hypoxic"]), meant + int(s["overdoses_meant"])
    return deaths, hypoxic, meant


def test_help_turns_deaths_into_survived_collapses() -> None:
    people, collapse = 1500, 0.5
    alone, hypoxic_alone, meant = overdoses(people, collapse, alone=1.0)
    seen, hypoxic_seen, _ = overdoses(people, collapse, alone=0.0)
    rescued, hypoxic, _ = overdoses(people, collapse, alone=0.0, naloxone=1.0)
    assert alone > seen > rescued
    assert hypoxic > hypoxic_seen > hypoxic_alone
    assert alone + hypoxic_alone == seen + hypoxic_seen == rescued + hypoxic, "the same collapses, other ends"
    assert meant / people == pytest.approx(P["overdose_intent_share"], abs=0.02)


def test_who_does_not_collapse_may_still_die_over_hours() -> None:
    assert dying_chance(P, 1.0) == 1.0
    assert dying_chance(P, 0.0) == pytest.approx(P["slow_death_share"])
    never, always = parameters(slow_death_share=0.0), parameters(slow_death_share=1.0)
    for number in range(60):
        alone, calm = person(number=number, alone=1.0), state()
        suffer_overdose(calm, alone, never, 0.0, 10, *KEYS)
        slow = state()
        suffer_overdose(slow, alone, always, 0.0, 10, *KEYS)
        quick = state()
        suffer_overdose(quick, alone, always, 1.0, 10, *KEYS)
        in_public = slow["alive"] == 1  # where somebody may be near
        assert calm["alive"] == 1
        assert in_public or int(slow["beside"]) & BESIDE_HOURS
        assert not int(quick["beside"]) & BESIDE_HOURS


def test_injury_of_the_brain_needs_a_hospital_and_a_survived_overdose() -> None:
    sure = parameters(brain_injury_share=1.0, hospital_after_ambulance=1.0, ambulance_in_public=1.0)
    nobody = parameters(brain_injury_share=1.0, ambulance_in_public=0.0)
    for number in range(200):
        s, unseen = state(), state()
        died, _ = suffer_overdose(s, person(number=number, alone=0.0), sure, 0.3, 10, *KEYS)
        assert not (died and s["brain_injuries"])
        assert s["brain_injury_day"] == (10 if s["brain_injuries"] else NEVER)
        suffer_overdose(unseen, person(number=number, alone=0.0), nobody, 0.3, 10, *KEYS)
        assert unseen["brain_injuries"] == 0


def test_injury_of_the_brain_comes_in_its_share_of_hospital_stays() -> None:
    """Of 1,500 overdoses of people with company; the share is met within 4.5 standard errors."""
    settings = {"hospital_after_ambulance": 1.0, "ambulance_in_public": 1.0}
    injured = {}
    for share in (0.0, 0.3, 1.0):
        p = parameters(brain_injury_share=share, **settings)
        injured[share] = 0
        for number in range(1500):
            s = state()
            suffer_overdose(s, person(number=number, alone=0.0), p, 0.0, 10, *KEYS)
            injured[share] += int(s["brain_injuries"])
    assert injured[0.0] == 0
    assert injured[1.0] > 250
    error = math.sqrt(0.3 * 0.7 / injured[1.0])
    assert injured[0.3] / injured[1.0] == pytest.approx(0.3, abs=4.5 * error)


def test_expected_deaths_are_those_that_happen() -> None:
    people, collapse = 4000, 0.4
    for alone, naloxone in ((1.0, 0.0), (0.3, 0.0), (0.3, 0.6)):
        deaths, _, _ = overdoses(people, collapse, alone=alone, naloxone=naloxone)
        s = state()
        expect(s, person(alone=alone, naloxone=naloxone), P, 1.0, collapse)
        error = math.sqrt(collapse * (1.0 - collapse) / people)
        assert s["expected_overdoses"] == 1.0
        assert s["expected_deaths"] == pytest.approx(deaths / people, abs=4.5 * error)


def test_rates_expected_and_rates_counted_agree() -> None:
    often = inputs.changed(inputs.central(), overdose_margin=float(inputs.central()["overdose_margin"]) / 2.0)
    d = simulate_diaries(
        job("none", 900, dependent=True, shares={"injects": 1.0}),
        often, seed=5, draw=0, first=0, count=300, expecting=True,
    )  # fmt: skip
    overdoses, deaths, others = d.expected.sum(axis=(0, 1), dtype=float)
    counted = [float((d.overdose > 0).sum()), float((d.overdose == 2).sum())]
    counted.append(float((d.lives["death_day"] >= 0).sum()) - counted[1])
    for expected, events in zip((overdoses, deaths, others), counted, strict=True):
        assert events == pytest.approx(expected, abs=4.5 * math.sqrt(expected))
    plain = simulate_diaries(
        job("none", 900, dependent=True, shares={"injects": 1.0}), often, seed=5, draw=0, first=0, count=40
    )
    assert plain.expected.size == 0
    np.testing.assert_array_equal(plain.overdose, d.overdose[:40])


# ------------------------------------------------------------------------------------- deaths of other causes


def yearly(*, injects: bool = True, day: int = 0, age: float = 35.0, **values: Any) -> float:
    w = person(age_years=age, trait=traits(INJECTS) if injects else traits())
    s = state(**{"last_use": day, "dependence_day": 0} | values)
    set_death_rates(s, w, P, day)
    return float(death_today(s, P, day) * P["year_days"])


def test_published_excess_holds_at_its_age_in_and_out_of_treatment() -> None:
    age = float(P["excess_death_age"])
    general = yearly(age=age, last_use=NEVER, dependence_day=NEVER)
    using, stopped = float(P["excess_death_using"]), yearly(age=age, last_use=-1000) - general
    out = using * (yearly(age=age) - general) + (1.0 - using) * stopped
    assert out == pytest.approx(P["excess_death_untreated"])
    assert yearly(age=age, programme=METHADONE) - general == pytest.approx(P["excess_death_treated"])


def test_death_by_other_causes_falls_from_injecting_to_none() -> None:
    long_ago = -int(P["abstinent_days"])
    never = yearly(last_use=NEVER, dependence_day=NEVER)
    weekly = yearly(dependence_day=NEVER, use28=1 / 7)
    rates = [yearly(), yearly(injects=False), yearly(programme=METHADONE), never]
    assert rates == sorted(rates, reverse=True)
    assert yearly(last_use=long_ago) == yearly(programme=METHADONE) == yearly(place=IN_CUSTODY)
    assert yearly(programme=PRESCRIBED) == yearly(), "opioids for pain do not treat use"
    assert never < weekly < yearly()


def test_what_people_carry_grows_with_age_as_the_general_rate_does() -> None:
    ratios = [
        yearly(age=age, programme=METHADONE) / yearly(age=age, last_use=NEVER, dependence_day=NEVER)
        for age in (25.0, 45.0, 60.0)
    ]
    assert ratios == pytest.approx([ratios[0]] * 3)
    assert 2.0 < ratios[0] < 5.0


def test_causes_of_death_do_not_act_on_overdose() -> None:
    record = inputs.changed(inputs.central(), excess_death_untreated=0.0, excess_death_treated=0.0)
    one, two = (
        diaries(job("none", 700, dependent=True), 300, record=given) for given in (inputs.central(), record)
    )
    both = one.lives["death_day"] < 0
    np.testing.assert_array_equal(one.overdose[both], two.overdose[both])


def test_stimulants_are_there_on_their_share_of_days_and_take_nothing_from_breathing() -> None:
    alone, both = person(number=3), person(number=3)
    alone["trait"][STIMULANTS] = both["trait"][STIMULANTS] = both["trait"][ALCOHOL] = 1
    drinks = person(number=3)
    drinks["trait"][ALCOHOL] = 1
    seen, together = 0, 0
    for day in range(2000):
        s = state()
        assert sedation_today(s, alone, P, TABLE, day, *KEYS) == 0.0
        seen += int(s["beside"]) == BESIDE_STIMULANTS
        mixed, drunk = state(), state()
        lost = sedation_today(mixed, both, P, TABLE, day, *KEYS)
        assert lost == sedation_today(drunk, drinks, P, TABLE, day, *KEYS)
        assert int(mixed["beside"]) & ~BESIDE_STIMULANTS == int(drunk["beside"])
        together += int(mixed["beside"]) == BESIDE_STIMULANTS + BESIDE_ALCOHOL
    share = float(P["stimulant_days"])
    for count, chance in ((seen, share), (together, share)):  # drink is there every day
        error = math.sqrt(2000 * chance * (1.0 - chance))
        assert count == pytest.approx(2000 * chance, abs=4.5 * error)


def test_stimulants_change_no_overdose_without_treatment() -> None:
    with_, without = (
        simulate_diaries(
            job("none", 365, dependent=True, shares={"injects": 1.0, "stimulants": share}),
            inputs.central(), seed=5, draw=0, first=0, count=200,
        )
        for share in (1.0, 0.0)
    )  # fmt: skip
    assert np.array_equal(with_.doses, without.doses)
    assert np.array_equal(with_.overdose, without.overdose)
    assert (with_.beside & BESIDE_STIMULANTS).any()
    assert not (without.beside & BESIDE_STIMULANTS).any()
