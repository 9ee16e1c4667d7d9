"""What to trust: counted from the rows, in words that follow the counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from papaver.atlas.page import text, title
from papaver.atlas.running import Row
from papaver.atlas.trust import FEW, READINGS, TOO_FEW, reading, section
from tests.atlas.test_page import HIT, MISS, STAMPED


def rows(inside: int, outside: int, like: Row = HIT) -> list[Row]:
    """Checks, so many inside and outside; a miss is twice too high."""
    missed = replace(like, verdict="outside", published=5.0, simulated=10.0)
    return [like] * inside + [missed] * outside


OTHER = replace(HIT, finding="f_gossop_6wk", domain="natural_history")


def line_of(page: str, start: str) -> str:
    return next(line for line in page.splitlines() if line.startswith(f"| {start}"))


def test_a_domain_has_its_share_and_the_words_that_follow() -> None:
    page = section([*rows(7, 3), *rows(2, 6, OTHER)], title)
    assert "Of 18 checks 9 are inside what was published (50 %)." in page
    assert "best on withdrawal (70 %) and worst on natural history (25 %)" in page
    assert line_of(page, "**Withdrawal**").startswith("| **Withdrawal** | 7 of 10 | 2.0 times | mostly right")
    assert "more often wrong than right" in line_of(page, "**Natural history**")


@pytest.mark.parametrize(("inside", "judged", "place"), [(8, 10, 0), (13, 20, 1), (5, 10, 2), (49, 100, 3)])
def test_words_change_at_their_bounds(inside: int, judged: int, place: int) -> None:
    assert reading(inside, judged) == READINGS[place][1]


def test_few_checks_say_nothing() -> None:
    assert reading(FEW - 1, FEW - 1) == TOO_FEW
    assert TOO_FEW in section(rows(FEW - 1, 0), title)
    assert "best on" not in section(rows(9, 1), title)


def test_how_far_misses_are_off_does_not_depend_on_the_side() -> None:
    high = replace(HIT, verdict="outside", published=5.0, simulated=15.0)
    low = replace(high, simulated=5.0 / 3.0)
    nought = replace(high, published=0.0)
    assert "| 3.0 times |" in section([high, low, nought], title)
    assert "| – |" in section([nought], title)


def test_fits_results_of_another_model_and_rows_not_run_do_not_count() -> None:
    model = replace(HIT, finding="fda_ca_fent1p63_none")
    late = replace(HIT, verdict="not run")
    page = text([*rows(3, 2), MISS, model, late], STAMPED, STAMPED)
    assert "Of 5 checks 3 are inside" in page
    assert page.index("## What to trust") < page.index("## How findings are judged")
    assert "## What to trust" not in text([MISS, late], STAMPED, STAMPED)
