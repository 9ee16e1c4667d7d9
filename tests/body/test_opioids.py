"""Opioids that are declared in a file: a new one needs that file and its inputs, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from papaver.body.drugs import drug, drugs, entry_of
from papaver.body.exposure import follow
from papaver.body.ligands import ligands
from papaver.body.opioids import beside, declared, read
from papaver.body.people import draw, typical
from papaver.body.receptor import bind, signal
from papaver.body.regimen import Dose
from papaver.errors import InputError
from papaver.evidence import sources
from papaver.evidence.inputs import numbers
from tests.body.test_drugs import molar_mass

P = numbers()
FILE = """
name = "inventazene"
about = "A drug that does not exist"
salt = "hydrochloride"
formula = "C20H20N2O2.HCl"
g_per_mol = 356.85
base_formula = "C20H20N2O2"
base_g_per_mol = 320.39
slider = [1.0, 10.0, 0.5]
[routes]
iv = {}
oral = { share = "inventazene_oral_f", uptake = "inventazene_uptake_per_h" }
intranasal = { share = "inventazene_nasal_f", uptake_peak = "inventazene_peak_min" }
[[largest]]
route = "iv"
mg = 5.0
source = "mann2022translational"
about = "nobody"
[body]
clearance = "inventazene_clearance_l_per_h"
volume = "inventazene_v1_l_per_kg"
around = [
  { exchange = "inventazene_q2_l_per_h", volume = "inventazene_v2_l" },
  { exchange = "inventazene_q3_l_per_h", volume = "inventazene_v3_l", with_daily_use = true },
]
effect = "inventazene_effect_half_life_min"
renal_share = "inventazene_renal_share"
[ligand]
half = "inventazene_half_load_nmol_l"
off = "inventazene_off_per_min"
[ligand.activity]
breathing = "inventazene_activity"
withdrawal = "full_agonist_activity"
reward = "full_agonist_activity"
analgesia = "full_agonist_activity"
[[metabolites]]
name = "norinventazene"
about = "Norinventazene"
formula = "C18H16N2O2"
g_per_mol = 292.34
share = "inventazene_to_nor"
half_life = "norinventazene_half_life_h"
volume = "norinventazene_volume_l"
renal_share = "norinventazene_renal_share"
[metabolites.ligand]
half_of = "inventazene"
half_ratio = "norinventazene_half_ratio"
off = "inventazene_off_per_min"
activity = "full"
[quantities.inventazene_clearance]
kind = "clearance"
spread = "inventazene_clearance_sd"
kidney = true
powers = { inventazene_clearance_l_per_h = 1.0 }
"""
ROWS: Mapping[str, float] = {
    "inventazene_oral_f": 0.4,
    "inventazene_uptake_per_h": 1.5,
    "inventazene_nasal_f": 0.7,
    "inventazene_peak_min": 8.0,
    "inventazene_clearance_l_per_h": 30.0,
    "inventazene_v1_l_per_kg": 0.5,
    "inventazene_q2_l_per_h": 20.0,
    "inventazene_v2_l": 80.0,
    "inventazene_q3_l_per_h": 5.0,
    "inventazene_v3_l": 300.0,
    "inventazene_effect_half_life_min": 5.0,
    "inventazene_renal_share": 0.1,
    "inventazene_half_load_nmol_l": 2.0,
    "inventazene_off_per_min": 0.1,
    "inventazene_activity": 0.8,
    "inventazene_to_nor": 0.5,
    "norinventazene_half_life_h": 3.0,
    "norinventazene_volume_l": 60.0,
    "norinventazene_renal_share": 0.9,
    "norinventazene_half_ratio": 10.0,
    "inventazene_clearance_sd": 0.3,
}
Q = {**P, **ROWS}
HOURS = np.concatenate([[0.0], np.geomspace(1e-3, 12.0, 1500), np.linspace(12.2, 120.0, 400)])


@pytest.fixture
def invented(tmp_path: Path) -> Iterator[None]:
    """The invented drug, for as long as a test runs."""
    (tmp_path / "inventazene.toml").write_text(FILE, encoding="utf-8")
    with beside(tmp_path):
        yield


def taken(route: str, people: Any = None, hours: Any = HOURS) -> Any:
    who = typical(numbers=Q) if people is None else people
    return follow([Dose("inventazene", 0.0, 2.0, route)], hours, who, numbers=Q, urine=True)


@pytest.mark.usefixtures("invented")
def test_one_file_and_its_inputs_make_a_drug() -> None:
    one = drug("inventazene")
    assert one in drugs()
    assert one.routes == ("iv", "oral", "intranasal")
    assert one.analytes == ("inventazene", "norinventazene")
    assert one.largest_mg == {"iv": 5.0}
    assert one.slider == (1.0, 10.0, 0.5)
    assert drug("norinventazene").kind == "metabolite"
    with pytest.raises(InputError, match="iv, oral"):
        entry_of("inventazene", "smoked")


@pytest.mark.usefixtures("invented")
def test_its_levels_are_those_of_its_clearance_volume_and_shares() -> None:
    umol = 1000.0 * 2.0 / 356.85
    area = {route: np.trapezoid(taken(route).plasma["inventazene"][0], HOURS) for route in ("iv", "oral")}
    assert taken("iv").plasma["inventazene"][0, 0] == pytest.approx(1000.0 * umol / (0.5 * 70.0), rel=1e-6)
    assert area["iv"] == pytest.approx(1000.0 * umol / 30.0, rel=0.002)
    assert area["oral"] / area["iv"] == pytest.approx(0.4, rel=0.005)
    top = HOURS[taken("intranasal").plasma["inventazene"][0].argmax()]
    assert 8.0 / 60.0 < top < 30.0 / 60.0
    urine = {name: found[0, -1] / umol for name, found in taken("iv").urine.items()}
    assert urine == pytest.approx({"inventazene": 0.1, "norinventazene": 0.5 * 0.9}, rel=0.01)


@pytest.mark.usefixtures("invented")
def test_a_store_of_people_who_use_daily_is_theirs_alone() -> None:
    late = np.array([24.0, 72.0])
    once = taken("iv", typical(numbers=Q), late).plasma["inventazene"][0]
    daily = taken("iv", typical(numbers=Q, daily_use=1.0), late).plasma["inventazene"][0]
    assert daily[1] > 50.0 * once[1]


@pytest.mark.usefixtures("invented")
def test_it_binds_with_its_own_constants_and_so_does_its_metabolite() -> None:
    known = ligands(Q)
    assert known["inventazene"].half_nmol_l == 2.0
    assert known["inventazene"].activity["breathing"] == 0.8
    assert known["inventazene"].kind == "partial"
    assert known["norinventazene"].half_nmol_l == pytest.approx(20.0)
    binding = bind(taken("iv", hours=np.linspace(0.0, 4.0, 400)), Q)
    assert binding.occupancy["inventazene"].max() > 0.9
    assert binding.occupancy["norinventazene"].max() > 0.01
    assert 0.7 < signal(binding, "breathing").max() < 0.9


@pytest.mark.usefixtures("invented")
def test_people_differ_in_it_by_its_spread_weight_and_kidneys() -> None:
    who = draw(400, 5, numbers=Q, weight_kg=70.0, gfr_ml_per_min=P["gfr_usual_ml_per_min"])
    assert np.std(who.deviations["inventazene_clearance"]) == pytest.approx(0.3, abs=0.03)
    half = typical(numbers=Q, gfr_ml_per_min=0.5 * P["gfr_usual_ml_per_min"])
    twice = [np.trapezoid(taken("iv", one).plasma["inventazene"][0], HOURS) for one in (half, typical())]
    assert twice[0] / twice[1] == pytest.approx(2.0, rel=0.02)


def test_it_is_gone_afterwards() -> None:
    assert "inventazene" not in declared()
    with pytest.raises(InputError, match="no drug"):
        drug("inventazene")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('clearance = "inventazene', 'cleerance = "inventazene'), "body has no 'cleerance'"),
        (("share = ", "shore = "), "routes has no 'shore'"),
        (('off = "inventazene_off_per_min"\n[ligand', "[ligand"), "ligand needs 'off'"),
        (("[body]", "[[body]"), "is no TOML"),
    ],
)
def test_a_file_that_cannot_be_is_told(tmp_path: Path, change: tuple[str, str], words: str) -> None:
    path = tmp_path / "inventazene.toml"
    path.write_text(FILE.replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read(path)


def test_a_name_that_is_taken_is_told(tmp_path: Path) -> None:
    text = FILE.replace('name = "inventazene"', 'name = "heroin"')
    (tmp_path / "heroin.toml").write_text(text, encoding="utf-8")
    with beside(tmp_path), pytest.raises(InputError, match="declared twice"):
        drugs()


def _named(table: Any) -> Iterator[str]:
    """Every text of a file's tables that ends in a unit, a share or a spread: names of inputs."""
    if isinstance(table, str) and table.endswith(("_h", "_min", "_l", "_l_per_kg", "_f", "_share", "_sd")):
        yield table
    elif isinstance(table, Mapping):
        for key, one in table.items():
            yield from (one if key == "powers" else _named(one))
    elif isinstance(table, (list, tuple)):
        for one in table:
            yield from _named(one)


@pytest.mark.parametrize("name", sorted(declared()))
def test_files_that_ship_name_inputs_sources_and_true_masses(name: str) -> None:
    one = declared()[name]
    named = set(_named([one.routes, one.body, one.ligand, one.metabolites, one.quantities]))
    assert len(named) >= 5
    assert named <= set(P)
    for row in (one, *one.metabolites):
        formula, grams = (
            (one.formula, one.g_per_mol) if row is one else (row["formula"], row["g_per_mol"])  # type: ignore[index]
        )
        assert grams == pytest.approx(molar_mass(formula), abs=0.05)
    assert {row["source"] for row in one.largest} <= set(sources)


def test_isotonitazene_is_fentanyl_at_another_strength() -> None:
    hours = np.linspace(0.0, 2.0, 200)
    mg = 0.1 * P["isotonitazene_half_load_ratio"] * 410.51 / 336.47
    weak = follow([Dose("fentanyl", 0.0, 0.1, "iv")], hours).site["fentanyl"][0]
    strong = follow([Dose("isotonitazene", 0.0, mg, "iv")], hours).site["isotonitazene"][0]
    known = ligands()
    loads = weak / known["fentanyl"].half_nmol_l, strong / known["isotonitazene"].half_nmol_l
    np.testing.assert_allclose(*loads, rtol=1e-6, atol=1e-9)
