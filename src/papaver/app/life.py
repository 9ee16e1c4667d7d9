"""A life: set, setting, what was before and a plan; what tends to happen to people alike, beside no plan."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nicegui import events, run, ui

from papaver.app import lifewords
from papaver.app.drawing import figure_html, show, table_html
from papaver.app.forms import Form, mended_here
from papaver.app.frame import page, warning
from papaver.app.keeping import WIDE, Bar, Sources
from papaver.app.latest import Latest
from papaver.app.lifewords import BEFORE, FIRST, PLANS
from papaver.app.yamltext import to_yaml
from papaver.csvtext import of_rows
from papaver.errors import Fault, InputError

if TYPE_CHECKING:
    from papaver.report.alike import Told
    from papaver.report.figures import Picture
    from papaver.scenario.person import Person

QUICK_PEOPLE, MOST_PEOPLE = 100, 1000
MOST_PERSON_DAYS = 600_000  # what fits into memory twice over
NARROW_BELOW, NARROW = 700, 4.2
READY = "Getting ready: the first look compiles the model, which takes a minute or two."
PICTURES = ("ribbons", "dangers", "calendar", "life")


@dataclass
class Page:
    """What one person has open in one tab."""

    data: dict[str, Any]
    width: float = WIDE
    parts: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, Picture] = field(default_factory=dict)
    tables: dict[str, Callable[[], str]] = field(default_factory=dict)

    def person(self) -> Person:
        """The person of the form. Raises InputError with every fault."""
        from papaver.scenario.person import PERSON_FILE
        from papaver.scenario.reading import validated

        person = validated(PERSON_FILE, to_yaml(self.data), "the form")[0]
        most = MOST_PERSON_DAYS // person.days
        if person.people > most:
            what = f"{person.people:,} people over {person.days:,} days are too many for this page."
            remedy = f"Follow at most {most:,} here; `papaver life` follows more."
            raise InputError(Fault(what, remedy, field="people"))
        return person

    def tell_fault(self, text: str) -> None:
        """Show a fault, or take it away."""
        self.parts["fault"].set_text(text)
        self.parts["fault"].set_visibility(bool(text))

    # ------------------------------------------------------------------------------------------- following

    async def follow(self, outdated: Callable[[], bool]) -> None:
        """People alike under the plan and without it: words first, then one figure after the other."""
        try:
            person = self.person()
        except InputError as error:
            self.tell_fault(mended_here(error))
            self.say("Nothing is followed until this is mended; what is below belongs to the last entry.")
            return
        self.tell_fault("")
        self.say(f"Following {person.people:,} people ..." if self.pictures else READY)
        told = await run.io_bound(_told, person)
        if told is None or outdated():
            return
        self.words(person, told)
        self.pictures = await run.io_bound(_pictures, person, told) or {}
        for name in PICTURES:
            self.parts[f"{name}.keep"].appear(name in self.pictures)
            if name not in self.pictures:
                self.parts[name].set_content("")
                continue
            drawn = await run.io_bound(figure_html, self.pictures[name], self.width)
            if outdated():
                return
            self.parts[name].set_content(drawn or "")
        self.say(f"{person.people:,} people alike, {person.days:,} days each.")

    def say(self, text: str) -> None:
        """What is going on, for eyes and screen readers."""
        self.parts["state"].set_text(text)

    def words(self, person: Person, told: list[Told]) -> None:
        """Sentences and the table of two plans."""
        from papaver.report import alike, life
        from papaver.report.lifefigure import ZOOM_DAYS, zoom_from

        story = told[0].story
        self.parts["alike"].set_text(" ".join(life.people_alike(person, story)))
        self.parts["one"].set_text(" ".join(life.one_person(person, story)))
        table = table_html(list(alike.rows(told)), "With the plan, and without it", alike.TABLE_NOTE)
        self.parts["table"].set_content(table)
        self.parts["warnings"].set_content(lifewords.warnings_html(person, story))
        for row in self.parts["tables"]:
            row.set_visibility(True)
        self.tables = {
            "days.csv": lambda: life.days_csv(story),
            "hours.csv": lambda: life.hours_csv(story, zoom_from(person, story), ZOOM_DAYS),
            "plans.csv": lambda: of_rows(alike.rows(told)),
        }

    # --------------------------------------------------------------------------------------------- opening

    def put(self, **parts: Any) -> None:
        """Replace parts of the person and show them in the form."""
        for name, value in parts.items():
            self.data[name] = copy.deepcopy(value)
        self.parts["form"].refresh()

    async def upload(self, event: events.UploadEventArguments) -> None:
        """Open a person file that was dropped on the page; a faulty one changes nothing but the message."""
        from papaver.scenario.person import PERSON_FILE
        from papaver.scenario.reading import validated

        content = await event.file.read()
        try:
            made = validated(PERSON_FILE, content.decode("utf-8"), event.file.name)[0]
        except UnicodeDecodeError:
            self.tell_fault(f"{event.file.name} is not text in UTF-8.")
            return
        except InputError as error:
            self.tell_fault(str(error))
            return
        self.data.clear()
        self.put(**made.model_dump(mode="json", exclude_unset=True))
        await self.parts["latest"].ask()


def _told(person: Person) -> list[Told]:
    """The story under the plan and, if there is one, without it."""
    from papaver.evidence import inputs
    from papaver.person.story import follow_middle
    from papaver.report.alike import Told
    from papaver.scenario.alike import alike_of

    central = inputs.central()
    persons = [(lifewords.plan_words(person), person)]
    if person.plan:
        persons.append(("No plan", person.model_copy(update={"plan": ()})))
    return [
        Told(words, follow_middle(alike_of(one, central), one.people, central, seed=one.seed))
        for words, one in persons
    ]


def _pictures(person: Person, told: list[Told]) -> dict[str, Picture]:
    from papaver.evidence import inputs
    from papaver.report import gallery

    found = {
        "calendar": gallery.calendar(told[0], inputs.central()),
        "life": gallery.life(person, told[0].story),
    }
    if person.people > 1:
        found["ribbons"] = gallery.ribbons(told)
        if not person.taken:
            found["dangers"] = gallery.dangers(told)
    return found


# -------------------------------------------------------------------------------------------------- the page


async def build() -> None:
    """The page."""
    state = Page(copy.deepcopy(FIRST) | {"people": QUICK_PEOPLE})
    latest = state.parts["latest"] = Latest(state.follow)
    with page("A life: what tends to happen to people alike", "/life"):
        warning("It tells of groups of people. It is no forecast for you or for anybody you know.")
        with ui.element("div").classes("papaver-two"):
            with ui.column().classes("w-full"):
                _inputs(state, latest)
            with ui.column().classes("w-full"):
                _outputs(state)
    await ui.context.client.connected()
    inner = await ui.run_javascript("window.innerWidth", timeout=5)
    state.width = NARROW if isinstance(inner, int | float) and inner < NARROW_BELOW else WIDE
    await latest.ask()


def _inputs(state: Page, latest: Latest) -> None:
    from papaver.scenario.person import PERSON

    async def chosen(part: str, presets: dict[str, Any], event: Any) -> None:
        state.put(**{part: presets[event.value]})
        await latest.ask()

    ui.select(list(BEFORE), label="What was before", value=next(iter(BEFORE))).props(
        "outlined dense"
    ).classes("w-full").mark("before").on_value_change(lambda e: chosen("before", BEFORE, e))
    ui.select(list(PLANS), label="Plan", value=lifewords.FIRST_PLAN).props("outlined dense").classes(
        "w-full"
    ).mark("plan").on_value_change(lambda e: chosen("plan", PLANS, e))
    with ui.row().classes("items-center"):
        for people in (QUICK_PEOPLE, MOST_PEOPLE):
            ui.button(
                f"Follow {people:,} people", on_click=lambda _, n=people: _more(state, latest, n)
            ).props("no-caps outline dense").classes("q-px-sm")
    with ui.expansion("Set, setting, past and plan in detail", icon="tune").classes("w-full papaver-group"):
        form = ui.refreshable(lambda: Form(PERSON, state.data, latest.soon).show())
        state.parts["form"] = form
        form()
    with ui.expansion("Open a person file", icon="folder_open").classes("w-full papaver-group"):
        ui.upload(
            label="A person file (YAML)", on_upload=state.upload, auto_upload=True, max_file_size=262_144,
            on_rejected=lambda: state.tell_fault("The file is too large for a person file."),
        ).props('accept=".yaml,.yml"').classes("w-full")  # fmt: skip


async def _more(state: Page, latest: Latest, people: int) -> None:
    state.put(people=people)
    await latest.ask()


def _save(state: Page) -> None:
    try:
        person = state.person()
    except InputError as error:
        state.tell_fault(mended_here(error))
        return
    ui.download.content(to_yaml(state.data), f"{person.name}.yaml")


def _outputs(state: Page) -> None:
    parts = state.parts
    parts["fault"] = ui.label("").classes("papaver-fault").props('role="alert"')
    parts["fault"].set_visibility(False)
    parts["state"] = ui.label(READY).classes("text-caption").props('role="status"').mark("state")
    parts["warnings"] = show("")
    parts["alike"] = ui.label("").classes("papaver-words").mark("alike")
    _figure(state, "ribbons")
    parts["table"] = show("")
    _tables(state, "plans.csv")
    _figure(state, "dangers")
    _figure(state, "calendar")
    parts["one"] = ui.label("").classes("papaver-words")
    _figure(state, "life")
    _tables(state, "days.csv", "hours.csv")
    with ui.row().classes("items-center"):
        ui.label("All of it again:")
        ui.button("Person file (YAML)", icon="download", on_click=lambda: _save(state)).props("flat no-caps")
        ui.label("papaver life FILE").classes("papaver-code")
    parts["sources"] = Sources(_sources, "papaver_life.bib")


def _figure(state: Page, name: str) -> None:
    """The place of a figure, and what can be taken along."""
    state.parts[name] = show("")
    state.parts[f"{name}.keep"] = Bar(
        lifewords.FIGURES[name],
        lambda: f"{state.data['name']}_{name}",
        lambda: state.pictures.get(name),
        lambda: state.parts["sources"],
    )


def _tables(state: Page, *names: str) -> None:
    """Buttons to take tables along; shown once there are any."""
    row = ui.row().classes("items-center gap-1 papaver-keep")
    row.set_visibility(False)
    state.parts.setdefault("tables", []).append(row)
    with row:
        for name in names:
            words = f"{lifewords.TABLES[name]} (CSV)"
            ui.button(words, icon="download", on_click=lambda _, n=name: _table(state, n)).props(
                "flat no-caps dense"
            )


def _sources() -> tuple[str, ...]:
    from papaver.evidence import life_inputs, sources_of

    return sources_of([one.name for one in life_inputs()])


def _table(state: Page, name: str) -> None:
    if name in state.tables:
        ui.download.content(state.tables[name](), f"{state.data['name']}_{name}")
    else:
        ui.notify("There is no such table yet.")
