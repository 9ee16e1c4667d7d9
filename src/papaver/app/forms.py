"""Form fields from a schema: every field of a scenario with its help text, unit and bounds.

A form edits plain data in place. What is entered is checked by the same rules as a file, so bounds here are
only a help while typing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from nicegui import ui

from papaver.errors import InputError
from papaver.scenario.help import Help

Spec = Mapping[str, Any]
Changed = Callable[[], None]
HIDDEN = ("papaver",)
NO_YES, CHANCE = ("no", "yes"), "left out"
MOST_SAFE = 2**53  # whole numbers above this are not exact in a browser


def mended_here(error: InputError) -> str:
    """The faults of what a form holds, by field: a form has no lines."""
    return str(InputError([replace(fault, file=None, line=None) for fault in error.faults]))


class Form:
    """Fields for ``data``, which has the form of ``about``; ``changed`` is called after every entry."""

    def __init__(self, about: Help, data: dict[str, Any], changed: Changed) -> None:
        self.schema, self.data, self.changed = about.schema(), data, changed

    def show(self) -> None:
        """Build the fields in the container at hand."""
        self._fields(self.schema, self.data, "")

    def _resolve(self, spec: Spec) -> Spec:
        for choice in spec.get("anyOf", ()):
            if "$ref" in choice:
                return self._resolve(choice)
        target = spec.get("$ref")
        if target is None:
            return spec
        found: Spec = self.schema["$defs"][target.rpartition("/")[2]]
        return found

    def _fields(self, spec: Spec, data: dict[str, Any], path: str) -> None:
        """All fields of an object: plain ones side by side, groups below them."""
        groups = []
        with ui.element("div").classes("papaver-fields"):
            for name, field in spec.get("properties", {}).items():
                inner = self._resolve(field)
                if name in HIDDEN or "const" in field:
                    continue
                if inner.get("type") == "object" or (
                    field.get("type") == "array" and "enum" not in field["items"]
                ):
                    groups.append((name, field, inner))
                else:
                    self._plain(name, field, data, f"{path}{name}")
        for name, field, inner in groups:
            if field.get("type") == "array":
                self._list(name, field, data, f"{path}{name}")
            else:
                self._group(name, field, inner, data, f"{path}{name}")

    # ------------------------------------------------------------------------------------------- one field

    def _plain(self, name: str, spec: Spec, data: dict[str, Any], path: str) -> None:
        kinds = spec.get("type")
        kind = kinds[0] if isinstance(kinds, list) else kinds
        optional = isinstance(kinds, list)
        unit = spec.get("unit", "none")
        label = name.replace("_", " ") + (f" ({unit})" if unit not in ("none", "version", name) else "")
        value = data.get(name, spec.get("default"))

        def put(event: Any) -> None:
            self._put(data, name, event.value, kind, optional)

        def put_choice(event: Any) -> None:
            known = event.value in NO_YES
            self._put(data, name, bool(NO_YES.index(event.value)) if known else None, kind, optional)

        field: Any
        if spec.get("type") == "array":
            field = ui.select(
                spec["items"]["enum"], label=label, value=list(value or []), multiple=True, on_change=put
            ).props("use-chips")
        elif "enum" in spec:
            field = ui.select(spec["enum"], label=label, value=value, on_change=put)
        elif kind == "boolean" and optional:
            chosen = CHANCE if value is None else NO_YES[bool(value)]
            field = ui.select([*NO_YES, CHANCE], label=label, value=chosen, on_change=put_choice)
        elif kind == "boolean":
            field = ui.switch(label, value=bool(value), on_change=put)
        elif kind in ("number", "integer"):
            field = self._number(spec, label, value, put, kind)
        else:
            field = ui.input(label, value=value or "", on_change=put)
        if kind != "boolean" or optional:
            field.props("outlined dense" + (" clearable" if optional and kind != "boolean" else ""))
            field.props["hint"] = spec.get("description", "")
        else:
            field.tooltip(spec.get("description", ""))
        field.mark(path)

    def _number(self, spec: Spec, label: str, value: Any, put: Any, kind: str) -> Any:
        low, high = spec.get("minimum"), spec.get("maximum")
        if isinstance(high, int) and high > MOST_SAFE:
            high = None
        step = 1 if kind == "integer" else None
        field = ui.number(label, value=value, min=low, max=high, step=step, on_change=put)
        if kind == "number":
            field.props("step=any")
        return field

    def _put(self, data: dict[str, Any], name: str, value: Any, kind: str | None, optional: bool) -> None:
        if value in (None, "") and optional:
            data.pop(name, None)
        elif kind == "integer" and isinstance(value, float) and value.is_integer():
            data[name] = int(value)
        else:
            data[name] = value
        self.changed()

    # ------------------------------------------------------------------------------------ groups and lists

    def _group(self, name: str, spec: Spec, inner: Spec, data: dict[str, Any], path: str) -> None:
        part = data.get(name)
        if not isinstance(part, dict):
            part = {}

        def changed_inside() -> None:
            if part:
                data[name] = part
            elif name in data:
                del data[name]

        outer = self.changed

        def changed() -> None:
            changed_inside()
            outer()

        about = spec.get("description") or inner.get("description", "")
        with ui.expansion(name.replace("_", " ").capitalize(), caption=about).classes("w-full papaver-group"):
            form = Form.__new__(Form)
            form.schema, form.data, form.changed = self.schema, part, changed
            form._fields(inner, part, f"{path}.")

    def _list(self, name: str, spec: Spec, data: dict[str, Any], path: str) -> None:
        """A list of objects, such as plans or the steps of a plan, with buttons to add and remove."""
        items = data.setdefault(name, [])
        ui.label(name.replace("_", " ").capitalize()).classes("text-subtitle1 q-mt-md")
        ui.label(spec.get("description", "")).classes("text-caption")

        @ui.refreshable
        def body() -> None:
            for place, item in enumerate(items):
                self._item(spec, item, f"{path}[{place}]", partial(drop, place))
            self._add_buttons(spec, add)

        def drop(place: int) -> None:
            del items[place]
            self.changed()
            body.refresh()

        def add(item: dict[str, Any]) -> None:
            items.append(item)
            self.changed()
            body.refresh()

        with ui.column().classes("w-full papaver-list"):
            body()

    def _item(self, spec: Spec, item: dict[str, Any], path: str, drop: Changed) -> None:
        kind = spec["items"]
        choice = kind.get("discriminator", {})
        inner = self._resolve(kind)
        title = str(item.get("label") or item.get("name") or path)
        if choice:
            target = choice["mapping"].get(item.get(choice["propertyName"]), "")
            inner = self.schema["$defs"].get(target.rpartition("/")[2], {})
            title = str(item.get(choice["propertyName"], "step")).replace("_", " ")
        with ui.expansion(title, caption=inner.get("description", "")).classes("w-full papaver-group"):
            self._fields(inner, item, f"{path}.")
            ui.button("Remove", icon="delete", on_click=drop).props("flat dense no-caps").mark(
                f"{path}.remove"
            )

    def _add_buttons(self, spec: Spec, add: Callable[[dict[str, Any]], None]) -> None:
        choice = spec["items"].get("discriminator")
        if not choice:
            ui.button("Add", icon="add", on_click=lambda: add(self._empty(spec["items"]))).props(
                "flat no-caps"
            )
            return
        with ui.row().classes("items-center"):
            ui.label("Add a step:").classes("text-caption")
            for do, target in choice["mapping"].items():
                ui.button(
                    do.replace("_", " "),
                    on_click=lambda _, do=do, target=target: add(
                        {choice["propertyName"]: do} | self._empty({"$ref": target})
                    ),
                ).props("flat dense no-caps")

    def _empty(self, spec: Spec) -> dict[str, Any]:
        """The required fields of an object with their examples."""
        inner = self._resolve(spec)
        made: dict[str, Any] = {}
        for name in inner.get("required", ()):
            field = inner["properties"][name]
            if "const" in field:
                made[name] = field["const"]
            elif field.get("type") == "array":
                made[name] = []
            elif field.get("examples"):
                made[name] = field["examples"][0]
        return made
