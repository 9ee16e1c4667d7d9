"""The documentation page: every finding and its counterpart, failures included, from a stored table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from papaver.atlas import emergent, trust
from papaver.atlas.judge import INSIDE, NOT_RUN
from papaver.atlas.notes import gaps, notes
from papaver.atlas.registry import ROOMS, counterparts
from papaver.atlas.running import Row, from_csv, passed
from papaver.atlas.stamp import Stamp, from_json, stamp_now
from papaver.atlas.statuses import CHECK, FIT, OUT_OF_SCOPE, statuses
from papaver.evidence import finding

TABLE, STAMP, PAGE = "data/validation.csv", "data/validation.json", "validation.md"
MODEL, MODEL_ROWS = "model", ("fda", "laff")
TITLES = {"natural_history": "Natural history"}

HEAD = "# Validation\n\nWhat the model reproduces, and what it does not.\n"
INTRODUCTION = """\
## How findings are judged

For every finding in the list a short protocol repeats what the study did: who was seen, when, and what was
counted; the rules of *inside* and *outside* were fixed by the kind of published interval before anything was
run. Findings that helped to set a number of the model are called *fit* and are no test of it; only *check*
rows are.

The simulated value is the mean over draws of the uncertain inputs, with the central 95 % of the draws.
Every published interval is widened by a discrepancy floor (15 % of the value; of a share at most 3 points)
and by the simulation's own error: the error of that mean from finite people and finite draws. Draws are added
for findings where that error is more than a quarter of the published half-width; where it still is at the
last draw the finding counts as *not run*, unless it lies more than four errors from either end of the judged
interval, where no further draw could change the verdict. A null result without a
stated limit cannot be judged and counts as not run too. *s* is run time over all draws and threads, with an
equal part of cohorts that findings share.
"""


def build(docs: Path, *, now: Stamp | None = None) -> str:
    """The page's text from the table and stamp stored under ``docs``; says when the stamp is old."""
    own = emergent.from_csv(docs / emergent.TABLE)
    return text(from_csv(docs / TABLE), from_json(docs / STAMP), now or stamp_now(), own)


def text(rows: Sequence[Row], stamp: Stamp, now: Stamp, own: Sequence[emergent.Own] = ()) -> str:
    """The page as Markdown."""
    top = trust.section([row for row in rows if kind(row) == CHECK], title)
    parts = [HEAD, *([top] if top else []), INTRODUCTION, _stamped(stamp, now)]
    parts += [_rates(rows), _coverage(), *_emergent(rows, own)]
    for room in ROOMS:
        of_room = [row for row in rows if row.domain == room]
        if of_room:
            parts.append(_room(room, of_room))
    return "\n".join([*parts, *_gaps()])


def title(room: str) -> str:
    """Heading of a domain."""
    return TITLES.get(room, room.capitalize())


def _stamped(stamp: Stamp, now: Stamp) -> str:
    made = (
        f"Made with evidence `{stamp.evidence}`, inputs `{stamp.inputs}`, code `{stamp.code}`: "
        f"{_draws(stamp)}, cohorts at {100 * stamp.size:g} % of full size, {stamp.seconds:g} s.\n"
    )
    if stamp.is_of(now):
        return made
    old = "This table is older than the evidence, the inputs or the code: today's values may differ."
    return f'{made}\n!!! warning "Old"\n    {old}\n'


def _draws(stamp: Stamp) -> str:
    more = f" and up to {stamp.most_draws} where more were needed" if stamp.most_draws > stamp.draws else ""
    return f"{stamp.draws} draws{more}"


def _rates(rows: Sequence[Row]) -> str:
    lines = ["| | inside | of judged | by row | by source | not run |", "|---|---:|---:|---:|---:|---:|"]
    for status in (CHECK, FIT, MODEL):
        of_status = [row for row in rows if kind(row) == status]
        lines += _rate(f"**{status}**", of_status)
        if status != MODEL:
            for room in ROOMS:
                here = [row for row in of_status if row.domain == room]
                lines += _rate(f"{status}: {title(room).lower()}", here)
    said = (
        f"*{MODEL}*: results of the overdose model whose equations and numbers are used here. They say that "
        "these are solved as its authors solved them; they are no observations, neither fits nor checks.\n"
    )
    return "\n".join(["## How many are inside", "", *lines, "", said])


def kind(row: Row) -> str:
    """``check``, ``fit``, or ``model``: a result of another model that is solved here."""
    return MODEL if row.finding.startswith(MODEL_ROWS) else row.status


def _rate(label: str, rows: Sequence[Row]) -> list[str]:
    got = passed(rows)
    if not got.judged and not got.not_run:
        return []
    by_row = "-" if not got.judged else f"{100 * got.inside / got.judged:.0f} %"
    by_source = "-" if got.by_source is None else f"{100 * got.by_source:.0f} %"
    return [f"| {label} | {got.inside} | {got.judged} | {by_row} | {by_source} | {got.not_run} |"]


def _coverage() -> str:
    table, made = statuses(), counterparts()
    counted = {s: sum(one.status == s for one in table.values()) for s in (CHECK, FIT, OUT_OF_SCOPE)}
    waiting = sum(one.status != OUT_OF_SCOPE and id not in made for id, one in table.items())
    return (
        f"Of {len(table)} findings {counted[CHECK]} are for checks and {counted[FIT]} for fits or tied to "
        f"one; {counted[OUT_OF_SCOPE]} are out of scope (results of other models; animals alone). "
        f"{len(made)} have a counterpart; {waiting} in scope have none, for reasons that stand at the "
        "[end of this page](#without-a-counterpart).\n"
    )


def _gaps() -> Iterator[str]:
    """Findings in scope that nothing here answers, by reason."""
    yield "## Without a counterpart\n"
    yield "Findings in scope that no protocol repeats, and why. They count neither as met nor as missed.\n"
    by_reason: dict[str, list[str]] = {}
    for id, reason in gaps().items():
        by_reason.setdefault(reason, []).append(id)
    for room in ROOMS:
        here = [(r, [id for id in ids if finding(id).domain == room]) for r, ids in by_reason.items()]
        if any(ids for _, ids in here):
            yield f"### {title(room)}: without a counterpart\n"
            yield from (f"- {reason} {', '.join(f'`{id}`' for id in ids)}" for reason, ids in here if ids)
            yield ""


def _emergent(rows: Sequence[Row], own: Sequence[emergent.Own]) -> Iterator[str]:
    """What must come out without being put in: findings that show it, and quantities of our own."""
    verdicts = {row.finding: row.verdict for row in rows}
    shown = {
        name: [f"`{id}` {verdicts[id]}" for id in ids if id in verdicts]
        for name, ids in emergent.SHOWN_BY.items()
    }
    if not own and not all(shown.values()):
        return
    yield "## What must emerge\n"
    yield "Nothing in the model knows of these; they must come out of dose, tolerance, use and care.\n"
    yield "| | findings |\n|---|---|"
    yield from (f"| {name} | {', '.join(said) or 'no counterpart yet'} |" for name, said in shown.items())
    if own:
        yield "\n| quantity of our own | simulated (error) | must be | |\n|---|---:|---:|---|"
    for one in own:
        bounds = f"{one.least:g} or more" if one.most == float("inf") else f"{one.least:g} to {one.most:g}"
        value = f"{one.value:.3g} ({one.error:.2g})"
        yield f"| {one.about} | {value} | {bounds} | {'kept' if one.kept else '**not kept**'} |"
    yield ""


def _room(room: str, rows: Sequence[Row]) -> str:
    lines = [
        f"## {title(room)}",
        "",
        f"![Forest plot of {title(room).lower()}](data/validation_{room}.svg)",
        "",
        "| finding | published | judged by | simulated | s | verdict | for |",
        "|---|---|---|---|---:|---|---|",
        *(_line(row) for row in rows),
        "",
    ]
    misses = [row for row in rows if row.verdict != INSIDE]
    if misses:
        lines += ["### Misses", "", *(_miss(row) for row in misses), ""]
    return "\n".join(lines)


def _line(row: Row) -> str:
    interval = "" if row.published_lo is None else f" ({row.published_lo:g} to {row.published_hi:g})"
    said = f"`{row.finding}` {_plain(counterparts()[row.finding].about)}"
    mark = {INSIDE: "inside", NOT_RUN: "not run"}.get(row.verdict, "**outside**")
    value = f"{row.simulated:.3g} ({row.simulated_lo:.3g} to {row.simulated_hi:.3g})"
    stated = f"{row.published:g}{interval} {_plain(row.unit)}"
    return f"| {said} | {stated} | {judged(row)} | {value} | {row.seconds:.1f} | {mark} | {kind(row)} |"


def judged(row: Row) -> str:
    """The judged interval and the rule it comes from."""
    if row.judged_lo is None or row.judged_hi is None:
        return row.rule
    if row.judged_lo == float("-inf"):
        return f"below {row.judged_hi:.3g}: {row.rule}"
    if row.judged_hi == float("inf"):
        return f"above {row.judged_lo:.3g}: {row.rule}"
    return f"{row.judged_lo:.3g} to {row.judged_hi:.3g}: {row.rule}"


def _miss(row: Row) -> str:
    reason = notes().get(row.finding, "")
    if row.verdict == NOT_RUN:
        reason = f"Not run: {row.why}."
    elif not reason:
        reason = row.why or "No reason is known yet."
    return f"- `{row.finding}`: {reason}"


def _plain(words: str) -> str:
    return words.replace("|", "/").replace("\n", " ")


def unexplained(rows: Iterable[Row]) -> list[str]:
    """Findings that are missed without a sentence on the likely reason."""
    return [row.finding for row in rows if row.verdict == "outside" and row.finding not in notes()]
