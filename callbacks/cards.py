"""What the cards can tell about themselves: their figures as a file, and how these are made.

A page's callback module names its cards in `CARDS`, by the key that `card_tools` wrote on the screen:

    CARDS = {"overview-segments": Card("overview", "lcpq", segments_query, segments_sheet)}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from flask import Response, abort, request

from callbacks.services import Ask, Services, Visit
from callbacks.twins.twin import twin
from dashboard.journey.definitions import QUESTIONS, meaning
from dashboard.journey.query import JourneyQuery
from dashboard.server.sheets import MIME, XLSX, Sheet, as_csv, as_xlsx
from data_access.clock import wall_clock
from data_access.scope import Action, refuse_guest
from layouts.components.question import question_line
from layouts.how import How, how_panel
from layouts.shell import Ids as Shell


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a page.

    Attributes:
        page: key of its page.
        question: whose definitions hold, a name of `callbacks.twins.twin.ANSWERS`.
        query: the question that the card really asks.
        sheet: its figures as a table.
        action: the right that its page needs.
    """

    page: str
    question: str
    query: Callable[[Services, Ask], JourneyQuery]
    sheet: Callable[[Services, Ask], Sheet]
    action: Action = Action.READ


def register(app: Dash, services: Services, cards: Mapping[str, Card]) -> None:
    """Wire the files and the panel of every card."""

    @app.server.route("/export/<card>.<kind>", endpoint="export")
    def export(card: str, kind: str) -> Response:
        if card not in cards or kind not in MIME:
            abort(404)
        return _file(services, cards[card], card, kind)

    @services.frame(
        app,
        Output(Shell.HOW, "children"),
        listens=Shell.HOW_ASKED,
        also=(State(Shell.HOW_ASKED, "data"),),
        wait=True,
    )
    def how(visit: Visit, asked: Any) -> Any:
        card = cards.get(str(asked.get("card"))) if isinstance(asked, dict) else None
        if card is None:
            return []
        refuse_guest(visit.user, card.action)  # whose sources and SQL the panel tells
        place = replace(visit, path=f"/{card.page}")  # whatever page the browser names
        return show_how(services, services.ask(place, card.action), card)

    app.clientside_callback(
        ClientsideFunction("card", "how"), Output(Shell.HOW_PANEL, "is_open"), Input(Shell.HOW_ASKED, "data")
    )


def _file(services: Services, card: Card, name: str, kind: str) -> Response:
    visit = services.visit(f"/{card.page}", request.query_string.decode("utf-8", "replace"))
    ask = services.ask(visit, card.action)
    sheet = replace(sheet := card.sheet(services, ask), about=(*about(services, ask, card), *sheet.about))
    body = as_xlsx(sheet) if kind == XLSX else as_csv(sheet, ask.words.language)
    file = f"{ask.scope.engagement}-{name}-{card.query(services, ask).period.token()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(body, headers=headers, mimetype=MIME[kind])


def about(services: Services, ask: Ask, card: Card) -> tuple[str, ...]:
    """Whose figures these are: engagement, period and filters, data end, moment of the export."""
    words, query = ask.words, card.query(services, ask)
    now = wall_clock(services.clock(), ask.info.zone)
    end = ask.info.data_end_day
    return (
        f"{words('Engagement')}: {ask.scope.engagement}",
        question_line(words, ask.formats, query, services.answers.compared(ask.scope, query)),
        words("Data as of {day}", day=ask.formats.day(end, year=True) if end else "—"),
        words("Exported {day} from Journey BI", day=ask.formats.day(now.date(), year=True)),
    )


def show_how(services: Services, ask: Ask, card: Card) -> Any:
    """The panel: the number in words, what was asked, who was counted, sources, freshness, SQL."""
    query, sheet = card.query(services, ask), card.sheet(services, ask)
    made = twin(card.question, services.answers, ask.scope, query.with_(compare=None), explain=True)
    terms = [
        (column.title, ask.words(text))
        for column in sheet.columns
        if column.field and (text := meaning(card.question, column.field))
    ]
    told = How(sheet.title, ask.words(QUESTIONS[card.question]), terms, made["how"], made["definition"])
    return how_panel(ask.words, ask.formats, query, told)
