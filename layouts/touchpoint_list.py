"""The list view: one row a single touchpoint, in the order and on the page that the address names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.heatmap import Cell
from dashboard.analytics.heatmap_shown import Measure, Value, key_of
from dashboard.i18n.words import Words
from dashboard.journey.query import NO_CHANNEL
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.delta import delta
from layouts.components.link import page_link
from layouts.components.pill import channel_title
from layouts.components.table import scroll_region
from layouts.components.tone import tone_of
from layouts.touchpoint_measures import PATH, figure
from layouts.touchpoints import MapView

CARD = "touchpoints-list"
PAGE = 20  # rows a page
FALLING, RISING = (
    "loss",
    "-",
)  # the order of the list where the address names none; the mark of an ascending one


@dataclass(frozen=True, slots=True)
class Row:
    """One touchpoint.

    Attributes:
        average: progression of its stage.
        loss: money lost against it, or with no money in the data customers.
        score: None where the engagement has none.
    """

    cell: Cell
    average: float | None
    loss: float | None
    score: Value | None

    @property
    def rate(self) -> float | None:
        """Share that goes on, where enough are ripe."""
        return None if self.cell.low_mature else self.cell.progression

    @property
    def distance(self) -> float | None:
        """To the stage's average."""
        return None if self.rate is None or self.average is None else self.rate - self.average


SORTS: Mapping[str, Callable[[Row], float | None]] = {
    "loss": lambda row: row.loss,
    "touches": lambda row: row.cell.touches,
    "customers": lambda row: row.cell.customers,
    "rate": lambda row: row.rate,
    "distance": lambda row: row.distance,
    "score": lambda row: row.score.known if row.score else None,
}


def ordered(rows: Sequence[Row], said: str | None) -> list[Row]:
    """Rows in the order of the address; unknown figures last, whichever way.

    Args:
        said: value of the key `sort`: a name of SORTS, `-` before it for the smallest first.
    """
    name, rising = order_of(said)
    read = SORTS[name]
    known = [row for row in rows if read(row) is not None]
    known.sort(key=lambda row: (read(row) or 0.0) * (1 if rising else -1))
    return known + [row for row in rows if read(row) is None]


def order_of(said: str | None) -> tuple[str, bool]:
    """(name of SORTS, smallest first); what nobody knows is the order of the list."""
    name = (said or FALLING).removeprefix(RISING)
    return (name, (said or "").startswith(RISING)) if name in SORTS else (FALLING, False)


def page_of(rows: Sequence[Row], said: str | None) -> tuple[int, int]:
    """(page from 1, pages) of what the address says."""
    pages = max(1, -(-len(rows) // PAGE))
    wanted = int(said) if said and said.isascii() and said.isdigit() and len(said) < 6 else 1
    return min(max(wanted, 1), pages), pages


def list_card(view: MapView, rows: Sequence[Row], money: bool) -> html.Section:
    """Every single touchpoint.

    Args:
        money: losses are in money; else in customers.
    """
    words = view.words
    scored = any(row.score is not None for row in rows)
    found = ordered(rows, view.address.extras.get("sort"))
    page, pages = page_of(found, view.address.extras.get("page"))
    head = [html.Th(text, scope="col") for text in (words("Touchpoint"), words("Stage"), words("Channel"))]
    head += [_head(view, name, title) for name, title in _titles(words, scored, money)]
    body = [_row(view, row, scored, money) for row in found[(page - 1) * PAGE : page * PAGE]]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="table table--list")
    title = words("Every touchpoint")
    return card(
        title,
        scroll_region(words("List"), table),
        _pages(view, page, pages, len(found)),
        subtitle=words(
            "Going on: the share that reached a later stage within the window. Association, not cause"
        ),
        tools=card_tools(words, CARD, view.address, title, picture=False),
        class_name="card--list",
    )


def _titles(words: Words, scored: bool, money: bool) -> list[tuple[str, str]]:
    titles = [
        ("touches", words("Contacts")),
        ("customers", words("Customers")),
        ("rate", words("Going on")),
        ("distance", words("to the average")),
        ("loss", words("Loss") if money else words("Lost against the average")),
    ]
    return [*titles, ("score", words("Score"))] if scored else titles


def _head(view: MapView, name: str, title: str) -> html.Th:
    """A click sorts by the column, another one turns the order around."""
    words = view.words
    current, rising = order_of(view.address.extras.get("sort"))
    falls = current == name and not rising
    target = f"{RISING}{name}" if falls else name if name != FALLING else None
    mark = (" ▲" if rising else " ▼") if current == name else ""
    hint = words("smallest first") if falls else words("largest first")
    link = page_link(
        title + mark,
        PATH,
        view.address.with_extras(sort=target, page=None),
        "table__sort",
        f"{title}: {hint}",
    )
    state = {"aria_sort": "ascending" if rising else "descending"} if current == name else {}
    return html.Th(link, scope="col", className="number", **attributes(**state))


def _row(view: MapView, row: Row, scored: bool, money: bool) -> html.Tr:
    words, formats, cell = view.words, view.formats, row.cell
    rate: Any = words("n = {n}", n=cell.mature_customers)
    moved: Any = ""
    if row.rate is not None:
        rate = html.Span(formats.share(row.rate, 1), className=f"tag {tone_of(row.rate, row.average)}")
    if row.distance is not None:
        moved = delta(formats.points(row.distance), row.distance)
    named = cell.touchpoint if cell.touchpoint and cell.touchpoint != NO_CHANNEL else words("No touchpoint")
    link = page_link(named, PATH, view.cell_address(key_of(cell)), "link")
    loss = formats.money(-row.loss) if money and row.loss else formats.number(row.loss)
    values: list[tuple[str, Any]] = [
        (words("Contacts"), formats.number(cell.touches)),
        (words("Customers"), formats.number(cell.customers)),
        (words("Going on"), rate),
        (words("to the average"), moved),
        (words("Loss"), loss if row.loss is not None and row.loss > 0 else "—"),
    ]
    if scored:
        values.append((words("Score"), _score(view, row)))
    open_now = " table__open" if view.open == key_of(cell) else ""
    return html.Tr(
        [
            html.Th(link, scope="row"),
            html.Td(view.stage_name(key_of(cell), short=True), **attributes(data_title=words("Stage"))),
            html.Td(channel_title(words, cell.channel), **attributes(data_title=words("Channel"))),
            *(html.Td(value, className="number", **attributes(data_title=title)) for title, value in values),
        ],
        className=("table__few" if cell.low_mature else "") + open_now,
    )


def _score(view: MapView, row: Row) -> Any:
    if row.score is None or row.score.value is None:
        return "—"
    return figure(view.formats, Measure.SCORE, row.score.value)


def _pages(view: MapView, page: int, pages: int, n: int) -> Any:
    words = view.words
    if pages == 1:
        return None
    first = (page - 1) * PAGE + 1
    said = words("{first}–{last} of {n}", first=first, last=min(page * PAGE, n), n=n)
    links = []
    for text, target in ((words("Previous page"), page - 1), (words("Next page"), page + 1)):
        if 1 <= target <= pages:
            to = view.address.with_extras(page=None if target == 1 else str(target))
            links.append(page_link(text, PATH, to, "button"))
    return html.Nav(
        [html.Span(said, className="meta"), *links],
        className="pages",
        **attributes(aria_label=words("Pages")),
    )
