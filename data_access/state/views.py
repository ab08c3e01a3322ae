"""Saved views: a name for a place of the product with its filters, of one person or of everybody in the engagement."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.address import MAX_LENGTH, Address
from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit
from data_access.state.engine import writing
from data_access.state.schema import saved_view, user

LONGEST_NAME = 120
MOST_VIEWS = 200  # of one person in one engagement


@dataclass(frozen=True, slots=True)
class SavedView:
    """A place with a name.

    Attributes:
        path, search: its address.
        shared: everybody of the engagement sees it.
        owner: name of the person who saved it.
        own: it is the asking person's.
    """

    id: int
    name: str
    path: str
    search: str
    shared: bool
    owner: str
    own: bool


def list_views(engine: sa.Engine, who: UserRecord, engagement: str) -> tuple[SavedView, ...]:
    """The person's own views of an engagement and those that others share there, by name.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    scope = authorize(who, engagement, Action.READ)
    refuse_guest(who, Action.READ)
    query = (
        sa.select(saved_view, user.c.name.label("owner"))
        .join(user, user.c.id == saved_view.c.user_id)
        .where(
            saved_view.c.engagement == scope.engagement,
            sa.or_(saved_view.c.user_id == who.id, saved_view.c.shared),
        )
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    views = (
        SavedView(row.id, row.name, row.path, row.search, row.shared, row.owner, row.user_id == who.id)
        for row in rows
    )
    return tuple(sorted(views, key=lambda view: (view.name.casefold(), view.id)))


def save(
    engine: sa.Engine,
    who: UserRecord,
    engagement: str,
    name: str,
    path: str,
    search: str,
    *,
    shared: bool = False,
) -> int:
    """Keep a place under a name.

    Args:
        path: a page of the product; the caller has checked that.
        search: its query string; language, theme and the search of a list are left out, the engagement is this one.

    Returns:
        The id of the view.

    Raises:
        JourneyError: `unknown_engagement`, `no_right` (to share with others one must be able to simulate),
            `view_name_missing`, `address_too_long`, `too_many_views`.
    """
    _authorize(who, engagement, shared)
    values = {
        "user_id": who.id,
        "engagement": engagement,
        "name": _checked_name(name),
        "path": path,
        "search": plain_search(engagement, search),
        "shared": shared,
        "created_at": utc_now(),
    }
    mine = (saved_view.c.user_id == who.id, saved_view.c.engagement == engagement)
    with writing(engine) as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(saved_view).where(*mine)) or 0
        if count >= MOST_VIEWS:
            raise JourneyError("too_many_views", limit=MOST_VIEWS)
        made = sa.insert(saved_view).values(values).returning(saved_view.c.id)
        view_id: int = connection.execute(made).scalar_one()
        audit.note(connection, who.login, "view.save", engagement, view=view_id, shared=shared)
    return view_id


def change(engine: sa.Engine, who: UserRecord, view_id: int, name: str, *, shared: bool) -> None:
    """Give an own view another name, or share it with the engagement's people, or keep it to oneself again.

    Raises:
        JourneyError: `unknown_view` (404) for a view that is not the person's own, `no_right`, `view_name_missing`.
    """
    with writing(engine) as connection:
        row = _own(connection, who, view_id)
        _authorize(who, row.engagement, shared)
        values = {"name": _checked_name(name), "shared": shared}
        connection.execute(sa.update(saved_view).where(saved_view.c.id == view_id).values(values))
        audit.note(connection, who.login, "view.change", row.engagement, view=view_id, shared=shared)


def remove(engine: sa.Engine, who: UserRecord, view_id: int) -> None:
    """Forget an own view.

    Raises:
        JourneyError: `unknown_view` (404).
    """
    with writing(engine) as connection:
        row = _own(connection, who, view_id)
        connection.execute(sa.delete(saved_view).where(saved_view.c.id == view_id))
        audit.note(connection, who.login, "view.remove", row.engagement, view=view_id)


def plain_search(engagement: str, search: str) -> str:
    """A query string as it is kept: of this engagement, without language, theme and what a list was searched by.

    A search of customers is a customer's own key, which others who see the view may not know.

    Raises:
        JourneyError: `address_too_long`.
    """
    if len(search) > MAX_LENGTH:
        raise JourneyError("address_too_long")
    address = Address.parse(search)
    return address.with_(engagement=engagement, language=None, theme=None).with_extras(q=None).search()


def _authorize(who: UserRecord, engagement: str, shared: bool) -> None:
    action = Action.SIMULATE if shared else Action.READ
    authorize(who, engagement, action)
    refuse_guest(who, action)


def _own(connection: sa.Connection, who: UserRecord, view_id: int) -> sa.Row:
    """The row of an own view in an engagement that the person still sees; of others' views nobody learns."""
    query = sa.select(saved_view).where(saved_view.c.id == view_id, saved_view.c.user_id == who.id)
    row = connection.execute(query).first()
    if row is None or row.engagement not in who.engagements:
        raise JourneyError("unknown_view", status=404)
    return row


def _checked_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned or not cleaned.isprintable():
        raise JourneyError("view_name_missing")
    return cleaned[:LONGEST_NAME]
