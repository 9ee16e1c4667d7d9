"""Synthetic runs to report on: one like the main scenario, one small and hostile."""

from __future__ import annotations

from pathlib import Path

import pytest

from papaver.report.page import render
from papaver.report.read import Run
from tests.report import synthetic
from tests.report.synthetic import Made

HOSTILE = "<script>alert(1)</script> \"quoted\" 'single' & 😀 \u202eright to left\u202c $x^2$ {{ 7*7 }} "


@pytest.fixture(scope="session")
def main_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.write(tmp_path_factory.mktemp("main") / "run", Made())


@pytest.fixture(scope="session")
def main_run(main_folder: Path) -> Run:
    return Run.open(main_folder)


@pytest.fixture(scope="session")
def main_page(main_run: Run) -> str:
    return render(main_run)


@pytest.fixture(scope="session")
def hostile() -> Made:
    plans = {
        "first": (HOSTILE, 0.4, 0.1, 1.0),
        "second": ("]]> </svg></style><img src=x onerror=alert(2)>" + "long " * 100, 0.3, 0.2, 0.8),
    }
    return Made(
        title=HOSTILE * 40,
        question=HOSTILE,
        people=80,
        draws=2,
        years=2,
        every=90,
        plans=plans,
        splits=("peers_use",),
    )


@pytest.fixture(scope="session")
def hostile_page(hostile: Made, tmp_path_factory: pytest.TempPathFactory) -> str:
    return render(Run.open(synthetic.write(tmp_path_factory.mktemp("hostile") / "run", hostile)))
