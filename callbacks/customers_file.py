"""A list of customers as a file: who asked for it is written down, what it is about stands on top."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import Response

from callbacks.filters import wall_clock
from callbacks.services import Ask, Services
from dashboard.journey.query import JourneyQuery
from dashboard.server.sheets import CSV, MIME, Sheet, as_csv
from dashboard.server.sheets import Column as SheetColumn
from data_access.state import audit
from layouts.components.question import question_line
from layouts.customers_columns import Column, Row, Tongue

MOST_EXPORTED = 20_000  # rows of one file
AUDITED = "people.export"


class Exported(Protocol):
    """What the file needs to know of the list."""

    @property
    def title(self) -> str:
        """Message of the list."""
        ...

    @property
    def query(self) -> JourneyQuery:
        """Its question."""
        ...

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns."""
        ...

    @property
    def tongue(self) -> Tongue:
        """The reader's language."""
        ...

    @property
    def contacts(self) -> bool:
        """Customers stand under their own keys."""
        ...


def file_of(
    services: Services, ask: Ask, listed: Exported, fetch: Callable[[int], tuple[list[Row], int]]
) -> Response:
    """The list in its order, at most `MOST_EXPORTED` rows; a line says where rows are left out."""
    rows, total = fetch(MOST_EXPORTED)
    sheet = Sheet(
        listed.title,
        [SheetColumn(ask.words(column.title)) for column in listed.columns],
        [[column.value(listed.tongue, row) for column in listed.columns] for row in rows],
        _about(services, ask, listed, len(rows), total),
    )
    said = ask.address.with_extras(q=None).search()
    audit.record(
        services.state(),
        ask.user.login,
        AUDITED,
        ask.scope.engagement,
        rows=len(rows),
        contacts=listed.contacts,
        question=said,
    )
    name = f"{ask.scope.engagement}-customers-{listed.query.period.token()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_csv(sheet, ask.words.language), headers=headers, mimetype=MIME[CSV])


def _about(services: Services, ask: Ask, listed: Exported, rows: int, total: int) -> list[str]:
    """Whose rows these are: engagement, period and filters, data end, moment, what is left out."""
    words, formats = ask.words, ask.formats
    end = ask.info.data_end_day
    lines = [
        f"{words('Engagement')}: {ask.scope.engagement}",
        question_line(words, formats, listed.query, None),
        words("Data as of {day}", day=formats.day(end, year=True) if end else "—"),
        words(
            "Exported {day} from Journey BI",
            day=formats.day(wall_clock(services.clock(), ask.info.zone).date(), year=True),
        ),
    ]
    if rows < total:
        lines.append(
            words(
                "The first {rows} of {total} rows; narrow the filters for the others", rows=rows, total=total
            )
        )
    if not listed.contacts:
        lines.append(words("Customers stand under signs, since your role does not see contacts"))
    return lines
