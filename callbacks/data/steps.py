"""Which step of an import is shown, and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callbacks.data.done import show_done
from callbacks.data.moments import said
from callbacks.data.views import counts_of, file_views, label_tables
from callbacks.services import Services, Visit
from dashboard.errors import JourneyError
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.channels import CHANNELS
from data_access.ingest.recognise.build import problems
from data_access.ingest.recognise.job import Recognised
from data_access.ingest.recognise.presets import PRESETS, preset_name
from data_access.state import drafts, engagements, tasks
from data_access.state.drafts import DraftRecord
from data_access.state.engagements import Engagement
from data_access.state.tasks import TaskRecord
from layouts.data import Place, Step, pair, stepper
from layouts.data_check import begin_card, failed_card, import_card, waiting_card
from layouts.data_columns import columns_cards, next_card
from layouts.data_labels import label_cards
from layouts.data_report import outlook_of, report_view
from layouts.data_start import FileRow, Waiting, file_card, start_side, template_card

OF_LABELS = frozenset({"draft_no_stage", "unknown_stage"})  # what the third step is for


@dataclass(frozen=True, slots=True)
class Asked:
    """An open draft with everything that its steps need."""

    services: Services
    visit: Visit
    place: Place
    engagement: Engagement
    draft: DraftRecord
    task: TaskRecord | None

    @property
    def words(self) -> Words:
        """The person's words."""
        return self.visit.words

    @property
    def found(self) -> Recognised | None:
        """What the files hold and mean."""
        return Recognised.model_validate(self.draft.found) if self.draft.found else None

    @property
    def reached(self) -> tuple[Step, ...]:
        """Steps that can be opened."""
        if self.draft.template is not None:
            return (Step.FILE, Step.CHECK)
        if self.draft.found is None:
            return (Step.FILE, Step.COLUMNS)
        steps = (Step.FILE, Step.COLUMNS, Step.LABELS)
        found = self.found
        return steps if found is None or problems(found.draft) else (*steps, Step.CHECK)


def show_import(services: Services, visit: Visit, key: str) -> Any:
    """The import tab: its start, or the open draft at one of its steps."""
    state, number = services.state(), visit.address.extras.get("draft", "")
    engagement = engagements.get(state, key)
    if not number.isdecimal():
        return show_start(services, visit, engagement)
    draft = drafts.get(state, visit.user, int(number))
    if draft.engagement != key:
        raise JourneyError("unknown_draft", status=404)
    place = Place(visit.words, visit.address, draft.id)
    asked = Asked(services, visit, place, engagement, draft, tasks.last(state, draft.id))
    here = _step(asked)
    return [stepper(place, here, asked.reached), *_body(asked, here)]


def _step(asked: Asked) -> Step:
    """The step of the address where it can be opened, else as far as the draft is."""
    if asked.draft.import_id is not None:
        return Step.DONE
    if asked.task is not None and asked.task.status == "running":
        return Step.COLUMNS if asked.task.kind == "profile" else Step.CHECK
    wanted = asked.visit.address.extras.get("step")
    reached = asked.reached
    if wanted in set(reached):
        return Step(str(wanted))
    if not asked.draft.files:
        return Step.FILE
    return Step.CHECK if asked.draft.template or asked.draft.report else Step.COLUMNS


def _body(asked: Asked, here: Step) -> list[Any]:
    task = asked.task
    if here is Step.DONE:
        return show_done(asked.services, asked.visit, asked.place, asked.draft)
    if task is not None and task.status == "running":
        return [waiting_card(asked.place, task.kind, task.part, task.share)]
    if here is Step.FILE:
        return [_files(asked)]
    if task is not None and task.status in ("failed", "cancelled") and _stands(asked, here, task):
        sentence = asked.words.error(
            JourneyError.of(task.error or {"code": "import_interrupted", "facts": {}})
        )
        return [failed_card(asked.place, sentence, task.kind)]
    if here is Step.CHECK:
        return [_check(asked)]
    found = asked.found
    if found is None:
        return [begin_card(asked.place, "look")]
    return [_columns(asked, found) if here is Step.COLUMNS else _labels(asked, found)]


def _stands(asked: Asked, here: Step, task: TaskRecord) -> bool:
    """True where the task's failure is about the draft as it is now, and about this step."""
    if task.told_at < asked.draft.changed_at:
        return False
    return (task.kind == "profile") == (here in (Step.COLUMNS, Step.LABELS))


# ------------------------------------------------------------------------------------ the steps


def show_start(services: Services, visit: Visit, engagement: Engagement | None) -> list[Any]:
    """Nothing is open: where files are dropped, and what waits to be finished; None: there is no engagement yet."""
    words, place = visit.words, Place(visit.words, visit.address)
    begun = drafts.unfinished(services.state(), visit.user, engagement.key) if engagement else ()
    waiting = [
        Waiting(
            one.id,
            ", ".join(file["name"] for file in one.files),
            f"{said(words, one.changed_at, engagement.zone)} · {one.owner}" if engagement else "",
        )
        for one in begun
    ]
    names = [preset_name(key, words.language) for key in PRESETS]
    note = words("Nothing is changed until you say so")
    main = file_card(place, engagement.key if engagement else "", _limit(services, words), (), note)
    return [stepper(place, Step.FILE, ()), pair(main, start_side(place, names, waiting))]


def _files(asked: Asked) -> Any:
    words = asked.words
    rows = [FileRow(file["name"], _size(words, file["bytes"])) for file in asked.draft.files]
    main = file_card(
        asked.place,
        asked.engagement.key,
        _limit(asked.services, words),
        rows,
        words("Files that belong together are imported together"),
        Step.CHECK if asked.draft.template else Step.COLUMNS,
    )
    side = template_card(asked.place) if asked.draft.template else None
    return pair(main, side)


def _columns(asked: Asked, found: Recognised) -> Any:
    words = asked.words
    files = file_views(words, found)
    open_ends = [*_without_rows(found), *problems(found.draft)]
    wrong = [words.error(problem) for problem in open_ends]
    settled = all(problem.code in OF_LABELS for problem in open_ends)
    ahead = (Step.LABELS, words("Next: stages")) if settled else None
    side = next_card(asked.place, words("What comes out"), [counts_of(words, found)], wrong, ahead, Step.FILE)
    return pair(columns_cards(asked.place, files), side)


def _without_rows(found: Recognised) -> list[JourneyError]:
    """Files that end with their header."""
    return [
        JourneyError("file_without_rows", file=profile.file) for profile in found.profiles if not profile.rows
    ]


def _labels(asked: Asked, found: Recognised) -> Any:
    words, model = asked.words, asked.engagement.model
    stages = [(stage.key, stage.name(words.language)) for stage in model.stages]
    channels = [(key, channel.name(words.language)) for key, channel in CHANNELS.items()]
    wrong = [words.error(problem) for problem in problems(found.draft)]
    ahead = None if wrong else (Step.CHECK, words("Next: check"))
    cards = label_cards(asked.place, label_tables(found), stages, channels)
    side = next_card(
        asked.place, words("What comes out"), [counts_of(words, found)], wrong, ahead, Step.COLUMNS
    )
    return pair(cards, side)


def _check(asked: Asked) -> Any:
    report = asked.draft.report
    if report is None:
        return begin_card(asked.place, "check")
    words, formats = asked.words, Formats(asked.words.language, report["currency"])
    side = import_card(
        asked.place, [outlook_of(words, formats, report)], report["changed"], bool(asked.draft.template)
    )
    return pair(report_view(words, formats, report, None), side)


def _limit(services: Services, words: Words) -> str:
    return _size(words, services.settings.import_file_mb << 20)


def _size(words: Words, size: int) -> str:
    for unit, name in ((1 << 30, words("GB")), (1 << 20, words("MB")), (1 << 10, words("KB"))):
        if size >= unit:
            return f"{words.formats.number(size / unit, 0 if size % unit == 0 else 1)}\u00a0{name}"
    return words.plural("{n} byte", "{n} bytes", size)
