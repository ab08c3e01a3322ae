"""Scenarios in a real browser: save what the hand has set, compare, approve, expect what forecasts have earned."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from data_access.state import scenarios, users
from data_access.state.engine import writing
from data_access.state.schema import forecast
from tests.browser.live import PHONE, Traffic, quiet_page, sign_in, violations
from tests.web import OWN, Site

PLACE = f"/whatif?e={OWN}&p=2026-01-01..2026-05-01"
BOX = ".lever[data-target='active_evaluation>purchase'] .lever__number:not(.lever__end)"


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A consultant with three points more from evaluation."""
    with quiet_page(browser, locale="en-GB", allowed=("409",)) as opened:
        sign_in(opened.context, address, "consultant")
        opened.goto(f"{address}{PLACE}&dC.active_evaluation=3pp")
        expect(opened.locator("#scenarios .card")).to_be_visible()
        yield opened


def save(page: Page, name: str, notes: str = "") -> None:
    """Through the form, which stays open after the first time."""
    form = page.locator(".scenarios__save")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    form.get_by_label("Name of the scenario").fill(name)
    form.get_by_label("Notes").fill(notes)
    form.get_by_role("button", name="Save scenario").click()
    expect(row(page, name)).to_be_visible()


def row(page: Page, name: str) -> Locator:
    return page.locator(".scenario").filter(has=page.get_by_role("link", name=name, exact=True))


def test_what_the_hand_has_set_is_saved_compared_and_approved(page: Page) -> None:
    save(page, "Call back", "within five minutes")
    expect(row(page, "Call back")).to_contain_text("Evaluate → Purchase +3.00 pp")
    expect(row(page, "Call back")).to_contain_text("within five minutes")
    page.locator(BOX).fill("6")
    expect(page).to_have_url(re.compile("active_evaluation=6pp"))
    save(page, "Call back at once")
    expect(row(page, "Call back at once")).to_contain_text("+6.00 pp")
    expect(page.locator(".scenario__name").first).to_have_text("Call back at once")

    compare = page.get_by_role("button", name="Compare", exact=True)
    expect(compare).to_be_disabled()
    for tick in page.get_by_role("checkbox", name=re.compile("^Compare")).all():
        tick.click()
    compare.click()
    expect(page).to_have_url(re.compile("cmp=2,1"))
    table = page.locator(".compare__table")
    expect(table.locator("thead th")).to_have_text(["Figure", "Call back at once", "Call back"])
    expect(table.locator("tr", has_text="Gain").locator("td").first).to_contain_text("▲ most money")
    assert violations(page) == []
    page.go_back()
    expect(table).to_have_count(0)

    page.once("dialog", lambda dialog: dialog.accept())
    row(page, "Call back").get_by_role("button", name="Approve as plan").click()
    expect(row(page, "Call back")).to_contain_text("Plan v1 · approved by Anna Kovaleva")
    expect(page.locator(".ledger__head")).to_contain_text("… waiting")


def test_the_second_editor_is_told(page: Page, site: Site) -> None:
    edit = row(page, "Call back at once").locator(".scenario__edit")
    edit.locator("summary").click()
    edit.get_by_label("Notes").fill("mine")
    faster = users.find(site.state, "admin").record
    scenarios.change(site.state, faster, 2, 0, "Call back at once", "theirs")
    edit.get_by_role("button", name="Keep the change").click()
    expect(edit.locator(".form__note--bad")).to_contain_text("Somebody has changed “Call back at once”")
    expect(edit.get_by_label("Notes")).to_have_value("mine")


def test_levers_expect_what_forecasts_have_earned(page: Page, site: Site, address: str) -> None:
    with writing(site.state) as connection:
        figures = connection.scalar(sa.select(forecast.c.figures)) or {}
        connection.execute(sa.update(forecast).values(figures={**figures, "start": "2026-01-10"}))
    traffic = Traffic(page)
    page.goto(f"{address}{PLACE}&dC.active_evaluation=4pp&dL=3")
    expect(page.locator(".ledger__record")).to_contain_text("Your forecasts came true by")
    page.get_by_role("button", name="Expect what forecasts have earned").click()
    expect(page).to_have_url(re.compile(r"dL=3&dC\.active_evaluation=[\d.]+\.\.[\d.]+\.\.[\d.]+pp"))
    traffic.settle()
    page.get_by_role("button", name="Expect what forecasts have earned").click()
    expect(page.locator(".ledger__act .form__note")).to_contain_text("First set a lever of a conversion")
    traffic.settle()
    page.go_back()
    expect(page).to_have_url(re.compile("active_evaluation=4pp"))
    expect(page.locator(BOX)).to_have_value("4")


def test_an_executive_reads_it_in_russian_on_a_phone(browser: Browser, address: str) -> None:
    with quiet_page(browser, viewport=PHONE) as page:
        sign_in(page.context, address, "executive")
        page.goto(f"{address}{PLACE}&dC.active_evaluation=3pp&cmp=1,2&lang=ru")
        expect(page.locator(".compare__card")).to_have_count(2)
        expect(page.locator(".compare__card").first).to_be_visible()
        expect(page.locator("#scenarios")).to_contain_text("Сравнение сценариев")
        expect(page.locator("#scenarios")).to_contain_text("План v1 · утвердил(а) Anna Kovaleva")
        expect(page.locator(".ledger__record")).to_contain_text("Ваши прогнозы пока сбылись на")
        expect(page.get_by_role("button", name="Утвердить как план")).to_have_count(0)
        expect(page.locator(".scenario__edit")).to_have_count(0)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        assert violations(page) == []
