"""The scenario as a document that people take along: a workbook, or slides, with charts that they may edit."""

from __future__ import annotations

from dash import Dash

from callbacks.cards import about, register_paper
from callbacks.plan_pages import plan_pages
from callbacks.services import Ask, Services
from callbacks.whatif.paper_pages import (
    Told,
    bridge_page,
    levers_page,
    months_page,
    segments_page,
    steps_page,
    summary_page,
)
from callbacks.whatif.scene import scene_of
from callbacks.whatif.time import timed
from dashboard.journey.definitions import QUESTIONS, meaning
from dashboard.server.paper import Paper
from data_access.clock import wall_clock
from data_access.state import actions, engagements

_EXPLAINED = ("revenue", "outside", "gain")


def register(app: Dash, services: Services) -> None:
    """Wire the files of a scenario."""
    register_paper(app, services, "scenario", "whatif", scenario_paper)


def scenario_paper(services: Services, ask: Ask) -> tuple[Paper, str]:
    """The document with the plan as it stands, and the period that its figures are of.

    Raises:
        JourneyError: `no_transactions`, `mode_not_priced`.
    """
    scene = scene_of(services, ask)
    found = services.answers.whatif(ask.scope, scene.query, scene.levers)
    likely = services.answers.gain_range(ask.scope, scene.query, scene.levers) if scene.levers else None
    told = Told(services, ask, scene, found, likely, _notes(ask))
    lines = about(services, ask, scene.query.with_(compare=None))
    pages = [summary_page(told, lines), bridge_page(told)]
    if found.segments:
        pages += [segments_page(told), steps_page(told)]
    months = months_page(told, timed(services, ask))
    pages += [page for page in (months, levers_page(told)) if page is not None]
    if kept := actions.listed(services.state(), ask.user, ask.scope.engagement):
        pages += plan_pages(ask, kept, wall_clock(services.clock(), ask.info.zone).date())
    name = engagements.get(services.state(), ask.scope.engagement).name
    title = ask.words("{engagement}: what if", engagement=name)
    return Paper(title, lines, tuple(pages), ask.formats), scene.query.period.token()


def _notes(ask: Ask) -> str:
    """What the figures mean and from which data they come."""
    words = ask.words
    terms = [words(text) for name in _EXPLAINED if (text := meaning("whatif", name))]
    return " ".join((words(QUESTIONS["whatif"]), *terms, words("Data generation {n}.", n=ask.info.number)))
