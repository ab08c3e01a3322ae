"""A real mail server in this process: it keeps letters as mail stores do, by Message-ID, and counts every delivery."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "journey", "a password of the mail server"


@dataclass
class Mailbox:
    """What has arrived.

    Attributes:
        deliveries: Message-ID -> how often the server took it, repeats counted.
        refuses: address -> answer to it, such as `550 no such mailbox`.
        data_answer: answer to the letter itself, where it is not taken.
        before: runs when a letter is there, before the server says "250".
    """

    port: int = 0
    letters: dict[str, EmailMessage] = field(default_factory=dict)
    deliveries: Counter[str] = field(default_factory=Counter)
    refuses: dict[str, str] = field(default_factory=dict)
    data_answer: str = ""
    encrypted: bool = False
    login: str = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_answer:
            return self.data_answer
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.encrypted = session.ssl is not None
        name = str(letter["Message-ID"])
        self.letters[name] = letter
        self.deliveries[name] += 1
        return "250 taken"

    def only(self) -> EmailMessage:
        """The one letter that is there."""
        (letter,) = self.letters.values()
        return letter


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, *, wants_login: bool = False) -> Iterator[Mailbox]:
    """A mail server on a port of this machine.

    Args:
        tls: it takes letters after STARTTLS alone.
    """
    box = Mailbox(free_port())

    def knows(_server: Any, session: Any, _envelope: Any, _way: str, given: Any) -> AuthResult:
        assert isinstance(given, LoginPassword)
        known = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        box.login = given.login.decode() if known else ""
        return AuthResult(success=known, handled=False)

    more: dict[str, Any] = {"authenticator": knows, "auth_required": True} if wants_login else {}
    if tls is not None:
        more |= {"tls_context": tls, "require_starttls": True}
    controller = Controller(box, hostname="127.0.0.1", port=box.port, server_hostname="test", **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """A TCP port that nobody uses at this moment."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]
