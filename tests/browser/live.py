"""The product on a real port, and people in a real browser in front of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

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
_STILL: dict[str, Any] = {"viewport": DESK, "reduced_motion": "reduce"}


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


def still_context(browser: Browser, **options: Any) -> BrowserContext:
    """A context in which nothing moves by itself: skeletons that breathe cost as much as what they stand for.

    A page of it stays open: the browser is told to have one process for all pages of a context (`conftest.py`), so the
    next page finds the scripts compiled, which is a third of its work.

    Args:
        options: of the new context, such as `viewport` (a desk's by default).
    """
    context = browser.new_context(**_STILL | options)
    anchor = context.new_page()
    anchor.route("**/*", lambda route: route.fulfill(body=""))
    anchor.goto("http://127.0.0.1/")
    return context


_KEPT = 3  # contexts that wait for another page; each is a process
_free: WeakKeyDictionary[Browser, dict[str, BrowserContext]] = WeakKeyDictionary()


@contextmanager
def _context(browser: Browser, options: dict[str, Any]) -> Iterator[BrowserContext]:
    """A context of these options for one test after another: without cookies, and without what pages stored."""
    free, kind = _free.setdefault(browser, {}), repr(sorted(options.items()))
    context = free.pop(kind, None) or still_context(browser, **options)
    origins: set[str] = set()

    def note(request: Request) -> None:
        origins.add("/".join(request.url.split("/")[:3]))

    context.on("request", note)
    try:
        yield context
    except BaseException:
        context.close()
        raise
    context.remove_listener("request", note)
    anchor, *others = context.pages
    for page in others:
        page.close()
    told = context.new_cdp_session(anchor)
    for origin in origins:
        told.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    told.detach()
    context.clear_cookies()
    while len(free) >= _KEPT:
        free.pop(next(iter(free))).close()
    free[kind] = context


@contextmanager
def quiet_page(
    place: Browser | BrowserContext, *, allowed: tuple[str, ...] = (), first: bool = False, **options: Any
) -> Iterator[Page]:
    """A page that fails afterwards where the console said anything or another host was asked.

    Args:
        place: a browser, for a page with cookies of its own; or a context, whose pages share theirs.
        allowed: parts of lines that a test provokes.
        first: the browser has never been here: no file is at hand and nothing is compiled.
        options: of the context, see `still_context`.
    """
    with ExitStack() as stack:
        if isinstance(place, BrowserContext):
            context = place
        elif first:
            context = place.new_context(**_STILL | options)
            stack.callback(context.close)
        else:
            context = stack.enter_context(_context(place, options))
        page = context.new_page()
        said, refused = _listen(page)
        try:
            yield page
        except Exception as error:
            error.add_note(f"The page stood at {page.url}; console: {said}; refused: {refused}")
            raise
        finally:
            page.close()
    left = [line for line in said if not any(part in line for part in allowed)]
    assert not left, [*left, *refused]


def _listen(page: Page) -> tuple[list[str], list[str]]:
    """What the console says and which hosts are asked; what was refused, which the console does not say."""
    said: list[str] = []
    refused: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(error.stack or str(error)))
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
    return said, refused


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
