"""Lists of customers in a real browser: order, pages, search, one customer and back, the file; on a phone too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import PHONE, quiet_page, sign_in
from tests.thorough import first_now
from tests.web import OWN

ALL = f"/customers?e={OWN}&p=2026-01-01..2026-07-01"
WORDS = {
    "en": ("Customers", "Next", "Revenue", "Download the list as CSV", "Back to the list", "Stopped"),
    "ru": ("Клиенты", "Дальше", "Выручка", "Скачать список в CSV", "К списку", "Остановились"),
}


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A marketer."""
    with quiet_page(browser) as opened:
        sign_in(opened, address, "marketer")
        yield opened


@pytest.mark.parametrize("language", first_now(WORDS))
def test_a_list_is_ordered_paged_and_left_for_one_customer(language: str, page: Page, address: str) -> None:
    title, following, revenue, file, back, stopped = WORDS[language]
    page.goto(f"{address}{ALL}&lang={language}")
    expect(page.locator("h1")).to_have_text(title)
    cells = page.locator(".ag-center-cols-container [row-index='0']")
    expect(cells).to_be_visible()
    expect(page.locator(".list__shown")).to_contain_text("1–50")
    page.locator(".ag-header-cell").filter(has_text=revenue).click()
    expect(page).to_have_url(re.compile("sort=-revenue"))
    expect(page.locator(".ag-header-cell[aria-sort=descending]")).to_contain_text(revenue)
    first = page.locator(".ag-pinned-left-cols-container [row-index='0'] a")
    expect(page.locator("[row-index='0'] [col-id=revenue]")).to_have_text(re.compile(r"\d\d.\d{3}"))
    before = first.inner_text()
    page.get_by_role("link", name=following, exact=True).click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator(".list__shown")).to_contain_text("51–100")
    expect(first).not_to_have_text(before)  # the grid draws its rows after the words above it
    name = first.inner_text()
    first.click()
    expect(page.locator("h1")).to_have_text(name)
    expect(page.locator(".story__line").first).to_be_visible()
    page.get_by_role("link", name=re.compile(back)).click()
    expect(page.locator(".list__shown")).to_contain_text("51–100")
    page.get_by_role("link", name=re.compile(stopped)).click()
    expect(page).to_have_url(re.compile("went=stopped"))
    with page.expect_download() as download:
        page.get_by_role("link", name=file).click()
    assert download.value.suggested_filename == f"{OWN}-customers-2026-01-01..2026-07-01.csv"


def test_a_search_finds_a_customer_and_a_phone_shows_cards(page: Page, address: str) -> None:
    page.goto(f"{address}{ALL}&lang=en")
    field = page.get_by_role("searchbox", name="Phone, e-mail or number")
    field.fill("c17")
    field.press("Enter")
    expect(page).to_have_url(re.compile("q=c17"))
    expect(page.locator(".card__subtitle")).to_have_text(re.compile(r"^11\scustomers$"))
    page.set_viewport_size(PHONE)
    expect(page.locator(".grid")).to_be_hidden()
    expect(page.locator(".list__row").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
