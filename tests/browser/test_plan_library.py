"""The library of measures in a real browser: every control, and nothing that axe minds in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import DESK, PHONE, quiet_page, sign_in, violations
from tests.web import OWN

NAME = "Напоминать о неоплаченном счёте ссылкой на оплату в одно касание"
SAID = "Писать через час"


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A marketer."""
    with quiet_page(browser, base_url=address) as opened:
        sign_in(opened, address, "marketer")
        yield opened


def show(page: Page, search: str = "") -> None:
    page.goto(f"/plan?e={OWN}&tab=library{search}")
    expect(page.locator(".library [type=search]")).to_be_visible()


def test_find_reword_plan_and_hide_in_russian(page: Page) -> None:
    rows, russian = page.locator(".measure"), "&lang=ru"
    page.set_viewport_size(DESK)
    show(page, russian)
    page.get_by_label("Искать в библиотеке").fill("счёте")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    page.go_back()
    expect(page.locator(".library__stage")).to_have_count(6)
    page.locator(".library").get_by_role("link", name="Сделка", exact=True).click()
    expect(page).to_have_url(re.compile("stage=purchase"))
    expect(page.locator(".library__stage")).to_have_count(1)
    page.get_by_role("link", name="Никто не напоминает", exact=True).click()
    expect(rows).to_have_count(2)
    rows.filter(has_text=NAME).get_by_role("link", name="Изменить").click()
    page.get_by_label("Мероприятие по-русски").fill(SAID)
    page.get_by_role("button", name="Сохранить мероприятие").click()
    expect(rows.filter(has_text=SAID)).to_have_count(1)
    expect(page).not_to_have_url(re.compile("edit="))
    rows.filter(has_text=SAID).get_by_role("link", name="Изменить").click()
    page.get_by_role("button", name="Больше не предлагать").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="1\u00a0мероприятие не предлагается").click()
    page.get_by_role("button", name="Снова предлагать").click()
    expect(page.locator(".library .state")).to_be_visible()
    show(page, f"{russian}&stage=purchase")
    rows.filter(has_text=SAID).get_by_role("link", name="В план").click()
    title = page.get_by_label("Мероприятие", exact=True)
    expect(title).to_have_value(SAID)
    expect(page.locator(".plan__ideas li")).to_have_count(5)
    page.locator(".plan__ideas .link").nth(1).click()
    expect(title).not_to_have_value(SAID)


def test_axe_finds_nothing_at_either_width(page: Page) -> None:
    at_a_desk = (DESK, "&theme=light&edit=one_owner&stage=active_evaluation")
    for size, more in (at_a_desk, (PHONE, "&theme=dark&lang=ru&stage=purchase&edit=new")):
        page.set_viewport_size(size)
        show(page, more)
        expect(page.locator(".library form")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
