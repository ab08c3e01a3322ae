"""Checking a password, with waits that grow with wrong guesses and never lock anybody else out.

Three counts decide: of the account from this address, of the address, and of the account from anywhere.
The last one slows a guess that comes from many addresses; it is short, and it does not hold for addresses
from which the person has signed in before, so that nobody can keep an owner out.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from dashboard.errors import JourneyError
from data_access.state import audit, passwords
from data_access.state.engine import one_at_a_time, writing
from data_access.state.schema import sign_in_failure, user
from data_access.state.users import normal_login

FORGET_AFTER = timedelta(hours=1)  # a count without a new failure for so long starts anew
KNOWN_FOR = timedelta(days=30)  # so long an address of a successful sign-in stays known
_LONGEST_NAME = 64
_COUNTING = 5_119_202


@dataclass(frozen=True, slots=True)
class _Limit:
    """How many failures are free, and the longest wait [s] after them; each further one doubles the wait."""

    free: int
    longest: int

    def wait(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta(0)
        return timedelta(seconds=min(2 ** min(failures - self.free, 20), self.longest))


_PAIR = _Limit(free=5, longest=900)
_ADDRESS = _Limit(free=30, longest=900)  # an office shares one address
_ACCOUNT = _Limit(free=20, longest=30)


def check(
    engine: sa.Engine, login: str, password: str, address: str, now: datetime, *, deed: str = "sign_in"
) -> int:
    """Whether this is the person they say they are.

    A try counts as a failure before its password is looked at and is forgiven when it was right, so that a
    hundred guesses at once are counted too.

    Args:
        deed: what the password is asked for, in the audit trail.

    Returns:
        The id of the account.

    Raises:
        JourneyError: `sign_in_wait` (429, `seconds`) while a wait lasts; `sign_in_failed` (401) for a wrong
            password, an unknown name and a disabled account alike, after equal work.
    """
    name = _name(login)
    subjects = _subjects(name, address)
    with writing(engine) as connection:
        _count_try(connection, subjects, now)
    with engine.connect() as connection:
        row = connection.execute(sa.select(user).where(user.c.login == name)).first()
    right = passwords.fits(row.password_hash if row else None, password)
    with writing(engine) as connection:
        # read again: the password may have changed, or the account been disabled, while the hash was worked out
        still = sa.select(user.c.id).where(
            user.c.login == name,
            user.c.disabled.is_(False),
            user.c.password_hash == (row.password_hash if row else None),
        )
        user_id = connection.scalar(still) if right else None
        if user_id is not None:
            _forgive(connection, subjects, now)
        action = deed if user_id is not None else f"{deed}.failed"
        audit.note(connection, name, action, address=address)
    if user_id is None:
        raise JourneyError("sign_in_failed", status=401)
    return user_id


def count_opening(engine: sa.Engine, address: str, now: datetime) -> None:
    """Count the opening of a link for outsiders as a wrong one, until `forgive_opening` takes it back.

    Raises:
        JourneyError: `sign_in_wait` (429, `seconds`) for an address that tried too many wrong links.
    """
    with writing(engine) as connection:
        _count_try(connection, _opening(address), now)


def forgive_opening(connection: sa.Connection, address: str, now: datetime) -> None:
    """The link was right: take the count back, inside the caller's transaction."""
    _forgive(connection, _opening(address), now)


def _opening(address: str) -> dict[str, _Limit]:
    return {f"link address:{_network(address)}": _ADDRESS}


def _name(login: str) -> str:
    """The login as it is counted and looked up; everything that cannot be one counts as one name."""
    try:
        return normal_login(login)
    except JourneyError:
        return "(malformed)"


def _subjects(name: str, address: str) -> dict[str, _Limit]:
    network = _network(address)
    return {
        f"login:{name} address:{network}": _PAIR,
        f"address:{network}": _ADDRESS,
        f"login:{name}": _ACCOUNT,
    }


def _network(address: str) -> str:
    """The address; of IPv6 its /64, since one house has them all."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:_LONGEST_NAME]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _count_try(connection: sa.Connection, subjects: dict[str, _Limit], now: datetime) -> None:
    connection.execute(sa.delete(sign_in_failure).where(sign_in_failure.c.blocked_until < now - KNOWN_FOR))
    rows = _rows(connection, subjects)
    known = any(subject.startswith("known ") for subject in rows)
    for subject, limit in subjects.items():
        row = rows.get(subject)
        if row and row.blocked_until > now and not (known and limit is _ACCOUNT):
            seconds = int((row.blocked_until - now).total_seconds()) + 1
            raise JourneyError("sign_in_wait", status=429, seconds=seconds)
    for subject, limit in subjects.items():
        row = rows.get(subject)
        recent = row is not None and row.blocked_until >= now - FORGET_AFTER
        failures = (row.failures if row and recent else 0) + 1
        _store(connection, subject, failures, now + limit.wait(failures), exists=row is not None)


def _forgive(connection: sa.Connection, subjects: dict[str, _Limit], now: datetime) -> None:
    """Take this try back; the pair starts anew, and the address is a known one of the account from here on."""
    rows = _rows(connection, subjects)
    for subject, limit in subjects.items():
        if subject in rows:
            left = 0 if limit is _PAIR else max(rows[subject].failures - 1, 0)
            _store(connection, subject, left, now, exists=True)
    known = _known(subjects)
    _store(connection, known, 0, now, exists=known in rows)


def _known(subjects: dict[str, _Limit]) -> str:
    return f"known {next(iter(subjects))}"


def _rows(connection: sa.Connection, subjects: dict[str, _Limit]) -> dict[str, sa.Row]:
    one_at_a_time(connection, _COUNTING)
    names = [*subjects, _known(subjects)]
    query = sa.select(sign_in_failure).where(sign_in_failure.c.subject.in_(names))
    return {row.subject: row for row in connection.execute(query)}


def _store(connection: sa.Connection, subject: str, failures: int, until: datetime, *, exists: bool) -> None:
    if exists:
        statement = sa.update(sign_in_failure).where(sign_in_failure.c.subject == subject)
    else:
        statement = sa.insert(sign_in_failure)
    values = {"subject": subject, "failures": failures, "blocked_until": until}
    connection.execute(statement.values(values))
