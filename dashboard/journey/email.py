"""Addresses of people's e-mail: one simple strict rule."""

from __future__ import annotations

import re
import unicodedata

from dashboard.errors import JourneyError

_LONGEST = 254
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")


def checked_email(text: str) -> str:
    """The address as it is kept: one person's, with a domain of two parts at least, in any script.

    Quoted names, comments, several addresses and everything that could begin a header of its own are refused.

    Raises:
        JourneyError: `email_malformed`.
    """
    address = unicodedata.normalize("NFC", text.strip())
    name, _, domain = address.rpartition("@")
    try:
        written = domain.lower().encode("idna")
        domain = written.decode("idna")  # one form of whatever looks like a letter or a dot
    except UnicodeError:
        written = b""
    if not (
        0 < len(name) <= 64
        and len(address) <= _LONGEST
        and _NAME.fullmatch(name)
        and _DOMAIN.fullmatch(written.decode("ascii"))
    ):
        raise JourneyError("email_malformed")
    return f"{name}@{domain}"
