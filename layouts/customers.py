"""The page /customers: who stands behind a figure, one row a person or a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.funnel import FunnelStep
from dashboard.errors import JourneyError
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from dashboard.journey.query import TIME_SPLITS
from dashboard.journey.whom import SEGMENT, Slice, Went, Whom
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.grid import GridColumn, grid
from layouts.components.icon import icon
from layouts.components.link import export_link, page_href, page_link
from layouts.components.pager import pager
from layouts.components.people_link import CUSTOMERS as PATH
from layouts.components.people_link import KEYS
from layouts.components.pill import channel_title, segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.states import empty_state, skeleton
from layouts.customers_columns import Column, Row, Tongue

CUSTOMER = "/customer"
OWN_KEYS = ("sort", "page", "q")


class Ids(StrEnum):
    """Places of the page."""

    HEAD = "customers-head"
    LIST = "customers-list"
    GRID = "customers-grid"


@dataclass(frozen=True, slots=True)
class ListView:
    """A list on screen.

    Attributes:
        columns: in order.
        rows: those of the page.
        total: length of the whole list.
        contacts: customers stand under their own keys, and can be searched.
    """

    tongue: Tongue
    address: Address
    part: Slice
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: int
    contacts: bool

    @property
    def words(self) -> Words:
        """The reader's language."""
        return self.tongue.words

    @property
    def order(self) -> str:
        """Column that the rows stand in the order of."""
        keys = [column.key for column in self.columns]
        default = "last" if "last" in keys else "moment"
        return self.part.sort if self.part.sort in keys else default


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a list of transactions beside the figure that it must equal.

    Attributes:
        rows: what the transactions add up to.
        revenue: of the period, as LCPQ counts it under the same filters.
    """

    rows: Decimal
    revenue: Decimal


def layout(_words: Words) -> list[Any]:
    """The page before its rows."""
    return [
        html.Div(skeleton(62, lines=2), id=Ids.HEAD),
        html.Div(skeleton(640), id=Ids.LIST),
    ]


def title_of(tongue: Tongue, whom: Whom, following: str | None) -> str:
    """`Stopped at Active evaluation → Purchase · Gift`."""
    words, model, language = tongue.words, tongue.model, tongue.words.language
    group = _group_name(tongue, whom)
    if whom.stage:
        places = [model.stage(whom.stage).name(language)]
        places += [channel_title(words, whom.channel)] if whom.channel else []
        places += [whom.touchpoint] if whom.touchpoint else []
        what = words("Customers met at {place}", place=" · ".join(places))
    else:
        start = model.stage(whom.step or model.keys[0])
        names = [start.name(language)] + ([model.stage(following).name(language)] if following else [])
        step = " → ".join(names)
        said = {
            None: words("Customers who entered {stage}", stage=start.name(language)),
            Went.ON: words("Customers who went on: {step}", step=step),
            Went.STOPPED: words("Customers who stopped: {step}", step=step),
        }
        what = said[whom.went]
    return what + (f" · {group}" if group else "")


def went_switch(words: Words, address: Address, whom: Whom, counts: Mapping[Went | None, int]) -> Any:
    """Entered, went on, stopped: with the funnel's own counts."""
    names = {
        None: words("Entered"),
        Went.ON: words("Went on"),
        Went.STOPPED: words("Stopped"),
    }
    choices = [
        Choice(
            f"{names[went]} {words.formats.number(count)}",
            address.with_extras(went=str(went) if went else None, page=None),
            went is whom.went,
        )
        for went, count in counts.items()
    ]
    return segmented(words("What became of them"), PATH, choices)


def counts_of(step: FunnelStep, following: FunnelStep | None) -> dict[Went | None, int]:
    """The funnel's counts of a step."""
    if following is None:
        return {None: step.customers}
    on = following.customers
    return {None: step.customers, Went.ON: on, Went.STOPPED: step.customers - on}


def list_card(view: ListView, title: str, subtitle: Any, switch: Any = None) -> html.Section:
    """The rows: a grid where there is room, a list on phones; search, file and pages around them."""
    words = view.words
    tools: list[Any] = [switch] if switch is not None else []
    if view.contacts:
        marks = attributes(data_search=view.part.search, data_label=words("Phone, e-mail or number"))
        tools.append(html.Div(className="list__search", **marks))
    tools.append(_file(view))
    body: list[Any] = [empty_state(_nothing(view))]
    if view.rows:
        body = [
            _grid(view, title),
            _phone(view),
            pager(view.words, PATH, view.address, view.part, len(view.rows), view.total),
        ]
    return card(title, html.Div(tools, className="list__tools"), *body, subtitle=subtitle)


def sum_line(tongue: Tongue, found: Sum, period: Period) -> html.P:
    """`Rows add up to X = revenue of the period`; a search or a defect would show as a difference."""
    formats = tongue.formats
    same = found.rows == found.revenue
    words = tongue.words.rich(
        "The transactions add up to {sum}; revenue of {period}: {revenue}",
        sum=html.B(formats.money_full(found.rows)),
        period=formats.period(period),
        revenue=html.B(formats.money_full(found.revenue)),
    )
    mark = icon("check" if same else "warning")
    return html.P([mark, html.Span(words)], className="list__sum" + ("" if same else " list__sum--differs"))


def back_link(words: Words, address: Address) -> Any:
    """To the figure that the list is about."""
    path, name = "/funnel", words("Back to the funnel")
    kept: dict[str, str | None] = dict.fromkeys((*KEYS, *OWN_KEYS))
    if address.extras.get("deals"):
        path, name = "/overview", words("Back to the overview")
    elif address.extras.get("stage"):
        path, name = "/touchpoints", words("Back to the touchpoints")
        kept |= {key: address.extras.get(key) for key in ("stage", "channel", "touchpoint")}
    elif address.extras.get("by", SEGMENT) == SEGMENT:
        kept |= {key: address.extras.get(key) for key in ("seg", "step")}
    arrow = html.Span("← ", **attributes(aria_hidden="true"))
    return page_link([arrow, name], path, address.with_extras(**kept), "link")


def _group_name(tongue: Tongue, whom: Whom) -> str | None:
    if whom.group is None:
        return None
    if whom.by == SEGMENT:
        return segment_name(tongue.words, whom.group)
    if whom.by == "channel":
        return channel_title(tongue.words, whom.group)
    try:
        return tongue.formats.period(Period.parse(whom.group)) if whom.by in TIME_SPLITS else whom.group
    except JourneyError:
        return whom.group


def _file(view: ListView) -> html.A:
    """The whole list as CSV."""
    name = view.words("Download the list as CSV")
    return export_link(
        [icon("table"), html.Span("CSV")],
        "customers",
        "csv",
        view.address.with_extras(page=None),
        "button list__file",
        name,
    )


def _nothing(view: ListView) -> str:
    words = view.words
    if view.part.search:
        return words(
            "No customer of this list has “{text}” in the phone, e-mail or number.", text=view.part.search
        )
    return words("Nobody under these filters.")


def _grid(view: ListView, label: str) -> html.Div:
    tongue, order = view.tongue, view.order
    columns = [
        GridColumn(
            key=column.key,
            title=view.words(column.title),
            wide=column.wide,
            least=column.least,
            number=column.number,
            sortable=column.sortable,
            link=column.key == "customer",
            order=("desc" if view.part.descending else "asc") if column.key == order else None,
        )
        for column in view.columns
    ]
    rows = [
        {**{column.key: column.text(tongue, row) for column in view.columns}, "href": _href(view, row)}
        for row in view.rows
    ]
    return grid(view.words, Ids.GRID, label, columns, rows)


def _href(view: ListView, row: Row) -> str:
    return page_href(CUSTOMER, view.address.with_extras(id=row["token"]))


def _phone(view: ListView) -> html.Ul:
    """A card a row: who, how much, and the rest in one line."""
    return html.Ul([_phone_row(view, row) for row in view.rows], className="list__phone")


def _phone_row(view: ListView, row: Row) -> html.Li:
    texts = {column.key: column.text(view.tongue, row) for column in view.columns}
    money = texts.get("amount") or texts.get("revenue", "")
    first = ("moment", "last")[int("last" in texts)]
    rest = [
        texts[key]
        for key in (first, "last_stage", "channel", "touchpoint", "kind", "manager")
        if key in texts
    ]
    line = " · ".join(text for text in rest if text != "—")
    return html.Li(
        page_link(
            [
                html.B(texts["customer"]),
                html.B(money, className="list__money"),
                html.Small(texts["segment"]),
                html.Small(line, className="list__line"),
            ],
            CUSTOMER,
            view.address.with_extras(id=row["token"]),
            "list__row",
        )
    )
