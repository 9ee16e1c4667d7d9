"""Custody, hospital, supervised heroin, lofexidine: what is held, what is lost, what it leaves."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.person.course import CUSTODY, HOSPITAL
from papaver.person.records import (
    AT_START,
    CHANGE_SETTING,
    CUSTODY_STAY,
    DETOXIFICATION,
    HEROIN_CARE,
    HOSPITAL_STAY,
    METHADONE_CARE,
    ON_DAY,
    TAPER_MEDICINE,
)
from papaver.population.engine import Diaries
from tests.population.lives import diaries, job, step

PEOPLE = 400
IN, OUT = 60, 210


def run(*rows: dict[str, float], days: int = 400, **settings: float) -> Diaries:
    return diaries(job(list(rows), days, dependent=True, settings=settings), PEOPLE)  # type: ignore[arg-type]


def use(d: Diaries, first: int, last: int) -> float:
    return float((d.doses[:, first:last] > 0).mean())


def test_custody_begins_and_ends_with_little_use_inside_and_use_again_after() -> None:
    d = run(step(CUSTODY_STAY, ON_DAY, delay=IN, c=float(OUT - IN)))
    alive = (d.status[:, IN] != 7) & (d.status[:, IN] != 8)
    assert (d.status[alive, IN] == CUSTODY).all()
    assert (d.status[:, OUT] != CUSTODY).all()
    assert 0.0 < use(d, IN + 7, OUT) < 0.15 * use(d, 0, IN)
    assert use(d, OUT + 60, 400) > 4.0 * use(d, IN + 7, OUT)


def test_the_clock_of_remission_stands_still_in_custody() -> None:
    d = run(step(CUSTODY_STAY, ON_DAY, delay=IN, c=500.0), days=600)
    items = d.dependence_items
    inside = d.status[:, 550] == CUSTODY
    assert np.array_equal(items[inside, 550], items[inside, IN + 7])  # more than twelve months later


def test_criteria_of_before_custody_still_count_after_it() -> None:
    """A year and more inside is no year without them: who has used nothing since keeps them for months."""
    dry = step(CHANGE_SETTING, ON_DAY, delay=IN, a=-1.0, b=0.0)  # no heroin to be had, inside and after
    d = run(step(CUSTODY_STAY, ON_DAY, delay=IN, c=450.0), dry, days=560)
    quiet = (d.doses[:, IN + 1 : 546] == 0).all(axis=1) & (d.dependence_items[:, IN + 7] > 0)
    quiet &= d.lives["death_day"] < 0
    assert quiet.sum() > 10
    assert (d.dependence_items[quiet, 545] > 0).mean() > 0.9


def test_treatment_ends_in_custody_unless_it_goes_on() -> None:
    methadone = step(METHADONE_CARE, AT_START, a=30.0, b=70.0)
    ended = run(methadone, step(CUSTODY_STAY, ON_DAY, delay=IN, c=100.0))
    going = run(methadone, step(CUSTODY_STAY, ON_DAY, delay=IN, c=100.0, flag=1))
    assert (ended.programme[:, IN + 1] == 0).all()
    assert (going.programme[:, IN + 1] > 0).mean() > 0.5


def test_a_background_rate_takes_people_who_use_into_custody_now_and_then() -> None:
    d = run(custody_per_year=1.0, custody_days=30.0)
    share = float((d.status == CUSTODY).mean())
    assert 0.01 < share < 0.1
    assert (run().status != CUSTODY).all()


def test_treatment_goes_on_in_the_share_of_stays_that_the_setting_says() -> None:
    """Stays of people in methadone who are taken into custody; 100 and more: 0.5 is met within 0.2."""
    kept = {}
    for share in (0.0, 0.5, 1.0):
        d = run(
            step(METHADONE_CARE, AT_START, a=30.0, b=70.0), days=700,
            custody_per_year=4.0, custody_days=30.0, custody_treated=share,
        )  # fmt: skip
        taken = (d.status[:, 1:] == CUSTODY) & (d.status[:, :-1] != CUSTODY) & (d.programme[:, :-1] > 0)
        assert taken.sum() > 100
        kept[share] = float((d.programme[:, 1:][taken] > 0).mean())
    assert kept[0.0] == 0.0
    assert kept[0.5] == pytest.approx(0.5, abs=0.2)
    assert kept[1.0] > 0.97  # one may leave on that very day


def test_hospital_is_short_and_not_the_end_of_treatment() -> None:
    d = run(step(METHADONE_CARE, AT_START, a=30.0, b=70.0), step(HOSPITAL_STAY, ON_DAY, delay=30, c=10.0))
    here = (d.status[:, 30] == HOSPITAL) & (d.programme[:, 29] > 0)
    assert here.sum() > 100
    assert (d.programme[here, 35] > 0).mean() > 0.9
    assert (d.status[:, 41] != HOSPITAL).all()


def test_supervised_heroin_leaves_little_use_beside_it_and_no_withdrawal() -> None:
    heroin = run(step(HEROIN_CARE, AT_START, a=60.0, b=400.0, c=40.0))
    inside = heroin.programme[:, 30:200] > 0
    assert (heroin.doses[:, 30:200][inside] > 0).mean() < 0.5 * use(run(), 30, 200)
    assert heroin.sick[:, 14:100][heroin.programme[:, 14:100] > 0].mean() < 0.6 * run().sick[:, 14:100].mean()


def test_lofexidine_leaves_fewer_days_of_withdrawal_and_more_people_in_detoxification() -> None:
    none, lofexidine = (run(step(DETOXIFICATION, AT_START, c=10.0, flag=flag), days=30) for flag in (2, 3))
    both = (none.programme[:, 1:8] > 0) & (lofexidine.programme[:, 1:8] > 0)
    assert lofexidine.sick[:, 1:8][both].sum() < 0.95 * none.sick[:, 1:8][both].sum()
    assert (lofexidine.programme[:, 7] > 0).sum() > (none.programme[:, 7] > 0).sum()


def test_a_taper_ends_the_stay_and_brings_withdrawal_near_its_end() -> None:
    methadone = step(METHADONE_CARE, AT_START, a=30.0, b=70.0)
    d = run(methadone, step(TAPER_MEDICINE, ON_DAY, delay=90, a=1.0, b=60.0), days=300)
    assert (d.programme[:, 155:] == 0).all()
    stayed = d.programme[:, 145] > 0
    assert stayed.sum() > 20
    assert d.sick[stayed, 145:160].mean() > d.sick[stayed, 70:90].mean()
