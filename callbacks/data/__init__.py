"""The page /data answers: one body, chosen by the tab and by how far the open draft is."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.data import health, journal, people, routes, steps, upload
from callbacks.services import Services, Visit
from data_access.scope import Action
from data_access.state import engagements
from layouts.data import HEALTH, JOURNAL, PEOPLE, Ids, tabs

ACTION = Action.IMPORT
CARDS = health.CARDS


def register(app: Dash, services: Services) -> None:
    """Wire the page and its routes below `/data`."""
    routes.register(app, services)
    upload.register(app, services)
    journal.register(app, services)
    people.register(app, services)

    @services.card(app, "data", Output(Ids.TITLE, "children"), action=ACTION)
    def title(visit: Visit) -> Any:
        key = key_of(services, visit)
        engagement = engagements.get(services.state(), key) if key else None
        if engagement is None or engagement.demo:
            return visit.words("Demo data stay in an engagement of their own") if engagement else ""
        return engagement.name

    @services.card(app, "data", Output(Ids.TABS, "children"), action=ACTION)
    def switch(visit: Visit) -> Any:
        return tabs(visit.words, visit.address) if key_of(services, visit) else []

    @services.card(app, "data", Output(Ids.BODY, "children"), action=ACTION)
    def body(visit: Visit) -> Any:
        key, tab = key_of(services, visit), visit.address.extras.get("tab")
        if not key:
            return steps.show_start(services, visit, None)
        if tab == JOURNAL:
            return journal.show_journal(services, visit, key)
        if tab == PEOPLE:
            return people.show_people(services, visit, key)
        if tab == HEALTH:
            return health.show_health(services, visit)
        return steps.show_import(services, visit, key)


def key_of(services: Services, visit: Visit) -> str:
    """The engagement of the address, else the person's first; empty where whoever manages them has none yet."""
    if not visit.user.engagements and visit.user.may(Action.MANAGE):
        return ""
    return visit.address.engagement or services.first_engagement(visit.user)
