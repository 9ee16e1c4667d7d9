"""What the view of a body offers, and its words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from papaver.errors import InputError

if TYPE_CHECKING:
    from papaver.body.course import Course
    from papaver.body.regimen import Regimen

READY = "Getting ready: the first look compiles the model, which takes up to a minute."
PATTERNS = {
    "once": (1, 24.0),
    "once a day": (1, 24.0),
    "twice a day": (2, 12.0),
    "three times a day": (3, 8.0),
}
# drug -> where the slider stands at first, its top and its step (mg); any other amount can be typed;
# opioids with a file of their own (body/data/opioids) have it there
SLIDERS = {
    "heroin": (20.0, 300.0, 1.0),
    "morphine": (10.0, 100.0, 1.0),
    "codeine": (30.0, 300.0, 5.0),
    "carfentanil": (0.001, 0.05, 0.001),
    "methadone": (10.0, 150.0, 1.0),
    "buprenorphine": (2.0, 32.0, 0.5),
}
ANY_SLIDER = (10.0, 100.0, 1.0)
SEDATIVES = {
    "ethanol": ("Alcohol (g of ethanol)", 1000.0),
    "diazepam": ("Diazepam (mg)", 1.0),
    "alprazolam": ("Alprazolam (mg)", 1.0),
}
NALOXONES: dict[str, tuple[str, float, str] | None] = {
    "none": None,
    "0.4 mg into muscle": ("im", 0.4, ""),
    "4 mg nasal spray": ("intranasal", 4.0, "4 mg spray"),
}
ILLNESS = {"lung_disease": "Lung disease (COPD)", "sleep_apnoea": "Sleep apnoea"}
TERMS = {"iv": "iv, intravenous", "im": "im, intramuscular", "sc": "sc, subcutaneous", "oral": "oral"}
HIDDEN = ("naloxone", "nalmefene", "naltrexone", *SEDATIVES)


@cache
def drugs() -> dict[str, tuple[str, ...]]:
    """Drugs that can be taken here and their routes."""
    from papaver.body.drugs import drugs as every

    return {
        one.name: tuple(route for route, product in one.entries if not product)
        for one in every()
        if one.name not in HIDDEN
    }


def routes(drug: str) -> dict[str, str]:
    """Routes of a drug in plain words, the field's term beside."""
    from papaver.report.body import ROUTES

    words = {route: ROUTES.get(route, route) for route in drugs()[drug]}
    return {r: w if w == r else f"{w[:1].upper()}{w[1:]} ({TERMS.get(r, r)})" for r, w in words.items()}


def slider(drug: str) -> tuple[float, float, float]:
    """First value, top and step of the dose slider (mg)."""
    return SLIDERS.get(drug) or _declared(drug) or ANY_SLIDER


def _declared(name: str) -> tuple[float, float, float] | None:
    """What an opioid's own file says of its slider."""
    from papaver.body.drugs import drug

    told = drug(name).slider
    return (told[0], told[1], told[2]) if told else None


@cache
def most_tolerance() -> float:
    """Ceiling of the tolerance of breathing, in tenths."""
    from papaver.evidence.inputs import numbers

    return int(10 * numbers()["tolerance_breathing"]) / 10


def tolerance_words(value: float) -> str:
    """What a tolerance means."""
    if value <= 1.0:
        return "Never used opioids (tolerance 1)"
    end = ", as after long daily use" if value >= most_tolerance() else ""
    return f"Takes {value:.1f} times the opioid to slow breathing as much (tolerance {value:.1f}){end}"


def positive(value: object, what: str) -> float:
    """A number above 0. Raises InputError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise InputError(f"{what} must be a number above 0.")
    return float(value)


def beyond_record(regimen: Regimen) -> str:
    """A line where a dose is above the largest on record: a slip of the pen, such as mg for mcg."""
    from papaver.body.drugs import drug

    for dose in regimen.doses:
        most = drug(dose.drug).largest_mg.get(dose.route)
        if most is not None and dose.mg > most:
            return (
                f"{dose.mg:g} mg of {dose.drug} is above the largest single dose on record ({most:g} mg). "
                "Is the unit right?"
            )
    return ""


def danger(typical: Course, many: Course | None) -> str:
    """What must stand beside a picture in which somebody comes into danger; empty if nobody does."""
    from papaver.report.body import AMBULANCE, DANGER, share_with

    told = many or typical
    if not any(share_with(course, name) for course in (typical, told) for name in DANGER):
        return ""
    return f"This picture shows people in danger of death. {AMBULANCE}"


def command(state: Any) -> str:
    """The command that does the same."""
    doses = [dose for dose in state.regimen().doses if dose.drug == state.drug]
    often = f" q{PATTERNS[state.pattern][1]:g}h x {len(doses)}" if len(doses) > 1 else ""
    parts = [f"papaver body {state.drug} '{state.mg:g} mg {state.route}{often}'"]
    parts.append(f"--hours {state.hours:g} --tolerance {state.tolerance:g}")
    for name, amount in state.sedatives.items():
        if amount:
            unit = "g" if SEDATIVES[name][1] > 1 else "mg"
            parts.append(f"--with '{name} {amount:g} {unit} oral'")
    rescue = NALOXONES[state.naloxone]
    if rescue is not None:
        parts.append(f"--naloxone '{rescue[1]:g} mg {rescue[0]} at {state.naloxone_min:g} min'")
    parts += [f"--illness {name}" for name in state.illness]
    parts += [
        f"--{name} {value:g}" for name, value in (("age", state.age), ("weight", state.weight)) if value
    ]
    return " ".join(parts)


def sources(drug_names: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of the sources behind bodies under these drugs: theirs, and those of every body."""
    from papaver.body.drugs import drugs as every
    from papaver.evidence import all_inputs, sources_of

    taken = {name for one in every() if one.name in drug_names for name in (one.name, *one.analytes)}
    others = {name for one in every() for name in (one.name, *one.analytes)} - taken
    tests = {"urine", "oral", "blood", "hair", "panel", "lab", "creatinine", "sweat"}
    names = [one.name for one in all_inputs() if one.scope == "body" or one.name.startswith("tolerance")]
    own = [name for name in names if name.split("_")[0] not in others | tests]
    return sources_of(own)
