"""`papaver evidence`: the published numbers, the numbers the model uses, and where they come from."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from papaver.cli.lazy import plain_app

if TYPE_CHECKING:
    from papaver.evidence import Finding, Input, Parameter

    Record = Parameter | Finding | Input

WIDTH = 80
INDENT = "    "
RECALLED_MARK = "recalled: not seen, look up before use"

app = plain_app(no_args_is_help=True, help="Look up the published numbers and every number the model uses.")


class Kind(StrEnum):
    """The three tables that can be listed."""

    parameters = "parameters"
    findings = "findings"
    inputs = "inputs"


@app.command("list")
def list_(
    domain: Annotated[str | None, typer.Option(help="Only rows of this domain, such as kinetics.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only this table.")] = None,
) -> None:
    """List parameters, findings and inputs, one after the other."""
    from papaver.errors import Fault, InputError
    from papaver.evidence.records import DOMAINS
    from papaver.evidence.tables import did_you_mean

    if domain is not None and domain not in DOMAINS:
        remedy = f"{did_you_mean(domain, DOMAINS)} The domains are {', '.join(DOMAINS)}.".strip()
        raise InputError(Fault(f"there is no domain {domain!r}.", remedy, field="--domain"))
    if domain is not None and kind is Kind.inputs:
        raise InputError(Fault("inputs have no domain.", "Leave out --domain.", field="--domain"))
    kinds = [kind] if kind else [Kind.parameters, Kind.findings, Kind.inputs]
    shown = [one for name in kinds for one in _records(name) if domain in (None, getattr(one, "domain", ""))]
    _print_all(shown)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words that must all occur, in any column.")],
    kind: Annotated[Kind | None, typer.Option(help="Only this table.")] = None,
) -> None:
    """Find rows in which all the words occur: in their text, their id or their source."""
    wanted = [word.casefold() for word in words]
    found = [
        one
        for name in ([kind] if kind else list(Kind))
        for one in _records(name)
        if all(word in _searched(one) for word in wanted)
    ]
    if not found:
        typer.echo(f"Nothing found for {' '.join(words)}. Try fewer or shorter words.")
        return
    _print_all(found)


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of a parameter, finding, input or source.")],
) -> None:
    """Show all that is known about one row: its source, and which inputs rest on it."""
    _print(_page(id))


@app.command()
def stats() -> None:
    """Count the evidence: by domain, by how it was seen, and the inputs by kind."""
    _print(_stats())


@app.command()
def bibtex(
    keys: Annotated[list[str] | None, typer.Argument(help="Keys of sources; all of them if none.")] = None,
    inputs: Annotated[bool, typer.Option("--inputs", help="The sources the inputs rest on.")] = False,
) -> None:
    """Print sources as BibTeX."""
    from papaver.evidence import sources_of, to_bibtex

    typer.echo(to_bibtex(sources_of() if inputs else keys or None), nl=False)


def _records(kind: Kind) -> Sequence[Record]:
    from papaver.evidence import all_findings, all_inputs, all_parameters

    if kind is Kind.parameters:
        return all_parameters()
    return all_findings() if kind is Kind.findings else all_inputs()


def _searched(one: Record) -> str:
    from papaver.evidence import Input, source

    parts = [str(value) for value in vars(one).values()]
    if not isinstance(one, Input):
        origin = source(one.source)
        parts += [origin.authors, origin.title, origin.journal, str(origin.year)]
    return " ".join(parts).casefold()


def _print_all(records: Sequence[Record]) -> None:
    _print(line for one in records for line in _short(one))
    typer.echo(f"{len(records):,} rows")


def _print(lines: Iterator[str] | Sequence[str]) -> None:
    """Print lines: those that are not indented stand out on a terminal."""
    bold = sys.stdout.isatty()
    for line in lines:
        typer.echo(typer.style(line, bold=True) if bold and line and not line.startswith(" ") else line)


def _short(one: Record) -> Iterator[str]:
    """A row in two or three lines: id and value, then what it is."""
    from papaver.evidence import Input

    name, text = (one.name, one.meaning) if isinstance(one, Input) else (one.id, one.text)
    yield name
    tail = f" [{one.kind}]" if isinstance(one, Input) else ""
    yield from _wrapped(_value(one) + tail)
    yield from _wrapped(text)
    if _is_recalled(one):
        yield f"{INDENT}({RECALLED_MARK})"


def _is_recalled(one: object) -> bool:
    from papaver.evidence.records import RECALLED

    return getattr(one, "seen", "") == RECALLED


def _value(one: Record) -> str:
    from papaver.evidence import Input

    text = f"{_number(one.value)} {one.unit}"
    if one.lo is not None and one.hi is not None:
        bounds = "" if isinstance(one, Input) else f", {one.interval}"
        text += f" ({_number(one.lo)} to {_number(one.hi)}{bounds})"
    elif not isinstance(one, Input) and one.interval:
        text += f" ({one.interval})"
    return text


def _number(value: float) -> str:
    return format(value, ".10g")


def _wrapped(text: str, indent: str = INDENT) -> list[str]:
    wrap = textwrap.TextWrapper(
        WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
    return wrap.wrap(text)


def _page(id: str) -> Iterator[str]:
    """Everything about the row of this id; several rows if an input has the id of its evidence."""
    from papaver.errors import Fault, InputError
    from papaver.evidence import all_inputs, findings, parameters, sources
    from papaver.evidence.tables import did_you_mean

    by_name = {one.name: one for one in all_inputs()}
    if id in by_name:
        yield from _input_page(by_name[id])
    if id in parameters:
        yield from _published_page(parameters[id])
    if id in findings:
        yield from _published_page(findings[id])
    if id in sources:
        yield from _source_page(id)
    ids = [*by_name, *parameters, *findings, *sources]
    if id not in ids:
        near = did_you_mean(id, ids)
        raise InputError(Fault(f"there is no evidence {id!r}.", near or "Try `papaver evidence search`."))


def _published_page(one: Parameter | Finding) -> Iterator[str]:
    from papaver.evidence import all_inputs, cite, source
    from papaver.evidence.records import DISPERSIONS, SEEN
    from papaver.evidence.schema import intervals

    kind = type(one).__name__.lower()
    yield f"{one.id} ({kind}, {one.domain.replace('_', ' ')})"
    if _is_recalled(one):
        yield f"{INDENT}({RECALLED_MARK})"
    yield from _wrapped(one.text)
    yield ""
    spread = (
        "" if one.dispersion is None else f"{_number(one.dispersion)}, {DISPERSIONS[one.dispersion_kind]}"
    )
    yield from _field("value", _value(one))
    yield from _field("interval", intervals()[one.interval].meaning if one.interval else "")
    yield from _field("spread", spread)
    for name in ("measure", "context", "population", "followup", "n"):
        value = getattr(one, name, None)
        yield from _field(name, "" if value is None else str(value))
    yield from _field("note", one.note)
    yield from _field("seen", f"{one.seen}: {SEEN[one.seen]}" + (f" ({one.where})" if one.where else ""))
    yield from _field("source", f"{one.source}: {cite(source(one.source))}")
    using = [number.name for number in all_inputs() if one.id in number.evidence]
    yield from _field("used by", ", ".join(using) or "no input")


def _input_page(one: Input) -> Iterator[str]:
    from papaver.evidence import cite, published, source, sources_of

    yield f"{one.name} (input, {one.kind})"
    yield from _wrapped(one.meaning)
    yield ""
    yield from _field("value", _value(one))
    yield from _field("drawn from", one.distribution)
    yield from _field("rule", one.rule)
    for id in one.evidence:
        row = published(id)
        mark = f" ({RECALLED_MARK})" if _is_recalled(row) else ""
        yield from _field("evidence", f"{id}: {row.text}: {_value(row)}{mark}")
    for key in sources_of([one.name]):
        yield from _field("source", f"{key}: {cite(source(key))}")


def _source_page(key: str) -> Iterator[str]:
    from papaver.evidence import all_findings, all_parameters, cite, source

    one = source(key)
    yield f"{key} (source)"
    yield from _wrapped(cite(one))
    yield ""
    for name in ("doi", "pmid", "url_seen"):
        yield from _field(name.replace("_seen", ""), getattr(one, name))
    rows = [row.id for row in all_parameters() if row.source == key]
    rows += [row.id for row in all_findings() if row.source == key]
    yield from _field("rows", ", ".join(rows) or "none; background reading")


def _field(name: str, text: str) -> Iterator[str]:
    """A named field with a hanging indent; nothing for an empty one."""
    if text:
        hang = " " * len(f"{INDENT}{'drawn from':<11}")
        wrap = textwrap.TextWrapper(
            WIDTH, initial_indent=f"{INDENT}{name:<11}", subsequent_indent=hang, break_on_hyphens=False
        )
        yield from wrap.wrap(text)


def _stats() -> Iterator[str]:
    from papaver.evidence import (
        all_findings,
        all_inputs,
        all_parameters,
        all_sources,
        counts,
        evidence_hash,
        sources_of,
        us_series,
    )
    from papaver.evidence.records import DOMAINS, SEEN

    parameters, findings = all_parameters(), all_findings()
    series = {one.series for one in us_series()}
    yield "Evidence"
    yield f"    parameters {len(parameters):>7,}"
    yield f"    findings   {len(findings):>7,}"
    yield f"    sources    {len(all_sources()):>7,}"
    yield f"    US series  {len(series):>7,}  ({len(us_series()):,} yearly values)"
    yield ""
    yield f"{'By domain':<22}{'parameters':>12}{'findings':>12}"
    yield from _tally(DOMAINS, [one.domain for one in parameters], [one.domain for one in findings])
    yield ""
    yield f"{'By how it was seen':<22}{'parameters':>12}{'findings':>12}"
    yield from _tally(tuple(SEEN), [one.seen for one in parameters], [one.seen for one in findings])
    yield f"    ({RECALLED_MARK})"
    yield ""
    yield f"{'Inputs of the model':<22}{len(all_inputs()):>12,}"
    yield from (f"    {kind:<18}{count:>12,}" for kind, count in counts().items())
    yield f"    resting on {len(sources_of()):,} sources"
    yield ""
    yield f"Hash of the evidence: {evidence_hash()[:16]}"


def _tally(names: Sequence[str], left: Sequence[str], right: Sequence[str]) -> Iterator[str]:
    one, other = Counter(left), Counter(right)
    for name in names:
        yield f"    {name.replace('_', ' '):<18}{one[name]:>12,}{other[name]:>12,}"
