"""From uploaded files to a mapping that a person may change: known sources, known exports, else by headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import PurePosixPath

from dashboard.errors import JourneyError
from dashboard.journey.stages import StageModel
from dashboard.settings import Settings
from data_access.ingest.currencies import currency_of
from data_access.ingest.files import DataFile, Limits, find_files
from data_access.ingest.recognise.draft import Draft, SourceDraft
from data_access.ingest.recognise.guess import guessed_kind, guessed_roles
from data_access.ingest.recognise.job import ProfileJob, Recognised
from data_access.ingest.recognise.presets import match
from data_access.ingest.recognise.profile import FileProfile
from data_access.ingest.recognise.profiling import profile_file
from data_access.ingest.recognise.refresh import refresh


def recognise(job: ProfileJob, tell: Callable[[str, float], None]) -> Recognised:
    """Look at every file and say what its columns mean, as far as it can be told.

    Raises:
        JourneyError: what is wrong with a file; `draft_without_files`.
    """
    if not job.files:
        raise JourneyError("draft_without_files")
    limits = Limits.of(Settings(**job.settings))
    model = StageModel.from_json(job.stages)
    profiles = []
    for place, name in enumerate(job.files):
        tell(name, place / len(job.files))
        path = find_files(job.folder, name)[0]
        profiles.append(profile_file(DataFile(path, name, limits)))
    sources: list[SourceDraft] = []
    for profile in profiles:
        used = frozenset(source.name for source in sources)
        source = _known(profile, job.known, used) or _recognised(profile)
        sources.append(_named_apart(refresh(source, profile, model), sources))
    tell("", 1.0)
    currency = job.currency if job.settled else _currency(profiles, sources) or job.currency
    sources.sort(key=lambda source: source.kind != "deals")  # others find their customers through them
    draft = Draft(
        engagement=job.engagement,
        timezone=job.timezone,
        currency=currency,
        stages=model.preset or _listed(model),
        sources=tuple(sources),
    )
    return Recognised(profiles=tuple(profiles), draft=draft)


def _known(profile: FileProfile, known: tuple[SourceDraft, ...], used: frozenset[str]) -> SourceDraft | None:
    """The source of an earlier import whose table has the same columns: it is mapped as then, under its name."""
    columns = {column.name for column in profile.columns}
    for source in known:
        if set(source.roles) == columns and source.name not in used:
            options = profile.options.model_copy(update={"decimal": source.options.decimal})
            return source.model_copy(update={"file": profile.file, "options": options})
    return None


def _recognised(profile: FileProfile) -> SourceDraft:
    """A known export, else what its headers and cells say."""
    found = match(profile)
    if found is not None:
        return SourceDraft(
            name=found.source,
            file=profile.file,
            kind=found.kind,
            preset=found.preset,
            confidence=found.confidence,
            options=profile.options,
            roles=found.roles,
            certain=found.certain,
            date_formats=found.date_formats,
        )
    kind, confidence = guessed_kind(profile)
    roles, certain = guessed_roles(profile, kind)
    return SourceDraft(
        name=_name_of(profile.file),
        file=profile.file,
        kind=kind,
        confidence=confidence,
        options=profile.options,
        roles=roles,
        certain=certain,
    )


def _name_of(file: str) -> str:
    """A word made of the file's name, without its endings and dates."""
    stem = PurePosixPath(file).name.split(".")[0]
    words = re.findall(r"[^\W\d_]+", stem.casefold())
    return "_".join(words) or "source"


def _named_apart(source: SourceDraft, before: list[SourceDraft]) -> SourceDraft:
    names = {other.name for other in before}
    name, number = source.name, 2
    while name in names:
        name, number = f"{source.name}_{number}", number + 1
    return source.model_copy(update={"name": name})


def _currency(profiles: list[FileProfile], sources: list[SourceDraft]) -> str | None:
    """What most of the files' money is in: a column of currencies, or signs beside the amounts."""
    counted: Counter[str] = Counter()
    for profile, source in zip(profiles, sources, strict=True):
        for role in ("currency", "amount", "price"):
            column = profile.column(source.column(role) or "")
            if column is None:
                continue
            weighed = column.labels if role == "currency" else [(sample, 1) for sample in column.samples]
            for text, rows in weighed:
                if code := currency_of(text):
                    counted[code] += rows
    return counted.most_common(1)[0][0] if counted else None


def _listed(model: StageModel) -> tuple[dict, ...]:
    """The engagement's own stages as a mapping writes them."""
    return tuple(
        {
            "key": stage.key,
            "phase": str(stage.phase),
            "name": dict(stage.names),
            **({"reached_by": {"transaction": stage.nth_deal}} if stage.nth_deal else {}),
        }
        for stage in model.stages
    )
