"""One choice of a person changes the draft of a mapping; everything else stays as it was.

Every function takes what was recognised and gives the new draft; what comes from a browser is checked.
"""

from __future__ import annotations

from typing import cast, get_args

from dashboard.errors import JourneyError
from dashboard.journey.stages import UNMAPPED
from data_access.ingest.mapping import Options
from data_access.ingest.recognise.draft import NOT_IMPORTED, Draft, Kind, SourceDraft
from data_access.ingest.recognise.guess import guessed_roles
from data_access.ingest.recognise.job import Recognised
from data_access.ingest.recognise.profile import FileProfile
from data_access.ingest.recognise.refresh import ENDING, refresh
from data_access.ingest.recognise.roles import ROLES, SEVERAL

_MOST_LETTERS = 100  # of a channel's name
_PATTERNS = 40  # letters of a date pattern


def with_kind(found: Recognised, source: int, kind: str) -> Draft:
    """What one row of the file is; roles that a person has chosen stay where the kind has them."""
    chosen_kind = _kind(kind)
    draft, profile = found.draft.sources[source], _profile(found, source)
    chosen = {
        column: role
        for column, role in draft.roles.items()
        if draft.certain.get(column) == 1 and role in (NOT_IMPORTED, *ROLES[chosen_kind])
    }
    roles, certain = guessed_roles(profile, chosen_kind, chosen)
    changed = draft.model_copy(
        update={"kind": chosen_kind, "preset": None, "confidence": 1.0, "roles": roles, "certain": certain}
    )
    return _placed(found, source, refresh(changed, profile, found.draft.model, draft))


def with_role(found: Recognised, source: int, column: str, role: str) -> Draft:
    """What a column means; a role that stands once alone leaves the column that had it."""
    draft = found.draft.sources[source]
    _known(column in draft.roles and role in (NOT_IMPORTED, *ROLES[draft.kind]))
    freed = [
        name for name, given in draft.roles.items() if given == role and role not in (NOT_IMPORTED, *SEVERAL)
    ]
    roles = {**draft.roles, **dict.fromkeys(freed, NOT_IMPORTED), column: role}
    certain = {**draft.certain, **dict.fromkeys(freed, 1.0), column: 1.0}
    changed = draft.model_copy(update={"roles": roles, "certain": certain})
    return _placed(found, source, refresh(changed, _profile(found, source), found.draft.model, draft))


def with_stage(found: Recognised, source: int, label: str, stage: str) -> Draft:
    """Which stage a status means, or `unmapped`; a deal that stands in the deal's stage is won."""
    draft = found.draft.sources[source]
    _known(label in draft.stages)
    if stage != UNMAPPED:
        found.draft.model.order(stage)
    if stage == found.draft.model.deal.key and draft.kind in ENDING:
        return with_end(found, source, label, "won")
    return _placed(found, source, draft.model_copy(update={"stages": {**draft.stages, label: stage}}))


def with_channel(found: Recognised, source: int, label: str, channel: str) -> Draft:
    """Which channel a source means, or `unmapped`; any word may be a channel."""
    draft = found.draft.sources[source]
    _known(label in draft.channels and 0 < len(channel.strip()) <= _MOST_LETTERS)
    return _placed(
        found, source, draft.model_copy(update={"channels": {**draft.channels, label: channel.strip()}})
    )


def with_end(found: Recognised, source: int, label: str, ends: str) -> Draft:
    """How a status ends a deal: `won`, `lost`, or "" for a status in which it goes on.

    A won deal has reached the deal's stage; a lost one has left the journey and stands in none.
    """
    draft = found.draft.sources[source]
    _known(label in draft.stages and ends in ("won", "lost", ""))
    labels = {name: [*(word for word in getattr(draft, name) if word != label)] for name in ("won", "lost")}
    stages = dict(draft.stages)
    if ends:
        labels[ends].append(label)
        stages[label] = found.draft.model.deal.key if ends == "won" else UNMAPPED
    elif label in draft.won:
        stages[label] = UNMAPPED
    update = {"won": tuple(labels["won"]), "lost": tuple(labels["lost"]), "stages": stages}
    return _placed(found, source, draft.model_copy(update=update))


def with_date_format(found: Recognised, source: int, column: str, pattern: str) -> Draft:
    """How a column writes its dates: a strptime pattern; "" where the importer is to read them by itself."""
    draft = found.draft.sources[source]
    _known(column in draft.roles and len(pattern) <= _PATTERNS)
    formats = {name: form for name, form in draft.date_formats.items() if name != column}
    if pattern:
        formats[column] = pattern
    return _placed(found, source, draft.model_copy(update={"date_formats": formats}))


def with_decimal(found: Recognised, source: int, decimal: str) -> Draft:
    """Which sign stands before the decimals of the file: "." or ","; "" where each column says it by itself."""
    draft = found.draft.sources[source]
    _known(decimal in (".", ",", ""))
    told = draft.options.model_dump() | {"decimal": decimal or None}
    return _placed(found, source, draft.model_copy(update={"options": Options.model_validate(told)}))


def _kind(word: str) -> Kind:
    _known(word in get_args(Kind))
    return cast(Kind, word)


def _placed(found: Recognised, place: int, source: SourceDraft) -> Draft:
    sources = list(found.draft.sources)
    sources[place] = source
    return found.draft.model_copy(update={"sources": tuple(sources)})


def _profile(found: Recognised, source: int) -> FileProfile:
    name = found.draft.sources[source].file
    return next(profile for profile in found.profiles if profile.file == name)


def _known(holds: bool) -> None:
    if not holds:
        raise JourneyError("draft_unknown_choice")
