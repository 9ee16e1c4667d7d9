"""Heat maps and page of the sensitivity of findings to groups of inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from papaver.atlas.page import title
from papaver.inference.figures import as_svg, styled
from papaver.inference.sensitivity import Effect, from_csv, moved, prefixes, table

TABLE, PAGE = "data/sensitivity.csv", "sensitivity.md"
STRONGEST = 3.0  # half-widths at which the colour ends
LEAST = 0.1  # half-widths below which a group is not named
NAMED = 4
INTRODUCTION = """\
# Sensitivity

Which inputs move which findings. `papaver sensitivity` moves the inputs of a group together between the
5th and the 95th percentile of their distributions (Morris screening by SALib, {runs} groups of {inputs}
uncertain inputs) and reads every counterpart of the [validation](validation.md). An effect of 1 is half
the width of the interval in which the finding is judged: a group with effects above 1 can by itself carry
a finding in or out. Chance is taken out as far as it is known; effects below 0.1 are not named.
"""


def heat_map(rows: Sequence[Effect], name: str) -> bytes:
    """Findings of a domain by groups of inputs, as SVG: the same bytes for the same table."""
    from matplotlib.figure import Figure

    findings, groups, grid = table(rows)
    shown = grid.max(axis=0) >= LEAST
    names = [group for group, here in zip(groups, shown, strict=True) if here]
    with styled():
        size = (3.5 + 0.32 * max(1, len(names)), 1.8 + 0.17 * len(findings))
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        cells = np.clip(grid[:, shown], 0.0, STRONGEST) if names else np.zeros((len(findings), 1))
        image = axes.imshow(cells, cmap="Greens", vmin=0.0, vmax=STRONGEST, aspect="auto")
        axes.set_xticks(range(len(names)), names, rotation=90)
        axes.set_yticks(range(len(findings)), findings, fontsize=6)
        carried = (grid > 1.0).sum(axis=0)
        most = f"{groups[int(carried.argmax())]} can carry {carried.max()} of {len(findings)} in or out"
        axes.set_title(f"{name}: {most}", loc="left")
        bar = figure.colorbar(image, ax=axes, shrink=0.5)
        bar.set_label(f"effect, half-widths (cut at {STRONGEST:g})")
        return as_svg(figure)


def build(docs: Path) -> str:
    """The page's text from the table stored under ``docs``."""
    rows = from_csv(docs / TABLE) if (docs / TABLE).is_file() else []
    groups = {group for _, group in prefixes()}
    parts = [INTRODUCTION.format(runs=len(groups), inputs=len(moved()))]
    for room in dict.fromkeys(row.domain for row in rows):
        parts += _room(room, [row for row in rows if row.domain == room])
    return "\n".join(parts)


def _room(room: str, rows: Sequence[Effect]) -> Iterator[str]:
    findings, groups, grid = table(rows)
    yield f"## {title(room)}\n"
    yield f"![Sensitivity of {title(room).lower()}](data/sensitivity_{room}.svg)\n"
    yield "| finding | moved by (effect in half-widths) |"
    yield "|---|---|"
    for finding, line in zip(findings, grid, strict=True):
        strongest = [k for k in np.argsort(-line)[:NAMED] if line[k] >= LEAST]
        said = ", ".join(f"{groups[k]} {line[k]:.2g}" for k in strongest) or "nothing above 0.1"
        yield f"| `{finding}` | {said} |"
    yield ""
