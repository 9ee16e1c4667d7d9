"""BibTeX that a strict reader takes apart again, and the sources a run rests on."""

from __future__ import annotations

import dataclasses
import re

import pytest

from papaver import evidence
from papaver.errors import InputError
from papaver.evidence.bibliography import _entry, escaped

TYPES = {"article", "book", "techreport", "misc"}


def braced(text: str, start: int) -> tuple[str, int]:
    """The text inside the braces that open at ``start``, and the place after them."""
    assert text[start] == "{", text[start : start + 20]
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place], place + 1
    raise AssertionError("braces do not close")


def parsed(text: str) -> dict[str, dict[str, str]]:
    entries: dict[str, dict[str, str]] = {}
    place = 0
    while found := re.compile(r"\s*@(\w+)").match(text, place):
        body, place = braced(text, found.end())
        key, rest = body.split(",", 1)
        fields = {"type": found[1]}
        at = 0
        while name := re.compile(r"\s*(\w+) = ").match(rest, at):
            fields[name[1]], at = braced(rest, name.end())
            assert rest[at] == ","
            at += 1
        assert not rest[at:].strip()
        assert key not in entries
        entries[key] = fields
    assert not text[place:].strip()
    return entries


def plain(text: str) -> str:
    """What LaTeX would print."""
    names = {"backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~", "asciicircum": "^"}
    text = re.sub(r"\\text(\w+)\{\}", lambda found: f"\0{names[found[1]]}", text)
    text = re.sub(r"\\([&%_#$])", r"\1", text)
    return re.sub(r"(?<!\0)[{}]", "", text).replace("\0", "")


def test_every_source_comes_back() -> None:
    entries = parsed(evidence.to_bibtex())
    assert list(entries) == list(evidence.sources)
    for key, fields in entries.items():
        one = evidence.source(key)
        assert fields["type"] in TYPES
        assert plain(fields["title"]) == one.title
        assert fields.get("doi", "") == one.doi
        assert fields.get("year", "") == (str(one.year) if one.year else "")
        names = fields["author"].split(" and ") if "author" in fields else []
        assert len(names) == len(one.author_list) or any(" and " in name for name in one.author_list)


def test_accents_are_kept_and_names_put_in_order() -> None:
    (fields,) = parsed(evidence.to_bibtex(["abrahamsson2017sed"])).values()
    assert fields["author"] == "Abrahamsson, T. and Berge, J. and Öjehagen, A. and Håkansson, A."
    assert fields["pages"] == "58--64"
    assert fields["type"] == "article"


def test_suffixes_bodies_and_unnamed_authors() -> None:
    entries = parsed(evidence.to_bibtex(["santo2021jamapsy", "cdc_wonder", "zinberg1984dss"]))
    assert entries["santo2021jamapsy"]["author"] == "Santo, Jr, T. and Clark, B. and Hickman, M. and others"
    assert entries["cdc_wonder"]["author"].startswith("{Centers for Disease Control")
    assert entries["zinberg1984dss"]["type"] == "book"


@pytest.mark.parametrize(
    "text", ["R&D 50% of A_b #1 $5", "a{b", "a}b", r"a\b", "~^", "Öjehagen ß 漢", "{}{{}", ""]
)
def test_signs_are_escaped_and_braces_stay_paired(text: str) -> None:
    assert plain(escaped(text)) == text
    one = dataclasses.replace(evidence.source("rook2006popk"), title=text or "x", journal=text, authors=text)
    (fields,) = parsed(_entry(one)).values()
    assert plain(fields["title"]) == (text or "x")


def test_an_unknown_key_is_told() -> None:
    with pytest.raises(InputError, match="rook2006popk"):
        evidence.to_bibtex(["rook2006pop"])


def test_sources_of_inputs_in_order_of_need_each_once() -> None:
    chosen = [one for one in evidence.all_inputs() if one.evidence]
    wanted: list[str] = []
    for one in reversed(chosen):
        for id in one.evidence:
            key = evidence.published(id).source
            if key not in wanted:
                wanted.append(key)
    assert list(evidence.sources_of(one.name for one in reversed(chosen))) == wanted
    assert set(evidence.sources_of()) == set(wanted)
    assert evidence.sources_of([]) == ()
    with pytest.raises(InputError):
        evidence.sources_of(["no_such_input"])


def test_a_citation_reads_as_a_line() -> None:
    text = evidence.cite(evidence.source("rook2006popk"))
    assert text.startswith("Rook EJ, Huitema ADR")
    assert "(2006). Population pharmacokinetics of heroin" in text
    assert text.endswith("Clin Pharmacokinet 45(4):401-417. doi:10.2165/00003088-200645040-00005")
    for one in evidence.all_sources():
        assert "\n" not in evidence.cite(one)
        assert not re.search(
            r"\{|\.\.|\(None\)", evidence.cite(one).replace("https://", "").replace("...", "")
        ), one.key
