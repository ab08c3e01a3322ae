"""Which Chromium the browser tests and the screenshots start."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MISSING = "Chromium was not found: install it with `apt install chromium`, or name it in JOURNEY_CHROMIUM."
_NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb")


def executable() -> str:
    """Path of the browser: $JOURNEY_CHROMIUM, then PATH, then Playwright's own download.

    The build without windows comes first: it does the same pages in three quarters of the time.

    Raises:
        RuntimeError: none of them is there.
    """
    named = os.environ.get("JOURNEY_CHROMIUM")
    on_path = (shutil.which(name) for name in _NAMES)
    found = named or next((path for path in on_path if path), None) or _downloaded()
    if found is None or not Path(found).exists():
        raise RuntimeError(MISSING)
    return found


def _downloaded() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    print(executable())  # noqa: T201
