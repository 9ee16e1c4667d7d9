"""Sources as citations for people and as BibTeX, and the sources behind a set of inputs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from papaver.evidence.inputtable import all_inputs, input_
from papaver.evidence.published import all_sources, published, source
from papaver.evidence.records import Source

OTHERS = "et al"

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "&%_#$"}
_PERSON = re.compile(
    r"(?P<last>.+?) (?P<initials>[^\W\d_a-z]{1,4}(?:-[^\W\d_a-z])?)(?: (?P<suffix>Jr|Sr|2nd|I{2,3}))?"
)
_PUBLISHERS = ("Praeger", "Springer", "Yale University Press", "book")
_REPORT = re.compile(
    r"report|monograph|RAND|NCHS|SAMHSA|NIDA|Rowntree|Department of|CBHSQ|WHO", re.IGNORECASE
)


def sources_of(names: Iterable[str] | None = None) -> tuple[str, ...]:
    """Keys of the sources that inputs rest on, each once, in order of first need; None for all inputs."""
    chosen = all_inputs() if names is None else tuple(input_(name) for name in names)
    keys = (published(id).source for one in chosen for id in one.evidence)
    return tuple(dict.fromkeys(keys))


def cite(one: Source) -> str:
    """A source as one line of plain text."""
    authors = ", ".join(name.strip("{}") for name in one.author_list) or "[authors not recorded]"
    place = " ".join(part for part in (one.journal, one.volume) if part)
    if one.pages:
        place += f":{one.pages}" if place else one.pages
    identity = f"doi:{one.doi}" if one.doi else f"PMID {one.pmid}" if one.pmid else one.url_seen
    year = str(one.year) if one.year else "no year"
    parts = (f"{authors} ({year})", one.title.rstrip("."), place, identity)
    return ". ".join(part.rstrip(".") for part in parts if part)


def to_bibtex(keys: Iterable[str] | None = None) -> str:
    """BibTeX entries (UTF-8) of these sources in this order, or of all. Unknown keys are ``InputError``."""
    chosen = all_sources() if keys is None else tuple(source(key) for key in dict.fromkeys(keys))
    return "\n".join(_entry(one) for one in chosen)


def escaped(text: str) -> str:
    """Text in which no character means anything to BibTeX or LaTeX; accents stay as they are."""
    return "".join(_ESCAPES.get(sign, sign) for sign in text)


def _entry(one: Source) -> str:
    kind = _kind(one)
    place = {"article": "journal", "book": "publisher", "techreport": "institution"}.get(kind, "howpublished")
    fields = {
        "author": _authors(one),
        "title": f"{{{escaped(one.title)}}}",
        place: "" if one.journal == "book" else escaped(one.journal),
        "year": str(one.year or ""),
        **_volume(one, kind),
        "pages": escaped(re.sub(r"(?<=\d)-(?=\w)", "--", one.pages)),
        "doi": _bare(one.doi),
        "pmid": _bare(one.pmid),
        "url": _bare(one.url_seen.split("; ")[0]),
    }
    lines = (f"  {name} = {{{value}}}," for name, value in fields.items() if value)
    return "\n".join([f"@{kind}{{{one.key},", *lines, "}", ""])


def _kind(one: Source) -> str:
    if one.journal in _PUBLISHERS:
        return "book"
    if one.journal and _REPORT.search(one.journal) and not (one.doi or one.pmid):
        return "techreport"
    return "article" if one.journal and (one.volume or one.pages or one.doi or one.pmid) else "misc"


def _volume(one: Source, kind: str) -> dict[str, str]:
    """Volume and issue: a report has only a number."""
    found = re.fullmatch(r"(?P<volume>[^()]+?)\s*\((?P<issue>[^()]+)\)", one.volume)
    parts = found.groupdict() if found else {"volume": one.volume, "issue": ""}
    names = {"volume": "number" if kind == "techreport" else "volume", "issue": "number"}
    return {names[part]: escaped(text) for part, text in parts.items() if text}


def _authors(one: Source) -> str:
    named = [_author(name) for name in one.author_list if name != OTHERS]
    return " and ".join([*named, "others"] if OTHERS in one.author_list else named)


def _author(name: str) -> str:
    """A person as ``Last, F. M.``; a body, written in braces, stays one name."""
    if name.startswith("{"):
        return f"{{{escaped(name.strip('{}'))}}}"
    person = _PERSON.fullmatch(name)
    if person is None:
        return f"{{{escaped(name)}}}"
    initials = re.sub(r"(?<=\w)(?=\w)", ". ", person["initials"]).replace("-", ".-") + "."
    parts = (person["last"], person["suffix"], initials)
    return ", ".join(escaped(part) for part in parts if part)


def _bare(text: str) -> str:
    """An address or identifier: BibTeX takes it as it is, so long as its braces are gone."""
    return text.replace("{", "%7B").replace("}", "%7D")
