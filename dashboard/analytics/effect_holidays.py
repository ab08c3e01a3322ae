"""Public holidays of an engagement's country: days on which people behave differently every year.

The country is that of the engagement's time zone (Europe/Moscow: Russia) by Unicode's table of zones, the days are
those of the package `holidays`, with shifted days off. A zone of no country (UTC) has none.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel.core import get_global

WORLD = "001"


@lru_cache(maxsize=64)
def public_holidays(zone: str, since: date, until: date) -> frozenset[date]:
    """Holidays from `since` on and before `until`; none where the country is unknown."""
    import holidays  # a quarter of a second that only effects need

    country = get_global("zone_territories").get(zone, WORLD)
    if country not in holidays.list_supported_countries():
        return frozenset()
    days = holidays.country_holidays(country, years=range(since.year, until.year + 1))
    return frozenset(day for day in days if since <= day < until)
