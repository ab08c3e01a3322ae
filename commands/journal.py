"""`journey journal`, `journey undo`, `journey redo`: what was imported, and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from commands.context import ACTOR, console_state, note, print_table, words
from dashboard.errors import JourneyError
from dashboard.i18n.words import msgid
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.state import engagements, imports

if TYPE_CHECKING:
    from data_access.state.imports import ImportEntry

_STATUS = {
    "running": msgid("running"),
    "done": msgid("done"),
    "unchanged": msgid("nothing new"),
    "cancelled": msgid("cancelled"),
    "failed": msgid("failed"),
}
_Key = Annotated[str, typer.Argument(help="Key of the engagement, see `journey engagement list`.")]


def journal(
    engagement: _Key,
    limit: Annotated[int, typer.Option(help="So many of the last imports.", min=1)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="JSON for scripts.")] = False,
) -> None:
    """List the imports of an engagement: who, when, what, how many rows, and what can be undone.

    Example: journey journal acme
    """
    engine = console_state(Settings.load())
    engagements.get(engine, engagement)
    entries = imports.journal(engine, engagement, limit)
    if as_json:
        typer.echo(orjson.dumps([_plain(entry) for entry in entries], option=orjson.OPT_INDENT_2))
        return
    columns = ("import", "started (UTC)", "by", "what", "new rows", "status", "generation")
    print_table(columns, (_row(entry) for entry in entries))


def undo(engagement: _Key) -> None:
    """Take back the last import, or the last change of stages or identities: everybody sees the data before it.

    As often as older data are kept (three times); `journey redo` brings back what was undone.

    Example: journey undo acme
    """
    engine = console_state(Settings.load())
    engagements.get(engine, engagement)
    entry = imports.undo(engine, engagement, ACTOR, utc_now())
    if entry.parent is None:
        sentence = words()(
            "Undone: {what}. Nobody sees data of {engagement} now.", what=_what(entry), engagement=engagement
        )
    else:
        sentence = words()(
            "Undone: {what}. Everybody sees the data before it, generation {number}.",
            what=_what(entry),
            number=str(entry.parent),
        )
    note.print(sentence)


def redo(engagement: _Key) -> None:
    """Bring back the import that was undone last; another import after the undo has taken its place for good.

    Example: journey redo acme
    """
    engine = console_state(Settings.load())
    engagements.get(engine, engagement)
    entry = imports.redo(engine, engagement, ACTOR, utc_now())
    number = str(entry.generation)
    note.print(words()("Back again: {what}, generation {number}.", what=_what(entry), number=number))


def _what(entry: ImportEntry) -> str:
    """What was done: the files, or which kind of change."""
    report = entry.report or {}
    if report.get("remapped"):
        return words()("other stages")
    if told := report.get("separated"):
        value = f"{told['kind']}:{told['value']}"
        if told["apart"]:
            return words()("{value} kept apart", value=value)
        return words()("{value} joined again", value=value)
    return ", ".join(entry.files) or "—"


def _row(entry: ImportEntry) -> tuple[str, ...]:
    status = words()(_STATUS[entry.status])
    if entry.undone_at is not None:
        status = words()("undone by {who}", who=entry.undone_by or "")
    elif (entry.report or {}).get("error"):
        error = JourneyError.of((entry.report or {})["error"])
        status = f"{status}: {words().error(error)}"
    more = {"undo": entry.undoable, "redo": entry.redoable}
    hints = [f"journey {name} {entry.engagement}" for name, possible in more.items() if possible]
    return (
        str(entry.id),
        f"{entry.started_at:%Y-%m-%d %H:%M}",
        entry.actor,
        _what(entry),
        words().formats.number(entry.rows),
        " · ".join([status, *hints]),
        str(entry.generation or "—"),
    )


def _plain(entry: ImportEntry) -> dict[str, Any]:
    def time(moment: datetime | None) -> str | None:
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None

    return {
        "id": entry.id,
        "started_at": time(entry.started_at),
        "finished_at": time(entry.finished_at),
        "actor": entry.actor,
        "status": entry.status,
        "files": entry.files,
        "rows": entry.rows,
        "generation": entry.generation,
        "parent": entry.parent,
        "undone_at": time(entry.undone_at),
        "undone_by": entry.undone_by,
        "undoable": entry.undoable,
        "redoable": entry.redoable,
        "error": (entry.report or {}).get("error"),
    }
