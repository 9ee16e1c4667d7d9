"""`papaver evidence`: what each command prints, in 80 columns, and how it takes wrong words."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from papaver import evidence
from papaver.cli.evidence import app
from papaver.errors import InputError

MARK = "recalled: not seen, look up before use"


def said(*words: str) -> str:
    done = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_stats_show_how_much_there_is() -> None:
    text = said("stats")
    counts = {
        name: int(count.replace(",", ""))
        for name, count in re.findall(r"(parameters|findings) +([\d,]+)\n", text)
    }
    assert counts["parameters"] > 1000
    assert counts["findings"] > 550
    for words in ("natural history", "abstract", "published", "assumed", MARK):
        assert words in text
    rows = re.findall(
        r"^    (?:kinetics|dynamics|withdrawal|natural history|treatment|overdose) +([\d,]+) +([\d,]+)$",
        text,
        re.M,
    )
    assert sum(int(one) for one, _ in rows) == counts["parameters"]
    assert sum(int(other) for _, other in rows) == counts["findings"]


@pytest.mark.parametrize("words", [("stats",), ("list",), ("search", "heroin"), ("show", "f_smith_peak_low")])
def test_lines_fit_80_columns_and_are_plain(words: tuple[str, ...]) -> None:
    text = said(*words)
    assert "\x1b" not in text
    long = [line for line in text.splitlines() if len(line) > 80 and "http" not in line]
    assert long == []


def test_list_filters() -> None:
    text = said("list", "--kind", "findings", "--domain", "kinetics")
    wanted = [one.id for one in evidence.all_findings() if one.domain == "kinetics"]
    assert [line for line in text.splitlines() if line in wanted] == wanted
    assert text.endswith(f"{len(wanted)} rows\n")
    assert said("list", "--kind", "inputs").endswith(f"{len(evidence.all_inputs()):,} rows\n")
    whole = len(evidence.all_parameters()) + len(evidence.all_findings()) + len(evidence.all_inputs())
    assert said("list").endswith(f"{whole:,} rows\n")


def test_search_needs_all_words_in_any_case_and_knows_authors() -> None:
    assert "methadone_thalf_acid_urine" in said("search", "METHADONE", "Nilsson")
    assert "Nothing found" in said("search", "methadone", "zzzz")


def test_recalled_rows_are_marked_wherever_shown() -> None:
    recalled = next(one for one in evidence.all_parameters() if one.seen == "recalled")
    assert MARK in said("show", recalled.id)
    assert MARK in said("search", recalled.id)
    marks = sum(one.seen == "recalled" for one in (*evidence.all_parameters(), *evidence.all_findings()))
    assert said("list").count(MARK) == marks
    seen = next(one for one in evidence.all_parameters() if one.seen == "fulltext")
    assert MARK not in said("show", seen.id)


def test_show_tells_source_and_use() -> None:
    used = next(one for one in evidence.all_inputs() if one.evidence)
    row = evidence.published(used.evidence[0])
    text = said("show", row.id)
    assert row.source in text
    assert used.name in text
    page = said("show", used.name)
    assert row.id in page
    assert used.distribution in page
    assert row.id in said("show", row.source)


def test_show_prints_every_filled_column() -> None:
    one = evidence.finding("f_smith_peak_low")
    text = " ".join(said("show", one.id).split())
    for value in (one.statement, one.measure, one.population, one.note, "3620 ng/mL (1392 to 9250, range)"):
        assert value in text


def test_bibtex_of_some_and_of_the_inputs() -> None:
    assert said("bibtex", "rook2006popk").startswith("@article{rook2006popk,")
    assert said("bibtex", "--inputs").count("\n@") + 1 == len(evidence.sources_of())
    assert said("bibtex").count("\n@") + 1 == len(evidence.sources)


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (("show", "morphin_fm_m3g"), "Did you mean morphine_fm_m3g"),
        (("list", "--domain", "kinetic"), "Did you mean kinetics"),
        (("list", "--domain", "kinetics", "--kind", "inputs"), "inputs have no domain"),
        (("bibtex", "rook2006"), "rook2006popk"),
    ],
)
def test_wrong_words_are_input_errors_and_print_nothing(words: tuple[str, ...], match: str) -> None:
    done = CliRunner().invoke(app, list(words))
    assert isinstance(done.exception, InputError)
    assert match in str(done.exception)
    assert done.stdout == ""
