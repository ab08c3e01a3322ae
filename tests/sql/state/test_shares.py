"""Saved views, links for outsiders and the last admin on each kind of state database."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.scope import Action, authorize
from data_access.state import engagements, shares, users, views
from tests.sql.state.conftest import NOW, PASSWORD


@pytest.fixture
def acme(state: sa.Engine, ann: int) -> sa.Engine:
    """An engagement that Ann sees."""
    engagements.add(state, "acme")
    engagements.add(state, "rival")
    engagements.grant(state, ann, "acme")
    return state


def test_a_link_lives_until_its_day(acme: sa.Engine, ann: int) -> None:
    who = users.record(acme, ann)
    token = shares.make(acme, who, "acme", "/funnel", "?e=rival&s=A&theme=dark", 14, NOW)
    visit, place = shares.open_link(acme, token, "10.0.0.1", NOW)
    assert place == "/funnel?e=acme&s=A"
    guest = shares.guest_of(acme, visit, NOW + timedelta(hours=11), "ru", "light")
    assert guest is not None
    assert authorize(guest, "acme", Action.READ).engagement == "acme"
    for key, action in (("rival", Action.READ), ("acme", Action.SIMULATE), ("acme", Action.PEOPLE)):
        with pytest.raises(JourneyError):
            authorize(guest, key, action)
    assert shares.guest_of(acme, visit, NOW + timedelta(hours=13), "ru", "light") is None
    assert [link.opened for link in shares.list_links(acme, who, NOW)] == [1]
    assert shares.list_links(acme, who, NOW + timedelta(days=14)) == ()
    with pytest.raises(JourneyError, match="unknown_link"):
        shares.open_link(acme, token, "10.0.0.1", NOW + timedelta(days=14))


def test_a_revoked_link_ends_its_visits(acme: sa.Engine, ann: int) -> None:
    who = users.record(acme, ann)
    token = shares.make(acme, who, "acme", "/funnel", "", 1, NOW)
    visit, _ = shares.open_link(acme, token, "10.0.0.1", NOW)
    shares.revoke(acme, who, shares.list_links(acme, who, NOW)[0].id, NOW)
    assert shares.guest_of(acme, visit, NOW, "ru", "light") is None
    with pytest.raises(JourneyError, match="unknown_link"):
        shares.open_link(acme, token, "10.0.0.1", NOW)


def test_views_belong_to_their_owner(acme: sa.Engine, ann: int) -> None:
    bob_id = users.add_user(acme, "bob", "Bob", "executive", PASSWORD, engagements=["acme"])
    who, bob = users.record(acme, ann), users.record(acme, bob_id)
    mine = views.save(acme, who, "acme", "Mine", "/funnel", "?s=A")
    views.save(acme, who, "acme", "Ours", "/overview", "", shared=True)
    assert [view.name for view in views.list_views(acme, who, "acme")] == ["Mine", "Ours"]
    assert [(view.name, view.own) for view in views.list_views(acme, bob, "acme")] == [("Ours", False)]
    with pytest.raises(JourneyError, match="unknown_view"):
        views.remove(acme, bob, mine)
    views.remove(acme, who, mine)
    assert [view.name for view in views.list_views(acme, who, "acme")] == ["Ours"]


def test_the_last_admin_cannot_be_shut_out(acme: sa.Engine, ann: int) -> None:
    first = users.add_user(acme, "root", "Root", "admin", PASSWORD)
    with pytest.raises(JourneyError, match="last_admin"):
        users.disable(acme, first)
    second = users.add_user(acme, "root2", "Root", "admin", PASSWORD)
    users.disable(acme, first)
    with pytest.raises(JourneyError, match="last_admin"):
        users.disable(acme, second)
    users.disable(acme, ann)


def test_the_last_admin_keeps_the_role(acme: sa.Engine, ann: int) -> None:
    first = users.add_user(acme, "root", "Root", "admin", PASSWORD)
    with pytest.raises(JourneyError, match="last_admin"):
        users.set_role(acme, first, "marketer")
    users.set_role(acme, ann, "admin")
    users.disable(acme, ann)
    with pytest.raises(JourneyError, match="last_admin"):
        users.set_role(acme, first, "marketer")  # the other one cannot sign in
    users.enable(acme, ann)
    with pytest.raises(JourneyError, match="own_role"):
        users.set_role(acme, first, "marketer", actor="root", actor_id=first)
    users.set_role(acme, first, "marketer", actor="ann", actor_id=ann)
    assert users.record(acme, first).engagements == frozenset()  # what was granted, no more
    with pytest.raises(JourneyError, match="unknown_user"):
        users.set_role(acme, 99, "marketer")


def test_grants_change_as_a_whole(acme: sa.Engine, ann: int) -> None:
    engagements.set_grants(acme, ann, ["rival"])
    assert users.record(acme, ann).engagements == {"rival"}
    with pytest.raises(JourneyError, match="unknown_engagement"):
        engagements.set_grants(acme, ann, ["acme", "nowhere"])
    assert users.record(acme, ann).engagements == {"rival"}
