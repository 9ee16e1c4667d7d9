"""People on opioids prescribed for pain: the prescription, its end, and who turns to heroin."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from papaver.body.kinetics import HEROIN, N_DRUGS
from papaver.evidence import inputs
from papaver.person.course import NEVER_USED
from papaver.person.hours import HOURS
from papaver.person.medicines import put_prescription
from papaver.person.records import BUPRENORPHINE_CARE, CUT_PRESCRIPTION, ON_DAY, PRESCRIBED
from papaver.population.engine import Diaries
from tests.person import make
from tests.population.lives import CENTRAL, diaries, job, step

PEOPLE, CUT = 400, 60
SETTINGS = {"prescribed_mg": 90.0, "prescribed_log_sd": 0.5}
OFTEN = inputs.changed(CENTRAL, turn_per_year=0.2)


def run(*rows: dict[str, Any], days: int = 500, record: Any = CENTRAL) -> Diaries:
    return diaries(job(list(rows), days, prescribed=True, settings=SETTINGS), PEOPLE, record=record)


def cut(over_days: float) -> dict[str, Any]:
    return step(CUT_PRESCRIPTION, ON_DAY, delay=CUT, a=1.0, b=over_days)


def sick(d: Diaries, first: int, last: int) -> float:
    return float(d.sick[:, first:last].mean())


def test_a_prescription_that_goes_on_holds_withdrawal_off_and_is_no_treatment_of_use() -> None:
    d = run()
    assert (d.programme[:, -1] == PRESCRIBED).mean() > 0.95
    assert sick(d, 0, 500) < 0.01
    assert (d.status[:, 0] == NEVER_USED).all()


def test_stopping_at_once_brings_a_week_or_two_of_withdrawal_and_a_slow_taper_less_at_a_time() -> None:
    at_once, slow = run(cut(1.0)), run(cut(365.0))
    assert sick(at_once, CUT, CUT + 10) > 3.0 * sick(run(), CUT, CUT + 10)
    assert sick(slow, CUT, CUT + 10) < 0.5 * sick(at_once, CUT, CUT + 10)
    assert (at_once.programme[:, CUT:] == 0).all()
    assert (slow.programme[:, CUT + 300] == PRESCRIBED).mean() > 0.9


def test_more_turn_to_heroin_without_relief_by_about_the_published_ratio() -> None:
    def rate(d: Diaries) -> float:
        first = np.where((d.doses > 0).any(axis=1), (d.doses > 0).argmax(axis=1), d.doses.shape[1])
        after = first[first > CUT + 60] - (CUT + 60)  # weeks after withdrawal is over
        return float((first[first > CUT + 60] < d.doses.shape[1]).sum() / after.sum())

    ratio = rate(run(cut(1.0), days=900, record=OFTEN)) / rate(run(days=900, record=OFTEN))
    assert 1.4 < ratio < 3.4


def test_buprenorphine_started_low_beside_the_prescription_brings_less_withdrawal_than_stopping() -> None:
    d = run(step(BUPRENORPHINE_CARE, ON_DAY, delay=CUT, a=1.0, b=16.0, flag=1))
    assert sick(d, CUT, CUT + 10) < 0.8 * sick(run(cut(1.0)), CUT, CUT + 10)


def test_nobody_else_has_a_prescription() -> None:
    d = diaries(job([cut(1.0)], 200, dependent=True), 50)
    assert (d.programme != PRESCRIBED).all()


def test_a_cut_prescription_is_given_in_part_and_evenly_over_the_day() -> None:
    s, mg = make.state(), np.zeros((N_DRUGS, HOURS))
    put_prescription(s, make.person(prescribed_mg=30.0), 0.4, make.parameters(), 5, mg)
    assert mg.sum() == pytest.approx(0.4 * 30.0)
    assert mg[HEROIN].max() == pytest.approx(mg[HEROIN][mg[HEROIN] > 0].mean())
    assert s["prescribed_day"] == 5
