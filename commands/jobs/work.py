"""What a job works with, and how it goes over the engagements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from callbacks.services import Services
from dashboard.errors import JourneyError
from data_access.facts import Current
from data_access.scope import Action, UserRecord, authorize, operator
from data_access.state import engagements

_log = structlog.get_logger(__name__)


class EngagementFailedError(Exception):
    """A job failed in one engagement, whatever became of the others."""

    def __init__(self, engagement: str, cause: Exception) -> None:
        super().__init__(f"{engagement}: {cause}")
        self.engagement = engagement
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Work:
    """What the jobs of one worker share.

    Attributes:
        stopping: True once somebody has asked the worker to stop; a job then ends after what it is at.
        seen: the generation of each engagement that the rules were last held against.
    """

    services: Services
    stopping: Callable[[], bool]
    seen: dict[str, Current] = field(default_factory=dict)

    def person(self) -> UserRecord:
        """Who does it: the installation itself, which sees every engagement."""
        return operator(frozenset(one.key for one in engagements.list(self.services.state())))

    def now(self) -> datetime:
        """This moment, naive UTC."""
        return self.services.clock()

    def engagements(self) -> Iterator[str]:
        """Every engagement by its key, until somebody asks to stop."""
        for key in sorted(self.person().engagements):
            if self.stopping():
                return
            yield key

    def generations(self) -> Iterator[tuple[str, Current]]:
        """Every engagement with data, and its current generation, until somebody asks to stop."""
        person = self.person()
        for key in self.engagements():
            current = self.services.facts.status(authorize(person, key, Action.READ))
            if current is not None:
                yield key, current

    def each(self, keys: Iterable[str], do: Callable[[str], Mapping[str, int]]) -> dict[str, int]:
        """Do it for each engagement and add up the counts; one that fails keeps no other waiting.

        Raises:
            EngagementFailedError: of the first that failed, after all had their turn.
        """
        total: Counter[str] = Counter()
        failed: EngagementFailedError | None = None
        for key in keys:
            try:
                total.update(do(key))
            except Exception as error:  # noqa: BLE001 - logged here, told by the run
                _log.warning(
                    "engagement_failed", engagement=key, exc_info=not isinstance(error, JourneyError)
                )
                failed = failed or EngagementFailedError(key, error)
        if failed is not None:
            raise failed from failed.cause
        return dict(total)
