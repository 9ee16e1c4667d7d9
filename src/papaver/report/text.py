"""Words of the report and its figures: names, numbers, counts, plans."""

from __future__ import annotations

import math
import re
import unicodedata

from papaver.report.read import Estimate, Plan, Run

STATUS_WORDS = {
    "never": "never used",
    "occasional": "occasional",
    "controlled": "controlled",
    "dependent": "dependent",
    "in_treatment": "in treatment",
    "residential": "residential",
    "abstinent": "stopped",
    "dead_overdose": "died, overdose",
    "dead_other": "died, other cause",
    "custody": "in custody",
    "hospital": "in hospital",
}
SYMPTOM_WORDS = {
    "nausea_vomiting": "nausea, vomiting",
    "insomnia": "poor sleep",
    "agitation": "agitation",
    "diarrhoea": "diarrhoea",
    "sweating": "sweating",
    "anxiety": "anxiety",
    "muscle_aches": "muscle aches",
}
SPLIT_WORDS = {
    "adverse_childhood": "adversity in childhood",
    "ptsd": "post-traumatic stress",
    "depression": "depression",
    "anxiety": "anxiety disorder",
    "adhd": "ADHD",
    "chronic_pain": "chronic pain",
    "seeks_high": "seeking the high",
    "strong_norms": "strong norms about use",
    "peers_use": "partner or close friends who use",
    "homeless": "no secure housing",
    "unemployed": "no work",
    "women": "being a woman",
    "injects": "injecting",
}
TABLE_COLUMNS = (
    ("share_ever_dependent", "Ever dependent", "of 100"),
    ("share_dependent_at_end", "Dependent at the end", "of 100"),
    ("share_in_treatment_at_end", "In treatment at the end", "of 100"),
    ("share_controlled_at_end", "Using, not dependent, at the end", "of 100"),
    ("share_abstinent_at_end", "Stopped at the end", "of 100"),
    ("share_dead_overdose", "Died, overdose", "of 100"),
    ("share_dead_other", "Died, other cause", "of 100"),
    ("overdoses_per_100_person_years", "Overdoses", "in 100 person-years"),
    ("days_with_withdrawal", "Days in withdrawal", "per person"),
)
# of people on opioids prescribed for pain
PRESCRIBED_COLUMNS = (
    ("share_ever_used", "Ever used heroin", "of 100"),
    ("share_ever_dependent", "Ever dependent on heroin", "of 100"),
    ("share_in_treatment_at_end", "In treatment at the end", "of 100"),
    ("share_dead_overdose", "Died, overdose", "of 100"),
    ("share_dead_other", "Died, other cause", "of 100"),
    ("overdoses_per_100_person_years", "Overdoses", "in 100 person-years"),
    ("days_with_withdrawal", "Days in withdrawal", "per person"),
)
HAIR = 1e-9
_JOINERS = "\u200c\u200d"
_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def per100(share: float, digits: int | None = None) -> str:
    """A share as people of 100: whole from 10 on, one decimal below; ``digits`` overrules."""
    value = 100 * share
    return number(value, decimals(value) if digits is None else digits)


def decimals(value: float) -> int:
    """Decimals a number is shown with: none from 10 on, else one."""
    return 0 if abs(value) >= 9.95 else 1


def number(value: float, digits: int) -> str:
    """A number with this many decimals, halves rounded up; no minus on zero."""
    # a half that arithmetic left a hair below itself is a half
    text = f"{value + math.copysign(HAIR, value):.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text.replace("-", "−")


def span(bounds: tuple[float, float] | None, scale: float, digits: int) -> str:
    """An interval such as ``24–51``, with a decimal more where its ends would look alike; a dash when the
    run cannot tell."""
    if bounds is None:
        return "—"
    low, high = (number(scale * bound, digits) for bound in bounds)
    if low == high:
        low, high = (number(scale * bound, digits + 1) for bound in bounds)
    if low == high:
        return number(scale * bounds[0], digits)
    return f"{low}–{high}" if not (low.startswith("−") or high.startswith("−")) else f"{low} to {high}"


def shown(estimate: Estimate, scale: float) -> tuple[str, str, str]:
    """Mean, parameter interval and chance interval with the same number of decimals."""
    digits = decimals(scale * estimate.mean)
    return (
        number(scale * estimate.mean, digits),
        span(estimate.parameters, scale, digits),
        span(_not_below_zero(estimate), scale, digits),
    )


def _not_below_zero(estimate: Estimate) -> tuple[float, float] | None:
    if estimate.chance is None or estimate.mean < 0:
        return estimate.chance
    return max(0.0, estimate.chance[0]), estimate.chance[1]


def beyond_chance(one: Estimate, other: Estimate) -> bool:
    """Whether two groups of different people differ by more than chance alone makes them differ."""
    if one.chance is None or other.chance is None:
        return False
    halves = [(high - low) / 2 for low, high in (one.chance, other.chance)]
    return abs(one.mean - other.mean) > math.hypot(*halves)


def columns(run: Run) -> tuple[tuple[str, str, str], ...]:
    """Measures of the table of plans: name, heading, unit."""
    if run.starts_prescribed:
        return PRESCRIBED_COLUMNS
    # people who start dependent were all dependent once
    return TABLE_COLUMNS[1:] if run.starts_dependent else TABLE_COLUMNS


def under(plan: Plan) -> str:
    """Under a plan, within a sentence."""
    return f"under {quoted(plan)}"


def quoted(plan: Plan) -> str:
    """The label of a plan between quotation marks."""
    return f"“{plan_label(plan)}”"


def too_small(estimate: Estimate) -> bool:
    """Whether the draws differ no more than chance makes them differ."""
    return estimate.parameters is not None and estimate.parameters[0] == estimate.parameters[1]


def years(n: int) -> str:
    """A number of years in words up to twelve."""
    return count(n, "year")


def count(n: int, noun: str) -> str:
    """A count in words up to twelve, with its noun."""
    return f"{in_words(n)} {noun}" if n == 1 else f"{in_words(n)} {noun}s"


def in_words(n: int) -> str:
    """A whole number, in words up to twelve."""
    return _NUMBERS[n] if 0 <= n < len(_NUMBERS) else f"{n:,}"


def split_words(name: str) -> str:
    """A split in words."""
    return SPLIT_WORDS.get(name, name.replace("_", " "))


def symptom_words(name: str) -> str:
    """A symptom in words."""
    return SYMPTOM_WORDS.get(name, name.replace("_", " "))


def plan_label(plan: Plan, most: int = 60) -> str:
    """The label of a plan on one line, shortened."""
    return shorten(plan.label, most)


def shorten(text: str, most: int) -> str:
    """Text on one line without control or direction marks, cut at ``most`` characters."""
    line = re.sub(r"\s+", " ", "".join(" " if _control(sign) else sign for sign in text)).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _control(sign: str) -> bool:
    # format characters include the marks that reverse reading direction; surrogates cannot be written at all
    return sign not in _JOINERS and unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def whole(value: float) -> str:
    """A number for a figure: whole from 10 on, with one decimal below; a dash if it is not a number."""
    return "—" if math.isnan(value) else number(value, decimals(value))
