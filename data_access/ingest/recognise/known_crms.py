"""Exports of deals that CRMs make."""

from __future__ import annotations

from collections.abc import Mapping

from data_access.ingest.recognise.preset_form import MONEY, NAME, TIME, TIMES, WORD, Expected, Preset

_AMO_PHONES = (  # two generations of the product: with and without "(контакт)"
    *("Рабочий телефон (контакт)", "Мобильный телефон (контакт)", "Рабочий прямой телефон (контакт)"),
    *("Домашний телефон (контакт)", "Другой телефон (контакт)"),
    *("Рабочий телефон", "Мобильный телефон", "Рабочий прямой телефон", "Домашний телефон", "Телефон"),
)
_AMO_MAILS = (
    *("Рабочий email (контакт)", "Личный email (контакт)", "Другой email (контакт)"),
    *("Рабочий email", "Личный email", "Другой email", "Email"),
)
_AMOCRM = Preset(
    {"en": "amoCRM: deals", "ru": "amoCRM: сделки"},
    "amocrm_deals",
    "deals",
    (
        Expected("deal", ("ID", "ID сделки"), ("number", "text", "phone"), required=True),
        Expected("status", ("Этап сделки", "Этап", "Статус сделки"), ("text",), required=True),
        Expected("created", ("Дата создания сделки", "Дата создания"), TIME, required=True),
        Expected("amount", ("Бюджет", "Бюджет сделки"), MONEY, required=True),
        Expected("changed", ("Дата редактирования", "Дата изменения"), TIMES),
        Expected("closed", ("Дата закрытия", "Дата закрытия сделки"), TIMES),
        Expected("pipeline", ("Воронка",), WORD),
        Expected("manager", ("Ответственный", "Ответственный за сделку"), WORD),
        Expected("company", ("Компания", "Компания контакта"), WORD),
        Expected("phone", _AMO_PHONES, NAME),
        Expected("email", _AMO_MAILS, ("email", *WORD)),
        Expected("channel", ("Источник сделки", "Источник", "Источник трафика", "utm_source"), WORD),
        Expected("touchpoint", ("utm_campaign", "roistat"), NAME),
        Expected("reason", ("Причина отказа", "Причина закрытия"), WORD),
    ),
    marks=(
        *(
            "Этап сделки",
            "Воронка",
            "Теги сделки",
            "Дата редактирования",
            "Основной контакт",
            "Ближайшая задача",
        ),
        *("Рабочий телефон (контакт)", "Рабочий email (контакт)", "Кем создана сделка", "Кем редактирована"),
        *("Полное имя контакта", "Ответственный за контакт"),
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
            "created", ("Created at", "Date created", "Date create", "Lead created at"), TIME, required=True
        ),
        Expected("amount", ("Sale", "Lead value", "Budget", "Price"), MONEY, required=True),
        Expected("changed", ("Last modified at", "Modified at", "Last modified", "Lead modified at"), TIMES),
        Expected("closed", ("Closed at", "Date closed", "Close date", "Lead closed at"), TIMES),
        Expected("pipeline", ("Pipeline", "Lead pipeline"), WORD),
        Expected("manager", ("Responsible user", "Responsible", "Lead responsible user"), WORD),
        Expected("company", ("Company", "Contact's company", "Company name"), WORD),
        Expected("phone", ("Work phone (contact)", "Mobile phone (contact)", "Phone"), NAME),
        Expected("email", ("Work email (contact)", "Private email (contact)", "Email"), ("email", *WORD)),
        Expected("channel", ("Lead source", "Source", "utm_source"), WORD),
        Expected("touchpoint", ("utm_campaign",), NAME),
        Expected("reason", ("Loss reason", "Reason for loss"), WORD),
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
        Expected("created", ("Дата создания", "Created on"), TIME, required=True),
        Expected("amount", ("Сумма", "Сумма сделки", "Amount"), MONEY, required=True),
        Expected("changed", ("Дата изменения", "Modified on"), TIMES),
        Expected("closed", ("Дата закрытия", "Предполагаемая дата закрытия", "Expected close date"), TIMES),
        Expected("currency", ("Валюта", "Currency"), WORD),
        Expected("pipeline", ("Воронка", "Направление", "Pipeline"), WORD),
        Expected("manager", ("Ответственный", "Responsible person"), WORD),
        Expected("customer", ("Контакт: ID", "Contact: ID"), NAME),
        Expected("company", ("Компания: Название компании", "Компания", "Company: Company name"), WORD),
        Expected(
            "phone",
            (
                "Контакт: Рабочий телефон",
                "Контакт: Мобильный телефон",
                "Контакт: Телефон",
                "Contact: Work phone",
            ),
            NAME,
        ),
        Expected(
            "email",
            ("Контакт: Рабочий e-mail", "Контакт: E-mail", "Контакт: Частный e-mail", "Contact: Work e-mail"),
            ("email", *WORD),
        ),
        Expected("channel", ("Источник", "Source"), WORD),
        Expected("touchpoint", ("UTM Campaign", "utm_campaign"), NAME),
        Expected("product", ("Товар", "Product"), NAME),
        Expected("price", ("Цена", "Price"), MONEY),
        Expected("quantity", ("Количество", "Quantity"), MONEY),
        Expected("reason", ("Причина отказа", "Причина провала"), WORD),
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
        Expected("created", ("Create Date", "Deal Create Date"), TIME, required=True),
        Expected("amount", ("Amount", "Amount in company currency"), MONEY, required=True),
        Expected("changed", ("Last Modified Date", "Deal Last Modified Date"), TIMES),
        Expected("closed", ("Close Date",), TIMES),
        Expected("currency", ("Currency",), WORD),
        Expected("pipeline", ("Pipeline",), WORD),
        Expected("manager", ("Deal owner", "Owner"), WORD),
        Expected("customer", ("Associated Contact IDs", "Associated Contact ID"), NAME),
        Expected(
            "company",
            (
                "Associated Company IDs (Primary)",
                "Associated Company IDs",
                "Associated Company",
                "Company name",
            ),
            NAME,
        ),
        Expected("email", ("Associated Contact Email", "Contact Email"), ("email", *WORD)),
        Expected(
            "channel", ("Original Traffic Source", "Original Source Type", "Latest Traffic Source"), WORD
        ),
        Expected("touchpoint", ("Original Traffic Source Drill-Down 1", "Original Source Data 1"), NAME),
        Expected("reason", ("Closed Lost Reason",), WORD),
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
            NAME,
            required=True,
        ),
        Expected("status", ("Stage", "StageName"), ("text",), required=True),
        Expected("created", ("Created Date", "CreatedDate"), TIME, required=True),
        Expected("amount", ("Amount", "Amount (converted)"), MONEY, required=True),
        Expected("closed", ("Close Date", "CloseDate"), TIMES, required=True),
        Expected("changed", ("Last Modified Date", "Last Stage Change Date"), TIMES),
        Expected("currency", ("Amount Currency", "Opportunity Currency", "Currency"), WORD),
        Expected("customer", ("Account ID", "AccountId"), NAME),
        Expected("company", ("Account Name",), WORD),
        Expected("manager", ("Opportunity Owner", "Owner"), WORD),
        Expected("channel", ("Lead Source", "LeadSource", "Primary Campaign Source"), WORD),
        Expected("product", ("Product Name",), NAME),
        Expected("reason", ("Loss Reason", "Reason Lost", "Closed Lost Reason"), WORD),
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
        Expected("deal", ("Opportunity ID", "OpportunityId"), NAME, required=True),
        Expected("status", ("To Stage", "StageName", "New Stage"), ("text",), required=True),
        Expected(
            "at",
            ("Last Modified", "Last Modified Date", "Edit Date", "CreatedDate", "Change Date"),
            TIME,
            required=True,
        ),
        Expected("amount", ("Amount", "To Amount"), MONEY),
        Expected("manager", ("Last Modified By", "Opportunity Owner"), WORD),
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

CRMS: Mapping[str, Preset] = {
    "amocrm": _AMOCRM,
    "kommo": _KOMMO,
    "bitrix24": _BITRIX24,
    "hubspot": _HUBSPOT,
    "salesforce": _SALESFORCE_DEALS,
    "salesforce_history": _SALESFORCE_HISTORY,
}
"""Formats, by key."""
