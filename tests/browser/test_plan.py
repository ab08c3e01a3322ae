"""The action plan in a real browser: made from a bottleneck, moved by keys, two people in one form, on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from data_access.clock import utc_now, wall_clock
from data_access.state import action_entries, actions, users
from tests.browser.live import PHONE, quiet_page, sign_in, violations
from tests.web import OWN, Site

PERIOD = "p=2026-01-01..2026-05-01"


@pytest.fixture(scope="module")
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A marketer at a desk; a conflict is a 409 on purpose."""
    with quiet_page(browser, allowed=("409 (CONFLICT)",)) as opened:
        sign_in(opened, address, "marketer")
        yield opened


def today() -> date:
    """The day where the client is: its zone is ahead of the machine's."""
    return wall_clock(utc_now(), "Europe/Moscow").date()


def made(site: Site, title: str, **values: object) -> int:
    who = users.find(site.state, "marketer").record
    return actions.add(site.state, who, OWN, {"title": title, **values})


def test_from_a_bottleneck_to_a_card_in_four_clicks(page: Page, site: Site, address: str) -> None:
    page.goto(f"{address}/funnel?e={OWN}&{PERIOD}&lang=en")
    worst = page.locator(".step-pill--open").first  # the page opens it by itself
    expect(worst).to_have_attribute("title", re.compile("^Protection"))
    stake = page.locator(".step__stake").get_attribute("title")
    assert stake
    page.locator(".card--step a", has_text="To the plan").click()
    expect(page.locator("h1")).to_have_text("Action plan")
    form = page.locator(".card--action form")
    expect(form.locator("[name=title]")).to_have_value(re.compile("Raise .* →"))
    expect(form.locator("[name=problem]")).to_have_value(re.compile(r"% go on, the benchmark is"))
    expect(form.locator("[name=owner_id] option:checked")).to_have_text("Ivan Belov")
    assert violations(page) == []
    form.locator("[name=due_on]").fill("2030-12-01")
    form.get_by_role("button", name="Create the action").click()
    expect(page).to_have_url(re.compile(r"/plan\?e=acme&p=[^&]+&action=\d+&lang=en$"))
    expect(page.locator(".board__card--open .board__title")).to_have_text(re.compile("Raise"))
    money = page.locator(".card--action .plan__money").first
    expect(money).to_have_attribute("title", stake.removeprefix("\u2212"))
    expect(page.locator(".board__card--open")).to_contain_text("due 1\u00a0Dec")
    expect(page.locator(".board__card--open .pill--link")).to_have_text(re.compile(r"Chain \d+"))
    page.go_back()
    expect(page.locator(".card--action form [name=title]")).to_be_visible()


def test_a_card_moves_by_keys_and_keeps_the_focus(page: Page, site: Site, address: str) -> None:
    first = made(site, "First of the keyboard")
    late = today() - timedelta(days=3)
    second = made(site, "Second of the keyboard", due_on=late, starts_on=late - timedelta(days=9))
    page.goto(f"{address}/plan?e={OWN}&lang=en")
    card = page.locator(f"[data-plan-action='{second}']")
    expect(card).to_contain_text("3 days overdue")
    page.locator(f"[data-plan-action='{first}'] .board__title").focus()
    page.keyboard.press("ArrowDown")
    expect(card.locator(".board__title")).to_be_focused()
    page.keyboard.press("ArrowRight")
    moved = page.locator(f"[data-status='in_progress'] [data-plan-action='{second}'] .board__title")
    expect(moved).to_be_focused()
    expect(page.locator("[data-plan-voice]")).to_have_text("Moved: In progress")
    assert actions.get(site.state, users.find(site.state, "marketer").record, second).status == "in_progress"
    page.locator(f"[data-plan-action='{first}'] select").select_option("dropped")
    expect(page.locator(f"[data-status='dropped'] [data-plan-action='{first}']")).to_be_visible()
    anna = users.find(site.state, "consultant").record
    actions.change(site.state, anna, first, {"status": "dropped"}, {"status": "live"}, late)
    gone = page.locator(f"[data-plan-action='{first}']")
    gone.locator("select").select_option("idea")
    expect(gone.locator(".form__note--bad")).to_contain_text("Anna Kovaleva changed “Status” meanwhile")
    expect(gone.locator("select")).to_have_value("live")  # hers; to choose again is meant
    gone.locator("select").select_option("idea")
    expect(page.locator(f"[data-status='idea'] [data-plan-action='{first}']")).to_be_visible()


def test_what_is_typed_survives_others_and_a_conflict_is_told(page: Page, site: Site, address: str) -> None:
    anna, ivan = (users.find(site.state, login).record for login in ("consultant", "marketer"))
    number = made(site, "Two editors", due_on=date(2030, 1, 10))
    page.goto(f"{address}/plan?e={OWN}&action={number}&lang=en")
    panel = page.locator(".card--action")
    form = panel.locator("form", has=page.locator("[name=title]"))
    form.locator("[name=due_on]").fill("2030-01-15")
    form.locator("[name=measure]").fill("Share that goes on")
    changed = {"due_on": date(2030, 1, 12), "problem": "Slow"}
    actions.change(
        site.state, anna, number, {"due_on": date(2030, 1, 10), "problem": ""}, changed, date(2030, 1, 1)
    )
    panel.locator("form", has_text="What is to be done").locator("[name=text]").fill("Write the script")
    panel.locator("form", has_text="What is to be done").get_by_role("button", name="Add").click()
    expect(panel.get_by_role("button", name="Done: Write the script")).to_be_visible()
    expect(form.locator("[name=problem]")).to_have_value("Slow")  # hers arrived, his stands
    expect(form.locator("[name=due_on]")).to_have_value("2030-01-15")
    expect(form.locator("[name=measure]")).to_have_value("Share that goes on")
    form.get_by_role("button", name="Save").click()
    told = form.locator(".form__note--bad")
    expect(told).to_contain_text("Anna Kovaleva changed “Due” meanwhile: it says “12\u00a0Jan\u00a02030” now")
    expect(form.locator("[name=due_on]")).to_have_value("2030-01-15")
    form.get_by_role("button", name="Save").click()
    expect(told).to_have_count(0)
    expect(panel.get_by_text("History: 4 changes")).to_be_visible()
    expect(form.locator(".form__note")).to_have_text("Saved")
    kept = actions.get(site.state, ivan, number)
    assert (kept.due_on, kept.problem, kept.measure) == (date(2030, 1, 15), "Slow", "Share that goes on")
    panel.get_by_role("button", name="Done: Write the script").click()
    expect(panel.get_by_text("Checklist: 1 of 1")).to_be_visible()
    panel.locator("[name=url]").fill("https://disk.example/plan.xlsx")
    panel.locator("form", has=page.locator("[name=url]")).get_by_role("button", name="Add").click()
    expect(panel.locator("a[href='https://disk.example/plan.xlsx']")).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    panel.get_by_text(re.compile("History:")).click()
    expect(panel).to_contain_text("Due: 12\u00a0Jan\u00a02030 → 15\u00a0Jan\u00a02030")
    assert violations(page) == []


def test_levers_of_the_hand_become_actions(page: Page, address: str) -> None:
    page.goto(f"{address}/whatif?e={OWN}&{PERIOD}&lang=en")
    page.locator(".lever__box input").first.fill("10")
    page.locator("#whatif-body a", has_text="To the plan").click()
    expect(page.locator(".card--action h2")).to_have_text("New action")
    expect(page.locator(".plan__levers li")).to_have_count(1)
    gain = page.locator(".plan__levers .plan__money").inner_text()
    page.get_by_role("button", name="Create 1 action").click()
    expect(page.locator(".board__card--open .plan__money")).to_have_text(gain)


def test_days_and_chains_in_russian_on_a_phone(browser: Browser, site: Site, address: str) -> None:
    who = users.find(site.state, "marketer").record
    day = today()
    before = made(site, "Сначала это", starts_on=day, due_on=day + timedelta(days=5))
    after = made(site, "Потом это", starts_on=day + timedelta(days=6), due_on=day + timedelta(days=9))
    action_entries.set_need(site.state, who, after, before, on=True)
    with quiet_page(browser, viewport=PHONE) as page:
        sign_in(page, address, "executive")
        page.goto(f"{address}/plan?e={OWN}&lang=ru&theme=dark")
        expect(page.locator(".board__column:visible")).to_have_count(1)
        expect(page.locator(".board__card select")).to_have_count(0)  # executives read
        page.locator(".board__status a", has_text="Идея").click()
        expect(page.locator(".board__column:visible h3")).to_have_text(re.compile("^Идея"))
        for tab, said in (("По дням", "ждёт: Сначала это"), ("Цепочки", "цепочек целы")):
            page.locator("#plan-tabs a", has_text=tab).click()
            expect(page.locator("#plan-body")).to_contain_text(said)
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, tab
        assert violations(page) == []
