"""Counterparts on who becomes dependent: traits among people with a disorder, marginal ratios, relatives.

Traits are read by drawing the people of a cohort once more as their lives drew them. Marginal means as
published: what one trait comes to with everything that goes along with it, not its own effect. Ratios of all
people are those of beginning (``population.begin``) times those of the course among people who began.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from papaver.atlas.estimates import Estimate, mean, ratio
from papaver.atlas.natural_history import ANY_TIME, FROM_FIRST_USE, half_years
from papaver.atlas.protocols import DISORDER, YEAR, Cohort, World, dependent, household_survey
from papaver.atlas.registry import counterpart
from papaver.evidence import parameter
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
from papaver.population.begin import adversity_ratio
from papaver.population.job import cohort_record
from papaver.randomness import key

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SHARED_WITH_A_PARENT = 0.5  # of the liability that is inherited
NEARBY = 0.01


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
    """Of all people: risk of dependence of the eighth with most adversity over that of the third with none.

    Chance of beginning times risk after it; most are four or more kinds, where the study has five."""
    most, least = (float(parameter(id).value) / 100.0 for id in ("prev_ace4_clinic", "prev_ace0_clinic"))
    has, case = having(w, FROM_FIRST_USE, ADVERSE), ever(w)
    most = min(most, float(w.inputs["share_general_adverse_childhood"]))
    return (mean(case, has) / mean(case, ~has)).times(adversity_ratio(w.inputs, most, least))


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

# Of people who begin, liability is known relative to their mean, which lies above that of all people by the
# log ratio of the hazard of a first use per unit (``begin_liability``): a first use is rare, so its hazard
# shifts a normal liability and leaves its spread.


def inherited_part(w: World) -> Estimate:
    """Share of variance in liability to a disorder that is inherited, of all people.

    A disorder is taken to be a threshold on a normal liability, as twin studies do. How common it is among
    all people is what the yearly hazard of a first use comes to between the ages at which people begin.
    """
    c = w.follow(FROM_FIRST_USE)
    began = -math.expm1(
        -w.p["initiation_per_year"] * (w.p["initiation_last_age"] - w.p["initiation_first_age"])
    )
    case = c.ever_disorder(c.days)
    return inherited_share(np.asarray(c.diaries.lives["liability"]), case, began, w.p["begin_liability"])


@counterpart("f_heritable_twins", "f_heritable_vietnam_twins")
def heritability(w: World) -> Estimate:
    """All people, starting use included: share of variance in liability to a disorder that is inherited."""
    return inherited_part(w)


def inherited_share(liability: Floats, case: Bools, began: float = 1.0, above: float = 0.0) -> Estimate:
    """Square of the correlation of a standard normal liability with the liability of being a case.

    ``liability`` is that of people who began, relative to a mean which lies ``above`` that of all people, of
    whom the share ``began`` begins. With neither it is the square of the biserial correlation.
    """
    from scipy.special import ndtri

    people, share = len(case), began * float(case.mean())
    if not 0.0 < share < 1.0:
        return Estimate(math.nan)
    threshold = -float(ndtri(share))
    density = math.exp(-(threshold**2) / 2.0) / math.sqrt(2.0 * math.pi)
    distance = began * (liability - liability.mean() + above) * case
    correlation = float(distance.mean()) / density
    by_share = correlation * threshold / density
    own = began * (liability - liability.mean()) * (case - case.mean()) + began * above * case
    change = (own - own.mean()) / density - by_share * began * (case - case.mean())
    return Estimate(correlation**2, 2.0 * correlation * change / people)


def of_relatives(w: World, told: Callable[[float], float]) -> Estimate:
    """What a relation makes of the inherited part, and its error by the slope."""
    part = inherited_part(w)
    low, high = told(max(0.0, part.value - NEARBY)), told(part.value + NEARBY)
    slope = (high - low) / (part.value + NEARBY - max(0.0, part.value - NEARBY))
    influence = None if part.influence is None else slope * part.influence
    return Estimate(told(part.value), influence)


def both(correlation: float, share: float) -> float:
    """Share of pairs of whom both lie above the threshold that ``share`` of people exceed."""
    from scipy.special import ndtri
    from scipy.stats import multivariate_normal

    at = float(ndtri(share))
    return float(multivariate_normal.cdf([at, at], cov=[[1.0, correlation], [correlation, 1.0]]))


def child_odds_ratio(part: float, share: float) -> float:
    """Odds ratio of a disorder so common in children of a parent with it over those of a parent without."""
    pairs = both(SHARED_WITH_A_PARENT * part, share)
    with_one, without = pairs / share, (share - pairs) / (1.0 - share)
    return with_one / (1.0 - with_one) / (without / (1.0 - without))


@counterpart("f_bio_parent")
def born_to_a_parent_with_a_disorder(w: World) -> Estimate:
    """Adopted-away children of a parent with a disorder: odds ratio of one as common as in the registers.

    Children correlate with a parent by half of the inherited part, in liability."""
    share = float(parameter("prev_da_adoptees").value) / 100.0
    return of_relatives(w, lambda part: child_odds_ratio(part, share))


@counterpart("f_parent_child_genes")
def correlation_with_a_child(w: World) -> Estimate:
    """Correlation in liability between a parent and a child they do not bring up: half the inherited part."""
    return of_relatives(w, lambda part: SHARED_WITH_A_PARENT * part)


@counterpart("f_family_drug_disorder")
def risk_of_relatives(w: World) -> Estimate:
    """Children of people with a disorder: risk over that of all, for a disorder as common as simulated.

    Relatives of the first degree share half of the inherited part; what families share besides is not
    simulated.
    """
    c = w.follow(FROM_FIRST_USE)
    years = w.p["initiation_last_age"] - w.p["initiation_first_age"]
    share = -math.expm1(-w.p["initiation_per_year"] * years) * float(c.ever_disorder(c.days).mean())
    return of_relatives(w, lambda part: both(SHARED_WITH_A_PARENT * part, share) / share**2)
