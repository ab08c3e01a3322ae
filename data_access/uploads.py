"""Files that people upload: kept in a folder of their draft, under names that are safe to keep."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from pathlib import Path
from typing import IO

from dashboard.errors import JourneyError
from dashboard.settings import Settings

MOST_FILES = 20  # of one draft
RESERVE = 512 * 1024 * 1024  # bytes of the disk that uploads leave to everything else
TEMPLATES = (".yaml", ".yml")
TEMPLATE_BYTES = 256 * 1024
_CHUNK = 1 << 20
_STRANGE = re.compile(r"[^\w .()+,@=-]")
_LONGEST = 120


def folder_of(settings: Settings, engagement: str, draft_id: int) -> Path:
    """Where a draft's files lie."""
    return settings.data / "uploads" / engagement / str(draft_id)


def safe_name(name: str) -> str:
    """A file's own name without what a path, a glob or a console could take amiss.

    Raises:
        JourneyError: `upload_without_name`.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = _STRANGE.sub("_", " ".join(plain.split())).strip(" .")
    if not cleaned:
        raise JourneyError("upload_without_name")
    stem, dot, ending = cleaned.partition(".")
    return (
        (stem[: _LONGEST - len(dot + ending[:40])] + dot + ending[:40])
        if len(cleaned) > _LONGEST
        else cleaned
    )


def is_template(name: str) -> bool:
    """True for a mapping file, which says what the other files mean."""
    return name.lower().endswith(TEMPLATES)


def receive(settings: Settings, folder: Path, name: str, content: IO[bytes]) -> int:
    """Write an upload as it arrives; a broken one leaves nothing.

    Args:
        name: from `safe_name`.

    Returns:
        Its size [bytes].

    Raises:
        JourneyError: `file_too_large`, `disk_full`, `upload_empty`.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    limit = TEMPLATE_BYTES if is_template(name) else settings.import_file_mb << 20
    path, coming = folder / name, folder / f".{name}.part"
    size = 0
    try:
        with os.fdopen(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            while piece := content.read(_CHUNK):
                size += len(piece)
                if size > limit:
                    raise JourneyError("file_too_large", status=413, file=name, limit_mb=max(limit >> 20, 1))
                if shutil.disk_usage(folder).free < RESERVE:
                    raise JourneyError("disk_filled_up", status=507, path=str(settings.data))
                file.write(piece)
        if not size:
            raise JourneyError("file_empty", file=name)
        coming.replace(path)
    finally:
        coming.unlink(missing_ok=True)
    return size


def forget(folder: Path) -> None:
    """Remove a draft's files."""
    shutil.rmtree(folder, ignore_errors=True)
