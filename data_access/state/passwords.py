"""Passwords: argon2id with the parameters that OWASP asks for at least."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.errors import JourneyError

MIN_LENGTH = 10
MAX_LENGTH = 256
_RANDOM_BYTES = 12

# 19 MiB and two passes: some 20 ms, so that eight sign-ins at once neither starve a small machine nor its memory
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str, login: str) -> str:
    """The argon2id hash of a new password.

    Raises:
        JourneyError: `password_short`, `password_long`, `password_is_login`.
    """
    if len(password) < MIN_LENGTH:
        raise JourneyError("password_short", limit=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        raise JourneyError("password_long", limit=MAX_LENGTH)
    if password.casefold() == login.casefold():
        raise JourneyError("password_is_login")
    return _hasher.hash(password)


def random_password() -> str:
    """A password that nobody has to think of: 96 random bits."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def fits(stored: str | None, password: str) -> bool:
    """True where the password is the one; without a stored hash the work is the same and the answer False."""
    try:
        verified = _hasher.verify(stored or _dummy(), password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return verified and stored is not None


@cache
def _dummy() -> str:
    return _hasher.hash("nobody has this password")
