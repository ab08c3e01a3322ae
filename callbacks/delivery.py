"""What waits in the outbox goes out: rights, addresses and endpoints are looked at again with each message."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError

from dashboard.errors import JourneyError
from dashboard.server import mail, telegram, webhook
from dashboard.server.outgoing import Place, UndeliveredError
from dashboard.settings import Settings
from data_access.points import reached
from data_access.scope import Action
from data_access.state import endpoints, outbox, users
from data_access.state.endpoints import Endpoint
from data_access.state.lease import this_process
from data_access.state.outbox import Held, Way

MOST_AT_ONCE = 100
_TRIES = 5  # of writing "sent", a second apart: the message is out already
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many messages one run has handed over, could not hand over now or ever, and found no longer wanted."""

    sent: int = 0
    failed: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever sends what waits.

    Attributes:
        clock: this moment as naive UTC.
        api: Telegram's server; a test has its own.
    """

    settings: Settings
    engine: sa.Engine
    clock: Callable[[], datetime]
    api: Place = telegram.API

    def to_person(self, held: Held, accepted: Callable[[], None]) -> None:
        """A letter to the address that the person has now.

        Raises:
            JourneyError: why they get it no more.
        """
        address = _reader(self.engine, held.user_id, held.engagement, Action.SIMULATE).email
        if not address:
            raise JourneyError("receiver_no_address")
        reached("send.before")
        mail.send(self.settings, address, held.message, held.delivery, self.clock(), accepted)

    def to_endpoint(self, held: Held, accepted: Callable[[], None]) -> None:
        """A message to a webhook or a chat, under the rights of whose endpoint it is.

        Raises:
            JourneyError: why it gets it no more.
        """
        place = _endpoint(self.engine, held)
        link = mail.link_of(self.settings, held.message)
        if place.kind is Way.TELEGRAM:
            token = self.settings.telegram_token
            text = telegram.text_of(held.message, link)
            reached("send.before")
            telegram.send(
                token.get_secret_value() if token else "", place.address, text, accepted, api=self.api
            )
            return
        about = {"delivery": held.delivery, "kind": held.kind, "engagement": held.engagement}
        body = webhook.body_of(held.message, about, link)
        target = webhook.Endpoint(place.address, place.secret)
        reached("send.before")
        hosts = self.settings.webhook_hosts
        webhook.send(target, hosts, body, held.delivery, self.clock(), accepted)


def ways(settings: Settings) -> frozenset[Way]:
    """How messages can go with these settings; what needs another way waits."""
    open_ways = {
        Way.MAIL: settings.smtp_host,
        Way.WEBHOOK: settings.webhook_hosts,
        Way.TELEGRAM: settings.telegram_token,
    }
    return frozenset(way for way, said in open_ways.items() if said)


def deliver(
    settings: Settings,
    engine: sa.Engine,
    clock: Callable[[], datetime],
    limit: int = MOST_AT_ONCE,
    *,
    api: Place = telegram.API,
) -> Delivered:
    """Send what is due, one after the other, until nothing is left or `limit` were tried.

    Any number of processes may do so at once: a message is held by one of them.

    Args:
        clock: this moment as naive UTC; asked again for each message, because sending takes time.
    """
    sender, done = Sender(settings, engine, clock, api), Delivered()
    able, holder = ways(settings), this_process()
    for _ in range(limit):
        held = outbox.claim(engine, holder, clock(), able)
        if held is None:
            break
        reached("send.claimed")
        ending = _one(sender, held)
        done = replace(done, **{ending: getattr(done, ending) + 1})
    return done


def _one(sender: Sender, held: Held) -> str:
    """Send one message and write how it ended: `sent`, `failed` or `dropped`."""
    told = {"row": held.id, "way": str(held.way), "kind": held.kind, "engagement": held.engagement}
    out = False

    def accepted() -> None:
        nonlocal out
        out = True
        reached("send.after")
        _written(sender, held)

    send = sender.to_person if held.way is Way.MAIL else sender.to_endpoint
    try:
        send(held, accepted)
    except UndeliveredError as error:
        outbox.failed(sender.engine, held, error.reason, sender.clock(), final=error.final)
        _log.warning("message_failed", attempt=held.attempts, reason=str(error.reason), **told)
        return "failed"
    except JourneyError as reason:
        outbox.dropped(sender.engine, held, reason)
        _log.info("message_dropped", reason=str(reason), **told)
        return "dropped"
    except Exception as error:
        if out:  # it has gone; what went wrong is our own line, and the row is free again after its hold
            raise
        outbox.failed(sender.engine, held, JourneyError("message_defect"), sender.clock())
        _log.error("message_defect", exc_info=error, **told)
        return "failed"
    reached("send.written")
    _log.info("message_sent", attempt=held.attempts, **told)
    return "sent"


def _written(sender: Sender, held: Held) -> None:
    """Write that it is sent; a state database that is away for a moment is asked again."""
    for tried in range(1, _TRIES + 1):
        try:
            if not outbox.sent(sender.engine, held, sender.clock()):
                _log.error("message_sent_after_its_hold", row=held.id)
            return
        except OperationalError:
            if tried == _TRIES:
                raise
            time.sleep(1)


def _reader(engine: sa.Engine, user_id: int, engagement: str, right: Action) -> users.Account:
    """The person who would read it, where they still may.

    Raises:
        JourneyError: `receiver_disabled`, `receiver_no_right`.
    """
    account = users.account(engine, user_id)
    if account.disabled:
        raise JourneyError("receiver_disabled")
    if engagement not in account.record.engagements or not account.record.may(right):
        raise JourneyError("receiver_no_right")
    return account


def _endpoint(engine: sa.Engine, held: Held) -> Endpoint:
    """The endpoint as it is now, where it is on and its person may still send figures out.

    Raises:
        JourneyError: `endpoint_gone`, `endpoint_off`, and those of `_reader`.
    """
    found = endpoints.stored(engine, held.endpoint_id)
    if found is None or found.engagement != held.engagement:
        raise JourneyError("endpoint_gone")
    if not found.enabled:
        raise JourneyError("endpoint_off")
    _reader(engine, found.user_id, held.engagement, Action.APPROVE)
    return found
