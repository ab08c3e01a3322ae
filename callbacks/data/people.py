"""The tab "One person" answers: the merge log, and a value that is kept apart or joins again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dash import Dash
from flask import request

from callbacks.data.moments import said
from callbacks.services import Services, Visit
from dashboard.errors import JourneyError
from dashboard.journey.whom import Slice
from dashboard.server.posts import get, post
from data_access.ingest import background
from data_access.merges import REASONS, fetch_merges, value_of
from data_access.pseudonyms import Pseudonyms
from data_access.scope import Action, authorize, refuse_guest
from data_access.state import imports
from data_access.state.lease import import_running, running_since
from layouts.components.card import card
from layouts.components.states import empty_state
from layouts.data import Place
from layouts.data_people import LOOK_AT, NOBODY, MergeRow, people_card, waiting

_BEGINS = 0.3  # seconds until the journal says that it runs: the page that asks next shows it


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
        if (began := _running_since(services, key)) is not None:
            raise import_running(key, began)
        begun = background.begin_separation(services.settings, key, *found, user.login, apart=wish["apart"])
        begun.join(_BEGINS)

    @get(server, "/data/running", "data.running")
    def running() -> dict[str, Any]:
        key = request.args.get("e", "")
        authorize(services.viewer(), key, Action.IMPORT)
        running = _running_since(services, key) is not None
        return {"status": "running" if running else "none", "share": 0.0, "part": ""}


def _running_since(services: Services, key: str) -> datetime | None:
    return running_since(services.state(), key, services.clock())


def show_people(services: Services, visit: Visit, key: str) -> Any:
    """The merge log of an engagement."""
    words, place = visit.words, Place(visit.words, visit.address)
    if _running_since(services, key) is not None:
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
    began = imports.started(services.state(), key, map(int, found["import_id"]))
    moments = {number: said(words, moment, ask.info.zone) for number, moment in began.items()}
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
