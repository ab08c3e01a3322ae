"""What of an import needs a look: rejected rows, labels without a meaning, people who became one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.row_reasons import REASONS
from layouts.components.card import card
from layouts.components.pill import pill
from layouts.components.table import table
from layouts.data_months import example_text

Json = Mapping[str, Any]
_SHOWN = 3  # the first rows of a reason; the others open
_LABELS = 8


def rejections_card(words: Words, sources: Sequence[Json], link: str | None) -> html.Section | None:
    """Why rows were rejected, the most frequent reason first, each with its first rows; None without any."""
    found = [
        (source["source"] if len(sources) > 1 else "", one)
        for source in sources
        for one in source["rejections"]
    ]
    if not found:
        return None
    found.sort(key=lambda pair: -pair[1]["rows"])
    lines = []
    for source, one in found:
        reason = words(REASONS.get(one["reason"], str(one["reason"])))
        head = [html.B(reason), html.Span(source, className="files__size")] if source else [html.B(reason)]
        count = words.plural("{n} row", "{n} rows", one["rows"])
        lines.append(
            html.Li(
                [
                    html.Div(
                        [html.Div(head), html.Span(count, className="flaws__count")], className="flaws__line"
                    ),
                    _folded(words, [example_text(words, row) for row in one["examples"]], "flaws__examples"),
                ]
            )
        )
    whole = words("The first rows of each reason; the file has all of them")
    return card(
        words("Why rows were rejected"),
        html.Ul(lines, className="flaws"),
        subtitle=whole if link else words("The first rows of each reason"),
    )


def labels_card(
    words: Words, formats: Formats, sources: Sequence[Json], remapped: Json | None
) -> html.Section | None:
    """Labels that the mapping has no place for, and labels that look alike; None where all are known."""
    several = len(sources) > 1
    unmapped = [(source["source"], one) for source in sources for one in source["unmapped"]]
    unmapped += [("", one) for one in (remapped or {}).get("unmapped", ())]
    alike = [one for source in sources for one in source["look_alikes"]]
    if not unmapped and not alike:
        return None
    unmapped.sort(key=lambda pair: -pair[1]["rows"])
    content: list[Any] = []
    if unmapped:
        titles = (words("Label in the file"), words("Field"), words("Rows"))
        rows = [
            html.Tr(
                [
                    html.Th(
                        one["label"] if one["label"] is not None else words("(empty)"),
                        scope="row",
                        className="flaws__label",
                    ),
                    html.Td(
                        f"{field_name(words, one['field'])} · {source}"
                        if several and source
                        else field_name(words, one["field"])
                    ),
                    html.Td(formats.number(one["rows"]), className="number"),
                ]
            )
            for source, one in unmapped
        ]
        content.append(table(words("Labels without a meaning"), titles, rows[:_LABELS], numbers=range(2, 3)))
        if len(rows) > _LABELS:
            more = table(words("Labels without a meaning"), titles, rows[_LABELS:], numbers=range(2, 3))
            content.append(_more(words, len(rows) - _LABELS, more))
    if alike:
        content.append(html.H3(words("Labels that look alike"), className="flaws__title"))
        texts = [f"{field_name(words, one['field'])}: {', '.join(one['labels'])}" for one in alike]
        content.append(_folded(words, texts, "flaws__examples"))
    return card(
        words("Labels to look at"),
        *content,
        subtitle=words(
            "Rows of unknown labels are imported and stand outside the funnel; look-alikes stay apart"
        ),
    )


def merges_card(words: Words, formats: Formats, merges: Json | None) -> html.Section | None:
    """How many customers are one person by an identity that they share; None where nobody is.

    Phones and addresses themselves are not shown: not everybody who may import may see them.
    """
    if not merges:
        return None
    differing, wide = merges.get("differing_people", 0), merges["too_wide_values"]
    nobody = merges.get("placeholder_values", 0)
    said = (
        (
            differing,
            words(
                "{count} people are to look at: their customers differ in another identity", count=differing
            ),
        ),
        (wide, words("{count} identity values are on more than 5 customers and merge nobody", count=wide)),
        (nobody, words("{count} identity values stand for nobody and merge nobody", count=nobody)),
    )
    marks = [pill(text, "warn", "warning") for count, text in said if count]
    if not merges["people"] and not marks:
        return None
    title = words(
        "{keys} customers of the files are {people} people",
        keys=formats.number(merges["keys"]),
        people=formats.number(merges["people"]),
    )
    return card(
        title if merges["people"] else words("Nobody was merged"),
        html.Div(marks, className="report__marks") if marks else None,
        subtitle=words(
            "Who shares a phone, an e-mail or another identity is one person in the whole engagement"
        ),
    )


def field_name(words: Words, field: str) -> str:
    """What a field of the mapping is called."""
    names = {
        "stage": words("Journey stage"),
        "channel": words("Channel"),
        "segment": words("Segment"),
        "outcome": words("Outcome"),
        "touchpoint": words("Touchpoint"),
        "stage_when_lost": words("Stage when lost"),
    }
    return names.get(field, field)


def _folded(words: Words, texts: Sequence[str], class_name: str) -> html.Div:
    """The first lines, and the others on demand."""
    parts: list[Any] = [html.Ul([html.Li(text) for text in texts[:_SHOWN]], className=class_name)]
    if len(texts) > _SHOWN:
        rest = html.Ul([html.Li(text) for text in texts[_SHOWN:]], className=class_name)
        parts.append(_more(words, len(texts) - _SHOWN, rest))
    return html.Div(parts)


def _more(words: Words, count: int, content: Any) -> html.Details:
    text = words.plural("{n} more", "{n} more", count)
    return html.Details([html.Summary(text, className="link"), content], className="flaws__more")
