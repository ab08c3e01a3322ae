"""What the cards can tell about themselves: their figures as a file, and how these are made.

A page's callback module names its cards in `CARDS`, by the key that `card_tools` wrote on the screen:

    CARDS = {"overview-segments": Card("overview", "lcpq", segments_query, segments_sheet)}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State
from flask import Response, abort, request

from callbacks.services import Ask, Services, Visit
from callbacks.twins.twin import twin
from dashboard.journey.definitions import QUESTIONS, meaning
from dashboard.journey.query import JourneyQuery
from dashboard.server.paper import PAPER_MIME, Paper
from dashboard.server.paper_file import paper_file
from dashboard.server.sheets import MIME, XLSX, Sheet, as_csv, as_xlsx
from data_access.clock import wall_clock
from data_access.scope import Action, refuse_guest
from layouts.components.question import question_line
from layouts.how import How, how_panel
from layouts.shell import Ids as Shell


@dataclass(frozen=True, slots=True)
class Told:
    """What a card says of itself in the panel.

    Attributes:
        query: what it asks, instead of the address's period.
        sentence: the question in words.
        entered, ripe: customers who entered, and of them those whose window is over.
        sql: its statements as they ran.
    """

    query: JourneyQuery
    sentence: str
    entered: int
    ripe: int
    sql: Sequence[str]


@dataclass(frozen=True, slots=True)
class Card:
    """A card of a page.

    Attributes:
        page: key of its page.
        question: whose definitions hold, a name of `callbacks.twins.twin.ANSWERS`.
        query: the question that the card really asks.
        sheet: its figures as a table.
        action: the right that its page needs.
        told: how its figures are really made, where `question` is only the nearest one; None where there are none yet.
    """

    page: str
    question: str
    query: Callable[[Services, Ask], JourneyQuery]
    sheet: Callable[[Services, Ask], Sheet]
    action: Action = Action.READ
    told: Callable[[Services, Ask], Told | None] | None = None


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


def register_paper(
    app: Dash,
    services: Services,
    name: str,
    page: str,
    make: Callable[[Services, Ask], tuple[Paper, str]],
) -> None:
    """Wire a whole document as `/export/NAME.xlsx` and `.pptx`, for people of the house who may simulate.

    Args:
        page: key of the page whose address it is asked with.
        make: the document, and what its figures are of (a period, a day), for the file's name.
    """

    @app.server.get(f"/export/{name}.<kind>", endpoint=f"{name}.file")
    def file(kind: str) -> Response:
        if kind not in PAPER_MIME:
            abort(404)
        ask = services.ask(services.visit(f"/{page}", _search()), Action.SIMULATE)
        refuse_guest(ask.user, Action.SIMULATE)
        paper, of = make(services, ask)
        return paper_file(paper, kind, f"{ask.scope.engagement}-{name}-{of}")


def _search() -> str:
    return request.query_string.decode("utf-8", "replace")


def _file(services: Services, card: Card, name: str, kind: str) -> Response:
    visit = services.visit(f"/{card.page}", _search())
    ask = services.ask(visit, card.action)
    query = card.query(services, ask)
    sheet = replace(sheet := card.sheet(services, ask), about=(*about(services, ask, query), *sheet.about))
    body = as_xlsx(sheet) if kind == XLSX else as_csv(sheet, ask.words.language)
    file = f"{ask.scope.engagement}-{name}-{query.period.token()}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(body, headers=headers, mimetype=MIME[kind])


def about(services: Services, ask: Ask, query: JourneyQuery) -> tuple[str, ...]:
    """Whose figures these are: engagement, period and filters, data end, moment of the export."""
    words = ask.words
    end = ask.info.data_end_day
    return (
        f"{words('Engagement')}: {ask.scope.engagement}",
        question_line(words, ask.formats, query, services.answers.compared(ask.scope, query)),
        words("Data as of {day}", day=ask.formats.day(end, year=True) if end else "—"),
        exported(services, ask),
    )


def exported(services: Services, ask: Ask) -> str:
    """The day of the export, where the engagement's clocks are."""
    now = wall_clock(services.clock(), ask.info.zone)
    return ask.words("Exported {day} from Journey BI", day=ask.formats.day(now.date(), year=True))


def show_how(services: Services, ask: Ask, card: Card) -> Any:
    """The panel: the number in words, what was asked, who was counted, sources, freshness, SQL."""
    query, sheet = card.query(services, ask), card.sheet(services, ask)
    made = twin(card.question, services.answers, ask.scope, query.with_(compare=None), explain=True)
    terms = [
        (column.title, ask.words(text))
        for column in sheet.columns
        if column.field and (text := meaning(card.question, column.field))
    ]
    how, sentence = made["how"], ask.words(QUESTIONS[card.question])
    own = card.told(services, ask) if card.told is not None else None
    if own is not None:
        query, sentence = own.query, own.sentence
        counted = {"entered": own.entered, "ripe": own.ripe}
        how = {**how, "counted": counted, "sql": list(own.sql), "read_from": ()}
    told = How(sheet.title, sentence, terms, how, made["definition"])
    return how_panel(ask.words, ask.formats, query, told)
