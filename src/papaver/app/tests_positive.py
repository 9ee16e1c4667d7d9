"""How long tests stay positive after what is set on the page: asked for with a button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papaver.app.drawing import figure_html, table_html

if TYPE_CHECKING:
    from papaver.body.detection import Detection
    from papaver.body.regimen import Regimen
    from papaver.report.figures import Picture

MATRICES = ("urine", "blood", "oral_fluid", "hair")
PEOPLE, DRAWS, DAYS = 60, 6, 30
GUIDELINES = {"us_federal": "US federal", "uk_driving": "UK driving", "soht": "SoHT", "clinic": "clinics"}
HEADS = ("Specimen", "Test and cutoff", "Guideline", "Time to the last positive result")


def followed(regimen: Regimen) -> Detection:
    """Chances and windows for one dose or daily use. Raises InputError."""
    from papaver.body.cutoffs import chosen
    from papaver.body.detection import detect

    return detect(regimen, chosen(MATRICES), people=PEOPLE, draws=DRAWS)


def picture(detection: Detection) -> Picture | None:
    """The figure; None where no guideline tests for the drug."""
    from papaver.report import gallery
    from papaver.report.toxicology import shown

    return gallery.detection(detection) if shown(detection.windows) else None


def as_html(detection: Detection, width: float) -> str:
    """A table and a figure, after what they are not for."""
    from papaver.report import gallery
    from papaver.report import toxicology as report

    windows = report.shown(detection.windows)
    if not windows:
        return "<p>No guideline here tests for this drug.</p>"
    rows = [HEADS]
    for window in windows:
        last = window.rule.last
        specimen = report.MATRIX_WORDS[window.rule.matrix]
        guideline = GUIDELINES.get(last.guideline, last.guideline.replace("_", " "))
        rows.append((specimen, report.rule_words(window.rule), guideline, report.window_words(window)))
    words = f"{report.dose_words(detection)}, {report.pattern_words(detection)}"
    note = (
        f"Median and 5 to 95 % of {PEOPLE} people, their specimens and {DRAWS} draws of what is not known. "
        "The command line follows more: papaver detect."
    )
    limits = f'<p class="papaver-warning" role="note">{report.DETECTION_LIMITS}</p>'
    table = table_html(rows, words, note)
    return limits + table + figure_html(gallery.detection(detection), width)
