"""What people add below an action: the checklist, comments, links to files, what has to be done before; its history."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.plan import Change, Entry, EntryKind
from data_access.clock import utc_now
from data_access.scope import UserRecord
from data_access.state import audit
from data_access.state.actions import get, note_change, own
from data_access.state.engine import one_at_a_time, writing
from data_access.state.schema import action, action_change, action_entry, action_need, user

LONGEST = {EntryKind.CHECK: 300, EntryKind.COMMENT: 4000, EntryKind.LINK: 200}
LONGEST_URL = 2000
MOST_ENTRIES = 500  # of one action
_NEEDS = 5_119_212


@dataclass(frozen=True, slots=True)
class Below:
    """Everything below an action, entries the oldest first, changes the newest first."""

    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]


def below(engine: sa.Engine, who: UserRecord, action_id: int) -> Below:
    """The entries and the history of an action.

    Raises:
        JourneyError: `unknown_action` (404), `no_right`.
    """
    get(engine, who, action_id)
    entries = sa.select(action_entry, user.c.name).join(user, user.c.id == action_entry.c.user_id)
    changes = sa.select(action_change, user.c.name).join(user, user.c.id == action_change.c.user_id)
    with engine.connect() as connection:
        written = connection.execute(
            entries.where(action_entry.c.action_id == action_id).order_by(action_entry.c.id)
        ).all()
        changed = connection.execute(
            changes.where(action_change.c.action_id == action_id).order_by(action_change.c.id.desc())
        ).all()
    return Below(
        tuple(
            Entry(row.id, EntryKind(row.kind), row.text, row.url, row.done, row.name, row.created_at)
            for row in written
        ),
        tuple(Change(row.at, row.name, row.field, row.before, row.after) for row in changed),
    )


def add_entry(engine: sa.Engine, who: UserRecord, action_id: int, kind: str, text: str, url: str = "") -> int:
    """Add a line of the checklist, a comment or a link.

    Returns:
        Its id.

    Raises:
        JourneyError: `unknown_action` (404), `no_right`, `unknown_entry`, `entry_missing`,
            `action_text_long`, `bad_link`, `too_many_entries`.
    """
    wanted = _kind(kind)
    values = {"kind": wanted, "text": _entry_text(wanted, text, url), "url": ""}
    if wanted is EntryKind.LINK:
        values["url"] = checked_url(url)
    with writing(engine) as connection:
        record = own(connection, who, action_id)
        count = sa.select(sa.func.count()).where(action_entry.c.action_id == action_id)
        if (connection.scalar(count) or 0) >= MOST_ENTRIES:
            raise JourneyError("too_many_entries", limit=MOST_ENTRIES)
        values |= {"action_id": action_id, "user_id": who.id, "created_at": utc_now()}
        entry_id: int = connection.execute(
            sa.insert(action_entry).values(values).returning(action_entry.c.id)
        ).scalar_one()
        audit.note(connection, who.login, "action.entry", record.engagement, number=action_id, kind=wanted)
    return entry_id


def tick(engine: sa.Engine, who: UserRecord, action_id: int, entry_id: int, *, done: bool) -> None:
    """Say that a line of the checklist is done, or is not.

    Raises:
        JourneyError: `unknown_action`, `unknown_entry` (404), `no_right`.
    """
    with writing(engine) as connection:
        own(connection, who, action_id)
        row = _entry(connection, action_id, entry_id, EntryKind.CHECK)
        if row.done != done:
            kept = sa.update(action_entry).where(action_entry.c.id == entry_id)
            connection.execute(kept.values(done=done))
            said = ("check", None, row.text) if done else ("check", row.text, None)
            note_change(connection, who, action_id, *said)


def remove_entry(engine: sa.Engine, who: UserRecord, action_id: int, entry_id: int) -> None:
    """Take away a line of the checklist or a link; what was said in a comment stays said.

    Raises:
        JourneyError: `unknown_action`, `unknown_entry` (404), `no_right`.
    """
    with writing(engine) as connection:
        record = own(connection, who, action_id)
        row = _entry(connection, action_id, entry_id, EntryKind.CHECK, EntryKind.LINK)
        connection.execute(sa.delete(action_entry).where(action_entry.c.id == entry_id))
        note_change(connection, who, action_id, row.kind, row.text, None)
        audit.note(connection, who.login, "action.entry.remove", record.engagement, number=action_id)


def set_need(engine: sa.Engine, who: UserRecord, action_id: int, needs_id: int, *, on: bool) -> None:
    """Say that another action has to be done before this one, or need not.

    Raises:
        JourneyError: `unknown_action` (404), `no_right`; `action_circle` where the two would wait for each other.
    """
    with writing(engine) as connection:
        one_at_a_time(connection, _NEEDS)  # two halves of a circle at once would each look innocent
        record, needed = own(connection, who, action_id), own(connection, who, needs_id)
        if needed.engagement != record.engagement:
            raise JourneyError("unknown_action", status=404)
        if on == (needs_id in record.needs):
            return
        if on and (needs_id == action_id or action_id in _all_needs(connection, record.engagement, needs_id)):
            raise JourneyError("action_circle", title=needed.title)
        edge = {"action_id": action_id, "needs_id": needs_id}
        if on:
            connection.execute(sa.insert(action_need).values(edge))
        else:
            connection.execute(sa.delete(action_need).filter_by(**edge))
        said = (None, needed.title) if on else (needed.title, None)
        note_change(connection, who, action_id, "needs", *said)


def checked_url(url: str) -> str:
    """An address of the web: http or https with a host, without a login and without anything invisible.

    Raises:
        JourneyError: `bad_link`.
    """
    cleaned = url.strip()
    try:
        parts = urlsplit(cleaned)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        sound = False
    if not sound or len(cleaned) > LONGEST_URL or not cleaned.isprintable() or set(cleaned) & set(" \\"):
        raise JourneyError("bad_link")
    return cleaned


def _entry_text(kind: EntryKind, text: str, url: str) -> str:
    cleaned = "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    if kind is EntryKind.LINK and not cleaned:
        cleaned = url.strip()[: LONGEST[kind]]
    if not cleaned:
        raise JourneyError("entry_missing")
    if len(cleaned) > LONGEST[kind] or not cleaned.replace("\n", "").isprintable():
        raise JourneyError("action_text_long", limit=LONGEST[kind])
    return cleaned


def _kind(kind: str) -> EntryKind:
    try:
        return EntryKind(kind)
    except ValueError as error:
        raise JourneyError("unknown_entry", status=404) from error


def _entry(connection: sa.Connection, action_id: int, entry_id: int, *kinds: EntryKind) -> sa.Row:
    mine = (action_entry.c.id == entry_id, action_entry.c.action_id == action_id)
    row = connection.execute(sa.select(action_entry).where(*mine, action_entry.c.kind.in_(kinds))).first()
    if row is None:
        raise JourneyError("unknown_entry", status=404)
    return row


def _all_needs(connection: sa.Connection, engagement: str, start: int) -> set[int]:
    """Everything that has to be done before an action, near and far."""
    edges: dict[int, list[int]] = {}
    query = sa.select(action_need).join(action, action.c.id == action_need.c.action_id)
    for row in connection.execute(query.where(action.c.engagement == engagement)):
        edges.setdefault(row.action_id, []).append(row.needs_id)
    found, ahead = set[int](), [start]
    while ahead:
        ahead += [one for one in edges.get(ahead.pop(), ()) if one not in found]
        found.update(ahead)
    return found
