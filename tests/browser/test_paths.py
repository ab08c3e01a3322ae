"""The tab Paths in a real browser: every control is an address, the drawing opens ways, both languages and widths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import DESK, PHONE, quiet_page, sign_in
from tests.facts import Event, Sale, load
from tests.web import FIRST_DAY, OWN, ManyFacts, Site, make_site

HERE = f"/funnel?e={OWN}&view=paths&p=2026Q1"
CONSIDER, EVALUATE = "initial_consideration", "active_evaluation"


def facts(folder: Path) -> ManyFacts:
    """Forty customers look and choose, thirty look again, ten of them buy; ten only look."""
    events, sales = [], []
    for number in range(50):
        name, start = f"c{number}", FIRST_DAY + timedelta(hours=number)
        events.append(Event(name, CONSIDER, start, "ads", "<b>banner</b>"))
        if number < 40:
            events.append(Event(name, EVALUATE, start + timedelta(days=1), "site", "card"))
        if number < 30:
            events.append(Event(name, CONSIDER, start + timedelta(days=2), "ads", "<b>banner</b>"))
        if number < 10:
            sales.append(Sale(name, start + timedelta(days=4), 1000, f"t{number}"))
    events.append(Event("last", CONSIDER, FIRST_DAY + timedelta(days=260)))
    sales.append(Sale("last", FIRST_DAY + timedelta(days=260), 1, "last"))
    engine = sa.create_engine(f"duckdb:///{folder / 'paths.duckdb'}")
    return ManyFacts({OWN: load(engine, events, sales, zone="Europe/Moscow", engagement=OWN)})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("paths")
    return make_site(folder, facts(folder))


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    with quiet_page(browser, base_url=address) as opened:
        sign_in(opened, address, "consultant")
        yield opened


def path_rows(page: Page) -> list[str]:
    return [re.sub(r"\s+", " ", text) for text in page.locator(".variants tbody th").all_inner_texts()]


def test_the_flow_shows_returns_and_opens_the_ways_through_a_place(page: Page) -> None:
    page.goto(HERE)
    expect(page.locator(".sankey-node")).to_have_count(8)
    expect(page.locator(".card--paths .card__subtitle")).to_have_text(
        "50 journeys · bought 10 (20%) · stopped 40 (80%) · still open 0 (0%) · 30 returns"
    )
    expect(page.get_by_role("img", name=re.compile("50 journeys"))).to_be_visible()
    expect(page.locator(".sankey-node").filter(has_text="↩ Consider")).to_contain_text("30 · 60%")
    expect(page.locator(".variants tbody tr")).to_have_count(4)
    assert path_rows(page)[0] == "Consider → Evaluate → ↩ return: Consider"
    expect(page.locator(".variants tbody tr").nth(3)).to_contain_text("bought")
    page.locator(".paths__twin > summary").click()
    row = page.locator(".paths__twin tbody tr").filter(has_text="return")
    expect(row).to_have_text("2EvaluateConsider ↩ return3060.0%")

    page.locator(".sankey-node").filter(has_text="Purchase").locator(".node-rect").click()
    expect(page).to_have_url(re.compile("through=purchase"))
    expect(page.locator(".variants tbody tr")).to_have_count(1)
    expect(page.locator(".card--variants .card__subtitle")).to_contain_text("10 of 50 journeys pass Purchase")
    page.go_back()
    expect(page.locator(".variants tbody tr")).to_have_count(4)
    through = page.get_by_role("navigation", name="Ways through")
    through.get_by_role("link", name="Evaluate").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".variants tbody tr")).to_have_count(3)
    through.get_by_role("link", name="All ways").click()
    expect(page.locator(".variants tbody tr")).to_have_count(4)


def test_levels_start_and_end_are_addresses(page: Page) -> None:
    page.goto(HERE)
    page.get_by_role("link", name="Channels", exact=True).click()
    expect(page).to_have_url(re.compile("level=channel"))
    expect(page.get_by_role("heading", name="Ways to a deal")).to_be_visible()
    expect(page.locator(".variants .tag").first).to_have_text("33.3%")  # 10 of those 30 bought
    page.get_by_role("link", name="Touchpoints", exact=True).nth(1).click()
    expect(page.locator(".sankey-node").first).to_contain_text("<b>banner</b>")  # a name is text, never a tag
    page.get_by_role("navigation", name="Start of the journey").get_by_role("link", name="Evaluate").click()
    expect(page).to_have_url(re.compile("from=active_evaluation"))
    expect(page.locator(".card--paths .card__subtitle")).to_contain_text("40 journeys")
    page.get_by_role("link", name="Whole period").click()
    expect(page).to_have_url(re.compile("to=end"))
    page.get_by_role("link", name="Stages", exact=True).click()
    expect(page).not_to_have_url(re.compile("to=|level="))
    page.get_by_role("link", name="Loyalty").click()
    expect(page.locator(".state")).to_contain_text("No journey of these customers began")


def test_dark_and_russian_and_a_phone_read_the_same(page: Page) -> None:
    page.goto(HERE + "&lang=ru")
    node = page.locator(".sankey-node").filter(has_text="Остановились").first
    expect(node).to_contain_text("Остановились")
    light = node.locator(".node-rect").evaluate("one => getComputedStyle(one).fill")
    page.evaluate("document.dispatchEvent(new CustomEvent('journey:theme', {detail: 'dark'}))")
    expect(node.locator(".node-rect")).not_to_have_css("fill", light)
    page.set_viewport_size(PHONE)
    expect(page.locator(".paths__sankey")).to_be_hidden()
    lines = page.locator(".paths-list__group").nth(1)
    expect(lines.locator("h3")).to_have_text("После посещения 2")
    expect(lines.locator("li").first).to_contain_text("Оценка → Осмысление ↩ возврат")
    expect(page.locator(".card--variants")).to_contain_text("Самые частые пути")
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
    page.set_viewport_size(DESK)
