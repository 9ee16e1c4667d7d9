"""Every figure of papaver by what it shows: report, app, command line and notebooks take theirs from here.

Each maker gives a ``Picture`` (``papaver.report.figures``): the finding as a title, words for people who
cannot see it, a note on how to read it and what its ranges hold, the drawing at any width (``svg()``), and
its numbers (``csv()``). One style holds for all; a range or band is drawn wherever there is more than one
person or draw.
"""

from __future__ import annotations

from papaver.report.alike import calendar, dangers, ribbons
from papaver.report.bodyfigure import picture as body
from papaver.report.figures import (
    Picture,
    draws,
    outcomes,
    overdose,
    set_and_setting,
    statuses,
    withdrawal,
)
from papaver.report.figures import pictures as study
from papaver.report.lifefigure import picture as life
from papaver.report.reading import reading_picture as reading
from papaver.report.toxicology import detection_picture as detection
from papaver.report.trial import picture as trial
from papaver.report.withdrawalfigure import picture as after_stopping

__all__ = [
    "Picture",
    "after_stopping",
    "body",
    "calendar",
    "dangers",
    "detection",
    "draws",
    "life",
    "outcomes",
    "overdose",
    "reading",
    "ribbons",
    "set_and_setting",
    "statuses",
    "study",
    "trial",
    "withdrawal",
]
