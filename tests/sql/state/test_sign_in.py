"""Guessing passwords: waits that grow, for the one who guesses and for nobody else."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.state import sign_in, users
from tests.sql.state.conftest import NOW, PASSWORD

HOME, THIEF = "203.0.113.7", "198.51.100.66"


def outcome(
    state: sa.Engine, login: str, password: str, address: str = HOME, now: datetime = NOW
) -> int | str | tuple[str, int]:
    """Id of the account, or the code of the refusal, with the seconds to wait."""
    try:
        return sign_in.check(state, login, password, address, now)
    except JourneyError as error:
        return (error.code, error.facts["seconds"]) if "seconds" in error.facts else error.code


def test_the_right_password_signs_in_whatever_the_case_of_the_login(state: sa.Engine, ann: int) -> None:
    assert outcome(state, " Ann ", PASSWORD) == ann


def test_wrong_unknown_disabled_and_malformed_look_alike(state: sa.Engine, ann: int) -> None:
    users.add_user(state, "gone", "Gone", "executive", PASSWORD)
    users.disable(state, users.find(state, "gone").record.id)
    asked = [("ann", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("\x00' --", PASSWORD), ("", "")]
    refusals = {outcome(state, login, password) for login, password in asked}
    assert refusals == {"sign_in_failed"}


def test_an_unknown_name_costs_as_much_work(state: sa.Engine, ann: int) -> None:
    def seconds(login: str) -> float:
        start = time.perf_counter()
        outcome(state, login, "wrong", address=login)
        return time.perf_counter() - start

    seconds("warm")
    known, unknown = (min(seconds(login) for _ in range(4)) for login in ("ann", "nobody"))
    assert unknown > known * 0.4


def test_waits_double_and_the_right_password_has_to_wait_too(state: sa.Engine, ann: int) -> None:
    assert [outcome(state, "ann", "wrong") for _ in range(5)] == ["sign_in_failed"] * 5
    moment, waits = NOW, []
    for _ in range(12):
        refused = outcome(state, "ann", PASSWORD, now=moment)
        assert isinstance(refused, tuple)
        assert refused[0] == "sign_in_wait"
        waits.append(refused[1])
        moment += timedelta(seconds=refused[1])
        assert outcome(state, "ann", "wrong", now=moment) == "sign_in_failed"
    assert waits[:4] == [2, 3, 5, 9]
    assert waits[-1] == 901  # a quarter of an hour at most
    assert outcome(state, "ann", PASSWORD, now=moment + timedelta(seconds=901)) == ann


def test_a_wait_is_forgotten_after_a_quiet_hour(state: sa.Engine, ann: int) -> None:
    for _ in range(5):
        outcome(state, "ann", "wrong")
    later = NOW + timedelta(hours=1, minutes=1)
    assert [outcome(state, "ann", "wrong", now=later) for _ in range(5)] == ["sign_in_failed"] * 5


def test_a_guesser_locks_neither_the_owner_nor_their_own_office(state: sa.Engine, ann: int) -> None:
    bob = users.add_user(state, "bob", "Bob", "executive", PASSWORD)
    for _ in range(8):
        outcome(state, "ann", "wrong", THIEF)
    assert outcome(state, "ann", PASSWORD, THIEF) == ("sign_in_wait", 2)
    assert outcome(state, "ann", PASSWORD, HOME) == ann
    assert outcome(state, "bob", PASSWORD, THIEF) == bob


def test_guesses_from_many_addresses_are_slowed_but_not_for_an_address_of_the_owner(
    state: sa.Engine, ann: int
) -> None:
    assert outcome(state, "ann", PASSWORD, HOME) == ann
    moment = NOW + timedelta(minutes=1)
    for number in range(40):
        outcome(state, "ann", "wrong", f"192.0.2.{number}", moment)
    assert outcome(state, "ann", PASSWORD, "192.0.2.200", moment) == ("sign_in_wait", 2)
    assert outcome(state, "ann", PASSWORD, HOME, moment) == ann


def test_one_address_that_tries_many_names_has_to_wait(state: sa.Engine, ann: int) -> None:
    answers = [outcome(state, f"name{number}", "wrong", THIEF) for number in range(31)]
    assert answers[:30] == ["sign_in_failed"] * 30
    assert answers[30] == ("sign_in_wait", 2)
    assert outcome(state, "ann", PASSWORD, HOME) == ann


def test_a_house_with_ipv6_is_one_address(state: sa.Engine, ann: int) -> None:
    for number in range(5):
        outcome(state, "ann", "wrong", f"2001:db8:1:2::{number + 1:x}")
    assert outcome(state, "ann", PASSWORD, "2001:db8:1:2:ffff::9") == ("sign_in_wait", 2)
    assert outcome(state, "ann", PASSWORD, "2001:db8:1:3::9") == ann


def test_guesses_at_once_are_counted_like_guesses_in_turn(state: sa.Engine, ann: int) -> None:
    answers: list = []
    threads = [
        threading.Thread(target=lambda: answers.append(outcome(state, "ann", "wrong", THIEF)))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("sign_in_failed") == 5
    assert len([answer for answer in answers if isinstance(answer, tuple)]) == 7


def test_own_account_does_not_wash_an_address_clean(state: sa.Engine, ann: int) -> None:
    for number in range(29):
        outcome(state, f"name{number}", "wrong", THIEF)
    assert [outcome(state, "ann", PASSWORD, THIEF) for _ in range(5)] == [ann] * 5
    assert outcome(state, "one-more", "wrong", THIEF) == "sign_in_failed"
    assert outcome(state, "and-more", "wrong", THIEF) == ("sign_in_wait", 2)


@pytest.mark.parametrize("address", ["", "unknown", "203.0.113.7:443", "'; DROP TABLE session; --"])
def test_any_text_may_stand_for_an_address(state: sa.Engine, ann: int, address: str) -> None:
    assert outcome(state, "ann", PASSWORD, address) == ann
