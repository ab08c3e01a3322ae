"""Rights: who may ask what of which engagement. Every `fetch_` takes a `Scope`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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

    Look at figures, play scenarios, look at single customers under a pseudonym, see who these customers are,
    import data, manage people and engagements.
    """

    READ = "read"
    SIMULATE = "simulate"
    PEOPLE = "people"
    CONTACTS = "contacts"
    IMPORT = "import"
    MANAGE = "manage"


_FIGURES = frozenset({Action.READ, Action.SIMULATE})
_JOURNEYS = _FIGURES | {Action.PEOPLE, Action.IMPORT}
RIGHTS: Mapping[Role, frozenset[Action]] = {
    Role.DISPLAY: frozenset({Action.READ}),
    Role.EXECUTIVE: _FIGURES,
    # who acts on customers knows them; who advises the house from outside works with pseudonyms
    Role.MARKETER: _JOURNEYS | {Action.CONTACTS},
    Role.CONSULTANT: _JOURNEYS,
    Role.ADMIN: _JOURNEYS | {Action.CONTACTS, Action.MANAGE},
}


@dataclass(frozen=True, slots=True)
class UserRecord:
    """A person as the server's session knows them; never built from what the browser sent.

    Attributes:
        engagements: keys the person was granted; an admin sees all of `known` engagements.
    """

    id: int
    login: str
    name: str
    role: Role
    engagements: frozenset[str]
    language: str = "ru"
    theme: str = "light"

    def may(self, action: Action) -> bool:
        """True where the role includes the action."""
        return action in RIGHTS[self.role]


@dataclass(frozen=True, slots=True)
class Scope:
    """Proof that somebody may do `action` in `engagement`; made by `authorize` alone."""

    engagement: str
    action: Action
    user_id: int


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


def operator(engagements: frozenset[str]) -> UserRecord:
    """The person at the console of the machine itself: whoever can run it can read the files."""
    return UserRecord(0, "console", "console", Role.ADMIN, engagements)
