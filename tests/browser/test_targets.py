"""Targets under a person's hands: typed, pasted from a spreadsheet, in conflict with somebody else, and on the tile."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.journey.stages import preset
from dashboard.journey.targets import Kpi, TargetKey
from data_access.state import targets, users
from data_access.state.targets import Wish
from tests.browser.live import PHONE, quiet_page, sign_in, violations
from tests.web import OWN, SEGMENTS, Site

PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with quiet_page(browser, allowed=("409",), reduced_motion="reduce") as opened:
        sign_in(opened, address, "consultant")
        yield opened


def field(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def by_olga(site: Site, value: int, version: int) -> None:
    """An admin sets July's revenue behind the page's back."""
    olga = users.find(site.state, "admin").record
    wish = Wish(TargetKey(Kpi.REVENUE, "", "", "2026-07"), Decimal(value), version)
    targets.put(site.state, olga, OWN, [wish], preset("loop6").keys[1:], SEGMENTS)


def test_from_the_keyboard_to_the_tile(page: Page, address: str, site: Site) -> None:
    page.goto(f"{address}/settings?e={OWN}")
    july = field(page, "Revenue, July 2026")
    july.fill("900 000 ₽")
    july.press("ArrowDown")
    page.keyboard.type("50")
    expect(page.locator(".targets__count")).to_have_text("Not saved yet: 2")
    page.get_by_role("link", name="Business", exact=True).click()
    expect(page.locator(".targets__count")).to_contain_text("of them in other segments or years: 2")
    page.get_by_role("link", name="All segments", exact=True).click()
    expect(july).to_have_value("900 000 ₽")
    page.get_by_role("button", name="Save targets").click()
    expect(page.locator(".targets .form__note")).to_have_text("Saved: 2\u00a0targets.")
    expect(july).to_have_value("900,000")
    by_olga(site, 800_000, 1)
    july.fill("850000")
    page.get_by_role("button", name="Save targets").click()
    note = page.locator(".targets .form__note")
    expect(note).to_contain_text("Revenue, July 2026 (Olga Admin)")
    expect(note).to_contain_text("somebody else has set 800,000 meanwhile, you typed 850000")
    expect(july).to_have_value("850000")
    page.get_by_role("button", name="Save targets").click()
    expect(note).to_have_text("Saved: 1\u00a0target.")
    expect(page.locator(".targets__changes > li")).to_have_count(3)
    page.goto(f"{address}/overview?e={OWN}&p=2026-07")
    expect(page.locator(".kpi--first .goal")).to_contain_text("target ₽850,000")
    expect(page.locator(".kpi--first .pill")).to_have_text("▼ behind target")


def test_a_block_from_a_spreadsheet(page: Page, address: str) -> None:
    page.goto(f"{address}/settings?e={OWN}&lang=ru")
    start = field(page, "Средний чек, ноябрь 2026")
    start.evaluate(PASTE, "25 000,50 ₽\t26 000\t27 000\r\n1,25\tмного\r\n")
    note = page.locator(".targets .form__note")
    expect(note).to_contain_text("Ячеек блока за краем таблицы, они пропущены: 1.")
    expect(field(page, "Средний чек, декабрь 2026")).to_have_value("26 000")
    wrong = field(page, "Сделок на клиента, декабрь 2026")
    save = page.get_by_role("button", name="Сохранить цели")
    save.click()
    expect(note).to_contain_text("Сделок на клиента, декабрь 2026: «много» — не число.")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    wrong.press("Escape")
    expect(wrong).to_have_value("")
    page.set_viewport_size(PHONE)
    save.click()
    expect(note).to_have_text("Сохранены 3\u00a0цели.")
    expect(start).to_have_value("25\u00a0000,50")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Вернуть как было").click()
    expect(start).to_have_value("")
