"""A body: a dose and what it does over hours; the typical curve follows every change, bands come after it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from nicegui import run, ui

from papaver.app.frame import page, warning
from papaver.errors import InputError

if TYPE_CHECKING:
    from papaver.body.course import Course
    from papaver.body.regimen import Regimen

BAND_PEOPLE = 30
QUIET_SECONDS = 0.35
MOST_POINTS = 240
READY = "Getting ready: the first look compiles the model, which takes up to a minute."
FIRST_DOSE = {"heroin": 20.0}
PATTERNS = {
    "once": (1, 24.0),
    "twice a day": (2, 12.0),
    "three times a day": (3, 8.0),
    "once a day": (1, 24.0),
}
SEDATIVES = {
    "ethanol": ("Alcohol (g)", 1000.0),
    "diazepam": ("Diazepam (mg)", 1.0),
    "alprazolam": ("Alprazolam (mg)", 1.0),
}
NALOXONES = {
    "none": None,
    "0.4 mg into muscle": ("im", 0.4, ""),
    "4 mg nasal spray": ("intranasal", 4.0, "4 mg spray"),
}
ILLNESS = {"lung_disease": "Lung disease", "sleep_apnoea": "Sleep apnoea"}
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#000000")
DASHES = ("solid", "dashed", "dotted", [8, 3, 2, 3], [3, 3], "solid")


@dataclass
class State:
    """What is set on one page."""

    drug: str = "heroin"
    route: str = "iv"
    mg: float = 20.0
    pattern: str = "once"
    hours: float = 8.0
    tolerance: float = 1.0
    age: float | None = None
    weight: float | None = None
    sedatives: dict[str, float] = field(default_factory=dict)
    illness: list[str] = field(default_factory=list)
    naloxone: str = "none"
    naloxone_min: float = 15.0
    asked: int = 0
    parts: dict[str, Any] = field(default_factory=dict)

    def regimen(self) -> Regimen:
        """The doses that are set. Raises InputError."""
        from papaver.body.drugs import entry_of
        from papaver.body.regimen import Dose, Regimen

        entry_of(self.drug, self.route)
        _positive(self.mg, "the dose")
        many, every = PATTERNS[self.pattern]
        last = max(1, round(self.hours / 24.0)) if self.pattern != "once" else 1
        doses = [
            Dose(self.drug, 24.0 * day + k * every, self.mg, self.route)
            for day in range(last)
            for k in range(many)
            if 24.0 * day + k * every < self.hours
        ]
        doses += [Dose(n, 0.0, mg * SEDATIVES[n][1], "oral") for n, mg in self.sedatives.items() if mg]
        rescue = NALOXONES[self.naloxone]
        if rescue is not None:
            route, mg, product = rescue
            doses.append(Dose("naloxone", self.naloxone_min / 60.0, mg, route, 0.0, product or None))
        return Regimen(tuple(doses))

    def course(self, people: int) -> Course:
        """What happens in one typical person, or in virtual people."""
        from papaver.body.course import course

        held = {"age_years": self.age, "weight_kg": self.weight}
        given: dict[str, Any] = {name: value for name, value in held.items() if value is not None}
        return course(
            self.regimen(),
            self.hours,
            people=people,
            tolerance=self.tolerance,
            conditions=self.illness,
            **given,
        )


def _positive(value: object, what: str) -> None:
    if not isinstance(value, int | float) or not value > 0:
        raise InputError(f"{what} must be a number above 0.")


@cache
def _drugs() -> dict[str, tuple[str, ...]]:
    """Drugs that can be taken and their routes."""
    from papaver.body.drugs import drugs

    hidden = {"naloxone", "nalmefene", "naltrexone", *SEDATIVES}
    return {
        one.name: tuple(route for route, product in one.entries if not product)
        for one in drugs()
        if one.name not in hidden
    }


def build() -> None:
    """The page."""
    state = State()
    with page("A body: what a dose does over hours", "/body"):
        warning("A teaching model of groups of people. It cannot tell what a dose would do to anybody.")
        with ui.element("div").classes("papaver-two"):
            with ui.column().classes("w-full"):
                _inputs(state)
            with ui.column().classes("w-full"):
                _outputs(state)
    ui.timer(0.05, lambda: changed(state), once=True)


# ------------------------------------------------------------------------------------------------ inputs


def _inputs(state: State) -> None:
    def put(name: str) -> Any:
        async def changed_to(event: Any) -> None:
            setattr(state, name, event.value)
            await changed(state)

        return changed_to

    async def drug_chosen(event: Any) -> None:
        state.drug = event.value
        routes = list(_drugs()[state.drug])
        state.route = routes[0]
        state.parts["route"].set_options(routes, value=routes[0])
        await changed(state)

    async def sedative(name: str, event: Any) -> None:
        state.sedatives[name] = event.value or 0.0
        await changed(state)

    ui.select(list(_drugs()), label="Drug", value=state.drug, on_change=drug_chosen).props(
        "outlined dense"
    ).mark("drug").classes("w-full")
    state.parts["route"] = (
        ui.select(list(_drugs()[state.drug]), label="Route", value=state.route, on_change=put("route"))
        .props("outlined dense")
        .classes("w-full")
    )
    ui.number("Dose (mg of pure drug)", value=state.mg, min=0.001, max=2000, on_change=put("mg")).props(
        "outlined dense step=any debounce=120"
    ).classes("w-full").mark("dose")
    ui.label("Dose, by slider (mg)").classes("text-caption")
    ui.slider(min=1, max=300, step=1, value=state.mg, on_change=put("mg")).props(
        'label-always snap aria-label="Dose in mg"'
    ).classes("w-full q-mt-md").mark("dose.slider")
    ui.select(list(PATTERNS), label="How often", value=state.pattern, on_change=put("pattern")).props(
        "outlined dense"
    ).classes("w-full")
    ui.label("How used to opioids: 1 never used, 4.3 used daily for long").classes("text-caption")
    ui.slider(min=1, max=4.3, step=0.1, value=state.tolerance, on_change=put("tolerance")).props(
        'label aria-label="Tolerance of breathing"'
    ).classes("w-full").mark("tolerance")
    ui.select([2, 4, 8, 12, 24, 48, 72], label="Hours to look at", value=8, on_change=put("hours")).props(
        "outlined dense"
    ).classes("w-full")
    with ui.expansion("Other drugs, illness, naloxone", icon="add").classes("w-full papaver-group"):
        for name, (label, _) in SEDATIVES.items():
            ui.number(label, value=0, min=0, max=500, on_change=lambda e, name=name: sedative(name, e)).props(
                "outlined dense debounce=200"
            ).classes("w-full").mark(name)
        ui.select(ILLNESS, label="Illness", multiple=True, value=[], on_change=put("illness")).props(
            "outlined dense use-chips"
        ).classes("w-full")
        ui.number("Age (years)", min=18, max=95, on_change=put("age")).props(
            "outlined dense clearable debounce=200"
        ).classes("w-full")
        ui.number("Weight (kg)", min=35, max=200, on_change=put("weight")).props(
            "outlined dense clearable debounce=200"
        ).classes("w-full")
        ui.select(list(NALOXONES), label="Naloxone", value="none", on_change=put("naloxone")).props(
            "outlined dense"
        ).classes("w-full").mark("naloxone")
        ui.number("Naloxone after (min)", value=15, min=0, max=600, on_change=put("naloxone_min")).props(
            "outlined dense debounce=200"
        ).classes("w-full")


# ----------------------------------------------------------------------------------------------- outputs


def _outputs(state: State) -> None:
    state.parts["fault"] = ui.label("").classes("papaver-fault").props('role="alert"')
    state.parts["fault"].set_visibility(False)
    state.parts["words"] = ui.label(READY).classes("text-subtitle1").props('role="status"').mark("words")
    for name, height in (("breathing", 250), ("felt", 190), ("bound", 190), ("levels", 230)):
        chart = ui.echart(_empty()).style(f"height: {height}px; width: 100%").mark(f"chart.{name}")
        state.parts[name] = chart
    with ui.row().classes("items-center"):
        ui.button("Figure (SVG)", icon="download", on_click=lambda: _figure(state)).props("flat no-caps")
        ui.button("Table (CSV)", icon="download", on_click=lambda: _table(state)).props("flat no-caps")
        state.parts["command"] = ui.label("").classes("text-caption").style("font-family: monospace")
    with ui.expansion("Where the numbers come from", icon="menu_book").classes("w-full papaver-group"):
        ui.label(
            "Kinetics, receptor, breathing and reward each rest on published measurements; every number, its "
            "kind (published, derived, fitted, assumed) and its source is listed by `papaver evidence`."
        )


async def changed(state: State) -> None:
    """Follow a change: the typical person at once, bands over people when nothing changes for a while."""
    state.asked += 1
    mine = state.asked
    try:
        typical = await run.io_bound(state.course, 1)
    except (InputError, KeyError, TypeError) as error:
        _tell_fault(state, str(error))
        return
    if mine != state.asked or typical is None:
        return
    _tell_fault(state, "")
    _show(state, typical, None)
    await asyncio.sleep(QUIET_SECONDS)
    if mine != state.asked:
        return
    many = await run.io_bound(state.course, BAND_PEOPLE)
    if mine == state.asked:
        _show(state, typical, many)


def _tell_fault(state: State, text: str) -> None:
    state.parts["fault"].set_text(text)
    state.parts["fault"].set_visibility(bool(text))


def _show(state: State, typical: Course, many: Course | None) -> None:
    from papaver.report.body import sentences

    told = many or typical
    state.parts["words"].set_text(" ".join(sentences(told)))
    state.parts["command"].set_text(_command(state))
    for name, curves, axis, top in _charts(typical):
        bands = (
            {} if many is None else {n: v for c, v, *_ in _charts(many) if c == name for n, v in v.items()}
        )
        hours = {"typical": typical.hours, "many": told.hours}
        chart = state.parts[name]
        chart.options.clear()
        chart.options.update(_options(curves, bands, hours, axis, top, typical.hours[-1], name == "levels"))
        chart.update()


def _charts(course: Course) -> Sequence[tuple[str, dict[str, Any], str, float | None]]:
    """Each chart: name, curves (people, times), axis, top."""
    from papaver.report.body import _shown_levels, spoken

    rest = course.resting_ventilation_l_min[:, None]
    breathing = {
        "breathing (% of rest)": 100.0 * course.breathing["ventilation_l_min"] / rest,
        "O2 saturation (%)": course.breathing["arterial_o2_saturation_percent"],
    }
    felt = {"high": course.reward.high, "relief": course.reward.relief}
    bound = {} if course.binding is None else {
        f"{spoken(n)} bound": 100.0 * v for n, v in course.binding.occupancy.items() if float(v.max()) > 0.01
    }  # fmt: skip
    levels = {spoken(n): course.exposure.ng_per_ml(n) for n in _shown_levels(course)}
    return (
        ("breathing", breathing, "Breathing (%)", 110.0),
        ("felt", felt, "High and relief (0 to 1)", 1.0),
        ("bound", bound | {"agonist signal": 100.0 * course.signal}, "Mu receptors (%)", 100.0),
        ("levels", levels, "In plasma (ng/mL)", None),
    )


def _empty() -> dict[str, Any]:
    return {"xAxis": {"type": "value"}, "yAxis": {"type": "value"}, "series": []}


def _options(
    curves: dict[str, Any],
    bands: dict[str, Any],
    hours: dict[str, Any],
    axis: str,
    top: float | None,
    end: float,
    log: bool,
) -> dict[str, Any]:
    import numpy as np

    series: list[dict[str, Any]] = []
    highest = max((float(v.max()) for v in curves.values()), default=1.0)
    least = 1e-3 * max(highest, 1e-9)
    for place, (name, values) in enumerate(curves.items()):
        colour = COLOURS[place % len(COLOURS)]
        middle = np.median(values, axis=0)
        if name in bands:
            low, high = np.quantile(bands[name], [0.05, 0.95], axis=0)
            if log:
                low, high = np.maximum(low, least), np.maximum(high, least)
            series += _band(name, hours["many"], low, high, colour, log)
        line = np.maximum(middle, least) if log else middle
        series.append(
            {
                "name": name,
                "type": "line",
                "showSymbol": False,
                "animation": False,
                "itemStyle": {"color": colour},
                "lineStyle": {"color": colour, "type": DASHES[place % len(DASHES)], "width": 2},
                "data": _points(hours["typical"], line),
            }
        )
    y: dict[str, Any] = {"type": "log" if log else "value", "name": axis, "nameLocation": "end"}
    y |= {"nameTextStyle": {"align": "left"}, "min": least if log else 0}
    if log:
        y["min"] = float(f"{least:.1g}")
    elif top is not None:
        y["max"] = top
    return {
        "animation": False,
        "aria": {"enabled": True},
        "grid": {"left": 56, "right": 16, "top": 34, "bottom": 40},
        "legend": {"top": 0, "right": 0, "data": list(curves), "itemWidth": 34},
        "tooltip": {"trigger": "axis"},
        "xAxis": {
            "type": "value",
            "name": "hours",
            "nameLocation": "middle",
            "nameGap": 24,
            "max": float(end),
        },
        "yAxis": y,
        "series": series,
    }


def _band(name: str, hours: Any, low: Any, high: Any, colour: str, log: bool) -> list[dict[str, Any]]:
    """Nine of ten people: a filled band, or its two edges on a logarithmic axis, which cannot be stacked."""
    shared: dict[str, Any] = {
        "name": f"{name}, nine of ten",
        "type": "line",
        "showSymbol": False,
        "silent": True,
        "tooltip": {"show": False},
        "itemStyle": {"color": colour},
    }
    if log:
        edge = {"color": colour, "width": 1, "opacity": 0.5}
        return [shared | {"lineStyle": edge, "data": _points(hours, values)} for values in (low, high)]
    hidden = {"width": 0, "opacity": 0}
    return [
        shared | {"stack": name, "lineStyle": hidden, "data": _points(hours, low)},
        shared
        | {
            "stack": name,
            "lineStyle": hidden,
            "areaStyle": {"color": colour, "opacity": 0.18},
            "data": _points(hours, high - low),
        },
    ]


def _points(hours: Any, values: Any) -> list[list[float]]:
    """At most ``MOST_POINTS`` points, the closely spaced ones after a dose among them."""
    step = max(1, len(hours) // MOST_POINTS)
    keep = sorted({*range(0, len(hours), step), len(hours) - 1})
    return [[round(float(hours[k]), 4), float(f"{float(values[k]):.4g}")] for k in keep]


def _command(state: State) -> str:
    """The command that does the same."""
    return (
        f"papaver body {state.drug} {state.mg:g}mg --route {state.route} --hours {state.hours:g} "
        f"--tolerance {state.tolerance:g}"
    )


async def _figure(state: State) -> None:
    from papaver.report.body import picture

    found = await run.io_bound(state.course, BAND_PEOPLE)
    if found is not None:
        ui.download.content(picture(found).svg(), "body.svg")


async def _table(state: State) -> None:
    found = await run.io_bound(state.course, BAND_PEOPLE)
    if found is not None:
        ui.download.content(found.to_polars().write_csv(float_precision=6), "body.csv")
