"""The first requests of a fresh worker come together: a page and its scripts."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from app import create_app
from tests.web import make_site


def test_scripts_are_there_for_whoever_comes_first(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    known = site.client("consultant")
    found = re.search(r'src="(/_dash-component-suites/dash/deps/[^"]+)"', known.get("/whatif").get_data(as_text=True))
    assert found is not None
    cookies = [(cookie.key, cookie.value) for name in ("journey_session", "session") if (cookie := known.get_cookie(name))]
    fresh = create_app(site.settings).server
    answers: list[int] = []
    start = threading.Barrier(6)

    def ask() -> None:
        client = fresh.test_client()
        for key, value in cookies:
            client.set_cookie(key, value)
        start.wait()
        answers.append(client.get(found[1]).status_code)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 6
