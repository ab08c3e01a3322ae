"""One import from the mapping file to the pointer: lease, journal, importing process, switch, tidying.

The new generation becomes visible by one transaction of the state database, or not at all.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.journey.stages import StageModel
from dashboard.settings import Settings
from data_access.clock import utc_now
from data_access.engine import engagement_folder, generation_path
from data_access.ingest.files import find_files
from data_access.ingest.job import Delivery, Job, Relabelling, Separation, Work, without_secrets
from data_access.ingest.mapping import Mapping as ImportMapping
from data_access.ingest.mapping import read_mapping
from data_access.ingest.supervise import Progress, run_child
from data_access.ingest.workspace import sweep
from data_access.points import reached
from data_access.state import engagements, imports
from data_access.state.engagements import Engagement
from data_access.state.engine import state_engine

Beat = Callable[[], None]

KEPT = 3  # older generations beside the current one: undo
RENEW_SECONDS = 20.0
RESERVE = 256 * 1024 * 1024  # bytes of the disk that an import leaves to the state database
REJECTED_KEPT = 10  # files of rejected rows of an engagement
_NUMBERED = re.compile(r"gen-(\d+)\.")


def run_import(
    settings: Settings,
    mapping_path: Path,
    folder: Path | None,
    actor: str,
    progress: Progress | None = None,
    beat: Beat | None = None,
) -> dict[str, Any]:
    """Import the files that a mapping names; all of them, or nothing.

    Args:
        folder: where the files lie; None = beside the mapping file.
        actor: login of who imports, or `console`.
        progress: called with the name of the part and the share done, 0..1.
        beat: called about twice a second; what it raises ends the import, `import_cancelled` as cancelled.

    Returns:
        The report of the load (`ImportReport.to_json`) with `status` (`done`, or `unchanged` where the files
        brought nothing new), `generation` (the current one), `seconds`, and `rejected_file`, the CSV file with
        every rejected row (None where there is none).

    Raises:
        JourneyError: what is wrong with mapping or files; `import_running`, `disk_full`, `import_died`,
            `import_crashed`, `import_cancelled`. The journal then says `failed` (or `cancelled`), and the data
            are as they were.
    """
    mapping_path = mapping_path.absolute()
    mapping = read_mapping(mapping_path)
    engine = state_engine(settings)
    terms = terms_of(engine, mapping)
    engagement = engagements.get_or_create(engine, mapping.engagement, actor=actor, **terms)
    digest = hashlib.sha256(mapping_path.read_bytes()).hexdigest()
    import_id = imports.start(engine, engagement.key, digest, actor, utc_now())
    with _failing_honestly(engine, settings, import_id, engagement.key):
        files = Delivery(mapping=mapping_path, folder=(folder or mapping_path.parent).absolute())
        job = _job(settings, engine, engagement, import_id, files)
        refuse_full_disk(
            job, [path for source in mapping.sources for path in find_files(files.folder, source.file)]
        )
        report = _run(engine, job, progress, beat)
        return _finish(engine, settings, job, report)


def run_stage_change(
    settings: Settings,
    key: str,
    model: StageModel,
    labels: Mapping[str, str],
    actor: str,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Give an engagement that has data another stage model: a new generation, mapped anew from the raw labels.

    The journal keeps each version with the moment from which it is valid; older generations stay as they are.

    Args:
        labels: label of a file, or key of an earlier model -> key of the new one.

    Returns:
        The report, as of `run_import`, with `remapped`: events by stage, and labels without one.

    Raises:
        JourneyError: `unknown_engagement`, `unknown_stage`, and what `run_import` raises.
    """
    engine = state_engine(settings)
    engagement = replace(engagements.get(engine, key), model=model)
    told = json.dumps([model.to_json(), dict(labels)], ensure_ascii=False, sort_keys=True)
    import_id = imports.start(engine, key, hashlib.sha256(told.encode()).hexdigest(), actor, utc_now())
    with _failing_honestly(engine, settings, import_id, key):
        job = _job(settings, engine, engagement, import_id, Relabelling(labels=dict(labels)))
        refuse_full_disk(job)
        report = _run(engine, job, progress)
        return _finish(engine, settings, job, report | {"stages": model.to_json()})


def run_separation(
    settings: Settings,
    key: str,
    kind: str,
    value: str,
    actor: str,
    progress: Progress | None = None,
    *,
    apart: bool,
) -> dict[str, Any]:
    """Say that an identity value makes nobody one person, or that it does again: a new generation.

    It holds for every later import, and `imports.undo` takes it back like an import.

    Args:
        kind, value: as the merge log names them; a phone or an e-mail may be written as people write it.
        apart: True keeps customers with the value apart, False joins them again.

    Returns:
        The report, as of `run_import`, with `separated`.

    Raises:
        JourneyError: `unknown_engagement`, `no_data_yet`, `unknown_identity`, `already_apart`, `not_apart`, and
            what `run_import` raises.
    """
    engine = state_engine(settings)
    engagement = engagements.get(engine, key)
    if imports.pointer(engine, key) is None:
        raise JourneyError("no_data_yet", status=409, engagement=key)
    work = Separation(kind=kind, value=value, apart=apart, who=actor)
    told = hashlib.sha256(work.model_dump_json().encode()).hexdigest()
    import_id = imports.start(engine, key, told, actor, utc_now())
    with _failing_honestly(engine, settings, import_id, key):
        job = _job(settings, engine, engagement, import_id, work)
        refuse_full_disk(job)
        return _finish(engine, settings, job, _run(engine, job, progress))


def terms_of(engine: sa.Engine, mapping: ImportMapping) -> dict[str, Any]:
    """Zone, currency and stages that a mapping asks for; None where an engagement's own count."""
    given = mapping.model_fields_set
    new = mapping.engagement not in {item.key for item in engagements.list(engine)}
    return {
        "zone": mapping.timezone if new or "timezone" in given else None,
        "currency": mapping.currency if new or "currency" in given else None,
        "model": mapping.stage_model,
    }


def _job(
    settings: Settings,
    engine: sa.Engine,
    engagement: Engagement,
    import_id: int,
    work: Work,
) -> Job:
    home = engagement_folder(settings, engagement.key)
    current = imports.pointer(engine, engagement.key)
    sweep(settings)
    _tidy(settings, engine, engagement.key)
    number = _next_number(engine, engagement.key, home)
    imports.reserve(engine, import_id, number)
    return Job(
        settings=without_secrets(settings),
        work=work,
        import_id=import_id,
        number=number,
        previous=current.generation if current else None,
        now=utc_now(),
        engagement=engagement.key,
        zone=engagement.zone,
        currency=engagement.currency,
        stages=engagement.model.to_json(),
        analysis_date=engagement.analysis_date,
        file_bytes=free_bytes(settings),
    )


def _next_number(engine: sa.Engine, engagement: str, home: Path) -> int:
    """One more than every number that a file, the pointer or the journal ever had: names are never reused."""
    found = [_number(path) for path in _files(home)]
    current = imports.pointer(engine, engagement)
    taken = [*found, imports.highest_number(engine, engagement), current.generation if current else 0]
    return max(taken) + 1


def free_bytes(settings: Settings) -> int:
    """Bytes of the disk that an import may fill."""
    settings.data.mkdir(parents=True, exist_ok=True)
    return max(shutil.disk_usage(settings.data).free - RESERVE, 0)


def refuse_full_disk(job: Job, files: Iterable[Path] = ()) -> None:
    """Refuse before anything is written where the new generation has no room.

    Raises:
        JourneyError: `disk_full` with megabytes needed and free.
    """
    needed = 2 * sum(path.stat().st_size for path in files)
    if job.previous is not None:
        old = generation_path(job.limits, job.engagement, job.previous)
        needed += 2 * old.stat().st_size if old.exists() else 0
    if needed > job.file_bytes:
        facts = {"needed_mb": needed >> 20, "free_mb": job.file_bytes >> 20, "path": str(job.home)}
        raise JourneyError("disk_full", status=507, **facts)


def _run(engine: sa.Engine, job: Job, progress: Progress | None, beat: Beat | None = None) -> dict[str, Any]:
    """Let the importing process work, and keep the lease alive meanwhile."""
    renewed = utc_now()

    def alive() -> None:
        nonlocal renewed
        if (utc_now() - renewed).total_seconds() >= RENEW_SECONDS:
            renewed = utc_now()
            imports.renew(engine, job.import_id, renewed)
        if beat is not None:
            beat()

    return run_child("import", job, progress or (lambda _part, _share: None), alive)


def _finish(engine: sa.Engine, settings: Settings, job: Job, report: dict[str, Any]) -> dict[str, Any]:
    now = utc_now()
    changed = report["changed"]
    report |= {
        "status": "done" if changed else "unchanged",
        "generation": job.number if changed else job.previous,
        "seconds": round((now - job.now).total_seconds(), 3),
        "rejected_file": str(job.rejected) if job.rejected and job.rejected.exists() else None,
    }
    if changed:
        imports.publish(engine, job.import_id, job.engagement, job.number, report, now, job.stages)
    else:
        imports.finish_unchanged(engine, job.import_id, report, now)
    _tidy(settings, engine, job.engagement, up_to=job.number)
    _keep_newest(settings.data / "imports" / job.engagement)
    reached("tidy.after")
    return report


@contextmanager
def _failing_honestly(
    engine: sa.Engine, settings: Settings, import_id: int, engagement: str
) -> Iterator[None]:
    """Whatever ends the import, the journal says so and nothing half-made stays."""
    try:
        yield
    except BaseException as error:
        known = error if isinstance(error, JourneyError) else JourneyError("import_interrupted")
        with suppress(JourneyError):  # of a lost lease: the files are another import's by now
            imports.renew(engine, import_id, utc_now())
            _tidy(settings, engine, engagement)
        imports.fail(engine, import_id, known, utc_now())
        raise


def _tidy(settings: Settings, engine: sa.Engine, engagement: str, up_to: int | None = None) -> None:
    """Remove what no pointer, undo or redo needs: unfinished files, generations never published, old ones.

    Who still reads a removed file keeps it until their question ends.

    Args:
        up_to: number of the import that has just given the lease back: later files are another's. None: the
            caller holds the lease.
    """
    home = engagement_folder(settings, engagement)
    keep = {f"gen-{number}.duckdb" for number in imports.keep(engine, engagement, KEPT)}
    for path in _files(home):
        if path.name in keep or (up_to is not None and _number(path) > up_to):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):  # litter, not a failure: the next import tries again
                path.unlink()


def _keep_newest(folder: Path) -> None:
    files = sorted(folder.glob("rejected-*.csv"), key=lambda path: path.stat().st_mtime_ns)
    for path in files[:-REJECTED_KEPT]:
        path.unlink(missing_ok=True)


def _files(home: Path) -> list[Path]:
    """Everything that imports have left in the folder: generations, unfinished ones, their logs and spills."""
    return [path for path in home.iterdir() if _NUMBERED.match(path.name)] if home.is_dir() else []


def _number(path: Path) -> int:
    found = _NUMBERED.match(path.name)
    return int(found[1]) if found else 0
