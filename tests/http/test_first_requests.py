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
    page = known.get("/whatif?e=acme").get_data(as_text=True)
    found = re.search(r'src="(/_dash-component-suites/dash/deps/[^"]+)"', page)
    session = known.get_cookie("journey_session")
    assert found is not None
    assert session is not None
    fresh = create_app(site.settings).server
    answers: list[int] = []
    start = threading.Barrier(6)

    def ask() -> None:
        client = fresh.test_client()
        client.set_cookie(session.key, session.value)
        start.wait()
        answers.append(client.get(found[1]).status_code)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 6
