"""The first step: where files are dropped, imports that wait to be finished, and what is recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from layouts.components.attributes import attributes
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.form import post_button
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.data import PATH, Place, Step

ENDINGS = ".csv,.tsv,.txt,.gz,.zip,.xlsx,.xls,.html,.htm,.parquet,.json,.jsonl,.ndjson,.yaml,.yml"


@dataclass(frozen=True, slots=True)
class FileRow:
    """An uploaded file."""

    name: str
    size: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An import that somebody began and did not finish."""

    id: int
    files: str
    about: str


def drop_zone(place: Place, engagement: str, limit: str) -> html.Div:
    """Where files are dropped or chosen; assets/js/data.js sends them one by one."""
    words = place.words
    told = attributes(
        data_drop=f"{PATH}/drafts",
        data_engagement=engagement,
        data_draft=str(place.draft or ""),
        data_word_sending=words("Sending {file}", file="{file}"),
        data_word_looking=words("Looking at the columns"),
    )
    label = html.Label(
        [
            icon("upload"),
            html.Span(words("Drop files here or choose them"), className="drop__title"),
            html.Span(
                words(
                    "CSV, Excel, HTML, Parquet, JSON, also in .gz or .zip; up to {limit} a file", limit=limit
                ),
                className="drop__hint",
            ),
            html.Span(
                words("A template (.yaml) among them says what every column means"), className="drop__hint"
            ),
            html.Span(words("Choose files"), className="button button--primary drop__button"),
        ],
        htmlFor="data-files",
        className="drop__zone",
    )
    field = attributes(data_drop_field="yes")
    return html.Div(
        [
            html.Div(className="drop__field", **field, **attributes(data_accept=ENDINGS)),
            label,
            html.Div(className="drop__state", role="status"),
        ],
        className="drop",
        **told,
    )


def file_card(
    place: Place,
    engagement: str,
    limit: str,
    files: Sequence[FileRow],
    subtitle: str,
    ahead: Step = Step.COLUMNS,
) -> html.Section:
    """The file step: drop zone, and the files of this draft."""
    words = place.words
    content: list[Any] = [drop_zone(place, engagement, limit)]
    if files:
        rows = [
            html.Li(
                [
                    html.Span([html.B(file.name), html.Span(file.size, className="files__size")]),
                    post_button(words("Take away"), place.action("take"), body={"name": file.name}),
                ],
                className="files__row",
            )
            for file in files
        ]
        content.append(html.Ul(rows, className="files"))
    if files:
        onward = words("Next: columns") if ahead is Step.COLUMNS else words("Next: check")
        acts = [
            button_link(onward, PATH, place.at(ahead), sign="arrow", primary=True, after=True),
            discard_button(place, place.draft or 0),
        ]
        content.append(html.Div(acts, className="data__acts"))
    return card(words("Your export"), *content, subtitle=subtitle, class_name="data__main")


def discard_button(place: Place, draft: int) -> html.Button:
    """Forget an import that is not finished."""
    ask = place.words("Discard this import with its files?")
    return post_button(place.words("Discard"), f"{PATH}/drafts/{draft}/remove", ask=ask)


def start_side(place: Place, presets: Sequence[str], waiting: Sequence[Waiting]) -> html.Div:
    """What is recognised by itself, and what waits to be finished."""
    words = place.words
    parts: list[Any] = []
    if waiting:
        rows = [
            html.Li(
                [
                    page_link(
                        [html.B(one.files), html.Span(one.about, className="files__size")],
                        PATH,
                        place.address.with_extras(draft=str(one.id), step=None),
                    ),
                    discard_button(place, one.id),
                ],
                className="files__row",
            )
            for one in waiting
        ]
        parts.append(card(words("Begun and not finished"), html.Ul(rows, className="files")))
    parts.append(
        card(
            words("Recognised by itself"),
            html.Ul([html.Li(name) for name in presets], className="data__presets"),
            html.P(
                words("Any other table works too: you say once what its columns mean."),
                className="data__note",
            ),
        )
    )
    return html.Div(parts, className="data__side")


def template_card(place: Place) -> html.Section:
    """A mapping file lies among the uploads: it says everything."""
    words = place.words
    return card(
        words("By a template"),
        html.P(words("The uploaded template says what every column means.")),
        html.Div(
            post_button(words("Match the columns by hand"), place.action("plain")), className="data__acts"
        ),
    )
