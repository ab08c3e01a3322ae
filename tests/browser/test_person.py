"""What is a person's own in a real browser: the finder, saved views, links for outsiders, an admin's page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import DESK, PHONE, quiet_page, sign_in
from tests.web import OWN

FUNNEL = f"/funnel?e={OWN}&s=Business"


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """An admin; a wrong password is a 400 on purpose."""
    rights = ["clipboard-read", "clipboard-write"]
    with quiet_page(browser, allowed=("400 (BAD REQUEST)",), permissions=rights) as opened:
        opened.on("dialog", lambda dialog: dialog.accept())
        sign_in(opened, address, "admin")
        yield opened


def test_the_finder_by_keyboard_in_both_languages_and_on_the_wrong_layout(page: Page, address: str) -> None:
    page.goto(address + FUNNEL)
    expect(page.locator("h1")).to_have_text("Funnels & bottlenecks")
    field, first = page.get_by_role("combobox"), page.locator(".finder__find").first
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    for typed, found in (
        ("слабое звено", "Weakest link"),
        ("whatif", None),
        ("dyjhtktrc", None),
        ("ещгсрзщ", "Touchpoints"),
    ):
        field.fill(typed)
        if found:
            expect(first).to_contain_text(found)
        else:
            expect(page.locator(".finder__note")).to_have_text("Nothing found. Try another word.")
    expect(field).to_have_attribute("aria-activedescendant", "find-0")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "find-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Touchpoints")
    expect(page).to_have_url(re.compile(rf"/touchpoints\?e={OWN}&s=Business$"))  # the filters stay
    page.locator("[data-finder]").focus()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#finder")).to_be_hidden()
    expect(page.locator("[data-finder]")).to_be_focused()
    page.keyboard.press("Control+k")
    field.fill("узкое")
    page.keyboard.press("Enter")
    expect(page.locator("#term-bottleneck")).to_be_focused()
    page.get_by_role("searchbox").fill("loyal")
    expect(page.locator(".term:visible")).to_have_count(1)


def test_the_menu_of_a_person_speaks_russian_and_names_no_dead_end(page: Page, address: str) -> None:
    page.goto(address + FUNNEL)
    page.locator(".person--person > summary").click()
    with page.expect_navigation():
        page.locator(".rail [data-language=ru]").click()
    expect(page.locator("h1")).to_have_text("Воронки и узкие места")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("yfcnhjqrb")  # "настройки" on the other layout
    expect(page.locator(".finder__find").first).to_contain_text("Настройки")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Настройки")
    page.locator(".person--person > summary").click()
    page.locator(".person--person").get_by_role("link", name="Профиль").click()
    expect(page.locator("h1")).to_have_text("Профиль")
    page.get_by_label("Текущий пароль").fill("не тот пароль")
    for label in ("Новый пароль", "Новый пароль ещё раз"):
        page.get_by_label(label, exact=True).fill("совсем другой пароль")
    page.get_by_role("button", name="Сменить пароль").click()
    expect(page.locator(".form__note--bad")).to_have_text("Текущий пароль неверен.")
    page.locator(".person--person > summary").click()
    with page.expect_navigation():
        page.locator(".rail [data-language=en]").click()


def test_a_view_is_saved_found_and_opened_again(page: Page, address: str) -> None:
    page.goto(address + FUNNEL)
    expect(page.locator("h1")).to_have_text("Funnels & bottlenecks")
    page.locator(".bar [data-views]").click()
    page.get_by_label("Name of the view").fill("Business only")
    page.get_by_role("button", name="Save this view").click()
    expect(page.locator(".views__name")).to_have_text("Business only")
    page.get_by_role("button", name="Rename").click()
    page.locator(".views__view").get_by_label("Name of the view").fill("Business first")
    page.get_by_role("button", name="Keep the change").click()
    expect(page.locator(".views__name")).to_have_text("Business first")
    page.keyboard.press("Escape")
    page.locator(".rail a.nav", has_text="Overview").click()
    expect(page.locator("h1")).to_have_text("Overview")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("first")
    expect(page.locator(".finder__find").first).to_contain_text("Business first")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + FUNNEL)


def test_a_list_of_customers_is_saved_and_opens_from_bookmark_and_finder(page: Page, address: str) -> None:
    listed = f"/customers?e={OWN}&seg=Business&step=active_evaluation&went=stopped"
    page.goto(address + listed + "&lang=ru")
    expect(page.locator("h1")).to_have_text("Клиенты")
    page.locator(".bar [data-views]").click()
    page.get_by_label("Имя вида").fill("Кто остановился")
    page.get_by_role("button", name="Сохранить этот вид").click()
    saved = page.locator("#views").get_by_role("link", name="Кто остановился")
    expect(saved).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(address + f"/overview?e={OWN}")
    page.locator(".bar [data-views]").click()
    saved.click()
    expect(page).to_have_url(address + listed)
    expect(page.locator(".list__shown")).to_contain_text("of")
    page.locator(".rail a.nav", has_text="Overview").click()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("остановился")
    expect(page.locator(".finder__find").first).to_contain_text("Кто остановился")
    page.keyboard.press("Enter")
    expect(page).to_have_url(address + listed)


def test_an_outsider_sees_one_view_until_the_link_ends(page: Page, browser: Browser, address: str) -> None:
    page.goto(address + FUNNEL)
    expect(page.locator("h1")).to_have_text("Funnels & bottlenecks")
    page.locator(".bar [data-views]").click()
    page.get_by_label("The link lives for").select_option("90")
    page.get_by_role("button", name="Make a link").click()
    link = page.locator(".form__secret code").inner_text()
    context = browser.new_context(viewport=PHONE, locale="ru-RU")
    guest = context.new_page()
    guest.goto(link)
    expect(guest.locator("h1")).to_have_text("Воронки и узкие места")
    expect(guest).to_have_url(address + FUNNEL)
    expect(guest.locator(".page__subtitle")).to_contain_text("Business")
    expect(guest.locator(".bottom a.nav")).to_have_count(1)
    expect(guest.locator("[data-share], [data-views], [data-finder]")).to_have_count(0)
    page.keyboard.press("Escape")
    page.goto(address + f"/me?e={OWN}")
    page.get_by_role("button", name="End the link").click()
    expect(page.locator("#me-links")).to_contain_text("No link is open")
    guest.reload()
    expect(guest).to_have_url(re.compile("/login"))
    guest.goto(link)
    expect(guest.locator("h1")).to_have_text("Такой страницы нет")
    context.close()


def test_an_admin_adds_somebody_who_signs_in(page: Page, browser: Browser, address: str) -> None:
    page.goto(address + f"/settings?e={OWN}")
    page.get_by_label("Name", exact=True).fill("Nina Petrova")
    page.get_by_label("Login", exact=True).fill("nina")
    page.locator("#settings-add").get_by_label("Role").select_option("marketer")
    page.locator("#settings-add").get_by_label("Electron").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".people__row", has_text="Nina Petrova")).to_contain_text("Marketer")
    page.wait_for_load_state("networkidle")  # the cards have been asked again: the password stays
    password = page.locator("#settings-add .form__secret code").inner_text()
    context = browser.new_context(viewport=DESK)
    nina = context.new_page()
    nina.goto(address + "/login")
    nina.locator("input[name=login]").fill("nina")
    nina.locator("input[name=password]").fill(password)
    nina.locator("button[type=submit]").click()
    expect(nina.locator("h1")).to_have_text("Funnels & bottlenecks")
    row = page.locator(".people__row", has_text="Nina Petrova")
    row.get_by_text("Change role").click()
    row.get_by_label("Role", exact=True).select_option("executive")
    row.get_by_role("button", name="Keep").click()
    expect(row).to_contain_text("Executive")
    nina.goto(address + f"/customers?e={OWN}")
    expect(nina.locator("h1")).to_have_text("No access")
    row.get_by_role("button", name="Shut out").click()
    expect(row).to_contain_text("shut out")
    nina.reload()
    expect(nina).to_have_url(re.compile("/login"))
    context.close()
