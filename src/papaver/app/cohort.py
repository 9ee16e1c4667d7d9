"""A cohort: any scenario file, opened, edited in a form, run, with its report beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nicegui import events, run, ui

from papaver.app.forms import Form, mended_here
from papaver.app.frame import page, warning
from papaver.app.jobs import Job
from papaver.app.yamltext import to_yaml
from papaver.errors import InputError
from papaver.scenario import TEMPLATES, Scenario, loads, template
from papaver.scenario.document import MOST_BYTES
from papaver.scenario.help import SCENARIO

FIRST = "responsible_use"
QUICK_PEOPLE, QUICK_DRAWS = 60, 6
POLL = 0.3


def plain(text: str, file: str) -> dict[str, Any]:
    """The content of a valid scenario file as plain data. Raises InputError."""
    data = loads(text, file).model_dump(mode="json", exclude_unset=True)
    return dict(data)


@dataclass
class Page:
    """What one person has open in one tab."""

    data: dict[str, Any]
    job: Job | None = None
    parts: dict[str, Any] = field(default_factory=dict)

    # -------------------------------------------------------------------------------------------- editing

    def scenario(self) -> Scenario:
        """The scenario of the form. Raises InputError with every fault."""
        return loads(to_yaml(self.data), "the form")

    def check(self) -> None:
        """Tell the faults of the form, or let it run."""
        try:
            self.scenario()
        except InputError as error:
            self._fault(mended_here(error))
        else:
            self._fault("")

    def _fault(self, text: str) -> None:
        self.parts["fault"].set_text(text)
        self.parts["fault"].set_visibility(bool(text))
        self.parts["run"].set_enabled(not text and not self.running)

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self.job is not None and self.job.state == "running"

    def open(self, text: str, name: str) -> None:
        """Take another scenario into the form; a faulty one changes nothing but the message."""
        try:
            data = plain(text, name)
        except InputError as error:
            self._fault(str(error))
            return
        self.data.clear()
        self.data.update(data)
        self.parts["form"].refresh()
        self.check()
        ui.notify(f"{name} is open.")

    async def upload(self, event: events.UploadEventArguments) -> None:
        """Open a file that was dropped on the page."""
        content = await event.file.read()
        try:
            self.open(content.decode("utf-8"), event.file.name)
        except UnicodeDecodeError:
            self._fault(f"{event.file.name} is not text in UTF-8.")

    # -------------------------------------------------------------------------------------------- running

    async def start(self) -> None:
        """Run the scenario of the form."""
        try:
            scenario = self.scenario()
        except InputError as error:
            self._fault(mended_here(error))
            return
        self.job = Job(scenario)
        self.parts["run"].set_enabled(False)
        self.parts["cancel"].set_visibility(True)
        self.parts["bar"].set_visibility(True)
        await run.io_bound(self.job.start)

    def cancel(self) -> None:
        """Stop the run."""
        if self.job is not None:
            self.job.cancel()

    def poll(self) -> None:
        """Show how far the run is; show its report when it is done."""
        job = self.job
        if job is None or ("shown" in self.parts and self.parts["shown"] is job):
            return
        self.parts["bar"].set_value(round(job.share, 3))
        self.parts["state"].set_text(_state(job))
        if job.state == "running":
            return
        self.parts["shown"] = job
        self.parts["cancel"].set_visibility(False)
        self.parts["bar"].set_visibility(False)
        self.parts["run"].set_enabled(True)
        if job.state == "failed":
            self._fault(job.message)
        elif job.state == "done":
            self.parts["report"].refresh()


def _state(job: Job) -> str:
    if job.state != "running":
        return {"done": "Done.", "cancelled": "Cancelled.", "failed": "Stopped by a fault."}[job.state]
    return (
        f"{100 * job.share:.0f} % of people"
        if job.share
        else "Getting ready: the first run compiles for a while."
    )


def build() -> None:
    """The page."""
    text = template(FIRST, FIRST)
    data = plain(text, FIRST)
    data |= {"people": QUICK_PEOPLE, "draws": QUICK_DRAWS}
    state = Page(data)
    title = "A cohort: what becomes of people under different plans"
    with page(title, "/cohort"):
        warning("It tells of groups of people. It is no forecast and no advice for anybody.")
        with ui.element("div").classes("papaver-two"):
            with ui.column().classes("w-full"):
                _opening(state)
                _controls(state)
                form = ui.refreshable(lambda: Form(SCENARIO, state.data, state.check).show())
                state.parts["form"] = form
                form()
            with ui.column().classes("w-full"):
                report = ui.refreshable(lambda: _report(state))
                state.parts["report"] = report
                report()
    ui.timer(POLL, state.poll)


def _opening(state: Page) -> None:
    """Open a scenario: one of the shipped ones, a file, or pasted text."""
    with ui.expansion("Open a scenario", icon="folder_open").classes("w-full papaver-group"):
        for name in TEMPLATES:
            ui.button(
                name.replace("_", " "), on_click=lambda _, name=name: state.open(template(name, name), name)
            ).props("flat no-caps dense")
        ui.upload(
            label="A scenario file (YAML)",
            on_upload=state.upload,
            auto_upload=True,
            max_file_size=MOST_BYTES,
            on_rejected=lambda: ui.notify("The file is too large for a scenario.", type="negative"),
        ).props('accept=".yaml,.yml"').classes("w-full")
        pasted = ui.textarea("Or paste its text").props("outlined").classes("w-full").mark("paste")
        ui.button("Open the text", on_click=lambda: state.open(pasted.value or "", "pasted text")).props(
            "no-caps"
        ).mark("paste.open")


def _controls(state: Page) -> None:
    with ui.row().classes("items-center"):
        state.parts["run"] = (
            ui.button("Run", icon="play_arrow", on_click=state.start).props("no-caps").mark("run")
        )
        state.parts["cancel"] = (
            ui.button("Cancel", on_click=state.cancel).props("flat no-caps").mark("cancel")
        )
        ui.button(
            "Scenario file",
            icon="download",
            on_click=lambda: ui.download.content(
                to_yaml(state.data), f"{state.data.get('name', 'scenario')}.yaml"
            ),
        ).props("flat no-caps")
    state.parts["cancel"].set_visibility(False)
    state.parts["bar"] = ui.linear_progress(0, show_value=False).props('aria-label="Progress of the run"')
    state.parts["bar"].set_visibility(False)
    state.parts["state"] = ui.label("").props('role="status"')
    state.parts["fault"] = ui.label("").classes("papaver-fault").props('role="alert"').mark("fault")
    state.parts["fault"].set_visibility(False)


def _report(state: Page) -> None:
    """The report of the last finished run."""
    job = state.job
    if job is None or job.state != "done":
        ui.label(
            f"The report appears here. The form opens with {QUICK_PEOPLE} people and {QUICK_DRAWS} draws so "
            "that a first run takes seconds; more of both make it surer."
        ).classes("q-pa-md")
        return
    address = f"/report/{job.token}"
    with ui.row():
        ui.link("Report in a tab of its own", address, new_tab=True)
        ui.link("scenario.yaml, which reproduces it", f"{address}/scenario.yaml", new_tab=True)
        ui.link("summary.json", f"{address}/summary.json", new_tab=True)
        ui.link("inputs.csv", f"{address}/inputs.csv", new_tab=True)
    frame = ui.element("iframe").props(f'src="{address}" title="Report of the run"')
    frame.style("width: 100%; height: 85vh; border: 1px solid #ccc; background: #fff").mark("report")
