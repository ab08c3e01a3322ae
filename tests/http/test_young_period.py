"""A period whose entries are too young: every screen shows the latest span that is ripe, and says so."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.http.conftest import call, place
from tests.web import OWN, Site

CARDS = (
    "overview-hero.children",
    "funnel-steps.children",
    "..whatif-body.children...whatif-subtitle.children...whatif-model.data..",
)
YOUNG = "2026-06-15..2026-09-27"  # data end in September, windows of 90 days


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(("period", "stands_in"), [(YOUNG, True), ("2026-02-01..2026-04-01", False)])
def test_ripe_entries_stand_in_and_are_named(
    card: str, period: str, stands_in: bool, site: Site, signed_in: Callable[[str], FlaskClient]
) -> None:
    answer = call(signed_in("consultant"), site, card, place(site, card, f"?e={OWN}&p={period}"))
    text = json.dumps(answer.get_json(), ensure_ascii=False)
    assert answer.status_code == 200
    assert ("it is ready on" in text) is stands_in
    assert "is ripe yet" not in text
