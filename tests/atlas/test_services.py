"""Protocols of findings on further trials, on diaries made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from papaver.atlas.natural_history import KNOWN
from papaver.atlas.protocols import YEAR
from papaver.atlas.services import METHADONE_TRIAL as TRIAL
from papaver.atlas.services import (
    TEN_MONTHS,
    days_on_the_depot,
    positive_at_ten_months,
    positive_on_methadone,
)
from papaver.atlas.treatment import NALTREXONE, NALTREXONE_CODE
from papaver.inference.care import positive_when_stable
from tests.atlas.test_overdose import METHADONE, world
from tests.atlas.test_protocols import followed


def test_stable_patients_are_positive_for_three_days_after_each_use() -> None:
    days = 2 * YEAR
    inside = [METHADONE] * days
    early, late = [0] * days, [0] * days
    early[100] = 1  # before the year is over
    late[YEAR + 50] = 1
    left = [METHADONE] * (YEAR + 10) + [0] * (days - YEAR - 10)
    c = followed([early, late, late], programme=[inside, inside, left])
    expected = 100.0 * 3 / (YEAR + YEAR + 10)
    assert positive_on_methadone(world(known=(KNOWN, c))).value == pytest.approx(expected)
    assert positive_when_stable(c.diaries) == pytest.approx(expected)


def test_at_ten_months_people_count_in_a_programme_or_not() -> None:
    days = TRIAL.days
    doses = np.zeros((4, days), int)
    doses[0, TEN_MONTHS - 3] = doses[1, TEN_MONTHS - 1] = doses[2, TEN_MONTHS - 4] = 1
    inside, left = [METHADONE] * days, [METHADONE] * 50 + [0] * (days - 50)
    c = followed(doses.tolist(), programme=[inside, left, inside, left])
    assert positive_at_ten_months(world(trial=(TRIAL, c))).value == 50.0


def test_days_on_the_depot_count_after_the_week_without_an_opioid() -> None:
    stays = [3, 7, 8, 27, 400]
    programme = [[NALTREXONE_CODE] * stay + [0] * (500 - stay) for stay in stays]
    c = followed([[0] * 500] * len(stays), programme=programme)
    assert days_on_the_depot(world(depots=(NALTREXONE, c))).value == pytest.approx((1 + 20 + 84) / 3)
