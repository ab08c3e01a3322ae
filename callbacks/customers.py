"""The list of customers answers: who stands behind a figure of another page, on screen and as a file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from dash import Dash, Output
from flask import Response, request

from callbacks.services import Ask, Services
from dashboard.journey.funnel_options import ATTRIBUTE
from dashboard.journey.funnel_steps import walked_steps
from dashboard.journey.query import JourneyQuery, Mode, Split
from dashboard.journey.whom import MOST_ROWS, SEGMENT, Slice, Went, Whom
from dashboard.server.sheets import CSV, MIME, Sheet, as_csv
from dashboard.server.sheets import Column as SheetColumn
from data_access.clock import wall_clock
from data_access.customers import fetch_customers
from data_access.pseudonyms import Pseudonyms
from data_access.sales import fetch_sales
from data_access.scope import Action, Scope, authorize
from data_access.state import audit
from layouts.components.card import page_header
from layouts.components.maturity import maturity_line
from layouts.components.mode_line import mode_line
from layouts.components.people_link import ALL_DEALS
from layouts.components.pill import segment_name
from layouts.components.question import question_line
from layouts.customers import (
    Ids,
    ListView,
    Sum,
    back_link,
    counts_of,
    list_card,
    sum_line,
    title_of,
    went_switch,
)
from layouts.customers_columns import SALES, Column, Row, Tongue, columns_of

MOST_EXPORTED = 20_000  # rows of one file


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the list asks for.

    Attributes:
        query: the question of the page that holds the figure.
        scope: proof of the right to see customers, and where the role has it their contacts.
        lines: warnings of that page.
        title: message of the list.
        counts: entered, went on, stopped, as the funnel counts them; empty for other lists.
    """

    whom: Whom
    part: Slice
    query: JourneyQuery
    scope: Scope
    deals: bool
    tongue: Tongue
    columns: tuple[Column, ...]
    title: str
    lines: tuple[Any, ...] = ()
    counts: tuple[tuple[Went | None, int], ...] = ()

    @property
    def contacts(self) -> bool:
        """Customers stand under their own keys."""
        return self.scope.action is Action.CONTACTS


def register(app: Dash, services: Services) -> None:
    """Wire the list of customers and its file."""

    @services.card(app, "customers", Output(Ids.HEAD, "children"), action=Action.PEOPLE)
    def head(ask: Ask) -> Any:
        asked = asked_of(services, ask)
        subtitle = question_line(ask.words, ask.formats, asked.query, None)
        name = ask.words("Transactions") if asked.deals else ask.words("Customers")
        return [page_header(name, subtitle, back_link(ask.words, ask.address)), *asked.lines]

    @services.card(app, "customers", Output(Ids.LIST, "children"), action=Action.PEOPLE)
    def rows(ask: Ask) -> Any:
        return show_list(services, ask)

    @app.server.get("/export/customers.csv", endpoint="customers.file")
    def file() -> Response:
        ask = services.ask(
            services.visit("/customers", request.query_string.decode("utf-8", "replace")), Action.PEOPLE
        )
        return file_of(services, ask, asked_of(services, ask))


def show_list(services: Services, ask: Ask) -> Any:
    """The card with the rows of the page."""
    asked = asked_of(services, ask)
    part = asked.part
    rows, total = rows_of(services, asked, part)
    if not rows and part.first:
        part = replace(part, first=0)
        rows, total = rows_of(services, asked, part)
    view = ListView(asked.tongue, ask.address, part, asked.columns, rows, total, asked.contacts)
    if asked.deals:
        return list_card(view, asked.title, _sum_line(services, ask, asked, rows))
    switch = None
    if len(asked.counts) > 1:
        switch = went_switch(ask.words, ask.address, asked.whom, dict(asked.counts))
    subtitle = ask.words.plural("{n} customer", "{n} customers", total)
    return list_card(view, asked.title, subtitle, switch)


def asked_of(services: Services, ask: Ask) -> Asked:
    """Everything that an address asks for; what the engagement does not know is left out."""
    whom, part = Whom.read(ask.extras, ask.info), Slice.read(ask.extras)
    scope = ask.scope
    if ask.user.may(Action.CONTACTS):
        scope = authorize(ask.user, scope.engagement, Action.CONTACTS)
    words, formats, model = ask.words, ask.formats, ask.info.model
    if ask.extras.get("deals") == ALL_DEALS and ask.info.has_transactions:
        query = ask.query.with_(segments=(whom.group,)) if whom.group and whom.by == SEGMENT else ask.query
        title = words("Transactions behind the revenue")
        if whom.group and whom.by == SEGMENT:
            title += f" · {segment_name(words, whom.group)}"
        return Asked(whom, part, query, scope, True, Tongue(words, formats, model), SALES, title)
    if whom.stage:
        tongue = Tongue(words, formats, model)
        columns = columns_of(whom)
        return Asked(whom, part, ask.query, scope, False, tongue, columns, title_of(tongue, whom, None))
    return _of_step(services, ask, whom, part, scope)


def _of_step(services: Services, ask: Ask, whom: Whom, part: Slice, scope: Scope) -> Asked:
    """A step of the funnel, with the counts and the warnings of the funnel's page."""
    query, span = services.answers.ripe(ask.scope, ask.query)
    any_order = query.mode is Mode.ANY
    steps = () if any_order else walked_steps(query, ask.info)
    tongue = Tongue(ask.words, ask.formats, ask.info.model, steps)
    lines = (*mode_line(ask.words, query), *maturity_line(ask.words, ask.formats, span))
    counts, following = _counts(services, ask, query, whom)
    title = title_of(tongue, whom, following)
    return Asked(
        whom, part, query, scope, False, tongue, columns_of(whom, any_order=any_order), title, lines, counts
    )


def _counts(
    services: Services, ask: Ask, query: JourneyQuery, whom: Whom
) -> tuple[tuple[tuple[Went | None, int], ...], str | None]:
    """The funnel's own counts of the step, and the stage that it leads to."""
    named = whom.by.startswith(ATTRIBUTE)
    split = query.with_(
        by=() if named else (Split(whom.by),),
        attributes=(whom.by.removeprefix(ATTRIBUTE),) if named else (),
        mature=True,
        compare=None,
    )
    funnel = services.answers.funnel(ask.scope, split)
    group = next((one for one in funnel.groups if one.values.get(whom.by) == whom.group), None)
    walked = walked_steps(query, ask.info)
    place = walked.index(whom.step) if whom.step in walked else 0
    following = walked[place + 1] if place + 1 < len(walked) else None
    if group is None:
        return ((None, 0),), following
    found = {step.stage: step for step in group.steps}
    return tuple(counts_of(found[walked[place]], found.get(following or "")).items()), following


def rows_of(services: Services, asked: Asked, part: Slice, *, most: int = MOST_ROWS) -> tuple[list[Row], int]:
    """The rows of a part and the length of the whole list."""
    names = Pseudonyms(services.settings.signing_key())
    if asked.deals:
        frame = fetch_sales(services.facts, asked.scope, asked.query, part, names, most=most)
    else:
        frame = fetch_customers(services.facts, asked.scope, asked.query, asked.whom, part, names, most=most)
    rows: list[Any] = frame.to_dict("records")
    return rows, int(rows[0]["total"]) if rows else 0


def _sum_line(services: Services, ask: Ask, asked: Asked, rows: list[Row]) -> Any:
    """The sum of the whole list beside the period's revenue."""
    if asked.part.search and asked.contacts:
        return ask.words("A part of the transactions: those of the customers that the search finds")
    book = services.answers.lcpq(ask.scope, asked.query.with_(by=(), compare=None))
    total = Decimal(rows[0]["total_amount"]) if rows else Decimal(0)
    revenue = Decimal(str(book.total.revenue or 0)).quantize(Decimal("0.01"))
    return sum_line(asked.tongue, Sum(total.quantize(Decimal("0.01")), revenue), asked.query.period)


def file_of(services: Services, ask: Ask, asked: Asked) -> Response:
    """The list in its order as CSV, at most `MOST_EXPORTED` rows; who took it is written down."""
    part = replace(asked.part, first=0, rows=MOST_EXPORTED)
    rows, total = rows_of(services, asked, part, most=MOST_EXPORTED)
    sheet = Sheet(
        asked.title,
        [SheetColumn(ask.words(column.title)) for column in asked.columns],
        [[column.value(asked.tongue, row) for column in asked.columns] for row in rows],
        _about(services, ask, asked, len(rows), total),
    )
    audit.record(
        services.state(),
        ask.user.login,
        "people.export",
        ask.scope.engagement,
        rows=len(rows),
        contacts=asked.contacts,
        question=ask.address.with_extras(q=None).search(),
    )
    name = f"{ask.scope.engagement}-customers-{asked.query.period.token()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(sheet, ask.words.language), headers=headers, mimetype=MIME[CSV])


def _about(services: Services, ask: Ask, asked: Asked, rows: int, total: int) -> list[str]:
    """Whose rows these are: engagement, period and filters, data end, moment, what is left out."""
    words, formats = ask.words, ask.formats
    end = ask.info.data_end_day
    today = wall_clock(services.clock(), ask.info.zone).date()
    lines = [
        f"{words('Engagement')}: {ask.scope.engagement}",
        question_line(words, formats, asked.query, None),
        words("Data as of {day}", day=formats.day(end, year=True) if end else "—"),
        words("Exported {day} from Journey BI", day=formats.day(today, year=True)),
    ]
    if rows < total:
        lines.append(
            words(
                "The first {rows} of {total} rows; narrow the filters for the others", rows=rows, total=total
            )
        )
    if not asked.contacts:
        lines.append(words("Customers stand under signs, since your role does not see contacts"))
    return lines
