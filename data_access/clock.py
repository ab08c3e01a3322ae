"""The one clock of stored moments: naive UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """This moment as naive UTC, as every table holds it."""
    return datetime.now(UTC).replace(tzinfo=None)


def wall_clock(moment: datetime, zone: str) -> datetime:
    """A naive UTC moment on the wall clock of a zone (naive)."""
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
