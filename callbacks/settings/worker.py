"""The tab "Worker" answers: who works, what was done, what waits."""

from __future__ import annotations

from typing import Any

from callbacks.services import Services, Visit
from dashboard.journey.jobs import Job
from data_access.scope import may_manage
from data_access.state import counts, engagements, runs, worker
from data_access.state.lease import host_of
from data_access.state.runs import Run
from layouts.components.link import page_link
from layouts.settings import DELIVERY, PATH
from layouts.settings_worker import RunLine, WorkerView, jobs_card, worker_card


def show_worker(services: Services, visit: Visit) -> Any:
    """How the worker stands."""
    address = visit.address.for_page().with_extras(tab=DELIVERY)
    messages = page_link(visit.words("Messages one by one"), PATH, address)
    return worker_card(visit.words, _view(services, visit), messages)


def show_jobs(services: Services, visit: Visit) -> Any:
    """What its jobs have done."""
    return jobs_card(visit.words, _view(services, visit))


def _view(services: Services, visit: Visit) -> WorkerView:
    may_manage(visit.user)
    state, now = services.state(), services.clock()
    holder, messages = worker.holder(state, now), counts.messages(state)
    names = {one.key: one.name for one in engagements.list(state)}
    since = counts.waiting_since(state)
    return WorkerView(
        now=now,
        alive=holder.alive if holder else None,
        place=host_of(holder.name) if holder else "",
        since=holder.started_at if holder else None,
        heard=holder.heard_at if holder else None,
        waiting=messages.get("waiting", 0),
        failed=messages.get("failed", 0),
        late=since if since is not None and since <= now else None,
        runs={job: [_line(run, names) for run in runs.last(state, job)] for job in Job},
    )


def _line(run: Run, names: dict[str, str]) -> RunLine:
    place = names.get(run.engagement, run.engagement) if run.engagement else None
    return RunLine(run.finished_at or run.started_at, run.status, run.counts, run.error, place)
