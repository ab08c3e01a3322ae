"""The walks of people through the product, tap by tap: no more of them than the design allows."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.live import PHONE, Traffic, quiet_page, sign_in

MINUS = "\u2212"
PERIOD = "2025-07-01..2026-07-01"  # long enough for the planted step to be proven on 5 000 customers


class Hand:
    """Somebody who taps; counts how often."""

    def __init__(self, page: Page, *, quiet: bool = True) -> None:
        self.page = page
        self.quiet = quiet  # no card shows an error
        self.traffic = Traffic(page)
        self.taps = 0

    def tap(self, selector: str, has_text: str | None = None, inside: str | None = None) -> None:
        """One tap on the first match, or on something inside it, and wait until every card is there."""
        self.taps += 1
        found = self.page.locator(selector, has_text=has_text)
        (found.locator(inside) if inside else found).first.click()
        self.wait()

    def wait(self) -> None:
        """Until every card is there."""
        self.traffic.settle()
        if self.quiet:
            expect(self.page.locator(".loading")).to_have_count(0)
            expect(self.page.locator(".state--error")).to_have_count(0)


def test_executive_on_a_phone_sends_a_scenario_after_four_taps(browser: Browser, demo_address: str) -> None:
    rights = {"viewport": PHONE, "permissions": ["clipboard-read", "clipboard-write"]}
    with quiet_page(browser, **rights) as page:
        sign_in(page, demo_address, "executive")
        hand = Hand(page)
        page.goto(f"{demo_address}/overview?e=demo&p={PERIOD}&lang=ru")
        hand.wait()
        # how much, which step, whose, and which contact: without scrolling
        for said in (".hero__money", ".hero__sentence"):
            box = page.locator(said).bounding_box()
            assert box
            assert box["y"] + box["height"] <= PHONE["height"]
        hand.tap(".kpi .link--steps")
        expect(page).to_have_url(re.compile("/funnel"))
        hand.tap(".funnel-list .step-pill--worst")
        # everybody's step: whose loss it is stands on the button
        expect(page.locator(".card--step h2").first).to_contain_text("Все")
        hand.tap(".card--step .button--primary")
        expect(page).to_have_url(re.compile("/whatif"))
        hand.tap(".outcome-bar button")
        assert "/whatif?" in page.evaluate("navigator.clipboard.readText()")
        assert hand.taps <= 4


def test_marketer_puts_a_leak_on_the_plan_with_five_clicks(browser: Browser, demo_address: str) -> None:
    with quiet_page(browser) as page:
        sign_in(page, demo_address, "marketer")
        hand = Hand(page)
        page.goto(f"{demo_address}/funnel?e=demo&p={PERIOD}&lang=ru")
        hand.wait()
        hand.tap(".funnel__row:has(th:has-text('Новинки'))", inside=".step-pill--worst")
        stake = page.locator(".card--step .step__stake").get_attribute("title")
        assert stake
        hand.tap(".card--step .link--part", has_text="Контакт-центр")
        expect(page).to_have_url(re.compile("/touchpoints"))
        expect(page.locator(".card--detail")).to_contain_text("Контакт-центр")
        hand.tap(".next__people a")
        expect(page).to_have_url(re.compile("/customers"))
        with page.expect_download() as file:
            hand.tap("a[href^='/export/customers.csv']")
        assert file.value.suggested_filename.endswith(".csv")
        page.go_back()
        hand.wait()
        hand.tap(".card--next a[href^='/plan']")
        expect(page).to_have_url(re.compile("/plan"))
        form = page.locator(".card--action form")
        form.locator("[name=owner_id]").select_option(label="Игорь Сафин")
        form.locator("[name=due_on]").fill("2026-12-01")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"action=\d+"))
        hand.wait()
        card = page.locator(".card--action")
        expect(card).to_contain_text("Контакт-центр")
        expect(card.locator(f".plan__money[title='{stake.removeprefix(MINUS)}']").first).to_be_visible()
        assert hand.taps <= 5


def test_consultant_decides_on_effects_and_takes_a_report_along_with_seven_clicks(
    browser: Browser, demo_address: str
) -> None:
    """Two months after go-live: the client, what is not told from zero is stopped, what works goes to the board."""
    with quiet_page(browser) as page:
        sign_in(page, demo_address, "consultant")
        hand = Hand(page, quiet=False)  # the other client has no data yet, and says so
        page.goto(f"{demo_address}/monitor?e=other&lang=ru")
        hand.wait()
        hand.tap(".switcher summary")
        hand.quiet = True
        hand.tap(".switcher .menu__item[href*='e=demo']")
        expect(page).to_have_url(re.compile("/monitor.*e=demo"))
        banner = page.locator(".forest li", has_text="Баннер предзаказа")
        expect(banner.locator(".forest__mark--hollow")).to_be_visible()  # not told from zero
        hand.tap(".forest a", has_text="Баннер предзаказа")
        expect(page.locator(".effects .card").first).to_contain_text("Баннер предзаказа")
        form = page.locator(".effect__decide form")
        form.locator("[name=kind]").select_option("stop")
        form.locator("[name=reason]").fill("Восемь недель, а доля не выросла.")
        hand.tap(".effect__decide form button[type=submit]")
        expect(page.locator(".effect__decided")).to_contain_text("доля не выросла")
        hand.tap(".forest a", has_text="Перезвон")
        expect(page.locator(".effects .card").first).to_contain_text("Перезвон")
        expect(page.locator(".effect__shown")).to_contain_text("Группа сравнения")
        expect(page.locator("#monitor-effect-graph .main-svg").first).to_be_visible()
        hand.tap(".effect__shown [data-report]")
        hand.tap("#report-bar a")
        expect(page).to_have_url(re.compile(r"/report.*parts=effect\.\d+"))
        sheet = page.locator(".report__sheet")
        expect(sheet).to_have_count(1)
        expect(sheet).to_contain_text("Перезвон")
        expect(sheet.locator(".main-svg").first).to_be_visible()
        paper = page.pdf(format="A4", landscape=True)
        assert paper.startswith(b"%PDF")
        assert hand.taps <= 7
