"""From the text of a YAML 1.2 file to a small tree that remembers lines.

The tree is built from parser events, so that depth, number of nodes and expanded aliases are capped before
anything is built, and duplicate keys or type tags are faults with a line. ``no`` and ``22:30`` stay text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from papaver.errors import Fault, InputError

MOST_BYTES = 256 * 1024
MOST_DEPTH = 32
MOST_NODES = 20_000
SHORTEN_TO = 60

Path = tuple[str | int, ...]
Plain = bool | int | float | str | list[Any] | dict[str, Any] | None
Opening = ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent


class Entry(NamedTuple):
    """A field of a mapping: the line of its name, and its value."""

    line: int
    node: Node


@dataclass(slots=True)
class Node:
    """A value of the file; ``size`` and ``height`` count what it holds with aliases written out."""

    line: int
    value: bool | int | float | str | list[Node] | dict[str, Entry] | None
    size: int = 1
    height: int = 1

    def plain(self) -> Plain:
        """The value as plain Python data."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: entry.node.plain() for key, entry in self.value.items()}
        return self.value

    def line_of(self, path: Path) -> int:
        """Line of the field at ``path``, or of the innermost part of it that exists."""
        node, line = self, self.line
        for step in path:
            if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
                line, node = node.value[step]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.line
            else:
                break
        return line


def dotted(path: Path) -> str:
    """A path for people: ``plans[2].steps[0].by``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{shorten(step)}"
    return text.removeprefix(".")


def shorten(text: str) -> str:
    """Text fit for one line of a message: control characters made visible, long text cut."""
    text = text if len(text) <= SHORTEN_TO else f"{text[: SHORTEN_TO - 3]}..."
    return "".join(f"\\u{ord(c):04x}" if c == "\n" or _is_bad(c) else c for c in text)


def parse(text: str, file: str) -> tuple[Node, list[Fault]]:
    """Read one YAML document.

    Returns its tree and the faults that do not prevent further checks (duplicate keys, tags, characters).
    Raises InputError where nothing more can be told.
    """
    _check_text(text, file)
    builder = _Builder(text, file)
    return builder.document(), builder.faults


def _is_bad(character: str) -> bool:
    if character in "\n\t":
        return False
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or (ord(character) & 0xFFFE) == 0xFFFE


def bad_character(text: str) -> str | None:
    """The first character with no place in a text (NUL, other controls, half a surrogate pair), or None."""
    if text.isascii() and text.isprintable():
        return None
    return next((c for c in text if _is_bad(c)), None)


def _check_text(text: str, file: str) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise InputError(
            Fault(
                f"the text has {size / 1024:,.0f} KiB; a scenario has at most {MOST_BYTES // 1024} KiB.",
                "Check that this is the right file.",
                file=file,
                line=1,
            )
        )
    faults = [
        Fault(
            f"the line holds the character U+{ord(bad):04X}, which has no place in a text.",
            "Remove it, and save the file as plain text in UTF-8.",
            file=file,
            line=number,
        )
        for number, line in enumerate(text.split("\n"), 1)
        if (bad := bad_character(line)) is not None
    ]
    if faults:
        raise InputError(faults)


_KEYWORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_KEYWORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+(_[0-9]+)*")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
MOST_DIGITS = 40


def scalar(text: str) -> bool | int | float | str | None:
    """The value of an unquoted word by the core schema of YAML 1.2 (and ``10_000`` as a number)."""
    if text in _KEYWORDS:
        return _KEYWORDS[text]
    if len(text) > MOST_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


class _Builder:
    """Builds the tree, one event after the other."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self._events = self._read(text)
        self._anchors: dict[str, Node | None] = {}  # None: still being built
        self._nodes = 0

    def document(self) -> Node:
        start = next((e for e in self._events if isinstance(e, DocumentStartEvent)), None)
        if start is None:
            remedy = (
                "Compare with a file in examples/; `papaver init NAME` writes a first one for `papaver run`."
            )
            raise self._stop("the file is empty.", remedy, 1)
        root = self._node(next(self._events), (), 1)
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                raise self._stop(
                    "a second document begins here.", "Keep one scenario per file.", _line(event)
                )
        return root

    def _stop(self, what: str, remedy: str, line: int | None, path: Path = ()) -> InputError:
        fault = Fault(what, remedy, file=self.file, line=line, field=dotted(path) or None)
        return InputError([*self.faults, fault])

    def _fault(self, what: str, remedy: str, line: int, path: Path) -> None:
        self.faults.append(Fault(what, remedy, file=self.file, line=line, field=dotted(path) or None))

    def _read(self, text: str) -> Iterator[Any]:
        try:
            yield from YAML(typ="safe", pure=True).parse(text)
        except MarkedYAMLError as error:
            what, remedy = _plain_words(str(error.problem or ""))
            marks = (error.problem_mark, error.context_mark)
            mark = (marks[1] if remedy in _WHERE_IT_OPENS else None) or marks[0] or marks[1]
            raise self._stop(what, remedy, mark.line + 1 if mark else 1) from None
        except InputError:
            raise
        except Exception:  # the parser meets some broken text with errors of many kinds
            raise self._stop(*_plain_words(""), 1) from None

    def _node(self, event: Opening, path: Path, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            return self._alias(event, path, depth)
        self._count(1, event, path)
        if depth > MOST_DEPTH:
            raise self._too_deep(event, path)
        if event.ctag is not None:
            tag = shorten(str(event.ctag)).replace("tag:yaml.org,2002:", "!!")
            self._fault(f"the type tag {tag} is not allowed.", "Remove it.", _line(event), path)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        if isinstance(event, ScalarEvent):
            node = self._scalar(event, path)
        elif isinstance(event, SequenceStartEvent):
            node = self._sequence(event, path, depth)
        else:
            node = self._mapping(event, path, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _count(self, nodes: int, event: Event, path: Path) -> None:
        self._nodes += nodes
        if self._nodes > MOST_NODES:
            raise self._stop(
                f"there are more than {MOST_NODES:,} values, counting what aliases (*name) stand for.",
                "Use fewer plans and steps, and no aliases within aliases.",
                _line(event),
                path[:2],
            )

    def _too_deep(self, event: Event, path: Path) -> InputError:
        return self._stop(
            f"lists and fields are nested more than {MOST_DEPTH} deep.",
            "Check the brackets and the indentation.",
            _line(event),
            path[:2],
        )

    def _alias(self, event: AliasEvent, path: Path, depth: int) -> Node:
        node = self._anchors.get(event.anchor)
        if node is None:
            name = shorten(str(event.anchor))
            why = "stands inside what it names" if event.anchor in self._anchors else "names nothing above it"
            raise self._stop(f"the alias *{name} {why}.", "Write the value out.", _line(event), path)
        self._count(node.size, event, path)
        if depth + node.height - 1 > MOST_DEPTH:
            raise self._too_deep(event, path)
        return node

    def _scalar(self, event: ScalarEvent, path: Path) -> Node:
        text = str(event.value)
        bad = bad_character(text)
        if bad is not None:
            self._fault(
                f"the text holds the character U+{ord(bad):04X}, which has no place in a text.",
                "Remove it.",
                _line(event),
                path,
            )
            text = "".join(c for c in text if not _is_bad(c)) or "-"
        return Node(_line(event), scalar(text) if event.style is None else text)

    def _sequence(self, event: Event, path: Path, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(inner := next(self._events), SequenceEndEvent):
            items.append(self._node(inner, (*path, len(items)), depth + 1))
        return Node(_line(event), items, *_measure(items))

    def _mapping(self, event: Event, path: Path, depth: int) -> Node:
        fields: dict[str, Entry] = {}
        while not isinstance(inner := next(self._events), MappingEndEvent):
            key = self._key(inner, path, depth)
            node = self._node(next(self._events), (*path, key or "?"), depth + 1)
            if key is None:
                continue
            if key in fields:
                self._fault(
                    f"is given twice, first in line {fields[key].line}.",
                    "Keep one of the two.",
                    _line(inner),
                    (*path, key),
                )
            else:
                fields[key] = Entry(_line(inner), node)
        return Node(_line(event), fields, *_measure([entry.node for entry in fields.values()]))

    def _key(self, event: Opening, path: Path, depth: int) -> str | None:
        node = self._node(event, (*path, "?"), depth + 1)
        if not isinstance(event, ScalarEvent) or node.value is None:
            self._fault("a field name must be a word.", "Write `name: value`.", _line(event), path)
            return None
        if event.value == "<<" and event.style is None:
            what = "merging with << is not part of YAML 1.2."
            self._fault(what, "Write the fields out.", _line(event), path)
            return None
        return str(node.value) if isinstance(node.value, str) else str(event.value)


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _measure(nodes: list[Node]) -> tuple[int, int]:
    return 1 + sum(node.size for node in nodes), 1 + max((node.height for node in nodes), default=0)


_QUOTES = "Put text with a colon in quotes, and check the indentation."
_PAIRS = "Write `name: value`, and check the indentation."
_QUOTE = "Close it."
_BRACKETS = "Close it, and put commas between the parts."
_WHERE_IT_OPENS = (_QUOTE, _BRACKETS)
_ALIKE = "Indent fields that belong together alike."
_SINGLE = "Use single quotes."
_PROBLEMS = (  # part of the parser's words, what is wrong, the remedy
    ("'\\t'", "a tab stands where only spaces may.", "Indent with spaces."),
    ("mapping values are not allowed", "a colon stands where none is expected.", _QUOTES),
    ("could not find expected ':'", "a field name without a colon.", _PAIRS),
    ("unexpected end of stream", "a quote is opened and not closed.", _QUOTE),
    ("',' or", "a bracket is opened and not closed, or a comma is missing.", _BRACKETS),
    ("expected <block end>", "the line does not fit the indentation of those above.", _ALIKE),
    (
        "expected the node content",
        "a value is missing, or there is a bracket too many.",
        "Check the brackets.",
    ),
    ("cannot start any token", "a value begins with a character that needs quotes.", "Put it in quotes."),
    ("escape", "a backslash in double quotes that means nothing.", _SINGLE),
    ("hexadecimal", "a backslash in double quotes that means nothing.", _SINGLE),
)


def _plain_words(problem: str) -> tuple[str, str]:
    """What is wrong and the remedy, for a problem as the YAML parser names it."""
    for fragment, what, remedy in _PROBLEMS:
        if fragment in problem:
            return what, remedy
    detail = f" ({problem})" if problem else ""
    return f"this cannot be read as YAML{detail}.", "Compare with a file written by `papaver init NAME`."
