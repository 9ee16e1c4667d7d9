"""Regimens written in words, and words for regimens.

    heroin 30 mg iv q8h x 21
    40 mg q24h x 14 then 30 mg q24h x 7            (drug and route given beside the words)
    methadone 30 mg oral daily for 5 d and diazepam 10 mg oral every 12 h for 3 d
    fentanyl 100 mcg iv over 30 min at 2 h
    heroin 100 mg street at 13 % iv
    buprenorphine taper from 16 mg by 2 mg every 3 d

``and`` joins courses that each begin at hour 0 (or at their ``at``); ``then`` goes on after the last interval
of what stands before it. Amounts are of the drug's named salt; ``as base`` says they are of the base,
``street at N %`` that only a share of the powder is drug. ``as needed, at most N a day`` stands for the most
that the words allow: N doses a day, evenly spread. Words round-trip: ``words(describe(r)) == r``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import Any

from papaver.body.drugs import drug as drug_of
from papaver.body.drugs import entry_of
from papaver.body.regimen import Dose, Regimen
from papaver.errors import Fault, InputError

MICRO, NANO = 1 / 1000, 1 / 1_000_000
MG = {"g": 1000.0, "mg": 1.0, "mcg": MICRO, "ug": MICRO, "µg": MICRO, "μg": MICRO, "ng": NANO}
DAY = 24.0
HOURS = {"h": 1.0, "min": 1 / 60, "d": DAY, "s": 1 / 3600, "wk": 7 * DAY}
MOST_DOSES = 100_000
LONGEST_HOURS = 24 * 366 * 10
ROUNDING = 1 / 10**9

GRAMMAR = r"""
start: course ("and"i course)*
course: step (_then step)*
_then: "then"i
step: wait? (taper | doses)
wait: "after"i span ","?
doses: NAME? amount how*
taper: NAME? "taper"i "from"i amount ("to"i amount)? "by"i amount EVERY span how*
?how: route | over | every | often | prn | count | lasting | at | product
route: ROUTE
over: "over"i span
every: (EVERY | Q) span
often: DAILY | TIMES_DAILY
prn: ("as needed"i | "prn"i) ","? ("at most"i | "up to"i | "max"i) INT ("a day"i | "per day"i | "/day"i)
count: ("x"i | "×") INT
lasting: "for"i span
at: "at"i span
product: "product"i STRING
amount: NUMBER UNIT base? street?
base: "as base"i
street: "street"i "at"i NUMBER "%"
span: NUMBER TIME
EVERY: "every"i | "each"i
Q: "q"i
DAILY: "daily"i | "once a day"i
TIMES_DAILY: "twice a day"i | "twice daily"i | "three times a day"i | "four times a day"i
ROUTE.3: /(iv|im|sc|oral|smoked|intranasal|rectal|sublingual|depot|by vein|by mouth|under the tongue)\b/i
UNIT.3: /(mg|mcg|ug|µg|μg|ng|g)\b/i
TIME.2: /(hours|hour|hrs|hr|h|minutes|minute|min|days|day|d|weeks|week|wk|seconds|second|s)\b/i
NAME.-1: /(?!(taper|from|then|and|after)\b)[a-z][a-z0-9-]*/i
NUMBER: /\d+(\.\d*)?([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?/
INT.1: /\d+(?![\d.]|e[-+]?\d)/
STRING: /"[^"\n]*"/
%ignore /[\s,]+/
"""
SPOKEN = {"by vein": "iv", "by mouth": "oral", "under the tongue": "sublingual"}
TIMES = {"twice": 2, "three": 3, "four": 4}
EXPECTED = {
    "UNIT": "a unit (mg, mcg, g, ng)",
    "NUMBER": "a number",
    "INT": "a whole number",
    "TIME": "a unit of time (h, min, d)",
    "NAME": "the name of a drug",
    "ROUTE": "a route such as iv or oral",
    "EVERY": "'every'",
    "STRING": "a product in quotes",
}


@dataclass
class _Step:
    """One step of a course while it is read."""

    amount: float | None = None
    drug: str | None = None
    route: str | None = None
    over: float = 0.0
    every: float | None = None
    count: int | None = None
    lasting: float | None = None
    at: float | None = None
    product: str | None = None
    wait: float | None = None
    taper: tuple[float, float, float] | None = None


@cache
def _parser() -> Any:
    from lark import Lark

    return Lark(GRAMMAR, parser="earley", lexer="dynamic", propagate_positions=True, ambiguity="resolve")


def words(text: str, *, drug: str | None = None, route: str | None = None) -> Regimen:
    """The regimen that ``text`` tells; ``drug`` and ``route`` hold where the words name none.

    Raises ``InputError`` with the words, a mark under the place that is not understood, and a remedy.
    """
    tree = _parsed(text)
    doses: list[Dose] = []
    for course in tree.children:
        doses += _course(course, drug, route, text)
        if len(doses) > MOST_DOSES:
            raise _fault(text, f"this makes more than {MOST_DOSES:,} doses.", "Write fewer.")
    return Regimen(tuple(doses))


def _parsed(text: str) -> Any:
    from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput

    if not text.strip():
        raise InputError(Fault("there are no words.", "Write for example: heroin 30 mg iv q8h x 21."))
    try:
        return _parser().parse(text)
    except UnexpectedEOF as error:
        raise _marked(text, len(text), error.expected) from None
    except UnexpectedCharacters as error:
        raise _marked(text, error.pos_in_stream or 0, error.allowed or ()) from None
    except UnexpectedInput as error:
        raise _marked(text, getattr(error, "pos_in_stream", 0) or 0, ()) from None


def _marked(text: str, place: int, expected: Any) -> InputError:
    line = " ".join(text.split("\n"))
    wanted = sorted({EXPECTED[name] for name in expected if name in EXPECTED})
    remedy = f"Expected {' or '.join(wanted)}." if wanted else "Write for example: heroin 30 mg iv q8h x 21."
    return InputError(Fault(f"the words are not understood here:\n  {line}\n  {' ' * place}^\n", remedy))


def _fault(text: str, what: str, remedy: str) -> InputError:
    return InputError(Fault(f"{what}\n  {text}\n", remedy))


def _course(tree: Any, drug: str | None, route: str | None, text: str) -> Iterator[Dose]:
    """The doses of one course: its steps one after the other."""
    clock, said_drug, said_route, product = 0.0, drug, route, None
    for place, part in enumerate(tree.children):
        step = _step(part)
        if step.drug is not None and step.drug != said_drug:
            said_drug, said_route, product = step.drug, step.route or (route if drug is None else None), None
        said_route = step.route or said_route
        product = step.product if step.product is not None else product
        if said_drug is None:
            raise _fault(text, "no drug is named.", "Begin with one: heroin 30 mg iv.")
        said_drug = drug_of(said_drug.lower()).name
        used = said_route or _only_route(said_drug, text)
        entry_of(said_drug, used, product)
        if place and step.at is not None:
            raise _fault(text, "'at' stands in a later step.", "Use 'then after 12 h ...', or 'and'.")
        clock += step.wait or 0.0
        made, clock = _doses(step, Dose(said_drug, 0.0, 0.0, used, step.over, product), clock, text)
        yield from made


def _only_route(name: str, text: str) -> str:
    routes = drug_of(name).routes
    if len(routes) == 1:
        return routes[0]
    raise _fault(text, f"no route is named for {name}.", f"Write one of {', '.join(routes)}.")


def _doses(step: _Step, one: Dose, clock: float, text: str) -> tuple[list[Dose], float]:
    """The doses of a step that begins at ``clock``, and the hour at which the next step begins."""
    start = clock + (step.at or 0.0)
    if step.taper is not None:
        return _taper(step, one, start, text)
    if step.count is not None and step.lasting is not None:
        raise _fault(text, "both a number of doses and a length are given.", "Keep 'x N' or 'for N d'.")
    amount = _positive(step.amount, text)
    every = step.every
    if every is None:
        if step.count not in (None, 1) or step.lasting is not None:
            raise _fault(text, "doses are repeated without an interval.", "Add for example q24h.")
        return [replace(one, hour=start, mg=amount)], start
    if step.count is None and step.lasting is None:
        raise _fault(text, "an interval without an end.", "Add 'x N' or 'for N d'.")
    many = step.count if step.count is not None else math.floor((step.lasting or 0.0) / every + ROUNDING)
    if not 1 <= many <= MOST_DOSES:
        remedy = f"Write 1 to {MOST_DOSES:,}, and a length of at least one interval."
        raise _fault(text, f"{many} doses.", remedy)
    _spread(one, every, text)
    return [replace(one, hour=start + k * every, mg=amount) for k in range(many)], start + many * every


def _taper(step: _Step, one: Dose, start: float, text: str) -> tuple[list[Dose], float]:
    """Steps down from the first amount, each at the interval that is said, daily if none is."""
    first, by, to = step.taper or (0.0, 0.0, 0.0)
    each, every = step.lasting or DAY, step.every or DAY
    if not (0.0 < by <= first and 0.0 <= to < first):
        raise _fault(text, "this taper does not fall.", "Write: taper from 40 mg by 5 mg every 7 d.")
    many = math.floor(each / every + ROUNDING)
    if many < 1:
        raise _fault(text, "a step of this taper is shorter than the interval.", "Make the steps longer.")
    _spread(one, every, text)
    doses, clock, mg = [], start, first
    while mg > max(to, 0.0) - ROUNDING and mg > ROUNDING:
        doses += [replace(one, hour=clock + k * every, mg=mg) for k in range(many)]
        if len(doses) > MOST_DOSES:
            raise _fault(text, f"this makes more than {MOST_DOSES:,} doses.", "Take larger steps.")
        clock += each
        mg -= by
    return doses, clock


def _spread(one: Dose, every: float, text: str) -> None:
    if every <= 0.0 or every > LONGEST_HOURS:
        raise _fault(text, f"an interval of {every:g} h is impossible.", "Give more than 0 h.")
    if one.duration_h > every:
        raise _fault(
            text, "a dose lasts longer than the interval.", "Shorten 'over', or lengthen the interval."
        )


def _positive(amount: float | None, text: str) -> float:
    if amount is None or not (math.isfinite(amount) and amount > 0.0):
        raise _fault(text, "a dose must be above 0.", "Leave the dose out, or give its amount.")
    return amount


# ---------------------------------------------------------------------------------------- reading a step


def _step(tree: Any) -> _Step:
    step = _Step()
    for part in tree.children:
        if part.data == "wait":
            step.wait = _span(part.children[0])
        else:
            _fill(step, part)
    return step


def _fill(step: _Step, tree: Any) -> None:
    amounts = [part for part in tree.children if getattr(part, "data", None) == "amount"]
    for part in tree.children:
        if getattr(part, "type", None) == "NAME":
            step.drug = str(part).lower()
    name = step.drug
    if tree.data == "taper":
        given = [_amount(part, name) for part in amounts]
        first, by, to = given[0], given[-1], given[1] if len(given) > 2 else 0.0
        step.taper = (first, by, to)
        span = next(part for part in tree.children if getattr(part, "data", None) == "span")
        step.lasting = _span(span)
    else:
        step.amount = _amount(amounts[0], name)
    for part in tree.children:
        _tell(step, part)


def _tell(step: _Step, part: Any) -> None:
    """Take in one of the words that follow an amount."""
    kind = getattr(part, "data", None)
    if kind == "route":
        said = str(part.children[0]).lower()
        step.route = SPOKEN.get(said, said)
    elif kind == "over":
        step.over = _span(part.children[0])
    elif kind == "every":
        step.every = _span(part.children[-1])
    elif kind == "often":
        step.every = DAY / TIMES.get(str(part.children[0]).lower().split()[0], 1)
    elif kind == "prn":
        step.every = DAY / max(1, int(part.children[0]))
    elif kind == "count":
        step.count = int(part.children[0])
    elif kind == "lasting":
        step.lasting = _span(part.children[0])
    elif kind == "at":
        step.at = _span(part.children[0])
    elif kind == "product":
        step.product = str(part.children[0]).strip('"')


def _span(tree: Any) -> float:
    """A length of time in hours."""
    number, unit = float(tree.children[0]), str(tree.children[1]).lower()
    short = next(
        key for key in ("min", "wk", "h", "d", "s") if unit.startswith(key) or key == _abbreviated(unit)
    )
    return number * HOURS[short]


def _abbreviated(unit: str) -> str:
    return {"week": "wk", "weeks": "wk"}.get(unit, unit)


def _amount(tree: Any, name: str | None) -> float:
    """An amount in mg of the named salt."""
    mg = float(tree.children[0]) * MG[str(tree.children[1]).lower()]
    for part in tree.children[2:]:
        if part.data == "street":
            share = float(part.children[0]) / 100.0
            if not 0.0 < share <= 1.0:
                what = f"a purity of {part.children[0]} % is impossible."
                raise InputError(Fault(what, "Give more than 0, at most 100 %."))
            mg *= share
        elif part.data == "base" and name is not None:
            one = drug_of(name)
            mg *= one.g_per_mol / one.base_g_per_mol
    return mg


# --------------------------------------------------------------------------------------- telling a regimen


def describe(regimen: Regimen) -> str:
    """Words for a regimen: runs of equal doses at equal intervals, joined by ``and``."""
    return " and ".join(_run(run) for run in runs(regimen)) if regimen.doses else "no dose"


def runs(regimen: Regimen) -> Iterator[Sequence[Dose]]:
    """Doses grouped into runs: alike but for the hour, and evenly apart."""

    def alike(dose: Dose) -> tuple[Any, ...]:
        return dose.drug, dose.route, dose.mg, dose.duration_h, dose.product or ""

    for _, group in groupby(sorted(regimen.doses, key=lambda d: (alike(d), d.hour)), alike):
        run: list[Dose] = []
        for dose in group:
            if len(run) > 1 and dose.hour != run[0].hour + len(run) * (run[1].hour - run[0].hour):
                yield run
                run = []
            if len(run) == 1 and dose.hour == run[0].hour:
                yield run
                run = []
            run.append(dose)
        yield run


def _run(run: Sequence[Dose]) -> str:
    one = run[0]
    parts = [one.drug, f"{one.mg!r} mg", one.route]
    if one.product:
        parts.append(f'product "{one.product}"')
    if one.duration_h:
        parts.append(f"over {one.duration_h!r} h")
    if len(run) > 1:
        parts.append(f"every {run[1].hour - one.hour!r} h x {len(run)}")
    if one.hour:
        parts.append(f"at {one.hour!r} h")
    return " ".join(parts)
