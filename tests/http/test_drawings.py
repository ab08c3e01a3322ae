"""Cards that show figures alone are drawn once for everybody with the same rights, language and theme."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from callbacks.drawings import PersonalError, drawn_once, personal
from data_access.scope import Action, Role, Scope
from data_access.state import users
from tests.facts import KeptFacts
from tests.http.conftest import call, clients_of, token_header
from tests.thorough import first_now
from tests.web import OWN, PASSWORD, Site

SCOPE = Scope(OWN, Action.READ, 0)
PERIOD = "2026-03-01..2026-06-01"
CARDS = {
    "overview": ("hero", "bridge", "ranking", "segments", "way", "equation"),
    "funnel": ("steps", "drill"),
    "touchpoints": ("map", "next"),
}


def drawn(site: Site, client: Any, page: str, card: str, **said: str) -> bytes:
    """The answer of a card as the browser gets it."""
    search = "&".join(f"{key}={value}" for key, value in {"e": OWN, "p": PERIOD, **said}.items())
    answer = call(
        client, site, f"{page}-{card}.children", {"path": f"/{page}", "search": f"?{search}", "turn": 0}
    )
    assert answer.status_code == 200
    assert b"state--error" not in answer.data
    return answer.data


def drawings(kept: KeptFacts) -> int:
    """How many drawings are kept."""
    return sum(key[2] == "drawn" for key in kept._cache._kept)


@pytest.mark.parametrize(
    ("page", "card"), first_now(((page, card) for page, cards in CARDS.items() for card in cards), now=4)
)
def test_one_drawing_serves_people_with_the_same_rights(
    own: Site, kept: KeptFacts, page: str, card: str
) -> None:
    users.add_user(
        own.state, "second", "Pavel Second", "marketer", PASSWORD, engagements=[OWN], language="en"
    )
    clients = clients_of(own)
    first, second = drawn(own, clients(Role.MARKETER), page, card), clients("second")
    assert drawings(kept) == 1
    assert drawn(own, second, page, card) == first
    assert drawings(kept) == 1
    drawn(own, second, page, card, lang="ru")
    drawn(own, second, page, card, theme="dark")
    drawn(own, second, page, card, s="Gift, fast")
    assert drawings(kept) == 4


def test_other_rights_are_another_drawing(own: Site, kept: KeptFacts) -> None:
    """An executive may not look at customers: the link of a consultant's drawing is not theirs."""
    clients = clients_of(own)
    of_consultant = drawn(own, clients(Role.CONSULTANT), "overview", "equation")
    of_executive = drawn(own, clients(Role.EXECUTIVE), "overview", "equation")
    assert drawings(kept) == 2
    assert b"customers?" in of_consultant
    assert b"customers?" not in of_executive


def test_a_new_target_is_in_the_equation_at_once(own: Site) -> None:
    client = clients_of(own)(Role.CONSULTANT)
    before = drawn(own, client, "overview", "equation", p="2026-05")
    cell = {"kpi": "revenue", "stage": "", "segment": "", "month": "2026-05", "text": "100000", "version": 0}
    asked = {"engagement": OWN, "language": "en", "cells": [cell]}
    assert client.post("/settings/targets", json=asked, headers=token_header(client)).status_code == 200
    assert drawn(own, client, "overview", "equation", p="2026-05") != before


def test_what_is_somebodys_own_cannot_be_drawn_for_everybody(kept: KeptFacts) -> None:
    clock = personal(lambda: datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(PersonalError):
        drawn_once(kept, SCOPE, ("one",), lambda: (str(clock()),))
    assert drawings(kept) == 0
    assert clock().year == 2026  # outside a drawing it is anybody's
    parts = drawn_once(kept, SCOPE, ("two",), lambda: ("text", {"a": 1}))
    assert orjson.dumps(parts) == b'["text",{"a":1}]'
