"""Bitrix24, HubSpot and Salesforce: a page that calls itself .xls, CSV with commas, two files of one report."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.exporting.people import ENGLISH, RUSSIAN, Deal, customers, deals
from tests.exporting.tables import csv_text
from tests.exporting.truth import Expected, Sample, by_month

_BITRIX = replace(
    RUSSIAN,
    stages=("Новая", "Подготовка документов", "Счёт на предоплату", "В работе", "Финальный счёт"),
    won="Сделка успешна",
    lost="Сделка провалена",
    sources=("Веб-сайт", "Звонок", "Электронная почта", "Рекомендация", "CRM-форма", "Выставка", "Telegram"),
    managers=("Анна Орлова", "Илья Петров", "Мария Сидоренко"),
)
_HUBSPOT = replace(
    ENGLISH,
    stages=("Appointment Scheduled", "Qualified To Buy", "Presentation Scheduled", "Contract Sent"),
    won="Closed Won",
    lost="Closed Lost",
)
_STEPS = ("Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review")
_SALESFORCE = replace(
    ENGLISH,
    stages=_STEPS,
    won="Closed Won",
    lost="Closed Lost",
    sources=("Web", "Phone Inquiry", "Partner Referral", "Trade Show", "Other"),
)


def _expected_close(deal: Deal) -> datetime:
    """Open deals have a date on which somebody hopes to close them."""
    return deal.closed or deal.created + timedelta(days=300)


def _truth(rows: dict[str, int], made: list[Deal]) -> Expected:
    won = [(_expected_close(deal), deal.amount or Decimal(0)) for deal in made if deal.won]
    return Expected(rows=rows, customers=customers(made), deals=len(won), revenue=by_month(won))


# -------------------------------------------------------------------------------------- Bitrix24

_BITRIX_HEAD = (
    *("ID", "Название сделки", "Стадия сделки", "Сумма", "Валюта", "Ответственный", "Тип", "Источник"),
    *("Дата создания", "Дата изменения", "Дата начала", "Предполагаемая дата закрытия", "Сделка закрыта"),
    *("Воронка", "Контакт: ID", "Контакт: Имя", "Контакт: Рабочий телефон", "Контакт: Рабочий e-mail"),
    *("Компания: Название компании", "Товар", "Цена", "Количество", "Комментарий", "UTM Campaign"),
)


def bitrix24_xls() -> Sample:
    """A page with a table; a deal of several products stands on as many rows, its sum on each of them."""
    random = Random(511)
    made = [_with_discount(random, deal) for deal in deals(random, _BITRIX, 60, 1_201, whole=True)]
    rows = [cells for deal in made for cells in _bitrix_rows(deal)]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in _BITRIX_HEAD)
    lines = [f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    page = (
        '<html>\n<head>\n<meta http-equiv="Content-type" content="text/html;charset=UTF-8">\n'
        '<style type="text/css">\n\ttd {mso-number-format:\\@;}\n</style>\n</head>\n<body>\n'
        f'<table border="1">\n<thead><tr>{head}</tr></thead>\n<tbody>\n' + "\n".join(lines)
    )
    name = "DEAL_20260901_demo.xls"
    content = f"{page}\n</tbody>\n</table>\n</body>\n</html>\n".encode()
    return Sample({name: content}, {name: "bitrix24"}, _truth({name: len(rows)}, made))


def _with_discount(random: Random, deal: Deal) -> Deal:
    """The sum of some deals is not that of their products."""
    if deal.amount is None:
        return replace(
            deal, amount=sum((quantity * price for _, quantity, price in deal.products), Decimal(0))
        )
    return replace(deal, amount=deal.amount - 500) if random.random() < 0.2 else deal


def _bitrix_rows(deal: Deal) -> list[list[str]]:
    person = deal.person
    assert person is not None
    whole = [
        *(str(deal.number), f"Сделка #{deal.number}", deal.status, str(deal.amount), "RUB", deal.manager),
        *("Продажа", deal.source, f"{deal.created:%d.%m.%Y %H:%M:%S}", f"{deal.changed:%d.%m.%Y %H:%M:%S}"),
        *(f"{deal.created:%d.%m.%Y}", f"{_expected_close(deal):%d.%m.%Y}", "да" if deal.closed else "нет"),
        *("Общая", str(700 + person.number), person.name, f"+7{person.phone}", person.email, person.company),
    ]
    behind = ["Ждёт <b>замер</b> & смету" if deal.number % 5 == 0 else "", deal.campaign]
    return [
        [*whole, product, f"{price}", str(quantity), *behind] for product, quantity, price in deal.products
    ]


# --------------------------------------------------------------------------------------- HubSpot

_HUBSPOT_HEAD = (
    *("Record ID", "Deal Name", "Deal Stage", "Close Date", "Deal owner", "Amount", "Create Date"),
    *("Last Modified Date", "Pipeline", "Deal Type", "Original Traffic Source", "Closed Lost Reason"),
    *("Closed Won Reason", "Associated Contact", "Associated Contact IDs", "Associated Company"),
    *("Associated Company IDs", "Currency", "Number of Sales Activities", "Next Step"),
)


def hubspot_csv() -> Sample:
    """UTF-8 without a mark, commas, every cell in quotes, `2026-03-14 10:22`."""
    random = Random(521)
    made = deals(random, _HUBSPOT, 120, 18_000_001, whole=True)
    rows: list[tuple[str, ...]] = [_HUBSPOT_HEAD]
    for deal in made:
        person = deal.person
        assert person is not None
        rows.append(
            (
                *(str(deal.number), f"{person.name} - new deal", deal.status, _minute(_expected_close(deal))),
                *(deal.manager, "" if deal.amount is None else str(deal.amount), _minute(deal.created)),
                *(
                    _minute(deal.changed),
                    "Sales Pipeline",
                    random.choice(("newbusiness", "existingbusiness")),
                ),
                *(
                    deal.source,
                    deal.reason,
                    "",
                    f"{person.name} ({person.email})",
                    _contacts(random, person.number),
                ),
                *(person.company, str(8_000 + person.number) if person.company else "", "USD"),
                *(str(random.randrange(12)), ""),
            )
        )
    name = "hubspot-crm-exports-all-deals.csv"
    files = {name: csv_text(rows, quoted=True).encode()}
    expected = _truth({name: len(made)}, made)
    return Sample(files, {name: "hubspot"}, expected, zone="America/New_York", currency="USD")


def _contacts(random: Random, number: int) -> str:
    """The first one is whose deal it is; some deals have another beside."""
    return f"{51_000 + number};{60_000 + number}" if random.random() < 0.15 else str(51_000 + number)


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


# ------------------------------------------------------------------------------------ Salesforce

_OPPORTUNITY_HEAD = (
    *(
        "Opportunity ID",
        "Opportunity Name",
        "Account ID",
        "Account Name",
        "Stage",
        "Amount Currency",
        "Amount",
        "Probability (%)",
    ),
    *("Close Date", "Created Date", "Lead Source", "Type", "Opportunity Owner", "Loss Reason", "Next Step"),
)
_HISTORY_HEAD = (
    *("Opportunity ID", "Opportunity Name", "From Stage", "To Stage", "Amount", "Probability (%)"),
    *("Close Date", "Last Modified", "Last Modified By"),
)


def salesforce() -> Sample:
    """Two reports: the opportunities as they are today, and each change of their stage; 3/14/2026."""
    random = Random(531)
    made = deals(random, _SALESFORCE, 90, 401, whole=True)
    opportunities: list[tuple[str, ...]] = [_OPPORTUNITY_HEAD]
    history: list[tuple[str, ...]] = [_HISTORY_HEAD]
    for deal in made:
        opportunities.append(_opportunity(deal))
        history += _history(random, deal)
    table, steps = "salesforce_opportunities.csv", "salesforce_opportunity_history.csv"
    files = {
        table: csv_text(opportunities, quoted=True).encode(),
        steps: csv_text(history, quoted=True).encode(),
    }
    expected = _truth({table: len(made), steps: len(history) - 1}, made)
    presets = {table: "salesforce", steps: "salesforce_history"}
    return Sample(files, presets, expected, zone="America/New_York", currency="USD")


def _opportunity(deal: Deal) -> tuple[str, ...]:
    person = deal.person
    assert person is not None
    return (
        *(_key("006", deal.number), f"{person.name} - {deal.products[0][0]}", _key("001", person.number)),
        *(
            person.company or f"{person.name} Household",
            deal.status,
            "USD",
            "" if deal.amount is None else f"{deal.amount}",
        ),
        *("100" if deal.won else "0" if deal.lost else "50", _day(_expected_close(deal)), _day(deal.created)),
        *(deal.source, "New Business", deal.manager, deal.reason, ""),
    )


def _history(random: Random, deal: Deal) -> list[tuple[str, ...]]:
    """Every step up to today's stage, an hour or more apart."""
    last = _STEPS.index(deal.status) if deal.status in _STEPS else random.randrange(len(_STEPS))
    steps = [*_STEPS[: last + 1], *([deal.status] if deal.closed else [])]
    person, spent = deal.person, deal.changed - deal.created
    assert person is not None
    return [
        (
            *(_key("006", deal.number), f"{person.name} - {deal.products[0][0]}", before, step),
            *("" if deal.amount is None else f"{deal.amount}", "", _day(_expected_close(deal))),
            *(_clock(deal.created + spent * place / max(len(steps) - 1, 1)), deal.manager),
        )
        for place, (before, step) in enumerate(zip(["", *steps], steps, strict=False))
    ]


def _key(prefix: str, number: int) -> str:
    return f"{prefix}5g00000{number:08}AAA"[:18]


def _day(at: datetime) -> str:
    return f"{at.month}/{at.day}/{at.year}"


def _clock(at: datetime) -> str:
    return f"{_day(at)} {at:%I:%M %p}".replace(" 0", " ")
