"""Hair by segment."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from papaver.body import hair
from papaver.body.exposure import follow
from papaver.body.people import typical
from papaver.body.regimen import Dose, Regimen
from papaver.body.specimens import HAIR, measured
from papaver.evidence.inputs import numbers

DAY, MONTH = 24.0, hair.HOURS_PER_MONTH
DAYS = 300
DOSES = tuple(Dose("heroin", day * DAY, 400.0, "iv") for day in range(DAYS))


@cache
def p() -> dict[str, float]:
    return {**numbers(), "hair_sd": 0.0}


def level(months: float, segment: int = 0, analyte: str = "morphine") -> float:
    cut = np.array([DAYS * DAY + months * MONTH])
    one = measured()[HAIR, analyte]
    return float(hair.levels(p(), typical(numbers=p()), one, DOSES, cut, seed=1, segment=segment)[0, 0])


def test_steady_use_gives_the_ratio_times_the_mean_plasma_level() -> None:
    one = Regimen((DOSES[0],))
    hours = np.concatenate([np.linspace(0.0, 4.0, 400), np.linspace(4.0, 300.0, 600)[1:]])
    course = follow(one, hours, typical(numbers=p()), numbers=p()).ng_per_ml("morphine")[0]
    mean_level = np.trapezoid(course, hours) / DAY
    assert level(0.0) == pytest.approx(p()["hair_over_plasma_morphine"] * mean_level, rel=0.03)


@pytest.mark.parametrize("analyte", ["mam", "morphine"])
def test_after_use_the_hair_at_the_skin_falls_by_its_half_life(analyte: str) -> None:
    half_life = p()[f"hair_half_life_{analyte}_month"]
    fall = level(4.0, analyte=analyte) / level(3.0, analyte=analyte)
    assert fall == pytest.approx(2.0 ** (-1.0 / half_life), rel=1e-6)


def test_a_piece_of_hair_keeps_what_it_has() -> None:
    grown = 1.0 / p()["hair_growth_cm_per_month"]
    assert level(2.0 * grown, segment=2) == pytest.approx(level(0.0), rel=1e-9)


def test_hair_that_grew_before_use_holds_nothing() -> None:
    cut = np.array([MONTH])
    one = measured()[HAIR, "morphine"]
    later = hair.levels(p(), typical(numbers=p()), one, DOSES, cut, seed=1, segment=1)
    assert later[0, 0] == 0.0
