"""The one clock of stored moments: naive UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """This moment as naive UTC, as every table holds it."""
    return datetime.now(UTC).replace(tzinfo=None)
