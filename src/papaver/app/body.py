"""A body: a dose and what it does over hours; the typical curve follows every change, bands come after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nicegui import run, ui

from papaver import __version__
from papaver.app import bodycharts, bodywords, tests_positive
from papaver.app.bodystate import BAND_PEOPLE, State
from papaver.app.bodywords import ILLNESS, NALOXONES, PATTERNS, READY, SEDATIVES
from papaver.app.drawing import show, svg_of
from papaver.app.frame import page, warning
from papaver.app.keeping import WIDE, Bar, Sources
from papaver.app.latest import Latest
from papaver.errors import InputError

if TYPE_CHECKING:
    from papaver.body.course import Course


def build() -> None:
    """The page."""
    state = State()
    latest = state.parts["latest"] = Latest(lambda _: follow(state))
    state.parts["bands"] = Latest(lambda _: widen(state))
    with page("A body: what a dose does over hours", "/body"):
        warning("A teaching model of groups of people. It cannot tell what a dose would do to anybody.")
        with ui.element("div").classes("papaver-two papaver-woven"):
            with ui.column().classes("papaver-column"):
                with ui.column().classes("w-full").style("order: 1"):
                    _dose(state, latest)
                with ui.column().classes("w-full").style("order: 3"):
                    _person(state, latest)
            with ui.column().classes("papaver-column"):
                with ui.column().classes("w-full").style("order: 2"):
                    _first_answer(state)
                with ui.column().classes("w-full").style("order: 4"):
                    _more_answers(state)
    ui.timer(0.05, latest.ask, once=True)


# ------------------------------------------------------------------------------------------------ inputs


def _put(state: State, latest: Latest, name: str) -> Any:
    async def changed_to(event: Any) -> None:
        setattr(state, name, event.value)
        await latest.ask()

    return changed_to


def _dose(state: State, latest: Latest) -> None:
    parts = state.parts

    async def drug_chosen(event: Any) -> None:
        state.drug = event.value
        first, top, step = bodywords.slider(state.drug)
        routes = bodywords.routes(state.drug)
        state.route, state.mg = next(iter(routes)), first
        parts["route"].set_options(routes, value=state.route)
        parts["slider"].props(f"max={top} min={step} step={step}")
        for name in ("dose", "slider"):
            parts[name].set_value(first)
        await latest.ask()

    async def dosed(event: Any) -> None:
        """Number and slider are two hands on one dose."""
        if event.value == state.mg:
            return
        state.mg = event.value
        for name in ("dose", "slider"):
            if parts[name] is not event.sender and event.value is not None:
                parts[name].set_value(event.value)
        await latest.ask()

    ui.select(list(bodywords.drugs()), label="Drug", value=state.drug, on_change=drug_chosen).props(
        "outlined dense"
    ).mark("drug").classes("w-full")
    parts["route"] = (
        ui.select(
            bodywords.routes(state.drug), label="How it is taken (route)", value=state.route,
            on_change=_put(state, latest, "route"),
        )
        .props("outlined dense").classes("w-full").mark("route")
    )  # fmt: skip
    parts["dose"] = (
        ui.number("Dose (mg of pure drug)", value=state.mg, min=0, max=2000, on_change=dosed)
        .props("outlined dense step=any")
        .classes("w-full")
        .mark("dose")
    )
    _, top, step = bodywords.slider(state.drug)
    parts["slider"] = (
        ui.slider(min=step, max=top, step=step, value=state.mg, on_change=dosed)
        .props('label snap aria-label="Dose in mg, by slider"')
        .classes("w-full")
        .mark("dose.slider")
    )
    parts["record"] = ui.label("").classes("papaver-warning").props('role="note"')
    parts["record"].set_visibility(False)
    ui.select(
        list(PATTERNS), label="How often", value=state.pattern, on_change=_put(state, latest, "pattern")
    ).props("outlined dense").classes("w-full")


def _person(state: State, latest: Latest) -> None:
    words = ui.label(bodywords.tolerance_words(state.tolerance)).classes("text-caption")

    async def tolerance(event: Any) -> None:
        state.tolerance = event.value
        words.set_text(bodywords.tolerance_words(event.value))
        await latest.ask()

    ui.slider(min=1, max=bodywords.most_tolerance(), step=0.1, value=1, on_change=tolerance).props(
        'label aria-label="Tolerance of breathing: how used to opioids"'
    ).classes("w-full").mark("tolerance")
    ui.select(
        [2, 4, 8, 12, 24, 48, 72], label="Hours to look at", value=8, on_change=_put(state, latest, "hours")
    ).props("outlined dense").classes("w-full").mark("hours")
    with ui.expansion("Other drugs, illness, naloxone", icon="add").classes("w-full papaver-group"):
        _others(state, latest)


def _others(state: State, latest: Latest) -> None:
    async def sedative(name: str, event: Any) -> None:
        state.sedatives[name] = event.value or 0.0
        await latest.ask()

    def number(label: str, name: str, low: float, high: float, **more: Any) -> Any:
        return (
            ui.number(label, min=low, max=high, on_change=_put(state, latest, name), **more)
            .props("outlined dense")
            .classes("w-full q-mb-sm")
            .mark(name)
        )

    for name, (label, _) in SEDATIVES.items():
        ui.number(label, value=0, min=0, max=500, on_change=lambda e, name=name: sedative(name, e)).props(
            "outlined dense"
        ).classes("w-full q-mb-sm").mark(name)
    ui.select(
        ILLNESS, label="Illness", multiple=True, value=[], on_change=_put(state, latest, "illness")
    ).props("outlined dense use-chips").classes("w-full q-mb-sm")
    number("Age (years)", "age", 18, 95).props("clearable")
    number("Weight (kg)", "weight", 35, 200).props("clearable")
    ui.select(
        list(NALOXONES), label="Naloxone", value="none", on_change=_put(state, latest, "naloxone")
    ).props("outlined dense").classes("w-full q-mb-sm").mark("naloxone")
    number("Naloxone after (minutes)", "naloxone_min", 0, 600, value=15)


# ----------------------------------------------------------------------------------------------- outputs


def _chart(state: State, name: str) -> None:
    height = bodycharts.HEIGHTS[name]
    label = bodycharts.LABELS[name]
    state.parts[name] = (
        ui.echart(bodycharts.empty())
        .style(f"height: {height}px; width: 100%")
        .props(f'role="img" aria-label="{label}; the sentence above says what they show"')
        .mark(f"chart.{name}")
    )


def _first_answer(state: State) -> None:
    parts = state.parts
    parts["fault"] = ui.label("").classes("papaver-fault").props('role="alert"')
    parts["danger"] = ui.label("").classes("papaver-fault").props('role="note"').mark("danger")
    for name in ("fault", "danger"):
        parts[name].set_visibility(False)
    parts["words"] = ui.label(READY).classes("papaver-words").props('role="status"').mark("words")
    _chart(state, "breathing")


def _more_answers(state: State) -> None:
    for name in ("felt", "bound", "levels"):
        _chart(state, name)
    ui.label(
        "Lines: one typical person. Pale bands: nine of ten virtual people who differ in size, kinetics and "
        "breathing."
    ).classes("text-caption")
    with ui.row().classes("items-center gap-1"):
        ui.button("Figure (SVG)", icon="download", on_click=lambda: _figure(state)).props(
            "flat no-caps dense"
        )
        ui.button("Table (CSV)", icon="download", on_click=lambda: _table(state)).props("flat no-caps dense")
        ui.button("Sources", icon="menu_book", on_click=lambda: state.parts["sources"].open()).props(
            "flat no-caps dense"
        )
    with ui.expansion("The same from the command line", icon="terminal").classes("w-full papaver-group"):
        state.parts["command"] = ui.label("").classes("papaver-code").mark("command")
        ui.button("Keep as a file (SH)", icon="download", on_click=lambda: _script(state)).props(
            "flat no-caps"
        )
    with ui.expansion("How long tests stay positive", icon="science").classes("w-full papaver-group"):
        button = ui.button("Follow specimens of this dose", on_click=lambda: _tests(state)).props("no-caps")
        state.parts["tests.button"] = button
        state.parts["tests.state"] = ui.label("").props('role="status"').classes("text-caption")
        state.parts["tests"] = show("").mark("tests")
        state.parts["tests.keep"] = Bar(
            "How long tests stay positive",
            lambda: "detection",
            lambda: state.parts.get("tests.picture"),
            lambda: state.parts["sources"],
        )
    state.parts["sources"] = Sources(lambda: _sources(state), "papaver_body.bib")


async def follow(state: State) -> None:
    """Follow a change: the typical person at once, bands over people when nothing changes for a while."""
    found = await _tried(state, state.typical)
    if found is None:
        return
    state.shown, charts = found
    _show(state, state.shown, None, charts)
    state.parts["bands"].soon()


async def widen(state: State) -> None:
    """Bands over virtual people around the typical person shown; dropped if another one is shown by then."""
    typical = state.shown
    if typical is None:
        return
    banded = await _tried(state, state.banded, typical)
    if banded is not None and state.shown is typical and not state.parts["latest"].busy:
        _show(state, typical, *banded)


async def _tried(state: State, work: Callable[..., Any], *given: Any) -> Any:
    """The result of work in a thread; a fault in what is set is told and gives nothing."""
    try:
        found = await run.io_bound(work, *given)
    except (InputError, KeyError, TypeError) as error:
        _tell_fault(state, str(error))
        return None
    _tell_fault(state, "")
    return found


def _tell(element: Any, text: str) -> None:
    if element.text != text:
        element.set_text(text)
    element.set_visibility(bool(text))


def _tell_fault(state: State, text: str) -> None:
    _tell(state.parts["fault"], text)


def _show(state: State, typical: Course, many: Course | None, charts: dict[str, Any]) -> None:
    from papaver.report.body import sentences

    parts = state.parts
    parts["words"].set_text(" ".join(sentences(many or typical)))
    parts["command"].set_text(bodywords.command(state))
    parts["sources"].refresh()
    _tell(parts["danger"], bodywords.danger(typical, many))
    _tell(parts["record"], bodywords.beyond_record(typical.regimen))
    for name, options in charts.items():
        chart = parts[name]
        chart.options.clear()
        chart.options.update(options)
        chart.update()


# --------------------------------------------------------------------------------------------- on request


async def _tests(state: State) -> None:
    """How long tests stay positive: one dose, or daily use for a month where a daily pattern is set."""
    hours = 24.0 * tests_positive.DAYS
    button, said = state.parts["tests.button"], state.parts["tests.state"]
    button.disable()
    said.set_text("Following people and their specimens ...")
    regimen = await _tried(state, state.main, hours)
    found = None if regimen is None else await _tried(state, tests_positive.followed, regimen)
    drawn = None if found is None else await run.io_bound(tests_positive.as_html, found, WIDE)
    state.parts["tests"].set_content(drawn or "")
    state.parts["tests.picture"] = None if found is None else tests_positive.picture(found)
    state.parts["tests.keep"].appear(state.parts["tests.picture"] is not None)
    said.set_text("" if drawn else "Nothing could be followed; see the message above.")
    button.enable()


async def _figure(state: State) -> None:
    from papaver.report import gallery

    found = await _tried(state, state.course, BAND_PEOPLE)
    if found is not None:
        drawn = await run.io_bound(svg_of, gallery.body(found), WIDE)
        ui.download.content((drawn or "") + "\n", "body.svg")


async def _table(state: State) -> None:
    found = await _tried(state, state.course, BAND_PEOPLE)
    if found is not None:
        ui.download.content(found.to_polars().write_csv(float_precision=6), "body.csv")


def _sources(state: State) -> tuple[str, ...]:
    taken = [name for name, amount in state.sedatives.items() if amount]
    return bodywords.sources((state.drug, *taken, "naloxone"))


def _script(state: State) -> None:
    ui.download.content(f"#!/bin/sh\n# papaver {__version__}\n{state.parts['command'].text}\n", "body.sh")
