"""Counterparts on who becomes dependent: traits among people with a disorder, marginal ratios, relatives.

Traits are read by drawing the people of a cohort once more as their lives drew them. Marginal means as
published: what one trait comes to with everything that goes along with it, not its own effect.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, mean, ratio
from papaver.atlas.natural_history import ANY_TIME, FROM_FIRST_USE, half_years
from papaver.atlas.protocols import DISORDER, YEAR, Cohort, World, dependent, household_survey
from papaver.atlas.registry import counterpart
from papaver.person.records import (
    ADHD,
    ADVERSE,
    ANXIETY,
    DEPRESSION,
    HOMELESS,
    N_TRAITS,
    PERSON,
    PTSD,
    WOMEN,
)
from papaver.person.traits import draw_traits
from papaver.population.job import cohort_record
from papaver.randomness import key

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SHARED_WITH_A_PARENT = 0.5  # of the liability that is inherited


def having(w: World, cohort: Cohort, trait: int) -> Bools:
    """Who of a cohort has a trait."""
    drawn: Bools = w.once(("traits", cohort), lambda: _drawn(w, cohort))
    return drawn[:, trait]


def _drawn(w: World, cohort: Cohort) -> Bools:
    """Traits of everyone in a cohort, ``[person, trait]``, by the luck that drew them in their lives."""
    numbers = w.follow(cohort).diaries.lives["person"]
    record, person = cohort_record(cohort.job(w.inputs), w.inputs)[0], np.zeros(1, PERSON)[0]
    luck, drawn = key(w.seed, w.draw), np.zeros((len(numbers), N_TRAITS), np.bool_)
    for row, number in enumerate(numbers):
        person["number"] = number
        draw_traits(person, record, *luck)
        drawn[row] = person["trait"] == 1
    return drawn


# -------------------------------------------------------------------------- among people with a disorder


def among_disorder(w: World, trait: int) -> Estimate:
    """Percentage with a trait among people with a disorder, 1 to 19 years after first use."""
    has = having(w, FROM_FIRST_USE, trait)
    return household_survey(
        w.follow(FROM_FIRST_USE),
        ANY_TIME,
        lambda f, t: f.alive(t) & (f.diaries.criteria[:, t] >= DISORDER),
        lambda _, t: has,
    )


TRAITS = {
    "f_oud_ptsd": (PTSD, "post-traumatic stress"),
    "f_oud_depression": (DEPRESSION, "depression"),
    "f_oud_anxiety": (ANXIETY, "an anxiety disorder"),
    "f_oud_adhd": (ADHD, "ADHD"),
    "f_oud_adversity": (ADVERSE, "adverse childhood, for which physical violence stands"),
}


def _share_of(finding: str, trait: int, named: str) -> None:
    def run(w: World) -> Estimate:
        return among_disorder(w, trait)

    run.__doc__ = f"Living people with a disorder, asked yearly for 19 years from first use: {named}."
    counterpart(finding)(run)


for _finding, (_trait, _named) in TRAITS.items():
    _share_of(_finding, _trait, _named)


@counterpart("f_users_women")
def women_among_users(w: World) -> Estimate:
    """Yearly household interviews of people who used within the year: women."""
    has = having(w, FROM_FIRST_USE, WOMEN)
    return household_survey(
        w.follow(FROM_FIRST_USE),
        ANY_TIME,
        lambda f, t: f.at_home(t) & f.used(t - YEAR, t),
        lambda _, t: has,
    )


# ------------------------------------------------------------------------------------- marginal ratios


def odds(case: Bools, among: Bools) -> Estimate:
    """Cases over others, of persons or person-visits."""
    return ratio(_per_person(case & among), _per_person(~case & among))


def _per_person(rows: Bools) -> Floats:
    return np.asarray(rows.reshape(len(rows), -1).sum(axis=1), np.float64)


def ever(w: World) -> Bools:
    """Who became dependent within 20 years of first use."""
    c = w.follow(FROM_FIRST_USE)
    return c.ever_dependent(c.days)


@counterpart("f_ace_addiction")
def adversity_odds_ratio(w: World) -> Estimate:
    """Starting depends on no trait, so of all people: risk of dependence after adversity over without."""
    has, case = having(w, FROM_FIRST_USE, ADVERSE), ever(w)
    return mean(case, has) / mean(case, ~has)


@counterpart("f_depression_dependence")
def depression_odds_ratio(w: World) -> Estimate:
    """People who used heroin stand for patients with prescribed opioids: odds of dependence by depression."""
    has, case = having(w, FROM_FIRST_USE, DEPRESSION), ever(w)
    return odds(case, has) / odds(case, ~has)


HOUSED_OR_NOT = dependent(12, 1200, injects=1.0, homeless=0.5)


def visits(w: World, *, used_before: bool) -> tuple[Bools, Bools, Bools]:
    """Half-yearly visits of living people who did, or did not, inject in the half-year before.

    Returns which visits count, at which there was injecting since, and whose have no home.
    """
    use, alive = half_years(w.follow(HOUSED_OR_NOT))
    here = (use[:, :-1] == used_before) & alive[:, 1:]
    return here, use[:, 1:], np.broadcast_to(having(w, HOUSED_OR_NOT, HOMELESS)[:, None], here.shape)


@counterpart("f_relapse_homeless")
def relapse_without_a_home(w: World) -> Estimate:
    """After a half-year without injecting: odds of injecting in the next, lastingly without a home or not."""
    here, again, without = visits(w, used_before=False)
    return odds(again, here & without) / odds(again, here & ~without)


@counterpart("f_injecting_homeless")
def injecting_on_without_a_home(w: World) -> Estimate:
    """The same after a half-year with injecting: odds of going on."""
    here, again, without = visits(w, used_before=True)
    return odds(again, here & without) / odds(again, here & ~without)


# ------------------------------------------------------------------------------------------- relatives


@counterpart("f_heritable_twins", "f_heritable_vietnam_twins")
def heritability(w: World) -> Estimate:
    """People who have used heroin: share of variance in liability to a disorder that is inherited.

    A disorder is taken to be a threshold on a normal liability, as twin studies do; its correlation with the
    inherited part is the biserial one.
    """
    c = w.follow(FROM_FIRST_USE)
    return inherited_share(np.asarray(c.diaries.lives["liability"]), c.ever_disorder(c.days))


def inherited_share(liability: Floats, case: Bools) -> Estimate:
    """Square of the biserial correlation of a standard normal liability with being a case."""
    from scipy.special import ndtri

    people, share = len(case), float(case.mean())
    if not 0.0 < share < 1.0:
        return Estimate(math.nan)
    threshold = -float(ndtri(share))
    density = math.exp(-(threshold**2) / 2.0) / math.sqrt(2.0 * math.pi)
    above = (liability - liability.mean()) * (case - share)
    correlation = float(above.mean()) / density
    change = (above - above.mean()) / density - correlation * threshold * (case - share) / density
    return Estimate(correlation**2, 2.0 * correlation * change / people)


@counterpart("f_bio_parent")
def born_to_a_parent_with_dependence(w: World) -> Estimate:
    """Adopted-away children of people with dependence: risk of dependence over that of all.

    Children inherit half of the liability and are otherwise drawn anew; starting use is not inherited, so
    the ratio of risks among people who used is that of all.
    """
    c = w.follow(FROM_FIRST_USE)
    liability, case = np.asarray(c.diaries.lives["liability"]), ever(w)
    return mean(risk_of_children(liability, case), case) / mean(case, np.ones(len(case)))


def risk_of_children(liability: Floats, case: Bools) -> Floats:
    """Risk of a child of each person: the share of cases among people weighted by how likely a child is to
    have their liability."""
    r = SHARED_WITH_A_PARENT
    apart = liability[None, :] - r * liability[:, None]
    weight = np.exp(-(apart**2) / (2.0 * (1.0 - r * r)) + liability[None, :] ** 2 / 2.0)
    return np.asarray(weight @ case / weight.sum(axis=1), np.float64)
