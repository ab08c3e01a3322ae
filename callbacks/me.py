"""The person's own page answers: the account, and the living links for outsiders."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.services import Services, Visit
from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from dashboard.server.posts import post
from data_access.scope import Action, UserRecord
from data_access.state import shares, users
from layouts.me import Ids, LinkRow, links_card, profile_card
from layouts.messages import role_name
from layouts.pages import page_at


def register(app: Dash, services: Services) -> None:
    """Wire the page; the password itself is changed by `dashboard.server.preferences`."""

    def reader() -> UserRecord:
        user = services.viewer()
        if user.is_guest or not user.may(Action.SIMULATE):
            raise JourneyError("no_right", status=403, action=str(Action.SIMULATE))
        return user

    @post(app.server, "/me/email", "me.email", check=reader, email=str)
    def email(wish: dict[str, str]) -> None:
        user = reader()
        users.set_email(services.state(), user.id, wish["email"], actor=user.login)

    @services.card(app, "me", Output(Ids.PROFILE, "children"))
    def profile(visit: Visit) -> Any:
        user = visit.user
        names = [one.name for one in services.engagements(user)]
        role, may_read = role_name(visit.words, user.role), user.may(Action.SIMULATE)
        own = users.account(services.state(), user.id).email if may_read else None
        return profile_card(visit.words, user.name, user.login, role, names, own)

    @services.card(app, "me", Output(Ids.LINKS, "children"))
    def links(visit: Visit) -> Any:
        return show_links(services, visit) if visit.user.may(Action.SHARE) else None


def show_links(services: Services, visit: Visit) -> Any:
    """One's own living links; an admin sees everybody's."""
    names = {one.key: one.name for one in services.engagements(visit.user)}
    rows = []
    for link in shares.list_links(services.state(), visit.user, services.clock()):
        page = page_at(link.path)
        if page is None or link.engagement not in names:
            continue
        rows.append(
            LinkRow(
                link.id,
                names[link.engagement],
                visit.words(page.title),
                link.path,
                Address.parse(link.search),
                link.maker,
                link.expires_at,
                link.opened,
            )
        )
    return links_card(visit.words, rows, visit.user.may(Action.MANAGE))
