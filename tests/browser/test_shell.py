"""The frame in a real browser: filters write the address, the address makes the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from data_access.state import users
from tests.browser.live import DESK, PHONE, sign_in, still_context
from tests.thorough import first_now
from tests.web import EMPTY, FOREIGN, OWN, PASSWORD, Site

HOME = f"/overview?e={OWN}"


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = still_context(browser, permissions=["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """Somebody with every page, at the overview."""
    context.clear_cookies()
    sign_in(context, address, "consultant")
    opened = context.new_page()
    opened.goto(address + HOME)
    expect(opened.locator("h1")).to_have_text("Overview")
    expect(opened.locator("[data-popover=segments]")).to_be_visible()
    yield opened
    opened.close()


def says(page: Page, key: str, text: str) -> None:
    expect(page.locator(f"[data-popover={key}] .chip__value")).to_have_text(
        text
    )  # no-break spaces count as spaces


def open_filter(page: Page, key: str) -> None:
    page.locator(f"[data-popover={key}] > summary").click()
    expect(page.locator(f"[data-popover={key}] .panel")).to_be_visible()


def query(page: Page) -> str:
    return page.url.partition("?")[2]


def test_several_segments_become_one_address_and_back_undoes_them(page: Page) -> None:
    open_filter(page, "segments")
    page.get_by_role("checkbox", name=re.compile("Gift|Protection")).evaluate_all(
        "all => all.forEach(one => one.click())"
    )
    expect(page).to_have_url(re.compile("s="))
    assert query(page) == "e=acme&s=Gift%5C,%20fast,Protection"
    says(page, "segments", "2 of 4")
    expect(page.locator(".page__subtitle")).to_contain_text("Gift, fast, Protection")
    page.go_back()
    says(page, "segments", "All (4)")
    expect(page.get_by_role("checkbox", name="Protection")).to_have_attribute("aria-checked", "false")


def test_a_pasted_link_shows_the_same_to_somebody_who_signs_in_first(
    page: Page, browser: Browser, address: str
) -> None:
    page.goto(address + HOME + "&p=2026Q1&c=none&s=Business&ch=site")
    expect(page.locator(".page__subtitle")).to_have_text("Q1\u00a02026 · Business · Site")
    page.locator("[data-share]").first.click()
    expect(page.locator("#live")).to_have_text("Link copied")
    link = page.evaluate("navigator.clipboard.readText()")
    other = browser.new_context(viewport=DESK).new_page()
    other.goto(link)
    other.locator("input[name=login]").fill("executive")
    other.locator("input[name=password]").fill(PASSWORD)
    other.locator("button[type=submit]").click()
    expect(other.locator(".page__subtitle")).to_have_text("Q1\u00a02026 · Business · Site")
    assert other.url == link
    other.context.close()


def test_a_period_is_one_click_and_own_dates_are_two(page: Page) -> None:
    open_filter(page, "period")
    page.locator(".panel--period").get_by_role("link", name="Mar").click()
    expect(page).to_have_url(re.compile("p=2026-03"))
    expect(page.locator(".panel--period")).to_be_hidden()
    open_filter(page, "period")
    fields = page.locator(".panel--period input[type=date]")
    expect(fields.first).to_have_value("2026-03-01")
    expect(fields.last).to_have_value("2026-03-31")
    fields.first.fill("2026-02-10")
    fields.last.fill("2026-02-01")
    page.locator(".panel--period [data-apply]").click()
    expect(page).to_have_url(re.compile("p=2026-03"))  # an end before the beginning is not taken
    fields.last.fill("2026-02-20")
    page.locator(".panel--period [data-apply]").click()
    expect(page).to_have_url(re.compile(re.escape("p=2026-02-10..2026-02-21")))
    says(page, "period", "10 Feb – 20 Feb 2026")
    says(page, "compare", "30 Jan – 9 Feb 2026")


def test_one_popover_at_a_time_and_escape_gives_the_focus_back(page: Page) -> None:
    open_filter(page, "period")
    open_filter(page, "channels")
    expect(page.locator(".panel--period")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".panel--channels")).to_be_hidden()
    expect(page.locator("[data-popover=channels] > summary")).to_be_focused()
    open_filter(page, "segments")
    page.locator("h1").click()
    expect(page.locator(".panel--segments")).to_be_hidden()


def test_the_menu_keeps_the_filters_and_says_where_one_is(page: Page) -> None:
    page.goto(page.url + "&p=2026Q1&cell=x")
    link = page.locator(".rail a.nav", has_text="Touchpoints")
    expect(link).to_have_attribute("href", "/touchpoints?e=acme&p=2026Q1")
    link.click()
    expect(page.locator("h1")).to_have_text("Touchpoints")
    expect(page).to_have_title("Touchpoints · Journey BI")
    expect(link).to_have_attribute("aria-current", "page")
    expect(page.locator(".rail a.nav[aria-current]")).to_have_count(1)


@pytest.mark.parametrize("width", first_now([1440, 900]))
def test_the_menu_stands_still_while_the_page_comes(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.route("**/_dash-update-component*", lambda route: None)  # no answer yet
    page.reload(wait_until="commit")
    link = page.locator(".rail a.nav", has_text="Touchpoints")
    expect(link).to_have_attribute("href", f"/touchpoints?e={OWN}")
    expect(page.locator(".switcher")).to_have_count(0)
    before = link.bounding_box()
    page.unroute_all(behavior="ignoreErrors")
    page.reload()
    expect(page.locator(".rail .switcher")).to_be_visible()
    assert link.bounding_box() == before


def test_a_filter_that_a_page_ignores_says_why(page: Page, address: str) -> None:
    page.goto(address + f"/whatif?e={OWN}")
    ignored = page.locator(".bar__filters .chip--ignored")
    expect(ignored).to_have_count(1)
    expect(ignored).to_have_attribute("aria-disabled", "true")
    expect(ignored).to_have_attribute("title", re.compile("not with another period"))


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_theme_and_language_stay_with_the_person(page: Page, site: Site, address: str) -> None:
    page.locator(".bar__theme").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(12, 18, 29)")
    page.locator(".person--person > summary").click()
    with page.expect_navigation():
        page.locator(".rail [data-language=ru]").click()
    expect(page.locator("h1")).to_have_text("Обзор")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    kept = users.find(site.state, "consultant").record
    assert (kept.language, kept.theme) == ("ru", "dark")
    first = page.context.request.get(address + HOME).text()
    assert '<html lang="ru" data-bs-theme="dark">' in first  # before any script runs
    users.set_language(site.state, kept.id, "en")
    users.set_theme(site.state, kept.id, "light")


def test_what_the_address_gets_wrong_is_said(page: Page, address: str) -> None:
    page.goto(address + HOME + "&p=soon&s=Nobody")
    expect(page.locator(".notice li")).to_have_count(2)
    expect(page.locator(".notice")).to_contain_text("“soon”")
    expect(page.locator("h1")).to_have_text("Overview")


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/nothing-here", "There is no such page"),
        (f"/overview?e={FOREIGN}", "There is no such page"),
        (f"/overview?e={EMPTY}", "Nothing has been imported yet"),
    ],
)
def test_a_page_that_cannot_be_shown_says_so(path: str, title: str, page: Page, address: str) -> None:
    page.goto(address + path)
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator(".rail__links a.nav")).to_have_count(8)


def test_another_engagement_starts_afresh(page: Page) -> None:
    page.goto(page.url + "&p=2026Q1")
    page.locator(".rail [data-popover=engagement] > summary").click()
    page.get_by_role("link", name="Bakery").click()
    expect(page).to_have_url(re.compile(rf"/overview\?e={EMPTY}$"))
    expect(page.locator(".rail .switcher__name")).to_have_text("Bakery before its first import")


FRAME = ".rail__links, .bottom, .person, .bar__tools, .bar__filters, .card-tools, .page .button"
INK = """() => [
  getComputedStyle(document.body).backgroundColor,
  getComputedStyle(document.querySelector(".card")).backgroundColor,
  getComputedStyle(document.querySelector("h1")).color,
  document.querySelector(".js-plotly-plot")._fullLayout.font.color,
]"""


def test_paper_is_light_and_says_whose_data_and_what_was_asked(page: Page, address: str) -> None:
    page.goto(address + HOME + "&s=Business&lang=ru&theme=light")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.emulate_media(media="print")
    light = page.evaluate(INK)
    assert light[:2] == ["rgb(255, 255, 255)"] * 2
    page.emulate_media(media="screen")
    page.goto(address + HOME + "&s=Business&lang=ru&theme=dark")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    dark = page.evaluate(INK)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(INK) == light
    for told in (".rail .switcher__name", ".bar__freshness", "h1", ".page__subtitle"):
        expect(page.locator(told)).to_be_visible()
    expect(page.locator(".page__subtitle")).to_contain_text("Business")
    expect(page.locator(FRAME).filter(visible=True)).to_have_count(0)
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(INK) == dark


def test_a_session_that_ends_leads_to_the_sign_in_and_back(page: Page, site: Site) -> None:
    page.locator(".rail a.nav", has_text="Funnels").click()
    expect(page.locator("h1")).to_have_text("Funnels & bottlenecks")
    users.set_password(site.state, users.find(site.state, "consultant").record.id, PASSWORD)
    expect(page).to_have_url(re.compile("/login"))
    page.locator("input[name=login]").fill("consultant")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.locator("h1")).to_have_text("Funnels & bottlenecks")
    page.locator(".rail .person > summary").click()
    page.locator(".rail .person__out").click()
    expect(page).to_have_url(re.compile("/login$"))


def test_a_phone_filters_in_a_sheet(browser: Browser, address: str) -> None:
    phone = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    sign_in(phone, address, "executive")
    phone.goto(address + HOME)
    expect(phone.locator(".bottom a.nav")).to_have_count(
        5
    )  # as many as fit under a thumb; the others stand in the menu
    expect(phone.locator(".bar .person__links a[href^='/monitor']")).to_have_count(1)
    expect(phone.locator(".chip__value").filter(visible=True)).to_have_text("Q2\u00a02026 · all segments")
    phone.locator("#shell-chip").tap()
    sheet = phone.locator(".sheet")
    expect(sheet).to_be_in_viewport(ratio=0.99)
    sheet.get_by_role("checkbox", name="Business").tap()
    expect(phone).to_have_url(re.compile("s=Business"))
    sheet.get_by_role("link", name="Q1").first.tap()
    expect(phone).to_have_url(re.compile("p=2026Q1&s=Business"))
    expect(sheet).to_be_visible()
    phone.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(phone.locator("#shell-chip")).to_be_focused()
    expect(phone.locator(".chip__value").filter(visible=True)).to_have_text("Q1\u00a02026 · Business")
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.context.close()
