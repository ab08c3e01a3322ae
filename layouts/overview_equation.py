"""The equation row of the overview: revenue = L x C x P x Q, with the year behind each figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dash import html

from dashboard.analytics.lcpq_change import Change
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.targets import Measured
from dashboard.journey.targets import Kpi
from layouts.components.attributes import attributes
from layouts.components.card_tools import card_tools
from layouts.components.definition import definition
from layouts.components.delta import delta
from layouts.components.icon import icon
from layouts.components.kpi_tile import kpi_tile, operator
from layouts.components.link import page_link
from layouts.components.people_link import people_link
from layouts.components.spark import spark
from layouts.data import HEALTH, PATH
from layouts.data_health import ends_apart
from layouts.overview import Place
from layouts.targets_status import goal_lines


@dataclass(frozen=True, slots=True)
class _Factor:
    """One tile: the field of the answer, its letter, name and meaning, its figure as text, and a line below it."""

    field: str
    letter: str | None
    name: str
    meaning: str
    value: str
    note: Any
    full: str | None = None


def equation_row(
    place: Place,
    now: Lcpq,
    changes: Mapping[str, Change],
    mix: tuple[int, int] | None,
    months: Sequence[Lcpq],
    goals: Mapping[Kpi, Measured],
) -> html.Div:
    """Revenue = L x C x P x Q: the formula is the row.

    Args:
        mix: (segments whose P moved against the total's P, segments compared) where most did.
        months: the whole months behind the sparklines, in order.
        goals: figures that have targets; a tile without one stays as it is.
    """
    words = place.words
    row: list[Any] = []
    for sign, factor in zip(("", "=", "×", "×", "×"), _factors(place, now, mix), strict=True):
        change = changes.get(factor.field)
        tile = kpi_tile(
            _term(factor.name, _dated(place, factor)),
            factor.value,
            letter=factor.letter,
            change=change_of(place, change, "points" if factor.field == "conversion" else "relative"),
            spark=spark([getattr(one, factor.field) for one in months], words("by month, twelve months")),
            note=_with_end(place, factor),
            full=factor.full,
            goal=goal_lines(words, place.formats, goals[Kpi(factor.field)])
            if factor.field in goals
            else None,
            first=not sign,
        )
        row += [operator(sign), tile] if sign else [tile]
    title = words("Revenue = L × C × P × Q")
    row.append(card_tools(words, "overview-equation", place.address, title))
    return html.Div(row, className="lcpq-row", role="group", **attributes(aria_label=title))


def _factors(place: Place, now: Lcpq, mix: tuple[int, int] | None) -> tuple[_Factor, ...]:
    words, formats = place.words, place.formats
    notes = _notes(place, now, mix)
    return (
        _Factor(
            "revenue",
            None,
            words("Revenue"),
            words("Money of the period's deals, refunds taken off."),
            formats.money(now.revenue),
            notes["revenue"],
            formats.money_full(now.revenue),
        ),
        _Factor(
            "leads",
            "L",
            words("Leads"),
            words(
                "Customers in play: with an event before the deal in the period, earlier leads who bought now, "
                "and direct buyers."
            ),
            formats.number(now.leads),
            notes["leads"],
        ),
        _Factor(
            "conversion",
            "C",
            words("Conversion to purchase"),
            words("Buyers of the period divided by customers in play."),
            formats.share(now.conversion, 1),
            notes["conversion"],
        ),
        _Factor(
            "average_check",
            "P",
            words("Average check"),
            words("Revenue net of refunds divided by the number of deals (average order value)."),
            formats.money(now.average_check),
            notes["average_check"],
            formats.money_full(now.average_check),
        ),
        _Factor(
            "deals_per_buyer",
            "Q",
            words("Deals per customer"),
            words("Deals of the period divided by buyers; depends on the period's length."),
            formats.number(now.deals_per_buyer, 2),
            notes["deals_per_buyer"],
        ),
    )


_MADE_OF = {"leads": ("event",), "conversion": ("event", "transaction")}  # the others: of transactions


def _end(place: Place, factor: _Factor) -> date | None:
    """The last day that the figure's facts reach; None without any."""
    kinds = _MADE_OF.get(factor.field, ("transaction",))
    days = [day for kind, day in place.ends.items() if kind in kinds] or list(place.ends.values())
    return min(days, default=None)


def _dated(place: Place, factor: _Factor) -> str:
    """What the figure means, and until which day its facts reach."""
    end = _end(place, factor)
    if end is None:
        return factor.meaning
    day = place.formats.day(end, year=True)
    return f"{factor.meaning} {place.words('Its facts reach up to {day}.', day=day)}"


def _with_end(place: Place, factor: _Factor) -> Any:
    """The note below the figure; where its facts end more than a day before others, it says so."""
    end = _end(place, factor)
    if end is None or _days_missing(place, end) <= 1:
        return factor.note
    late = html.Div(place.words("facts up to {day}", day=place.formats.day(end)), className="kpi__late")
    return [late, factor.note] if factor.note else late


def _days_missing(place: Place, end: date) -> int:
    """Days of the period that other facts reach and these do not."""
    period = place.address.period
    reached = max(place.ends.values(), default=end)
    if period is not None and period.until is not None:
        reached = min(reached, period.until - timedelta(1))
    return (reached - end).days


def ends_line(place: Place) -> html.P | None:
    """Where events and sales end on different days of the period: that they do, and the way to the data's health."""
    if len(place.ends) < 2 or _days_missing(place, min(place.ends.values())) <= 1:
        return None
    text = ends_apart(place.words, place.formats, place.ends["event"], place.ends["transaction"])
    parts: list[Any] = [icon("warning"), html.Span(text)]
    if place.may_import:
        address = place.address.for_page().with_extras(tab=HEALTH)
        parts.append(page_link(place.words("Data health →"), PATH, address))
    return html.P(parts, className="overview__ends")


def _notes(place: Place, now: Lcpq, mix: tuple[int, int] | None) -> dict[str, Any]:
    """The line below each figure: what it is made of."""
    words = place.words
    check = words.plural("{n} deal", "{n} deals", now.deals)
    if mix is not None:
        check = words(
            "moves the other way in {some} of {all} segments: their mix shifted", some=mix[0], all=mix[1]
        )
    return {
        "revenue": _behind(place, now),
        "leads": words(
            "{new} of the period · {earlier} earlier · {direct} direct",
            new=now.leads_of_period or 0,
            earlier=now.earlier_leads or 0,
            direct=now.direct or 0,
        ),
        "conversion": _steps(place, now),
        "average_check": check,
        "deals_per_buyer": _span(place),
    }


def _steps(place: Place, now: Lcpq) -> list[Any]:
    """Who bought, and the way to the steps that C is made of."""
    buyers = place.words.plural("{n} buyer", "{n} buyers", now.buyers)
    steps = page_link(place.words("its steps →"), "/funnel", place.address.for_page(), "link link--steps")
    return [buyers, html.Div(steps)]


def _behind(place: Place, now: Lcpq) -> list[Any]:
    """What was paid back, and the way to the rows whose sum the revenue is."""
    words = place.words
    parts: list[Any] = []
    if now.refunded:
        money = place.formats.money(abs(now.refunded))
        parts.append(html.Div(words("refunds taken off: {money}", money=money)))
    if place.may_see_people and now.deals:
        text = words("the rows behind it →")
        parts.append(people_link(words, place.address, now.deals, may=True, deals=True, text=text))
    return parts


def _term(term: str, meaning: str) -> html.Span:
    return html.Span([term, definition(term, meaning)], className="kpi__term")


def _span(place: Place) -> str:
    """Q always says over what it counts."""
    words = place.words
    names = {
        "month": words("deals per customer, month"),
        "quarter": words("deals per customer, quarter"),
        "year": words("deals per customer, year"),
    }
    period = place.address.period
    return names.get((period.unit if period else None) or "", words("deals per customer, the period"))


def change_of(place: Place, change: Change | None, kind: str) -> Any:
    words, formats = place.words, place.formats
    if change is None:
        return None
    if change.reason == "different_length":
        return html.Span(words("different length"), className="kpi__note")
    if kind == "points":
        size = float(change.absolute) if change.absolute is not None else None
        return delta(formats.points(size), size)
    return delta(formats.share_change(change.relative), change.relative)
