"""The shipped tables are sound, and each kind of fault is caught where it stands."""

from __future__ import annotations

import re

import pytest

from papaver import evidence
from papaver.evidence.schema import exceptions, intervals, validate

from .conftest import Tables


def test_the_published_tables_are_sound(tables: Tables) -> None:
    assert [str(fault) for fault in validate(tables.folder)] == []


def test_every_shipped_input_follows_from_its_evidence() -> None:
    assert [str(fault) for fault in validate()] == []


BROKEN = {
    "unknown unit": ("parameters.csv", {"unit": "furlong per blink"}, "unit", "neither a unit"),
    "unknown unit of a finding": ("findings.csv", {"unit": "whiffs"}, "unit", "neither a unit"),
    "value is text": ("parameters.csv", {"value": "about 5"}, "value", "not a finite number"),
    "value is infinite": ("parameters.csv", {"value": "inf"}, "value", "not a finite number"),
    "value is nan": ("findings.csv", {"value": "NaN"}, "value", "not a finite number"),
    "no value": ("parameters.csv", {"value": ""}, "value", "empty"),
    "bounds swapped": ("parameters.csv", {"lo": "62.3", "hi": "43.7"}, "lo", "does not hold"),
    "value outside": ("parameters.csv", {"value": "80"}, "lo", "does not hold"),
    "one bound": ("parameters.csv", {"hi": ""}, "lo", "needs lo and hi"),
    "bounds without kind": ("parameters.csv", {"interval": ""}, "interval", "without a kind"),
    "unknown interval": ("parameters.csv", {"interval": "ci 95"}, "interval", "not in the list"),
    "bounds where none belong": ("parameters.csv", {"interval": "max"}, "lo", "has no bounds"),
    "spread without kind": ("parameters.csv", {"dispersion": "3"}, "dispersion", "go together"),
    "kind without spread": ("findings.csv", {"dispersion_kind": "sd"}, "dispersion", "go together"),
    "unknown spread": (
        "parameters.csv",
        {"dispersion": "3", "dispersion_kind": "sigma"},
        "dispersion_kind",
        "not in the list",
    ),
    "negative spread": (
        "parameters.csv",
        {"dispersion": "-3", "dispersion_kind": "sd"},
        "dispersion",
        "negative",
    ),
    "no source": ("parameters.csv", {"source": ""}, "source", "empty"),
    "unknown source": ("findings.csv", {"source": "nobody1999"}, "source", "not in sources.csv"),
    "unknown seen": ("parameters.csv", {"seen": "glimpsed"}, "seen", "not in the list"),
    "no seen": ("findings.csv", {"seen": ""}, "seen", "empty"),
    "unknown domain": ("parameters.csv", {"domain": "alchemy"}, "domain", "not in the list"),
    "no text": ("findings.csv", {"statement": ""}, "statement", "empty"),
    "no measure": ("findings.csv", {"measure": ""}, "measure", "empty"),
    "id with capitals": ("parameters.csv", {"id": "Heroin F"}, "id", "usual form"),
    "n is text": ("findings.csv", {"n": "six"}, "n", "whole number"),
    "fraction over one": (
        "parameters.csv",
        {"unit": "fraction", "value": "53"},
        "value",
        "above 1",
    ),
    "doi": ("sources.csv", {"doi": "doi:10.1/x"}, "doi", "usual form"),
    "pmid": ("sources.csv", {"pmid": "PMC123"}, "pmid", "PubMed"),
    "year": ("sources.csv", {"year": "20O6"}, "year", "usual form"),
    "title": ("sources.csv", {"title": ""}, "title", "empty"),
    "address": ("sources.csv", {"url_seen": "javascript:alert(1)"}, "url_seen", "usual form"),
    "series value": ("us_series.csv", {"value": ""}, "value", "empty"),
    "series source": ("us_series.csv", {"source": "nobody1999"}, "source", "not in sources.csv"),
    "series year": ("us_series.csv", {"year": "99"}, "year", "usual form"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_cell_is_named(tables: Tables, name: str) -> None:
    file, cells, column, what = BROKEN[name]
    tables.change(file, **cells)
    found = [fault for fault in validate(tables.folder) if fault.file == file and fault.field == column]
    assert len(found) == 1, [str(fault) for fault in validate(tables.folder)][:5]
    assert re.search(what, found[0].what)
    assert found[0].line == 2
    assert found[0].remedy


@pytest.mark.parametrize(
    ("file", "other"),
    [
        ("parameters.csv", "parameters.csv"),
        ("parameters.csv", "findings.csv"),
        ("sources.csv", "sources.csv"),
    ],
)
def test_an_id_stands_once_in_all_tables(tables: Tables, file: str, other: str) -> None:
    key = "key" if file == "sources.csv" else "id"
    twice = tables.rows(file)[0][key]
    tables.edit(other, lambda rows: [*rows[:-1], rows[-1] | {key: twice}])
    assert any(f"{twice} is already at" in fault.what for fault in validate(tables.folder))


@pytest.mark.parametrize("field", ["doi", "pmid", "title"])
def test_a_paper_stands_once(tables: Tables, field: str) -> None:
    first = tables.rows("sources.csv")[0]
    copied = {field: first[field].upper(), "year": first["year"]}
    tables.edit("sources.csv", lambda rows: [*rows[:-1], rows[-1] | copied])
    assert [fault.field for fault in validate(tables.folder)] == [field]


def test_a_year_of_a_series_stands_once(tables: Tables) -> None:
    tables.edit("us_series.csv", lambda rows: [*rows, rows[0]])
    assert [fault.field for fault in validate(tables.folder)] == ["year"]


def test_a_lost_source_is_told_for_each_row_that_needs_it(tables: Tables) -> None:
    tables.edit("sources.csv", lambda rows: [row for row in rows if row["key"] != "rook2006popk"])
    faults = validate(tables.folder)
    assert len(faults) == sum(one.source == "rook2006popk" for one in evidence.all_parameters())


@pytest.mark.parametrize("text", ["", "id,domain\n", "\xff\xfe", 'id,"x\n'])
def test_a_file_of_another_form_is_one_fault_not_a_crash(tables: Tables, text: str) -> None:
    (tables.folder / "findings.csv").write_bytes(text.encode("latin-1"))
    assert any(fault.file == "findings.csv" for fault in validate(tables.folder))


def test_a_missing_file_is_a_fault(tables: Tables) -> None:
    (tables.folder / "us_series.csv").unlink()
    assert any("no such file" in fault.what for fault in validate(tables.folder))


def test_a_row_of_another_length_is_named_by_line(tables: Tables) -> None:
    path = tables.folder / "us_series.csv"
    path.write_text(path.read_text(encoding="utf-8") + "1999,one,two\n", encoding="utf-8")
    (fault,) = (fault for fault in validate(tables.folder) if fault.file == "us_series.csv")
    assert "3 cells where the header has 6" in fault.what
    assert fault.line == len(tables.rows("us_series.csv")) + 1


def test_exceptions_are_needed_and_give_a_reason() -> None:
    ids = {one.id for one in (*evidence.all_parameters(), *evidence.all_findings())}
    for (id, check), reason in exceptions().items():
        assert id in ids
        assert check in {"limits", "order"}
        assert reason


def test_an_exception_is_for_its_row_alone(tables: Tables) -> None:
    tables.change("parameters.csv", unit="fraction", value="1.2", lo="1.1", hi="1.3")
    assert {fault.field for fault in validate(tables.folder)} == {"value", "lo", "hi"}


def test_every_kind_of_interval_is_used_and_explained() -> None:
    used = {one.interval for one in (*evidence.all_parameters(), *evidence.all_findings())} - {""}
    assert used == set(intervals())
    assert all(one.meaning for one in intervals().values())


WORDS = re.compile(r"\b(addicts?|addicted|re-addicted|abusers?|junk(y|ies?)|dirty)\b", re.IGNORECASE)
PROPER = re.compile(r"California Civil Addict Program")


def test_people_come_first_in_our_own_words() -> None:
    own = ("quantity", "statement", "measure", "context", "population", "note")
    for one in (*evidence.all_parameters(), *evidence.all_findings()):
        for column in own:
            text = PROPER.sub("", getattr(one, column, ""))
            assert not WORDS.search(text), (one.id, column, text)
