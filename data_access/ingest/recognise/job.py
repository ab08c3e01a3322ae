"""What the process that looks at uploaded files is told, and what it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from data_access.ingest.recognise.draft import Draft, SourceDraft
from data_access.ingest.recognise.profile import FileProfile


class ProfileJob(BaseModel):
    """Files to look at, and the engagement that they are for.

    Attributes:
        settings: without secrets (`data_access.ingest.job.without_secrets`).
        folder, files: where they lie, and their names there.
        stages: the engagement's stage model (`StageModel.to_json`).
        settled: True where the engagement has data: its zone and currency are what they are.
        known: sources that the engagement was imported from before: the same table is mapped as then.
    """

    model_config = ConfigDict(frozen=True)

    settings: dict[str, Any]
    folder: Path
    files: tuple[str, ...]
    engagement: str
    timezone: str
    currency: str
    stages: dict[str, Any]
    settled: bool = False
    known: tuple[SourceDraft, ...] = ()


class Recognised(BaseModel):
    """What was found: the files' columns, and a mapping that a person may change."""

    model_config = ConfigDict(frozen=True)

    profiles: tuple[FileProfile, ...]
    draft: Draft
