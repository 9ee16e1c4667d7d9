"""The figure of one body: levels, receptors, breathing, and what is felt, over the hours."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from papaver.report.body import (
    MOST_LINES,
    band,
    finding,
    most_live,
    sentences,
    share_with,
    shown_levels,
    spoken,
)
from papaver.report.figures.layout import new_figure
from papaver.report.figures.picture import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from papaver.body.course import Course
    from papaver.report.read import Floats

COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, BLACK, SKY)
ANALYTES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
STYLES = ("-", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)), (0, (3, 1)), "-", (0, (1, 2)))
QUICK_ROUTES = ("iv", "smoked", "intranasal", "im", "sc")
ZOOM_HOURS, LONG_HOURS = 1.0, 3.0  # a longer look gets its first hour drawn by itself


def picture(course: Course) -> Picture:
    """Levels, what is bound, breathing, and high and relief, one above the other over the hours.

    Where a drug acts fast and the look is long, the first hour stands by itself on the left.
    """
    title = finding(course)
    note = _note(course)

    def paint(width: float) -> Figure:
        spans = _spans(course) if width > 5 else [float(course.hours[-1])]
        figure = new_figure(width, 1.15 * width if width > 5 else 2.0 * width)
        columns = figure.subplots(
            4, len(spans), sharex="col", sharey="row", squeeze=False, width_ratios=[2, 3][-len(spans) :]
        )
        for place, span in enumerate(spans):
            _column(columns[:, place], course, span, legend=place == len(spans) - 1)
            if place:
                for panel in columns[:, place]:
                    panel.set_ylabel("")
        head, foot = textwrap.fill(title, int(11.5 * width)), textwrap.fill(note, int(18 * width))
        figure.suptitle(head, x=0.01, ha="left", fontsize=10.5, fontweight="bold")
        figure.supxlabel(foot, x=0.01, ha="left", fontsize=7.5, color="#555555")
        return figure

    return Picture("body", title, " ".join(sentences(course)), note, paint, partial(_rows, course))


def _rows(course: Course) -> Iterator[Sequence[object]]:
    """A row per person and time, with every column of the course."""
    frame = course.to_polars()
    yield frame.columns
    yield from frame.iter_rows()


def _note(course: Course) -> str:
    note = (
        "One typical person." if course.people == 1 else
        f"Lines: the person in the middle of {course.people} virtual people; bands: nine of ten."
    )  # fmt: skip
    if share_with(course, "arrest"):
        note += " Of those whose blood flows; black upright line: a cardiac arrest in half of all."
    return note


def _column(panels: Any, course: Course, span: float, *, legend: bool) -> None:
    """The four panels over the first ``span`` hours."""
    for paint_one, panel in zip((_levels, _bound, _breathing, _felt), panels, strict=True):
        paint_one(panel, course, legend=legend)
    _mark_antagonists(panels, course, span)
    panels[-1].set_xlim(0, span)
    panels[-1].set_xlabel("hours")
    if span <= ZOOM_HOURS:
        panels[-1].set_xlabel("minutes: the first hour")
        panels[-1].set_xticks([k / 60 for k in (0, 15, 30, 45)], ["0", "15", "30", "45"])


def _mark_antagonists(panels: Any, course: Course, span: float) -> None:
    """An upright line through the panels where an antagonist is given, named above it."""
    from papaver.body.drugs import drug

    for dose in course.regimen.doses:
        if drug(dose.drug).kind != "antagonist" or dose.hour > span:
            continue
        for panel in panels:
            panel.axvline(dose.hour, color=GREY, linewidth=0.9, linestyle=(0, (4, 3)), zorder=0)
        if span <= ZOOM_HOURS:
            panels[0].annotate(
                dose.drug,
                (dose.hour, 1.0),
                xycoords=("data", "axes fraction"),
                xytext=(2, 1),
                textcoords="offset points",
                color=GREY,
                fontsize=7.5,
            )


def _spans(course: Course) -> list[float]:
    """Hours that the columns of the figure show: the first hour too if much happens in it, or all of it."""
    whole = float(course.hours[-1])
    early = any(d.route in QUICK_ROUTES and d.hour < ZOOM_HOURS for d in course.regimen.doses)
    if not early or whole < LONG_HOURS:
        return [whole]
    still = most_live(course)
    if not still.all() and course.hours[still.argmin()] < ZOOM_HOURS:
        return [ZOOM_HOURS]
    return [ZOOM_HOURS, whole]


def _look(course: Course, name: str) -> tuple[str, Any]:
    """Colour and line of an analyte: the same in every panel."""
    names = [*shown_levels(course)]
    names += [one for one in course.exposure.plasma if one not in names]
    place = names.index(name) % len(ANALYTES)
    return ANALYTES[place], STYLES[place]


def _lines(
    axes: Axes,
    course: Course,
    curves: dict[str, Floats],
    looks: Sequence[tuple[str, Any]] = (),
    *,
    legend: bool,
) -> None:
    """Each curve with its band over the living, and its name in the legend."""
    plain = [(COLOURS[k % len(COLOURS)], STYLES[k % len(STYLES)]) for k in range(len(curves))]
    for (name, values), (colour, style) in zip(curves.items(), [*looks] or plain, strict=True):
        middle, low, high = band(course, values)
        if course.people > 1:
            axes.fill_between(course.hours, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(course.hours, middle, color=colour, linestyle=style, linewidth=1.8, label=name)
    still = most_live(course)
    if not still.all():
        axes.axvline(float(course.hours[still.argmin()]), color=BLACK, linewidth=0.8)
    if legend:
        corner: Any = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5), "borderaxespad": 0.4}
        axes.legend(**corner)


def _levels(axes: Axes, course: Course, *, legend: bool) -> None:
    import numpy as np

    names = shown_levels(course)
    curves = {spoken(name): course.exposure.ng_per_ml(name) for name in names}
    top = max((float(values.max()) for values in curves.values()), default=1.0)
    curves = {name: np.maximum(values, top * 1e-6) for name, values in curves.items()}
    _lines(axes, course, curves, [_look(course, name) for name in names], legend=legend)
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_ylim(top * 1e-4, top * 2)
    axes.set_ylabel("plasma level\n(ng/mL)")


def _bound(axes: Axes, course: Course, *, legend: bool) -> None:
    names: list[str] = []
    if course.binding is not None:
        bound = course.binding.occupancy
        names = [name for name in bound if float(bound[name].max()) > 0.01][:MOST_LINES]
    curves = {f"{spoken(name)} bound": 100.0 * bound[name] for name in names}
    curves["signal to breathing"] = 100.0 * course.signal
    looks = [*(_look(course, name) for name in names), (BLACK, (0, (1, 1)))]
    _lines(axes, course, curves, looks, legend=legend)
    axes.set_ylim(0, 100)
    axes.set_ylabel("mu receptors\n(%)")


def _breathing(axes: Axes, course: Course, *, legend: bool) -> None:
    rest = course.resting_ventilation_l_min[:, None]
    curves = {
        "breathing (% of rest)": 100.0 * course.breathing["ventilation_l_min"] / rest,
        "O2 saturation (%)": course.breathing["arterial_o2_saturation_percent"],
    }
    if float(course.sedation.max()) > 0.0:
        curves["sedation (%)"] = 100.0 * course.sedation
    _lines(axes, course, curves, legend=legend)
    axes.set_ylim(0, max(110.0, float(curves["breathing (% of rest)"].max())))
    axes.set_ylabel("breathing\n(%)")


def _felt(axes: Axes, course: Course, *, legend: bool) -> None:
    curves = {"high": course.reward.high}
    if float(course.reward.relief.max()) > 0.0:
        curves["relief"] = course.reward.relief
    _lines(axes, course, curves, legend=legend)
    axes.set_ylim(0, 1)
    axes.set_ylabel("high and relief\n(0 to 1)")
