"""The tab Paths over HTTP: an address nobody wrote by hand shows no error, and its files hold every step."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from tests.http.conftest import call, place, server_callbacks
from tests.web import FOREIGN, OWN, Site

HERE = f"?e={OWN}&view=paths&p=2026Q1"


@pytest.mark.parametrize(
    "more",
    [
        "&level=planet&from=nowhere&to=moon&through=unmapped",
        f"&level=channel&through={quote('<img src=x>')}",
        f"&level=touchpoint&through={quote(chr(39) + ' or 1=1 --')}",
    ],
)
def test_what_the_engagement_does_not_know_is_left_out(
    site: Site, signed_in: Callable[[str | None], FlaskClient], more: str
) -> None:
    steps = next(name for name in server_callbacks(site) if name.startswith("funnel-steps."))
    answer = call(signed_in("marketer"), site, steps, place(site, steps, HERE + more))
    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert "card--variants" in text
    assert "state--error" not in text


def test_files_hold_every_step_and_way(signed_in: Callable[[str | None], FlaskClient]) -> None:
    client = signed_in("marketer")
    ways = client.get(f"/export/funnel-ways.csv{HERE}").get_data(as_text=True)
    assert "Way,Customers,Of all journeys" in ways
    assert "Consider → Evaluate → Purchase" in ways
    assert "against" not in ways  # paths compare with nothing
    flow = client.get(f"/export/funnel-paths.csv{HERE}").get_data(as_text=True)
    assert "Evaluate,Purchase" in flow
    assert client.get(f"/export/funnel-paths.csv?e={FOREIGN}&view=paths").status_code == 404
