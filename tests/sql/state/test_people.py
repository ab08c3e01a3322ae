"""Accounts, passwords and grants."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.scope import Action, Role, authorize
from data_access.state import engagements, users
from tests.sql.state.conftest import PASSWORD


def test_a_person_sees_what_they_were_granted_and_an_admin_everything(state: sa.Engine, ann: int) -> None:
    for key in ("acme", "other"):
        engagements.add(state, key)
    root = users.add_user(state, "root", "Root", "admin", PASSWORD)
    engagements.grant(state, ann, "acme")
    engagements.grant(state, ann, "acme")
    assert users.record(state, ann).engagements == {"acme"}
    assert users.record(state, root).engagements == {"acme", "other"}
    assert authorize(users.record(state, ann), "acme", Action.IMPORT).engagement == "acme"
    with pytest.raises(JourneyError, match="unknown_engagement"):
        authorize(users.record(state, ann), "other", Action.READ)
    engagements.revoke(state, ann, "acme")
    assert users.record(state, ann).engagements == frozenset()


def test_logins_are_one_whatever_their_case(state: sa.Engine, ann: int) -> None:
    assert users.find(state, " ANN ").record.id == ann
    with pytest.raises(JourneyError, match="login_taken"):
        users.add_user(state, "Ann", "Another", "executive", PASSWORD)
    assert [account.record.login for account in users.list_users(state)] == ["ann"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"login": "two words"}, "login_malformed"),
        ({"login": ""}, "login_malformed"),
        ({"login": "x" * 65}, "login_malformed"),
        ({"login": "a\nb"}, "login_malformed"),
        ({"name": " \t "}, "name_missing"),
        ({"name": "line\x00break"}, "name_missing"),
        ({"role": "owner"}, "unknown_role"),
        ({"password": "short"}, "password_short"),
        ({"password": "x" * 257}, "password_long"),
        ({"login": "longenoughlogin", "password": "LongEnoughLogin"}, "password_is_login"),
        ({"engagements": ["nowhere"]}, "unknown_engagement"),
        ({"language": "de"}, "unknown_language"),
    ],
)
def test_nothing_is_stored_of_a_wrong_person(state: sa.Engine, change: dict, code: str) -> None:
    values = {"login": "bob", "name": "Bob", "role": "executive", "password": PASSWORD} | change
    with pytest.raises(JourneyError) as refused:
        users.add_user(state, **values)
    assert refused.value.code == code
    assert users.list_users(state) == ()


def test_language_and_theme_are_kept(state: sa.Engine, ann: int) -> None:
    users.set_language(state, ann, "en")
    users.set_theme(state, ann, "dark")
    record = users.record(state, ann)
    assert (record.language, record.theme, record.role) == ("en", "dark", Role.MARKETER)
    with pytest.raises(JourneyError, match="unknown_theme"):
        users.set_theme(state, ann, "pink")


def test_passwords_are_hashed_with_argon2id(state: sa.Engine, slow_hashes: None) -> None:
    users.add_user(state, "ann", "Ann", "marketer", PASSWORD)
    with state.connect() as connection:
        stored = connection.scalar(sa.text("SELECT password_hash FROM user_account"))
    assert stored.startswith("$argon2id$")
    assert "$m=19456,t=2,p=1$" in stored
    assert PASSWORD not in stored


def test_the_audit_trail_names_deeds_and_no_secret(state: sa.Engine, ann: int) -> None:
    users.set_password(state, ann, "another long password")
    users.disable(state, ann)
    with state.connect() as connection:
        rows = connection.execute(sa.text("SELECT actor, action, detail FROM audit ORDER BY id")).all()
    assert [(row.actor, row.action) for row in rows] == [
        ("console", "user.add"),
        ("console", "user.password"),
        ("console", "user.disable"),
    ]
    assert "password" not in str([row.detail for row in rows])


def test_unknown_people_have_one_error(state: sa.Engine) -> None:
    for ask in (
        lambda: users.find(state, "nobody"),
        lambda: users.record(state, 7),
        lambda: users.disable(state, 7),
    ):
        with pytest.raises(JourneyError, match="unknown_user"):
            ask()
