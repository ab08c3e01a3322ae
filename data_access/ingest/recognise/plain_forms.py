"""Forms that no product owns: a list of orders, a log of events, answers of a survey."""

from __future__ import annotations

from collections.abc import Mapping

from data_access.ingest.recognise.preset_form import Expected, Preset

_CUSTOMER = Expected(
    "customer",
    (
        *(
            "ID клиента",
            "Код клиента",
            "Номер клиента",
            "Клиент ID",
            "Customer ID",
            "Client",
            "Customer",
            "User ID",
        ),
        *("user_id", "customer_id", "ID покупателя", "Карта лояльности", "Member ID"),
    ),
    ("text", "number", "phone", "email", "empty"),
)
_PHONE = Expected(
    "phone",
    ("Телефон клиента", "Телефон", "Телефон покупателя", "Phone", "Phone number", "Mobile"),
    ("phone", "number", "text", "empty"),
)
_EMAIL = Expected(
    "email",
    ("E-mail клиента", "E-mail", "Почта", "Электронная почта", "Customer email", "Email address"),
    ("email", "text", "empty"),
)
_CLIENT = Expected(
    "client_id",
    ("Client ID", "client_id", "clientID", "ID посетителя", "Visitor ID", "Cookie"),
    ("text", "number", "phone", "empty"),
)
_CHANNEL = Expected(
    "channel", ("Канал", "Источник", "Channel", "Source", "utm_source", "Канал продаж"), ("text", "empty")
)
_MANAGER = Expected(
    "manager", ("Менеджер", "Ответственный", "Продавец", "Manager", "Sales rep"), ("text", "empty")
)
_TOUCHPOINT = Expected(
    "touchpoint",
    ("Точка контакта", "Страница", "Touchpoint", "Page", "URL", "Landing page", "Место"),
    ("text", "empty"),
)
_MONEY = ("number", "empty")

_ORDERS = Preset(
    {"en": "List of orders", "ru": "Список заказов"},
    "orders",
    "orders",
    (
        Expected(
            "order",
            (
                "Номер заказа",
                "№ заказа",
                "ID заказа",
                "Заказ",
                "Order ID",
                "Order number",
                "Order no",
                "Order",
            ),
            ("text", "number", "phone"),
            required=True,
        ),
        Expected(
            "at",
            (
                "Дата оплаты",
                "Дата заказа",
                "Дата",
                "Paid at",
                "Order date",
                "Date",
                "Created at",
                "Дата создания",
            ),
            ("date",),
            required=True,
        ),
        Expected(
            "amount",
            ("Сумма", "Сумма заказа", "Итого", "Стоимость", "Total", "Amount", "Order total", "Revenue"),
            ("number",),
            required=True,
        ),
        *(_CUSTOMER, _PHONE, _EMAIL, _CLIENT),
        Expected("status", ("Статус", "Статус заказа", "Status", "Order status"), ("text", "empty")),
        Expected(
            "product", ("Товар", "Наименование", "Артикул", "Product", "SKU", "Item"), ("text", "number")
        ),
        Expected("quantity", ("Количество", "Кол-во", "Quantity", "Qty"), _MONEY),
        Expected("price", ("Цена", "Цена за единицу", "Price", "Unit price"), _MONEY),
        Expected("currency", ("Валюта", "Currency"), ("text", "empty")),
        Expected("cogs", ("Себестоимость", "Cost", "COGS"), _MONEY),
        *(_CHANNEL, _MANAGER),
    ),
    ceiling=0.95,
    attributes=("Город", "City"),
)

_EVENTS = Preset(
    {"en": "Log of events", "ru": "Журнал событий"},
    "events",
    "events",
    (
        Expected(
            "at",
            (
                "Время события",
                "Время",
                "Дата и время",
                "Timestamp",
                "event_time",
                "Event time",
                "Time",
                "Дата",
            ),
            ("date",),
            required=True,
        ),
        Expected(
            "status",
            ("Событие", "Этап", "Действие", "Event", "Event name", "Stage", "Action", "Activity"),
            ("text",),
            required=True,
        ),
        *(_CUSTOMER, _PHONE, _EMAIL, _CLIENT, _CHANNEL, _TOUCHPOINT, _MANAGER),
        Expected(
            "order", ("Номер заказа", "Заказ", "Order ID", "Order"), ("text", "number", "phone", "empty")
        ),
        Expected("amount", ("Сумма", "Выручка", "Amount", "Revenue", "Value"), _MONEY),
    ),
    ceiling=0.95,
)

_SURVEY = Preset(
    {"en": "Answers of a survey", "ru": "Ответы опроса"},
    "survey",
    "survey",
    (
        Expected(
            "at",
            ("Дата ответа", "Дата", "Отметка времени", "Timestamp", "Answered at", "Submitted at", "Date"),
            ("date",),
            required=True,
        ),
        Expected("score", ("Оценка", "Балл", "Score", "Rating", "NPS"), ("number",), required=True),
        Expected("metric", ("Показатель", "Метрика", "Metric", "Question type"), ("text",), required=True),
        Expected(
            "respondent",
            ("ID анкеты", "Номер анкеты", "Респондент", "Respondent ID", "Response ID", "Respondent"),
            ("text", "number", "phone", "empty"),
        ),
        *(_CUSTOMER, _PHONE, _EMAIL),
        Expected("status", ("Этап", "Этап пути", "Stage"), ("text", "empty")),
        *(_CHANNEL, _TOUCHPOINT),
        Expected("text", ("Комментарий", "Отзыв", "Comment", "Verbatim"), ("text", "empty")),
        Expected("weight", ("Вес", "Weight"), _MONEY),
    ),
    ceiling=0.95,
)

FORMS: Mapping[str, Preset] = {"orders": _ORDERS, "events": _EVENTS, "survey": _SURVEY}
"""Forms, by key."""
