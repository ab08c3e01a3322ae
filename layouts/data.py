"""The page /data: from somebody's files to the first funnel, how healthy the data are, and who brought what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.card import page_header
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton

PATH = "/data"
HEALTH, PEOPLE, JOURNAL = "health", "people", "journal"  # values of `tab`; without it the import stands here


class Ids(StrEnum):
    """Places of the page."""

    TITLE = "data-title"
    TABS = "data-tabs"
    BODY = "data-body"


class Step(StrEnum):
    """Where an import on its way stands."""

    FILE = "file"
    COLUMNS = "columns"
    LABELS = "labels"
    CHECK = "check"
    DONE = "done"


_STEPS: tuple[tuple[Step, str], ...] = (
    (Step.FILE, msgid("File")),
    (Step.COLUMNS, msgid("Columns")),
    (Step.LABELS, msgid("Stages & channels")),
    (Step.CHECK, msgid("Check")),
    (Step.DONE, msgid("First funnel")),
)
_TABS: tuple[tuple[str | None, str], ...] = (
    (None, msgid("Import")),
    (HEALTH, msgid("Data health")),
    (PEOPLE, msgid("One person")),
    (JOURNAL, msgid("Journal")),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: the person's words, the address, and the draft that is open (None: none)."""

    words: Words
    address: Address
    draft: int | None = None

    def at(self, step: Step) -> Address:
        """The address of another step of the same draft."""
        return self.address.with_extras(tab=None, draft=str(self.draft), step=step.value)

    @property
    def start(self) -> Address:
        """The address of the import without a draft."""
        return self.address.with_extras(tab=None, draft=None, step=None)

    def action(self, verb: str) -> str:
        """Where a wish about the draft is sent."""
        return f"{PATH}/drafts/{self.draft}/{verb}"


def layout(words: Words) -> list[Any]:
    """The page before its content."""
    return [
        page_header(
            words("Sources & import"),
            html.Span(id=Ids.TITLE),
            html.Div(id=Ids.TABS, className="page__tabs"),
        ),
        html.Div(skeleton(520, phone=620), id=Ids.BODY),
    ]


def tabs(words: Words, address: Address) -> html.Nav:
    """Import, health, people, journal."""
    chosen = address.extras.get("tab")
    known = {key for key, _ in _TABS}
    plain = address.with_extras(draft=None, step=None)
    return segmented(
        words("Data"),
        PATH,
        [
            Choice(words(text), plain.with_extras(tab=key), key == (chosen if chosen in known else None))
            for key, text in _TABS
        ],
    )


def stepper(place: Place, here: Step, reached: Sequence[Step]) -> html.Nav:
    """The five steps; those that are open already are links."""
    items: list[Any] = []
    order = [step for step, _ in _STEPS]
    for number, (step, text) in enumerate(_STEPS, 1):
        done = step in reached and order.index(step) < order.index(here)
        mark = icon("check") if done else str(number)
        inner = [html.Span(mark, className="stepper__mark"), html.Span(place.words(text))]
        state = " stepper__step--here" if step is here else " stepper__step--done" if done else ""
        if step in reached and step is not here and here is not Step.DONE:
            item = page_link(inner, PATH, place.at(step), f"stepper__step{state}")
        else:
            current = attributes(aria_current="step") if step is here else {}
            item = html.Span(inner, className=f"stepper__step{state}", **current)
        items.append(html.Li(item))
    return html.Nav(html.Ol(items, className="stepper"), **attributes(aria_label=place.words("Steps")))


def working(progress: str, title: str, part: str, share: float) -> html.Div:
    """What is being done right now: a bar that assets/js/data.js moves.

    Args:
        progress: where to ask how far it is.
    """
    per_cent = f"{100 * share:.0f}"
    bar = html.Div(
        html.Div(className="progress__bar", style={"width": f"{per_cent}%"}),
        className="progress",
        role="progressbar",
        **attributes(aria_label=title, aria_valuemin="0", aria_valuemax="100", aria_valuenow=per_cent),
    )
    return html.Div(
        [bar, html.P(part, className="data__part")],
        className="data__task",
        **attributes(data_task=progress),
    )


def pair(main: Any, side: Any) -> html.Div:
    """What one works on, and at its side what comes out of it."""
    left = main if isinstance(main, list) else [main]
    right = [] if side is None else [html.Div(side, className="data__right")]
    return html.Div([html.Div(left, className="data__left"), *right], className="data__pair")


def figures(rows: Sequence[tuple[str, str]]) -> html.Dl:
    """Names and figures, one below the other."""
    parts = [part for name, value in rows for part in (html.Dt(name), html.Dd(value))]
    return html.Dl(parts, className="outlook")
