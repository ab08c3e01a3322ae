"""Exports of visits and events that counters of sites make."""

from __future__ import annotations

from collections.abc import Mapping

from data_access.ingest.recognise.preset_form import MONEY, NAME, TIME, WORD, Expected, Preset

_GA4 = Preset(
    {"en": "Google Analytics 4: events", "ru": "Google Analytics 4: события"},
    "ga4_events",
    "events",
    (
        Expected(
            "client_id",
            (
                "Client ID",
                "User pseudo ID",
                "user_pseudo_id",
                "Effective user ID",
                "User ID",
                "App-instance ID",
            ),
            NAME,
            required=True,
        ),
        Expected("status", ("Event name", "event_name"), ("text",), required=True),
        Expected(
            "at",
            ("Date", "event_date", "Day"),
            ("date", "number", "text", "phone"),
            required=True,
            shape=r"20\d{6}",
            date_format="%Y%m%d",
        ),
        Expected(
            "channel",
            ("Session source / medium", "Source / medium", "First user source / medium", "Session medium"),
            WORD,
        ),
        Expected(
            "touchpoint", ("Landing page", "Landing page + query string", "Page path", "Page location"), WORD
        ),
        Expected("order", ("Transaction ID",), NAME),
        Expected("amount", ("Purchase revenue", "Total revenue", "Event value"), MONEY),
    ),
    marks=(
        *("Event name", "event_name", "Session source / medium", "First user source / medium", "Event count"),
        *("Client ID", "user_pseudo_id", "Landing page", "Purchase revenue", "Device category"),
    ),
    needed=3,
    attributes=("Device category", "Country", "City"),
)

_METRICA = Preset(
    {"en": "Yandex Metrica: visits", "ru": "Яндекс Метрика: визиты"},
    "metrica_visits",
    "visits",
    (
        Expected("visit", ("ym:s:visitID",), NAME, required=True),
        Expected("client_id", ("ym:s:clientID", "ym:s:counterUserIDHash"), NAME, required=True),
        Expected("at", ("ym:s:dateTime", "ym:s:dateTimeUTC", "ym:s:date"), TIME, required=True),
        Expected(
            "channel",
            (
                "ym:s:lastTrafficSource",
                "ym:s:lastsignTrafficSource",
                "ym:s:lastSignTrafficSource",
                "ym:s:firstTrafficSource",
                "ym:s:UTMSource",
            ),
            WORD,
        ),
        Expected("touchpoint", ("ym:s:startURL",), WORD),
        Expected("order", ("ym:s:purchaseID",), NAME),
        Expected("amount", ("ym:s:purchaseRevenue",), ("text", "number", "empty")),
    ),
    marks=(
        "ym:s:visitID",
        "ym:s:clientID",
        "ym:s:dateTime",
        "ym:s:counterID",
        "ym:s:goalsID",
        "ym:s:pageViews",
    ),
    needed=3,
    attributes=("ym:s:regionCity", "ym:s:deviceCategory"),
    listed_times="ym:s:purchaseDateTime",
)

COUNTERS: Mapping[str, Preset] = {"ga4": _GA4, "metrica": _METRICA}
"""Formats, by key."""
