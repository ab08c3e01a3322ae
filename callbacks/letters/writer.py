"""What every part of a letter is written with: the reader's question, the same that the overview asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from callbacks.services import Ask, Services
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.letter import Rhythm, closed_period
from dashboard.journey.period import Period
from data_access.clock import wall_clock
from data_access.scope import Action, UserRecord
from layouts.components.link import page_href
from layouts.overview import Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose letter it is and what it should tell.

    Attributes:
        engagement: key.
        search: segments and channels; empty = everything.
        leave: path that ends the letter; empty = a look alone.
    """

    reader: UserRecord
    engagement: str
    every: Rhythm
    language: str
    search: str = ""
    leave: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """One letter on its way.

    Attributes:
        services: as the reader has them: whatever is asked is asked under their rights.
        ask: the question of the overview in the letter's period.
        other: the period before; None where there is none.
    """

    services: Services
    ask: Ask
    every: Rhythm
    now: datetime
    other: Period | None

    @classmethod
    def of(cls, services: Services, wanted: Wanted, now: datetime, period: Period | None) -> Self:
        """The writer of a letter.

        Raises:
            JourneyError: `unknown_engagement`, `no_right`, `no_data_yet`.
        """
        said = Address.parse(wanted.search)
        own = replace(services, viewer=lambda: wanted.reader)
        place = Address(wanted.engagement, segments=said.segments, channels=said.channels)
        visit = own.visit("/overview", place.with_(language=wanted.language).search())
        zone = own.ask(visit, Action.SIMULATE).info.zone
        asked = period or closed_period(wanted.every, wall_clock(now, zone).date())
        ask = own.ask(replace(visit, address=visit.address.with_(period=asked)), Action.SIMULATE)
        return cls(own, ask, wanted.every, now, own.answers.compared(ask.scope, ask.query))

    @property
    def words(self) -> Words:
        """In the letter's language."""
        return self.ask.words

    @property
    def formats(self) -> Formats:
        """Figures of the engagement."""
        return self.ask.formats

    @property
    def today(self) -> date:
        """This day in the engagement's zone."""
        return wall_clock(self.now, self.ask.info.zone).date()

    @property
    def address(self) -> Address:
        """The state that the letter tells of; the reader's own language opens it."""
        return self.ask.address.with_(language=None)

    @property
    def place(self) -> Place:
        """How the overview names things."""
        info = self.ask.info
        return Place(
            self.words,
            self.formats,
            self.address,
            info.model,
            info.segments,
            may_simulate=True,
            may_plan=False,
            may_see_people=False,
            may_import=False,
            ends=info.ends,
        )

    def href(self, path: str, **extras: str) -> str:
        """Path and search of a page in this state."""
        return page_href(path, self.address.with_extras(**extras))
