"""One JSON request to another server, which is not trusted: its name is resolved once, its answer hardly read."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from dashboard.errors import JourneyError

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 20.0
MOST_BYTES = 4096  # of an answer
Resolve = Callable[[str, int], Sequence[str]]
_WRAPPED = tuple(  # IPv6 addresses that carry an IPv4 address: 6to4, Teredo, NAT64
    map(ip_network, ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48"))
)


class UndeliveredError(Exception):
    """A message was not taken.

    Args:
        reason: for whoever looks at the list of messages; never with a secret.
        final: the receiver will not take it later either.
    """

    def __init__(self, reason: JourneyError, *, final: bool = False) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.final = final


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes.

    Attributes:
        internal: the operator has named this host as one of the house: its address may be private.
    """

    scheme: str
    host: str
    port: int
    path: str
    internal: bool = False

    @property
    def authority(self) -> str:
        """Host and port as the header `Host` names them."""
        usual = {"http": 80, "https": 443}[self.scheme]
        return self.host if self.port == usual else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What another server said: its status, and the beginning of its body."""

    status: int
    body: bytes


def resolved(host: str, port: int) -> list[str]:
    """Every address of a host by the system's resolver, IPv4 first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda one: one[0] != socket.AF_INET)
    return list(dict.fromkeys(str(one[4][0]) for one in ordered))


def checked_address(place: Place, resolve: Resolve = resolved) -> str:
    """The address to connect to: one, and only where all addresses of the host are allowed.

    Raises:
        UndeliveredError: `host_unknown`, `host_private`.
    """
    try:
        addresses = resolve(place.host, place.port)
    except (OSError, UnicodeError) as error:
        raise UndeliveredError(JourneyError("host_unknown", host=place.host)) from error
    if not addresses:
        raise UndeliveredError(JourneyError("host_unknown", host=place.host))
    allowed = _is_of_the_house if place.internal else is_public
    if not all(allowed(one) for one in addresses):
        raise UndeliveredError(JourneyError("host_private", host=place.host))
    return addresses[0]


def is_public(address: str) -> bool:
    """True for an address of the open internet; False for every other, for wrapped ones and for what is none."""
    found = _parsed(address)
    if found is None or any(found.version == net.version and found in net for net in _WRAPPED):
        return False
    odd = found.is_multicast or found.is_reserved or getattr(found, "is_site_local", False)
    return found.is_global and not odd


def _is_of_the_house(address: str) -> bool:
    """True also for private addresses and this machine; never for what answers without a name, such as 169.254.*."""
    found = _parsed(address)
    return found is not None and (
        is_public(address)
        or (found.is_private and not (found.is_link_local or found.is_unspecified or found.is_reserved))
        or found.is_loopback
    )


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def post(
    place: Place,
    body: bytes,
    headers: Mapping[str, str],
    *,
    resolve: Resolve = resolved,
    answered: Callable[[Answer], None],
    reads: int = 0,
) -> None:
    """Send JSON; redirects are not followed, and the whole exchange ends after `TOTAL_SECONDS`.

    Args:
        answered: gets the answer as soon as it is there, before the connection is closed.
        reads: bytes of the answer's body that are of interest; `MOST_BYTES` at most.

    Raises:
        UndeliveredError: `host_unknown`, `host_private`, `host_unreachable` and whatever `answered` raises.
    """
    address = checked_address(place, resolve)
    connection = _connection(place, address)
    told = {"Host": place.authority, "Content-Type": "application/json", "User-Agent": "JourneyBI", **headers}
    late = threading.Event()
    stop = threading.Timer(TOTAL_SECONDS, lambda: _cut(connection, late))
    stop.daemon = True
    with closing(connection):
        stop.start()
        try:
            connection.request("POST", place.path, body=body, headers=told, preload_content=False)
            response = connection.getresponse()
            # `read` may wait for a slow body: only where it is of interest
            wanted = min(reads, MOST_BYTES)
            said = response.read(wanted, decode_content=False) if wanted else b""
            answer = Answer(response.status, said)
            if late.is_set():  # what was cut off looks like a whole answer
                raise TimeoutError
        except (OSError, HTTPException, HTTPError, ValueError) as error:
            raise UndeliveredError(_unreachable(place, error)) from error
        finally:
            stop.cancel()
        answered(answer)


def _connection(place: Place, address: str) -> HTTPConnection:
    if place.scheme == "http":
        return HTTPConnection(address, place.port, timeout=CONNECT_SECONDS)
    return HTTPSConnection(
        address,
        place.port,
        timeout=CONNECT_SECONDS,
        ssl_context=ssl.create_default_context(),
        server_hostname=place.host,
        assert_hostname=place.host,
    )


def _cut(connection: HTTPConnection, late: threading.Event) -> None:
    """End a connection under whoever waits for it."""
    late.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.sock.close()


def _unreachable(place: Place, error: Exception) -> JourneyError:
    """Why there was no answer: the kind of failure alone, for texts of errors may hold the address with its token."""
    reason = getattr(error, "strerror", None) or type(error).__name__
    return JourneyError("host_unreachable", host=place.host, reason=str(reason)[:200])
