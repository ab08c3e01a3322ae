"""Alerts under a person's hands: a rule with its last year by the keyboard, an incident from open to resolved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from callbacks.alerting import look
from callbacks.answers import Answers
from data_access.clock import utc_now
from data_access.scope import Action, authorize, operator
from tests.alert_stage import GIFT, STEP, falling_facts
from tests.browser.live import PHONE, quiet_page, served, sign_in, violations
from tests.web import OWN, Site, make_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Figures that fall at one place, and no rule yet."""
    return make_site(tmp_path_factory.mktemp("alerts"), falling_facts())


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Where it answers."""
    with served(site) as url:
        yield url


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """One page for the whole walk: what is loaded once is loaded."""
    with quiet_page(browser, allowed=("409",), reduced_motion="reduce") as opened:
        sign_in(opened, address, "marketer")
        yield opened


def test_a_rule_by_the_keyboard_with_its_last_year_before_it_is_kept(page: Page, address: str) -> None:
    page.goto(f"{address}/monitor?e={OWN}&tab=alerts")
    page.get_by_role("link", name="New rule").focus()
    page.keyboard.press("Enter")
    said = page.locator(".alert-edit__said")
    expect(said).to_contain_text("in the last year")
    choose(page, "Which step", STEP)
    choose(page, "Segment", GIFT)
    expect(said).to_have_text("This rule would have fired 1\u00a0time in the last year.")
    expect(page.locator(".alert-edit .table tbody tr")).to_have_count(1)
    name = page.get_by_role("textbox", name="Name of the rule")
    expect(name).to_have_value("Conversion “Evaluate → Purchase”, Gift")
    name.fill("Gift buys less")
    page.get_by_role("checkbox", name="Anna Kovaleva").check()
    least = page.get_by_role("textbox", name="At least customers")
    least.fill("5")
    expect(
        page.locator(".address-fields__note").filter(has_text="outside what the field takes")
    ).to_be_visible()
    least.fill("60")
    least.press("Enter")
    expect(page).to_have_url(f"{address}/monitor?e={OWN}&least=60&rule=new&seg={GIFT}&step={STEP}&tab=alerts")
    expect(said).to_contain_text("1\u00a0time")
    expect(name).to_have_value("Gift buys less")  # what is typed stays while the figures are asked again
    expect(page.get_by_role("checkbox", name="Anna Kovaleva")).to_be_checked()
    assert violations(page) == []
    name.press("Enter")
    expect(page.locator(".alert-rules__name", has_text="Gift buys less")).to_be_visible()
    expect(page).to_have_url(f"{address}/monitor?e={OWN}&tab=alerts")
    expect(page.locator(".alert-rules > li").first).to_contain_text("told: Anna Kovaleva, Ivan Belov")


def choose(page: Page, label: str, value: str) -> None:
    """Choose in a field whose value is a key of the address; the field keeps the focus."""
    page.get_by_role("combobox", name=label).select_option(value)
    expect(page.get_by_role("combobox", name=label)).to_have_value(value)


def test_an_incident_from_the_overview_to_its_end(page: Page, address: str, site: Site) -> None:
    scope = authorize(operator(frozenset({OWN})), OWN, Action.SIMULATE)
    assert look(Answers(falling_facts()), site.state, scope, utc_now()).opened == 1
    page.goto(f"{address}/overview?e={OWN}&p=2026-08&lang=ru")
    count = page.locator(".rail .nav__count")
    expect(count).to_have_text(", открытые оповещения: 1")
    page.locator(".alert-line__link").click()
    panel = page.locator(".card--incident")
    expect(panel.locator("h2")).to_contain_text("Конверсия «Оценка → Сделка», Gift: 24,0\u00a0%")
    expect(panel.locator(".alert-slices > li").first).to_contain_text("Контакт-центр")
    assert violations(page) == []
    panel.get_by_role("button", name="Беру на себя").press("Enter")
    expect(panel.locator(".pill")).to_have_text("принято")
    expect(count).to_have_text("")
    panel.get_by_role("button", name="Отложить на неделю").click()
    expect(panel.locator(".pill")).to_contain_text("отложено до")
    panel.get_by_role("button", name="Снова оповещать").click()
    expect(panel.locator(".pill")).to_have_text("принято")
    panel.get_by_role("textbox", name="Почему вопрос закрыт").fill("Вышли двое новых")
    page.set_viewport_size(PHONE)
    panel.get_by_role("button", name="Закрыть", exact=True).click()
    expect(panel.locator(".pill")).to_have_text("закрыто")
    expect(panel.locator(".alert-events > li").first).to_contain_text("Вышли двое новых")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert violations(page) == []
