"""Exports that are known by their look: what their columns are called, and what stands in them.

Headers are compared without case, signs and a currency at the end ("Бюджет, ₽" is "бюджет"); the first of a
role's headers that the file has and whose cells fit takes the role.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data_access.ingest.recognise.draft import Kind
from data_access.ingest.recognise.profile import ColumnKind

_ANY: tuple[ColumnKind, ...] = ("text", "number", "date", "phone", "email", "empty")
_WORD: tuple[ColumnKind, ...] = ("text", "empty")
_NAME: tuple[ColumnKind, ...] = ("text", "number", "phone", "empty")
_MONEY: tuple[ColumnKind, ...] = ("number", "empty")
_TIME: tuple[ColumnKind, ...] = ("date",)
_TIMES: tuple[ColumnKind, ...] = ("date", "empty")


@dataclass(frozen=True, slots=True)
class Expected:
    """A column that an export is expected to have.

    Attributes:
        role: what it means.
        headers: what it is called, the most telling first.
        kinds: what its cells may hold.
        required: without it the file is no such export.
        shape: pattern that every sample has to fit.
        date_format: strptime pattern of its times, where the importer needs one.
    """

    role: str
    headers: tuple[str, ...]
    kinds: tuple[ColumnKind, ...] = _ANY
    required: bool = False
    shape: str | None = None
    date_format: str | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """A known export.

    Attributes:
        names: what people call it, by language.
        source: name of the source in a mapping; a later export of the same table has the same.
        kind: what one row is.
        columns: expected columns.
        marks: headers that other products do not have; at least `needed` of them stand in the file.
        ceiling: confidence where everything fits; lower for forms that no product owns.
        attributes: further headers that are worth keeping beside the customer.
        listed_times: header of the times of purchases, where a row has several as lists in brackets.
    """

    names: Mapping[str, str]
    source: str
    kind: Kind
    columns: tuple[Expected, ...]
    marks: tuple[str, ...] = ()
    needed: int = 0
    ceiling: float = 1.0
    attributes: tuple[str, ...] = ()
    listed_times: str | None = None


_AMOCRM = Preset(
    {"en": "amoCRM: deals", "ru": "amoCRM: сделки"},
    "amocrm_deals",
    "deals",
    (
        Expected("deal", ("ID", "ID сделки"), ("number", "text", "phone"), required=True),
        Expected("status", ("Этап сделки", "Этап", "Статус сделки"), ("text",), required=True),
        Expected("created", ("Дата создания сделки", "Дата создания"), _TIME, required=True),
        Expected("amount", ("Бюджет", "Бюджет сделки"), _MONEY, required=True),
        Expected("changed", ("Дата редактирования", "Дата изменения"), _TIMES),
        Expected("closed", ("Дата закрытия", "Дата закрытия сделки"), _TIMES),
        Expected("pipeline", ("Воронка",), _WORD),
        Expected("manager", ("Ответственный", "Ответственный за сделку"), _WORD),
        Expected("company", ("Компания", "Компания контакта"), _WORD),
        Expected("phone", ("Рабочий телефон (контакт)", "Мобильный телефон (контакт)", "Телефон"), _NAME),
        Expected("email", ("Рабочий email (контакт)", "Личный email (контакт)", "Email"), ("email", *_WORD)),
        Expected("channel", ("Источник сделки", "Источник", "utm_source"), _WORD),
        Expected("touchpoint", ("utm_campaign", "roistat"), _NAME),
        Expected("reason", ("Причина отказа", "Причина закрытия"), _WORD),
    ),
    marks=(
        *("Этап сделки", "Воронка", "Теги сделки", "Дата редактирования", "Основной контакт", "Кем создана"),
        *("Рабочий телефон (контакт)", "Рабочий email (контакт)", "Ближайшая задача", "Кем редактирована"),
    ),
    needed=4,
    attributes=("Город",),
)

_KOMMO = Preset(
    {"en": "Kommo: leads", "ru": "Kommo: сделки"},
    "kommo_deals",
    "deals",
    (
        Expected("deal", ("ID", "Lead ID"), ("number", "text", "phone"), required=True),
        Expected("status", ("Lead stage", "Stage", "Status", "Lead status"), ("text",), required=True),
        Expected(
            "created", ("Created at", "Date created", "Date create", "Lead created at"), _TIME, required=True
        ),
        Expected("amount", ("Sale", "Lead value", "Budget", "Price"), _MONEY, required=True),
        Expected("changed", ("Last modified at", "Modified at", "Last modified", "Lead modified at"), _TIMES),
        Expected("closed", ("Closed at", "Date closed", "Close date", "Lead closed at"), _TIMES),
        Expected("pipeline", ("Pipeline", "Lead pipeline"), _WORD),
        Expected("manager", ("Responsible user", "Responsible", "Lead responsible user"), _WORD),
        Expected("company", ("Company", "Contact's company", "Company name"), _WORD),
        Expected("phone", ("Work phone (contact)", "Mobile phone (contact)", "Phone"), _NAME),
        Expected("email", ("Work email (contact)", "Private email (contact)", "Email"), ("email", *_WORD)),
        Expected("channel", ("Lead source", "Source", "utm_source"), _WORD),
        Expected("touchpoint", ("utm_campaign",), _NAME),
        Expected("reason", ("Loss reason", "Reason for loss"), _WORD),
    ),
    marks=(
        *(
            "Lead title",
            "Lead name",
            "Lead tags",
            "Responsible user",
            "Main contact",
            "Lead stage",
            "Created by",
        ),
        *("Work phone (contact)", "Work email (contact)", "Last modified at", "Modified by", "Closest task"),
    ),
    needed=4,
    attributes=("City",),
)

_BITRIX24 = Preset(
    {"en": "Bitrix24: deals", "ru": "Битрикс24: сделки"},
    "bitrix24_deals",
    "deals",
    (
        Expected("deal", ("ID", "ID сделки"), ("number", "text", "phone"), required=True),
        Expected("status", ("Стадия сделки", "Стадия", "Deal stage"), ("text",), required=True),
        Expected("created", ("Дата создания", "Created on"), _TIME, required=True),
        Expected("amount", ("Сумма", "Сумма сделки", "Amount"), _MONEY, required=True),
        Expected("changed", ("Дата изменения", "Modified on"), _TIMES),
        Expected("closed", ("Дата закрытия", "Предполагаемая дата закрытия", "Expected close date"), _TIMES),
        Expected("currency", ("Валюта", "Currency"), _WORD),
        Expected("pipeline", ("Воронка", "Направление", "Pipeline"), _WORD),
        Expected("manager", ("Ответственный", "Responsible person"), _WORD),
        Expected("customer", ("Контакт: ID", "Contact: ID"), _NAME),
        Expected("company", ("Компания: Название компании", "Компания", "Company: Company name"), _WORD),
        Expected(
            "phone",
            (
                "Контакт: Рабочий телефон",
                "Контакт: Мобильный телефон",
                "Контакт: Телефон",
                "Contact: Work phone",
            ),
            _NAME,
        ),
        Expected(
            "email",
            ("Контакт: Рабочий e-mail", "Контакт: E-mail", "Контакт: Частный e-mail", "Contact: Work e-mail"),
            ("email", *_WORD),
        ),
        Expected("channel", ("Источник", "Source"), _WORD),
        Expected("touchpoint", ("UTM Campaign", "utm_campaign"), _NAME),
        Expected("product", ("Товар", "Product"), _NAME),
        Expected("price", ("Цена", "Price"), _MONEY),
        Expected("quantity", ("Количество", "Quantity"), _MONEY),
        Expected("reason", ("Причина отказа", "Причина провала"), _WORD),
    ),
    marks=(
        *(
            "Стадия сделки",
            "Предполагаемая дата закрытия",
            "Дата начала",
            "Компания: Название компании",
            "Товар",
        ),
        *(
            "Сделка закрыта",
            "Повторная сделка",
            "Доступна для всех",
            "Валюта",
            "Deal stage",
            "Expected close date",
        ),
    ),
    needed=3,
    attributes=("Тип",),
)

_HUBSPOT = Preset(
    {"en": "HubSpot: deals", "ru": "HubSpot: сделки"},
    "hubspot_deals",
    "deals",
    (
        Expected(
            "deal", ("Record ID", "Deal ID", "Record ID - Deal"), ("number", "text", "phone"), required=True
        ),
        Expected("status", ("Deal Stage",), ("text",), required=True),
        Expected("created", ("Create Date", "Deal Create Date"), _TIME, required=True),
        Expected("amount", ("Amount", "Amount in company currency"), _MONEY, required=True),
        Expected("changed", ("Last Modified Date", "Deal Last Modified Date"), _TIMES),
        Expected("closed", ("Close Date",), _TIMES),
        Expected("currency", ("Currency",), _WORD),
        Expected("pipeline", ("Pipeline",), _WORD),
        Expected("manager", ("Deal owner", "Owner"), _WORD),
        Expected("customer", ("Associated Contact IDs", "Associated Contact ID"), _NAME),
        Expected(
            "company",
            (
                "Associated Company IDs (Primary)",
                "Associated Company IDs",
                "Associated Company",
                "Company name",
            ),
            _NAME,
        ),
        Expected("email", ("Associated Contact Email", "Contact Email"), ("email", *_WORD)),
        Expected(
            "channel", ("Original Traffic Source", "Original Source Type", "Latest Traffic Source"), _WORD
        ),
        Expected("touchpoint", ("Original Traffic Source Drill-Down 1", "Original Source Data 1"), _NAME),
        Expected("reason", ("Closed Lost Reason",), _WORD),
    ),
    marks=(
        *("Record ID", "Deal ID", "Deal Name", "Deal Stage", "Deal owner", "Associated Contact IDs"),
        *("Associated Contact", "Associated Company", "Closed Lost Reason", "Closed Won Reason", "Deal Type"),
    ),
    needed=4,
    attributes=("Deal Type",),
)

_SALESFORCE_DEALS = Preset(
    {"en": "Salesforce: opportunities", "ru": "Salesforce: возможности (сделки)"},
    "salesforce_opportunities",
    "deals",
    (
        Expected(
            "deal",
            ("Opportunity ID", "18 Digit Opportunity ID", "Opportunity Record ID"),
            _NAME,
            required=True,
        ),
        Expected("status", ("Stage", "StageName"), ("text",), required=True),
        Expected("created", ("Created Date", "CreatedDate"), _TIME, required=True),
        Expected("amount", ("Amount", "Amount (converted)"), _MONEY, required=True),
        Expected("closed", ("Close Date", "CloseDate"), _TIMES, required=True),
        Expected("changed", ("Last Modified Date", "Last Stage Change Date"), _TIMES),
        Expected("currency", ("Amount Currency", "Opportunity Currency", "Currency"), _WORD),
        Expected("customer", ("Account ID", "AccountId"), _NAME),
        Expected("company", ("Account Name",), _WORD),
        Expected("manager", ("Opportunity Owner", "Owner"), _WORD),
        Expected("channel", ("Lead Source", "LeadSource", "Primary Campaign Source"), _WORD),
        Expected("product", ("Product Name",), _NAME),
        Expected("reason", ("Loss Reason", "Reason Lost", "Closed Lost Reason"), _WORD),
    ),
    marks=(
        *("Opportunity ID", "Opportunity Name", "Opportunity Owner", "Account Name", "Probability (%)"),
        *("Lead Source", "Fiscal Period", "Forecast Category", "Next Step"),
    ),
    needed=3,
    attributes=("Industry", "Type"),
)

_SALESFORCE_HISTORY = Preset(
    {"en": "Salesforce: opportunity history", "ru": "Salesforce: история возможностей (сделок)"},
    "salesforce_history",
    "history",
    (
        Expected("deal", ("Opportunity ID", "OpportunityId"), _NAME, required=True),
        Expected("status", ("To Stage", "StageName", "New Stage"), ("text",), required=True),
        Expected(
            "at",
            ("Last Modified", "Last Modified Date", "Edit Date", "CreatedDate", "Change Date"),
            _TIME,
            required=True,
        ),
        Expected("amount", ("Amount", "To Amount"), _MONEY),
        Expected("manager", ("Last Modified By", "Opportunity Owner"), _WORD),
    ),
    marks=(
        "From Stage",
        "To Stage",
        "OpportunityId",
        "Opportunity ID",
        "Last Modified By",
        "ForecastCategory",
    ),
    needed=2,
)

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
            _NAME,
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
            _WORD,
        ),
        Expected(
            "touchpoint", ("Landing page", "Landing page + query string", "Page path", "Page location"), _WORD
        ),
        Expected("order", ("Transaction ID",), _NAME),
        Expected("amount", ("Purchase revenue", "Total revenue", "Event value"), _MONEY),
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
        Expected("visit", ("ym:s:visitID",), _NAME, required=True),
        Expected("client_id", ("ym:s:clientID", "ym:s:counterUserIDHash"), _NAME, required=True),
        Expected("at", ("ym:s:dateTime", "ym:s:dateTimeUTC", "ym:s:date"), _TIME, required=True),
        Expected(
            "channel",
            (
                "ym:s:lastTrafficSource",
                "ym:s:lastsignTrafficSource",
                "ym:s:lastSignTrafficSource",
                "ym:s:firstTrafficSource",
                "ym:s:UTMSource",
            ),
            _WORD,
        ),
        Expected("touchpoint", ("ym:s:startURL",), _WORD),
        Expected("order", ("ym:s:purchaseID",), _NAME),
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

EXPORTS: Mapping[str, Preset] = {
    "amocrm": _AMOCRM,
    "kommo": _KOMMO,
    "bitrix24": _BITRIX24,
    "hubspot": _HUBSPOT,
    "salesforce": _SALESFORCE_DEALS,
    "salesforce_history": _SALESFORCE_HISTORY,
    "ga4": _GA4,
    "metrica": _METRICA,
}
"""Exports of one product each."""
