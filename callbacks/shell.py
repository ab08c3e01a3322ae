"""The shell answers: which page stands in it, and which one its address opens."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html

from callbacks.services import Services, Visit, referred_search
from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.server.sessions import current_visitor
from data_access.scope import Action, UserRecord
from layouts import messages
from layouts.components.button import button_link
from layouts.navigation import EngagementChoice, engagement_list, engagement_switcher
from layouts.pages import PAGES, Page, address_store, home, page_at
from layouts.person import Viewer
from layouts.shell import Ids, shell


def register(app: Dash, services: Services) -> None:
    """Wire the shell; everything but the page and the switcher happens in the browser."""
    # Dash also lays out before its first request, which is often the sign-in page's
    app.layout = lambda: show_shell(services) if current_visitor() else html.Div()
    _wire_browser(app)

    @services.frame(app, Output(Ids.PAGE, "children"), listens=Ids.ROUTE)
    def page(visit: Visit) -> Any:
        return show_page(services, visit)

    @services.frame(
        app, Output(Ids.SWITCHER, "children"), Output(Ids.SHEET_SWITCHER, "children"), listens=Ids.ROUTE
    )
    def switcher(visit: Visit) -> list[Any]:
        return show_switcher(services, visit)


def show_shell(services: Services) -> html.Div:
    """The frame in the language of the person, or of the address (`?lang=`) for this once."""
    user = services.viewer()
    words = Words(Address.parse(referred_search()).language or user.language)
    if user.guest is not None:
        until = words.formats.day(user.guest.until.date(), year=True)
        return shell(
            words,
            Viewer(words("Guest"), user.role, words("the link ends on {day}", day=until)),
            pages_of(user),
        )
    return shell(words, Viewer(user.name, user.role, publishes=user.may(Action.SHARE)), pages_of(user))


def pages_of(user: UserRecord) -> tuple[Page, ...]:
    """Pages that the role of a person may open, in the menu or not; of a guest the one that is shown to them."""
    if user.guest is not None:
        return tuple(page for page in PAGES if page.path == user.guest.path)
    return tuple(page for page in PAGES if user.may(Action(page.action)))


def show_page(services: Services, visit: Visit) -> Any:
    """The page of an address without its figures, or why it cannot be shown."""
    page = page_at(visit.path)
    if page is None:
        return messages.not_found(visit.words)
    enter = services.admit if page.plain else services.ask
    try:
        enter(visit, Action(page.action))
    except JourneyError as error:
        return _refusal(visit, error)
    tab = page.tabs.get(visit.address.extras.get("tab", ""))
    if tab is not None and not visit.user.may(Action(tab)):  # a link that somebody with more rights has sent
        return messages.no_access(visit.words)
    store = dcc.Store(
        id=address_store(page), data={"path": page.path, "search": visit.address.search(), "turn": 0}
    )
    return html.Div([store, *page.layout(visit.words)], className=f"page page--{page.key}", key=page.key)


def show_switcher(services: Services, visit: Visit) -> list[Any]:
    """Whose data these are, and the other engagements of the person: for the rail and for a phone."""
    mine = [EngagementChoice(one.key, one.name) for one in services.engagements(visit.user)]
    key = visit.address.engagement or min(visit.user.engagements, default=None)
    chosen = next((one for one in mine if one.key == key), None)
    page = page_at(visit.path) or home(visit.user.role)
    place = (visit.words, page.path, visit.address)
    return [
        engagement_switcher(*place, chosen or _unchosen(visit, mine), mine),
        engagement_list(*place, key, mine),
    ]


def _unchosen(visit: Visit, mine: list[EngagementChoice]) -> EngagementChoice | None:
    """The face of the switcher at an address of no engagement of theirs."""
    return EngagementChoice("", visit.words("Choose")) if mine else None


def _refusal(visit: Visit, error: JourneyError) -> Any:
    words = visit.words
    if error.code == "no_engagement":
        return messages.no_engagement(words, _way_to_data(visit) if visit.user.may(Action.MANAGE) else None)
    if error.code == "no_data_yet":
        return messages.no_data(words, str(error.facts.get("engagement", "")), _way_to_data(visit))
    if error.status == 403:
        return messages.no_access(words)
    if error.status == 404:
        return messages.not_found(words)
    return messages.failed(words, words.error(error))


def _way_to_data(visit: Visit) -> Any:
    """The link to the import, where the person may import."""
    if visit.user.guest is not None or not visit.user.may(Action.IMPORT):
        return None
    return button_link(visit.words("Import your data"), "/data", visit.address.for_page(), primary=True)


def _wire_browser(app: Dash) -> None:
    """Address -> stores, menu, title; chip -> sheet. No request."""
    place = (Input(Ids.LOCATION, "pathname"), Input(Ids.LOCATION, "search"))
    for function, store in (("address", Ids.ADDRESS), ("route", Ids.ROUTE)):
        app.clientside_callback(
            ClientsideFunction("shell", function), Output(store, "data"), *place, State(store, "data")
        )
    for page in PAGES:
        store = address_store(page)
        app.clientside_callback(
            ClientsideFunction("shell", "page"), Output(store, "data"), *place, State(store, "data")
        )
    links = {"type": "nav", "page": ALL, "place": ALL}
    app.clientside_callback(
        ClientsideFunction("shell", "menu"),
        Output(links, "href"),
        Output(links, "className"),
        Input(Ids.ADDRESS, "data"),
        State(links, "id"),
    )
    app.clientside_callback(
        ClientsideFunction("shell", "sheet"),
        Output(Ids.SHEET, "is_open"),
        Input(Ids.CHIP, "n_clicks"),
        Input(Ids.ROUTE, "data"),
    )
