"""Every counterpart on small cohorts: it runs, gives a number, and passes or misses as recorded."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from papaver.atlas.judge import NOT_RUN
from papaver.atlas.running import FAST_SIZE, Row, chosen, run
from papaver.evidence import finding

RECORDED = Path(__file__).parent / "recorded.csv"
LARGEST = {"percent": 100.0, "fraction": 1.0}


@pytest.fixture(scope="module")
def fast() -> list[Row]:
    """What ``papaver validate --fast`` runs."""
    return run(chosen(), draws=(0,), size=FAST_SIZE)


@pytest.mark.slow
def test_every_counterpart_gives_a_number_in_its_findings_unit(fast: list[Row]) -> None:
    undefined = [row for row in fast if not math.isfinite(row.simulated)]
    assert all(row.verdict == "not run" for row in undefined)
    assert len(undefined) <= 2  # a rate of events too rare for the small cohorts here
    for row in (row for row in fast if row not in undefined):
        assert row.unit == finding(row.finding).unit
        largest = LARGEST.get(row.unit, math.inf)
        assert row.simulated <= largest, row.finding
        assert row.simulated >= 0.0 or row.unit in ("sign", "points", "percentage points"), row.finding


@pytest.mark.slow
def test_passes_and_misses_are_as_recorded(fast: list[Row]) -> None:
    """A change here is allowed if CHANGELOG.md says why."""
    with RECORDED.open(encoding="utf-8", newline="") as file:
        recorded = {row["finding"]: row["verdict"] for row in csv.DictReader(file)}
    got = {row.finding: row.verdict for row in fast}
    changed = [
        f"{id}: {recorded.get(id, 'no counterpart')} -> {got.get(id, 'no counterpart')}"
        for id in sorted({*got, *recorded})
        if got.get(id) != recorded.get(id)
    ]
    told = "\n  ".join(changed)
    assert not changed, (
        f"{len(changed)} findings pass or miss otherwise than recorded:\n  {told}\n"
        "If that is meant: python -m tests.atlas.record, and say why under Numbers in CHANGELOG.md."
    )


@pytest.mark.slow
def test_threads_change_nothing() -> None:
    few = chosen(ids=["f_lifetime_dep_given_use", "f_ctn30_stable_nouse", "fd_fatal_share_au"])
    values = [[row.simulated for row in run(few, draws=(1, 2), size=0.02, threads=n)] for n in (1, 2)]
    assert values[0] == values[1]


def test_small_cohorts_are_not_run_rather_than_passed() -> None:
    (row,) = run(chosen(ids=["fd_benzo_within"]), draws=(0,), size=0.02)
    assert row.verdict == NOT_RUN
