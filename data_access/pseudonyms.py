"""Customers without their names: a stable sign for each, which only this installation can trace back.

A customer's own key (a phone, an e-mail, a number of the CRM) is shown to who may see contacts. Everybody else, and
every address, carries a token: the key, enciphered and signed with the installation's secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from itertools import count

import pandas as pd

from dashboard.errors import JourneyError
from data_access.scope import Action, Scope

_TAG = 10  # bytes: 16 letters
_SHOWN = 8  # letters of a pseudonym: 40 bits, so a hundred thousand customers hardly ever share one
_BLOCK = 16  # keys are padded to it, so that the length of a token does not tell a phone from an e-mail


class Pseudonyms:
    """Tokens of customers; the same customer of the same engagement always has the same one.

    Args:
        secret: the installation's secret (`Settings.signing_key`). A new secret makes new tokens.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode("utf-8")

    def token(self, engagement: str, key: str) -> str:
        """The token of a customer's own key: letters and digits that an address can carry."""
        text = key.encode("utf-8")
        padded = text + b"\0" * (-len(text) % _BLOCK)
        tag = self._mac("tag", engagement, padded)[:_TAG]
        body = self._crypt(engagement, tag, padded)
        return base64.b32encode(tag + body).decode("ascii").rstrip("=").lower()

    def key(self, engagement: str, token: str) -> str | None:
        """The own key behind a token; None for a text that this installation did not make for the engagement."""
        try:
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except (ValueError, UnicodeError):
            return None
        tag, body = raw[:_TAG], raw[_TAG:]
        padded = self._crypt(engagement, tag, body)
        if not hmac.compare_digest(self._mac("tag", engagement, padded)[:_TAG], tag):
            return None
        return padded.rstrip(b"\0").decode("utf-8", "replace")

    def _crypt(self, engagement: str, tag: bytes, text: bytes) -> bytes:
        """Both ways: the text under a stream of bytes that the tag starts."""
        stream = b""
        for number in count():
            if len(stream) >= len(text):
                break
            stream += self._mac("stream", engagement, tag + number.to_bytes(4))
        return bytes(one ^ other for one, other in zip(text, stream, strict=False))

    def _mac(self, use: str, engagement: str, text: bytes) -> bytes:
        said = f"customers\0{use}\0{engagement}\0".encode()
        return hmac.new(self._secret, said + text, hashlib.sha256).digest()


def shown(token: str) -> str:
    """What a screen calls a customer whose key it may not show: `k7f3-q2zt`."""
    return f"{token[: _SHOWN // 2]}-{token[_SHOWN // 2 : _SHOWN]}"


def sees_contacts(scope: Scope) -> bool:
    """True where customers' own keys may be shown.

    Raises:
        JourneyError: `no_right` (403) for a scope that was made for figures.
    """
    if scope.action not in (Action.PEOPLE, Action.CONTACTS):
        raise JourneyError("no_right", status=403, action=str(Action.PEOPLE))
    return scope.action is Action.CONTACTS


def named(frame: pd.DataFrame, scope: Scope, names: Pseudonyms) -> pd.DataFrame:
    """The frame with `customer` and `token` in the place of `customer_key`."""
    tokens = [names.token(scope.engagement, key) for key in frame["customer_key"]]
    open_ = sees_contacts(scope)
    called = list(frame["customer_key"]) if open_ else [shown(token) for token in tokens]
    return frame.drop(columns="customer_key").assign(customer=called, token=tokens)
