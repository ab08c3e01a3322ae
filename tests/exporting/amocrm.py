"""amoCRM and Kommo: 78 columns, headers that repeat, budgets with a currency, phones with an apostrophe."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.exporting.people import ENGLISH, RUSSIAN, Deal, customers, deals
from tests.exporting.tables import NARROW, NBSP, csv_text, russian, workbook
from tests.exporting.truth import Expected, Sample, by_month

_WORDS = replace(
    RUSSIAN,
    stages=("Неразобранное", "Первичный контакт", "Переговоры", "Принимают решение", "Согласование договора"),
    won="Успешно реализовано",
    lost="Закрыто и не реализовано",
)
_KOMMO = replace(
    ENGLISH,
    stages=("Incoming leads", "Initial contact", "Discussions", "Decision making", "Contract discussion"),
    won="Closed - won",
    lost="Closed - lost",
    sources=("Website", "Google Ads", "Phone call", "WhatsApp", "Instagram", "Referral"),
)
_HEAD = (
    *("ID", "Название сделки", "Бюджет, ₽", "Ответственный", "Дата создания сделки", "Кем создана сделка"),
    *("Дата редактирования", "Кем редактирована", "Дата закрытия", "Теги сделки"),
    *("Примечание", "Примечание", "Примечание", "Примечание", "Примечание", "Этап сделки", "Воронка"),
    *("Источник", "Причина отказа", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("utm_referrer", "roistat", "referrer", "openstat_service", "openstat_campaign", "openstat_ad", "from"),
    *("gclientid", "_ym_uid", "_ym_counter", "gclid", "yclid", "fbclid", "Город", "Адрес доставки"),
    *(
        "Дата замера",
        "Площадь, м²",
        "Тип помещения",
        "Договор №",
        "Предоплата",
        "Способ оплаты",
        "Комментарий",
    ),
    *("Основной контакт", "Компания контакта", "Должность (контакт)", "Рабочий телефон (контакт)"),
    *("Рабочий прямой телефон (контакт)", "Мобильный телефон (контакт)", "Факс (контакт)"),
    *("Домашний телефон (контакт)", "Другой телефон (контакт)", "Рабочий email (контакт)"),
    *("Личный email (контакт)", "Другой email (контакт)", "Рабочий телефон (контакт)", "Email", "Email"),
    *("Telegram (контакт)", "Дата рождения (контакт)", "Согласие на рассылку (контакт)", "Компания"),
    *(
        "Рабочий телефон (компания)",
        "Email (компания)",
        "Сайт (компания)",
        "Адрес (компания)",
        "ИНН (компания)",
    ),
    *("Ближайшая задача", "Тип задачи", "Дата задачи", "Кол-во касаний", "Скидка", "Срок изготовления"),
    *("Дизайнер", "Бригада", "Ссылка на папку"),
)


def amocrm_csv() -> Sample:
    """UTF-8 with its mark, `;`, CRLF, "350 000 ₽" with no-break blanks."""
    return _amocrm([_rounded(deal) for deal in deals(Random(501), _WORDS, 105, 24_100_001)])


def amocrm_later() -> Sample:
    """The same deals three weeks later: every third open one is won, the others stand one stage further."""
    made = [_rounded(deal) for deal in deals(Random(501), _WORDS, 105, 24_100_001)]
    return _amocrm([deal if deal.closed else _moved(deal, won=deal.number % 3 == 0) for deal in made])


def _amocrm(made: list[Deal]) -> Sample:
    random = Random(511)
    rows = [_HEAD, *(_row(random, deal, _budget(random, deal.amount)) for deal in made)]
    name = "amocrm_export_leads.csv"
    files = {name: csv_text(rows, ";").encode("utf-8-sig")}
    return Sample(files, {name: "amocrm"}, _truth(name, made))


def _moved(deal: Deal, won: bool) -> Deal:
    changed = deal.changed + timedelta(days=21)
    if won:
        return replace(deal, changed=changed, closed=changed, status=_WORDS.won, won=True)
    place = _WORDS.stages.index(deal.status)
    return replace(deal, changed=changed, status=_WORDS.stages[min(place + 1, len(_WORDS.stages) - 1)])


def amocrm_xlsx() -> Sample:
    """The same form as a workbook: numbers for ids and budgets, text for dates, a sheet's days for ends."""
    random = Random(502)
    made = [_rounded(deal) for deal in deals(random, _WORDS, 70, 24_300_001)]
    rows: list[list[object]] = [list(_HEAD)]
    for deal in made:
        row: list[object] = list(_row(random, deal, ""))
        row[0] = deal.number
        row[2] = deal.amount if deal.amount is not None else ""
        row[_HEAD.index("Дата закрытия")] = _serial(deal.closed) if deal.closed else ""
        rows.append(row)
    name = "amocrm_export_leads.xlsx"
    return Sample({name: workbook({"Сделки": rows}, {})}, {name: "amocrm"}, _truth(name, made))


def _rounded(deal: Deal) -> Deal:
    """Most budgets are guesses in whole thousands."""
    if deal.amount is None or deal.number % 5 == 0:
        return deal
    return replace(deal, amount=round(deal.amount, -3))


def _row(random: Random, deal: Deal, budget: str) -> tuple[str, ...]:
    person = deal.person
    cells = dict.fromkeys(range(len(_HEAD)), "")
    given = {
        "ID": str(deal.number),
        "Название сделки": f"Сделка #{deal.number}",
        "Бюджет, ₽": budget,
        "Ответственный": deal.manager,
        "Дата создания сделки": _moment(deal.created),
        "Кем создана сделка": deal.manager if random.random() < 0.4 else "Робот",
        "Дата редактирования": _moment(deal.changed),
        "Кем редактирована": deal.manager,
        "Дата закрытия": _moment(deal.closed) if deal.closed else "не закрыта",
        "Теги сделки": random.choice(("", "vip", "кухня, акция", "повтор")),
        "Примечание": random.choice(("", "Просил перезвонить; после 18:00", 'Сказал: "подумаю"\nи пропал')),
        "Этап сделки": deal.status,
        "Воронка": "Продажи" if deal.number % 7 else "Опт",
        "Источник": deal.source,
        "Причина отказа": deal.reason,
        "utm_source": "yandex" if deal.source == "Яндекс.Директ" else "",
        "utm_medium": "cpc" if deal.source == "Яндекс.Директ" else "",
        "utm_campaign": deal.campaign,
        "Город": random.choice(("Москва", "Тверь", "Казань", "")),
        "Основной контакт": person.name if person else "",
        "Компания контакта": person.company if person else "",
        "Рабочий телефон (контакт)": _phone(random, person.phone) if person else "",
        "Рабочий email (контакт)": person.email if person and random.random() < 0.7 else "",
        "Компания": person.company if person else "",
        "Кол-во касаний": str(random.randrange(1, 9)),
    }
    first = {header: index for index, header in reversed(list(enumerate(_HEAD)))}
    for header, cell in given.items():
        cells[first[header]] = cell
    return tuple(cells.values())


def _phone(random: Random, digits: str) -> str:
    """The ways in which one number stands in one CRM."""
    area, rest = digits[:3], digits[3:]
    split = f"{rest[:3]}-{rest[3:5]}-{rest[5:]}"
    return random.choice((f"'+7{digits}", f"8{digits}", f"+7 ({area}) {split}", f"8 ({area}) {split}"))


def _budget(random: Random, amount: Decimal | None) -> str:
    if amount is None:
        return random.choice(("", " "))
    return russian(amount, random.choice((NBSP, NARROW, " "))) + random.choice((" ₽", f"{NBSP}₽", ""))


def _moment(at: datetime) -> str:
    return f"{at:%d.%m.%Y %H:%M:%S}"


def _serial(at: datetime) -> float:
    """Days since the end of 1899, as a cell without a format shows them."""
    return round((at - datetime(1899, 12, 30)).total_seconds() / 86_400, 8)


def _truth(name: str, made: list[Deal]) -> Expected:
    won = [(deal.closed or deal.changed, deal.amount or Decimal(0)) for deal in made if deal.won]
    return Expected({name: len(made)}, customers(made), len(won), by_month(won))


_KOMMO_HEAD = (
    *("ID", "Lead title", "Sale", "Responsible user", "Created at", "Created by", "Last modified at"),
    *(
        "Modified by",
        "Closed at",
        "Lead tags",
        "Note",
        "Note",
        "Note",
        "Lead stage",
        "Pipeline",
        "Lead source",
    ),
    *("Loss reason", "utm_source", "utm_medium", "utm_campaign", "City", "Main contact", "Company"),
    *("Work phone (contact)", "Mobile phone (contact)", "Work email (contact)", "Private email (contact)"),
    *("Closest task", "Position (contact)", "Web (company)"),
)


def kommo_csv() -> Sample:
    """English: commas, "$1,250.00", dates with points as in the Russian edition."""
    random = Random(503)
    made = deals(random, _KOMMO, 80, 9_300_001)
    rows: list[tuple[str, ...]] = [_KOMMO_HEAD]
    for deal in made:
        person = deal.person
        given = {
            "ID": str(deal.number),
            "Lead title": f"Lead #{deal.number}",
            "Sale": f"${deal.amount:,.2f}" if deal.amount is not None else "",
            "Responsible user": deal.manager,
            "Created at": _moment(deal.created),
            "Created by": "Robot",
            "Last modified at": _moment(deal.changed),
            "Modified by": deal.manager,
            "Closed at": _moment(deal.closed) if deal.closed else "",
            "Lead tags": random.choice(("", "vip", "spring, promo")),
            "Lead stage": deal.status,
            "Pipeline": "Sales",
            "Lead source": deal.source,
            "Loss reason": deal.reason,
            "utm_campaign": deal.campaign,
            "City": random.choice(("Austin", "Lisbon", "")),
            "Main contact": person.name if person else "",
            "Company": person.company if person else "",
            "Work phone (contact)": f"+7{person.phone}" if person else "",
            "Work email (contact)": person.email if person else "",
        }
        rows.append(tuple(given.get(header, "") for header in _KOMMO_HEAD))
    name = "kommo_export_leads.csv"
    files = {name: csv_text(rows).encode("utf-8")}
    return Sample(files, {name: "kommo"}, _truth(name, made), zone="UTC", currency="USD")
