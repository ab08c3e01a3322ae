"""Columns of the lists: what the grid shows, what a file holds, and what the server can order by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.query import NO_CHANNEL
from dashboard.journey.stages import StageModel
from dashboard.journey.whom import Whom
from layouts.components.pill import channel_title, segment_name

Row = Mapping[str, Any]

_KINDS = {"deal": msgid("Deal"), "refund": msgid("Refund"), "zero": msgid("Zero amount")}
_PASSED = {1: msgid("moved on"), 0: msgid("stopped here")}


@dataclass(frozen=True, slots=True)
class Tongue:
    """What turns values into what people read.

    Attributes:
        steps: stages of the funnel that is listed, in order; empty where `reached` counts steps of any order.
    """

    words: Words
    formats: Formats
    model: StageModel
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        key: what the server orders by; also the column's name in the address.
        title: in English, translated where it is shown.
        value: the exact value, for files.
        show: what the screen says; None = the value itself.
        wide: share of the width.
        least: pixels that it needs.
        number: stands right.
        sortable: the server can order by it.
    """

    key: str
    title: str
    value: Callable[[Tongue, Row], Any]
    show: Callable[[Tongue, Row], str] | None = None
    wide: int = 1
    least: int = 96
    number: bool = False
    sortable: bool = True

    def text(self, tongue: Tongue, row: Row) -> str:
        """What a cell says."""
        if self.show is not None:
            return self.show(tongue, row)
        value = self.value(tongue, row)
        return "—" if value is None else str(value)


def known(value: Any) -> Any:
    """A value of a frame; what is missing there in its many forms is None."""
    return None if value is None or value != value else value


def _plain(key: str) -> Callable[[Tongue, Row], Any]:
    return lambda _tongue, row: known(row[key])


def _day(key: str) -> Callable[[Tongue, Row], str]:
    def show(tongue: Tongue, row: Row) -> str:
        value = known(row[key])
        if isinstance(value, datetime):
            value = value.date()
        return "—" if value is None else tongue.formats.day(value, year=True)

    return show


def _stage(tongue: Tongue, row: Row) -> str | None:
    key = known(row["last_stage"])
    return None if key is None else tongue.model.stage(key).short_name(tongue.words.language)


def _reached(tongue: Tongue, row: Row) -> str | None:
    place = known(row["reached"])
    if place is None:
        return None
    if not tongue.steps:
        return str(int(place))
    return (
        tongue.model.stage(tongue.steps[int(place) - 1]).short_name(tongue.words.language) if place else None
    )


def _channel(tongue: Tongue, row: Row) -> str | None:
    channel = known(row["channel"])
    return None if channel in (None, NO_CHANNEL) else channel_title(tongue.words, channel)


def _number(key: str) -> Callable[[Tongue, Row], str]:
    return lambda tongue, row: tongue.formats.number(known(row[key]))


_CUSTOMER = Column("customer", msgid("Customer"), _plain("customer"), wide=2, least=118, sortable=False)
_SEGMENT = Column(
    "segment", msgid("Segment"), lambda tongue, row: segment_name(tongue.words, row["segment"]), wide=2
)
_CHANNEL = Column("channel", msgid("Channel"), _channel, wide=2)
_MANAGER = Column("manager", msgid("Manager"), _plain("manager"), wide=2)

_LAST = (
    Column("last", msgid("Last contact"), _plain("last_day"), _day("last_day"), least=116),
    Column("last_stage", msgid("Its stage"), _stage, wide=2),
    _CHANNEL,
    Column("touchpoint", msgid("Touchpoint"), _plain("touchpoint"), wide=2),
)
_MONEY = (
    Column(
        "revenue",
        msgid("Revenue"),
        _plain("revenue"),
        lambda tongue, row: tongue.formats.money(row["revenue"]),
        least=104,
        number=True,
    ),
    Column("deals", msgid("Deals"), _plain("deals"), _number("deals"), least=80, number=True),
)
_ENTERED = Column("entered", msgid("Entered"), _plain("entered_day"), _day("entered_day"), least=116)
_RESULT = Column(
    "passed",
    msgid("Result"),
    lambda tongue, row: tongue.words(_PASSED.get(known(row["passed"]), msgid("too early to say"))),
    least=104,
    sortable=False,
)
_REACHED = Column("reached", msgid("Furthest stage"), _reached, wide=2)
_MET = Column("reached", msgid("Stages met"), _reached, least=92, number=True)
_DAYS = Column(
    "days",
    msgid("Days to it"),
    _plain("days"),
    lambda tongue, row: tongue.formats.number(known(row["days"]), int(row["days"] < 10)),
    least=84,
    number=True,
)
_OF_CELL = (
    Column("touches", msgid("Contacts"), _plain("touches"), _number("touches"), least=92, number=True),
)

SALES = (
    Column("moment", msgid("Day"), _plain("local_day"), _day("local_day"), least=116),
    _CUSTOMER,
    _SEGMENT,
    Column("kind", msgid("Kind"), lambda tongue, row: tongue.words(_KINDS[row["kind"]]), least=92),
    Column(
        "amount",
        msgid("Amount"),
        _plain("amount"),
        lambda tongue, row: tongue.formats.money_full(row["amount"]),
        least=132,
        number=True,
    ),
    _CHANNEL,
    Column("product", msgid("Product"), _plain("product"), wide=2),
    _MANAGER,
    Column("deal_ref", msgid("Transaction"), _plain("deal_ref"), wide=2),
)


def columns_of(whom: Whom, *, any_order: bool = False) -> tuple[Column, ...]:
    """Columns of a list of customers."""
    result = (_RESULT,) if whom.went is None else ()
    own = _OF_CELL if whom.stage else (_MET if any_order else _REACHED, _DAYS)
    return (_CUSTOMER, _SEGMENT, _ENTERED, *own, *result, *_MONEY, *_LAST, _MANAGER)
