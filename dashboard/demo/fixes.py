"""The plan of the invented company: what its people do about the stories of `dashboard/demo/plan.py`.

One action for every column of the board. Two went live as the generator has it; one of these was never set up to be
measured, so that the page of broken chains has something to say. Days count from the first day without data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from dashboard.demo.plan import CALLBACK, PREORDER_BANNER, WEAK_TOUCHPOINT, Intervention
from dashboard.journey.plan import Status


@dataclass(frozen=True, slots=True)
class Fix:
    """One action of the plan.

    Attributes:
        owner: login of the person who does it.
        starts, due, live: days from the first day without data; negative lies before it; None = not said.
        lift: expected points of conversion as a share; None = up to the benchmark.
        cost: [roubles].
        checklist: what has to be done, and whether it is.
    """

    title: str
    problem: str
    segment: str
    from_stage: str
    to_stage: str
    channel: str
    touchpoint: str
    status: Status
    owner: str | None
    starts: int | None
    due: int | None
    live: int | None
    cost: int | None
    lift: float | None
    measure: str = ""
    comparison: str = ""
    decision: str = ""
    checklist: tuple[tuple[str, bool], ...] = ()
    comment: str = ""


class _Live(TypedDict):
    segment: str
    from_stage: str
    to_stage: str
    starts: int
    due: int
    live: int


def _live(what: Intervention) -> _Live:
    """What an action shares with the change that the generator made."""
    return {
        "segment": what.segment,
        "from_stage": what.from_stage,
        "to_stage": what.to_stage,
        "starts": -what.days_before_end - 21,
        "due": -what.days_before_end,
        "live": -what.days_before_end,
    }


FIXES = (
    Fix(
        title=CALLBACK.name,
        problem="Из выбора в покупку переходит около 11 из 100: на заявку отвечают через часы.",
        channel="contact_centre",
        touchpoint="",
        status=Status.LIVE,
        owner="marketer",
        cost=1_200_000,
        lift=0.04,
        measure="Доля перешедших из выбора в покупку, еженедельно, восемь недель",
        comparison="Остальные сегменты: их заявки обрабатывают по-прежнему",
        checklist=(("Правило в АТС: заявка звонит первой", True), ("Смена на вечер", True)),
        comment="С первой недели перезваниваем в среднем за четыре минуты.",
        **_live(CALLBACK),
    ),
    Fix(
        title=f"{PREORDER_BANNER.name} на главной",
        problem="До выбора доходит чуть больше половины тех, кто узнал о новинке.",
        channel="ads",
        touchpoint=PREORDER_BANNER.name,
        status=Status.LIVE,
        owner="marketer",
        cost=2_400_000,
        lift=0.03,
        **_live(PREORDER_BANNER),
    ),
    Fix(
        title="Скрипт консультации по телефону",
        problem="После разговора с оператором покупают вдвое реже, чем в среднем на этапе.",
        segment="Новинки",
        from_stage="active_evaluation",
        to_stage="purchase",
        channel="contact_centre",
        touchpoint=WEAK_TOUCHPOINT,
        status=Status.IN_PROGRESS,
        owner="marketer",
        starts=-20,
        due=-3,
        live=None,
        cost=900_000,
        lift=None,
        measure="Доля перешедших из выбора в покупку у тех, кто звонил",
        comparison="Вторая смена операторов: работает по старому скрипту",
        checklist=(("Послушать 50 звонков", True), ("Написать скрипт", True), ("Обучить смену", False)),
        comment="Операторы просят таблицу сравнения моделей под рукой.",
    ),
    Fix(
        title="Тест-зона ещё в десяти магазинах",
        problem="В тест-зоне покупают в полтора раза чаще, но она есть не везде.",
        segment="Новинки",
        from_stage="active_evaluation",
        to_stage="purchase",
        channel="store",
        touchpoint="Тест-зона",
        status=Status.IDEA,
        owner="consultant",
        starts=14,
        due=60,
        live=None,
        cost=4_500_000,
        lift=0.02,
    ),
    Fix(
        title="Повод вернуться через 14 дней после покупки",
        problem="После покупки подарка о второй напоминают реже, чем другим сегментам.",
        segment="Подарок",
        from_stage="experience",
        to_stage="trigger",
        channel="email",
        touchpoint="Письмо с инструкцией",
        status=Status.IDEA,
        owner=None,
        starts=None,
        due=None,
        live=None,
        cost=250_000,
        lift=None,
    ),
    Fix(
        title="Коммерческое предложение в день запроса",
        problem="Компании ждут предложения по нескольку дней.",
        segment="Для бизнеса",
        from_stage="active_evaluation",
        to_stage="purchase",
        channel="manager",
        touchpoint="Коммерческое предложение",
        status=Status.MEASURED,
        owner="consultant",
        starts=-260,
        due=-220,
        live=-221,
        cost=300_000,
        lift=0.03,
        measure="Доля перешедших из выбора в покупку, квартал до и квартал после",
        comparison="Другие сегменты",
        decision="Оставить: предложения уходят в тот же день, доля не упала.",
    ),
    Fix(
        title="Скидка на первую покупку",
        problem="До выбора доходит не каждый, кто увидел рекламу.",
        segment="Защита",
        from_stage="initial_consideration",
        to_stage="active_evaluation",
        channel="ads",
        touchpoint="",
        status=Status.DROPPED,
        owner="marketer",
        starts=None,
        due=None,
        live=None,
        cost=6_000_000,
        lift=0.01,
        decision="Не делаем: за год не окупается.",
    ),
)


@dataclass(frozen=True, slots=True)
class PlannedScenario:
    """A what-if that was approved as the plan.

    Attributes:
        levers: keys and values of the what-if's address.
        quarters_ago: how many quarters before the last full one its entries are of.
        starts: day on which it begins, from the first day without data.
    """

    name: str
    notes: str
    levers: tuple[tuple[str, str], ...]
    quarters_ago: int
    starts: int


PLANS = (
    PlannedScenario(
        "Перезвон за пять минут",
        "Подарок: до перезвона из выбора в покупку переходило 11 из 100.",
        ((f"dC.{CALLBACK.from_stage}", f"4pp@{CALLBACK.segment}"),),
        quarters_ago=1,
        starts=-CALLBACK.days_before_end,
    ),
    PlannedScenario(
        "Новинки: консультация не хуже среднего",
        "Скрипт для операторов и тест-зоны; остальное без изменений.",
        (("dC.active_evaluation", "2..5..8pp@Новинки"), ("dP", "1")),
        quarters_ago=0,
        starts=14,
    ),
)
TARGET_GROWTH = 1.55  # of the revenue of a year before
