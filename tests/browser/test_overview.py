"""The overview in a real browser: the answer above the fold, and what each card can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import DESK, PHONE, quiet_page, sign_in
from tests.thorough import first_now
from tests.web import OWN

HOME = f"/overview?e={OWN}"
CARDS = ("hero", "equation", "bridge", "ranking", "segments", "trend", "way")
WORDS = {
    "en": ("Why revenue changed", "How is this number made", "SQL as it ran", "Q2 2026"),
    "ru": (
        "Почему изменилась выручка",
        "Как получено это число",
        "SQL, как он выполнялся",
        "II квартал 2026",
    ),
}


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """An executive."""
    with quiet_page(browser) as shown:
        sign_in(shown, address, "executive")
        yield shown


def opened(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}{HOME}&lang={language}")
    expect(page.locator(".page--overview .card-tools")).to_have_count(len(CARDS))
    expect(page.locator(".loading")).to_have_count(0)


def test_the_worst_place_and_its_money_stand_above_the_fold(page: Page, address: str) -> None:
    for window in (DESK, PHONE):
        page.set_viewport_size(window)
        opened(page, address, "ru")
        lowest = 0.0
        for part in (".hero__money", ".hero__sentence", ".hero .button--primary"):
            box = page.locator(part).bounding_box()
            assert box is not None
            lowest = max(lowest, box["y"] + box["height"])
        bar = page.locator(".bottom").bounding_box()
        assert lowest < (bar["y"] if bar and bar["height"] else window["height"])
        assert page.evaluate("document.documentElement.scrollWidth") <= window["width"]
        shown = page.locator(".bridge__list" if window is PHONE else ".bridge__chart")
        expect(shown).to_be_visible()
    page.set_viewport_size(DESK)


@pytest.mark.parametrize("language", first_now(["ru", "en"]))
def test_a_card_becomes_files_and_says_how_it_was_made(
    page: Page, address: str, language: str, tmp_path: Path
) -> None:
    change, how, sql, period = WORDS[language]
    opened(page, address, language)
    card = page.locator(".card", has_text=change)
    files = {}
    for kind in ("CSV", "XLSX", "PNG", "SVG"):
        card.locator(".card-tools summary").click()
        with page.expect_download() as download:
            card.locator(".menu__item", has_text=kind).click()
        files[kind] = tmp_path / f"card.{kind}"
        download.value.save_as(files[kind])
    assert period in files["CSV"].read_text(encoding="utf-8-sig").replace("\u00a0", " ")
    assert files["XLSX"].read_bytes()[:2] == b"PK"
    assert files["PNG"].read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    drawing = files["SVG"].read_text(encoding="utf-8").replace("\u00a0", " ")
    assert period in drawing
    assert change in drawing
    assert "data:image/svg+xml" in drawing  # the chart inside
    card.locator(".card-tools summary").press("Enter")
    card.locator("[data-how]").press("Enter")
    panel = page.get_by_role("dialog", name=how)
    expect(panel.locator("summary")).to_have_text(sql)
    panel.locator("summary").click()
    expect(panel.locator("pre").first).to_contain_text("SELECT")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_the_next_visit_begins_with_a_line_and_a_comparison_is_one_click_away(
    page: Page, address: str
) -> None:
    opened(page, address, "en")
    expect(page.locator(".visit")).to_contain_text("From your next visit on")
    page.goto(f"{address}{HOME}&c=none&lang=en")
    page.get_by_role("link", name="Compare with the period before").click()
    expect(page).to_have_url(re.compile("c=prev"))
    expect(page.locator("#overview-bridge-graph .bars path")).to_have_count(6)
