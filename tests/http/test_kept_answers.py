"""Cards share what was worked out: each question once, for every card, person and language; screens change nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

import callbacks.answers as module
from callbacks.answers import Answers
from dashboard.journey.period import Period
from dashboard.journey.query import Against, JourneyQuery
from data_access.recorder import recorded
from data_access.scope import Action, Role, Scope
from tests.facts import KeptFacts
from tests.http.conftest import Clients, call, clients_of, page_of, server_callbacks
from tests.web import OWN, Site

PERIOD = "2026-03-01..2026-06-01"
SCOPE = Scope(OWN, Action.READ, 0)
QUERY = JourneyQuery(OWN, Period.parse(PERIOD))
MATHS = (
    "priced_funnel",
    "bottlenecks",
    "funnel",
    "lcpq",
    "lcpq_rows",
    "bridge",
    "heatmap",
    "differences",
    "changes",
)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Any]]:
    """What the maths were given, by name, each time that they worked."""
    found: dict[str, list[Any]] = {name: [] for name in MATHS}

    def count(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            found[name].append((*(one for one in given if isinstance(one, JourneyQuery)), *named.items()))
            return work(*given, **named)

        return run

    for name in MATHS:
        monkeypatch.setattr(module, name, count(name, getattr(module, name)))
    return found


def opened(clients: Clients, site: Site, page: str, role: Role, language: str) -> None:
    """Call every card of a page."""
    client = clients(role)
    for name in server_callbacks(site):
        if page_of(site, name) == f"/{page}":
            store = {"path": f"/{page}", "search": f"?e={OWN}&p={PERIOD}&lang={language}", "turn": 0}
            assert call(client, site, name, store).status_code in (200, 204), name


def test_cards_people_and_languages_share_each_answer(
    own: Site, kept: KeptFacts, counted: dict[str, list[Any]]
) -> None:
    clients = clients_of(own)
    for page in ("overview", "funnel"):
        opened(clients, own, page, Role.CONSULTANT, "en")
    prices = counted["priced_funnel"]
    assert len(prices) > 1  # the period, the one before, and its past
    assert len(set(prices)) == len(prices)
    assert len(counted["bottlenecks"]) == 1
    assert len(counted["bridge"]) == 1
    assert len(set(counted["lcpq"])) == len(counted["lcpq"])
    assert len(set(counted["funnel"])) == len(counted["funnel"])
    before = {name: len(calls) for name, calls in counted.items()}
    statements: list[str] = []
    event.listen(kept._engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    for page in ("overview", "funnel"):
        opened(clients, own, page, Role.MARKETER, "ru")
    assert {name: len(calls) for name, calls in counted.items()} == before
    assert statements == []


def test_screens_leave_what_is_kept_as_it_is(own: Site, kept: KeptFacts) -> None:
    clients = clients_of(own)
    opened(clients, own, "overview", Role.CONSULTANT, "en")
    before = {key: repr(answer.found) for key, answer in kept._cache._kept.items()}
    for page in ("overview", "funnel", "touchpoints", "whatif"):
        opened(clients, own, page, Role.CONSULTANT, "ru")
    assert {key: repr(kept._cache._kept[key].found) for key in before} == before
    assert any("Bottleneck(" in told for told in before.values())


def test_what_changes_an_answer_is_part_of_its_question(
    kept: KeptFacts, counted: dict[str, list[Any]]
) -> None:
    answers = Answers(kept)
    segment = answers.info(SCOPE).segments[0]
    asked = (
        QUERY,
        QUERY.with_(segments=(segment,)),
        QUERY.with_(against=Against.PREVIOUS),
        QUERY.with_(window_days=30),
        QUERY.with_(period=Period.parse("2026-02-01..2026-05-01")),
    )
    found = [answers.bottlenecks(SCOPE, query) for query in asked]
    assert found == [Answers(kept).bottlenecks(SCOPE, query.with_(compare="previous")) for query in asked]
    assert len(counted["bottlenecks"]) == len(asked)
    assert {row.segment for row in found[1]} == {segment}
    assert len({repr(rows) for rows in found}) == len(found)


def test_the_statements_of_a_kept_answer_are_told(kept: KeptFacts) -> None:
    answers = Answers(kept)
    with recorded() as first:
        answers.bottlenecks(SCOPE, QUERY)
    for _ in range(2):
        answers.bottlenecks(SCOPE, QUERY)
    with recorded() as again:
        answers.bottlenecks(SCOPE, QUERY)
    assert first == again
    assert first
