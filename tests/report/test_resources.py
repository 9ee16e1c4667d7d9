"""Help lines: complete, checked, and never a number without its source."""

from __future__ import annotations

from datetime import date

from papaver.report.resources import KINDS, by_country, resources


def test_every_row_says_where_and_when_it_was_checked() -> None:
    for row in resources():
        assert row.country and row.service and row.kind in KINDS
        assert row.source.startswith(("https://", "http://"))
        assert not row.web or row.web.startswith("https://")
        assert date.fromisoformat(row.checked)
        assert row.how_checked
        assert row.number or row.web


def test_numbers_dial() -> None:
    dials = {(row.country, row.service): row.dial for row in resources()}
    assert dials["United States", "SAMHSA National Helpline"] == "18006624357"
    assert dials["United Kingdom", "FRANK drugs helpline"] == "03001236600"
    assert all(dial for (_, service), dial in dials.items() if service != "Where treatment is offered")


def test_emergency_numbers_come_first() -> None:
    for services in by_country().values():
        kinds = [KINDS.index(row.kind) for row in services]
        assert kinds == sorted(kinds)
    assert {row.number for row in resources() if row.kind == "emergency"} == {
        "000",
        "111",
        "112",
        "911",
        "999",
    }
