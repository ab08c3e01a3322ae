"""The company that the what-if is played on in a real browser, and the same figures in Python."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import Locator, Page

from callbacks.answers import Answers
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.levers import Lever
from dashboard.analytics.priced import PricedFunnel
from dashboard.i18n.formats import Formats
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, RepeatModel
from data_access.facts import EngineFacts
from data_access.scope import Action, Scope
from tests.facts import Event, Sale, load
from tests.web import FIRST_DAY, OWN

RATES = {
    "Newest model": (0.8, 0.25),
    "Protection": (0.7, 0.6),
    "Gift, fast": (0.55, 0.45),
    "Business": (0.75, 0.5),
}
PERIOD = Period.parse("2026Q2")
SCOPE = Scope(OWN, Action.SIMULATE, 0)


def stage_facts(folder: Path) -> EngineFacts:
    """1200 customers over nine months: four segments that convert differently, and repeat purchases."""
    chance = random.Random(11)
    events: list[Event] = []
    sales: list[Sale] = []
    segments: dict[str, str] = {}
    for number in range(1200):
        customer, start = f"c{number}", FIRST_DAY + timedelta(hours=number * 5.4)
        segment = segments[customer] = list(RATES)[number % 4]
        evaluates, buys = RATES[segment]
        events.append(Event(customer, "initial_consideration", start, "site"))
        if chance.random() > evaluates:
            if chance.random() < 0.1:  # bought without the step: outside the funnel
                sales.append(Sale(customer, start + timedelta(days=9), 9_990.5, f"o{number}"))
            continue
        events.append(Event(customer, "active_evaluation", start + timedelta(days=2), "store"))
        if chance.random() > buys:
            continue
        sales.append(Sale(customer, start + timedelta(days=5), 20_000 + number * 37, f"t{number}"))
        for day, stage in ((12, "experience"), (20, "trigger")):
            if chance.random() < 0.6:
                events.append(Event(customer, stage, start + timedelta(days=day), "email"))
        if chance.random() < 0.4:
            sales.append(Sale(customer, start + timedelta(days=40), 15_000 + number, f"r{number}"))
    engine = sa.create_engine(f"duckdb:///{folder / 'whatif'}.duckdb")
    return load(engine, events, sales, segments=segments, zone="Europe/Moscow", engagement=OWN)


@dataclass(frozen=True)
class Stage:
    """The running product, and the same figures in Python."""

    address: str
    answers: Answers

    @property
    def rows(self) -> tuple[Bottleneck, ...]:
        return self.answers.bottlenecks(SCOPE, JourneyQuery(OWN, PERIOD))

    def revenue(self, *levers: Lever, language: str = "en") -> str:
        answer = self.answers.whatif(SCOPE, JourneyQuery(OWN, PERIOD), levers)
        return Formats(language).money_full(answer.scenario.revenue)

    @property
    def priced(self) -> PricedFunnel:
        return self.answers.priced(SCOPE, JourneyQuery(OWN, PERIOD))

    def likely(self, *levers: Lever, language: str = "en", model: RepeatModel = RepeatModel.LINEAR) -> str:
        """The 80 % interval as the page writes it."""
        found = self.answers.gain_range(SCOPE, JourneyQuery(OWN, PERIOD, model=model), levers)
        formats = Formats(language)
        return formats.range(formats.money_signed(found.low), formats.money_signed(found.high))


def row_of(page: Page, target: str) -> Locator:
    """The lever of a step or of a letter."""
    return page.locator(f'.lever[data-target="{target}"]')


def slider_of(page: Page, target: str) -> Locator:
    """Its slider."""
    return row_of(page, target).locator("input[type=range]")


def box_of(page: Page, target: str) -> Locator:
    """The box beside it."""
    return row_of(page, target).locator(".lever__box input")
