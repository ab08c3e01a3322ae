"""Rights: who may ask what of which engagement. Every `fetch_` takes a `Scope`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from dashboard.errors import JourneyError


class Role(StrEnum):
    """What a person is in the product."""

    EXECUTIVE = "executive"
    MARKETER = "marketer"
    CONSULTANT = "consultant"
    ADMIN = "admin"
    DISPLAY = "display"


class Action(StrEnum):
    """What can be done.

    Look at figures, play and keep scenarios, look at single customers under a pseudonym, see who these customers
    are, import data, show a view to outsiders by a link, make actions of the plan, approve a scenario as the plan
    and set targets, manage people and engagements.
    """

    READ = "read"
    SIMULATE = "simulate"
    PEOPLE = "people"
    CONTACTS = "contacts"
    IMPORT = "import"
    SHARE = "share"
    PLAN = "plan"
    APPROVE = "approve"
    MANAGE = "manage"


_FIGURES = frozenset({Action.READ, Action.SIMULATE})
_JOURNEYS = _FIGURES | {Action.PEOPLE, Action.IMPORT, Action.SHARE, Action.PLAN}
RIGHTS: Mapping[Role, frozenset[Action]] = {
    Role.DISPLAY: frozenset({Action.READ}),
    Role.EXECUTIVE: _FIGURES,
    # who acts on customers knows them; who advises the house from outside works with pseudonyms
    Role.MARKETER: _JOURNEYS | {Action.CONTACTS},
    Role.CONSULTANT: _JOURNEYS | {Action.APPROVE},
    Role.ADMIN: _JOURNEYS | {Action.CONTACTS, Action.APPROVE, Action.MANAGE},
}


@dataclass(frozen=True, slots=True)
class Guest:
    """A visit through a link for outsiders: one view and no account.

    Attributes:
        path, search: the view.
        until: when the link ends (naive UTC).
    """

    path: str
    search: str
    until: datetime


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A person as the server's session knows them; never built from what the browser sent.

    Attributes:
        id: of the account; of a guest minus the number of the link.
        engagements: keys the person was granted; an admin sees all of `known` engagements.
        guest: None for people with an account.
    """

    id: int
    login: str
    name: str
    role: Role
    engagements: frozenset[str]
    language: str = "ru"
    theme: str = "light"
    guest: Guest | None = None

    @property
    def is_guest(self) -> bool:
        """True for a visit through a link for outsiders."""
        return self.guest is not None

    @property
    def anybody(self) -> UserRecord:
        """Whoever has the same role, language and theme, or link: what is drawn for them serves all of these."""
        return replace(self, id=0, login="", name="", engagements=frozenset())

    def may(self, action: Action) -> bool:
        """True where the role includes the action."""
        return action in RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class Scope:
    """Proof that somebody may do `action` in `engagement`; made by `authorize` alone."""

    engagement: str
    action: Action
    user_id: int

    @property
    def impersonal(self) -> Scope:
        """The same right without the person: what is made with it serves everybody who has the right."""
        return replace(self, user_id=0)


def authorize(user: UserRecord, engagement: str, action: Action) -> Scope:
    """The scope of one question.

    Raises:
        JourneyError: `unknown_engagement` (404) for one that does not exist or is not theirs, so that
            nobody learns which exist; `no_right` (403) for their own engagement without the right.
    """
    if engagement not in user.engagements:
        raise JourneyError("unknown_engagement", status=404, engagement=engagement)
    if not user.may(action):
        raise JourneyError("no_right", status=403, action=str(action))
    return Scope(engagement, action, user.id)


def refuse_guest(user: UserRecord, action: Action) -> None:
    """What only people with an account do.

    Raises:
        JourneyError: `no_right` (403) for a guest.
    """
    if user.guest is not None:
        raise JourneyError("no_right", status=403, action=str(action))


def may_manage(user: UserRecord) -> UserRecord:
    """The person, where they manage people and engagements.

    Raises:
        JourneyError: `no_right` (403).
    """
    if not user.may(Action.MANAGE):
        raise JourneyError("no_right", status=403, action=str(Action.MANAGE))
    return user


def operator(engagements: frozenset[str]) -> UserRecord:
    """The person at the console of the machine itself: whoever can run it can read the files."""
    return UserRecord(0, "console", "console", Role.ADMIN, engagements)
