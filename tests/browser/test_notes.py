"""Notes and the two months in a real browser: written once, seen on every chart, ticked off on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.journey.intervention import Promise
from data_access.clock import utc_now
from data_access.scope import Action, authorize
from data_access.state import actions, interventions, users
from tests.browser.live import PHONE, quiet_page, sign_in, violations
from tests.web import OWN, Site, small_facts

PERIOD = "p=2026-01-01..2026-09-01"


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A marketer at a desk."""
    with quiet_page(browser) as opened:
        sign_in(opened, address, "marketer")
        yield opened


def test_a_note_is_written_seen_on_a_chart_hidden_and_taken_away(page: Page, address: str) -> None:
    page.goto(f"{address}/funnel?e={OWN}&{PERIOD}&view=time&lang=en")
    page.locator(".notes__links a", has_text="Note a day").click()
    form = page.locator(".card--note form")
    form.locator("[name=day]").fill("2026-03-12")
    form.locator("[name=text]").fill("Site was down for four hours")
    assert violations(page) == []
    form.get_by_role("button", name="Save the note").click()
    expect(page.locator(".card--note")).to_have_count(0)
    line = page.locator(".log li", has_text="Site was down")
    expect(line).to_contain_text("Ivan Belov")
    page.goto(f"{address}/funnel?e={OWN}&{PERIOD}&view=time&lang=en")
    note = page.locator(".notes__list li")
    expect(note).to_have_text(re.compile("^A12\u00a0Mar\u00a02026 Site was down"))
    expect(page.locator("#funnel-rates-graph .annotation-text", has_text=re.compile("^A$"))).to_be_visible()
    expect(page.locator("#funnel-days-graph .shapelayer path")).to_have_count(1)
    assert violations(page) == []
    page.get_by_text("Hide notes").click()
    expect(page).to_have_url(re.compile("notes=0"))
    expect(note).to_have_count(0)
    page.get_by_text("Show 1\u00a0note").click()
    expect(note).to_have_count(1)
    page.goto(f"{address}/monitor?e={OWN}&tab=log&lang=en")
    line.get_by_text("Edit").click()
    expect(form.locator("[name=day]")).to_have_value("2026-03-12")
    form.locator("[name=text]").fill("Site was slow")
    form.get_by_role("button", name="Save the note").click()
    slow = page.locator(".log li", has_text="Site was slow")
    expect(slow).to_be_visible()
    page.once("dialog", lambda asked: asked.accept())
    slow.get_by_role("button", name="Take away: Site was slow").click()
    expect(slow).to_have_count(0)


def test_the_two_months_on_a_phone_in_russian(browser: Browser, site: Site, address: str) -> None:
    anna, day = users.find(site.state, "consultant").record, date(2026, 7, 6)
    title = {"title": "Перезвон за пять минут", "status": "live", "live_on": day, "owner_id": anna.id}
    number = actions.add(site.state, anna, OWN, title)
    info = small_facts().info(authorize(anna, OWN, Action.READ))
    promise = Promise("initial_consideration", "active_evaluation", "", "", day, 0.05, (), 8, 14)
    interventions.register(site.state, anna, info, number, promise, utc_now() - timedelta(365))
    with quiet_page(browser, viewport=PHONE) as page:
        sign_in(page, address, "consultant")
        page.goto(f"{address}/monitor?e={OWN}&tab=board&lang=ru&theme=dark")
        weeks = page.locator(".weeks__cell")
        expect(weeks).to_have_count(8)
        expect(weeks.last).to_contain_text("ещё не считаем")
        expect(weeks.first).to_contain_text("ждали +5,0\u00a0п.п.")
        page.locator(".weeks__add").click()
        form = page.locator(".card--support-form form")
        expect(form.locator("[name=action] option:checked")).to_have_text("Перезвон за пять минут")
        form.locator("[name=kind]").select_option("webinar")
        form.locator("[name=title]").fill("Разбор звонков")
        form.locator("[name=day]").fill((utc_now().date() - timedelta(2)).isoformat())
        form.locator("[name=url]").fill("https://meet.example/abc")
        form.get_by_role("button", name="Сохранить").click()
        line = page.locator(".support li", has_text="Разбор звонков")
        expect(line).to_contain_text("просрочено на")
        expect(line.locator("a[href='https://meet.example/abc']")).to_have_attribute(
            "rel", "noopener noreferrer"
        )
        expect(page.locator(".weeks__name")).to_contain_text("просрочена 1\u00a0запись")
        assert violations(page) == []
        line.get_by_role("button", name="Сделано: Разбор звонков").click()
        expect(line).to_contain_text("сделано")
        expect(page.locator(".weeks__name")).not_to_contain_text("просрочен")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
