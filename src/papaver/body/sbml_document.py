"""A model as an SBML document (Level 3 Version 1, core): parts by name in, XML text out.

Knows SBML, not drugs. Formulas are MathML elements, built by ``name``, ``number``, ``plus`` and their kin.
Equal parts give equal bytes: nothing in the text tells when or where it was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

CORE = "http://www.sbml.org/sbml/level3/version1/core"
MATHML = "http://www.w3.org/1998/Math/MathML"
XHTML = "http://www.w3.org/1999/xhtml"
TIME = "http://www.sbml.org/sbml/symbols/time"
HOLDER = "person"

# Unit -> its parts: kind, exponent, scale (power of ten), multiplier. SBML parts units from sizes so.
UNITS: Mapping[str, tuple[tuple[str, int, int, int], ...]] = {
    "hour": (("second", 1, 0, 3600),),
    "umol": (("mole", 1, -6, 1),),
    "umol_per_h": (("mole", 1, -6, 1), ("second", -1, 0, 3600)),
    "umol_per_l": (("mole", 1, -6, 1), ("litre", -1, 0, 1)),
    "nmol_per_l": (("mole", 1, -9, 1), ("litre", -1, 0, 1)),
    "nmol_per_umol": (("mole", 1, -9, 1), ("mole", -1, -6, 1)),
    "per_h": (("second", -1, 0, 3600),),
    "per_l_per_h": (("litre", -1, 0, 1), ("second", -1, 0, 3600)),
}


# ------------------------------------------------------------------------------------------------ formulas


def name(symbol: str) -> Element:
    """The value of a part of the model."""
    element = Element("ci")
    element.text = f" {symbol} "
    return element


def number(value: float, unit: str = "dimensionless") -> Element:
    """A number with its unit, written in full (MathML knows no short form within a plain number)."""
    element = Element("cn", {"sbml:units": unit})
    element.text = f" {format(Decimal(repr(float(value))), 'f')} "
    return element


def now() -> Element:
    """The time."""
    element = Element("csymbol", {"encoding": "text", "definitionURL": TIME})
    element.text = " time "
    return element


def apply(operator: str, *operands: Element) -> Element:
    """An operator (``plus``, ``minus``, ``times``, ``divide``, ``power``, ``geq``) and what it works on."""
    element = Element("apply")
    element.append(Element(operator))
    element.extend(operands)
    return element


def times(*factors: Element) -> Element:
    """The product."""
    return factors[0] if len(factors) == 1 else apply("times", *factors)


def plus(terms: Iterable[Element]) -> Element:
    """The sum; 0 of nothing."""
    found = list(terms)
    if not found:
        return number(0)
    return found[0] if len(found) == 1 else apply("plus", *found)


# ------------------------------------------------------------------------------------------------ the model


@dataclass(frozen=True)
class Flow:
    """What moves from one amount to another (``None``: from or to outside) at a rate in umol per hour."""

    source: str | None
    to: str | None
    rate: Element


@dataclass
class Document:
    """A model in the making. Identifiers must be letters, digits and underscores.

    ``amounts`` (umol) change by ``flows``; ``levels`` change by a rule for their slope; ``constants`` stay;
    ``rules`` are computed at every moment, in any order; ``starts`` are computed at time 0; ``events`` set
    values at an hour. Each part is told with its unit and with words for people.
    """

    title: str
    notes: tuple[str, ...]
    amounts: dict[str, str] = field(default_factory=dict)
    constants: dict[str, tuple[float, str, str]] = field(default_factory=dict)
    levels: dict[str, tuple[Element, str, str]] = field(default_factory=dict)
    rules: dict[str, tuple[Element, str, str]] = field(default_factory=dict)
    variables: dict[str, tuple[str, str]] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    starts: dict[str, Element] = field(default_factory=dict)
    events: dict[float, dict[str, Element]] = field(default_factory=dict)

    def text(self) -> str:
        """The document."""
        root = Element("sbml", {"xmlns": CORE, "xmlns:sbml": CORE, "level": "3", "version": "1"})
        model = SubElement(
            root,
            "model",
            {
                "id": "papaver_body",
                "name": self.title,
                "substanceUnits": "umol",
                "timeUnits": "hour",
                "volumeUnits": "litre",
                "extentUnits": "umol",
            },
        )
        self._notes(model)
        self._units(model)
        self._amounts(model)
        self._parameters(model)
        self._starts(model)
        self._rules(model)
        self._flows(model)
        self._events(model)
        indent(root, " ")
        return f"<?xml version='1.0' encoding='UTF-8'?>\n{tostring(root, encoding='unicode')}\n"

    def _notes(self, model: Element) -> None:
        body = SubElement(SubElement(model, "notes"), "body", {"xmlns": XHTML})
        for words in self.notes:
            SubElement(body, "p").text = words

    def _units(self, model: Element) -> None:
        listed = SubElement(model, "listOfUnitDefinitions")
        for unit, parts in UNITS.items():
            within = SubElement(SubElement(listed, "unitDefinition", {"id": unit}), "listOfUnits")
            for kind, exponent, scale, multiplier in parts:
                told = zip(("exponent", "scale", "multiplier"), (exponent, scale, multiplier), strict=True)
                SubElement(within, "unit", {"kind": kind, **{key: str(value) for key, value in told}})

    def _amounts(self, model: Element) -> None:
        holder = {"id": HOLDER, "size": "1", "units": "litre", "spatialDimensions": "3", "constant": "true"}
        SubElement(SubElement(model, "listOfCompartments"), "compartment", holder)
        listed = _list(model, "listOfSpecies", self.amounts)
        for key, words in self.amounts.items():
            SubElement(
                listed,
                "species",
                {
                    "id": key,
                    "name": words,
                    "compartment": HOLDER,
                    "initialAmount": "0",
                    "substanceUnits": "umol",
                    "hasOnlySubstanceUnits": "true",
                    "boundaryCondition": "false",
                    "constant": "false",
                },
            )

    def _parameters(self, model: Element) -> None:
        listed = _list(model, "listOfParameters", self.constants or self.levels or self.rules)

        def told(key: str, words: str, unit: str, **rest: str) -> None:
            SubElement(listed, "parameter", {"id": key, "name": words, "units": unit, **rest})

        for key, (value, unit, words) in self.constants.items():
            told(key, words, unit, value=repr(float(value)), constant="true")
        for key, (_, unit, words) in self.levels.items():
            told(key, words, unit, value="0", constant="false")
        for key, (unit, words) in self.variables.items():
            told(key, words, unit, value="0", constant="false")
        for key, (_, unit, words) in self.rules.items():
            told(key, words, unit, constant="false")

    def _starts(self, model: Element) -> None:
        listed = _list(model, "listOfInitialAssignments", self.starts)
        for key, formula in self.starts.items():
            _math(SubElement(listed, "initialAssignment", {"symbol": key}), formula)

    def _rules(self, model: Element) -> None:
        listed = _list(model, "listOfRules", self.levels or self.rules)
        for key, (formula, _, _) in self.rules.items():
            _math(SubElement(listed, "assignmentRule", {"variable": key}), formula)
        for key, (formula, _, _) in self.levels.items():
            _math(SubElement(listed, "rateRule", {"variable": key}), formula)

    def _flows(self, model: Element) -> None:
        listed = _list(model, "listOfReactions", self.flows)
        for key, flow in self.flows.items():
            reaction = SubElement(listed, "reaction", {"id": key, "reversible": "false", "fast": "false"})
            for part, amount in (("listOfReactants", flow.source), ("listOfProducts", flow.to)):
                if amount is not None:
                    what = {"species": amount, "stoichiometry": "1", "constant": "true"}
                    SubElement(SubElement(reaction, part), "speciesReference", what)
            _math(SubElement(reaction, "kineticLaw"), flow.rate)

    def _events(self, model: Element) -> None:
        listed = _list(model, "listOfEvents", self.events)
        for count, hour in enumerate(sorted(self.events), start=1):
            told = {"id": f"event_{count}", "useValuesFromTriggerTime": "true"}
            event = SubElement(listed, "event", told)
            trigger = SubElement(event, "trigger", {"initialValue": "false", "persistent": "true"})
            _math(trigger, apply("geq", now(), number(hour, "hour")))
            within = SubElement(event, "listOfEventAssignments")
            for key, formula in self.events[hour].items():
                _math(SubElement(within, "eventAssignment", {"variable": key}), formula)


def _list(model: Element, kind: str, parts: object) -> Element:
    """A list of the model; one without parts may not stand in it."""
    return SubElement(model, kind) if parts else Element(kind)


def _math(parent: Element, formula: Element) -> None:
    SubElement(parent, "math", {"xmlns": MATHML}).append(formula)
