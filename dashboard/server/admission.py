"""How many questions one server process works out at once; the rest waits for a moment or is asked to come again.

A question that has no place within its time would keep others from theirs: it is turned away with 503 and Retry-After,
and its card asks again by itself (assets/js/asking.js). Everything that needs no figures is always let through: fewer
threads than there are may be at questions, since each takes a seat before anything else (`door`). Nobody takes all
places: one is left for others.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from flask import Flask, Response, g, request

from dashboard.errors import JourneyError
from dashboard.server.errors import answer
from dashboard.server.gone import LEFT, Left
from dashboard.server.guard import CALLBACK_ENDPOINT, is_question
from dashboard.server.sessions import current_person
from dashboard.settings import Settings

FULL, OWN, LATE = "full", "own", "late"  # why a question is turned away
NO_SEAT = "journey.no_seat"  # in the environment of a file that found none: people read that on a page
AGAIN_SECONDS, LATEST_AGAIN = 2, 15  # least and most of Retry-After: the more come, the later they come again
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
        free = settings.threads - light_threads(settings.threads)
        working = max(min(settings.questions, free), 1)
        return cls(working, max(free - working, 0))

    @property
    def seats(self) -> int:
        """Threads that may be at questions."""
        return self.working + self.waiting

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


def light_threads(threads: int) -> int:
    """How many threads of a process are for requests that are no questions."""
    return max(threads // _LIGHT, 1)


class Admission:
    """The seats and places of one process. A free place goes to the person who has the fewest, of those to the first.

    Attributes:
        hear: called with the reason of each question that is turned away; None while nobody counts.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self.hear: Callable[[str], None] | None = None
        self.seated = 0
        self._lock = threading.Lock()
        self._inside: Counter[Hashable] = Counter()
        self._queue: list[_Ticket] = []
        self._recent: deque[float] = deque(maxlen=_A_SECOND_FOR * LATEST_AGAIN)

    def sit(self) -> bool:
        """Take a seat, before anything is known of who asks; False where all are taken."""
        with self._lock:
            if self.seated >= self.room.seats:
                return False
            self.seated += 1
            return True

    def rise(self) -> None:
        """Give a seat back."""
        with self._lock:
            self.seated -= 1

    def turned_away(self, why: str) -> int:
        """Note that a question is; seconds after which it may come again."""
        if self.hear is not None:
            self.hear(why)
        now = time.monotonic()
        with self._lock:
            self._recent.append(now)
            while now - self._recent[0] > _RECENT:
                self._recent.popleft()
            return min(AGAIN_SECONDS + len(self._recent) // _A_SECOND_FOR, LATEST_AGAIN)

    def enter(self, person: Hashable, left: Left | None = None) -> str | None:
        """Take a place, after waiting for one; None, or why there is none: `OWN`, `LATE`. Take a seat first.

        Args:
            left: says that the person has gone and needs no place.
        """
        ticket = _Ticket(person)
        with self._lock:
            self._queue.append(ticket)
            self._call()
            if not ticket.inside and sum(one.person == person for one in self._queue) > self.room.own_waiting:
                self._queue.remove(ticket)
                return OWN
        if ticket.inside:
            return None
        stay = left.then(ticket.called.set) if left is not None else None
        ticket.called.wait(LONGEST_WAIT)
        if stay is not None:
            stay()
        with self._lock:
            if not ticket.inside:
                self._queue.remove(ticket)
        return None if ticket.inside else LATE

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


def places_of(server: Flask) -> Admission:
    """The seats and places of this server; made by `open_door`."""
    return server.extensions[_PLACES]


def open_door(server: Flask, room: Room) -> Admission:
    """Give the server its seats, and tell the readers of files that there is none; install it before the sessions."""
    places = server.extensions[_PLACES] = Admission(room)

    @server.before_request
    def no_seat() -> Response | None:
        return _come_again(places, FULL) if request.environ.get(NO_SEAT) else None

    return places


def install(server: Flask) -> None:
    """Let questions of people in one by one; install it behind everything that refuses a request for other reasons."""
    places = places_of(server)

    @server.before_request
    def enter() -> Response | None:
        if not is_question(request.method, request.path):
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
    busy = None if request.endpoint == CALLBACK_ENDPOINT else JourneyError("too_many_questions", status=503)
    response = answer(503, problem=busy)
    response.headers["Retry-After"] = str(places.turned_away(why))
    return response
