"""The table of drugs: molar masses from formulas, routes with chains, doses on record."""

from __future__ import annotations

import csv
import re
from importlib.resources import files

import pytest

from papaver.body.chainlist import CHAINS, SOLVERS
from papaver.body.drugs import KINDS, ROUTES, drug, drugs, entry_of
from papaver.body.opioids import declared
from papaver.errors import InputError
from papaver.evidence import sources

GRAMS = {"C": 12.011, "H": 1.008, "N": 14.007, "O": 15.999, "P": 30.974, "S": 32.06, "Cl": 35.45}


def rows(name: str) -> list[dict[str, str]]:
    text = (files("papaver.body") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


TABLE = rows("drugs.csv")


def molar_mass(formula: str) -> float:
    """Of a formula such as (C17H19NO3)2.H2SO4.5H2O/2."""
    formula, _, half = (
        formula.partition("/") if formula.endswith("/2") and "(" in formula else (formula, "", "")
    )
    total = 0.0
    for part in formula.split("."):
        part, _, divided = part.partition("/")
        times = re.match(r"^(\d+)(?=[A-Z])", part)
        group = re.fullmatch(r"\((\w+)\)(\d+)", part)
        body, count = (group[1], int(group[2])) if group else (part[times.end() :] if times else part, 1)
        count *= int(times[1]) if times else 1
        found = re.findall(r"([A-Z][a-z]?)(\d*)", body)
        total += count * sum(GRAMS[e] * int(n or 1) for e, n in found) / int(divided or 1)
    return total / int(half or 1)


@pytest.mark.parametrize("row", TABLE, ids=[row["name"] for row in TABLE])
def test_molar_masses_are_those_of_the_formulas(row: dict[str, str]) -> None:
    assert float(row["base_g_per_mol"]) == pytest.approx(molar_mass(row["base_formula"]), abs=0.05)
    if not row["formula"]:
        assert row["kind"] == "metabolite"
    elif row["salt"] != "sulfate pentahydrate per morphine":
        assert float(row["g_per_mol"]) == pytest.approx(molar_mass(row["formula"]), abs=0.05)
    else:
        assert float(row["g_per_mol"]) == pytest.approx(molar_mass("(C17H19NO3)2.H2SO4.5H2O/2"), abs=0.05)


def test_every_drug_has_one_chain_and_every_chain_a_drug() -> None:
    coded = [*CHAINS, *SOLVERS, *declared()]
    assert {one.name for one in drugs()} == set(coded)
    assert len(coded) == len(set(coded))


def test_words_of_the_table_are_known() -> None:
    for one in drugs():
        assert one.kind in KINDS
        assert set(one.routes) <= set(ROUTES), one.name
        for analyte in one.analytes:
            assert drug(analyte).base_g_per_mol > 0.0


def test_largest_doses_are_of_routes_that_exist_and_have_a_source() -> None:
    for row in rows("largest_doses.csv"):
        assert row["route"] in drug(row["drug"]).routes
        assert float(row["mg"]) > 0.0
        assert row["source"] in sources
        assert drug(row["drug"]).largest_mg[row["route"]] == float(row["mg"])


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="fentanyl"):
        drug("fentanil")
    with pytest.raises(InputError, match="Known"):
        drug("xyz")


def test_entries_are_checked() -> None:
    assert entry_of("naloxone", "intranasal") == ("intranasal", "")
    assert entry_of("naloxone", "intranasal", "4 mg spray") == ("intranasal", "4 mg spray")
    with pytest.raises(InputError, match="iv, smoked"):
        entry_of("carfentanil", "oral")
