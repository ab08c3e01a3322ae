"""Lists that somebody keeps by hand: orders (cp1251), events (UTF-16, several zones), answers (a workbook)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from tests.exporting.people import RUSSIAN, people
from tests.exporting.tables import csv_text, russian, workbook
from tests.exporting.truth import Expected, Sample, by_month

_PRODUCTS = ("Чайник «Утро»", "Кружка", "Плед; шерсть", "Лампа настольная", "Коврик")
_CHANNELS = ("Сайт", "Маркетплейс", "Магазин", "Звонок")


def orders_csv() -> Sample:
    """Windows-1251, `;`, decimal comma; an order of several goods has several lines; some are cancelled."""
    random = Random(561)
    known = people(RUSSIAN, 60, companies=False)
    rows: list[tuple[str, ...]] = [
        (
            *("Номер заказа", "Дата заказа", "Клиент", "Телефон", "Товар", "Количество", "Цена", "Сумма"),
            *("Статус", "Канал", "Менеджер"),
        )
    ]
    sales: list[tuple[datetime, Decimal]] = []
    buyers, deals = set(), 0
    for number in range(110):
        person = known[number] if number < len(known) else random.choice(known)
        at = datetime(2026, 3, 2, 10) + timedelta(minutes=random.randrange(150 * 24 * 60))
        status = random.choice(("Оплачен", "Оплачен", "Оплачен", "Доставлен", "Отменён", "Новый"))
        channel, manager = random.choice(_CHANNELS), random.choice(RUSSIAN.managers)
        if status in ("Оплачен", "Доставлен"):
            deals += 1
            buyers.add(person)
        for product in random.sample(_PRODUCTS, random.choice((1, 1, 2))):
            quantity, price = random.randrange(1, 5), Decimal(random.randrange(19_900, 1_500_000)) / 100
            if status in ("Оплачен", "Доставлен"):
                sales.append((at, quantity * price))
            money = [f"{price:.2f}".replace(".", ","), russian(quantity * price)]
            rows.append(
                (
                    *(
                        f"З-{7_000 + number}",
                        f"{at:%d.%m.%Y %H:%M}",
                        person.name,
                        f"8{person.phone}",
                        product,
                    ),
                    *(str(quantity), *money, status, channel, manager),
                )
            )
    name = "zakazy.csv"
    expected = Expected(
        rows={name: len(rows) - 1}, customers=len(buyers), deals=deals, revenue=by_month(sales)
    )
    return Sample({name: csv_text(rows, ";").encode("cp1251")}, {name: "orders"}, expected)


_EVENTS = ("Визит на сайт", "Заявка", "Консультация", "КП отправлено", "Оплата получена")


def events_txt() -> Sample:
    """ "Unicode text" of a spreadsheet: UTF-16, tabs; times with Z, with +03:00 and without a zone."""
    random = Random(571)
    known = people(RUSSIAN, 55, companies=False)
    rows: list[tuple[str, ...]] = [
        (
            "Время события",
            "Код клиента",
            "E-mail",
            "Событие",
            "Канал",
            "Страница",
            "Менеджер",
            "Номер заказа",
            "Сумма",
        )
    ]
    sales: list[tuple[datetime, Decimal]] = []
    for person in known:
        at = datetime(2026, 1, 12, 9) + timedelta(minutes=random.randrange(140 * 24 * 60))
        for step in _EVENTS[: random.choice((1, 2, 2, 3, 4, 5, 5))]:
            at += timedelta(minutes=random.randrange(30, 4_000))
            paid = Decimal(random.randrange(100_000, 9_000_000)) / 100 if step == _EVENTS[-1] else None
            order = f"E-{len(sales) + 1}" if paid else ""
            if paid:
                sales.append((at, paid))
            rows.append(
                (
                    *(
                        _written(random, at),
                        f"K{person.number:04}",
                        person.email,
                        step,
                        random.choice(_CHANNELS),
                    ),
                    *("/catalog" if step == _EVENTS[0] else "", random.choice(RUSSIAN.managers), order),
                    f"{paid:.2f}".replace(".", ",") if paid else "",
                )
            )
    name = "sobytiya.txt"
    expected = Expected(
        rows={name: len(rows) - 1}, customers=len(known), deals=len(sales), revenue=by_month(sales)
    )
    return Sample({name: csv_text(rows, "\t").encode("utf-16")}, {name: "events"}, expected)


def _written(random: Random, at: datetime) -> str:
    """A local time of Moscow as three programs would write it."""
    form = random.randrange(3)
    if form == 0:
        return f"{at - timedelta(hours=3):%Y-%m-%dT%H:%M:%S}Z"
    return f"{at:%Y-%m-%dT%H:%M:%S}+03:00" if form == 1 else f"{at:%Y-%m-%d %H:%M:%S}"


def survey_xlsx() -> Sample:
    """Three sheets; the answers have a title and a merged header above their own; some dates are text."""
    random = Random(581)
    known = people(RUSSIAN, 40, companies=False)
    head = [
        "ID анкеты",
        "Дата ответа",
        "E-mail",
        "Показатель",
        "Оценка",
        "Этап",
        "Точка контакта",
        "Комментарий",
    ]
    rows: list[list[object]] = [
        ["Опрос клиентов, первое полугодие 2026"],
        [],
        ["", "", "", "", "", "", "", ""],
        list(head),
    ]
    answers: dict[str, tuple[int, Decimal]] = {}
    for number in range(120):
        person = known[number] if number < len(known) else random.choice(known)
        at = datetime(2026, 2, 3, 9) + timedelta(minutes=random.randrange(130 * 24 * 60))
        metric = ("NPS", "CSAT", "CES")[number % 3]
        score = (
            random.randrange(0, 11) if metric == "NPS" else random.randrange(1, 6 if metric == "CSAT" else 8)
        )
        count, total = answers.get(metric.lower(), (0, Decimal(0)))
        answers[metric.lower()] = (count + 1, total + score)
        rows.append(
            [
                *(
                    f"A{number + 1}",
                    at if number % 10 else f"{at:%d.%m.%Y %H:%M}",
                    person.email,
                    metric,
                    score,
                ),
                *(
                    random.choice(("Покупка", "Постпокупочный опыт", "Активная оценка")),
                    random.choice(("Сайт", "Доставка")),
                ),
                random.choice(("", "", "Всё понравилось", "=2+2 долго ждал")),
            ]
        )
    book = workbook(
        {
            "О файле": [["Выгрузка опросов"], ["Ответственный", "Отдел заботы"]],
            "Ответы": rows,
            "Справочник": [["Показатель", "Шкала"], ["NPS", "0-10"], ["CSAT", "1-5"], ["CES", "1-7"]],
        },
        {"Ответы": [(2, 0, 2, 2, "Кто и когда"), (2, 3, 2, 7, "Что ответили")]},
    )
    name = "opros.xlsx"
    expected = Expected(rows={name: 120}, customers=len(known), answers=answers)
    return Sample({name: book}, {name: "survey"}, expected)
