"""What the steps of an import draw, made from what was recognised."""

from __future__ import annotations

from typing import Any

from dashboard.i18n.words import Words
from data_access.ingest.recognise.draft import SourceDraft
from data_access.ingest.recognise.job import Recognised
from data_access.ingest.recognise.presets import preset_name
from data_access.ingest.recognise.profile import ColumnProfile, FileProfile
from data_access.ingest.recognise.roles import REQUIRED, ROLES
from layouts.data import figures
from layouts.data_columns import ColumnRow, FileView
from layouts.data_labels import UNMAPPED, LabelRow, LabelTable

SAMPLE_LETTERS = 36  # of all samples of a column together


def file_views(words: Words, found: Recognised) -> list[FileView]:
    """A view a file, the columns in their order."""
    views = []
    for number, source in enumerate(found.draft.sources):
        profile = profile_of(found, source)
        views.append(
            FileView(
                number=number,
                name=source.file,
                rows=profile.rows,
                estimated=profile.estimated,
                kind=source.kind,
                preset=preset_name(source.preset, words.language) if source.preset else "",
                roles=ROLES[source.kind],
                columns=tuple(_column(source, column) for column in profile.columns),
                decimal=source.options.decimal or "",
                asks_decimal=bool(source.unclear_numbers),
            )
        )
    return views


def profile_of(found: Recognised, source: SourceDraft) -> FileProfile:
    """What the file of a source holds."""
    return next(profile for profile in found.profiles if profile.file == source.file)


def _column(source: SourceDraft, column: ColumnProfile) -> ColumnRow:
    role = source.roles.get(column.name, "")
    labels = {"status": source.stages, "channel": source.channels}.get(role, {})
    known = [label for label, word in labels.items() if word != UNMAPPED or label in source.lost]
    needed = {role for group in REQUIRED[source.kind] for role in group if len(group) == 1}
    return ColumnRow(
        name=column.name,
        samples=_samples(column),
        role=role,
        certain=source.certain.get(column.name, 0.0),
        required=role in needed,
        empty=column.empty,
        labels=len(labels),
        mapped=len(known),
        form=source.date_formats.get(column.name, ""),
        forms=source.date_choices.get(column.name, ()),
    )


def _samples(column: ColumnProfile) -> tuple[str, ...]:
    """As many values as stand in one line; the first one at least, cut where it is long."""
    shown: list[str] = []
    for sample in column.samples:
        if shown and sum(map(len, shown)) + len(sample) > SAMPLE_LETTERS:
            break
        shown.append(sample if len(sample) <= SAMPLE_LETTERS else sample[: SAMPLE_LETTERS - 1] + "…")
    return tuple(shown)


def label_tables(found: Recognised) -> list[LabelTable]:
    """The labels of every status and channel column, the most frequent first."""
    tables = []
    for number, source in enumerate(found.draft.sources):
        profile = profile_of(found, source)
        for what, role, chosen in (
            ("stage", "status", source.stages),
            ("channel", "channel", source.channels),
        ):
            name = source.column(role)
            column = profile.column(name) if name else None
            if column is None or not chosen:
                continue
            ends = source.kind in ("deals", "history") and what == "stage"
            rows = [
                LabelRow(label, _rows(column, label), word, _end(source, label) if ends else None)
                for label, word in chosen.items()
            ]
            rows.sort(key=lambda row: -row.rows)
            tables.append(LabelTable(what, number, source.file, column.name, tuple(rows)))
    return tables


def _rows(column: ColumnProfile, label: str) -> int:
    return next((count for text, count in column.labels if text == label), 0)


def _end(source: SourceDraft, label: str) -> str:
    return "won" if label in source.won else "lost" if label in source.lost else ""


def counts_of(words: Words, found: Recognised) -> Any:
    """What is known before the check: rows, columns with a meaning, labels without one."""
    views = file_views(words, found)
    left = [table.unmapped for table in label_tables(found) if table.what == "stage"]
    return figures(
        [
            (words("Rows"), words.formats.number(sum(view.rows for view in views))),
            (
                words("Columns with a meaning"),
                words(
                    "{n} of {total}",
                    n=sum(view.recognised for view in views),
                    total=sum(len(view.columns) for view in views),
                ),
            ),
            (words("Statuses without a stage"), words.formats.number(sum(labels for labels, _ in left))),
            (words("Rows with them"), words.formats.number(sum(rows for _, rows in left))),
        ]
    )
