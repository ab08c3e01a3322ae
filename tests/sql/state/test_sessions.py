"""Sessions: what a cookie is worth, and when it stops being worth anything."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from data_access.scope import Role
from data_access.state import engagements, sessions, users
from tests.sql.state.conftest import NOW

IDLE, ABSOLUTE = timedelta(hours=12), timedelta(days=7)


def who(state: sa.Engine, token: str, now: datetime = NOW, *, renew: bool = True) -> str | None:
    found = sessions.user_of(state, token, now, IDLE, ABSOLUTE, renew)
    return found.login if found else None


def test_each_sign_in_has_a_token_of_its_own_and_the_database_cannot_sign_in(
    state: sa.Engine, ann: int
) -> None:
    tokens = {sessions.open_session(state, ann, NOW) for _ in range(5)}
    assert len(tokens) == 5
    assert {who(state, token) for token in tokens} == {"ann"}
    with state.connect() as connection:
        stored = set(connection.scalars(sa.text("SELECT token_hash FROM session")))
    assert not stored & tokens
    assert {who(state, token_hash) for token_hash in stored} == {None}


@pytest.mark.parametrize("planted", ["", "planted", "x" * 43, "' OR 1=1 --", "\x00", "é"])
def test_a_planted_token_stays_nobody_after_the_sign_in(state: sa.Engine, ann: int, planted: str) -> None:
    assert who(state, planted) is None
    token = sessions.open_session(state, ann, NOW)
    assert token != planted
    assert who(state, planted) is None


def test_a_copied_cookie_is_dead_after_sign_out(state: sa.Engine, ann: int) -> None:
    token, other = (sessions.open_session(state, ann, NOW) for _ in range(2))
    sessions.close_session(state, token)
    sessions.close_session(state, token)
    assert who(state, token) is None
    assert who(state, other) == "ann"


def test_a_new_password_ends_every_session(state: sa.Engine, ann: int) -> None:
    tokens = [sessions.open_session(state, ann, NOW) for _ in range(2)]
    users.set_password(state, ann, "another long password")
    assert [who(state, token) for token in tokens] == [None, None]


def test_disabling_ends_sessions_and_enabling_does_not_bring_them_back(state: sa.Engine, ann: int) -> None:
    token = sessions.open_session(state, ann, NOW)
    users.disable(state, ann)
    late = sessions.open_session(state, ann, NOW)  # a sign-in that was under way meanwhile
    assert [who(state, token), who(state, late)] == [None, None]
    users.enable(state, ann)
    assert who(state, token) is None


def test_idle_time_ends_a_session_and_only_people_prolong_it(state: sa.Engine, ann: int) -> None:
    polled, used = (sessions.open_session(state, ann, NOW) for _ in range(2))
    half = NOW + IDLE * 0.9
    assert who(state, polled, half, renew=False) == "ann"
    assert who(state, used, half, renew=True) == "ann"
    later = NOW + IDLE * 1.1
    assert who(state, polled, later, renew=False) is None
    assert who(state, used, later) == "ann"
    assert who(state, polled, NOW) is None  # gone for good, also for a clock that was set back


def test_a_wall_display_knows_no_idle_time_but_an_end(state: sa.Engine) -> None:
    wall = users.add_user(state, "hall", "Hall", Role.DISPLAY, "a long pass phrase")
    token = sessions.open_session(state, wall, NOW)
    assert who(state, token, NOW + ABSOLUTE * 0.9, renew=False) == "hall"
    assert who(state, token, NOW + ABSOLUTE * 1.1, renew=False) is None


def test_no_use_prolongs_a_session_past_its_absolute_life(state: sa.Engine, ann: int) -> None:
    token = sessions.open_session(state, ann, NOW)
    moment = NOW
    while moment <= NOW + ABSOLUTE:
        assert who(state, token, moment) == "ann"
        moment += IDLE / 2
    assert who(state, token, NOW + ABSOLUTE + timedelta(seconds=1)) is None


def test_a_clock_that_jumps_makes_no_session_eternal(state: sa.Engine, ann: int) -> None:
    token = sessions.open_session(state, ann, NOW + timedelta(days=1))
    assert who(state, token, NOW) == "ann"
    assert who(state, token, NOW + timedelta(days=1) + ABSOLUTE + timedelta(seconds=1)) is None


def test_rights_are_those_of_this_moment(state: sa.Engine, ann: int) -> None:
    engagements.add(state, "acme")
    token = sessions.open_session(state, ann, NOW)
    engagements.grant(state, ann, "acme")
    granted = sessions.user_of(state, token, NOW, IDLE, ABSOLUTE, True)
    engagements.revoke(state, ann, "acme")
    revoked = sessions.user_of(state, token, NOW, IDLE, ABSOLUTE, True)
    assert granted is not None
    assert revoked is not None
    assert (granted.engagements, revoked.engagements) == ({"acme"}, frozenset())


@pytest.mark.parametrize("role", Role)
def test_one_statement_tells_who_it_is_and_what_they_see(state: sa.Engine, ann: int, role: Role) -> None:
    for key in ("acme", "rival"):
        engagements.add(state, key)
    engagements.grant(state, ann, "acme")
    engagements.grant(state, ann, "rival")
    engagements.revoke(state, ann, "acme")
    boss = users.add_user(state, "boss", "Boss", "admin", "a long enough password")
    users.set_role(state, ann, role, actor_id=boss)
    token = sessions.open_session(state, ann, NOW)
    statements: list[str] = []
    event.listen(state, "before_cursor_execute", lambda *about: statements.append(about[2]))
    found = sessions.user_of(state, token, NOW, IDLE, ABSOLUTE, True)
    assert len(statements) == 1
    assert found == users.record(state, ann)
    assert found is not None
    assert found.engagements == ({"acme", "rival"} if role is Role.ADMIN else {"rival"})


def test_old_rows_do_not_pile_up(state: sa.Engine, ann: int) -> None:
    for day in range(5):
        sessions.open_session(state, ann, NOW + day * timedelta(days=31))
    with state.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM session")) == 1
