"""The tab "One person" answers: the merge log, and a value that is kept apart or joins again."""

from __future__ import annotations

import logging
import threading
from typing import Any

from dash import Dash
from flask import request

from callbacks.data.moments import said
from callbacks.services import Services, Visit
from dashboard.errors import JourneyError
from dashboard.journey.whom import Slice
from dashboard.server.posts import get, post
from data_access.ingest.run import run_separation
from data_access.merges import REASONS, fetch_merges, value_of
from data_access.pseudonyms import Pseudonyms
from data_access.scope import Action, authorize, refuse_guest
from data_access.state import imports
from layouts.components.card import card
from layouts.components.states import empty_state
from layouts.data import Place
from layouts.data_people import LOOK_AT, NOBODY, MergeRow, people_card, waiting

log = logging.getLogger(__name__)
_MOST_LINES = 1000  # of the journal, to say when a value came


def register(app: Dash, services: Services) -> None:
    """The two routes of the tab."""
    server = app.server

    @post(server, "/data/people", "data.people", engagement=str, ref=str, apart=bool)
    def separate(wish: dict[str, Any]) -> None:
        user, key = services.viewer(), wish["engagement"]
        for action in (Action.IMPORT, Action.PEOPLE):
            authorize(user, key, action)
            refuse_guest(user, action)
        found = value_of(_names(services), key, wish["ref"])
        if found is None:
            raise JourneyError("unknown_identity", status=404, kind="", value="")
        _refuse_while_running(services, key)
        told = (services, key, *found, user.login, wish["apart"])
        threading.Thread(target=_separate, args=told, name="separation", daemon=True).start()

    @get(server, "/data/running", "data.running")
    def running() -> dict[str, Any]:
        key = request.args.get("e", "")
        authorize(services.viewer(), key, Action.IMPORT)
        return {"status": "running" if _runs(services, key) else "none", "share": 0.0, "part": ""}


def _separate(services: Services, key: str, kind: str, value: str, actor: str, apart: bool) -> None:
    try:
        run_separation(services.settings, key, kind, value, actor, apart=apart)
    except JourneyError as error:
        log.warning("separation refused: %s", error)  # the journal says why, in words


def _refuse_while_running(services: Services, key: str) -> None:
    if _runs(services, key):
        since = imports.journal(services.state(), key, 1)[0].started_at
        raise JourneyError("import_running", status=409, engagement=key, since=f"{since:%Y-%m-%d %H:%M}")


def _runs(services: Services, key: str) -> bool:
    newest = imports.journal(services.state(), key, 1)
    return bool(newest) and newest[0].status == "running"


def show_people(services: Services, visit: Visit, key: str) -> Any:
    """The merge log of an engagement."""
    words, place = visit.words, Place(visit.words, visit.address)
    if _runs(services, key):
        return waiting(place, key)
    try:
        ask = services.ask(visit, Action.PEOPLE)
    except JourneyError as error:
        if error.code != "no_data_yet":
            raise
        return card(words("One person under several keys"), empty_state(words("Nothing was imported yet.")))
    contacts = ask.user.may(Action.CONTACTS)
    scope = authorize(ask.user, key, Action.CONTACTS) if contacts else ask.scope
    part, show = Slice.read(ask.extras), ask.extras.get("show")
    found = fetch_merges(
        services.facts,
        scope,
        part,
        _names(services),
        reasons=REASONS[1:] if show == NOBODY else REASONS[:1],
        to_look_at=show == LOOK_AT,
    )
    moments = {
        entry.id: said(words, entry.started_at, ask.info.zone)
        for entry in imports.journal(services.state(), key, _MOST_LINES)
    }
    rows = [_row(row, moments) for row in found.to_dict("records")]
    total = int(found["total"].iloc[0]) if len(found) else 0
    return people_card(place, key, rows, total, part, not contacts)


def _row(row: dict[Any, Any], moments: dict[int, str]) -> MergeRow:
    return MergeRow(
        kind=row["kind"],
        value=row["value"],
        ref=row["ref"],
        reason=row["reason"],
        customers=int(row["customers"]),
        keys=row["keys"],
        person=row["token"] if isinstance(row["token"], str) else None,
        differs=row["differs"] if isinstance(row["differs"], str) else "",
        when=moments.get(int(row["import_id"]), ""),
    )


def _names(services: Services) -> Pseudonyms:
    return Pseudonyms(services.settings.signing_key())
