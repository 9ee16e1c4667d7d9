"""Numbers and sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from papaver.report import figures, text
from papaver.report.answer import answer, caution, fewer
from papaver.report.page import render
from papaver.report.read import Estimate, Plan, Run
from tests.report import synthetic
from tests.report.synthetic import PLANS, Made


def small(**changed: Any) -> Made:
    return replace(Made(people=80, draws=3, years=1, every=90), **changed)


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (41.49, 0, "41"),
        (4.25, 1, "4.3"),
        (100 * 0.0315, 1, "3.2"),
        (-0.04, 1, "0.0"),
        (-2.0, 1, "−2.0"),
        (-0.4, 0, "0"),
        (0.0, 1, "0.0"),
    ],
)
def test_number(value: float, digits: int, shown: str) -> None:
    assert text.number(value, digits) == shown


@pytest.mark.parametrize(
    ("bounds", "shown"),
    [
        ((0.241, 0.508), "24–51"),
        ((-0.02, 0.03), "−2 to 3"),
        ((0.1, 0.1), "10"),
        ((0.096, 0.104), "9.6–10.4"),
        (None, "—"),
    ],
)
def test_span(bounds: tuple[float, float] | None, shown: str) -> None:
    assert text.span(bounds, 100, 0) == shown


@pytest.mark.parametrize(
    ("mean", "parameters", "chance", "shown"),
    [
        (-0.14, (-0.2, -0.08), (-0.16, -0.12), "14 fewer of 100 (8–20 fewer; 12–16 fewer)"),
        (0.014, (0.006, 0.024), None, "1.4 more of 100 (0.6–2.4 more)"),
        (-0.003, (-0.009, 0.002), None, "0.3 fewer of 100 (0.9 fewer to 0.2 more), which could be none"),
        (
            0.02,
            (0.01, 0.03),
            (-0.01, 0.05),
            "2.0 more of 100 (1.0–3.0 more; 1.0 fewer to 5.0 more), which could be none",
        ),
    ],
)
def test_differences_in_words(
    mean: float, parameters: tuple[float, float], chance: tuple[float, float] | None, shown: str
) -> None:
    assert fewer(Estimate(mean, parameters, chance)) == shown


def test_groups_differ_beyond_chance_only_when_the_gap_exceeds_both_halves() -> None:
    near, far = Estimate(0.5, None, (0.4, 0.6)), Estimate(0.4, None, (0.3, 0.5))
    assert not text.beyond_chance(near, far)
    assert text.beyond_chance(near, Estimate(0.2, None, (0.1, 0.3)))
    assert not text.beyond_chance(near, Estimate(0.1, None, None))


def test_labels_are_one_safe_line() -> None:
    plan = Plan("x", "a\n b\x00\u202ec\ud800" + "d" * 100, False)
    label = text.plan_label(plan, 20)
    assert label == "a b c " + "d" * 13 + "…"
    assert len(label) == 20


def test_years_and_counts() -> None:
    assert [text.years(n) for n in (1, 10, 30)] == ["one year", "ten years", "30 years"]
    assert text.count(0, "plan") == "no plans"


def opened(folder: Path, made: Made) -> Run:
    return Run.open(synthetic.write(folder / "run", made))


def test_people_who_start_dependent_get_another_answer(tmp_path: Path) -> None:
    run = opened(tmp_path, small(start="dependent"))
    first = answer(run)[0]
    assert first.startswith("Of 100 people who are dependent on heroin, under “No rule” about ")
    assert "are dependent and using after one year" in first


def test_one_plan_needs_no_comparison(tmp_path: Path) -> None:
    run = opened(tmp_path, small(plans={"no_rule": PLANS["no_rule"]}, splits=()))
    sentences = answer(run)
    assert not any(sentence.startswith("Compared") for sentence in sentences)
    page = render(run)
    assert 'id="set-and-setting"' not in page
    assert page.count("<figure") == 5


def test_without_sampled_draws_nothing_is_claimed_of_the_inputs(tmp_path: Path) -> None:
    run = opened(tmp_path, small(draws=0, plans={"no_rule": PLANS["no_rule"]}))
    assert "No parameter draws were sampled." in caution(run)
    assert "(—, from what is not known about the inputs; chance alone" in answer(run)[0]
    assert "too few draws" in answer(run)[-1]
    assert "inputs —, chance" in figures.outcomes(run).alt


def test_draws_no_wider_than_chance_are_not_called_certain(
    main_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = Estimate(0.4, (0.4, 0.4), (0.36, 0.44))
    monkeypatch.setattr(Run, "estimate", lambda *_: same)
    sentences = answer(main_run)
    assert (
        "(what is not known about the inputs: too little to be seen beside chance; chance alone"
        in sentences[0]
    )
    assert "by too little to be seen, chance in a group of 600 people by about ±4.0" in sentences[-1]


def test_nobody_dies(tmp_path: Path) -> None:
    plans = {name: (*PLANS[name][:3], 0.0) for name in ("no_rule", "methadone")}
    page = render(opened(tmp_path, small(plans=plans)))
    assert "Under “No rule” nobody dies of an overdose here" in page
    assert (
        "Compared with “No rule”, in this model, no plan has fewer overdose deaths, and none has more" in page
    )
    assert 'id="overdose"' not in page
    assert not re.findall(r"\bnan\b", page)


def test_every_plan_stands_in_the_answer_with_its_numbers(main_run: Run) -> None:
    by_plan = next(line for line in answer(main_run) if line.startswith("Dependent and using after"))
    for plan in main_run.plans:
        at_end, ever = (
            text.per100(main_run.estimate(plan.name, measure).mean)
            for measure in ("share_dependent_at_end", "share_ever_dependent")
        )
        assert f"“{plan.label}” {at_end}, {ever} ever" in by_plan


def test_use_without_dependence_is_told_year_by_year(main_run: Run) -> None:
    line = next(line for line in answer(main_run) if line.startswith("Using without dependence"))
    table = main_run.results.daily.filter(
        (pl.col("plan") == main_run.first.name)
        & pl.col("status").is_in(["occasional", "controlled"])
        & pl.col("draw").is_in(main_run.draws)
    )
    for years, words in ((1, "one year"), (5, "five years")):
        day = min(table["day"].unique(), key=lambda one: abs(one - 365.25 * years))
        people = table.filter(pl.col("day") == day)["people"].sum() / len(main_run.draws)
        assert f"{text.per100(people / main_run.people)} after {words}" in line
    assert line.endswith("after ten years.")


def test_traits_no_further_apart_than_chance_are_named_so(main_run: Run) -> None:
    line = next(line for line in answer(main_run) if line.startswith("Dependent at some time under"))
    clear, _, unclear = line.partition("no further apart than chance brings: ")
    for name in main_run.splits:
        pair = main_run.split(name, "share_ever_dependent")
        assert pair is not None
        told = f"{text.split_words(name)} {text.per100(pair[0].mean)} and {text.per100(pair[1].mean)}"
        assert told in (clear if text.beyond_chance(*pair) else unclear)


def test_the_question_of_the_title_is_asked_only_if_the_title_asks_it(tmp_path: Path) -> None:
    asked = opened(tmp_path / "a", small(title="Can it be used responsibly?"))
    other = opened(tmp_path / "b", small(title="What became of them"))
    assert "Can it be used “responsibly”?" in " ".join(answer(asked))
    assert "responsibly" not in " ".join(answer(other))
