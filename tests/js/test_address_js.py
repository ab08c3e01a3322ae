"""assets/js/address.js keeps of an address what dashboard/journey/address.py keeps, in the same order."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import fields

from dashboard.journey.address import Address
from tests.js.scripts import Runner

SAID: Mapping[str, str] = {
    "e": "acme", "p": "2026Q3", "c": "year", "s": "new,gift", "ch": "site,a\\,b", "mode": "strict", "entry": "first",
    "w": "30", "hz": "60", "inc": "1", "mt": "1", "qm": "loop", "st": "a,b,c", "opt": "b", "sw": "b%3D5",
    "ex": "x:a>b:remove", "ba": "city", "va": "last", "sf": "b:channel%3Dsite", "cf": "channel%3Dsite", "bm": "target",
    "lang": "en", "theme": "dark",
}  # fmt: skip
OF_A_PAGE = {
    "metric": "score",
    "seg": "gift",
    "step": "a",
    "dC.a": "2pp",
    "tab": "time",
    "view": "list",
    "q": "7",
}
KEPT = """(given) => given.map((search) =>
  JourneyAddress.text(JourneyAddress.shared(search)))"""
WRITTEN = "(given) => given.map((search) => JourneyAddress.text(new URLSearchParams(search)))"


def shuffled() -> list[str]:
    """Query strings of some of the keys in any order; the whole set first."""
    chance, pairs = random.Random(4), list({**SAID, **OF_A_PAGE}.items())
    found = [pairs, *(chance.sample(pairs, chance.randint(0, len(pairs))) for _ in range(60))]
    return ["?" + "&".join(f"{key}={value}" for key, value in some) for some in found]


def test_this_test_says_every_key_of_the_question() -> None:
    whole, empty = Address.parse(shuffled()[0]), Address()
    assert (whole.problems, set(whole.extras)) == ((), set(OF_A_PAGE))
    for said, silent in ((whole, empty), (whole.funnel, empty.funnel)):
        same = [item.name for item in fields(said) if getattr(said, item.name) == getattr(silent, item.name)]
        assert same == (["problems"] if said is whole else [])
    assert whole.for_page() == whole.with_(extras={})


def test_a_link_of_the_menu_keeps_the_question_and_nothing_of_the_page(chromium_runner: Runner) -> None:
    searches = shuffled()
    kept = chromium_runner(KEPT, searches, "address.js")
    assert kept == [Address.parse(search).for_page().search() for search in searches]


def test_the_same_view_has_one_address(chromium_runner: Runner) -> None:
    searches = shuffled()
    written = chromium_runner(WRITTEN, searches, "address.js")
    assert written == [Address.parse(search).search() for search in searches]
