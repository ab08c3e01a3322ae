"""The fourth and fifth step: what will be accepted and what not, the import itself, and where to go from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.i18n.formats import Formats
from dashboard.journey.address import Address
from dashboard.journey.stages import StageModel
from layouts.components.attributes import attributes
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.form import post_button
from layouts.components.icon import icon
from layouts.components.link import page_link, template_link
from layouts.components.states import error_state, skeleton
from layouts.data import PATH, Place, Step, working
from layouts.data_words import part_name


def waiting_card(place: Place, kind: str, part: str, share: float) -> html.Section:
    """A task of the draft runs."""
    words = place.words
    title = {
        "profile": words("Looking at the columns"),
        "check": words("Checking every row"),
        "import": words("Importing"),
    }[kind]
    note = words("You may leave this page: it goes on, and you find it here again.")
    return card(
        title,
        working(place.action("progress"), title, part_name(words, part), share),
        html.P(note, className="data__note"),
        html.Div(post_button(words("Cancel"), place.action("cancel")), className="data__acts"),
        class_name="data__main",
    )


def begin_card(place: Place, verb: str) -> html.Section:
    """Nothing was done yet: assets/js/data.js begins by itself."""
    return card(
        place.words("Checking every row") if verb == "check" else place.words("Looking at the columns"),
        html.Div(skeleton(120), **attributes(data_start=place.action(verb))),
        class_name="data__main",
    )


def failed_card(place: Place, sentence: str, verb: str) -> html.Section:
    """A task ended without a result: why, and what now; the old data are as they were."""
    words = place.words
    again = {"profile": "look", "check": "check", "import": "import"}[verb]
    return card(
        words("That did not work"),
        error_state(words, sentence, retry=False),
        html.P(words("The data that were in already are as they were."), className="data__note"),
        html.Div(
            [
                post_button(words("Try again"), place.action(again)),
                button_link(words("Back to the files"), PATH, place.at(Step.FILE)),
            ],
            className="data__acts",
        ),
        class_name="data__main",
    )


def import_card(place: Place, content: Sequence[Any], importable: bool, by_template: bool) -> html.Section:
    """The side of the check: what comes out, and the button that does it.

    Args:
        importable: there is something new.
        by_template: an uploaded template says what the columns mean.
    """
    words = place.words
    acts: list[Any] = []
    if importable:
        acts.append(post_button(words("Import these data"), place.action("import"), primary=True))
    acts.append(button_link(words("Back"), PATH, place.at(Step.FILE if by_template else Step.LABELS)))
    note = words("All of it is imported, or nothing. You can undo it.")
    if not importable:
        note = words("All of it is in already: there is nothing to import.")
    template = template_link(words("Save as template"), place.draft or 0)
    return card(
        words("What comes out"),
        *content,
        html.Div(acts, className="data__acts"),
        html.P([note, " ", template], className="data__note"),
        class_name="data__aside",
    )


def first_funnel(
    place: Place,
    formats: Formats,
    model: StageModel,
    stages: Sequence[tuple[str, int | None]],
    note: str,
    lines: Sequence[Any],
) -> html.Section:
    """The first look at one's own funnel: how many customers reached each stage.

    Args:
        note: how it is counted, and of which days.
        stages: how many customers reached each; None where nothing in the data is about it.
        lines: warnings about the mode and about young entries.
    """
    words = place.words
    most = max((count or 0 for _, count in stages), default=0)
    rows = []
    for key, count in stages:
        share = (count or 0) / most if most else 0.0
        bar = html.Div(
            html.Div(className="first__bar", style={"width": f"{100 * share:.1f}%"}), className="first__track"
        )
        name = html.Span(model.stage(key).name(words.language), className="first__name")
        told = html.B(formats.number(count)) if count is not None else html.Span(words("no data"))
        rows.append(html.Li([name, bar, html.Span(told, className="first__count")]))
    return card(
        words("Your first funnel"),
        *lines,
        html.Ol(rows, className="first"),
        html.P(note, className="data__note"),
        class_name="data__main",
    )


def next_steps(place: Place, address: Address, may_simulate: bool) -> html.Section:
    """Three ways to go on."""
    words = place.words
    steps: list[tuple[str, str, str, str]] = [
        (
            "/funnel",
            "funnel",
            words("Find the worst bottleneck"),
            words("Funnels by segment, losses in money"),
        ),
        (
            "/touchpoints",
            "touchpoints",
            words("See which contacts lead on"),
            words("Heat table of channels and stages"),
        ),
    ]
    if may_simulate:
        steps.append(
            (
                "/whatif",
                "whatif",
                words("Try what a better step is worth"),
                words("LCPQ sliders on your own figures"),
            )
        )
    links = [
        page_link(
            [icon(sign), html.Span([html.B(title), html.Span(about, className="files__size")])],
            path,
            address,
            "next-step",
        )
        for path, sign, title, about in steps
    ]
    return card(words("What next"), html.Div(links, className="next-steps"), class_name="data__aside")


def done_line(place: Place, rows: int, undo: str | None) -> html.Div:
    """What was imported, and the way back.

    Args:
        rows: how many came in.
        undo: engagement whose last import this is; None where it can no longer be taken back.
    """
    words = place.words
    told = words.plural("{n} new row imported", "{n} new rows imported", rows)
    parts: list[Any] = [icon("check"), html.Span(told)]
    if undo is not None:
        ask = words("Undo this import? Viewers see the data before it at once; you can redo it.")
        parts.append(post_button(words("Undo"), f"{PATH}/undo", {"engagement": undo}, ask=ask))
    parts.append(page_link(words("Import another file"), PATH, place.start))
    return html.Div(parts, className="data__done", role="status")
