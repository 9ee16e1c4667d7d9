"""One body in words, a table and a figure: what a reader would stumble over."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from papaver.body.course import Course, course
from papaver.body.regimen import Dose
from papaver.report.body import (
    TABLE_HOURS,
    band,
    dose_words,
    finding,
    most_live,
    page,
    sentences,
    shown_levels,
    table,
)
from papaver.report.bodyfigure import picture


@pytest.fixture(scope="module")
def mild() -> Course:
    doses = [Dose("heroin", 0.0, 30.0, "iv"), Dose("naloxone", 20 / 60, 0.4, "im")]
    return course(doses, 24.0, people=5)


@pytest.fixture(scope="module")
def deadly() -> Course:
    return course([Dose("fentanyl", 0.0, 2.0, "iv")], 6.0, people=5)


def cells(found: Course) -> dict[str, list[str]]:
    """The table's rows by time; units and heads too."""
    rows = [line.rsplit(maxsplit=len(shown_levels(found)) + 4) for line in table(found)]
    return {row[0].strip(): row[1:] for row in rows if len(row) > 4}


def test_doses_are_told_with_their_times_and_ways() -> None:
    def words(*doses: Dose, tolerance: float = 1.0) -> str:
        return dose_words(course(doses, 30.0, tolerance=tolerance))

    assert words(Dose("heroin", 0.0, 30.0, "iv")) == "30 mg of heroin by vein"
    assert words(Dose("fentanyl", 0.0, 0.1, "smoked")) == "100 µg of fentanyl smoked"
    assert words(Dose("ethanol", 0.0, 20000.0, "oral")) == "20 g of ethanol by mouth"
    repeated = [Dose("methadone", 24.0 * k + 1.0, 30.0, "oral") for k in range(2)]
    assert words(*repeated) == "30 mg of methadone by mouth from 60 min, 2 times"
    rescued = words(Dose("heroin", 0.0, 30.0, "iv"), Dose("naloxone", 1 / 3, 0.4, "im"))
    assert rescued.endswith("0.4 mg of naloxone into muscle at 20 min") or "400 µg" in rescued
    assert words(Dose("heroin", 0.0, 30.0, "iv"), tolerance=4.3).endswith("(tolerance 4.3)")


def test_the_title_is_the_finding(mild: Course, deadly: Course) -> None:
    assert "of rest at" in finding(mild)
    assert finding(deadly).endswith("breathing and circulation fail in 5 of 5 people")
    alone = finding(course([Dose("fentanyl", 0.0, 2.0, "iv")], 2.0))
    assert "in a typical person breathing and circulation fail" in alone


def test_the_table_has_no_numbers_that_nobody_reads(mild: Course) -> None:
    rows = cells(mild)
    assert not any("e-" in cell for row in rows.values() for cell in row)
    assert rows["0"][-1] == "0" and "<0.001" in rows["8 h"]
    assert list(rows)[2:] == ["0", "1 min", "5 min", "15 min", "30 min", "60 min", *list(rows)[8:]]
    assert list(rows)[-1] == "24 h" and len(rows) == 2 + sum(hour <= 24.0 for hour in TABLE_HOURS)


def test_after_most_have_died_nothing_is_told_of_a_typical_course(deadly: Course) -> None:
    rows = cells(deadly)
    assert set(rows["6 h"]) == {"-"} and "-" not in rows["1 min"]
    assert any(line.startswith("-: a cardiac arrest in more than half") for line in table(deadly))
    text = " ".join(sentences(deadly))
    assert "cardiac arrest" in text and "The high is strongest" not in text
    still = most_live(deadly)
    assert still[0] and not still[-1]
    middle = band(deadly, deadly.signal)[0]
    assert np.isfinite(middle[still]).all() and np.isnan(middle[~still]).all()


def test_the_page_tells_of_help_and_gives_no_advice(mild: Course) -> None:
    lines = list(page(mild, ["too much."]))
    text = " ".join(lines)
    assert "Check the dose: too much." in text and "needs an ambulance now" in text
    assert "no advice on doses" in text and "988" in text
    assert max(len(line) for line in lines) < 110


@pytest.mark.parametrize(("width", "columns"), [(8.0, 2), (4.0, 1)])
def test_a_fast_drug_over_long_gets_its_first_hour_by_itself(
    mild: Course, width: float, columns: int
) -> None:
    figure = picture(mild).paint(width)
    assert len(figure.axes) == 4 * columns
    labels = [axes.get_xlabel() for axes in figure.axes]
    assert ("minutes: the first hour" in labels) == (columns == 2)
    names = {text.get_text() for axes in figure.axes if axes.get_legend() for text in axes.get_legend().texts}
    assert {"6-MAM", "morphine bound", "signal to breathing", "O2 saturation (%)", "high"} <= names


def test_slow_drugs_short_looks_and_early_deaths_need_one_column(deadly: Course) -> None:
    slow = course([Dose("methadone", 0.0, 60.0, "oral")], 24.0)
    brief = course([Dose("heroin", 0.0, 30.0, "iv")], 2.0)
    assert [len(picture(one).paint(8.0).axes) for one in (slow, brief, deadly)] == [4, 4, 4]
    assert picture(deadly).paint(8.0).axes[0].get_xlim() == (0.0, 1.0)


def test_an_analyte_has_one_colour_in_every_panel(mild: Course) -> None:
    figure = picture(mild).paint(4.0)
    colours = [{line.get_label(): line.get_color() for line in axes.lines} for axes in figure.axes[:2]]
    for name in ("6-MAM", "morphine", "naloxone"):
        assert colours[0][name] == colours[1][f"{name} bound"]


def test_the_figure_is_a_picture_with_words_for_those_who_cannot_see_it(mild: Course) -> None:
    drawn = picture(mild)
    ElementTree.fromstring(drawn.svg())
    assert drawn.title == finding(mild) and "breathing falls" in drawn.alt


def test_relief_is_told_where_there_is_some() -> None:
    used = course([Dose("heroin", 0.0, 60.0, "iv")], 4.0, tolerance=4.3)
    assert "relief" in " ".join(sentences(used))
    assert "relief" not in " ".join(
        sentences(replace(used, reward=course([Dose("heroin", 0.0, 60.0, "iv")], 4.0).reward))
    )
