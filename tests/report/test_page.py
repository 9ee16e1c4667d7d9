"""The page as a whole: well-formed, self-contained, safe, and true to summary.json."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

import papaver.report
from papaver.errors import InputError
from papaver.report import figures
from papaver.report.answer import answer
from papaver.report.page import render
from papaver.report.read import Run
from tests.report import synthetic
from tests.report.conftest import HOSTILE
from tests.report.synthetic import Made

VOID = {"meta", "br", "hr", "img", "input", "link"}
FETCHING = {"script", "link", "img", "image", "iframe", "object", "embed", "audio", "video", "source", "base"}
PAGES = ("main_page", "hostile_page")


class Page(HTMLParser):
    """Tags, attributes and text of a page; fails on a tag that is not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> repeats an attribute"
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text += data

    def values(self, attribute: str) -> list[str]:
        return [found[attribute] for _, found in self.tags if attribute in found]


KEPT = (
    "https://",
    "http://",
    "tel:",
    "data:text/csv;base64,",
    "data:image/svg+xml;base64,",
)  # of links, which load nothing


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, str)
    return found


def svgs(page: str) -> list[str]:
    return re.findall(r"<svg\b.*?</svg>", page, re.DOTALL)


def test_every_tag_is_closed_and_every_svg_is_xml(page: str) -> None:
    Page(page)
    drawings = svgs(page)
    assert len(drawings) == 12  # six figures, wide and narrow
    for drawing in drawings:
        ElementTree.fromstring(drawing)


def test_ids_are_unique_and_every_reference_is_kept(page: str) -> None:
    parsed = Page(page)
    ids = parsed.values("id")
    assert len(ids) == len(set(ids))
    inside = re.findall(r'(?:url\(#|href="#)([^")]+)', page)
    named = [one for names in parsed.values("aria-labelledby") for one in names.split()]
    assert inside and named
    assert set(inside) | set(named) <= set(ids)


def test_nothing_is_fetched(page: str) -> None:
    parsed = Page(page)
    assert not FETCHING & {tag for tag, _ in parsed.tags}
    assert not parsed.values("src") + parsed.values("srcset") + parsed.values("data")
    assert "@import" not in page
    assert not re.findall(r"url\((?!#)", page)
    for tag, attributes in parsed.tags:
        for name in ("href", "xlink:href"):
            target = attributes.get(name, "#")
            assert target.startswith("#") or (tag == "a" and target.startswith(KEPT))
    policy = [found["content"] for tag, found in parsed.tags if found.get("http-equiv")]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_no_handlers_and_no_script(page: str) -> None:
    names = {name for _, attributes in Page(page).tags for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert "javascript:" not in page


def test_text_of_the_scenario_is_shown_as_text(hostile_page: str) -> None:
    parsed = Page(hostile_page)
    for piece in ("<script>alert(1)</script>", "\"quoted\" 'single' & 😀", "{{ 7*7 }}", "$x^2$"):
        assert piece in parsed.text
    heading = re.search(r"<h1><bdi>(.*?)</bdi></h1>", hostile_page, re.DOTALL)
    assert heading and len(heading[1]) < 2000
    # marks that turn the reading direction stay out of everything but the isolated question
    assert hostile_page.count("\u202e") == HOSTILE.count("\u202e")


def test_every_figure_has_title_description_and_a_note_with_numbers(page: str) -> None:
    for drawing in svgs(page):
        root = ElementTree.fromstring(drawing)
        title, description = root[0], root[1]
        assert title.tag.endswith("title") and re.search(r"\d", title.text or "")
        assert description.tag.endswith("desc") and len(re.findall(r"\d+", description.text or "")) >= 4
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    blocks = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        assert re.search(r"<h3><bdi>[^<]*\d", block)
        assert re.search(r"<figcaption><bdi>[^<]{60,}", block)


def test_the_first_sentence_has_the_numbers_of_the_summary(main_folder: Path, main_page: str) -> None:
    summary = json.loads((main_folder / "summary.json").read_text())
    entry = summary["plans"]["no_rule"]["share_ever_dependent"]
    mean, low, high = (round(100 * x) for x in (entry["mean"], *entry["parameters"]))
    by_chance = [round(100 * x) for x in entry["chance"]]
    assert (
        f"Of 100 people who try heroin, under “No rule” about {mean} become dependent within ten years "
        f"({low}–{high}, from what is not known about the inputs; "
        f"chance alone in a group of 600: {by_chance[0]}–{by_chance[1]})."
    ) in main_page


def test_deaths_and_best_plan_are_those_of_the_summary(main_folder: Path, main_page: str) -> None:
    plans = json.loads((main_folder / "summary.json").read_text())["plans"]
    first = plans["no_rule"]["share_dead_overdose"]
    low, high = first["parameters"]
    assert (
        f"Under “No rule” about {100 * first['mean']:.1f} of 100 die of an overdose "
        f"({100 * low:.1f}–{100 * high:.1f}," in main_page
    )
    gaps = {
        name: plan["share_dead_overdose"]["difference"] for name, plan in plans.items() if name != "no_rule"
    }
    best = min(gaps, key=lambda name: gaps[name]["mean"])
    label = synthetic.PLANS[best][0]
    few, many = (-100 * bound for bound in reversed(gaps[best]["parameters"]))
    assert (
        f"“{label}” has the fewest overdose deaths, {-100 * gaps[best]['mean']:.1f} fewer of 100 "
        f"({few:.1f}–{many:.1f} fewer; "
    ) in main_page


def test_a_changed_summary_changes_the_answer(main_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(main_folder, folder)
    path = folder / "summary.json"
    summary = json.loads(path.read_text())
    summary["plans"]["no_rule"]["share_ever_dependent"] = {
        "mean": 0.774,
        "parameters": [0.611, 0.892],
        "chance": [0.70, 0.83],
        "central": 0.77,
    }
    path.write_text(json.dumps(summary))
    page = " ".join(answer(Run.open(folder)))
    assert "about 77 become dependent within ten years (61–89," in page
    assert "In this model about 23 of 100 (11–39) are never dependent" in page


def test_the_table_has_every_plan_and_both_intervals(main_folder: Path, main_page: str) -> None:
    plans = json.loads((main_folder / "summary.json").read_text())["plans"]
    table = re.search(r'<table class="plans">(.*?)</table>', main_page, re.DOTALL)
    assert table
    rows = re.findall(r"<tr><th scope=\"row\"><bdi>(.*?)</bdi></th>(.*?)</tr>", table[1], re.DOTALL)
    assert [label for label, _ in rows] == [label for label, *_ in synthetic.PLANS.values()]
    for (_, cells), plan in zip(rows, synthetic.PLANS, strict=True):
        days = plans[plan]["days_with_withdrawal"]
        low, high = days["parameters"]
        assert f"<b>{days['mean']:.0f}</b>" in cells
        assert f'<span class="unknown">{low:.0f}–{high:.0f}</span>' in cells
        assert cells.count('class="unknown"') == cells.count('class="luck"') == 9


def test_too_few_draws_are_said_aloud(main_page: str, hostile_page: str) -> None:
    assert 'class="caution"' not in main_page
    assert "Only two parameter draws were sampled." in hostile_page
    assert "understated" in hostile_page


def test_inputs_are_counted_by_kind_and_assumed_ones_listed(main_page: str) -> None:
    words = Page(main_page).text
    for kind, number in synthetic.KINDS.items():
        assert re.search(rf"\b{number}\s+{kind}: ", words)
    assert f"The model uses {sum(synthetic.KINDS.values())} numbers" in words
    table = re.search(r'<table class="assumed">(.*?)</table>', main_page, re.DOTALL)
    assert table and table[1].count("<code>") == synthetic.KINDS["assumed"]
    assert "0.2 to 0.9 d" in table[1] and "&lt;plausible&gt;" in table[1]


def test_sources_are_cited_with_links(main_page: str) -> None:
    block = re.search(r'<ol class="sources">(.*?)</ol>', main_page, re.DOTALL)
    assert block
    assert block[1].count("<li>") >= 5
    assert "https://doi.org/" in block[1]


def test_help_limits_and_provenance_are_there(main_page: str) -> None:
    words = Page(main_page).text
    for piece in ("not a medical device", "no advice on doses", "naloxone", "988", "1-800-662-4357", "112"):
        assert piece in words
    for piece in ("e" * 64, "papaver run scenario.yaml --people 600 --draws 20 --seed 7", "To cite it"):
        assert piece in words


def test_words_put_people_first(main_page: str) -> None:
    ours = re.sub(r'<ol class="sources">.*?</ol>', "", main_page, flags=re.DOTALL)
    assert not re.findall(
        r"\b(?:addict\w*|abus\w*|junk\w*|clean|dirty|victim\w*)\b", Page(ours).text, re.IGNORECASE
    )


def test_equal_runs_give_equal_bytes(hostile: Made, hostile_page: str, tmp_path: Path) -> None:
    assert render(Run.open(synthetic.write(tmp_path / "elsewhere", hostile))) == hostile_page


def test_write_is_all_or_nothing(hostile: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = synthetic.write(tmp_path / "run", hostile)
    path = papaver.report.write(folder)
    assert path == folder / "report.html"
    before = path.read_bytes()
    files = sorted(one.name for one in folder.iterdir())

    def fail(run: Run) -> list[figures.Picture]:
        raise RuntimeError("no ink")

    monkeypatch.setattr(figures, "pictures", fail)
    with pytest.raises(RuntimeError):
        papaver.report.write(folder)
    assert path.read_bytes() == before
    assert sorted(one.name for one in folder.iterdir()) == files


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        papaver.report.write(tmp_path)
    assert not list(tmp_path.iterdir())


def test_importing_the_report_is_cheap() -> None:
    code = "import papaver.report, sys; print([m for m in sys.modules if m.split('.')[0] in sys.argv[1:]])"
    heavy = ["matplotlib", "numpy", "polars", "jinja2", "pyarrow", "scipy", "numba"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
