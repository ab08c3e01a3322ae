"""A check: what an import would do, found out by doing it on a copy that nobody is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.ingest.files import find_files
from data_access.ingest.job import Delivery, Job, without_secrets
from data_access.ingest.mapping import Mapping, read_mapping
from data_access.ingest.run import Beat, free_bytes, refuse_full_disk, terms_of
from data_access.ingest.supervise import Progress, run_child
from data_access.ingest.workspace import workspace
from data_access.state import engagements, imports
from data_access.state.engine import state_engine


def check_import(
    settings: Settings,
    mapping_path: Path,
    folder: Path | None,
    progress: Progress | None = None,
    beat: Beat | None = None,
) -> dict[str, Any]:
    """Find out what `run_import` would do now; nothing is changed, and no file stays.

    The engagement need not exist: then zone, currency and stages of the mapping count.

    Args:
        folder: where the files lie; None = beside the mapping file.
        progress: called with the name of the part and the share done, 0..1.
        beat: called about twice a second; what it raises ends the check.

    Returns:
        The report that the import would give, with `outlook` (what a viewer would read: `customers`, `events`,
        `deals`, `revenue`, `since`, `until`, `stages`) and `new` (the difference to what a viewer reads now).
        `status` is what the import would say; `generation` the one that viewers read now; `rejected_file` None:
        a check keeps the first rejected rows of each reason alone.

    Raises:
        JourneyError: what `run_import` raises, except `import_running`: a check waits for nobody.
    """
    mapping_path = mapping_path.absolute()
    mapping = read_mapping(mapping_path)
    engine = state_engine(settings)
    files = Delivery(mapping=mapping_path, folder=(folder or mapping_path.parent).absolute())
    with workspace(settings) as place:
        job = _job(settings, engine, mapping, files, place)
        refuse_full_disk(
            job, [path for source in mapping.sources for path in find_files(files.folder, source.file)]
        )
        report = run_child("import", job, progress or (lambda _part, _share: None), beat or (lambda: None))
    return report | {
        "status": "done" if report["changed"] else "unchanged",
        "generation": job.previous,
        "seconds": round((utc_now() - job.now).total_seconds(), 3),
        "rejected_file": None,
    }


def _job(settings: Settings, engine: sa.Engine, mapping: Mapping, files: Delivery, place: Path) -> Job:
    engagement = engagements.foreseen(engine, mapping.engagement, **terms_of(engine, mapping))
    current = imports.pointer(engine, engagement.key)
    previous = current.generation if current else None
    return Job(
        settings=without_secrets(settings),
        work=files,
        import_id=imports.next_id(engine),
        number=(previous or 0) + 1,
        previous=previous,
        now=utc_now(),
        engagement=engagement.key,
        zone=engagement.zone,
        currency=engagement.currency,
        stages=engagement.model.to_json(),
        analysis_date=engagement.analysis_date,
        file_bytes=free_bytes(settings),
        workspace=place,
    )
