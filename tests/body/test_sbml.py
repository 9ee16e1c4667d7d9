"""The exported model: valid, complete, and solved alike by a simulator that knows nothing of papaver."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from papaver.body.drugs import drugs
from papaver.body.exposure import follow
from papaver.body.ligands import EFFECTS, Ligand, ligands
from papaver.body.people import draw, typical
from papaver.body.receptor import bind, signal
from papaver.body.regimen import Dose
from papaver.body.sbml import MOST_DOSES, to_sbml
from papaver.errors import InputError
from papaver.evidence.inputs import numbers

NO_WHEEL = "there is no wheel of libroadrunner for this machine"
MIX = (
    Dose("buprenorphine", 0.0, 8.0, "sublingual"),
    Dose("methadone", 3.0, 30.0, "oral"),
    Dose("heroin", 20.0, 30.0, "iv"),
    Dose("fentanyl", 20.0, 0.3, "iv"),
    Dose("naloxone", 20.0 + 1 / 3, 0.4, "im"),
    Dose("naloxone", 21.0, 0.8, "iv", 1.0),
)


def everything() -> list[Dose]:
    """Every drug by every way in, doses that fall together and inputs that overlap."""
    ways = [(one.name, route, product) for one in drugs() for route, product in one.entries]
    found = [
        Dose(drug, k / 4, 0.05 if drug == "carfentanil" else 5.0, route, 0.0, product or None)
        for k, (drug, route, product) in enumerate(ways)
    ]
    together = [Dose("fentanyl", 2.0, 0.2, "iv"), Dose("fentanyl", 2.0, 0.1, "iv")]
    drips = [Dose("fentanyl", 1.0, 0.2, "iv", 2.0), Dose("fentanyl", 2.0, 0.2, "iv", 0.5)]
    at_once = [Dose("heroin", 0.0, 10.0, "iv"), Dose("naloxone", 0.0, 0.1, "iv", 0.7)]
    return [*found, *together, *drips, *at_once, Dose("ethanol", 0.5, 5000.0, "iv", 0.25)]


def grid(doses: Sequence[Dose], hours: float, close: int) -> tuple[np.ndarray, np.ndarray]:
    """Times that follow every edge closely, and which of them no event falls on (there is one value)."""
    edges = {dose.hour + part for dose in doses for part in (0.0, dose.duration_h)}
    after = [edge + np.geomspace(2e-5, 1.0, close) for edge in edges]
    times = np.concatenate([np.linspace(0.0, hours, round(20 * hours) + 1), *after])
    apart_from_edges = np.abs(times[:, None] - np.array(sorted(edges))).min(axis=1) > 1e-6
    times = np.unique(np.concatenate([times[apart_from_edges], sorted(edges)]))
    times = times[(times <= hours) & (np.diff(times, prepend=-1.0) > 1e-9)]
    return times, ~np.isin(times, list(edges - {0.0}))


def simulate(text: str, hours: np.ndarray, names: Sequence[str], **values: float) -> dict[str, np.ndarray]:
    """The courses that libroadrunner finds."""
    roadrunner = pytest.importorskip("roadrunner", reason=NO_WHEEL)
    model = roadrunner.RoadRunner(text)
    for name, value in values.items():
        model.setValue(name, value)
    model.integrator.relative_tolerance = 1e-10
    # one for each variable: a single one is tightened by how small amounts are, until no step is small enough
    variables = model.model.getNumFloatingSpecies() + model.model.getNumRateRules()
    model.integrator.absolute_tolerance = [1e-12] * variables
    model.timeCourseSelections = list(names)
    found = np.asarray(model.simulate(times=list(hours)))
    return dict(zip(names, found.T, strict=True))


def apart(ours: Mapping[str, Any], theirs: Mapping[str, np.ndarray], kept: np.ndarray) -> dict[str, float]:
    """Largest difference of each course as a share of its peak (of 1 for shares of receptors)."""
    largest = {}
    for name, course in ours.items():
        shares = name.startswith(("occupancy", "signal"))
        scale = 1.0 if shares else float(np.abs(theirs[name]).max())
        assert scale > 0.0, name
        largest[name] = float(np.abs(course[0] - theirs[name])[kept].max()) / scale
    return largest


# ------------------------------------------------------------------------------------------- the referee


def test_an_outside_simulator_finds_the_same_levels_of_every_drug_by_every_route() -> None:
    doses = everything()
    times, kept = grid(doses, 30.0, 12)
    exposure = follow(doses, times, urine=True)
    ours = {f"plasma_{name}": course for name, course in exposure.plasma.items()}
    ours |= {f"site_{name}": course for name, course in exposure.site.items()}
    ours |= {f"urine_{name}": course for name, course in exposure.urine.items()}
    assert len(ours) > 40
    found = apart(ours, simulate(to_sbml(doses), times, list(ours)), kept)
    assert {name: off for name, off in found.items() if off > 1e-6} == {}


def test_an_outside_simulator_finds_the_same_receptors_and_signals() -> None:
    times, kept = grid(MIX, 26.0, 80)
    binding = bind(follow(MIX, times), fineness=0.1)
    ours: dict[str, Any] = {f"occupancy_{name}": held for name, held in binding.occupancy.items()}
    ours["occupancy_free"] = binding.free
    ours |= {f"signal_{effect}": signal(binding, effect, dependence=0.5) for effect in EFFECTS}
    theirs = simulate(to_sbml(MIX, dependence=0.5), times, list(ours))
    assert theirs["occupancy_naloxone"].max() > 0.1
    found = apart(ours, theirs, kept)
    assert {name: off for name, off in found.items() if off > 3e-6} == {}


def test_a_virtual_person_is_exported_with_all_that_is_own() -> None:
    p = numbers(3, 5)
    person = draw(7, 2, numbers=p, gfr_ml_per_min=30.0, daily_use=1.0).chosen([6])
    times, kept = grid(MIX, 26.0, 12)
    exposure = follow(MIX, times, person, numbers=p)
    ours = {f"plasma_{name}": course for name, course in exposure.plasma.items()}
    theirs = simulate(to_sbml(MIX, person, numbers=p), times, list(ours))
    assert max(apart(ours, theirs, kept).values()) < 1e-6
    usual = {f"plasma_{name}": course for name, course in follow(MIX, times).plasma.items()}
    assert min(apart(usual, theirs, kept).values()) > 1e-3


def test_ligands_of_other_slopes_and_another_scale() -> None:
    known = dict(ligands())
    known["naloxone"] = Ligand("naloxone", 3.0, 20.0, 1.3, dict.fromkeys(EFFECTS, 0.0), 0.2)
    doses = [Dose("heroin", 0.0, 20.0, "iv"), Dose("naloxone", 0.5, 0.4, "im")]
    times, kept = grid(doses, 6.0, 80)
    exposure = follow(doses, times)
    for given in ({"known": known}, {"scale": "occupancy"}):
        binding = bind(exposure, fineness=0.1, **given)  # type: ignore[arg-type]
        ours = {f"occupancy_{name}": held for name, held in binding.occupancy.items()}
        theirs = simulate(to_sbml(doses, **given), times, list(ours))  # type: ignore[arg-type]
        assert max(apart(ours, theirs, kept).values()) < 1e-5


def test_others_may_change_dependence_and_doses_by_name() -> None:
    doses = [Dose("heroin", 0.0, 20.0, "iv"), Dose("naloxone", 0.5, 0.4, "im")]
    times, kept = grid(doses, 4.0, 60)
    binding = bind(follow(doses, times))
    theirs = simulate(to_sbml(doses), times, ["signal_withdrawal"], dependence=1.0)
    ours = {"signal_withdrawal": signal(binding, "withdrawal", dependence=1.0)}
    assert max(apart(ours, theirs, kept).values()) < 1e-5
    halved = [Dose("heroin", 0.0, 20.0, "iv"), Dose("naloxone", 0.5, 0.2, "im")]
    of_half = re.search(r'id="dose_2" .* value="([^"]+)"', to_sbml(halved))
    assert of_half is not None
    course = simulate(to_sbml(doses), times, ["plasma_naloxone"], dose_2=float(of_half[1]))
    same = {"plasma_naloxone": follow(halved, times).plasma["naloxone"]}
    assert max(apart(same, course, kept).values()) < 1e-6


# ------------------------------------------------------------------------------------------- the document


@pytest.mark.parametrize("doses", [everything(), MIX, [Dose("ethanol", 0.0, 5000.0, "oral")]])
def test_libsbml_finds_nothing_to_say_not_even_about_units(doses: Sequence[Dose]) -> None:
    libsbml = pytest.importorskip("libsbml", reason="there is no wheel of libsbml for this machine")
    document = libsbml.readSBMLFromString(to_sbml(doses))
    document.checkConsistency()
    said = [document.getError(k).getMessage() for k in range(document.getNumErrors())]
    assert said == []


def test_every_name_in_a_formula_is_a_part_and_every_part_stands_once() -> None:
    root = ElementTree.fromstring(to_sbml(everything()))
    parts = [one.get("id") for one in root.iter() if one.get("id") and "unitDefinition" not in one.tag]
    assert len(parts) == len(set(parts))
    used = {(one.text or "").strip() for one in root.iter() if one.tag.endswith("}ci")}
    assert used <= set(parts)
    assert all(re.fullmatch(r"[A-Za-z_]\w*", part or "", re.ASCII) for part in parts)


def test_equal_doses_give_equal_bytes_and_the_text_tells_what_it_is() -> None:
    assert to_sbml(MIX) == to_sbml(list(reversed(MIX)))
    notes = " ".join("".join(ElementTree.fromstring(to_sbml(MIX)).itertext()).split())
    assert "no advice on doses" in notes


@pytest.mark.parametrize(
    ("doses", "options", "says"),
    [
        ([], {}, "doses"),
        ([Dose("heroin", 0.0, float("nan"), "iv")], {}, "mg"),
        ([Dose("heroin", 0.0, -1.0, "iv")], {}, "mg"),
        ([Dose("heroin", -1.0, 1.0, "iv")], {}, "hour"),
        ([Dose("heroin", 0.0, 1.0, "iv", float("inf"))], {}, "duration_h"),
        ([Dose("heroin", 0.0, 1.0, "sublingual")], {}, "route"),
        ([Dose("ethanol", 0.0, 1.0, "smoked")], {}, "route"),
        ([Dose("herion", 0.0, 1.0, "iv")], {}, "heroin"),
        ([Dose("heroin", float(k), 1.0, "iv") for k in range(MOST_DOSES + 1)], {}, "2000"),
        (MIX, {"dependence": 1.5}, "dependence"),
        (MIX, {"dependence": float("nan")}, "dependence"),
        (MIX, {"people": typical(weight_kg=[60.0, 70.0])}, "2 people"),
        (MIX, {"scale": "dish"}, "scale"),
    ],
)
def test_what_cannot_be_exported_is_told(doses: Sequence[Dose], options: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        to_sbml(doses, **options)
