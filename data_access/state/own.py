"""Where uploads go that somebody drops on the demo: to an engagement of their own."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from data_access.scope import Action, UserRecord, authorize, may_manage, refuse_guest
from data_access.state import engagements

_KEY = "own"


def engagement_of(engine: sa.Engine, who: UserRecord, shown: str, name: str) -> tuple[UserRecord, str]:
    """The engagement that takes what a person uploads while they look at `shown`.

    The demo takes nothing: its data stay as they are. Who sees nothing but the demo gets an engagement of their
    own; zone, currency and stages settle with the first import.

    Args:
        shown: the engagement that is open; empty where there is none yet, for who manages engagements anyway.
        name: what the new engagement is called.

    Returns:
        The person with their rights now, and the engagement's key.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    refuse_guest(who, Action.IMPORT)
    if shown or who.engagements:
        authorize(who, shown, Action.IMPORT)
    else:
        may_manage(who)
    known = {one.key: one for one in engagements.list(engine)}
    if shown and not known[shown].demo:
        return who, shown
    mine = sorted(key for key in who.engagements if not known[key].demo)
    if mine:
        return who, mine[0]
    number = next(number for number in range(1, len(known) + 2) if _numbered(number) not in known)
    key = engagements.add(engine, _numbered(number), name, actor=who.login).key
    engagements.grant(engine, who.id, key, actor=who.login)
    return replace(who, engagements=who.engagements | {key}), key


def _numbered(number: int) -> str:
    return _KEY if number == 1 else f"{_KEY}-{number}"
