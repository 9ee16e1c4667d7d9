"""The words of the report: numbers in plain sentences, always with both kinds of uncertainty."""

from __future__ import annotations

import math
import re
import unicodedata

from papaver.report.read import ENOUGH_DRAWS, Estimate, Plan, Run

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
LIMITS = (
    "It is a model. It holds what has been published, bent into one account of how use unfolds; where "
    "studies disagree or are silent, somebody had to assume, and those numbers are counted above.",
    "It follows a closed group: nobody joins, and people change each other's lives only through the "
    "setting the scenario states (who around them uses, whether somebody is near).",
    "The supply is the one the scenario states. Fentanyl and other strong opioids, alcohol and sedatives "
    "taken along with heroin are left out unless the scenario names them; all of them make death more "
    "likely.",
    "Infections, injuries from injecting and pregnancy are left out; lasting injury of the brain after an "
    "overdose is counted in the tables and changes nothing in a life that follows.",
    "A group is not a person. No figure here says what will happen to you or to somebody you know.",
    "It is not a medical device, it gives no advice on doses, and it is not a way to use more safely alone "
    "or to pass a drug test.",
)
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
    """A number with this many decimals; no minus on zero."""
    text = f"{value:.{digits}f}"
    return text.removeprefix("-") if not text.strip("-0.") else text.replace("-", "−")


def span(bounds: tuple[float, float] | None, scale: float, digits: int) -> str:
    """An interval such as ``24–51``; a dash when the run cannot tell."""
    if bounds is None:
        return "—"
    low, high = (number(scale * bound, digits) for bound in bounds)
    if low == high:
        return low
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


def answer(run: Run) -> list[str]:
    """The answer in a few short paragraphs, numbers as in summary.json."""
    return [*_lead(run), _deaths(run), *_comparison(run), _which_matters(run)]


def caution(run: Run) -> str:
    """A warning when too few parameter draws were sampled, else the empty text."""
    if run.sampled >= ENOUGH_DRAWS:
        return ""
    few = count(run.sampled, "parameter draw")
    were = "was" if run.sampled == 1 else "were"
    start = f"Only {few} {were} sampled." if run.sampled else "No parameter draws were sampled."
    return (
        f"{start} What is not known about the inputs is therefore understated: the true uncertainty is wider "
        f"than shown. Run with --draws {ENOUGH_DRAWS} or more."
    )


def beyond_chance(one: Estimate, other: Estimate) -> bool:
    """Whether two groups of different people differ by more than chance alone makes them differ."""
    if one.chance is None or other.chance is None:
        return False
    halves = [(high - low) / 2 for low, high in (one.chance, other.chance)]
    return abs(one.mean - other.mean) > math.hypot(*halves)


def columns(run: Run) -> tuple[tuple[str, str, str], ...]:
    """Measures of the table of plans: name, heading, unit."""
    return PRESCRIBED_COLUMNS if run.starts_prescribed else TABLE_COLUMNS


def _lead(run: Run) -> list[str]:
    if run.starts_prescribed:
        return [_turn_to_heroin(run), _withdrawal_days(run), _published_danger()]
    if run.starts_dependent:
        return [_still_dependent(run)]
    return [_become_dependent(run), _responsibly(run)]


def _turn_to_heroin(run: Run) -> str:
    used = {plan.name: run.estimate(plan.name, "share_ever_used") for plan in run.plans}
    first = used[run.first.name]
    others = "; ".join(
        f"{_quoted(plan)} {per100(used[plan.name].mean)}" for plan in run.plans if plan is not run.first
    )
    return (
        f"Of 100 people on opioids for chronic pain, about {per100(first.mean)} turn to heroin within "
        f"{years(run.years)} under {_quoted(run.first)} {_both(run, first)}"
        + (f"; under the others: {others}." if others else ".")
    )


def _withdrawal_days(run: Run) -> str:
    days = [(run.estimate(plan.name, "days_with_withdrawal").mean, plan) for plan in run.plans]
    told = "; ".join(f"{_quoted(plan)} {number(mean, decimals(mean))}" for mean, plan in days)
    return f"Days in withdrawal (5 points or more on the COWS), mean per person: {told}."


def _published_danger() -> str:
    from papaver.evidence import parameter

    row = parameter("stop_hr_over400")
    return (
        "Published, and no result of this model: among 1.4 million US veterans those whose opioids were "
        f"stopped after more than 400 days died {row.value:g} times as often by overdose or suicide as those "
        "still on them. Suicide and overdose on the prescribed tablets themselves are not simulated here."
    )


def _who(run: Run) -> str:
    who = "people who are dependent on heroin" if run.starts_dependent else "people who try heroin"
    return f"{who} and follow " + (f"the plan {_quoted(run.first)}" if run.first.has_steps else "no plan")


def under(plan: Plan) -> str:
    """Under a plan, or with none, within a sentence."""
    return f"under the plan {_quoted(plan)}" if plan.has_steps else "with no plan"


def _both(run: Run, estimate: Estimate) -> str:
    _, unknown, luck = shown(estimate, 100)
    from_inputs = f"{unknown}, from what is not known about the inputs"
    if too_small(estimate):
        from_inputs = "what is not known about the inputs: too little to be seen beside chance"
    return f"({from_inputs}; chance alone in a group of {run.people:,}: {luck})"


def too_small(estimate: Estimate) -> bool:
    """Whether the draws differ no more than chance makes them differ."""
    return estimate.parameters is not None and estimate.parameters[0] == estimate.parameters[1]


def _become_dependent(run: Run) -> str:
    estimate = run.estimate(run.first.name, "share_ever_dependent")
    return (
        f"Of 100 {_who(run)}, about {per100(estimate.mean)} become dependent within {years(run.years)} "
        f"{_both(run, estimate)}."
    )


def _still_dependent(run: Run) -> str:
    at_end = run.estimate(run.first.name, "share_dependent_at_end")
    stopped = run.estimate(run.first.name, "share_abstinent_at_end")
    return (
        f"Of 100 {_who(run)}, about {per100(at_end.mean)} are dependent and using after {years(run.years)} "
        f"{_both(run, at_end)}; about {per100(stopped.mean)} have stopped {_both(run, stopped)}."
    )


def _responsibly(run: Run) -> str:
    ever = run.estimate(run.first.name, "share_ever_dependent")
    light = run.estimate(run.first.name, "share_controlled_at_end")
    stopped = run.estimate(run.first.name, "share_abstinent_at_end")
    digits = decimals(100 * ever.mean)
    unknown = (1 - ever.parameters[1], 1 - ever.parameters[0]) if ever.parameters else None
    return (
        f"Can it be used “responsibly”? In this model about {per100(1 - ever.mean, digits)} of 100 "
        f"({span(unknown, 100, digits)}) are never dependent in that time; it cannot tell beforehand who "
        f"they will be. At the end about {_with_range(light)} of 100 still use now and then, or often "
        f"without dependence, and about {_with_range(stopped)} have stopped, some of them after a time of "
        "dependence."
    )


def _with_range(estimate: Estimate) -> str:
    mean, unknown, _ = shown(estimate, 100)
    return f"{mean} ({unknown})"


def _deaths(run: Run) -> str:
    overdose = run.estimate(run.first.name, "share_dead_overdose")
    other = run.estimate(run.first.name, "share_dead_other")
    return (
        f"About {per100(overdose.mean)} of 100 die of an overdose {_both(run, overdose)} and about "
        f"{_with_range(other)} of another cause."
    )


def _comparison(run: Run) -> list[str]:
    """Best and worst plan for deaths and for dependence at the end, against the first plan."""
    parts = [
        _best_and_worst(run, "share_dead_overdose", "overdose deaths"),
        _best_and_worst(run, "share_ever_used", "people who ever used heroin")
        if run.starts_prescribed
        else _best_and_worst(run, "share_dependent_at_end", "people dependent at the end"),
    ]
    told = [part for part in parts if part]
    if not told:
        return []
    first, *others = told
    return [
        f"Compared with {_quoted(run.first)}, in this model, {first}.",
        *(f"{part[0].upper()}{part[1:]}." for part in others),
        "Differences compare the same people with the same luck; of two ranges the first is from what is not "
        "known about the inputs, the second from chance alone.",
    ]


def _best_and_worst(run: Run, measure: str, words: str) -> str:
    gaps = {plan: run.difference(plan.name, measure) for plan in run.plans[1:]}
    known = sorted(
        ((gap.mean, plan.name, plan, gap) for plan, gap in gaps.items() if gap), key=lambda one: one[:2]
    )
    if not known:
        return ""
    (least, _, best, less), (most, _, worst, more) = known[0], known[-1]
    reference = _quoted(run.first)
    if least >= 0:
        start = f"no plan has fewer {words} than {reference}"
    else:
        start = f"{_quoted(best)} has the fewest {words}, {fewer(less)}"
    if most <= 0:
        return (
            f"{start}, and none has more" if least >= 0 else f"{start}, and no plan has more than {reference}"
        )
    return f"{start}; {_quoted(worst)} has the most, {fewer(more)}"


def _quoted(plan: Plan) -> str:
    return f"“{plan_label(plan)}”"


def fewer(gap: Estimate) -> str:
    """A difference in people of 100 in words, with both ranges, saying when it could be none."""
    value = 100 * gap.mean
    digits = decimals(value)
    text = f"{number(abs(value), digits)} {'fewer' if value < 0 else 'more'} of 100"
    ranges = [bounds for bounds in (gap.parameters, gap.chance) if bounds is not None]
    if ranges:
        text += f" ({'; '.join(_range_words(bounds, digits) for bounds in ranges)})"
    return f"{text}, which could be none" if any(low <= 0 <= high for low, high in ranges) else text


def _range_words(bounds: tuple[float, float], digits: int) -> str:
    low, high = (100 * bound for bound in bounds)
    if low == high:
        return "spread too small to be seen beside chance"
    if high <= 0:
        return f"{span((-bounds[1], -bounds[0]), 100, digits)} fewer"
    if low >= 0:
        return f"{span(bounds, 100, digits)} more"
    return f"{number(-low, digits)} fewer to {number(high, digits)} more"


def _which_matters(run: Run) -> str:
    measure = "share_dependent_at_end" if run.starts_dependent else "share_ever_dependent"
    measure = "share_ever_used" if run.starts_prescribed else measure
    estimate = run.estimate(run.first.name, measure)
    if estimate.parameters is None or estimate.chance is None:
        return "How much is not known about the inputs cannot be told: too few draws of them were sampled."
    unknown, luck = (50 * (high - low) for low, high in (estimate.parameters, estimate.chance))
    digits = 0 if min(unknown, luck) >= 1 else 1
    moved = "by too little to be seen" if too_small(estimate) else f"by about ±{number(unknown, digits)}"
    sentence = (
        f"What is not known about the inputs moves the first of these numbers {moved}, "
        f"chance in a group of {run.people:,} people by about ±{number(luck, digits)}"
    )
    if run.sampled < ENOUGH_DRAWS:
        return f"{sentence}."
    more = "would not make" if unknown > luck else "would make"
    return f"{sentence}: a larger group {more} the answer more certain."


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
