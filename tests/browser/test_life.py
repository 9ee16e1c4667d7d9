"""The life view in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from .conftest import PHONE, Visit

Opened = Callable[..., Visit]
LONG = 240_000
KIM = Path(__file__).resolve().parents[2] / "examples" / "people" / "kim.yaml"


def opened(visit: Opened, size: object = None) -> Visit:
    one = visit("/life", size) if size else visit("/life")
    told(one)
    return one


def told(one: Visit, words: str = "100 people alike, 365 days each.") -> None:
    expect(one.page.get_by_role("status").first).to_have_text(words, timeout=LONG)


def choose(one: Visit, label: str, option: str) -> None:
    one.page.get_by_label(label, exact=True).click()
    one.page.get_by_role("option", name=option, exact=True).click()


def detail(one: Visit) -> None:
    one.page.get_by_text("Set, setting, past and plan in detail").click()


def test_people_alike_are_told_in_words_figures_and_a_table(visit: Opened) -> None:
    one = opened(visit)
    expect(one.page.get_by_text("Of 100 people alike, on day 364")).to_be_visible()
    expect(one.page.get_by_role("cell", name="0 (0–0)")).to_be_visible()
    assert one.page.locator("figure svg").count() == 4
    assert one.page.locator("figure svg > title").count() == 4
    one.shot("life")


def test_another_plan_and_another_past_change_the_story(visit: Opened) -> None:
    one = opened(visit)
    choose(one, "Plan", "Stop at once, without help")
    expect(one.page.get_by_role("columnheader", name="Plan: stop")).to_be_visible(timeout=LONG)
    choose(one, "Plan", "Go on as before")
    expect(one.page.get_by_role("columnheader", name="Plan: stop")).to_be_hidden(timeout=LONG)
    expect(one.page.get_by_role("columnheader", name="No plan")).to_be_visible()


def test_a_bad_value_is_told_with_its_field_and_mended(visit: Opened) -> None:
    one = opened(visit)
    detail(one)
    one.page.get_by_label("days", exact=True).fill("-4")
    expect(one.page.get_by_role("alert")).to_contain_text("days", timeout=LONG)
    one.page.get_by_label("days", exact=True).fill("30")
    late = "plan[0].day: day 60 lies beyond the end of the study, which has 30 days."
    expect(one.page.get_by_role("alert")).to_contain_text(late, timeout=LONG)
    one.page.get_by_label("days", exact=True).fill("90")
    expect(one.page.get_by_role("alert")).to_be_hidden(timeout=LONG)
    told(one, "100 people alike, 90 days each.")


def test_too_many_people_for_a_page_are_refused_in_words(visit: Opened) -> None:
    one = opened(visit)
    detail(one)
    one.page.get_by_label("days", exact=True).fill("3650")
    one.page.get_by_role("button", name="Follow 1,000 people").click()
    expect(one.page.get_by_role("alert")).to_contain_text("at most 164", timeout=LONG)


def test_a_person_file_is_opened_and_kept(visit: Opened) -> None:
    one = opened(visit)
    one.page.get_by_text("Open a person file").click()
    one.page.locator("input[type=file]").set_input_files(str(KIM))
    told(one, "200 people alike, 500 days each.")
    with one.page.expect_download() as saved:
        one.page.get_by_role("button", name="Person file (YAML)").click()
    assert saved.value.suggested_filename == "kim.yaml"
    kept = saved.value.path().read_text(encoding="utf-8")
    assert "do: methadone" in kept and "name: kim" in kept


def test_a_bad_person_file_changes_nothing_but_the_message(visit: Opened, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(KIM.read_text(encoding="utf-8").replace("days: 500", "days: many"), encoding="utf-8")
    one = opened(visit)
    one.page.get_by_text("Open a person file").click()
    one.page.locator("input[type=file]").set_input_files(str(bad))
    expect(one.page.get_by_role("alert")).to_contain_text(re.compile(r"bad\.yaml:\d+.*days"))
    told(one)


def test_figures_and_tables_can_be_kept(visit: Opened) -> None:
    one = opened(visit)
    wanted = {
        "Statuses (SVG)": ("somebody_ribbons.svg", "<svg"),
        "Statuses (CSV)": ("somebody_ribbons.csv", "plan,day,status,people_of_100"),
        "Overdose and death (CSV)": ("somebody_dangers.csv", "plan,day,what"),
        "Symptoms (CSV)": ("somebody_calendar.csv", "plan,symptom,from_day"),
        "Plans (CSV)": ("somebody_plans.csv", ',"Plan: methadone"'[:1]),
        "Days of one person (CSV)": ("somebody_days.csv", "day,"),
        "Hours of one person (CSV)": ("somebody_hours.csv", "day,hour"),
    }
    for button, (name, start) in wanted.items():
        one.hands_out(button, name, start, LONG)


def test_sources_stand_beside_every_figure(visit: Opened) -> None:
    one = opened(visit)
    buttons = one.page.get_by_role("button", name="Sources of the numbers in")
    assert buttons.count() == one.page.locator("figure svg").count() == 4
    buttons.first.click()
    expect(one.page.locator(".papaver-sources li").first).to_be_in_viewport()
    expect(one.page.get_by_text("To cite a figure")).to_be_visible()


def test_two_people_at_once_do_not_see_each_other(visit: Opened) -> None:
    one, other = opened(visit), opened(visit)
    choose(one, "Plan", "Buprenorphine")
    expect(one.page.get_by_role("columnheader", name="Plan: buprenorphine")).to_be_visible(timeout=LONG)
    expect(other.page.get_by_role("columnheader", name="Plan: methadone")).to_be_visible()


def test_a_phone_shows_it_without_scrolling_sideways(visit: Opened) -> None:
    one = opened(visit, PHONE)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    one.shot("life_phone")
