"""The third step: statuses become stages of the journey, sources become channels; what is left over is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from layouts.components.card import card
from layouts.components.choice import choice, choices
from layouts.components.pill import pill
from layouts.components.states import empty_state
from layouts.components.table import scroll_region
from layouts.data import Place

UNMAPPED = "unmapped"  # as the mapping file writes it


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label of the file.

    Attributes:
        rows: how often it stands there.
        chosen: stage or channel, or `UNMAPPED`.
        ends: `won` or `lost` where the label ends a deal; None where that is not asked of this file.
    """

    label: str
    rows: int
    chosen: str
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class LabelTable:
    """The labels of one column of one file.

    Attributes:
        what: `stage` or `channel`.
    """

    what: str
    source: int
    file: str
    column: str
    rows: tuple[LabelRow, ...]

    @property
    def unmapped(self) -> tuple[int, int]:
        """Labels without a meaning, and the rows that have them."""
        rows = [row.rows for row in self.rows if row.chosen == UNMAPPED and row.ends != "lost"]
        return len(rows), sum(rows)


def label_cards(
    place: Place,
    tables: Sequence[LabelTable],
    stages: Sequence[tuple[str, str]],
    channels: Sequence[tuple[str, str]],
) -> list[Any]:
    """A card for the statuses and one for the sources of each file.

    Args:
        stages, channels: key and name of each that labels can be mapped to.
    """
    words = place.words
    ends = [("", words("goes on")), ("won", words("won")), ("lost", words("lost"))]
    shared = html.Div(
        [
            choices("stage", [*stages, (UNMAPPED, words("No stage"))]),
            choices("channel", [*channels, (UNMAPPED, words("Keep as it is"))]),
            choices("ends", ends),
        ]
    )
    if not tables:
        sentence = words("These files have no statuses and no sources to map.")
        return [card(words("Stages & channels"), empty_state(sentence))]
    return [_table(place, table, [] if number else [shared]) for number, table in enumerate(tables)]


def _table(place: Place, table: LabelTable, shared: Sequence[Any]) -> html.Section:
    words = place.words
    stage = table.what == "stage"
    title = words("Statuses become stages") if stage else words("Sources become channels")
    labels, rows = table.unmapped
    if not labels:
        state = pill(words("all recognised"), "good", "check")
    else:
        count = words.plural("{n} label", "{n} labels", labels)
        counted = words.plural("{n} row", "{n} rows", rows)
        left = words("{labels} without a stage: {rows}", labels=count, rows=counted)
        kept = words("{labels} kept as they are: {rows}", labels=count, rows=counted)
        state = pill(left if stage else kept, "warn" if stage else "neutral", "warning" if stage else None)
    asks_ends = any(row.ends is not None for row in table.rows)
    titles = [words("In the file"), words("Rows"), words("Journey stage") if stage else words("Channel")]
    if asks_ends:
        titles.append(words("The deal"))
    head = html.Tr(
        [
            html.Th(name, scope="col", className="number" if place_ == 1 else "")
            for place_, name in enumerate(titles)
        ]
    )
    body = html.Tbody([_row(place, table, row, asks_ends) for row in table.rows])
    region = scroll_region(
        f"{title}: {table.file}", html.Table([html.Thead(head), body], className="table columns")
    )
    return card(title, region, *shared, subtitle=f"{table.file} · {table.column}", aside=state)


def _row(place: Place, table: LabelTable, row: LabelRow, asks_ends: bool) -> html.Tr:
    words = place.words
    body = {"source": table.source, "label": row.label}
    label = words("What is «{label}»?", label=row.label)
    cells: list[Any] = [
        html.Th(row.label or words("(empty)"), scope="row", className="columns__name"),
        html.Td(
            [html.Span(f"{words('Rows')}: ", className="columns__caption"), words.formats.number(row.rows)],
            className="number",
        ),
        html.Td(choice(label, table.what, row.chosen, place.action(table.what), body, table.what)),
    ]
    if asks_ends:
        told = words("How does a deal end at «{label}»?", label=row.label)
        cells.append(html.Td(choice(told, "ends", row.ends or "", place.action("ends"), body, "ends")))
    return html.Tr(cells)
