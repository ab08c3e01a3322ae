"""What follows from the roles: labels with their suggested stages and channels, dates, lines of one deal."""

from __future__ import annotations

from typing import Any

from dashboard.journey.stages import UNMAPPED, StageModel
from data_access.ingest.recognise.draft import SourceDraft
from data_access.ingest.recognise.labels import channel_of, ending_of, stage_of
from data_access.ingest.recognise.profile import FileProfile

_ID = {"deals": "deal", "orders": "order"}
ENDING = ("deals", "history", "orders")  # kinds of file whose status ends a deal


def refresh(
    source: SourceDraft, profile: FileProfile, model: StageModel, before: SourceDraft | None = None
) -> SourceDraft:
    """The draft with every label of its status and channel columns; what was chosen for a label stays.

    Args:
        before: the draft before its roles changed: labels of a column that has lost its role go with it.
    """
    statuses = _labels(source, profile, "status", before, source.stages)
    channels = _labels(source, profile, "channel", before, source.channels)
    fresh = [label for label in statuses if label not in source.stages]
    ends = {label: ending_of(label, model) for label in fresh} if source.kind in ENDING else {}
    update: dict[str, Any] = {
        "stages": {label: source.stages.get(label) or stage_of(label, model)[0] for label in statuses},
        "channels": {
            label: source.channels.get(label) or channel_of(label) or UNMAPPED for label in channels
        },
        "date_choices": {
            column.name: column.date_choices for column in profile.columns if column.date_choices
        },
        "unclear_numbers": tuple(column.name for column in profile.columns if column.unclear_number),
        "separators": {column.name: column.separator for column in profile.columns if column.separator},
        "lines": _has_lines(source, profile),
    }
    for end in ("won", "lost"):
        kept = [label for label in getattr(source, end) if label in statuses]
        update[end] = (*kept, *(label for label in fresh if ends.get(label) == end))
    formats = {column.name: column.date_format for column in profile.columns if column.date_format}
    update["date_formats"] = formats | {
        column: pattern for column, pattern in source.date_formats.items() if column in source.roles
    }
    return source.model_copy(update=update)


def _labels(
    source: SourceDraft, profile: FileProfile, role: str, before: SourceDraft | None, chosen: dict[str, str]
) -> list[str]:
    """Labels of the file, then those that only earlier files of the source had."""
    name = source.column(role)
    column = profile.column(name) if name else None
    if column is None or not column.labels:
        return []
    labels = [label for label, _ in column.labels]
    same = before is None or before.column(role) == name
    return labels + [label for label in chosen if same and label not in set(labels)]


def _has_lines(source: SourceDraft, profile: FileProfile) -> bool:
    """True where a deal or an order stands on several rows."""
    name = source.column(_ID.get(source.kind, ""))
    column = profile.column(name) if name else None
    if column is None:
        return False
    return column.different < column.filled or column.name in profile.options.fill_down
