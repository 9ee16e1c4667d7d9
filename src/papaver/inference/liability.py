"""Stage 3 of the fit: who begins, from how common traits are among people with a disorder, and relatives.

Forward model: one cohort at first use followed ten years without any plan. Traits are counted among its
people with a disorder at yearly interviews; what is inherited follows from how liability differs between
people who come to a disorder and others who began, and from its bearing on beginning. Effects of traits on
the course are given: a row of the posterior holds the shares at first use that go with that row's effects.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from papaver.atlas.liability import child_odds_ratio, inherited_share
from papaver.evidence import inputs, parameter
from papaver.inference.behaviour import YEAR, alive_at, first_use_cohort
from papaver.inference.posterior import Stage, Target
from papaver.person.records import ADHD, ADVERSE, ANXIETY, DEPRESSION, N_TRAITS, PERSON, PTSD, TRAITS
from papaver.person.traits import draw_traits
from papaver.population.engine import Diaries
from papaver.population.job import Job, cohort_record
from papaver.randomness import key

Bools = npt.NDArray[np.bool_]

FOUND = {
    "f_oud_adversity": (ADVERSE, "prev_cpa_oud"),
    "f_oud_ptsd": (PTSD, "prev_ptsd_oud"),
    "f_oud_depression": (DEPRESSION, "prev_depression_oud"),
    "f_oud_anxiety": (ANXIETY, "prev_anxiety_oud"),
    "f_oud_adhd": (ADHD, "prev_adhd_oud"),
}
PARAMETERS = ("begin_liability", *(f"share_{TRAITS[trait]}" for trait, _ in FOUND.values()))
BEFORE = ("adaptation", "behaviour")
PEOPLE, SEED = 1200, 7
SURVEY = 1.96  # half-width of a published interval in standard errors


def simulate(values: Mapping[str, float]) -> dict[str, float]:
    """Every fitted finding's counterpart for one set of values."""
    record = inputs.changed(inputs.central(), **values)
    d = first_use_cohort(values, people=PEOPLE, seed=SEED)
    has = traits_of(record, len(d.lives))
    ends = range(YEAR, d.doses.shape[1], YEAR)
    cases = np.stack([alive_at(d, end) & (d.criteria[:, end] >= 2) for end in ends], axis=1)
    found = {name: among(has[:, trait], cases, _first(record, trait)) for name, (trait, _) in FOUND.items()}
    part = inherited(d, record)
    common = float(parameter("prev_da_adoptees").value) / 100.0
    return found | {"f_heritable_twins": part, "f_bio_parent": child_odds_ratio(part, common)}


def _first(record: npt.NDArray[np.void], trait: int) -> float:
    return float(record[f"share_{TRAITS[trait]}"])


def traits_of(record: npt.NDArray[np.void], people: int) -> Bools:
    """Traits of the cohort's people, ``[person, trait]``, by the luck that drew them."""
    cohort, person = cohort_record(Job(days=1), record)[0], np.zeros(1, PERSON)[0]
    drawn, luck = np.zeros((people, N_TRAITS), np.bool_), key(SEED, 0)
    for number in range(people):
        person["number"] = number
        draw_traits(person, cohort, *luck)
        drawn[number] = person["trait"] == 1
    return drawn


def among(has: Bools, cases: Bools, share: float) -> float:
    """Percentage with a trait among interviews of people with a disorder.

    What the drawn people happen to have more or less often than their share is taken out on the odds, so
    that chance does not move the fitted shares.
    """
    visits = cases.sum(axis=1)
    odds = visits[has].sum() / max(1, visits[~has].sum()) / (has.mean() / (1.0 - has.mean()))
    odds *= share / (1.0 - share)
    return float(100.0 * odds / (1.0 + odds))


def inherited(d: Diaries, record: npt.NDArray[np.void]) -> float:
    """Share of variance in liability to a disorder that is inherited, of all people."""
    years = float(record["initiation_last_age"] - record["initiation_first_age"])
    began = -float(np.expm1(-float(record["initiation_per_year"]) * years))
    liability, case = np.asarray(d.lives["liability"]), np.asarray(d.lives["disorder_day"] >= 0)
    return inherited_share(liability, case, began, float(record["begin_liability"])).value


def targets() -> tuple[Target, ...]:
    """What the stage is fitted to: value, error, discrepancy floor.

    Twins and adoptees disagree: the floors of both are wide.
    """
    return (
        *(_published(name, id) for name, (_, id) in FOUND.items()),
        Target("f_heritable_twins", float(parameter("h2_opiate_dependence").value), 0.05, floor=0.1),
        Target("f_bio_parent", float(parameter("or_bio_parent_da").value), 0.24, floor=0.4),
    )


def _published(name: str, id: str) -> Target:
    row = parameter(id)
    half = (float(row.hi or row.value) - float(row.lo or row.value)) / 2.0
    return Target(name, float(row.value), half / SURVEY, floor=1.0)


def stage() -> Stage:
    """The stage: its parameters with priors from the inputs table, targets and forward model."""
    return Stage("liability", PARAMETERS, targets(), simulate, before=BEFORE)
