"""The card "month by month" and the choice of new and returning customers, as a browser gets them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from data_access.scope import Role
from data_access.state import engagements
from tests.http.conftest import UPDATE, body, token_header
from tests.web import OWN, Site

Clients = Callable[[str | None], FlaskClient]
PLACE = f"?e={OWN}&p=2026-01-01..2026-05-01"
TIME = "whatif-time.children"
LEVERS = "&dL=5&dC.active_evaluation=2pp"


@pytest.fixture
def card(site: Site, signed_in: Clients) -> Callable[..., str]:
    """The card under some keys of the address, as text."""
    client = signed_in(Role.EXECUTIVE)

    def shown(more: str = "", language: str = "en", asked: Any = None, place: str = TIME) -> str:
        store = {"path": "/whatif", "search": f"{PLACE}{more}&lang={language}"}
        request = body(site, place, store)
        for one in request["inputs"][1:]:
            one["value"] = asked if one["id"] == "whatif-asked" else "yes"
        answer = client.post(UPDATE, json=request, headers=token_header(client))
        assert answer.status_code == 200
        text = json.dumps(answer.get_json(), ensure_ascii=False).replace("\u00a0", " ")
        return re.sub(r'"href": "[^"]*"', "", text) if place == TIME else text

    return shown


@pytest.fixture
def with_margin(site: Site) -> Iterator[None]:
    engagements.set_margin(site.state, OWN, 0.4)
    yield
    engagements.set_margin(site.state, OWN, None)


def test_says_when_the_money_comes_and_the_cost_is_earned_back(card: Callable[..., str]) -> None:
    text = card(f"{LEVERS}&from=2026-11-15&ramp=30&cost=100000")
    assert "Full effect from" in text
    assert "January 2027" in text
    assert "2026-11-15" in text
    assert "is earned back by" in text
    assert "likely between" in text
    assert "on revenue" in text
    assert "half of the money comes within" in text
    russian = card(f"{LEVERS}&from=2026-11-15&ramp=30&cost=100000", "ru")
    assert "окупаются к" in russian
    assert "по выручке" in russian


def test_stands_on_margin_where_the_engagement_has_one(card: Callable[..., str], with_margin: None) -> None:
    assert "at a margin of 40%" in card(f"{LEVERS}&cost=100000")


def test_never_tells_a_made_up_day(card: Callable[..., str]) -> None:
    text = card(f"{LEVERS}&cost=99000000000")
    assert "is not earned back within 24 months" in text
    assert "earned back by" not in text


def test_without_a_lever_it_says_what_will_stand_here(card: Callable[..., str]) -> None:
    assert "Set a lever" in card("&cost=5")
    assert "whatif-time-chart" not in card()


def test_the_hand_is_newer_than_the_address(card: Callable[..., str]) -> None:
    asked = {"search": f"{PLACE}{LEVERS}", "at": 1}
    assert "Full effect" in card("", asked=asked)
    assert "Set a lever" in card("", asked={"search": 7})


def test_nonsense_of_an_address_is_left_out(card: Callable[..., str]) -> None:
    plain = card(LEVERS)
    for said in ("from=1492-10-12", "from=x", "ramp=-5", "ramp=9e9", "cost=nan", "cost=-1", "cost=x"):
        shown = card(f"{LEVERS}&{said}")
        assert re.sub(r"/export/[^\"]*", "", shown) == re.sub(r"/export/[^\"]*", "", plain), said


def test_one_may_look_at_new_or_returning_customers_alone(card: Callable[..., str]) -> None:
    places = "..whatif-body.children...whatif-subtitle.children...whatif-model.data.."
    whole, new, none = (
        card(more, place=places) for more in ("", "&cf=customer_type%3Dnew", "&cf=customer_type%3Dreturning")
    )
    assert "cf=customer_type%3Dreturning" in whole
    assert "new customers alone" in new
    assert "new customers alone" not in whole
    assert "The data begin too shortly before" in new  # on 3 January
    assert "The data begin too shortly before" not in whole
    assert "Nobody entered the first stage" in none  # nobody has bought before
    assert "cf=customer_type%3Dnew" in none


def test_a_file_says_start_levers_and_pay_back(signed_in: Clients) -> None:
    client = signed_in(Role.EXECUTIVE)
    text = client.get(
        f"/export/whatif-time.csv{PLACE}{LEVERS}&cost=100000&ramp=10&cf=customer_type%3Dnew"
    ).text
    assert "ramp-up: 10 days" in text
    assert "Levers: Leads +5" in text.replace("\u00a0", " ")
    assert "earned back" in text
    assert "new customers alone" in text
    assert len([line for line in text.splitlines() if line.startswith("20")]) == 24


def test_a_goal_under_costs_names_the_cheapest_set(card: Callable[..., str]) -> None:
    place = "whatif-answer.children"
    plain = card("&goal=200000", place=place)
    assert "what would each lever cost" in plain
    assert "Cheapest for" not in plain
    text = card("&goal=100000&dL=5&dP=6&kL=90000&kP=70000", place=place)
    assert "Cheapest for ₽70,000: Average check: +6.00%" in text
    assert "average_check" in text
    both = card("&goal=200000&dL=5&dP=6&kL=90000&kP=70000", place=place)
    assert "Cheapest for ₽160,000" in both
    far = card("&goal=99000000&dL=5&dP=6&kL=90000&kP=70000&kQ=nan", place=place)
    assert "No set reaches it" in far
