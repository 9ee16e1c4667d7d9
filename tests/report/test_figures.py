"""The figures: what they say and how they are drawn."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papaver.report import figures, svg
from papaver.report.figures import by_plan, overdoses
from papaver.report.figures.layout import spaced
from papaver.report.figures.over_time import STATUS_COLOURS
from papaver.report.read import Run, band, cube
from tests.report import synthetic

Line = Any


def xs(line: Line) -> list[float]:
    return [float(x) for x in line.get_xdata()]


def ys(line: Line) -> list[float]:
    return [float(y) for y in line.get_ydata()]


GREYS = {"#f4f4f4", "#000000", "#ffffff", "#767676", "#e4e4e4"}
OKABE_ITO = {"#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"}


def test_statuses_end_at_the_shares_of_the_last_day(main_run: Run) -> None:
    picture = figures.statuses(main_run)
    daily = main_run.results.daily
    last = daily.filter(
        (daily["day"] == daily["day"].max()) & (daily["plan"] == "methadone") & (daily["draw"] > 0)
    )
    treated = int(last.filter(last["status"] == "in_treatment")["people"].sum()) / int(last["people"].sum())
    label = next(one for one in picture.alt.split("; ") if one.startswith("Methadone"))
    assert f"in treatment {100 * treated:.0f}" in label


def test_every_stack_fills_the_panel(main_run: Run) -> None:
    drawn = figures.statuses(main_run).figure()
    for axes in drawn.axes:
        tops = axes.collections[-1].get_paths()[0].vertices
        assert np.max(np.asarray(tops)[:, 1]) == pytest.approx(100)
    assert [axes.get_title(loc="left").replace("\n", " ") for axes in drawn.axes] == [
        label for label, *_ in synthetic.PLANS.values()
    ]


def test_axes_have_units_and_numbers_start_at_zero(main_run: Run) -> None:
    for axes in figures.outcomes(main_run).figure().axes:
        assert axes.get_xlabel() == "people of 100"
        assert axes.get_xlim()[0] == 0


def test_both_intervals_are_drawn_apart(main_folder: Path, main_run: Run) -> None:
    entry = json.loads((main_folder / "summary.json").read_text())["plans"]["methadone"][
        "share_dead_overdose"
    ]
    row = list(synthetic.PLANS).index("methadone")
    lines = [line for line in figures.outcomes(main_run).figure().axes[1].lines if len(xs(line)) == 2]
    near = [line for line in lines if abs(ys(line)[0] - row) < 0.5]
    drawn = {ys(line)[0] - row: [x / 100 for x in xs(line)] for line in near}
    thick, thin = sorted(drawn)
    assert drawn[thick] == pytest.approx(entry["parameters"])
    assert drawn[thin] == pytest.approx(entry["chance"])


def test_the_largest_split_gives_the_title(main_folder: Path, main_run: Run) -> None:
    splits = json.loads((main_folder / "summary.json").read_text())["splits"]

    def mean(split: str, side: str) -> float:
        return float(splits[split][side]["plans"]["no_rule"]["share_ever_dependent"]["mean"])

    top = max(splits, key=lambda split: abs(mean(split, "with") - mean(split, "without")))
    assert top == "strong_norms"
    title = figures.set_and_setting(main_run).title
    assert title.startswith(f"Strong norms about use: {100 * mean(top, 'with'):.0f} of 100 with it")
    assert f"and {100 * mean(top, 'without'):.0f} of 100 without" in title


def test_cumulative_deaths_end_at_the_share_of_outcomes(main_run: Run) -> None:
    dead = main_run.outcome("dead_overdose")
    curves = [ys(axes.lines[-1])[-1] for axes in figures.overdose(main_run).figure().axes[:8]]
    assert curves == pytest.approx([100 * float(x) for x in dead.mean(axis=1)])


def test_survived_per_fatal_counts_draws_without_a_death_as_unbounded() -> None:
    middle, low, high = overdoses.per_fatal(np.array([10.0, 30.0, 20.0]), np.array([1.0, 0.0, 2.0]))
    assert (middle, low, high) == (20.0, 10.0, float("inf"))
    assert np.isnan(overdoses.per_fatal(np.array([3.0]), np.array([0.0]))[0])


def test_differences_in_the_strip_are_paired_by_draw(main_run: Run) -> None:
    shares = main_run.outcome("dependent_at_end")
    dots = figures.draws(main_run).figure().axes[1].lines
    row = list(synthetic.PLANS).index("methadone")
    drawn = [xs(line) for line in dots if len(xs(line)) == len(main_run.draws)][row]
    assert sorted(drawn) == pytest.approx(np.sort(100 * (shares[row] - shares[0])))


def gaps_of(signs: list[int]) -> np.ndarray:
    """Differences of plans from the first in 20 draws: all below, all above, or on both sides of zero."""
    return np.array([[sign or (-1) ** k for k in range(20)] for sign in signs], dtype=float)


@pytest.mark.parametrize(
    ("signs", "says"),
    [
        ([-1], "The other plan has fewer"),
        ([0], "No other plan has fewer or more"),
        ([-1, -1, -1], "All three other plans have fewer"),
        ([-1, 0, 0], "One of the three other plans has fewer"),
        ([1, 1, 0], "Two of the three other plans have more"),
        ([-1, -1, 1], "Two of the three other plans have fewer people, and one has more,"),
    ],
)
def test_the_title_of_the_draws_says_which_side_they_lie_on(signs: list[int], says: str) -> None:
    assert by_plan.sides(gaps_of(signs), "people").startswith(says)


def test_ids_made_of_addresses_do_not_reach_the_drawing() -> None:
    drawn = (
        '<svg width="1" height="1"><clipPath id="p{0}"/><path clip-path="url(#p{0})"/><g id="axes_1"/></svg>'
    )
    one, other = (svg._own(drawn.format(made), "a", "t", "") for made in ("0123456789", "abcdef0123"))
    assert one == other
    assert 'id="a-p0"' in one and "url(#a-p0)" in one and 'id="a-axes_1"' in one


def test_only_colours_that_everybody_can_tell_apart() -> None:
    used = {colour.lower() for colour in STATUS_COLOURS.values()}
    assert used <= GREYS | OKABE_ITO
    assert len(used) == len(STATUS_COLOURS)


@pytest.mark.parametrize("width", [figures.WIDE, figures.NARROW])
def test_text_stays_text_and_nothing_is_a_bitmap(main_run: Run, width: float) -> None:
    drawn = figures.withdrawal(main_run).svg(width)
    assert ">agitation<" in drawn
    assert "<image" not in drawn and "data:" not in drawn
    assert "<metadata>" not in drawn and "<!DOCTYPE" not in drawn


def test_equal_figures_are_equal_bytes_and_ids_their_own(main_run: Run) -> None:
    one, again = (figures.outcomes(main_run).svg(name="a") for _ in range(2))
    assert one == again
    other = figures.outcomes(main_run).svg(name="b")
    ids = [set(re.findall(r'\bid="([^"]+)"', drawing)) for drawing in (one, other)]
    assert ids[0] and not ids[0] & ids[1]


@given(st.lists(st.floats(0, 100), max_size=9).map(sorted))
def test_labels_keep_order_and_distance_when_there_is_room(places: list[float]) -> None:
    found = spaced(places, 10.0, 0.0, 100.0)
    assert len(found) == len(places)
    assert all(b - a >= 10.0 - 1e-9 for a, b in pairwise(found))
    assert all(-1e-9 <= place <= 100.0 for place in found)


def test_rows_left_out_count_as_zero() -> None:
    import polars as pl

    frame = pl.DataFrame({"plan": ["a", "a", "b", "c"], "draw": [1, 1, 2, 1], "n": [1, 2, 5, 9]})
    assert cube(frame, "n", {"plan": ["a", "b"], "draw": [1, 2]}).tolist() == [[3.0, 0.0], [0.0, 5.0]]


def test_band_is_the_middle_nine_tenths() -> None:
    mean, low, high = band(np.arange(101.0))
    assert (float(mean), float(low), float(high)) == (50.0, 5.0, 95.0)


def test_every_figure_hands_out_its_numbers(main_run: Run) -> None:
    for picture in figures.pictures(main_run):
        head, *rows = [line.split(",") for line in picture.csv().splitlines()]
        assert rows and {len(row) for row in rows} == {len(head)}, picture.name
        assert {row[0] for row in rows} <= {plan.name for plan in main_run.plans}


def test_the_numbers_of_a_figure_are_those_it_shows(main_run: Run) -> None:
    estimate = main_run.estimate("methadone", "share_dead_overdose")
    rows = [line.split(",") for line in figures.outcomes(main_run).csv().splitlines()]
    row = next(row for row in rows if row[:2] == ["methadone", "share_dead_overdose"])
    assert estimate.parameters and estimate.chance
    shown = [100 * value for value in (estimate.mean, *estimate.parameters, *estimate.chance)]
    assert [float(cell) for cell in row[2:]] == pytest.approx(shown, rel=1e-4)
