"""What every page shares: navigation, help one click away, what this is not, and the look."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from papaver.report.resources import by_country

VIEWS = (("/body", "A body"), ("/life", "A life"), ("/cohort", "A cohort"))
NOT_ADVICE = (
    "A model of groups of people. Not a medical device, no advice on doses, no forecast for anybody, and no "
    "way to use more safely alone or to pass a drug test."
)
STYLE = """
:root { --q-primary: #00588a; }
body { background: #fafafa; color: #1c1c1c; font-size: 16px; }
.papaver-page { max-width: 1240px; margin: 0 auto; width: 100%; padding: 0 12px 48px; }
.papaver-fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 22px 16px;
  width: 100%; padding: 6px 0 18px; }
.papaver-fields .q-field__bottom { font-size: 12.5px; line-height: 1.3; color: #444; }
.papaver-group { border: 1px solid #d5d5d5; border-radius: 6px; background: #fff; }
.papaver-group .q-item__label--caption, .text-caption { color: #484848; font-size: 13px; }
.papaver-two { display: grid; grid-template-columns: minmax(300px, 400px) minmax(0, 1fr); gap: 20px;
  width: 100%; }
@media (max-width: 860px) { .papaver-two { grid-template-columns: minmax(0, 1fr); } }
.papaver-column { width: 100%; min-width: 0; }
@media (max-width: 860px) { .papaver-woven { display: flex; flex-direction: column; }
  .papaver-woven > .papaver-column { display: contents; } }
.papaver-cards { list-style: none; margin: 16px 0; padding: 0; display: grid; gap: 16px; width: 100%;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr)); }
.papaver-card { position: relative; background: #fff; border: 1px solid #b9c4cc; border-radius: 8px;
  padding: 16px; }
.papaver-card:not(.papaver-later):hover { border-color: #00588a; box-shadow: 0 1px 6px #0003; }
.papaver-cover::after { content: ""; position: absolute; inset: 0; }
.papaver-later { background: transparent; border-style: dashed; color: #484848; }
details.papaver-warning summary { cursor: pointer; font-weight: 600; }
.papaver-code { font-family: monospace; font-size: 14px; overflow-wrap: anywhere; user-select: all; }
.papaver-warning { border-left: 5px solid #b34700; background: #fff4ec; padding: 8px 12px; width: 100%;
  margin: 6px 0; }
.papaver-fault { border-left: 5px solid #a30000; background: #fff0f0; padding: 8px 12px; width: 100%;
  white-space: pre-wrap; }
.papaver-figure { margin: 14px 0; background: #fff; border: 1px solid #d5d5d5; border-radius: 6px;
  padding: 12px; }
.papaver-figure svg { width: 100%; max-width: 100%; height: auto; display: block; }
.papaver-figure h2 { font-size: 1.05rem; line-height: 1.35; font-weight: 600; margin: 0 0 8px;
  letter-spacing: 0; }
.papaver-figure figcaption, .papaver-table p { font-size: 13px; color: #484848; margin: 6px 0 0; }
.papaver-keep { margin-top: -10px; }
.papaver-words { max-width: 75ch; line-height: 1.5; }
.papaver-table { overflow-x: auto; }
.papaver-table table { border-collapse: collapse; width: 100%; background: #fff; }
.papaver-table caption { text-align: left; font-weight: 600; padding: 6px 0; }
.papaver-table th, .papaver-table td { text-align: left; padding: 5px 8px; border-bottom: 1px solid #ddd; }
.papaver-table thead th { vertical-align: bottom; }
.papaver-table tbody th { font-weight: 400; }
.papaver-table td { white-space: nowrap; font-variant-numeric: tabular-nums; }
.papaver-sources { font-size: 14px; padding-left: 24px; overflow-wrap: anywhere; }
.papaver-sources li { margin: 4px 0; }
a { color: #00588a; }
:focus-visible { outline: 3px solid #e69f00; outline-offset: 2px; }
"""


@contextmanager
def page(title: str, here: str) -> Iterator[None]:
    """A page with its header and footer; its content goes into the ``with``."""
    ui.page_title(f"{title} · papaver")
    ui.add_css(STYLE)
    ui.colors(primary="#00588a", accent="#b34700")
    help_dialog = _help()
    with ui.header().classes("items-center").style("background: #00466e"):
        ui.link("papaver", "/").classes("text-white text-h6 no-underline")
        with ui.element("nav").props('aria-label="Views"').classes("row gap-3"):
            for path, name in VIEWS:
                link = ui.link(name, path).classes("text-white")
                if path == here:
                    link.props('aria-current="page"').classes("text-bold")
        ui.space()
        ui.button("Where help is", icon="support", on_click=help_dialog.open).props(
            "color=white text-color=black no-caps dense"
        ).mark("help")
    with ui.element("div").classes("papaver-page"):
        ui.html(
            f"<h1 style='font-size:1.7rem;line-height:1.25;margin:18px 0 4px'>{title}</h1>", sanitize=False
        )
        yield
        ui.separator().classes("q-my-md")
        ui.label(NOT_ADVICE).classes("text-caption")


def _help() -> ui.dialog:
    """Emergency numbers and helplines by country."""
    with ui.dialog() as dialog, ui.card().classes("w-full").style("max-width: 720px"):
        ui.label("Where help is").classes("text-h6")
        ui.label(
            "Somebody who cannot be woken, breathes slowly or turns blue needs an ambulance now, naloxone if "
            "it is at hand, and breaths."
        ).classes("papaver-warning")
        ui.label(f"Emergency: {_emergency()}.").classes("text-weight-bold")
        for country, services in by_country().items():
            with ui.expansion(country, value=len(by_country()) < 3).classes("w-full"):
                for one in services:
                    with ui.row().classes("items-baseline"):
                        ui.label(f"{one.service} ({one.kind})")
                        if one.number:
                            ui.link(one.number, f"tel:{one.dial}")
                        if one.web:
                            ui.label(one.web).classes("text-caption")
                        ui.label(f"checked {one.checked}").classes("text-caption")
        ui.button("Close", on_click=dialog.close).props("no-caps")
    return dialog


def _emergency() -> str:
    """Numbers of ambulances, each with the countries where it is right."""
    numbers: dict[str, list[str]] = {}
    for country, services in by_country().items():
        for one in services:
            if one.kind == "emergency":
                numbers.setdefault(one.number, []).append(country)
    return "; ".join(f"{number} ({', '.join(countries)})" for number, countries in sorted(numbers.items()))


def warning(text: str) -> ui.label:
    """A line that must not be overlooked."""
    return ui.label(text).classes("papaver-warning").props('role="note"')
