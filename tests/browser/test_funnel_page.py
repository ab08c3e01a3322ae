"""The funnel page in a real browser: every control in both languages, the keyboard, phones, nothing on the console."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import DESK, PHONE, quiet_page, sign_in
from tests.thorough import first_now
from tests.web import OWN

PERIOD = "2026-05"
SAID = {
    "en": ("Over time", "By channel", "Of the stage before", "Everybody", "By touchpoint", "Table"),
    "ru": ("Во времени", "По каналам", "К предыдущему", "Все клиенты", "По точкам контакта", "Таблица"),
}


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A consultant."""
    with quiet_page(browser) as opened:
        sign_in(opened, address, "consultant")
        yield opened


def loaded(page: Page) -> None:
    expect(page.locator(".loading")).to_have_count(0)
    expect(page.locator(".state--error")).to_have_count(0)


def choose(page: Page, text: str, where: str = "main") -> None:
    """Click one choice of a switch; it is the chosen one then."""
    choice = page.locator(f"{where} .switch__choice", has_text=re.compile(f"^{text}$"))
    choice.click()
    expect(choice).to_have_class(re.compile("switch__choice--on"))
    loaded(page)


@pytest.mark.parametrize("language", first_now(["ru", "en"]))
def test_every_control_keeps_its_choice_in_the_address(page: Page, address: str, language: str) -> None:
    over_time, by_channel, before, everybody, by_touchpoint, table = SAID[language]
    page.goto(f"{address}/funnel?e={OWN}&p={PERIOD}&lang={language}")
    expect(page.locator(".funnel__row")).to_have_count(5)
    expect(page.locator(".card--step")).to_have_count(1)  # the page is at rest
    choose(page, by_channel, ".card--funnel")
    expect(page).to_have_url(re.compile("by=channel"))
    expect(page.locator(".funnel__row--all")).to_contain_text(everybody)
    choose(page, before)
    expect(page).to_have_url(re.compile("bars=previous"))
    page.locator(".funnel__row", has_text=re.compile("Site|Сайт")).locator(".step-pill").first.click()
    expect(page).to_have_url(re.compile("seg=site.*step=initial_consideration"))
    expect(page.locator(".card--step .card__title")).to_contain_text(re.compile("Site|Сайт"))
    page.go_back()
    expect(page).not_to_have_url(re.compile("seg=site"))
    expect(page.locator(".card--step .card__title")).not_to_contain_text(re.compile("Site|Сайт"))
    choose(page, by_touchpoint, ".card--step")
    expect(page).to_have_url(re.compile("within=touchpoint"))
    choose(page, table)
    expect(page.locator(".card--funnel tbody tr")).not_to_have_count(0)
    choose(page, over_time)
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.locator(".card--step")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_arrows_move_between_pills_and_escape_comes_back(page: Page, address: str) -> None:
    page.goto(f"{address}/funnel?e={OWN}&p={PERIOD}&lang=en")
    loaded(page)
    pills = page.locator(".funnel .step-pill")
    expect(pills.first).to_be_visible()
    expect(page.locator(".card--step")).to_have_count(1)  # the page is at rest
    pills.first.focus()
    page.keyboard.press("ArrowRight")
    expect(pills.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".funnel__row").nth(1).locator(".step-pill").nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(page.locator(".funnel__row").nth(1).locator(".step-pill").last).to_be_focused()
    expect(page.locator(".funnel .step-pill[tabindex='0']")).to_have_count(1)
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("step=initial_consideration"))
    expect(page.locator(".funnel .step-pill--open")).to_have_count(1)
    page.locator("[data-grid-detail] a").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".funnel .step-pill--open")).to_be_focused()


@pytest.mark.parametrize("view", ["", "&view=time&lines=segment"])
def test_a_phone_never_scrolls_sideways(page: Page, address: str, view: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/funnel?e={OWN}&p={PERIOD}&lang=ru{view}")
    expect(page.locator(".card").first).to_be_visible()
    loaded(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if not view:
        folded = page.locator(".funnel-list__group").last
        expect(folded.locator(".step-pill").first).to_be_hidden()
        folded.locator("summary").click()
        expect(folded.locator(".step-pill").first).to_be_visible()
    page.set_viewport_size(DESK)
