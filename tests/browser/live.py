"""The product on a real port, and people in a real browser in front of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.web import PASSWORD, Site


@contextmanager
def served(site: Site) -> Iterator[str]:
    """Serve the product on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, site.app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


def sign_in(page: Page, address: str, login: str) -> None:
    """Fill in the sign-in form as a person does."""
    page.goto(address + "/login")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url)
