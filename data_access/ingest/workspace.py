"""Folders in which checks build generations that nobody is shown; one whose process died is removed by the next."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dashboard.settings import Settings


@contextmanager
def workspace(settings: Settings) -> Iterator[Path]:
    """A folder of one's own, gone with everything in it afterwards."""
    root = _root(settings)
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _held(root):
        _remove_abandoned(root)
        folder = Path(tempfile.mkdtemp(prefix="check-", dir=root))
        own = os.open(folder, os.O_RDONLY)
        fcntl.flock(own, fcntl.LOCK_EX)  # the system lets go of it when this process ends, however it ends
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(own)


def sweep(settings: Settings) -> None:
    """Remove what dead checks have left."""
    root = _root(settings)
    if root.is_dir():
        with _held(root):
            _remove_abandoned(root)


def _root(settings: Settings) -> Path:
    return settings.data.absolute() / "checks"


@contextmanager
def _held(root: Path) -> Iterator[None]:
    """Folders come and go under one lock: nobody removes one that is just being made."""
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _remove_abandoned(root: Path) -> None:
    for folder in root.iterdir():
        handle = os.open(folder, os.O_RDONLY)
        try:
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(handle)
