"""The tab "Delivery" under a person's hands: from a webhook to its message, from an address to its letter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from app import create_app
from callbacks.delivery import deliver
from data_access.clock import utc_now
from tests.browser.live import PHONE, quiet_page, sign_in, violations
from tests.mail_server import Mailbox, mail_server
from tests.web import OWN, Site, make_site, small_facts
from tests.web_receiver import Receiver, receiver


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture(scope="module")
def there() -> Iterator[Receiver]:
    with receiver() as opened:
        yield opened


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, box: Mailbox, there: Receiver) -> Site:
    bare = make_site(tmp_path_factory.mktemp("site"))
    more = {
        "smtp_host": "127.0.0.1",
        "smtp_port": box.port,
        "smtp_security": "none",
        "smtp_from": "reports@example.com",
        "webhook_hosts": there.hosts,
    }
    settings = bare.settings.model_copy(update=more)
    return Site(create_app(settings, small_facts()), settings, bare.state)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with quiet_page(browser, allowed=("400",), reduced_motion="reduce") as opened:
        sign_in(opened, address, "consultant")
        yield opened


def worked(site: Site) -> None:
    """What the worker does every few seconds."""
    deliver(site.settings, site.state, utc_now)


def test_from_a_new_webhook_to_its_first_message(
    page: Page, address: str, site: Site, there: Receiver
) -> None:
    page.goto(f"{address}/settings?e={OWN}&tab=delivery")
    page.get_by_label("What it is called").fill("CRM")
    page.get_by_label("Address", exact=True).fill("http://evil.example/")
    page.get_by_role("button", name="Add a webhook").click()
    expect(page.locator(".form__note--bad")).to_contain_text("Webhooks to evil.example:80 are not allowed")
    page.get_by_label("Address", exact=True).fill(f"http://127.0.0.1:{there.port}/crm")
    page.get_by_role("button", name="Add a webhook").click()
    expect(page.locator(".form__secret code")).to_have_count(1)
    row = page.locator(".people__row", has_text="/crm")
    row.get_by_role("button", name="Send a test").click()
    first = page.locator("#settings-add .people__row").first
    expect(first).to_contain_text("to CRM")
    expect(first.locator(".pill")).to_have_text("waits")
    worked(site)
    assert [path for path, _, _ in there.got] == ["/crm"]
    page.reload()
    expect(first.locator(".pill")).to_have_text("sent")
    assert violations(page) == []


def test_in_russian_on_a_phone_from_the_own_address_to_the_letter(
    browser: Browser, address: str, site: Site, box: Mailbox
) -> None:
    with quiet_page(browser, viewport=PHONE, reduced_motion="reduce") as page:
        sign_in(page, address, "admin")
        page.goto(f"{address}/settings?e={OWN}&tab=delivery&lang=ru")
        page.get_by_role("link", name="Добавьте адрес почты").click()
        page.get_by_label("E-mail").fill("olga@почта.рф")
        with page.expect_response("**/me/email"):
            page.get_by_role("button", name="Сохранить").click()
        page.go_back()
        page.get_by_role("button", name="Отправить мне пробное письмо").click()
        expect(page.locator("#settings-add .pill").first).to_have_text("ждёт")
        worked(site)
        assert str(box.only()["To"]) == "olga@xn--80a1acny.xn--p1ai"
        page.reload()
        expect(page.locator("#settings-add .pill").first).to_have_text("отправлено")
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
