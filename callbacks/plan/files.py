"""The plan as a document that people take along, with a chart that they may edit."""

from __future__ import annotations

from dash import Dash

from callbacks.cards import exported, register_paper
from callbacks.plan.common import plan_view, shown
from callbacks.plan_pages import plan_pages
from callbacks.services import Ask, Services
from dashboard.server.paper import Paper
from data_access.state import engagements
from layouts.components.pill import channel_title, segment_name


def register(app: Dash, services: Services) -> None:
    """Wire the files of the plan."""
    register_paper(app, services, "plan", "plan", plan_paper)


def plan_paper(services: Services, ask: Ask) -> tuple[Paper, str]:
    """The actions under the filter bar, and the day that they are of."""
    words, plan = ask.words, plan_view(services, ask)
    name = engagements.get(services.state(), ask.scope.engagement).name
    about = (f"{words('Engagement')}: {ask.scope.engagement}", exported(services, ask), *_filters(ask))
    pages = plan_pages(ask, shown(ask, plan), plan.today)
    title = words("{engagement}: action plan", engagement=name)
    return Paper(title, about, tuple(pages), ask.formats), plan.today.isoformat()


def _filters(ask: Ask) -> list[str]:
    """Segments and channels of the filter bar, where it names any."""
    words, query = ask.words, ask.query
    named = [segment_name(words, label) for label in query.segments]
    named += [channel_title(words, label) for label in query.channels]
    return [f"{words('Filters')}: {', '.join(named)}"] if named else []
