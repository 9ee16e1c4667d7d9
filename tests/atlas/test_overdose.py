"""Protocols of findings on overdose and death, on diaries made by hand and on their cohorts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from papaver.atlas.after_release import OUT, RELEASED
from papaver.atlas.overdose import LONG_AFTER_FIRST_USE, deaths_of_ever_users, entering
from papaver.atlas.protection import FOUR_WEEKS, TREATED_INSIDE, treated_after_release, treated_at_release
from papaver.atlas.protocols import YEAR, Cohort, Followed, World
from papaver.atlas.supply import CONTAMINATED, CONTAMINATED_CANADA
from papaver.atlas.treatment import ANY_TREATMENT, MONTHS_18, first_month_out
from papaver.evidence import inputs
from tests.atlas.test_protocols import DEAD_OVERDOSE, OCCASIONAL, followed

METHADONE = 1
Floats = npt.NDArray[np.float64]


def world(**cohorts: tuple[Cohort, Followed]) -> World:
    """A world in which some cohorts are made by hand."""
    return World(inputs.central(), kept=dict(cohorts.values()))


def dying(c: Followed, each_day: Floats) -> Followed:
    """The same people with overdose deaths to be expected of each day."""
    expected = np.zeros((*each_day.shape, 3), np.float32)
    expected[:, :, 1] = each_day
    return Followed(replace(c.diaries, expected=expected))


def lives(*last_days: int | None) -> Followed:
    """People who use once a day until they die, or to the end."""
    days = LONG_AFTER_FIRST_USE.days
    status = np.full((len(last_days), days), OCCASIONAL)
    for who, last in enumerate(last_days):
        status[who, days if last is None else last :] = DEAD_OVERDOSE
    return followed([[1] * days] * len(last_days), status=status.tolist())


def of_ever_users(*last_days: int | None) -> float:
    return deaths_of_ever_users(world(long=(LONG_AFTER_FIRST_USE, lives(*last_days)))).value


def test_a_survey_of_ever_users_never_meets_who_died_before_it() -> None:
    alive, later, before = None, 10 * YEAR, YEAR // 2
    assert of_ever_users(alive, later) > 0.0
    assert of_ever_users(alive, later, before) == pytest.approx(of_ever_users(alive, later))


def test_deaths_of_ever_users_count_for_27_years_after_the_last_interview() -> None:
    last = (19 + 27) * YEAR
    assert of_ever_users(None, last) > 0.0
    assert of_ever_users(None, last + 1) == 0.0


def released(programme: list[int], deaths: list[float]) -> Followed:
    """One person from custody on: programme and deaths to be expected on each of the four weeks' days."""
    inside = [METHADONE] * OUT if programme[0] else [0] * OUT
    days = OUT + FOUR_WEEKS
    c = followed([[0] * days], programme=[inside + programme])
    return dying(c, np.array([[0.0] * OUT + deaths]))


def test_after_release_days_in_treatment_are_compared_not_who_was_in_it_at_the_gate() -> None:
    half = FOUR_WEEKS // 2
    left = released([METHADONE] * half + [0] * half, [0.001] * half + [0.004] * half)
    never = released([0] * FOUR_WEEKS, [0.004] * FOUR_WEEKS)
    w = world(inside=(TREATED_INSIDE, left), without=(RELEASED, never))
    assert treated_after_release(w).value == pytest.approx(0.25)
    assert treated_at_release(w).value == pytest.approx(0.625)


def test_the_first_month_out_of_any_treatment_is_compared_with_later_time_within_18_months() -> None:
    days = MONTHS_18
    assert {cohort.days for cohort in ANY_TREATMENT} == {days}
    deaths = np.full((1, days), 0.001)
    deaths[0, 10:40] = 0.003  # the month after ten days in treatment
    left = dying(followed([[0] * days], programme=[[METHADONE] * 10 + [0] * (days - 10)]), deaths)
    steady = dying(followed([[0] * days], programme=[[METHADONE] * 10 + [0] * (days - 10)]), deaths * 0.0)
    methadone, *others = ANY_TREATMENT
    everywhere = world(**{f"c{at}": (cohort, left) for at, cohort in enumerate(ANY_TREATMENT)})
    in_methadone = world(one=(methadone, left), **{f"c{at}": (c, steady) for at, c in enumerate(others)})
    assert first_month_out(everywhere).value == pytest.approx(3.0, rel=1e-4)
    assert first_month_out(in_methadone).value == pytest.approx(3.0, rel=1e-4)


def test_smoking_and_injecting_are_compared_in_people_entering_treatment_over_a_year() -> None:
    one, other = entering(injects=0.0), entering(injects=1.0)
    assert one.days == 365
    assert len(one.plan) == 1
    assert replace(one, shares=other.shares) == other


def test_watched_uses_are_of_canadas_supply() -> None:
    share = dict(CONTAMINATED_CANADA.settings)["fentanyl_share"]
    assert share > dict(CONTAMINATED.settings)["fentanyl_share"]
    assert CONTAMINATED_CANADA.people == CONTAMINATED.people
