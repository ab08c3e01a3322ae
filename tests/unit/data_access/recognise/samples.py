"""Each sample looked at once, under names that say nothing, for every test that asks about it."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from dashboard.journey.stages import PRESETS
from dashboard.settings import Settings
from data_access.ingest.job import without_secrets
from data_access.ingest.recognise.job import ProfileJob, Recognised
from data_access.ingest.recognise.recognise import recognise
from tests.exports import sample


def renamed(name: str, folder: Path) -> tuple[str, ...]:
    """Write a sample's files as "upload-1.csv" and so on."""
    files = {f"upload-{number}{Path(file).suffix}": file for number, file in enumerate(sample(name).files, 1)}
    for new, file in files.items():
        (folder / new).write_bytes(sample(name).files[file])
    return tuple(files)


def look_at(zone: str, folder: Path, files: tuple[str, ...]) -> Recognised:
    """What the product makes of files that nobody has said a word about."""
    job = ProfileJob(
        settings=without_secrets(Settings()),
        folder=folder,
        files=files,
        engagement="acme",
        timezone=zone,
        currency="RUB",
        stages=PRESETS["loop6"].to_json(),
    )
    return recognise(job, lambda _part, _share: None)


@cache
def recognised(name: str) -> Recognised:
    """What it makes of a sample."""
    with tempfile.TemporaryDirectory() as folder:
        return look_at(sample(name).zone, Path(folder), renamed(name, Path(folder)))
