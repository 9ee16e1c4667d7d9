"""The kinetics and the receptor of one person under a regimen as an SBML model, for other programs.

The same equations, numbers and doses as ``exposure.follow`` and ``receptor.bind``: amounts (umol) that flow
between compartments, effect sites, and ligands that compete for one receptor. Doses are events; what a
course here calls ``plasma_morphine`` or ``occupancy_morphine`` has that name there. Breathing and reward are
not in it: true delays have no place in SBML.

Source of the format: Hucka 2010, SBML Level 3 Version 1 Core.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import numpy as np

from papaver import __version__
from papaver.body import ethanol
from papaver.body.chains import IV, NMOL
from papaver.body.drugs import drug, entry_of
from papaver.body.exposure import network_of
from papaver.body.ligands import EFFECTS, Ligand, ligands
from papaver.body.network import ELSEWHERE, PLASMA, SITE, UNABSORBED, URINE, Network
from papaver.body.people import People, personal, typical
from papaver.body.regimen import Dose, Regimen
from papaver.body.sbml_document import Document, Flow, apply, name, number, plus, times
from papaver.errors import Fault, InputError
from papaver.evidence.inputs import numbers as central_numbers

Numbers = Mapping[str, float]
MOST_DOSES = 2000
NOTES = (
    f"One body, written by papaver {__version__}: kinetics and competition for the mu opioid receptor.",
    "Time in hours, amounts in umol. plasma_* and site_* are nmol/L, urine_* umol excreted so far, "
    "occupancy_* shares of all receptors, signal_* agonist signals of an effect (negative: withdrawal).",
    "Doses are events that add dose_1, dose_2, ... (umol), or inputs at an even rate.",
    "A model of bodies in studies. It holds for nobody in particular and is no advice on doses.",
)


def to_sbml(
    regimen: Regimen | Iterable[Dose],
    people: People | None = None,
    *,
    numbers: Numbers | None = None,
    scale: str = "breathing",
    known: Mapping[str, Ligand] | None = None,
    dependence: float = 0.0,
) -> str:
    """One person under doses as the text of an SBML document (Level 3 Version 1).

    ``people``: the person (exactly one; the typical one unless given). ``numbers``: the inputs, central
    values unless given. ``scale``, ``known``: the ligands, as in ``receptor.bind``. ``dependence``: 0 to 1,
    as in ``receptor.signal``; a constant of the model that others may change. Raises InputError for more
    than one person, no dose, doses that cannot be, and a dependence outside its bounds.
    """
    p = central_numbers() if numbers is None else numbers
    who = typical(numbers=p) if people is None else people
    doses = (regimen if isinstance(regimen, Regimen) else Regimen(tuple(regimen))).doses
    _check(doses, who, dependence)
    whole = Document("Opioids in one body", NOTES)
    whole.constants["nmol_per_umol"] = (NMOL, "nmol_per_umol", "nmol in a umol")
    model = _Model(whole)
    for drug_name in dict.fromkeys(dose.drug for dose in doses):
        given = [(k, dose) for k, dose in enumerate(doses, start=1) if dose.drug == drug_name]
        if drug_name == "ethanol":
            _add_ethanol(model, given, personal(p, who))
        else:
            _add_chain(model, drug_name, given, personal(p, who))
    _add_inputs(model)
    _add_readings(model)
    _add_receptor(model, known or ligands(p, scale), dependence)
    return whole.text()


def _check(doses: Sequence[Dose], who: People, dependence: float) -> None:
    faults = []
    if who.count != 1:
        faults.append(Fault(f"{who.count} people.", "A model is of one person.", field="people"))
    if not 1 <= len(doses) <= MOST_DOSES:
        remedy = f"Give 1 to {MOST_DOSES}."
        faults.append(Fault(f"{len(doses)} doses cannot be exported.", remedy, field="regimen"))
    if not 0.0 <= dependence <= 1.0:
        faults.append(Fault(f"{dependence} is out of range.", "Give 0 to 1.", field="dependence"))
    for dose in doses:
        parts = {"hour": dose.hour, "mg": dose.mg, "duration_h": dose.duration_h}
        for what, value in parts.items():
            if not (math.isfinite(value) and value >= 0.0):
                faults.append(Fault(f"{dose.drug}: {value} cannot be.", "Give 0 or more.", field=what))
    if faults:
        raise InputError(faults)


# ------------------------------------------------------------------------------------------ what is gathered


@dataclass
class _Model:
    """The document in the making, with what is added up over drugs before it can be written.

    ``boluses``: hour -> amount -> terms that a dose adds to it; ``drips``: amount -> (from, until, rate).
    ``readings``: (kind, analyte) -> terms.
    """

    whole: Document
    boluses: dict[float, dict[str, list[Element]]] = field(default_factory=dict)
    drips: dict[str, list[tuple[float, float, Element]]] = field(default_factory=dict)
    readings: dict[tuple[str, str], list[Element]] = field(default_factory=dict)

    def constant(self, key: str, value: Any, unit: str, words: str) -> Element:
        """A constant of the model; returns how formulas call it. Values of one person may be arrays."""
        self.whole.constants[key] = (float(np.ravel(value)[0]), unit, words)
        return name(key)

    def flow(self, key: str, source: str | None, to: str | None, rate: Element) -> None:
        """A flow (umol/h) between amounts."""
        self.whole.flows[key] = Flow(source, to, rate)

    def dose(self, count: int, dose: Dose, shares: Mapping[str, float]) -> None:
        """A dose: shares of it enter amounts at once or evenly over its duration."""
        words = f"{dose.drug} {dose.mg:g} mg {dose.route} at hour {dose.hour:g}"
        key = f"dose_{count}"
        self.constant(key, drug(dose.drug).umol(dose.mg), "umol", words)
        for place, share in shares.items():
            entering = name(key) if share == 1.0 else times(number(share), name(key))
            if dose.duration_h > 0.0:
                rate = apply("divide", entering, number(dose.duration_h, "hour"))
                self.drips.setdefault(place, []).append((dose.hour, dose.hour + dose.duration_h, rate))
            else:
                self.boluses.setdefault(dose.hour, {}).setdefault(place, []).append(entering)


def _id(*parts: str) -> str:
    """An identifier; the drug that brought it stands first, so that chains stay apart."""
    return "__".join(re.sub(r"\W+", "_", part.strip()) for part in parts)


def _add_inputs(model: _Model) -> None:
    """Doses at hour 0 as starts, later ones as events; one event for all that happens at an hour."""
    whole = model.whole
    for hour, entering in model.boluses.items():
        for place, terms in entering.items():
            if hour == 0.0:
                whole.starts[place] = plus(terms)
            else:
                whole.events.setdefault(hour, {})[place] = plus([name(place), *terms])
    for place, drips in model.drips.items():
        rate = f"input_{place}"
        whole.variables[rate] = ("umol_per_h", f"input into {whole.amounts[place]}")
        model.flow(f"enters_{place}", None, place, name(rate))
        for hour in sorted({edge for begin, end, _ in drips for edge in (begin, end)}):
            running = [speed for begin, end, speed in drips if begin <= hour < end]
            total = plus(running) if running else number(0, "umol_per_h")
            if hour == 0.0:
                whole.starts[rate] = total
            else:
                whole.events.setdefault(hour, {})[rate] = total


# ------------------------------------------------------------------------------------------- chains of drugs


def _add_chain(
    model: _Model, drug_name: str, given: Sequence[tuple[int, Dose]], own: Mapping[str, Any]
) -> None:
    """A drug's linear chain: amounts, flows, effect sites, readings, doses."""
    entries = [entry_of(drug_name, dose.route, dose.product) for _, dose in given]
    net = network_of(drug_name, entries, own)
    key = {one: _id(drug_name, one) for one in (*net.names, *net.sinks)}
    for one in net.names:
        if one not in net.without_mass:
            model.whole.amounts[key[one]] = f"{one} (from {drug_name})"
    for one in net.sinks:
        if one not in (ELSEWHERE, UNABSORBED):
            model.whole.amounts[key[one]] = f"{one} (from {drug_name})"
    _add_flows(model, net, key)
    _add_sites(model, net, key, drug_name)
    for reading, parts in net.readings.items():
        terms = [_reading(model, key, reading, one, factor, net) for one, factor in parts]
        model.readings.setdefault(reading, []).extend(terms)
    for (count, dose), entry in zip(given, entries, strict=True):
        into = net.share_into(entry, dose.mg)[0][0]
        shares = {key[one]: float(share) for one, share in zip(net.names, into, strict=True) if share > 0.0}
        model.dose(count, dose, shares)


def _add_flows(model: _Model, net: Network, key: Mapping[str, str]) -> None:
    inside, leaving = net.matrix()[0], net.leaving()[0]
    for j, source in enumerate(net.names):
        if source in net.without_mass:
            continue
        goes = {net.names[i]: inside[i, j] for i in range(len(net.names)) if i != j}
        goes = {to: rate for to, rate in goes.items() if to not in net.without_mass}
        goes |= {to: leaving[k, j] for k, to in enumerate(net.sinks)}
        for to, rate in goes.items():
            if rate == 0.0:
                continue
            outside = to in (ELSEWHERE, UNABSORBED)
            k = model.constant(f"k_{key[source]}__{_id(to)}", rate, "per_h", f"{source} to {to}")
            rated = times(k, name(key[source]))
            model.flow(f"{key[source]}__{_id(to)}", key[source], None if outside else key[to], rated)


def _add_sites(model: _Model, net: Network, key: Mapping[str, str], drug_name: str) -> None:
    """Effect sites: levels (umol/L) that follow an amount and take nothing from it."""
    inside = net.matrix()[0]
    for one in net.names:
        if one not in net.without_mass:
            continue
        i = net.place(one)
        terms = []
        for j, source in enumerate(net.names):
            if i != j and inside[i, j] != 0.0:
                words = f"{source} to {one}, over the volume"
                rate = model.constant(f"k_{key[source]}__{_id(one)}", inside[i, j], "per_l_per_h", words)
                terms.append(times(rate, name(key[source])))
        out = model.constant(f"k_{key[one]}", -inside[i, i], "per_h", f"{one} to its source")
        slope = apply("minus", plus(terms), times(out, name(key[one])))
        model.whole.levels[key[one]] = (slope, "umol_per_l", f"{one} (from {drug_name})")


def _reading(
    model: _Model, key: Mapping[str, str], reading: tuple[str, str], one: str, factor: Any, net: Network
) -> Element:
    """What one compartment adds to a reading: nmol/L of plasma and sites, umol of urine."""
    if reading[0] == URINE:
        share = model.constant(f"share_{_id(reading[1])}__{key[one]}", factor, "dimensionless", "share read")
        return times(share, name(key[one]))
    if one in net.without_mass:
        return times(name("nmol_per_umol"), name(key[one]))
    litres = model.constant(
        f"v_{key[one]}__{_id(*reading)}", NMOL / factor, "litre", f"volume of {one} for {' '.join(reading)}"
    )
    return apply("divide", times(name("nmol_per_umol"), name(key[one])), litres)


# -------------------------------------------------------------------------------------------------- ethanol


def _add_ethanol(model: _Model, given: Sequence[tuple[int, Dose]], own: Mapping[str, Any]) -> None:
    """Ethanol: the one chain whose elimination saturates."""
    body, whole = ethanol.body_of(own), model.whole
    umol_per_mg = drug("ethanol").umol(1.0)
    gut, blood, tissue, urine = (_id("ethanol", one) for one in ("gut", "blood", "tissue", "urine_ethanol"))
    for one in (gut, blood, tissue, urine):
        whole.amounts[one] = f"{one.partition('__')[2].replace('_', ' ')} (from ethanol)"

    def constant(key: str, value: Any, unit: str) -> Element:
        return model.constant(_id("ethanol", key), value, unit, f"{key} (ethanol)")

    absorbed = constant("k_gut", body["gut"], "per_h")
    model.flow(_id("ethanol", "absorbed"), gut, blood, times(absorbed, name(gut)))
    for key, source, to, rate in (
        ("k_out", blood, tissue, body["exchange"] / body["central"]),
        ("k_back", tissue, blood, body["exchange"] / body["tissue"]),
        ("k_renal", blood, urine, body["renal"] / body["central"]),
    ):
        model.flow(_id("ethanol", key[2:]), source, to, times(constant(key, rate, "per_h"), name(source)))
    limit = constant("limit", body["limit"] * umol_per_mg, "umol_per_h")
    half = constant("half_limit", body["half"] * umol_per_mg * body["central"], "umol")
    burnt = apply("divide", times(limit, name(blood)), plus([half, name(blood)]))
    model.flow(_id("ethanol", "burnt"), blood, None, burnt)
    level = constant("volume", body["central"], "litre")
    for kind in (PLASMA, SITE):
        found = apply("divide", times(name("nmol_per_umol"), name(blood)), level)
        model.readings.setdefault((kind, "ethanol"), []).append(found)
    model.readings.setdefault((URINE, "ethanol"), []).append(name(urine))
    for count, dose in given:
        entry_of("ethanol", dose.route, dose.product)
        model.dose(count, dose, {blood if dose.route == IV else gut: 1.0})


# ------------------------------------------------------------------------------------------- what is watched


def _add_readings(model: _Model) -> None:
    unit = {PLASMA: "nmol_per_l", SITE: "nmol_per_l", URINE: "umol"}
    words = {PLASMA: "plasma level", SITE: "effect site", URINE: "excreted so far"}
    for (kind, analyte), terms in model.readings.items():
        model.whole.rules[f"{kind}_{analyte}"] = (plus(terms), unit[kind], f"{analyte}: {words[kind]}")


def _add_receptor(model: _Model, ligands_of: Mapping[str, Ligand], dependence: float) -> None:
    """Ligands compete: ``dB/dt = koff ((L / half)^slope free - B)``; signals are what those bound do."""
    known = {key: one for key, one in ligands_of.items() if (SITE, key) in model.readings}
    held = {key: f"occupancy_{key}" for key in known}
    free = plus(name(one) for one in held.values())
    model.whole.rules["occupancy_free"] = (
        apply("minus", number(1), free),
        "dimensionless",
        "share of receptors held by no ligand",
    )
    for key, one in known.items():
        half = model.constant(f"half_{key}", one.half_nmol_l, "nmol_per_l", f"{key}: holds half when alone")
        off = model.constant(f"k_off_{key}", one.off_per_h, "per_h", f"{key}: leaves the receptor")
        load = apply("divide", name(f"site_{key}"), half)
        slope = float(np.ravel(one.slope)[0])
        if slope != 1.0:
            load = apply("power", apply("abs", load), number(slope))
        change = times(off, apply("minus", times(load, name("occupancy_free")), name(held[key])))
        model.whole.levels[held[key]] = (change, "dimensionless", f"{key}: share of receptors held")
    shared = model.constant("dependence", dependence, "dimensionless", "0 never used, 1 full dependence")
    for effect in EFFECTS:
        terms = []
        for key, one in known.items():
            does = model.constant(
                f"activity_{effect}_{key}", one.activity[effect], "dimensionless", f"{key}: activity"
            )
            if one.inverse:
                pull = model.constant(f"inverse_{key}", one.inverse, "dimensionless", f"{key}: pulls down")
                does = apply("minus", does, times(pull, shared))
            terms.append(times(does, name(held[key])))
        model.whole.rules[f"signal_{effect}"] = (plus(terms), "dimensionless", f"agonist signal: {effect}")
