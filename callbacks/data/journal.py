"""The journal of imports answers, and its two acts: undo and redo."""

from __future__ import annotations

from typing import Any

from dash import Dash
from flask import Response, send_file

from callbacks.data.moments import said
from callbacks.services import Services, Visit
from dashboard.errors import JourneyError
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.server.posts import post
from data_access.ingest.job import rejected_path
from data_access.scope import Action, authorize, refuse_guest
from data_access.state import engagements, imports
from data_access.state.imports import ImportEntry
from data_access.state.lease import running_since
from layouts.components.pill import Tone
from layouts.data import PATH, Place
from layouts.data_journal import Entry, journal_card, report_head
from layouts.data_report import report_view
from layouts.data_words import ROLES

MOST_ENTRIES = 100  # lines on screen
_STATUS: dict[str, tuple[str, Tone]] = {
    "running": (msgid("running"), "neutral"),
    "done": (msgid("imported"), "good"),
    "unchanged": (msgid("nothing new"), "neutral"),
    "cancelled": (msgid("cancelled"), "neutral"),
    "failed": (msgid("failed"), "bad"),
    "undone": (msgid("undone"), "warn"),
}


def register(app: Dash, services: Services) -> None:
    """Undo, redo, and the rejected rows of an import as a file."""
    server = app.server

    @post(server, "/data/undo", "data.undo", engagement=str)
    def undo(wish: dict[str, Any]) -> None:
        imports.undo(services.state(), *_importer(services, wish["engagement"]), services.clock())

    @post(server, "/data/redo", "data.redo", engagement=str)
    def redo(wish: dict[str, Any]) -> None:
        imports.redo(services.state(), *_importer(services, wish["engagement"]), services.clock())

    @server.get("/data/<engagement>/rejected-<int:import_id>.csv", endpoint="data.rejected")
    def rejected(engagement: str, import_id: int) -> Response:
        key, _ = _importer(services, engagement)
        path = rejected_path(services.settings, key, import_id)
        if not path.exists():
            raise JourneyError("unknown_draft", status=404)
        return send_file(path.absolute(), mimetype="text/csv", as_attachment=True)


def _importer(services: Services, engagement: str) -> tuple[str, str]:
    """The engagement and the login of the person, who may import into it."""
    user = services.viewer()
    authorize(user, engagement, Action.IMPORT)
    refuse_guest(user, Action.IMPORT)
    return engagement, user.login


def show_journal(services: Services, visit: Visit, key: str) -> Any:
    """Every import of an engagement; the report of the one that the address names."""
    engagement = engagements.get(services.state(), key)
    place, number = Place(visit.words, visit.address), visit.address.extras.get("report", "")
    if number.isdecimal():
        asked = entry_of(services, key, int(number))
        formats = Formats(visit.words.language, engagement.currency)
        return [
            report_head(place, _entry(visit.words, engagement.zone, asked, None)),
            report_of(services, visit, formats, asked),
        ]
    running_since(services.state(), key, services.clock())  # a dead import is not shown as running
    found = imports.journal(services.state(), key, MOST_ENTRIES)
    current = imports.pointer(services.state(), key)
    entries = [
        _entry(visit.words, engagement.zone, one, current.import_id if current else None) for one in found
    ]
    undo = next((entry.what for entry, one in zip(entries, found, strict=True) if one.undoable), "")
    redo = next((entry.what for entry, one in zip(entries, found, strict=True) if one.redoable), "")
    return journal_card(place, key, entries, undo, redo)


def entry_of(services: Services, key: str, import_id: int | None) -> ImportEntry:
    """One line of the journal.

    Raises:
        JourneyError: `unknown_import` (404).
    """
    found = imports.journal(services.state(), key, import_id=import_id or 0)
    if not found:
        raise JourneyError("unknown_import", status=404)
    return found[0]


def report_of(services: Services, visit: Visit, formats: Formats, entry: ImportEntry) -> Any:
    """What one import did, row by row and month by month."""
    path = rejected_path(services.settings, entry.engagement, entry.id)
    link = f"{PATH}/{entry.engagement}/rejected-{entry.id}.csv" if path.exists() else None
    return report_view(visit.words, formats, entry.report or {}, link)


def _has_report(entry: ImportEntry) -> bool:
    return bool((entry.report or {}).get("sources"))


def _entry(words: Words, zone: str, entry: ImportEntry, current: int | None) -> Entry:
    status, tone = _STATUS["undone" if entry.undone_at else entry.status]
    error = (entry.report or {}).get("error")
    return Entry(
        id=entry.id,
        when=said(words, entry.started_at, zone),
        who=entry.actor,
        what=_what(words, entry),
        status=words(status),
        tone=tone,
        rows=words.plural("{n} new row", "{n} new rows", entry.rows) if entry.rows else "",
        problem=words.error(JourneyError.of(error)) if error else "",
        current=entry.id == current,
        has_report=_has_report(entry),
    )


def _what(words: Words, entry: ImportEntry) -> str:
    """The files of an import, or what else made a new generation; the value of an identity is somebody's own."""
    report = entry.report or {}
    if report.get("remapped"):
        return words("Another stage model")
    separated = report.get("separated")
    if separated:
        kind = words(ROLES[separated["kind"]]) if separated["kind"] in ROLES else separated["kind"]
        if separated["apart"]:
            return words("Customers kept apart: {kind}", kind=kind)
        return words("Customers joined again: {kind}", kind=kind)
    return ", ".join(entry.files) or words("no files")
