"""The figures of a run, for the report, the command line, notebooks and the app.

Each function takes a ``Run`` and gives a ``Picture``: the finding as a title, a description for people who
cannot see it, a note on how to read it, and the drawing itself at any width.
"""

from __future__ import annotations

from papaver.report.figures.by_plan import draws, outcomes
from papaver.report.figures.by_trait import set_and_setting
from papaver.report.figures.days_ill import withdrawal
from papaver.report.figures.over_time import statuses
from papaver.report.figures.overdoses import overdose
from papaver.report.figures.picture import NARROW, WIDE, Picture
from papaver.report.read import Run

__all__ = [
    "NARROW",
    "WIDE",
    "Picture",
    "draws",
    "outcomes",
    "overdose",
    "pictures",
    "set_and_setting",
    "statuses",
    "withdrawal",
]


def pictures(run: Run) -> list[Picture]:
    """All figures of the report in order.

    The one on overdose only if anybody dies of one, the one on set and setting only if the scenario declares
    splits.
    """
    makers = [statuses, outcomes, withdrawal]
    if run.counts("events", "count", {"event": ["overdose_fatal"]}).any():
        makers.append(overdose)
    if run.splits:
        makers.append(set_and_setting)
    makers.append(draws)
    return [make(run) for make in makers]
