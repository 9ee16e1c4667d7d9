"""Pages that are written when the site is built, so that they cannot differ from the package.

A line ``<!-- generated: NAME -->`` in a page is replaced by what the function of that name here returns;
``{{ input_name }}`` by the value, unit and kind of that input. The evidence tables are put beside the pages.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from papaver import evidence, scenario
from papaver.evidence.records import SEEN
from papaver.results import measures, schema

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "papaver"
DATA = SOURCE / "evidence" / "data"
TABLES = ("inputs.csv", "parameters.csv", "findings.csv", "sources.csv", "us_series.csv")
MARK = re.compile(r"^<!-- generated: (\w+)(?: (\S+))? -->$", re.MULTILINE)
INPUT = re.compile(r"\{\{ (\w+) \}\}")

Spec = Mapping[str, Any]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the evidence tables, the notebooks, the changelog and the contributors' page."""
    for name in TABLES:
        files.append(File.generated(config, f"data/{name}", abs_src_path=str(DATA / name)))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        files.append(File.generated(config, f"notebooks/{path.name}", abs_src_path=str(path)))
    for name in ("CHANGELOG.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        files.append(File.generated(config, name.lower(), content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Fill in what is generated."""

    def generated(match: re.Match[str]) -> str:
        maker = GENERATED.get(match[1])
        if maker is None:
            raise PluginError(f"{page.file.src_uri}: nothing is generated under the name {match[1]!r}")
        return maker(*match.groups()[1:]) if match[2] else maker()

    return INPUT.sub(lambda match: _shown(match[1]), MARK.sub(generated, markdown))


# ---------------------------------------------------------------------------------------------------- tables


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").replace("<", "&lt;").split())


def _shown(name: str) -> str:
    one = evidence.input_(name)
    unit = "" if one.unit in {"fraction", "ratio", "1", "none", "dimensionless"} else f" {one.unit}"
    return f"{one.value:g}{unit} ({one.kind})"


def _input_rows() -> Iterator[Sequence[object]]:
    for one in evidence.all_inputs():
        spread = "" if one.lo is None or one.hi is None else f"{one.lo:g} to {one.hi:g}"
        yield (
            f"`{one.name}`: {one.meaning}",
            f"{one.value:g} {one.unit}",
            f"{spread} {one.distribution}",
            one.kind,
            "; ".join((*(f"`{id_}`" for id_ in one.evidence), one.rule)),
        )


def input_table() -> str:
    """Every input of the model."""
    return _table(("Input", "Value", "Range", "Kind", "Rests on"), _input_rows())


def input_counts() -> str:
    """How many inputs there are of each kind."""
    counted = evidence.counts()
    total = sum(counted.values())
    return _table(("Kind", "Inputs"), [*counted.items(), ("all", total)])


def evidence_counts() -> str:
    """Parameters and findings by domain, and how each was checked."""
    tables = (evidence.all_parameters(), evidence.all_findings())
    head = ("Parameters", "Findings")
    domains = [Counter(row.domain for row in table) for table in tables]
    seen = [Counter(row.seen for row in table) for table in tables]
    by_domain = [(name.replace("_", " "), *(c[name] for c in domains)) for name in domains[0]]
    by_seen = [(f"{name}: {text}", *(c[name] for c in seen)) for name, text in SEEN.items()]
    totals = ("**all**", *(len(table) for table in tables))
    sources = f"They come from {len(evidence.all_sources())} sources."
    parts = (_table(("Domain", *head), [*by_domain, totals]), sources, _table(("Seen", *head), by_seen))
    return "\n\n".join(parts)


def evidence_rows() -> str:
    """Every parameter and finding as one table, as HTML: Markdown would take long over so many rows."""
    heads = ("Id, kind, domain", "What", "Value", "Who", "Source")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = [_evidence_row("parameter", one, one.quantity, one.context) for one in evidence.all_parameters()]
    rows += [_evidence_row("finding", one, one.statement, one.population) for one in evidence.all_findings()]
    table = f'<table id="browse-table"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">{table}</div></div>'


def _evidence_row(kind: str, one: Any, what: str, who: str) -> str:
    spread = "" if one.lo is None or one.hi is None else f" ({one.lo:g} to {one.hi:g}, {one.interval})"
    value = "" if one.value is None else f"{one.value:g} {one.unit}{spread}"
    cited = evidence.cite(evidence.source(one.source))
    seen = " <em>recalled, not looked up</em>" if one.seen == "recalled" else ""
    cells = (value, who, f"{cited} [{one.where}]")
    told = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    name = f"<code>{html.escape(one.id)}</code><br>{kind}, {one.domain.replace('_', ' ')}"
    return (
        f'<tr id="{html.escape(one.id)}" data-kind="{kind}" data-domain="{html.escape(one.domain)}">'
        f"<td>{name}</td><td>{html.escape(what)}{seen}</td>{told}</tr>"
    )


def result_tables() -> str:
    """The tables of a run, column by column."""
    return "\n\n".join(_result_table(table) for table in schema.TABLES.values())


def _result_table(table: schema.Table) -> str:
    rows = [(f"`{c.name}`", c.dtype, c.unit, c.meaning) for c in table.columns]
    if table.more:
        rows.append(("further columns", table.more, "", table.more_meaning))
    heading = f"### {table.file}\n\n{table.meaning[0].upper()}{table.meaning[1:]}.\n\n"
    return heading + _table(("Column", "Type", "Unit", "Meaning"), rows)


def measure_table() -> str:
    """The measures of summary.json."""
    rows = [(f"`{m.name}`", m.kind, m.unit, m.meaning) for m in measures.MEASURES]
    return _table(("Measure", "Kind", "Unit", "Meaning"), rows)


def help_resources() -> str:
    """Where help is, by country: the list that every report carries."""
    path = SOURCE / "report" / "assets" / "resources.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [
            (r["country"], r["service"], r["number"], r["web"], r["checked"]) for r in csv.DictReader(lines)
        ]
    return _table(("Country", "Service", "Number", "Web", "Checked"), rows)


# -------------------------------------------------------------------------------------------------- scenario


def scenario_fields() -> str:
    """Every field of a scenario, one section per object, from the JSON Schema."""
    whole = scenario.schema()
    parts = {"": whole} | {name: whole["$defs"][name] for name in dict.fromkeys(_referred(whole, whole))}
    return "\n\n".join(_object(name, spec, whole) for name, spec in parts.items())


def _referred(spec: Any, whole: Spec) -> Iterator[str]:
    """Names of the objects that fields refer to, in the order in which a reader meets them."""
    if isinstance(spec, list):
        for part in spec:
            yield from _referred(part, whole)
    elif isinstance(spec, dict):
        if "$ref" in spec:
            name = spec["$ref"].rsplit("/", 1)[-1]
            yield name
            yield from _referred(whole["$defs"][name], whole)
        for key, part in spec.items():
            if key not in {"$defs", "discriminator", "examples", "default"}:
                yield from _referred(part, whole)


def _object(name: str, spec: Spec, whole: Spec) -> str:
    title = f"`{_heading(name, whole)}`" if name else "The file"
    required = set(spec.get("required", ()))
    rows = [_field(key, field, key in required, whole) for key, field in spec["properties"].items()]
    head = ("Field", "Meaning", "Values", "If left out", "Example")
    return f"### {title}\n\n{spec.get('description', '')}\n\n{_table(head, rows)}"


def _heading(name: str, whole: Spec) -> str:
    """What an object is called in a scenario file: ``do: stop`` for a step, else its field."""
    step = whole["$defs"][name]["properties"].get("do", {}).get("const")
    return f"do: {step}" if step else name.lower()


def _field(name: str, field: Spec, required: bool, whole: Spec) -> Sequence[object]:
    unit = field.get("unit", "none")
    values = (
        _type(field, whole),
        _bounds(field),
        "" if unit in {"none", "version", "share"} else f"in {unit}",
    )
    return (
        f"`{name}`",
        field.get("description", ""),
        ", ".join(part for part in values if part),
        "must be given" if required else _default(field),
        "; ".join(f"`{json.dumps(value)}`" for value in field.get("examples", ())),
    )


def _default(field: Spec) -> str:
    value = field.get("default")
    return "" if value is None else f"`{json.dumps(value)}`"


def _type(field: Spec, whole: Spec) -> str:
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return " or ".join(f"`{value}`" for value in field["enum"])
    if "$ref" in field:
        heading = _heading(str(field["$ref"]).rsplit("/", 1)[-1], whole)
        return f"[{heading}](#{heading.replace(': ', '-')})"
    if "oneOf" in field or "anyOf" in field:
        return " or ".join(_type(part, whole) for part in field.get("oneOf", field.get("anyOf", ())))
    kind = field.get("type", "")
    kinds = [k for k in (kind if isinstance(kind, list) else [kind]) if k != "null"]
    text = " or ".join({"string": "text", "integer": "whole number"}.get(k, str(k)) for k in kinds)
    return f"list of {_type(field['items'], whole)}" if text == "array" and "items" in field else text


def _bounds(field: Spec) -> str:
    signs = {
        "minimum": "at least",
        "exclusiveMinimum": "above",
        "maximum": "at most",
        "exclusiveMaximum": "below",
    }
    words = [f"{text} {field[key]:,}" for key, text in signs.items() if key in field]
    if "maxLength" in field:
        words.append(f"at most {field['maxLength']} characters")
    if "maxItems" in field:
        words.append(f"at most {field['maxItems']} entries")
    return ", ".join(words)


# ------------------------------------------------------------------------------------------------------- api


def api(room: str) -> str:
    """The modules of a room, for mkdocstrings."""
    path = SOURCE / room
    modules = [path] if path.is_dir() else []
    modules += sorted(p for p in path.glob("*.py") if not p.name.startswith("_"))
    if path.with_suffix(".py").exists():
        modules = [path.with_suffix(".py")]
    names = [".".join(("papaver", *p.relative_to(SOURCE).with_suffix("").parts)) for p in modules]
    return "\n\n".join(f"::: {name}" for name in names)


GENERATED = {
    maker.__name__: maker
    for maker in (
        input_table,
        input_counts,
        evidence_counts,
        evidence_rows,
        result_tables,
        measure_table,
        help_resources,
        scenario_fields,
        api,
    )
}
