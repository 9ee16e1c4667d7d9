"""Units are Pint's or listed, and convert as a person would by hand."""

import pytest

from papaver.evidence.units import factor, known, measures, out_of_limits


@pytest.mark.parametrize(
    "unit", ["L/h", "ng/mL", "mL/min/kg", "percent", "odds ratio", "per 100 person-years"]
)
def test_units_in_use_are_known(unit: str) -> None:
    assert known(unit)


@pytest.mark.parametrize(
    "unit", ["", "furlong per blink", "import os", "L/", "9**9**9**9", "9^9^9^9", "m^99", "5", "odds  ratio"]
)
def test_other_text_is_not_a_unit(unit: str) -> None:
    assert not known(unit)


@pytest.mark.parametrize(
    ("given", "wanted", "times"),
    [
        ("percent", "fraction", 0.01),
        ("L/h", "mL/min", 1000 / 60),
        ("h", "min", 60),
        ("per 100 person-years", "per year", 0.01),
        ("per 1000 person-months", "per person-year", 12 / 1000),
        ("month", "year", 1 / 12),
        ("mL/100g/min", "mL/g/min", 0.01),
        ("ug/L", "ng/mL", 1),
        ("odds ratio", "odds ratio", 1),
    ],
)
def test_factor_between_units(given: str, wanted: str, times: float) -> None:
    assert factor(given, wanted) == pytest.approx(times, rel=1e-12)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("h", "L"),
        ("odds ratio", "risk ratio"),
        ("odds ratio", "fraction"),
        ("points", "mm"),
        ("h", "per hour"),
    ],
)
def test_unlike_units_do_not_convert(given: str, wanted: str) -> None:
    assert factor(given, wanted) is None


def test_points_of_a_scale_are_not_typographic_points() -> None:
    assert "points" in measures()


def test_limits_of_a_measure() -> None:
    assert out_of_limits("probability", 1.2)
    assert out_of_limits("odds ratio", -0.1)
    assert not out_of_limits("probability", 1)
    assert not out_of_limits("L/h", -5)


def test_every_measure_says_what_it_means_and_what_it_equals() -> None:
    for one in measures().values():
        assert one.meaning, one.name
        assert not one.pint or factor(one.name, one.pint) == pytest.approx(1), one.name
