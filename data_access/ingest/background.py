"""What a draft waits for, done beside the requests of the server: looking at files, checking, importing.

A thread of the server watches the process that reads the files; the state database carries progress and the wish to
stop, so any server process may be asked. A server that ends takes its tasks with it, and nothing is half done.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

import sqlalchemy as sa

from dashboard.errors import JourneyError
from dashboard.settings import Settings
from data_access import uploads
from data_access.ingest.check import check_import
from data_access.ingest.job import without_secrets
from data_access.ingest.recognise.build import yaml_of
from data_access.ingest.recognise.draft import Draft
from data_access.ingest.recognise.job import ProfileJob
from data_access.ingest.run import run_import, run_separation
from data_access.ingest.supervise import run_child
from data_access.state import drafts, engagements, imports, tasks
from data_access.state.drafts import DraftRecord
from data_access.state.tasks import Kind

log = logging.getLogger(__name__)

MAPPING = "mapping.yaml"  # beside the uploaded files: what the command line would be given
_TELL_SECONDS = 0.5


def begin(
    settings: Settings, state: sa.Engine, kind: Kind, draft: DraftRecord, actor: str
) -> threading.Thread | None:
    """Let a draft's files be looked at, checked or imported, and come back at once.

    Returns:
        Whoever does it; None where it is being done already.

    Raises:
        JourneyError: `draft_busy`; `draft_without_files`.
    """
    if not draft.files:
        raise JourneyError("draft_without_files")
    task_id = tasks.start(state, draft.id, kind)
    if task_id is None:
        return None
    work = _Work(settings, state, task_id, draft, actor)
    thread = threading.Thread(target=work.run, args=(kind,), name=f"import-task-{task_id}", daemon=True)
    thread.start()
    return thread


def begin_separation(
    settings: Settings, key: str, kind: str, value: str, actor: str, *, apart: bool
) -> threading.Thread:
    """Let customers of one identity value be kept apart, or joined again, and come back at once."""

    def run() -> None:
        try:
            run_separation(settings, key, kind, value, actor, apart=apart)
        except JourneyError as error:
            log.warning("separation refused: %s", error.code)  # the journal says why, in words
        except Exception:
            log.exception("separation failed")

    thread = threading.Thread(target=run, name=f"separation-{key}", daemon=True)
    thread.start()
    return thread


class _Work:
    """One task on its way."""

    def __init__(
        self, settings: Settings, state: sa.Engine, task_id: int, draft: DraftRecord, actor: str
    ) -> None:
        self.settings, self.state, self.task_id = settings, state, task_id
        self.draft, self.actor = draft, actor
        self.folder = uploads.folder_of(settings, draft.engagement, draft.id)
        self._at, self._told = ("", 0.0), 0.0

    def run(self, kind: Kind) -> None:
        """Do it, and close the task however it ends."""
        steps: dict[Kind, Callable[[], None]] = {
            "profile": self._profile,
            "check": self._check,
            "import": self._import,
        }
        error: JourneyError | None = None
        try:
            steps[kind]()
        except JourneyError as problem:
            error = problem
        except Exception:
            log.exception("import task failed")
            error = JourneyError("import_crashed", status=500, reason=kind)
        tasks.finish(self.state, self.task_id, error)

    def _profile(self) -> None:
        engagement = engagements.get(self.state, self.draft.engagement)
        known = [
            source
            for mapping in drafts.mappings(self.state, engagement.key)
            for source in Draft.model_validate(mapping).sources
        ]
        job = ProfileJob(
            settings=without_secrets(self.settings),
            folder=self.folder,
            files=tuple(file["name"] for file in self.draft.files if not uploads.is_template(file["name"])),
            engagement=engagement.key,
            timezone=engagement.zone,
            currency=engagement.currency,
            stages=engagement.model.to_json(),
            settled=imports.pointer(self.state, engagement.key) is not None,
            known=tuple(known),
        )
        drafts.change(self.state, self.draft, found=run_child("profile", job, self._progress, self._beat))

    def _check(self) -> None:
        report = check_import(
            self.settings, self._mapping(), self.folder, progress=self._progress, beat=self._beat
        )
        drafts.remember_check(self.state, self.draft, report)

    def _import(self) -> None:
        report = run_import(
            self.settings, self._mapping(), self.folder, self.actor, self._progress, beat=self._beat
        )
        drafts.imported(self.state, self.draft.id, report["import_id"])
        uploads.forget(self.folder)  # what they say is in; people's data lie in one place

    def _mapping(self) -> Any:
        path = self.folder / MAPPING
        path.write_text(mapping_text(self.draft), encoding="utf-8")
        return path

    def _progress(self, part: str, share: float) -> None:
        self._at = (part, share)
        if monotonic() - self._told >= _TELL_SECONDS:
            self._beat()

    def _beat(self) -> None:
        self._told = monotonic()
        if not tasks.tell(self.state, self.task_id, *self._at):
            raise JourneyError("import_cancelled", status=409)


def mapping_text(draft: DraftRecord) -> str:
    """The mapping file of a draft: the one that was uploaded, or what the steps have made.

    Raises:
        JourneyError: `draft_without_files` where nobody has looked at its files yet.
    """
    if draft.template is not None:
        return draft.template
    if draft.found is None:
        raise JourneyError("draft_without_files")
    return yaml_of(Draft.model_validate(draft.found["draft"]))
