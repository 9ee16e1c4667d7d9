"""Cutoffs as data: complete, sourced, one at a time."""

from __future__ import annotations

import datetime
import itertools

import pytest

from papaver.body.cutoffs import STAGES, Cutoff, chosen, cutoffs, guidelines, rules
from papaver.body.drugs import drug
from papaver.body.specimens import HAIR, MATRICES, measured
from papaver.errors import InputError
from papaver.evidence import parameter, source

DAY = datetime.date


def test_every_cutoff_can_be_measured_and_has_a_source() -> None:
    for one in cutoffs():
        assert one.matrix in MATRICES
        assert (one.matrix, one.analyte) in measured()
        assert one.stage in STAGES
        assert one.unit == ("ng/mg" if one.matrix == HAIR else "ng/mL")
        assert one.value > 0.0
        assert source(one.source).title


def test_no_two_cutoffs_hold_at_once() -> None:
    def key(one: Cutoff) -> tuple[str, ...]:
        return one.guideline, one.matrix, one.analyte, one.stage

    def span(one: Cutoff) -> tuple[DAY, DAY]:
        return one.valid_from or DAY.min, one.valid_to or DAY.max

    for a, b in itertools.combinations(cutoffs(), 2):
        if key(a) == key(b):
            (low, high), (other_low, other_high) = span(a), span(b)
            assert high < other_low or other_high < low, key(a)


@pytest.mark.parametrize(
    ("id", "guideline", "matrix", "analyte", "stage"),
    [
        ("cutoff_urine_morphine_confirm", "us_federal", "urine", "morphine_total", "confirm"),
        ("cutoff_urine_opiates_initial", "us_federal", "urine", "opiates", "screen"),
        ("cutoff_urine_mam", "us_federal", "urine", "mam", "confirm"),
        ("cutoff_urine_fentanyl", "us_federal", "urine", "fentanyl", "confirm"),
        ("cutoff_of_mam_confirm", "us_federal", "oral_fluid", "mam", "confirm"),
        ("cutoff_of_morphine_confirm", "us_federal", "oral_fluid", "morphine", "confirm"),
        ("limit_blood_methadone_uk", "uk_driving", "blood", "methadone", "confirm"),
        ("limit_blood_morphine_uk", "uk_driving", "blood", "morphine", "confirm"),
        ("cutoff_hair_opiates", "soht", "hair", "morphine", "confirm"),
        ("cutoff_urine_opiates_clinical", "clinic", "urine", "opiates", "screen"),
    ],
)
def test_the_latest_cutoffs_are_those_of_the_evidence(
    id: str, guideline: str, matrix: str, analyte: str, stage: str
) -> None:
    (one,) = (c for c in chosen([matrix], [guideline]) if (c.analyte, c.stage) == (analyte, stage))
    assert one.value == parameter(id).value


@pytest.mark.parametrize(
    ("day", "screen", "confirm"),
    [(DAY(1998, 11, 30), 300, 300), (DAY(1998, 12, 1), 2000, 2000), (DAY(2025, 7, 7), 2000, 4000)],
)
def test_a_date_chooses_the_cutoffs_of_its_day(day: DAY, screen: int, confirm: int) -> None:
    found = {(c.analyte, c.stage): c.value for c in chosen(["urine"], ["us_federal"], day)}
    assert found["opiates", "screen"] == screen
    assert found["morphine_total", "confirm"] == confirm


def test_unknown_guidelines_and_empty_choices_are_told() -> None:
    with pytest.raises(InputError, match="us_federal"):
        chosen(["urine"], ["us_federl"])
    with pytest.raises(InputError, match="no cutoff for blood"):
        chosen(["blood"], ["clinic"])
    with pytest.raises(InputError, match="1980-01-01"):
        chosen(["blood"], ["uk_driving"], DAY(1980, 1, 1))


def test_a_confirmation_follows_the_screen_of_its_guideline() -> None:
    found = {r.name: r for r in rules(chosen(["urine"], ["us_federal"]), drug("heroin").analytes)}
    both = found["us_federal:urine:morphine_total:confirm"]
    assert [c.analyte for c in both.cutoffs] == ["opiates", "morphine_total"]
    assert [c.stage for c in found["us_federal:urine:opiates:screen"].cutoffs] == ["screen"]
    assert "us_federal:urine:codeine:confirm" not in found  # pure heroin gives no codeine
    assert len(guidelines()) >= 5
