"""Targets: what a figure shall be in a month, by stage and segment, and how such a figure is typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from dashboard.errors import JourneyError
from dashboard.journey.period import Period, add_months
from dashboard.journey.stages import StageModel

EVERYBODY = ""  # in place of a segment
WHOLE_WAY = ""  # in place of a stage


class Kpi(StrEnum):
    """A figure that may have a target; the words are fields of the LCPQ answer.

    `CONVERSION` without a stage is C, with a stage the conversion of the transition into that stage.
    """

    REVENUE = "revenue"
    LEADS = "leads"
    CONVERSION = "conversion"
    AVERAGE_CHECK = "average_check"
    DEALS_PER_BUYER = "deals_per_buyer"


class Unit(StrEnum):
    """How the figure is typed and stored: money, a whole number, a share 0..1, or a ratio."""

    MONEY = "money"
    COUNT = "count"
    SHARE = "share"
    RATIO = "ratio"


UNITS: Mapping[Kpi, Unit] = {
    Kpi.REVENUE: Unit.MONEY,
    Kpi.LEADS: Unit.COUNT,
    Kpi.CONVERSION: Unit.SHARE,
    Kpi.AVERAGE_CHECK: Unit.MONEY,
    Kpi.DEALS_PER_BUYER: Unit.RATIO,
}
_PLACES = {Unit.MONEY: 2, Unit.COUNT: 0, Unit.SHARE: 6, Unit.RATIO: 4}
_MOST = {
    Unit.MONEY: Decimal(10) ** 12,
    Unit.COUNT: Decimal(10) ** 9,
    Unit.SHARE: Decimal(1),
    Unit.RATIO: Decimal(1000),
}
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_YEARS = range(1990, 2101)
_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")
_SIGNS = re.compile(
    r"^(?:[$€£₽¥₸₴₺]|руб\.?|р\.|[a-z]{3}(?=\d))|(?:[$€£₽¥₸₴₺]|руб\.?|р\.|(?<=\d)[a-z]{3})$", re.IGNORECASE
)
_GROUPED = {",": re.compile(r"\d{1,3}(,\d{3})+"), ".": re.compile(r"\d{1,3}(\.\d{3})+")}
_PLAIN = re.compile(r"\d{1,18}(\.\d{0,18})?|\.\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class TargetKey:
    """Which figure of which month.

    Attributes:
        stage: the stage that a conversion leads into; "" = the figure is of no single stage.
        segment: "" = everybody.
        month: `2026-03`.
    """

    kpi: Kpi
    stage: str
    segment: str
    month: str

    @property
    def unit(self) -> Unit:
        """How its value is typed and stored."""
        return UNITS[self.kpi]


Targets = Mapping[TargetKey, Decimal]


def figures_of(model: StageModel) -> tuple[tuple[Kpi, str], ...]:
    """Every (figure, stage) that can have a target: the equation, then each transition by the stage it leads into."""
    return (*((kpi, WHOLE_WAY) for kpi in Kpi), *((Kpi.CONVERSION, key) for key in model.keys[1:]))


def check_key(key: TargetKey, stages: Iterable[str], segments: Iterable[str]) -> TargetKey:
    """The key, where the engagement has such a figure.

    Args:
        stages: those that a transition leads into.
        segments: of the engagement.

    Raises:
        JourneyError: `target_unknown_kpi`, `target_unknown_stage`, `target_unknown_segment`, `target_unknown_month`;
            each names row and column.
    """
    place: dict[str, Any] = {"row": row_name(key), "column": key.month}
    if key.kpi not in set(Kpi):
        raise JourneyError("target_unknown_kpi", **place, value=key.kpi, known=", ".join(Kpi))
    allowed = {WHOLE_WAY, *stages} if key.kpi == Kpi.CONVERSION else {WHOLE_WAY}
    if key.stage not in allowed:
        raise JourneyError("target_unknown_stage", **place, value=key.stage, known=_listed(allowed))
    allowed = {EVERYBODY, *segments}
    if key.segment not in allowed:
        raise JourneyError("target_unknown_segment", **place, value=key.segment, known=_listed(allowed))
    if not _MONTH.fullmatch(key.month) or int(key.month[:4]) not in _YEARS:
        raise JourneyError("target_unknown_month", **place, value=key.month)
    return key


def row_name(key: TargetKey) -> str:
    """A row as files and scripts name it: `conversion · purchase · Gift`."""
    return " · ".join(part for part in (key.kpi, key.stage, key.segment) if part)


def check_value(key: TargetKey, value: Decimal) -> Decimal:
    """The value as it is stored: money to the kopeck, people whole, shares to six places.

    Raises:
        JourneyError: `target_out_of_range` for a value below zero or beyond all reason; names row and column.
    """
    most = _MOST[key.unit]
    if not value.is_finite() or not 0 <= value <= most:
        said = f"{most:f}" if key.unit is not Unit.SHARE else "100 %"
        raise JourneyError("target_out_of_range", row=row_name(key), column=key.month, most=said)
    return value.quantize(Decimal(1).scaleb(-_PLACES[key.unit]), ROUND_HALF_UP)


def read_value(text: str, unit: Unit, language: str) -> Decimal | None:
    """A figure as people type it, or as Excel copies it; None for an empty cell.

    Blanks, apostrophes and currency signs are left out; of a comma and a point the last one is the decimal sign. A
    single "1,234" is 1234 in English; money and people written "1,234" in Russian or "1.234" may be either and are
    asked back. A share counts in per cent; up to 1 it needs its sign, since 0.5 may be a half or half a per cent.

    Raises:
        JourneyError: `target_no_number`, `target_number_unclear`, `target_percent_unclear`, `target_percent_strange`.
    """
    bare = _BLANKS.sub("", text).replace("−", "-")
    if bare in ("", "—", "–", "-"):
        return None
    percent = bare.endswith("%")
    number = _number(_SIGNS.sub("", bare.removesuffix("%")), unit, language, text.strip()[:40])
    if unit is not Unit.SHARE:
        if percent:
            raise JourneyError("target_percent_strange", value=text.strip()[:40])
        return number
    if not percent and 0 < number <= 1:
        raise JourneyError("target_percent_unclear", value=text.strip()[:40])
    return number / 100


def _number(bare: str, unit: Unit, language: str, said: str) -> Decimal:
    signs = [sign for sign in bare if sign in ".,"]
    text = bare
    if len(set(signs)) == 2:
        group, decimal = sorted(",.", key=bare.rfind)
        head, _, tail = bare.rpartition(decimal)
        text = f"{_ungrouped(head, group, said)}.{tail}"
    elif len(signs) > 1:
        text = _ungrouped(bare, signs[0], said)
    elif signs and unit in (Unit.MONEY, Unit.COUNT) and _GROUPED[signs[0]].fullmatch(bare) and bare[0] != "0":
        if (signs[0], language) != (",", "en"):
            raise JourneyError("target_number_unclear", value=said)
        text = bare.replace(",", "")
    text = text.replace(",", ".")
    if not _PLAIN.fullmatch(text):
        raise JourneyError("target_no_number", value=said)
    return Decimal(text)


def _ungrouped(text: str, sign: str, said: str) -> str:
    if not _GROUPED[sign].fullmatch(text):
        raise JourneyError("target_no_number", value=said)
    return text.replace(sign, "")


def months_of(period: Period) -> tuple[str, ...]:
    """The whole calendar months that a period is made of; nothing where it is not made of such."""
    if not (period.since and period.until) or period.since.day != 1 or period.until.day != 1:
        return ()
    months, day = [], period.since
    while day < period.until:
        months.append(f"{day:%Y-%m}")
        day = add_months(day, 1)
    return tuple(months)


StepTargets = Mapping[tuple[str, str], float]  # (segment or "", `from>to`) -> conversion 0..1


def step_targets(
    targets: Targets, steps: Sequence[str], silent: Collection[str], model: StageModel, period: Period
) -> StepTargets:
    """Targets of a funnel's transitions in a period: of its last month that has one.

    Args:
        steps: of the funnel, in order.
        silent: stages without data, which a transition may leap over.

    A target is of the way from the stage before: a funnel that leaves a stage out has none for the longer way.
    """
    found: dict[tuple[str, str], float] = {}
    for start, end in pairwise(steps):
        between = model.keys[model.order(start) : model.order(end) - 1]
        if not set(between) <= set(silent):
            continue
        months: dict[str, str] = {}
        for key in targets:
            if (key.kpi, key.stage) == (Kpi.CONVERSION, end) and _inside(key.month, period):
                months[key.segment] = max(months.get(key.segment, ""), key.month)
        for segment, month in months.items():
            value = targets[TargetKey(Kpi.CONVERSION, end, segment, month)]
            found[segment, f"{start}>{end}"] = float(value)
    return found


def _inside(month: str, period: Period) -> bool:
    first = date.fromisoformat(f"{month}-01")
    after = add_months(first, 1)
    return (period.since is None or after > period.since) and (period.until is None or first < period.until)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(word for word in words if word)) or "—"
