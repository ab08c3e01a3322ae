"""The tab "Delivery" answers: how messages go, webhooks, chats, the last messages; each act checks the right."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from dash import Dash

from callbacks import delivery
from callbacks.services import Services, Visit
from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.message import Message
from dashboard.server import telegram, webhook
from dashboard.server.posts import post
from data_access.clock import wall_clock
from data_access.scope import Action, UserRecord
from data_access.state import endpoints, engagements, outbox_list, users
from data_access.state.outbox import Way
from layouts.delivery import (
    PLACE,
    EndpointRow,
    MessageRow,
    WayRow,
    add_card,
    delivery_page,
    endpoints_card,
    messages_card,
    ways_card,
)

_OF_THE_SERVER = frozenset({"mail_login", "mail_sender", "mail_unreachable"})


def register(app: Dash, services: Services) -> None:
    """Routes of the tab; whose engagement it is, the state modules check."""

    def approver() -> UserRecord:
        user = services.viewer()
        if user.is_guest or not user.may(Action.APPROVE):
            raise JourneyError("no_right", status=403, action=str(Action.APPROVE))
        return user

    server, state = app.server, services.state

    @post(server, PLACE, "endpoints.add", check=approver, engagement=str, kind=str, name=str, address=str)
    def add(wish: dict[str, str]) -> dict[str, Any]:
        key, kind, name = wish["engagement"], wish["kind"], wish["name"]
        _, secret = endpoints.add(state(), approver(), key, kind, name, wish["address"], _check(services))
        return {"secret": secret} if secret else {}

    @post(
        server, f"{PLACE}/<int:number>/switch", "endpoints.switch", check=approver, version=int, enabled=bool
    )
    def switch(wish: dict[str, Any], number: int) -> None:
        endpoints.switch(state(), approver(), number, wish["version"], enabled=wish["enabled"])

    @post(server, f"{PLACE}/<int:number>/delete", "endpoints.remove", check=approver)
    def remove(_wish: dict[str, Any], number: int) -> None:
        endpoints.remove(state(), approver(), number)

    @post(server, "/settings/delivery/test", "delivery.test", check=approver, engagement=str, number=int)
    def test(wish: dict[str, Any]) -> None:
        _queue_test(services, approver(), wish["engagement"], wish["number"] or None)

    @post(server, "/settings/delivery/<int:number>/again", "delivery.again", check=approver)
    def again(_wish: dict[str, Any], number: int) -> None:
        outbox_list.again(state(), approver(), number, services.clock())


def show_delivery(services: Services, visit: Visit) -> Any:
    """How messages go, and the endpoints of the engagement."""
    words, key, on = visit.words, _engagement(visit), _on(services)
    own = users.account(services.state(), visit.user.id).email
    ways = ways_card(words, visit.address, key, _ways(services, visit, key), own)
    if not key:
        return delivery_page(ways)
    found = endpoints.listed(services.state(), visit.user, key)
    rows = [
        EndpointRow(one.id, str(one.kind), one.name, one.address, one.who, one.enabled, one.version)
        for one in found
    ]
    name = engagements.get(services.state(), key).name
    adding = add_card(words, key, on)
    return delivery_page(
        ways,
        endpoints_card(words, name, rows, on, key),
        *([adding] if adding is not None else []),
    )


def show_messages(services: Services, visit: Visit) -> Any:
    """What became of the last messages of the engagement."""
    words, key = visit.words, _engagement(visit)
    if not key:
        return None
    rows = [
        MessageRow(
            one.id,
            one.kind,
            str(one.way),
            one.receiver,
            one.subject,
            str(one.status),
            _moment(services, words, key, one.sent_at or one.created_at),
            _moment(services, words, key, one.due_at) if one.status == "waiting" and one.attempts else "",
            words.error(one.error) if one.error else "",
        )
        for one in outbox_list.last(services.state(), visit.user, key)
    ]
    return messages_card(words, rows)


def _ways(services: Services, visit: Visit, key: str) -> list[WayRow]:
    """How each way does; a receiver's refusal may name somebody of another engagement: managers alone read it."""
    words, on, may_manage = visit.words, _on(services), visit.user.may(Action.MANAGE)
    found = [
        one
        if one.error is None or may_manage or one.error.code in _OF_THE_SERVER
        else replace(one, error=None)
        for one in outbox_list.states(services.state())
    ]

    def told(moment: datetime | None) -> str:
        return _moment(services, words, key, moment) if moment else ""

    return [
        WayRow(
            str(one.way),
            on[str(one.way)],
            (services.settings.smtp_from or "") if one.way is Way.MAIL else "",
            one.waiting,
            told(one.last_sent),
            told(one.last_tried),
            words.error(one.error) if one.error else "",
            one.error is not None and one.error.code in _OF_THE_SERVER,
        )
        for one in found
    ]


def _queue_test(services: Services, user: UserRecord, engagement: str, endpoint_id: int | None) -> None:
    """Queue a test to oneself or to an endpoint.

    Raises:
        JourneyError: `receiver_no_address`, `test_just_queued` (409), and those of `endpoints.queue_test`.
    """
    words, state = Words(user.language), services.state()
    if endpoint_id is None and not users.account(state, user.id).email:
        raise JourneyError("receiver_no_address")
    message = Message(
        words("Test message of Journey BI"),
        words("If you read this, messages arrive. {name} has asked for it.", name=user.name),
        link=f"/overview?e={engagement}",
        facts={"test": True},
    )
    if not endpoints.queue_test(state, user, engagement, message, services.clock(), endpoint_id):
        raise JourneyError("test_just_queued", status=409)


def _check(services: Services) -> Any:
    """The address of an endpoint as it is kept, where the server's settings let messages go there."""

    def check(way: Way, address: str) -> str:
        if way is Way.WEBHOOK:
            webhook.checked_url(address, services.settings.webhook_hosts)
            return address
        if services.settings.telegram_token is None:
            raise JourneyError("telegram_off")
        return telegram.checked_chat(address)

    return check


def _engagement(visit: Visit) -> str:
    """The engagement whose messages are shown; empty where there is none yet."""
    return visit.address.engagement or min(visit.user.engagements, default="")


def _on(services: Services) -> dict[str, bool]:
    able = delivery.ways(services.settings)
    return {str(way): way in able for way in Way}


def _moment(services: Services, words: Words, key: str, moment: datetime) -> str:
    """Day and time on the engagement's clock."""
    local = wall_clock(moment, engagements.get(services.state(), key).zone if key else "UTC")
    year = local.year != services.clock().year
    return f"{words.formats.day(local.date(), year=year)}, {local:%H:%M}"
