"""Tables, stamps, plots and the page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from papaver.atlas.emergent import Own
from papaver.atlas.forest import forest, plotted, scaled
from papaver.atlas.notes import gaps
from papaver.atlas.page import PAGE, STAMP, TABLE, build, text
from papaver.atlas.registry import counterparts
from papaver.atlas.running import Row, chosen, from_csv, passed, to_csv
from papaver.atlas.stamp import Stamp, from_json, stamp_now, to_json
from papaver.atlas.statuses import statuses
from papaver.errors import InputError

DOCS = Path(__file__).resolve().parents[2] / "docs"

MISS = Row(
    "f_nlx_cows", "withdrawal", "fit", "points", 7.6, None, None, "", "within 25 %", 4.6, 10.6,
    20.0, 18.0, 22.0, 0.1, "outside", "", "a", "abstract", 1.0,
)  # fmt: skip
HIT = replace(MISS, finding="f_taper21_normal", status="check", simulated=8.0, verdict="inside", source="b")
LATE = replace(HIT, finding="f_taper21_peak_end", verdict="not run", why="too few")
BOUND = replace(HIT, finding="f_protracted", judged_lo=1.0, judged_hi=float("inf"))
STAMPED = Stamp("e", "i", "c", 2, 0.5, 60)


def test_a_table_survives_being_written(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(to_csv([MISS, BOUND]), encoding="utf-8")
    assert from_csv(path) == [MISS, BOUND]


def test_a_table_of_another_form_is_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for path in (tmp_path / "t.csv", tmp_path / "none.csv"):
        with pytest.raises(InputError, match="no table of `papaver validate`"):
            from_csv(path)


def test_a_stamp_survives_being_written(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(to_json(STAMPED), encoding="utf-8")
    assert from_json(path) == STAMPED
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="no stamp"):
        from_json(path)


def test_the_page_says_when_it_is_old() -> None:
    fresh = text([MISS, HIT], STAMPED, replace(STAMPED, draws=9))
    old = text([MISS, HIT], STAMPED, replace(STAMPED, inputs="other"))
    assert "older than" not in fresh
    assert "older than" in old


def test_the_page_tells_what_must_emerge() -> None:
    own = [
        Own("release_per_use_day", "Per day of use", 2.0, 0.1, 1.1, float("inf")),
        Own("release_per_use_day_frozen", "The same, tolerance held", 1.9, 0.1, 0.75, 1.25),
    ]
    page = text([MISS, HIT], STAMPED, STAMPED, own)
    assert "| Per day of use | 2 (0.1) | 1.1 or more | kept |" in page
    assert "| The same, tolerance held | 1.9 (0.1) | 0.75 to 1.25 | **not kept** |" in page


def test_the_page_tells_misses_and_never_calls_a_fit_a_check() -> None:
    page = text([MISS, HIT, LATE], STAMPED, STAMPED)
    lines = {
        row.finding: next(x for x in page.splitlines() if x.startswith(f"| `{row.finding}`"))
        for row in (MISS, HIT)
    }
    assert lines["f_nlx_cows"].endswith("| **outside** | fit |")
    assert lines["f_taper21_normal"].endswith("| inside | check |")
    assert "- `f_nlx_cows`" in page
    assert "Not run: too few." in page


def test_pass_rates_by_row_and_by_source() -> None:
    rows = [HIT, HIT, replace(HIT, verdict="outside"), replace(MISS, status="check"), LATE]
    got = passed(rows)
    assert (got.inside, got.judged, got.not_run) == (2, 4, 1)
    assert got.by_source == pytest.approx((2 / 3 + 0) / 2)


def test_results_of_another_model_are_told_apart() -> None:
    model = replace(MISS, finding="fda_ca_fent1p63_none", verdict="inside")
    page = text([MISS, HIT, model], STAMPED, STAMPED)
    assert "| **fit** | 0 | 1 |" in page
    assert "| **model** | 1 | 1 |" in page


def test_plots_are_the_same_bytes_and_leave_out_bounds() -> None:
    assert plotted([MISS, BOUND]) == [MISS]
    assert forest([MISS, HIT, BOUND], "Withdrawal") == forest([MISS, HIT, BOUND], "Withdrawal")
    assert scaled(MISS, 10.6) == pytest.approx(1.0)
    assert scaled(MISS, 100.0) == 4.0
    assert scaled(MISS, 4.6) == pytest.approx(-1.0)


def test_unknown_domains_and_findings_are_told() -> None:
    with pytest.raises(InputError, match="no domain 'sleep'"):
        chosen(["sleep"])
    with pytest.raises(InputError, match="no counterpart"):
        chosen(ids=["f_ratpark_1978"])
    assert {one.domain for one in chosen(["kinetics"])} == {"kinetics"}


def test_the_stored_page_is_that_of_the_stored_table() -> None:
    stored = from_json(DOCS / STAMP)
    assert len(from_csv(DOCS / TABLE)) > 0
    page = (DOCS / PAGE).read_text(encoding="utf-8")
    assert page in (build(DOCS, now=stored), build(DOCS, now=replace(stored, code="other")))
    assert stamp_now().evidence


def test_each_finding_in_scope_has_a_counterpart_or_a_reason_on_the_page() -> None:
    made = counterparts()
    waiting = {id for id, one in statuses().items() if one.status != "out_of_scope" and id not in made}
    assert set(gaps()) == waiting
    page = (DOCS / PAGE).read_text(encoding="utf-8")
    listed = page[page.index("## Without a counterpart") :]
    for id, reason in gaps().items():
        assert len(reason) > 20
        assert f"`{id}`" in listed and reason in listed
