"""The first page, and what all pages share: keyboard, names, headings, contrast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .conftest import PHONE, WIDE, Visit

Opened = Callable[..., Visit]
PAGES = ("/", "/body", "/life", "/cohort")
NAMELESS = """
() => [...document.querySelectorAll('button, a, input, textarea, select, [role=slider], [role=combobox]')]
  .filter(e => e.offsetParent !== null && e.type !== 'file' && e.getAttribute('aria-hidden') !== 'true')
  .filter(e => !(e.innerText?.trim() || e.getAttribute('aria-label') || e.title || e.labels?.length
    || e.getAttribute('aria-labelledby') || e.closest('[aria-label]')))
  .map(e => e.outerHTML.slice(0, 160))
"""
# contrast of text against the nearest background that is painted, by WCAG 2
FAINT = """
() => {
  const rgb = s => (s.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = c.map(v => { v /= 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0.9) return c.slice(0, 3); } return [255, 255, 255]; };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.offsetParent === null || e.closest('svg, canvas, [aria-hidden=true], .q-icon')) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const a = light(rgb(style.color).slice(0, 3)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const least = size >= 24 || (size >= 18.5 && style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio < least) found.push([e.innerText.slice(0, 40), ratio.toFixed(2)]);
  }
  return found;
}
"""


def test_the_cards_lead_to_the_views_and_name_what_is_planned(visit: Opened) -> None:
    for name, path in (("A body", "/body"), ("A life", "/life"), ("A cohort", "/cohort")):
        one = visit("/")
        one.page.get_by_role("main").get_by_role("link", name=name).click()
        one.page.wait_for_url(f"**{path}")
    one = visit("/")
    expect(one.page.get_by_text("A community")).to_be_visible()
    one.shot("start")


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_one_heading_a_main_part_and_names_for_all_that_acts(visit: Opened, path: str) -> None:
    one = visit(path)
    assert one.page.locator("h1").count() == 1
    assert one.page.locator("main").count() == 1
    assert one.page.evaluate("document.documentElement.lang") == "en-GB"
    assert one.page.evaluate(NAMELESS) == []


@pytest.mark.parametrize("path", PAGES)
def test_text_stands_out_from_its_ground(visit: Opened, path: str) -> None:
    assert visit(path).page.evaluate(FAINT) == []


def test_faint_text_would_be_found(visit: Opened) -> None:
    one = visit("/")
    one.page.evaluate("document.querySelector('h1').style.color = '#c8c8c8'")
    assert one.page.evaluate(FAINT)
    one.page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')")
    one.page.evaluate("document.querySelector('main > button').style.cssText = 'width:20px;height:20px'")
    assert one.page.evaluate(NAMELESS)


@pytest.mark.parametrize("path", PAGES)
def test_help_is_one_click_away(visit: Opened, path: str) -> None:
    one = visit(path)
    one.page.get_by_role("button", name="Where help is").click()
    expect(one.page.get_by_text("Emergency: 000 (Australia)")).to_be_visible()
    expect(one.page.get_by_text("United States", exact=True)).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_first_page_needs_no_scrolling_sideways(visit: Opened, size: dict[str, int]) -> None:
    one = visit("/", size)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_the_first_page_is_walked_by_keyboard(visit: Opened) -> None:
    one = visit("/")
    reached = []
    for _ in range(10):
        one.page.keyboard.press("Tab")
        reached.append(one.page.evaluate("document.activeElement.innerText.trim().split('\\n').pop()"))
    assert [
        name for name in ("papaver", "A body", "A life", "A cohort", "Where help is") if name not in reached
    ] == []
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert one.page.evaluate(outline) != "none"
