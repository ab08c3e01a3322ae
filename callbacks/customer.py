"""One customer's page answers: the way through stages, contacts and deals."""

from __future__ import annotations

from typing import Any

from dash import Dash, Output

from callbacks.services import Ask, Services
from data_access.clock import wall_clock
from data_access.customer import CustomerFacts, fetch_customer
from data_access.pseudonyms import Pseudonyms
from data_access.scope import Action, authorize
from layouts.customer import CustomerView, Happening, Ids, Stay, head, masked_note, story, unknown
from layouts.customers_columns import known


def register(app: Dash, services: Services) -> None:
    """Wire the page of one customer."""

    @services.card(app, "customer", Output(Ids.HEAD, "children"), action=Action.PEOPLE)
    def heading(ask: Ask) -> Any:
        view = customer_view(services, ask)
        if view is None:
            return head(ask.words, ask.address, ask.words("One customer"))
        return head(ask.words, ask.address, view.name, masked_note(view))

    @services.card(app, "customer", Output(Ids.STORY, "children"), action=Action.PEOPLE)
    def way(ask: Ask) -> Any:
        view = customer_view(services, ask)
        return unknown(ask.words) if view is None else story(view)


def customer_view(services: Services, ask: Ask) -> CustomerView | None:
    """The customer of the address; None where there is none, or the token is not ours."""
    token = ask.extras.get("id", "")
    key = Pseudonyms(services.settings.signing_key()).key(ask.scope.engagement, token)
    if key is None:
        return None
    contacts = ask.user.may(Action.CONTACTS)
    scope = authorize(ask.user, ask.scope.engagement, Action.CONTACTS) if contacts else ask.scope
    found = fetch_customer(services.facts, scope, key, token)
    if found is None or found.story.empty:
        return None
    return CustomerView(
        words=ask.words,
        formats=ask.formats,
        address=ask.address,
        model=ask.info.model,
        name=found.name,
        keys=found.keys,
        contacts=contacts,
        stays=_stays(found, ask),
        told=[_happening(row, ask.info.zone) for row in found.story.to_dict("records")],
        total=int(found.story["total"].iloc[0]),
        **{name: found.sums[name] for name in ("first_day", "last_day", "touches", "deals", "revenue")},
    )


def _happening(row: dict[Any, Any], zone: str) -> Happening:
    moment = None if row["instant"] else wall_clock(row["moment"], zone)
    told = ("what", "stage", "channel", "touchpoint", "product", "manager", "amount")
    return Happening(_date(row["local_day"]), moment, **{name: known(row[name]) for name in told})


def _stays(found: CustomerFacts, ask: Ask) -> list[Stay]:
    """The segments in order; a span that begins before every fact has no day."""
    first = ask.info.first_day
    stays = []
    for row in found.segments.to_dict("records"):
        since = wall_clock(row["since"], ask.info.zone).date() if row["since"].year > 1 else None
        stays.append(Stay(row["segment"], since if since and first and since >= first else None))
    return stays


def _date(value: Any) -> Any:
    return value.date() if hasattr(value, "date") else value
