"""Puts the report together: one HTML file, figures inside, nothing fetched from anywhere."""

from __future__ import annotations

import shlex
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from papaver.report import answer, figures, ground, resources, text
from papaver.report.costs import cost_table
from papaver.report.read import Run
from papaver.results.schema import REPORT
from papaver.results.store import write_text

PROVENANCE_WORDS = {
    "version": "papaver version",
    "papaver": "papaver version",
    "fingerprint": "fingerprint of the run",
    "evidence_hash": "hash of the evidence",
    "code_hash": "hash of the code",
    "scenario_hash": "hash of the scenario",
    "seed": "seed",
    "people": "people per plan and draw",
    "draws": "sampled parameter draws",
    "started": "started",
    "finished": "finished",
    "seconds": "seconds taken",
}


def write(folder: Path) -> Path:
    """Write ``report.html`` into a results folder, whole or not at all, and return its path."""
    path = folder / REPORT
    write_text(path, render(Run.open(folder)))
    return path


def render(run: Run) -> str:
    """The report of a run as HTML text. Equal runs give equal text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("papaver.report", "assets"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(_context(run))


def _context(run: Run) -> dict[str, Any]:
    told = answer.answer(run)
    counts = ground.counts(run)
    return {
        "style": _asset("report.css"),
        "title": text.shorten(run.title, 300),
        "question": run.question,
        "first_sentence": told[0],
        "sentences": told[1:],
        "caution": answer.caution(run),
        "people": run.people,
        "sampled": run.sampled,
        "columns": text.columns(run),
        "rows": _rows(run),
        "costs": cost_table(run),
        "span_of_years": text.years(run.years),
        "pictures": [_drawn(picture) for picture in figures.pictures(run)],
        "kinds": [(kind, words, counts[kind]) for kind, words in ground.KINDS.items()],
        "total": sum(counts.values()),
        "assumed": ground.assumed(run),
        "sources": ground.sources(run),
        "limits": answer.LIMITS,
        "help": resources.by_country(),
        "checked": max(row.checked for row in resources.resources()),
        "provenance": _provenance(run.results.provenance),
        "command": _command(run),
        "citation": _citation(run.results.provenance),
    }


def _asset(name: str) -> Any:
    from markupsafe import Markup

    return Markup(files("papaver.report").joinpath("assets", name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class _Cell:
    heading: str
    mean: str
    parameters: str
    chance: str


def _rows(run: Run) -> list[tuple[str, list[_Cell]]]:
    rows = []
    for plan in run.plans:
        cells = []
        for measure, heading, unit in text.columns(run):
            estimate = run.estimate(plan.name, measure)
            mean, unknown, luck = text.shown(estimate, 100 if unit == "of 100" else 1)
            unknown = "not seen" if text.too_small(estimate) else unknown
            named = heading if unit == "of 100" else f"{heading} {unit}"
            cells.append(_Cell(named, mean, unknown, luck))
        rows.append((text.plan_label(plan), cells))
    return rows


@dataclass(frozen=True)
class _Drawn:
    name: str
    title: str
    note: str
    wide: Any
    narrow: Any
    svg: str
    csv: str


def _drawn(picture: figures.Picture) -> _Drawn:
    from markupsafe import Markup

    wide = picture.svg(figures.WIDE, f"{picture.name}-wide")
    narrow = picture.svg(figures.NARROW, f"{picture.name}-narrow")
    # the SVG is ours: words from the scenario were escaped when it was drawn
    kept = (_inside("image/svg+xml", wide), _inside("text/csv", picture.csv()))
    return _Drawn(picture.name, picture.title, picture.note, Markup(wide), Markup(narrow), *kept)


def _inside(kind: str, content: str) -> str:
    """A file within the page, as an address."""
    return f"data:{kind};base64,{b64encode(content.encode()).decode()}"


def _provenance(found: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    rows = []
    for key, value in found.items():
        name = f"{before}{PROVENANCE_WORDS.get(key, key.replace('_', ' '))}"
        if isinstance(value, Mapping):
            rows += _provenance(value, f"{name}: ")
        elif isinstance(value, list):
            rows.append((name, ", ".join(str(one) for one in value)))
        elif value is not None:
            rows.append((name, f"{value:,}" if isinstance(value, int) and key != "seed" else str(value)))
    return rows


def _command(run: Run) -> str:
    seed = run.results.provenance.get("seed")
    parts = ["papaver", "run", "scenario.yaml", "--people", str(run.people), "--draws", str(run.sampled)]
    parts += ["--seed", str(seed)] if seed is not None else []
    return shlex.join([*parts, "-o", "again"])


def _citation(provenance: Mapping[str, Any]) -> str:
    return ground.citation(str(provenance.get("version") or provenance.get("papaver") or ""))
