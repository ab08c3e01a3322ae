"""How the page says when something happened."""

from __future__ import annotations

from datetime import datetime

from dashboard.i18n.words import Words
from data_access.clock import wall_clock


def said(words: Words, moment: datetime, zone: str) -> str:
    """`22 Nov 2026, 14:39` on the engagement's clock.

    Args:
        moment: naive UTC, as stored.
    """
    local = wall_clock(moment, zone)
    return f"{words.formats.day(local.date(), year=True)}, {local:%H:%M}"
