"""What the words of CRMs, shops and counters are taken for."""

from __future__ import annotations

import pytest

from dashboard.journey.stages import PRESETS, UNMAPPED, custom
from data_access.ingest.recognise.labels import channel_of, ending_of, outcome_of, stage_of

LOOP, CLASSIC = PRESETS["loop6"], PRESETS["classic5"]
FIRST, SECOND, DEAL = "initial_consideration", "active_evaluation", "purchase"


@pytest.mark.parametrize(
    ("label", "stage", "outcome"),
    [
        ("Неразобранное", FIRST, None),
        ("Первичный контакт", FIRST, None),
        ("Новая", FIRST, None),
        ("В работе", FIRST, None),
        ("Квалификация", SECOND, None),
        ("КП отправлено", SECOND, None),
        ("Переговоры", SECOND, None),
        ("3. Договор", SECOND, None),
        ("Счёт на предоплату", SECOND, None),
        ("Ожидает оплаты", SECOND, None),
        ("Не оплачен", SECOND, None),
        ("Успешно реализовано", DEAL, "won"),
        ("Сделка успешна", DEAL, "won"),
        ("Оплачен", DEAL, "won"),
        ("Оплата получена", DEAL, "won"),
        ("Закрыто и не реализовано", UNMAPPED, "lost"),
        ("Сделка провалена", UNMAPPED, "lost"),
        ("Анализ причины провала", UNMAPPED, "lost"),
        ("Отменён", UNMAPPED, "lost"),
        ("Повторная покупка", "loyalty_loop", "won"),
        ("Incoming leads", FIRST, None),
        ("Appointment Scheduled", FIRST, None),
        ("Qualified To Buy", SECOND, None),
        ("Decision Maker Bought-In", SECOND, None),
        ("Proposal/Price Quote", SECOND, None),
        ("Closed Won (Sales Pipeline)", DEAL, "won"),
        ("Closed - lost", UNMAPPED, "lost"),
        ("Unqualified", UNMAPPED, "lost"),
        ("Not converted", UNMAPPED, "lost"),
        ("Доставка не завершена", SECOND, None),
        ("session_start", FIRST, None),
        ("add_to_cart", SECOND, None),
        ("purchase", DEAL, "won"),
        ("Order", DEAL, None),
        ("Синий", UNMAPPED, None),
        ("12", UNMAPPED, None),
        ("", UNMAPPED, None),
    ],
)
def test_usual_statuses(label: str, stage: str, outcome: str | None) -> None:
    assert stage_of(label, LOOP)[0] == stage
    assert outcome_of(label) == outcome


def test_the_models_own_names_are_surest_and_unknown_words_are_not() -> None:
    own = custom(
        [
            {"key": "a", "phase": "lead", "name": {"en": "Sent offer", "ru": "Отказ от других"}},
            {"key": "b", "phase": "deal", "name": {"en": "Signed", "ru": "Подписано"}},
        ]
    )
    assert stage_of("отказ от других", own) == ("a", 1.0)
    assert stage_of("2. Signed", own) == ("b", 1.0)
    assert stage_of("Переговоры", own)[0] == "a"
    assert stage_of("Повторная покупка", own)[0] == "b"  # a model without steps after the deal
    sure = [
        stage_of(label, LOOP)[1]
        for label in ("Сделка", "Успешно реализовано", "Переговоры", "Order", "Синий")
    ]
    assert sure == sorted(sure, reverse=True)
    assert sure[-1] == 0


def test_the_models_own_name_of_the_deal_is_a_sale() -> None:
    assert [ending_of(label, LOOP) for label in ("Сделка", "Order", "Оплачен", "Отказ", "Новый")] == [
        *("won", None, "won", "lost", None)
    ]


def test_steps_keep_their_order_in_every_model() -> None:
    way = (
        "Новая заявка",
        "Взяли в работу",
        "Квалификация",
        "КП отправлено",
        "Счёт выставлен",
        "Оплачено",
        "Отзыв",
    )
    for model in PRESETS.values():
        orders = [model.order(stage_of(label, model)[0]) for label in way]
        assert orders == sorted(orders), model.preset
        assert model.stage(stage_of("Оплачено", model)[0]) == model.deal


@pytest.mark.parametrize(
    ("label", "channel"),
    [
        ("yandex", "ads"),
        ("google / cpc", "ads"),
        ("google / organic", "site"),
        ("yandex_direct", "ads"),
        ("(direct) / (none)", "direct"),
        ("vk", "social"),
        ("vk / social", "social"),
        ("Instagram", "social"),
        ("telegram", "messenger"),
        ("WhatsApp", "messenger"),
        ("email", "email"),
        ("newsletter / email", "email"),
        ("Электронная почта", "email"),
        ("call", "contact_centre"),
        ("Входящий звонок", "contact_centre"),
        ("Phone Inquiry", "contact_centre"),
        ("Сайт", "site"),
        ("Заявка с сайта", "site"),
        ("рекомендация", "other"),
        ("Partner Referral", "other"),
        ("Выставка", "event"),
        ("Trade Show", "event"),
        ("Розничный магазин", "store"),
        ("Авито", "marketplace"),
        ("Paid Search", "ads"),
        ("Organic Search", "site"),
        ("Instagram Direct", "messenger"),
        ("Инстаграм", "social"),
        ("Offline Sources", "other"),
        ("Яндекс Карты", "other"),
        ("(not set)", None),
        ("Синий", None),
        ("", None),
    ],
)
def test_usual_sources(label: str, channel: str | None) -> None:
    assert channel_of(label) == channel
