"""Results in a notebook: small tables whose words are shown as words."""

from __future__ import annotations

from xml.etree import ElementTree

from papaver.body.course import course
from papaver.body.dosing_words import words
from papaver.showing import table


def test_a_table_has_heads_digits_and_no_markup_of_others() -> None:
    made = table("<i>a</i>", [("what", "x"), ("<script>", 1.23456), ("none", float("nan"))])
    root = ElementTree.fromstring(made)
    cells = ["".join(cell.itertext()) for row in root.iter("tr") for cell in row]
    assert cells == ["what", "x", "<script>", "1.23", "none", ""]
    assert root.find("caption") is not None and root.find("caption").text == "<i>a</i>"  # type: ignore[union-attr]


def test_a_course_tells_its_largest_values_and_when() -> None:
    found = course(words("heroin 10 mg iv"), hours=3)
    rows = [[cell.text for cell in row] for row in ElementTree.fromstring(found._repr_html_()).iter("tr")]
    row = next(row for row in rows if row[0] == "high")
    top = found.reward.high[0]
    assert row[1] == f"{top.max():.3g}" and row[4] == f"{found.hours[top.argmax()]:.3g}"
