"""Who is one person: values that make several customers one, those that make nobody one, and how to change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from dashboard.journey.whom import Slice
from layouts.components.card import card
from layouts.components.form import post_button
from layouts.components.link import page_link
from layouts.components.pager import pager
from layouts.components.pill import Tone, pill
from layouts.components.segmented import Choice, segmented
from layouts.components.states import empty_state
from layouts.data import PATH, Place, working
from layouts.data_words import ROLES, part_name

LOOK_AT, NOBODY = "look", "nobody"  # values of `show`; without it everything that merges
MOST_KEYS = 4  # of one person in a row

_REASONS: dict[str, tuple[str, Tone]] = {
    "merged": (msgid("one person"), "good"),
    "too_wide": (msgid("on too many customers"), "neutral"),
    "placeholder": (msgid("means nobody"), "neutral"),
    "apart": (msgid("kept apart"), "warn"),
}


@dataclass(frozen=True, slots=True)
class MergeRow:
    """An identity value that stands on two customers or more.

    Attributes:
        ref: names the value to the server.
        reason: `merged`, or why it merges nobody.
        keys: customers that it makes one.
        person: their page; None where they are not one.
        differs: another kind in which they differ; empty where they agree.
        when: when the value came to a second customer, in words.
    """

    kind: str
    value: str
    ref: str
    reason: str
    customers: int
    keys: tuple[str, ...]
    person: str | None
    differs: str
    when: str


def people_card(
    place: Place, engagement: str, rows: Sequence[MergeRow], total: int, part: Slice, masked: bool
) -> html.Section:
    """The merge log.

    Args:
        masked: the reader sees signs instead of values and keys.
    """
    words, show = place.words, place.address.extras.get("show")
    switch = segmented(
        words("Which values"),
        PATH,
        [
            Choice(
                words("Make one person"),
                place.address.with_extras(show=None, page=None),
                show not in (LOOK_AT, NOBODY),
            ),
            Choice(words("To look at"), place.address.with_extras(show=LOOK_AT, page=None), show == LOOK_AT),
            Choice(
                words("Make nobody one"), place.address.with_extras(show=NOBODY, page=None), show == NOBODY
            ),
        ],
    )
    subtitle = words("One person by phone, e-mail or another id: what several customers share makes them one")
    content: list[Any] = []
    if masked:
        content.append(
            html.P(words("Your role sees signs instead of values and keys."), className="data__note")
        )
    if rows:
        content.append(html.Ul([_row(place, engagement, row) for row in rows], className="journal"))
        content.append(pager(words, PATH, place.address, part, len(rows), total))
    else:
        content.append(empty_state(_nothing(words, show)))
    return card(words("One person under several keys"), *content, subtitle=subtitle, aside=switch)


def waiting(place: Place, engagement: str) -> html.Section:
    """A change of the merges is being made."""
    words = place.words
    bar = working(
        f"{PATH}/running?e={engagement}", words("Making the journeys anew"), part_name(words, "rebuild"), 0.0
    )
    return card(words("Making the journeys anew"), bar)


def _nothing(words: Words, show: str | None) -> str:
    if show == LOOK_AT:
        return words("Nobody to look at: who is one person agrees with themselves.")
    if show == NOBODY:
        return words("Every shared value makes one person.")
    return words("No value stands on two customers: everybody is one person already.")


def _row(place: Place, engagement: str, row: MergeRow) -> html.Li:
    words = place.words
    text, tone = _REASONS[row.reason]
    kind = words(ROLES[row.kind]) if row.kind in ROLES else row.kind
    keys = ", ".join(row.keys[:MOST_KEYS]) + (" …" if len(row.keys) > MOST_KEYS else "")
    count = words.plural("{n} customer", "{n} customers", row.customers)
    about = html.Div(
        [
            html.Div([html.Span(f"{kind}: ", className="data__caption"), html.B(row.value)]),
            html.Span(" · ".join(part for part in (count, keys, row.when) if part), className="files__size"),
        ]
    )
    marks: list[Any] = [pill(words(text), tone)]
    if row.differs:
        other = words(ROLES[row.differs]) if row.differs in ROLES else row.differs
        marks.append(pill(words("different: {what}", what=other), "warn", "warning"))
    acts: list[Any] = []
    if row.person:
        acts.append(
            page_link(words("The person"), "/customer", place.address.for_page().with_extras(id=row.person))
        )
    if row.reason in ("merged", "apart"):
        apart = row.reason == "merged"
        wish = {"engagement": engagement, "ref": row.ref, "apart": apart}
        ask = words("Keep these customers apart? You can undo it like an import.") if apart else ""
        acts.append(
            post_button(
                words("Keep apart") if apart else words("Join again"), f"{PATH}/people", wish, ask=ask
            )
        )
    return html.Li(
        [about, html.Div(marks, className="journal__marks"), html.Div(acts, className="journal__end")],
        className="journal__row",
    )
