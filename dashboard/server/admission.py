"""How many questions one server process works out at once; the rest waits for a moment or is asked to come again.

A question that has no place within its time would keep others from theirs: it is turned away with 503 and Retry-After,
and its card asks again by itself (assets/js/asking.js). Everything that needs no figures is always let through: fewer
threads than there are may work on questions or wait for that. Nobody takes all places: one is left for others.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Hashable
from dataclasses import dataclass, field

from flask import Flask, Response, g, request

from dashboard.errors import JourneyError
from dashboard.server.errors import answer
from dashboard.server.gone import LEFT, Left
from dashboard.server.guard import CALLBACK_ENDPOINT, is_question
from dashboard.server.sessions import current_person
from dashboard.settings import Settings

SHED = "journey_shed"  # in `g` of a question that was turned away: why (`full`, `own`, `late`)
AGAIN_SECONDS, LATEST_AGAIN = (
    2,
    15,
)  # least and most of Retry-After: the more come, the later they shall come again
_RECENT, _A_SECOND_FOR = 5.0, 20  # a second more for so many that were turned away in the last seconds
LONGEST_WAIT = 10.0  # seconds without a place: a reader would rather wait so long than come again
_OTHERS = 5  # one seat of so many is never one person's
_LIGHT = 4  # one thread of so many is kept for requests that are no questions
_PERSON = "journey_asker"
_PLACES = "journey_admission"


@dataclass(frozen=True, slots=True)
class Room:
    """Places of one process.

    Attributes:
        working: questions at once.
        waiting: questions that wait for a place.
    """

    working: int
    waiting: int

    @classmethod
    def of(cls, settings: Settings) -> Room:
        """What the settings leave for questions: one place at least; some threads stay free for light requests."""
        free = settings.threads - max(settings.threads // _LIGHT, 1)
        working = max(min(settings.questions, free), 1)
        return cls(working, max(free - working, 0))

    @property
    def own(self) -> int:
        """Places that one person may work in."""
        return max(self.working - 1, 1)

    @property
    def own_waiting(self) -> int:
        """Questions of one person that may wait: those of a whole page at once, while a seat is left for others."""
        return max(self.waiting - max(self.waiting // _OTHERS, 1), 1)


@dataclass(eq=False, slots=True)
class _Ticket:
    person: Hashable
    called: threading.Event = field(default_factory=threading.Event)
    inside: bool = False


class Admission:
    """The places of one process. A free one goes to the person who has the fewest, of those to the first."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._lock = threading.Lock()
        self._inside: Counter[Hashable] = Counter()
        self._queue: list[_Ticket] = []
        self._turned_away: deque[float] = deque(maxlen=_A_SECOND_FOR * LATEST_AGAIN)

    @property
    def full(self) -> bool:
        """True while nobody could even wait."""
        return self.working >= self.room.working and self.waiting >= self.room.waiting

    def again(self) -> int:
        """Seconds after which one who is turned away now may come again."""
        now = time.monotonic()
        with self._lock:
            self._turned_away.append(now)
            while now - self._turned_away[0] > _RECENT:
                self._turned_away.popleft()
            return min(AGAIN_SECONDS + len(self._turned_away) // _A_SECOND_FOR, LATEST_AGAIN)

    def enter(self, person: Hashable, left: Left | None = None) -> str | None:
        """Take a place, after waiting for one; None, or why there is none: `full`, `own`, `late`.

        Args:
            left: says that the person has gone and needs no place.
        """
        ticket = _Ticket(person)
        with self._lock:
            self._queue.append(ticket)
            self._call()
            if not ticket.inside:
                mine = sum(one.person == person for one in self._queue)
                if len(self._queue) > self.room.waiting or mine > self.room.own_waiting:
                    self._queue.remove(ticket)
                    return "full" if len(self._queue) >= self.room.waiting else "own"
        if ticket.inside:
            return None
        stay = left.then(ticket.called.set) if left is not None else None
        ticket.called.wait(LONGEST_WAIT)
        if stay is not None:
            stay()
        with self._lock:
            if not ticket.inside:
                self._queue.remove(ticket)
        return None if ticket.inside else "late"

    def leave(self, person: Hashable) -> None:
        """Give a place back."""
        with self._lock:
            self._inside[person] -= 1
            if not self._inside[person]:
                del self._inside[person]
            self._call()

    @property
    def working(self) -> int:
        """Questions in their places."""
        return self._inside.total()

    @property
    def waiting(self) -> int:
        """Questions without one."""
        return len(self._queue)

    def _call(self) -> None:
        while self._inside.total() < self.room.working:
            able = [one for one in self._queue if self._inside[one.person] < self.room.own]
            if not able:
                return
            ticket = min(able, key=lambda one: self._inside[one.person])
            self._queue.remove(ticket)
            self._inside[ticket.person] += 1
            ticket.inside = True
            ticket.called.set()


def open_door(server: Flask, room: Room) -> None:
    """Turn questions away while all places and seats are taken; install it first: that must cost next to nothing."""
    places = server.extensions[_PLACES] = Admission(room)

    @server.before_request
    def turn_away() -> Response | None:
        return _come_again(places, "full") if is_question() and places.full else None


def install(server: Flask) -> None:
    """Let questions of people in one by one; install it behind everything that refuses a request for other reasons."""
    places: Admission = server.extensions[_PLACES]

    @server.before_request
    def enter() -> Response | None:
        if not is_question():
            return None
        person = current_person().id
        why = places.enter(person, g.get(LEFT))
        if why is not None:
            return _come_again(places, why)
        setattr(g, _PERSON, person)
        return None

    @server.teardown_request
    def leave(_error: BaseException | None) -> None:
        if (person := g.pop(_PERSON, None)) is not None:
            places.leave(person)


def _come_again(places: Admission, why: str) -> Response:
    """503 and when to ask again; for a file a page with the sentence."""
    setattr(g, SHED, why)
    busy = None if request.endpoint == CALLBACK_ENDPOINT else JourneyError("too_many_questions", status=503)
    response = answer(503, problem=busy)
    response.headers["Retry-After"] = str(places.again())
    return response
