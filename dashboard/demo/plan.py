"""The invented company: a Russian chain of electronics shops, «Электрон», its customers and its stories.

Nothing here is computed: these are the decisions that the generator turns into rows. The stories that a
visitor should find are written down in docs/demo.md and checked by tests/unit/demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.journey.period import add_months, last_full_quarter

ENGAGEMENT = "demo"
COMPANY = "Демо: сеть «Электрон»"
FULL_SIZE = 150_000  # customers; about 1.15 million events
SEED = 7
ZONE = "Europe/Moscow"
CURRENCY = "RUB"
MONTHS = 24
DIRECT_SHARE = 0.025  # customers who buy without any touch that we know
SECOND_ROUND_SHARE = 0.18  # customers who come back to choose something else, months later
REFUND_SHARE = 0.02
WON_WITHOUT_MONEY_SHARE = 0.0002  # of customers
UNMAPPED_SHARE = 0.0005  # of events
GROWTH = 0.40  # log growth of arrivals over the 24 months
REPEAT_DRIFT = (0.60, 1.10)  # of the way to a second purchase: at the start and at the end of the data

BASE_PRICE_STEP = 0.012  # prices per quarter, before the last full one

STAGE_LABELS = {  # words of the company's CRM -> stages of the model
    "initial_consideration": "Интерес",
    "active_evaluation": "Выбор",
    "purchase": "Покупка",
    "experience": "После покупки",
    "trigger": "Повод вернуться",
    "loyalty_loop": "Постоянный клиент",
}
UNMAPPED_LABELS = ("Черновик", "Тестовый статус", "Архив")


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """One job to be done and how its people behave.

    Attributes:
        share, share_last: share of arrivals before, and since, the start of the last full quarter.
        rates: shares that go on from each stage to the next: consideration, evaluation, purchase,
            experience, trigger, second deal.
        days: median days of the same five steps.
        unprompted: share that buys again without a trigger.
        again: share that buys once more after each repeat purchase.
        check, spread: average check [roubles] at the start of the data and its log deviation.
        last_price_step: change of the average check in the last full quarter.
        nps: mean answer 0..10.
    """

    name: str
    job: str
    share: float
    share_last: float
    rates: tuple[float, float, float, float, float]
    days: tuple[float, float, float, float, float]
    unprompted: float
    again: float
    check: float
    spread: float
    last_price_step: float
    nps: float


SEGMENTS = (
    SegmentPlan("Новинки", "Хочу новинку первым", 0.355, 0.275, (0.52, 0.205, 0.92, 0.46, 0.58),
                (2.3, 10.5, 1.2, 15, 8), 0.04, 0.26, 61_000, 0.30, 0.05, 7.6),
    SegmentPlan("Защита", "Сохранить устройство", 0.335, 0.455, (0.61, 0.345, 0.88, 0.52, 0.52),
                (1.7, 4.6, 0.7, 12, 6), 0.08, 0.50, 6_900, 0.35, 0.06, 8.1),
    SegmentPlan("Подарок", "Выбрать подарок быстро", 0.240, 0.210, (0.48, 0.110, 0.95, 0.24, 0.40),
                (1.2, 3.2, 0.5, 18, 8), 0.08, 0.20, 20_500, 0.30, -0.02, 7.9),
    SegmentPlan("Для бизнеса", "Оснастить команду", 0.070, 0.060, (0.57, 0.250, 0.97, 0.62, 0.71),
                (4.0, 16.0, 2.5, 9, 6), 0.08, 0.72, 61_000, 0.35, 0.05, 8.3),
)  # fmt: skip
NOVELTY, PROTECTION, GIFT, BUSINESS = range(4)


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """Where the company meets people.

    Attributes:
        weights: how often each segment comes here, relative to other touchpoints of the stage.
        pull: how well it leads on, relative to the stage; one number per segment.
    """

    stage: str
    channel: str
    name: str
    weights: tuple[float, float, float, float]
    pull: tuple[float, float, float, float] = (1, 1, 1, 1)


_CONSIDER, _EVALUATE, _DEAL = "initial_consideration", "active_evaluation", "purchase"
_EXPERIENCE, _TRIGGER, _LOYALTY = "experience", "trigger", "loyalty_loop"

TOUCHPOINTS = (
    Touchpoint(_CONSIDER, "ads", "Контекстная реклама", (12, 22, 20, 16), (0.90, 0.95, 0.90, 0.90)),
    Touchpoint(_CONSIDER, "ads", "Видеореклама", (10, 6, 10, 2), (0.78, 0.80, 0.80, 0.80)),
    Touchpoint(_CONSIDER, "ads", "Баннер предзаказа", (14, 0, 0, 0), (0.90, 1, 1, 1)),
    Touchpoint(_CONSIDER, "social", "Обзор у блогера", (18, 6, 10, 2), (1.08, 1.05, 1.05, 1)),
    Touchpoint(_CONSIDER, "social", "Пост в сообществе", (10, 8, 10, 4), (1.02, 1, 1, 1)),
    Touchpoint(_CONSIDER, "site", "Главная страница", (16, 24, 20, 26), (1.05, 1.02, 1.03, 1)),
    Touchpoint(_CONSIDER, "site", "Статья в блоге", (8, 12, 6, 10), (1.10, 1.08, 1.08, 1.05)),
    Touchpoint(_CONSIDER, "store", "Витрина магазина", (6, 14, 16, 6), (1.08, 1.05, 1.10, 1)),
    Touchpoint(_CONSIDER, "event", "Презентация новинок", (4, 0, 0, 8), (1.25, 1, 1, 1.2)),
    Touchpoint(_CONSIDER, "mobile_app", "Подборка в приложении", (6, 8, 8, 4), (1.10, 1, 1, 1)),
    Touchpoint(_CONSIDER, "contact_centre", "Справочная линия", (2, 4, 3, 6), (0.85, 0.90, 0.90, 0.90)),
    Touchpoint(_EVALUATE, "site", "Карточка товара", (24, 30, 26, 14), (0.95, 1.00, 1.00, 0.90)),
    Touchpoint(_EVALUATE, "site", "Сравнение моделей", (12, 6, 8, 8), (1.00, 1.00, 1.05, 0.95)),
    Touchpoint(_EVALUATE, "site", "Отзывы покупателей", (8, 8, 10, 4), (0.98, 1.02, 1.00, 0.95)),
    Touchpoint(
        _EVALUATE, "contact_centre", "Консультация по телефону", (22, 5, 14, 10), (0.50, 0.80, 0.62, 0.75)
    ),
    Touchpoint(_EVALUATE, "email", "Письмо о брошенной корзине", (8, 6, 6, 4), (0.95, 0.92, 0.95, 0.95)),
    Touchpoint(_EVALUATE, "ads", "Ретаргетинг", (6, 8, 8, 2), (0.90, 0.90, 0.92, 0.90)),
    Touchpoint(_EVALUATE, "mobile_app", "Избранное в приложении", (8, 12, 8, 4), (1.15, 1.05, 1.10, 1.0)),
    Touchpoint(_EVALUATE, "store", "Консультация в зале", (9, 18, 16, 6), (1.55, 1.08, 1.25, 1.0)),
    Touchpoint(_EVALUATE, "store", "Тест-зона", (5, 4, 4, 2), (1.70, 1.05, 1.15, 1.0)),
    Touchpoint(_EVALUATE, "manager", "Подбор с менеджером", (5, 1, 1, 18), (1.95, 1.10, 1.30, 1.10)),
    Touchpoint(_EVALUATE, "manager", "Коммерческое предложение", (0, 0, 0, 26), (1, 1, 1, 1.08)),
    Touchpoint(_EVALUATE, "event", "Мастер-класс", (2, 1, 1, 2), (1.50, 1.05, 1.10, 1.05)),
    Touchpoint(_DEAL, "site", "Оформление на сайте", (40, 38, 40, 14)),
    Touchpoint(_DEAL, "mobile_app", "Заказ в приложении", (18, 24, 20, 4)),
    Touchpoint(_DEAL, "store", "Касса магазина", (32, 34, 34, 8)),
    Touchpoint(_DEAL, "manager", "Договор с менеджером", (4, 0, 0, 68)),
    Touchpoint(_DEAL, "contact_centre", "Заказ по телефону", (6, 4, 6, 6)),
    Touchpoint(_EXPERIENCE, "service", "Настройка устройства", (22, 16, 14, 24), (1.2, 1.15, 1.1, 1.05)),
    Touchpoint(_EXPERIENCE, "service", "Гарантийный сервис", (10, 18, 8, 14), (1.05, 1.05, 1, 1)),
    Touchpoint(_EXPERIENCE, "contact_centre", "Линия поддержки", (14, 12, 12, 12), (0.7, 0.75, 0.8, 0.9)),
    Touchpoint(_EXPERIENCE, "email", "Письмо с инструкцией", (20, 20, 24, 14), (0.95, 0.95, 0.95, 1)),
    Touchpoint(_EXPERIENCE, "mobile_app", "Отслеживание заказа", (22, 22, 26, 10), (1.05, 1.05, 1.05, 1)),
    Touchpoint(_EXPERIENCE, "store", "Пункт выдачи", (12, 12, 16, 4), (1.0, 1.0, 1.0, 1.0)),
    Touchpoint(_EXPERIENCE, "manager", "Сопровождение менеджера", (1, 0, 0, 22), (1, 1, 1, 1.05)),
    Touchpoint(_TRIGGER, "email", "Подборка аксессуаров", (36, 34, 40, 16), (0.85, 0.85, 0.9, 0.9)),
    Touchpoint(_TRIGGER, "mobile_app", "Пуш о бонусах", (34, 38, 34, 12), (1.10, 1.12, 1.1, 1)),
    Touchpoint(_TRIGGER, "service", "Напоминание о сервисе", (12, 22, 10, 16), (1.1, 1.1, 1, 1)),
    Touchpoint(_TRIGGER, "manager", "Звонок менеджера", (8, 0, 0, 50), (1.15, 1, 1, 1.05)),
    Touchpoint(_TRIGGER, "ads", "Реклама аксессуаров", (10, 8, 14, 4), (0.8, 0.8, 0.8, 0.8)),
    Touchpoint(_LOYALTY, "mobile_app", "Бонусная программа", (36, 46, 40, 14)),
    Touchpoint(_LOYALTY, "email", "Клуб ранних покупателей", (26, 18, 24, 10)),
    Touchpoint(_LOYALTY, "social", "Отзыв о покупке", (20, 24, 24, 6)),
    Touchpoint(_LOYALTY, "event", "Вечер для своих", (10, 4, 6, 10)),
    Touchpoint(_LOYALTY, "manager", "Персональные условия", (4, 0, 0, 60)),
)

WEAK_TOUCHPOINT = "Консультация по телефону"  # story 1
BANNER = "Баннер предзаказа"
BANNER_STANDS_FOR = "Контекстная реклама"  # what the banner's people met before it was launched


@dataclass(frozen=True, slots=True)
class Intervention:
    """A change that went live; `lift` is what the generator did to the rate of the transition.

    Attributes:
        days_before_end: days from the start to the end of the data.
        lift: factor on the share that goes on; 1 = no effect at all.
    """

    key: str
    name: str
    segment: str
    from_stage: str
    to_stage: str
    days_before_end: int
    lift: float

    def start(self, until: date) -> date:
        """First day on which it was live, for data that end before `until`."""
        return until - timedelta(days=self.days_before_end)


CALLBACK = Intervention(
    "callback_5_min", "Перезвон по заявке за 5 минут", "Подарок", _EVALUATE, _DEAL, 14 * 7, 1.60
)
PREORDER_BANNER = Intervention("preorder_banner", BANNER, "Новинки", _CONSIDER, _EVALUATE, 16 * 7, 1.0)
INTERVENTIONS = (CALLBACK, PREORDER_BANNER)

MANAGERS = (
    "Анна Белова", "Игорь Волков", "Мария Громова", "Олег Данилов", "Софья Ершова", "Павел Жуков",
    "Ирина Зотова", "Кирилл Ильин", "Дарья Котова", "Артём Лунин", "Елена Маркова", "Никита Орлов",
)  # fmt: skip

REGIONS = {
    "Москва": 30, "Санкт-Петербург": 14, "Новосибирск": 8, "Екатеринбург": 9, "Казань": 8,
    "Нижний Новгород": 7, "Самара": 7, "Краснодар": 9, "Ростов-на-Дону": 8,
}  # fmt: skip

# per segment: main products with the highest check [roubles] at which each is what was bought
PRODUCTS: tuple[tuple[tuple[str, float], ...], ...] = (
    (("Умные часы", 42_000), ("Планшет", 54_000), ("Смартфон", 78_000), ("Ноутбук", 1e12)),
    (("Защитное стекло", 4_800), ("Чехол", 6_800), ("Страховка экрана", 9_500), ("Гарантия на 3 года", 1e12)),
    (("Колонка", 15_500), ("Наушники", 21_500), ("Умная лампа", 25_000), ("Игровая приставка", 1e12)),
    (("Мониторы", 50_000), ("Рабочие станции", 78_000), ("Оснащение переговорной", 1e12)),
)  # fmt: skip
ACCESSORIES = ("Кабель и зарядка", "Карта памяти", "Доставка и настройка")
DISCOUNT = "Списание бонусов"

COST_PER_TOUCH = {  # roubles
    "ads": 210.0, "social": 70.0, "email": 4.0, "contact_centre": 140.0, "event": 320.0, "manager": 260.0,
    "site": 12.0, "mobile_app": 9.0, "store": 45.0, "service": 110.0,
}  # fmt: skip

COMMENTS_BAD = (
    "Перезвонили через четыре часа, я уже купил в другом месте",
    "Долго ждал ответа оператора",
    "Оператор не знал характеристик модели",
)
COMMENTS_GOOD = ("Всё быстро и понятно", "Помогли выбрать", "Спасибо продавцу в зале")

SEASON = (1.00, 0.96, 1.02, 0.96, 0.94, 0.92, 0.93, 1.00, 1.05, 1.00, 1.08, 1.18)  # by month, arrivals
GIFT_SEASON = (0.95, 1.08, 1.08, 0.97, 0.97, 0.97, 0.97, 0.97, 0.97, 0.97, 1.03, 1.20)
WEEKDAYS = (0.93, 0.92, 0.94, 0.98, 1.05, 1.14, 1.04)
HOURS = (
    0.20, 0.10, 0.06, 0.05, 0.06, 0.12, 0.30, 0.55, 0.80, 1.05, 1.25, 1.35,
    1.40, 1.35, 1.30, 1.25, 1.28, 1.38, 1.50, 1.60, 1.62, 1.45, 1.05, 0.55,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the data: `start <= day < until`, and the quarter that screens open on."""

    start: date
    until: date

    @classmethod
    def ending(cls, until: date) -> Calendar:
        """Twenty-four months that end before `until`."""
        return cls(add_months(until, -MONTHS), until)

    @property
    def days(self) -> int:
        """Length of the data [days]."""
        return (self.until - self.start).days

    @property
    def mix_shift(self) -> date:
        """First day of the last full calendar quarter: since then more people want cheap protection."""
        return last_full_quarter(self.until - timedelta(days=1)).since or self.start

    def offset(self, day: date) -> int:
        """Days from the start of the data."""
        return (day - self.start).days
