"""Webhooks: a signed JSON message to a host that the operator has allowed, and to no other.

A receiver checks `X-Journey-Signature: t=UNIX,v1=HEX`: HEX is HMAC-SHA256 of `t.body` under the endpoint's secret. It
knows a repeat by `X-Journey-Delivery`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from dashboard.errors import JourneyError
from dashboard.journey.message import Message
from dashboard.server.outgoing import Answer, Place, Resolve, UndeliveredError, post, resolved
from dashboard.settings import WEBHOOK_HOST

_LONGEST = 2000
# nothing but this: no login, no brackets, no other script, no %-signs in the host, no line breaks, no fragment
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*(?:\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?)?",
    re.ASCII,
)
_GONE = 410
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a webhook goes: its address, and the secret that signs what it gets."""

    url: str
    secret: str


def allowed(hosts: str | None) -> dict[tuple[str, str, int], bool]:
    """Scheme, host and port that may be called -> whether the host is one of the house.

    Args:
        hosts: the setting: `hooks.example.com`, `hooks.example.com:8443`, `internal+http://bus.lan:8080`.
    """
    found = {}
    for one in (hosts or "").split(","):
        if entry := WEBHOOK_HOST.fullmatch(one.strip()):
            scheme = entry["scheme"] or "https"
            found[scheme, entry["host"], int(entry["port"] or _PORTS[scheme])] = entry["scheme"] is not None
    return found


def checked_url(url: str, hosts: str | None) -> Place:
    """Where an address leads.

    Raises:
        JourneyError: `webhook_url` for what is not a plain address, `webhook_host` for a host that is not allowed.
    """
    parts = _URL.fullmatch(url)
    if parts is None or len(url) > _LONGEST:
        raise JourneyError("webhook_url")
    scheme, host = parts["scheme"], parts["host"]
    port = int(parts["port"] or _PORTS[scheme])
    internal = allowed(hosts).get((scheme, host, port))
    if internal is None:
        raise JourneyError("webhook_host", host=host if port == _PORTS["https"] else f"{host}:{port}")
    return Place(scheme, host, port, parts["path"] or "/", internal)


def signature(secret: str, moment: int, body: bytes) -> str:
    """The header that proves who sent a body.

    Args:
        moment: seconds since 1970; a receiver refuses what is older than some minutes.
    """
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"


def body_of(message: Message, about: dict[str, Any], link: str) -> bytes:
    """What a webhook gets: words for people, figures for programs.

    Args:
        about: `delivery`, `kind`, `engagement`.
        link: whole address of the state in the product; empty = none.
    """
    told = {
        "subject": message.subject,
        "text": message.text,
        "link": link,
        "facts": dict(message.facts or {}),
    }
    return orjson.dumps({**about, **told})


def send(
    endpoint: Endpoint,
    hosts: str | None,
    body: bytes,
    delivery: str,
    now: datetime,
    accepted: Callable[[], None],
    *,
    resolve: Resolve = resolved,
) -> None:
    """Send a body, signed.

    Args:
        hosts: the setting, asked again with each message.
        now: naive UTC.
        accepted: runs as soon as the receiver has said yes.

    Raises:
        UndeliveredError: `webhook_url`, `webhook_host`, `webhook_status` and those of `outgoing.post`; final for an
            address that is not allowed any more and for a receiver that is gone (410).
    """
    try:
        place = checked_url(endpoint.url, hosts)
    except JourneyError as error:
        raise UndeliveredError(error, final=True) from error
    moment = int(now.replace(tzinfo=UTC).timestamp())
    headers = {
        "X-Journey-Signature": signature(endpoint.secret, moment, body),
        "X-Journey-Delivery": delivery,
    }

    def answered(answer: Answer) -> None:
        if not 200 <= answer.status < 300:
            reason = JourneyError("webhook_status", host=place.host, status_code=answer.status)
            raise UndeliveredError(reason, final=answer.status == _GONE)
        accepted()

    post(place, body, headers, resolve=resolve, answered=answered)
