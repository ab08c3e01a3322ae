"""The product on a real port, and people in a real browser in front of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, expect
from werkzeug.serving import make_server

from tests.web import PASSWORD, Site, field

DESK: ViewportSize = {"width": 1440, "height": 900}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """rules => axe.run(document, { runOnly: rules, resultTypes: ["violations"] }).then(found =>
  found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.failureSummary}`)))"""
IDLE = """() => new Promise((done) => {
  setTimeout(() => requestIdleCallback(() => done(), {timeout: 1000}), 100);
})"""
PHONE: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve the product on a free port of this machine; gives its address."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # a line for each request hides what a test says
    server = make_server("127.0.0.1", 0, site.app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@contextmanager
def quiet_page(
    place: Browser | BrowserContext, *, allowed: tuple[str, ...] = (), **options: Any
) -> Iterator[Page]:
    """A page that fails afterwards where the console said anything or another host was asked.

    Args:
        place: a browser, for a page with cookies and files of its own; or a context, whose pages share what was
            loaded once.
        allowed: parts of lines that a test provokes.
        options: of the new context, such as `viewport` (a desk's by default). Without others nothing moves by
            itself: skeletons that breathe cost a small machine as much as what they stand for.
    """
    still = {"viewport": DESK, "reduced_motion": "reduce", **options}
    own = place.new_context(**still) if isinstance(place, Browser) else None
    page = (own or place).new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(error.stack or str(error)))
    refused: list[str] = []  # what the console's "Failed to load resource" does not say
    page.on(
        "response",
        lambda answer: (
            refused.append(f"{answer.status} {answer.url} {answer.request.post_data}")
            if answer.status >= 400
            else None
        ),
    )
    here = ("http://127.0.0.1:", "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(here) else said.append(request.url))
    try:
        yield page
    except Exception as error:
        error.add_note(f"The page stood at {page.url}; console: {said}; refused: {refused}")
        raise
    finally:
        (own or page).close()
    left = [line for line in said if not any(part in line for part in allowed)]
    assert not left, [*left, *refused]


class Traffic:
    """Questions of a page that are on their way: a click before the answers came may hit what they replace."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._open: set[Request] = set()
        page.on("request", lambda one: self._open.add(one) if "/_dash-" in one.url else None)
        for end in ("requestfinished", "requestfailed"):
            page.on(end, lambda one: self._open.discard(one))  # Playwright takes no built-in function

    def settle(self) -> None:
        """Wait until nothing has been on its way for a moment, and the page has nothing to do.

        Raises:
            AssertionError: after a minute.
        """
        quiet = 0
        for _ in range(600):
            self.page.evaluate(IDLE)  # a busy page asks late: the time alone says nothing
            quiet = 0 if self._open else quiet + 1
            if quiet == 3:
                return
        raise AssertionError([one.post_data for one in self._open])


def sign_in(page: Page | BrowserContext, address: str, login: str) -> None:
    """Sign a browser in without loading a page for it; the form itself is walked through in test_walk.py."""
    token = field(page.request.get(address + "/login").text(), "csrf_token")
    form: dict[str, str | float | bool] = {"login": login, "password": PASSWORD, "csrf_token": token}
    answer = page.request.post(address + "/login", form=form, max_redirects=0)
    assert answer.status == 303


def fill_in(page: Page, address: str, login: str) -> None:
    """Fill in the sign-in form as a person does."""
    page.goto(address + "/login")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url)


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA on the open page, once every card is there."""
    expect(page.locator(".loading")).to_have_count(0)
    page.evaluate(AXE)
    return page.evaluate(RUN, RULES)
