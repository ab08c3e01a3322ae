"""The small demo that tests share: 5 000 customers, data up to 31 October 2026."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dashboard.demo.writer import write_demo
from dashboard.settings import Settings
from data_access.ingest.run import run_import
from tests.generation_files import migrated, settings_of

DEMO_CUSTOMERS = 5_000
DEMO_UNTIL = date(2026, 11, 1)

_written: list[Path] = []


def demo_folder(tmp: Path) -> Path:
    """Folder with the demo's files and `mapping.yaml`; written once in a test session.

    Args:
        tmp: a folder that lives as long as the session, such as `tmp_path_factory.mktemp("demo")`.
            Later calls return the folder of the first one: copy it before changing a file.
    """
    if not _written or not _written[0].exists():
        _written[:] = [write_demo(tmp / "demo", DEMO_CUSTOMERS, DEMO_UNTIL).parent]
    return _written[0]


def imported_demo(tmp: Path) -> Settings:
    """Settings of an installation whose engagement `demo` was imported as anybody's files are.

    Args:
        tmp: as for `demo_folder`.
    """
    settings = settings_of(tmp / "data", secret_key="only-for-tests-0123-abcd-9876-zyxw-q")
    settings.data.mkdir()
    migrated(settings)
    run_import(settings, demo_folder(tmp) / "mapping.yaml", None, "console")
    return settings
