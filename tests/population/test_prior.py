"""People who come to their first heroin with an opioid use disorder from pills."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from papaver.errors import InputError
from papaver.evidence import inputs
from papaver.population.cohort import build_job
from papaver.population.engine import Diaries
from papaver.population.job import cohort_record
from papaver.scenario import loads
from tests.population.lives import CENTRAL, diaries, job

PEOPLE, DAYS = 500, 365
SCENARIO = """\
papaver: 1
name: pills
years: 1
people: 50
cohort: {start: first_use, set: {prior_opioids: 0.45}}
plans: [{name: nothing, steps: []}]
"""


def run(share: float, *, record: Any = CENTRAL, **kind: bool) -> Diaries:
    return diaries(job("none", DAYS, settings={"prior_share": share}, **kind), PEOPLE, record=record)


@pytest.fixture(scope="module")
def naive() -> Diaries:
    return run(0.0)


@pytest.fixture(scope="module")
def all_knew() -> Diaries:
    return run(1.0)


def dependent(d: Diaries, day: int) -> np.ndarray:
    return d.dependence_items[:, day] >= 3


def test_the_share_asked_for_knew_pills_and_others_live_as_they_would_have(
    naive: Diaries, all_knew: Diaries
) -> None:
    some = run(0.4)
    as_naive = (some.doses == naive.doses).all(axis=1)
    as_knowing = (some.doses == all_knew.doses).all(axis=1)
    assert (as_naive | as_knowing).all()
    assert as_knowing[~as_naive].mean() == 1.0
    assert (~as_naive).mean() == pytest.approx(0.4, abs=4 * np.sqrt(0.24 / PEOPLE))


def test_they_are_dependent_sooner_and_have_withdrawal_from_the_first_days(
    naive: Diaries, all_knew: Diaries
) -> None:
    assert dependent(all_knew, 180).mean() > 1.3 * dependent(naive, 180).mean()
    assert all_knew.sick[:, :7].mean() > 5.0 * naive.sick[:, :7].mean() + 0.05


def test_none_of_the_criteria_of_heroin_are_met_before_it(all_knew: Diaries) -> None:
    assert not dependent(all_knew, 0).any()
    assert (all_knew.doses[:, 0] > 0).mean() > 0.0
    assert (all_knew.programme == 0).all()


def test_what_they_bring_is_habit(all_knew: Diaries) -> None:
    less = run(1.0, record=inputs.changed(CENTRAL, prior_habit=0.1))
    assert dependent(less, 180).mean() < dependent(all_knew, 180).mean()


def test_only_people_at_their_first_heroin_can() -> None:
    for kind in ("dependent", "prescribed"):
        one = job("none", 10, settings={"prior_share": 0.5}, **{kind: True})
        assert cohort_record(one, CENTRAL)["prior_share"][0] == 0.0
    study = loads(SCENARIO)
    assert build_job(study, study.plans[0]).settings["prior_share"] == 0.45
    with pytest.raises(InputError, match="people at their first heroin"):
        loads(SCENARIO.replace("first_use", "dependent"))


def test_people_who_start_dependent_have_left_novelty_behind() -> None:
    """A stronger pull of the new changes a first use a lot and established use little."""
    record = inputs.changed(CENTRAL, urge_novelty=4.0, novelty_days=60.0)
    none = inputs.changed(CENTRAL, urge_novelty=0.0, novelty_days=60.0)
    first = [(run(0.0, record=r).doses > 0).mean() for r in (record, none)]
    established = [(run(0.0, record=r, dependent=True).doses > 0).mean() for r in (record, none)]
    assert first[0] > 1.5 * first[1]
    assert established[0] == pytest.approx(established[1], rel=0.03)
