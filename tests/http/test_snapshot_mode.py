"""A source without stage history: every screen counts by the furthest stage, says so, and lets one choose otherwise."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tests.facts import Event, Sale, load
from tests.http.conftest import call, place
from tests.web import OWN, ManyFacts, Site, make_site

CARDS = (
    "overview-hero.children",
    "funnel-steps.children",
    "..whatif-body.children...whatif-subtitle.children...whatif-model.data..",
)
STAGES = ("initial_consideration", "active_evaluation", "purchase")
SAID = {"en": "a source keeps no stage history", "ru": "источник не хранит историю этапов"}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Ninety deals, each at one stage, as a CRM shows them today."""
    folder = tmp_path_factory.mktemp("snapshot")
    start = datetime(2026, 1, 5, 9)
    deals = [
        Event(f"c{number}", STAGES[number % 3], start + timedelta(days=number), "site", label="stage")
        for number in range(90)
    ]
    sales = [Sale(deal.customer, deal.when, 1000, f"t{deal.customer}") for deal in deals[2::3]]
    segments = {f"c{number}": ("left", "right")[number % 2] for number in range(90)}
    engine = sa.create_engine(f"duckdb:///{folder / OWN}.duckdb")
    return make_site(folder, ManyFacts({OWN: load(engine, deals, sales, segments=segments, engagement=OWN)}))


@pytest.fixture(scope="module")
def client(snapshot: Site) -> FlaskClient:
    """A consultant who has opened a page."""
    client = snapshot.client("consultant")
    client.get(f"/overview?e={OWN}")
    return client


def shown(client: FlaskClient, site: Site, card: str, search: str) -> str:
    answer = call(client, site, card, place(site, card, f"?e={OWN}&p=all{search}"))
    assert answer.status_code == 200
    return json.dumps(answer.get_json(), ensure_ascii=False)


@pytest.mark.parametrize("card", CARDS)
def test_domain_4_reached_is_chosen_by_itself_and_said_so(
    card: str, snapshot: Site, client: FlaskClient
) -> None:
    for language, sentence in SAID.items():
        assert sentence in shown(client, snapshot, card, f"&lang={language}")
    for mode in ("ordered", "reached"):
        assert SAID["en"] not in shown(client, snapshot, card, f"&lang=en&mode={mode}")


def test_the_funnel_offers_no_window_where_none_counts(snapshot: Site, client: FlaskClient) -> None:
    card = CARDS[1]
    chosen = shown(client, snapshot, card, "&lang=en&view=table")
    assert SAID["en"] in chosen
    assert "Conversion window" not in chosen
    assert "Conversion window" in shown(client, snapshot, card, "&lang=en&view=table&mode=ordered")
