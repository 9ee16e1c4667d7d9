"""Words and figures on detection and readings: units of time, limits, and nothing that helps past a test."""

from __future__ import annotations

import inspect
import re
from functools import cache

import numpy as np
import pytest

from papaver.body.cutoffs import chosen
from papaver.body.detection import Detection, Window, detect
from papaver.body.interpretation import Reading, interpret, keys_of
from papaver.body.library import build
from papaver.body.panel import parse_panel
from papaver.body.regimen import Dose, Regimen
from papaver.cli import detect as detect_command
from papaver.cli import interpret as interpret_command
from papaver.evidence.inputs import numbers
from papaver.report import reading as of_reading
from papaver.report import toxicology as report

PANEL = "matrix,analyte,result,unit\nurine,morphine_total,1500,ng/mL\nurine,creatinine,1.2,mg/mL\n"
# Words with which a page would help somebody to come through a test.
HELPS = re.compile(
    r"\b(?:flush|detox(?:ify)? (?:drink|kit)|drink(?:ing)? (?:more |lots of )?water|dilut(?:e|ing) your|"
    r"test negative|turn negative|safe to (?:test|be tested)|until (?:you|it) (?:are|is) negative|beat|"
    r"how to (?:pass|avoid|hide)|before (?:your|the) test|wait at least|substitut\w+ (?:urine|a specimen))\b",
    re.IGNORECASE,
)


@cache
def found() -> Detection:
    regimen = Regimen((Dose("heroin", 0.0, 12.0, "smoked"),))
    return detect(regimen, chosen(["urine", "oral_fluid", "hair"]), people=20, numbers=numbers(), days=5)


@cache
def reading() -> Reading:
    panel = parse_panel(PANEL)
    lib = build("opiates", keys_of(panel), people=20, times=8, seed=1, numbers=numbers())
    return interpret(panel, "opiates", library=lib)


def page() -> str:
    return "\n".join(report.detection_page({"once": found()}))


@pytest.mark.parametrize(
    ("hours", "words"), [(0.0, "0 h"), (1.26, "1.3 h"), (27.4, "27 h"), (96.0, "4.0 d"), (4383.0, "6.0 mo")]
)
def test_times_are_told_in_the_unit_that_suits_them(hours: float, words: str) -> None:
    assert report.hours_words(hours) == words


def test_windows_say_who_is_never_positive_and_who_still_is() -> None:
    rule = found().windows[0].rule
    many = np.linspace(1.0, 40.0, 20)[None, :, None]
    assert report.window_words(Window(rule, many, 100.0)) == "20 h (3.0 h–38 h)"
    assert "20 % never" in report.window_words(Window(rule, np.where(many < 8.0, 0.0, many), 100.0))
    assert report.window_words(Window(rule, many * 0.0, 100.0)) == "in nobody"
    assert ">40 h" in report.window_words(Window(rule, np.where(many > 30.0, 40.0, many), 40.0))


def test_the_page_names_cutoffs_guidelines_and_limits() -> None:
    told = " ".join(page().split())
    assert "total morphine ≥ 4000 ng/mL after screen ≥ 2000 (us_federal)" in told
    assert "In oral fluid" in told and "In hair at the skin" in told
    assert "no advice to anybody who is to be tested" in told
    assert max(len(line) for line in page().splitlines()) <= 90


def test_a_reading_tells_ratio_prior_sample_size_and_limits() -> None:
    told = " ".join("\n".join(of_reading.reading_page(reading(), ["an assumption"])).split())
    assert "(creatinine 1.20 mg/mL)" in told
    assert "likelihood ratio" in told and "Effective sample size" in told and "an assumption" in told
    assert "never to be used alone" in told and "no advice to the person tested" in told


@pytest.mark.parametrize("width", [7.6, 3.9])
def test_figures_are_drawn_with_title_and_alternative_text(width: float) -> None:
    for picture in (report.detection_picture(found()), of_reading.reading_picture(reading())):
        svg = picture.svg(width)
        assert svg.count("<svg") == 1
        assert picture.title and picture.alt and picture.note
        assert "nan" not in picture.alt
    assert "is found in urine for" in report.detection_picture(found()).title
    assert "fit" in of_reading.reading_picture(reading()).title


def test_no_word_helps_past_a_test() -> None:
    texts = [
        page(),
        *of_reading.reading_page(reading(), []),
        report.DETECTION_LIMITS,
        of_reading.READING_LIMITS,
    ]
    texts += [inspect.getsource(module) for module in (report, of_reading, detect_command, interpret_command)]
    pictures = (report.detection_picture(found()), of_reading.reading_picture(reading()))
    texts += [text for p in pictures for text in (p.title, p.alt, p.note)]
    assert [hit.group(0) for text in texts for hit in HELPS.finditer(text)] == []


@pytest.mark.parametrize("text", ["drink more water", "wait at least 3 days", "how to pass it"])
def test_words_that_would_help_are_recognised(text: str) -> None:
    assert HELPS.search(text)
