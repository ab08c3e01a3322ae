"""The letter is the overview in words, to the kopeck; the tab, its routes, the file, the link that ends it."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from callbacks.answers import Answers
from callbacks.letters import Wanted, letter_of, message_of, queue_due
from callbacks.services import Services
from dashboard.errors import JourneyError
from dashboard.journey.letter import Letter, Rhythm
from dashboard.journey.period import Period
from data_access.scope import Action
from data_access.state import actions, digests, users
from data_access.state.digests import Wish
from tests.http.conftest import call, token_header
from tests.web import DAYS, FIRST_DAY, OWN, Site, make_site, small_facts

NOW = datetime(2026, 9, 1, 6)  # 9 o'clock in Moscow, the first of a month
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of this file alone: its people get letters."""
    site = make_site(tmp_path_factory.mktemp("digests"))
    who = users.find(site.state, "consultant").record
    late = {"title": f"Call back {HOSTILE}", "owner_id": who.id, "due_on": date(2026, 8, 20)}
    actions.add(site.state, who, OWN, {"title": "Somebody else's", "due_on": date(2026, 9, 20)})
    actions.add(site.state, who, OWN, late)
    yield site
    site.state.dispose()


def services(site: Site) -> Services:
    who = users.find(site.state, "consultant").record
    facts = small_facts()
    return Services(site.settings, lambda: site.state, facts, Answers(facts), lambda: NOW, lambda: who)


def letter(site: Site, search: str = "", language: str = "en", reader: str = "consultant") -> Letter:
    who = users.find(site.state, reader).record
    wanted = Wanted(who, OWN, Rhythm.MONTH, language, search, "/digest/leave/abc")
    return letter_of(services(site), wanted, NOW)


@pytest.mark.parametrize("search", ["", "?s=Protection", "?ch=site"])
def test_figures_are_those_of_the_overview(own: Site, search: str) -> None:
    told, here = letter(own, search), services(own)
    query = f"?e={OWN}&p=2026-08&{search[1:]}"
    ask = here.ask(here.visit("/overview", query), Action.READ)
    sides = [here.answers.lcpq(ask.scope, ask.query.with_(compare=None)).total]
    before = ask.query.with_(compare=None, period=Period.parse("2026-07"))
    sides.append(here.answers.lcpq(ask.scope, before).total)
    for one in told.figures:
        assert (one.now, one.before) == tuple(getattr(side, one.key) for side in sides), one.key
    change = Decimal(str(told.figures[0].now)) - Decimal(str(told.figures[0].before))
    assert abs(sum(Decimal(one.effect) for one in told.bars) - change) < Decimal("0.01")


def test_by_hand(own: Site) -> None:
    """August 2026 drawn one by one from the rule that makes the small facts."""

    sales = []
    for number in range(540):
        begun = FIRST_DAY + timedelta(days=number * (DAYS - 20) / 540, hours=number % 7)
        bought = begun + timedelta(days=5)
        if number % 10 < 3 and (bought.year, bought.month) == (2026, 8):
            sales.append(20_000 + number * 37)
    figures = {one.key: one.now for one in letter(own).figures}
    assert figures["revenue"] == sum(sales)
    assert figures["average_check"] is not None
    assert float(figures["average_check"]) == pytest.approx(sum(sales) / len(sales))


def test_overdue_stands_on_top_and_texts_are_only_text(own: Site) -> None:
    told = letter(own)
    first, second = told.open_things[0].lines[:2]
    assert first.text.startswith("Call back")
    assert "overdue by 12\u00a0days, yours" in first.detail
    assert second.text == "Somebody else's"
    page = message_of(told).html
    assert HOSTILE not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r'src=|url\(|href="(?!/)', page), "nothing from outside"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["August\u00a02026: revenue ₽", "Open actions", "Why revenue changed", "Data up to"]),
        (
            "ru",
            ["Август\u00a02026: выручка ", "Открытые мероприятия", "Почему изменилась выручка", "Данные по"],
        ),
    ],
)
def test_in_the_readers_language(own: Site, language: str, lines: list[str]) -> None:
    text = message_of(letter(own, language=language)).text
    assert [line for line in lines if line not in text] == []


def test_who_has_no_right_gets_no_letter(own: Site) -> None:
    with pytest.raises(JourneyError, match="no_right"):
        letter(own, reader="display")


def test_the_pdf_is_the_same_each_time_and_can_be_searched(own: Site) -> None:
    made = [message_of(letter(own, language="ru")).files[0] for _ in range(2)]
    assert made[0].data == made[1].data
    assert made[0].name == "journey-2026-08.pdf"
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made[0].data, re.DOTALL)
    maps = "".join(_inflated(one).decode("latin-1") for one in streams)
    named = {chr(int(sign, 16)) for sign in re.findall(r"<[0-9A-F]{4}> <([0-9A-F]{4})>", maps)}
    assert set("Выручка₽\u2212") <= named, "each drawn sign says which letter it is"


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data  # small ones are not packed


def test_queued_once_with_what_it_needs(own: Site) -> None:
    who = users.find(own.state, "marketer").record
    users.set_email(own.state, who.id, "ivan@example.com")
    wish = Wish("month", 8, "ru")
    digests.add(own.state, who, OWN, who.id, wish, "Europe/Moscow", datetime(2026, 8, 5))
    assert queue_due(services(own), OWN, NOW) == 1
    assert queue_due(services(own), OWN, NOW) == 0


def test_the_tab_shows_the_letter_and_its_file(own: Site) -> None:
    client = own.client("executive")
    client.get(f"/overview?e={OWN}")
    body = call(
        client,
        own,
        "monitor-body.children",
        {"path": "/monitor", "search": f"?e={OWN}&tab=digests&letter=month"},
    )
    assert "monitor-letter" in body.get_data(as_text=True)
    file = client.get(f"/export/digest.pdf?e={OWN}&letter=month")
    assert file.data.startswith(b"%PDF-")


def test_from_the_form_to_the_link_that_ends_it(own: Site) -> None:
    client = own.client("consultant")
    client.get(f"/overview?e={OWN}")  # a page, for the token of its forms
    who = users.find(own.state, "consultant").record
    wish = {
        "engagement": OWN,
        "person": str(who.id),
        "every": "week",
        "hour": "7",
        "language": "en",
        "search": "",
    }
    made = client.post("/monitor/digests", json=wish, headers=token_header(client))
    assert made.status_code == 200, made.data
    one = next(one for one in digests.listed(own.state, who, OWN) if one.user_id == who.id)
    refused = client.post(
        f"/monitor/digests/{one.id}/send", json={"version": 0}, headers=token_header(client)
    )
    assert "address" in refused.get_json()["problem"]
    outside = own.client()
    page = outside.get(f"/digest/leave/{one.leave_token}").get_data(as_text=True)
    assert one.name not in page
    assert page.count("<button") == 1
    strange = outside.get("/digest/leave/nothing").get_data(as_text=True)
    assert outside.post("/digest/leave/nothing").status_code == 200
    assert page.replace(one.leave_token, "nothing").split("<main")[1] == strange.split("<main")[1]
    assert digests.get(own.state, who, one.id).enabled
    pressed = outside.post(f"/digest/leave/{one.leave_token}", data={"List-Unsubscribe": "One-Click"})
    assert pressed.status_code == 200
    assert not digests.get(own.state, who, one.id).enabled
