"""The answer of a report: numbers in plain sentences, always with both kinds of uncertainty."""

from __future__ import annotations

from papaver.report import text
from papaver.report.read import ENOUGH_DRAWS, Estimate, Run
from papaver.report.text import decimals, number, per100, quoted, shown, span, too_small, years

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


LIGHT = ("occasional", "controlled")
SHOWN_YEARS = (1, 2, 5, 10, 20)
HOW_COMPARED = (
    "(The same people with the same luck under both plans; of two ranges the first is from what is not known "
    "about the inputs, the second from chance alone.)"
)
NOT_SEEN = "range too small to be seen beside chance"
SPLIT_QUESTIONS = {
    "share_ever_dependent": "Dependent at some time",
    "share_dependent_at_end": "Dependent and using at the end",
    "share_dead_overdose": "Died of an overdose",
}


def answer(run: Run) -> list[str]:
    """The answer in short paragraphs, numbers as in summary.json; what the title asks for stands first."""
    first, *rest = _lead(run)
    traits, rest = _traits(run), [*rest, _deaths(run), *_comparison(run)]
    title = run.title.lower()
    if any(text.split_words(name) in title for name in run.splits):
        told = [*traits, *_by_plan(run), *rest]
    elif any(word in title for word in ("responsib", "control")):
        told = [*rest[:2], *_by_plan(run), *rest[2:], *traits]
    else:
        told = [*_by_plan(run), *rest, *traits]
    return [first, *told, _which_matters(run)]


def caution(run: Run) -> str:
    """A warning when too few parameter draws were sampled, else the empty text."""
    if run.sampled >= ENOUGH_DRAWS:
        return ""
    few = text.count(run.sampled, "parameter draw")
    were = "was" if run.sampled == 1 else "were"
    start = f"Only {few} {were} sampled." if run.sampled else "No parameter draws were sampled."
    return (
        f"{start} What is not known about the inputs is therefore understated: the true uncertainty is wider "
        f"than shown. Run with --draws {ENOUGH_DRAWS} or more."
    )


def _lead(run: Run) -> list[str]:
    if run.starts_prescribed:
        return [_turn_to_heroin(run), _withdrawal_days(run), _published_danger()]
    if run.starts_dependent:
        return [_still_dependent(run)]
    return [_become_dependent(run), _never_dependent(run), *_without_dependence(run)]


def _turn_to_heroin(run: Run) -> str:
    used = {plan.name: run.estimate(plan.name, "share_ever_used") for plan in run.plans}
    first = used[run.first.name]
    others = "; ".join(
        f"{quoted(plan)} {per100(used[plan.name].mean)}" for plan in run.plans if plan is not run.first
    )
    return (
        f"Of 100 people on opioids for chronic pain, about {per100(first.mean)} turn to heroin within "
        f"{years(run.years)} under {quoted(run.first)} {_both(run, first)}"
        + (f"; under the others: {others}." if others else ".")
    )


def _withdrawal_days(run: Run) -> str:
    days = [(run.estimate(plan.name, "days_with_withdrawal").mean, plan) for plan in run.plans]
    told = "; ".join(f"{quoted(plan)} {number(mean, decimals(mean))}" for mean, plan in days)
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
    start = "who are dependent on heroin" if run.starts_dependent else "who try heroin"
    return f"{run.who} {start}"


def _both(run: Run, estimate: Estimate) -> str:
    _, unknown, luck = shown(estimate, 100)
    from_inputs = f"{unknown}, from what is not known about the inputs"
    if too_small(estimate):
        from_inputs = "what is not known about the inputs: too little to be seen beside chance"
    return f"({from_inputs}; chance alone in a group of {run.people:,}: {luck})"


def _become_dependent(run: Run) -> str:
    estimate = run.estimate(run.first.name, "share_ever_dependent")
    return (
        f"Of 100 {_who(run)}, {text.under(run.first)} about {per100(estimate.mean)} become dependent within "
        f"{years(run.years)} {_both(run, estimate)}."
    )


def _still_dependent(run: Run) -> str:
    at_end = run.estimate(run.first.name, "share_dependent_at_end")
    stopped = run.estimate(run.first.name, "share_abstinent_at_end")
    return (
        f"Of 100 {_who(run)}, {text.under(run.first)} about {per100(at_end.mean)} are dependent and using "
        f"after {years(run.years)} {_both(run, at_end)}; about {per100(stopped.mean)} have stopped "
        f"{_both(run, stopped)}."
    )


def _never_dependent(run: Run) -> str:
    ever = run.estimate(run.first.name, "share_ever_dependent")
    light = run.estimate(run.first.name, "share_controlled_at_end")
    stopped = run.estimate(run.first.name, "share_abstinent_at_end")
    digits = decimals(100 * ever.mean)
    unknown = (1 - ever.parameters[1], 1 - ever.parameters[0]) if ever.parameters else None
    asked = "Can it be used “responsibly”? " if "responsib" in run.title.lower() else ""
    return (
        f"{asked}In this model about {per100(1 - ever.mean, digits)} of 100 "
        f"({span(unknown, 100, digits)}) are never dependent in that time; it cannot tell beforehand who "
        f"they will be. At the end about {_with_range(light)} of 100 still use now and then, or often "
        f"without dependence, and about {_with_range(stopped)} have stopped, some of them after a time of "
        "dependence."
    )


def _without_dependence(run: Run) -> list[str]:
    """For how long use goes on without dependence: how many are in it after some of the years."""
    found = [(year, run.status_share(year, LIGHT)) for year in SHOWN_YEARS if year < run.years]
    if not found:
        return []
    told = ", ".join(f"{per100(share)} after {years(year)}" for year, share in found)
    at_end = per100(run.estimate(run.first.name, "share_controlled_at_end").mean)
    return [f"Using without dependence at that time, of 100: {told}, {at_end} after {years(run.years)}."]


def _by_plan(run: Run) -> list[str]:
    """What the plans lead to, in one sentence; ranges are in the table of plans."""
    if len(run.plans) == 1 or run.starts_prescribed:
        return []
    if run.starts_dependent:
        other, unit = "days_with_withdrawal", " days"
        words = f"Dependent and using after {years(run.years)}, of 100, and mean days in withdrawal"
    else:
        other, unit = "share_ever_dependent", " ever"
        words = f"Dependent and using after {years(run.years)}, and ever dependent, of 100"
    told = (
        f"{quoted(plan)} {per100(run.estimate(plan.name, 'share_dependent_at_end').mean)}, "
        f"{_short(run.estimate(plan.name, other).mean, other)}{unit}"
        for plan in run.plans
    )
    return [f"{words}: {'; '.join(told)}."]


def _short(mean: float, measure: str) -> str:
    return per100(mean) if measure.startswith("share") else number(mean, decimals(mean))


def _traits(run: Run) -> list[str]:
    """Each measure among people with and without the traits the scenario splits by."""
    measures = run.split_measures[:: -1 if run.starts_dependent else 1] if run.splits else ()
    return [_with_and_without(run, measure) for measure in measures]


def _with_and_without(run: Run, measure: str) -> str:
    clear: list[str] = []
    unclear: list[str] = []
    for name in run.splits:
        pair = run.split(name, measure)
        if pair is not None:
            words = f"{text.split_words(name)} {per100(pair[0].mean)} and {per100(pair[1].mean)}"
            (clear if text.beyond_chance(*pair) else unclear).append(words)
    if unclear:
        clear.append(f"no further apart than chance brings: {'; '.join(unclear)}")
    return (
        f"{SPLIT_QUESTIONS[measure]} {text.under(run.first)}, of 100 with and of 100 without: "
        f"{'; '.join(clear)}."
    )


def _with_range(estimate: Estimate) -> str:
    mean, unknown, _ = shown(estimate, 100)
    return f"{mean} ({NOT_SEEN if too_small(estimate) else unknown})"


def _deaths(run: Run) -> str:
    overdose = run.estimate(run.first.name, "share_dead_overdose")
    other = run.estimate(run.first.name, "share_dead_other")
    rest = f"about {_with_range(other)} of another cause."
    if overdose.mean == 0:
        _, _, luck = shown(overdose, 100)
        return (
            f"Under {quoted(run.first)} nobody dies of an overdose here (by chance alone {luck} of 100 in a "
            f"group of {run.people:,}), and {rest}"
        )
    return (
        f"Under {quoted(run.first)} about {per100(overdose.mean)} of 100 die of an overdose "
        f"{_both(run, overdose)} and {rest}"
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
    told = [f"{part[0].upper()}{part[1:]}." for part in told]
    told[0] = f"Compared with {quoted(run.first)}, in this model, {told[0][0].lower()}{told[0][1:]}"
    return [*told[:-1], f"{told[-1]} {HOW_COMPARED}"]


def _best_and_worst(run: Run, measure: str, words: str) -> str:
    gaps = {plan: run.difference(plan.name, measure) for plan in run.plans[1:]}
    known = sorted(
        ((gap.mean, plan.name, plan, gap) for plan, gap in gaps.items() if gap), key=lambda one: one[:2]
    )
    if not known:
        return ""
    (least, _, best, less), (most, _, worst, more) = known[0], known[-1]
    if least >= 0:
        start = f"no plan has fewer {words}"
    else:
        start = f"{quoted(best)} has the fewest {words}, {fewer(less)}"
    if most <= 0:
        return f"{start}, and {'none' if least >= 0 else 'no plan'} has more"
    return f"{start}; {quoted(worst)} has the most, {fewer(more)}"


def fewer(gap: Estimate) -> str:
    """A difference in people of 100 in words, with both ranges, saying when it could be none."""
    value = 100 * gap.mean
    digits = decimals(value)
    told = f"{number(abs(value), digits)} {'fewer' if value < 0 else 'more'} of 100"
    ranges = [bounds for bounds in (gap.parameters, gap.chance) if bounds is not None]
    if ranges:
        told += f" ({'; '.join(_range_words(bounds, digits) for bounds in ranges)})"
    return f"{told}, which could be none" if any(low <= 0 <= high for low, high in ranges) else told


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
