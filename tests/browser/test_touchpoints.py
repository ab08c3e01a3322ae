"""The touchpoints page in a real browser: every control, in both languages, with mouse and keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import DESK, PHONE, quiet_page, sign_in
from tests.thorough import first_now
from tests.web import OWN

PERIOD = "p=2026-01-01..2026-06-01"
WORDS = {
    "en": {
        "reach": "Reach", "more": "More metrics", "all": "Touchpoints", "compare": "Compare segments", "list": "List",
        "contacts": "Contacts", "close": "Close the panel", "every": "Every figure of this contact",
    },
    "ru": {
        "reach": "Охват", "more": "Другие показатели", "all": "Точки контакта", "compare": "Сравнить сегменты",
        "list": "Список", "contacts": "Контакты", "close": "Закрыть панель", "every": "Все показатели точки",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A consultant."""
    with quiet_page(browser, base_url=address) as opened:
        sign_in(opened, address, "consultant")
        yield opened


def show(page: Page, search: str = "", language: str = "en") -> None:
    page.goto(f"/touchpoints?e={OWN}&{PERIOD}&lang={language}{search}")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".loading")).to_have_count(0)
    expect(page.locator(".state--error")).to_have_count(0)


@pytest.mark.parametrize("language", first_now(["ru", "en"]))
def test_measures_rows_segments_list_and_panel(page: Page, language: str) -> None:
    words = WORDS[language]
    page.set_viewport_size(DESK)
    show(page, language=language)
    expect(page.locator(".heat__cell--weakest").first).to_be_visible()
    page.locator(f"[data-popover='menu-{words['more']}'] > summary").click()
    page.get_by_role("link", name=words["reach"], exact=True).click()
    expect(page).to_have_url(re.compile("metric=customers"))
    expect(page.locator(".heat .seq--6").first).to_be_visible()
    page.locator(".heat-controls").get_by_role("link", name=words["all"], exact=True).click()
    expect(page).to_have_url(re.compile("rows=touchpoint"))
    page.go_back()
    page.go_back()
    expect(page.locator(".heat [class*=tone--]").first).to_be_visible()

    page.get_by_role("link", name=words["every"]).click()
    expect(page.locator(".detail__figures dt")).to_have_count(10)
    page.get_by_role("link", name=words["close"]).click()
    expect(page.locator(".card--detail")).to_have_count(0)

    page.locator(f"[data-popover='menu-{words['compare']}'] > summary").click()
    page.locator(".select__menu").get_by_role("link", name="Protection").last.click()
    expect(page).to_have_url(re.compile("vs=Protection"))
    expect(page.locator(".legend__chance")).to_be_visible()

    page.locator(".page__tabs").get_by_role("link", name=words["list"]).click()
    page.locator(".table--list thead").get_by_role("link", name=words["contacts"]).click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text(words["contacts"])


def test_arrows_walk_the_cells_enter_opens_one_and_escape_comes_back(page: Page) -> None:
    page.set_viewport_size(DESK)
    show(page, "&stage=initial_consideration&channel=site")
    expect(page.locator(".card--next")).to_be_visible()
    page.locator(".heat__cell--open").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".heat__cell:focus:not(.heat__cell--open)")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("channel=contact_centre|channel=store|channel=email"))
    expect(page.locator(".card--detail h2")).not_to_contain_text("Site")
    expect(page.locator(".heat__cell--open")).to_be_focused()  # though the map was drawn anew
    page.locator("[data-grid-detail] a").last.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".heat__cell--open")).to_be_focused()


def test_a_phone_lists_stages_and_takes_one_to_the_panel(page: Page) -> None:
    page.set_viewport_size(PHONE)
    show(page)
    expect(page.locator(".heat__scroll")).to_be_hidden()
    page.locator(".heat-list__all summary").first.click()
    page.locator(".heat-list__all[open] .heat-list__line").last.click()
    expect(page).to_have_url(re.compile("channel="))
    expect(page.locator(".card--detail h2")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
