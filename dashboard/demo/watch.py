"""How the invented company watches: registered effects, notes, consultations, alert rules.

Days count from the first day without data, like those of `dashboard/demo/fixes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dashboard.demo.plan import CALLBACK, PREORDER_BANNER
from dashboard.journey.alerts import AlertKind
from dashboard.journey.support import SupportKind
from dashboard.journey.targets import Kpi

REGISTERED_BEFORE = 5  # days before the start on which an effect was registered


@dataclass(frozen=True, slots=True)
class Watched:
    """An action of the plan whose effect was registered before it went live.

    Attributes:
        title: beginning of the action's title.
        expected: promised points of conversion as a share.
        comparison: segments that were left as they are.
    """

    title: str
    expected: float
    comparison: tuple[str, ...]


WATCHED = (
    Watched(CALLBACK.name, 0.04, ("Защита", "Для бизнеса")),
    Watched(PREORDER_BANNER.name, 0.03, ("Защита", "Для бизнеса")),
    Watched("Коммерческое предложение", 0.03, ("Защита",)),
)


@dataclass(frozen=True, slots=True)
class Remark:
    """A note on the time axes; `segment` "" is everybody."""

    day: int
    text: str
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Something beside an action in its two months; `action` is the beginning of its title, "" of all actions."""

    kind: SupportKind
    title: str
    day: int
    action: str = ""
    url: str = ""
    done: bool = False


MEETINGS = (
    Meeting(SupportKind.CONSULTATION, "Разбор первых двух недель со сменой", -82, CALLBACK.name, done=True),
    Meeting(SupportKind.WEBINAR, "Как перезванивать за пять минут: опыт трёх сетей", -66, CALLBACK.name, done=True),
    Meeting(SupportKind.MATERIAL, "Памятка оператору", -60, CALLBACK.name, done=True),
    Meeting(SupportKind.CHECK, "Сверить долю перезвонов за пять минут с АТС", -2, CALLBACK.name),
    Meeting(SupportKind.CONSULTATION, "Решить, что делать с баннером", 3, PREORDER_BANNER.name),
    Meeting(SupportKind.CONSULTATION, "Итоги двух месяцев", 12),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """An alert rule; people by login."""

    name: str
    kind: AlertKind
    kpi: Kpi | None = None
    stage: str = ""
    segment: str = ""
    limits: dict[str, Any] = field(default_factory=dict)
    owner: str = "marketer"


RULES = (
    Rule("Подарок: выбор → покупка", AlertKind.LIMITS, Kpi.CONVERSION, CALLBACK.from_stage, CALLBACK.segment,
         {"side": "both"}),
    Rule("Новинки: до выбора доходит меньше", AlertKind.LIMITS, Kpi.CONVERSION, PREORDER_BANNER.from_stage,
         PREORDER_BANNER.segment),
    Rule("Средний чек упал за месяц", AlertKind.RELATIVE, Kpi.AVERAGE_CHECK,
         limits={"every": "month", "change": 0.1, "base": "previous"}, owner="consultant"),
    Rule("Выручка отстаёт от цели", AlertKind.PACE, Kpi.REVENUE, limits={"tolerance": 0.05}),
    Rule("Данные опаздывают", AlertKind.DATA, limits={"days": 2}, owner="consultant"),
    Rule("Меры просрочены", AlertKind.OVERDUE, limits={"days": 0}, owner="consultant"),
)  # fmt: skip
