"""The second step: which column of the file means what, with samples and how sure the recognition is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.i18n.words import Words, msgid
from layouts.components.attributes import attributes
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.choice import choice, choices
from layouts.components.link import template_link
from layouts.components.pill import Tone, pill
from layouts.components.table import scroll_region
from layouts.data import PATH, Place, Step
from layouts.data_words import KINDS, kind_name, role_name

_PATTERN = {
    "%d": msgid("DD"),
    "%m": msgid("MM"),
    "%Y": msgid("YYYY"),
    "%y": msgid("YY"),
    "%H": msgid("hh"),
    "%I": msgid("hh"),
    "%M": msgid("mm"),
    "%S": msgid("ss"),
    "%f": msgid("fff"),
    "%p": msgid("AM/PM"),
    "%B": msgid("month in words"),
    "%b": msgid("month in words"),
    "%z": msgid("zone"),
}
SURE = 0.8  # from here on a recognised column needs no second look


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of a file.

    Attributes:
        samples: some of its values, as the file writes them.
        role: what it means; empty: it is not imported.
        certain: 0..1, how sure the recognition is.
        required: the file cannot be imported without it.
        empty: rows without a value.
        mapped: of a status or channel column how many of its `labels` are mapped.
        form: how its dates are written (a pattern).
        forms: patterns of which a person has to choose one.
    """

    name: str
    samples: tuple[str, ...]
    role: str
    certain: float
    required: bool
    empty: int
    labels: int = 0
    mapped: int = 0
    form: str = ""
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileView:
    """A file and its columns.

    Attributes:
        number: which of the draft's files it is.
        kind: what one row is.
        preset: name of the recognised export; empty where it was recognised column by column.
        roles: what a column of this kind can be.
        estimated: it is so long that rows were counted by its size.
        decimal: sign before kopecks, where it is known.
        asks_decimal: "1,234" may mean either: a person has to say.
    """

    number: int
    name: str
    rows: int
    kind: str
    preset: str
    roles: tuple[str, ...]
    columns: tuple[ColumnRow, ...]
    estimated: bool = False
    decimal: str = ""
    asks_decimal: bool = False

    @property
    def recognised(self) -> int:
        """Columns with a meaning."""
        return sum(bool(column.role) for column in self.columns)


def columns_cards(place: Place, files: Sequence[FileView]) -> list[Any]:
    """A card a file."""
    return [_file(place, file) for file in files]


def _file(place: Place, file: FileView) -> html.Section:
    words = place.words
    rows = words.plural("{n} row", "{n} rows", file.rows)
    about = " · ".join(
        [
            file.name,
            words("about {rows}", rows=rows) if file.estimated else rows,
            words("{n} of {total} columns recognised", n=file.recognised, total=len(file.columns)),
        ]
    )
    roles, kinds = f"roles-{file.number}", f"kinds-{file.number}"
    what = html.Div(
        [
            choices(roles, [(role, role_name(words, role)) for role in ("", *file.roles)]),
            choices(kinds, [(kind, kind_name(words, kind)) for kind in KINDS]),
            html.Span(words("One row is"), className="data__caption"),
            choice(
                words("One row is"), kinds, file.kind, place.action("kind"), {"source": file.number}, "kind"
            ),
            *([pill(file.preset, "good", "check")] if file.preset else []),
            *(_decimal(place, file) if file.asks_decimal else []),
        ],
        className="data__kind",
    )
    used = [column for column in file.columns if column.role]
    unused = [column for column in file.columns if not column.role]
    content: list[Any] = [what, *([_table(place, file, used)] if used else [])]
    if unused:
        summary = words.plural("{n} column is not imported", "{n} columns are not imported", len(unused))
        content.append(
            html.Details(
                [html.Summary(summary, className="link"), _table(place, file, unused)],
                open=not used,
                className="data__rest",
            )
        )
    template = button_link(words("Load a template"), PATH, place.at(Step.FILE))
    return card(words("Match the columns"), *content, subtitle=about, aside=template)


def _decimal(place: Place, file: FileView) -> list[Any]:
    """What "1,234" means, where nobody can tell from the file."""
    words, name = place.words, f"decimal-{file.number}"
    label = words("1,234 is")
    options = [
        ("", words("please choose")),
        (",", words("one and a bit (decimal comma)")),
        (".", words("one thousand and more (comma between thousands)")),
    ]
    return [
        choices(name, options),
        html.Span(label, className="data__caption"),
        choice(label, name, file.decimal, place.action("decimal"), {"source": file.number}, "decimal"),
    ]


def _forms(place: Place, file: FileView, column: ColumnRow) -> list[Any]:
    """How the column's dates are written, where they fit several ways alike."""
    if not column.forms:
        return []
    words, name = place.words, f"dates-{file.number}-{column.name}"
    label = words("How are the dates of «{column}» written?", column=column.name)
    options = [("", words("please choose")), *((form, readable(words, form)) for form in column.forms)]
    body = {"source": file.number, "column": column.name}
    return [choices(name, options), choice(label, name, column.form, place.action("dates"), body, "dates")]


def readable(words: Words, pattern: str) -> str:
    """A pattern of dates as people write one: `DD.MM.YYYY HH:MM`."""
    text = pattern
    for sign, letters in _PATTERN.items():
        text = text.replace(sign, words(letters))
    return text


def _table(place: Place, file: FileView, columns: Sequence[ColumnRow]) -> html.Div:
    words = place.words
    titles = (words("Column of the file"), words("Samples"), words("Field of Journey BI"), words("Check"))
    head = html.Tr([html.Th(title, scope="col") for title in titles])
    rows = [_row(place, file, column) for column in columns]
    body = html.Table([html.Thead(head), html.Tbody(rows)], className="table columns")
    return scroll_region(f"{words('Match the columns')}: {file.name}", body)


def _row(place: Place, file: FileView, column: ColumnRow) -> html.Tr:
    words = place.words
    label = words("What does «{column}» mean?", column=column.name)
    chosen = choice(
        label,
        f"roles-{file.number}",
        column.role,
        place.action("column"),
        {"source": file.number, "column": column.name},
        "role",
    )
    return html.Tr(
        [
            html.Th(column.name, scope="row", className="columns__name"),
            html.Td("; ".join(column.samples) or "–", className="columns__samples"),
            html.Td([chosen, *_forms(place, file, column)]),
            html.Td(_state(words, column), className="columns__state"),
        ]
    )


def _state(words: Words, column: ColumnRow) -> list[Any]:
    """What the check says of a column: the least sure thing first."""
    if not column.role:
        return [pill("–")]
    parts, tone = [], "good"
    if column.required:
        parts.append(words("required"))
    if column.form:
        parts.append(readable(words, column.form))
    if column.labels:
        parts.append(words("{n} of {total} recognised", n=column.mapped, total=column.labels))
        tone = "good" if column.mapped == column.labels else "warn"
    if column.empty:
        parts.append(words.plural("{n} empty", "{n} empty", column.empty))
        tone = "warn" if column.required else tone
    if column.forms and not column.form:
        parts.insert(0, words("please choose"))
        tone = "warn"
    if column.certain < SURE:
        parts.insert(0, words("please check"))
        tone = "warn"
    text = " · ".join(parts) or words("recognised")
    sign = "check" if tone == "good" else "warning"
    shown: Tone = "good" if tone == "good" else "warn"
    sure = words("How sure: {share}", share=words.formats.share(column.certain))
    return [
        html.Span(pill(text, shown, sign), title=sure, **attributes(data_certain=f"{column.certain:.2f}"))
    ]


def next_card(
    place: Place,
    title: str,
    content: Sequence[Any],
    problems: Sequence[str],
    ahead: tuple[Step, str] | None,
    back: Step,
) -> html.Section:
    """The card at the side: what comes out so far, what is missing, and the way on.

    Args:
        ahead: next step and the words of its button; None where something is missing.
    """
    words = place.words
    parts: list[Any] = [*content]
    if problems:
        parts.append(
            html.Ul(
                [html.Li(pill(problem, "warn", "warning")) for problem in problems],
                className="data__problems",
            )
        )
    acts: list[Any] = []
    if ahead is not None:
        acts.append(button_link(ahead[1], PATH, place.at(ahead[0]), sign="arrow", primary=True, after=True))
    acts.append(button_link(words("Back"), PATH, place.at(back)))
    parts.append(html.Div(acts, className="data__acts"))
    if not problems:
        parts.append(
            html.P(template_link(words("Save as template"), place.draft or 0), className="data__note")
        )
    return card(title, *parts, class_name="data__aside")
