"""Exports of visits and events that counters of sites make."""

from __future__ import annotations

from collections.abc import Mapping

from data_access.ingest.recognise.preset_form import MONEY, NAME, TIME, WORD, Expected, Preset

_GA4_CLIENTS = (  # explorations, and tables of BigQuery
    *("Client ID", "User pseudo ID", "Effective user ID", "User ID", "App-instance ID"),
    *("Идентификатор клиента", "Идентификатор пользователя", "Идентификатор экземпляра приложения"),
)
_GA4_WAYS = (
    *("Session source / medium", "Source / medium", "First user source / medium", "Session medium"),
    *("Источник/канал сеанса", "Сеанс – источник/канал", "Источник/канал", "traffic_source.medium"),
    "collected_traffic_source.manual_medium",
)
_GA4_PAGES = (
    *("Landing page", "Landing page + query string", "Page path", "Page location"),
    *("Целевая страница", "Целевая страница + строка запроса", "Путь к странице"),
)
_GA4_MONEY = (
    *("Purchase revenue", "Total revenue", "Event value", "ecommerce.purchase_revenue"),
    *("Доход от покупок", "Доход от покупки", "Общий доход"),
)

_GA4 = Preset(
    {"en": "Google Analytics 4: events", "ru": "Google Analytics 4: события"},
    "ga4_events",
    "events",
    (
        Expected("client_id", _GA4_CLIENTS, NAME, required=True),
        Expected("status", ("Event name", "Название события"), ("text",), required=True),
        Expected(
            "at",
            ("Date", "Event date", "Day", "Дата", "День"),
            ("date", "number", "text", "phone"),
            required=True,
            shape=r"20\d{6}",
            date_format="%Y%m%d",
        ),
        Expected("channel", _GA4_WAYS, WORD),
        Expected("touchpoint", _GA4_PAGES, WORD),
        Expected("order", ("Transaction ID", "ecommerce.transaction_id", "Идентификатор транзакции"), NAME),
        Expected("amount", _GA4_MONEY, MONEY),
    ),
    marks=(
        *("Event name", "Event date", "Event count", "Session source / medium", "First user source / medium"),
        *("Client ID", "User pseudo ID", "Landing page", "Purchase revenue", "Device category"),
        *("Название события", "Количество событий", "Источник/канал сеанса", "Сеанс – источник/канал"),
        *("Целевая страница", "Доход от покупок", "Категория устройства", "Идентификатор транзакции"),
    ),
    needed=3,
    attributes=("Device category", "Country", "City", "Категория устройства", "Страна", "Город"),
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
