"""The notebooks run: their code cells in order, the last line of each shown as a notebook would."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Shows a cell's last value as Jupyter does: richly where the object can, and as its text.
SHOW = """
def _show(value):
    if value is not None:
        ways = [getattr(value, name, None) for name in ("_repr_svg_", "_repr_html_")]
        rich = [way() for way in ways if way is not None]
        print("shown:", type(value).__name__, bool(rich and rich[0]), repr(value)[:80])
"""


def cells(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return found


def as_script(path: Path) -> str:
    """The code of a notebook, the last expression of each cell shown."""
    parts = [SHOW]
    for cell in cells(path):
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body[-1]
        if isinstance(last, ast.Expr) and not _prints(last):
            tree.body.pop()
            parts += [ast.unparse(tree), f"_show({ast.unparse(last.value)})"]
        else:
            parts.append(ast.unparse(tree))
    return "\n".join(parts)


def _prints(line: ast.Expr) -> bool:
    call = line.value
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"


def test_there_are_four() -> None:
    assert {path.stem for path in NOTEBOOKS} == {"body", "life", "cohort", "toxicology"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_kept_without_what_a_run_leaves(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["nbformat"] == 4
    assert len({cell["id"] for cell in data["cells"]}) == len(data["cells"])
    code = [cell for cell in data["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert data["cells"][0]["cell_type"] == "markdown"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", as_script(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "shown: Picture True" in done.stdout
    assert len(done.stdout) > 200
