"""What the web server needs to know about people; storage stands behind it (see `app.py`)."""

from __future__ import annotations

from typing import Protocol


class Person(Protocol):
    """Somebody who is signed in; `data_access.scope.UserRecord` is one."""

    @property
    def id(self) -> int:
        """Number of the account."""
        ...

    @property
    def is_guest(self) -> bool:
        """True for a visit through a link for outsiders: there is no account."""
        ...

    @property
    def language(self) -> str:
        """`ru` or `en`."""
        ...

    @property
    def theme(self) -> str:
        """`light` or `dark`."""
        ...


class Door(Protocol):
    """The way in and out. Errors are `JourneyError`s with words for people."""

    def check(self, login: str, password: str, address: str) -> int:
        """The account's id, or `sign_in_failed` / `sign_in_wait`."""
        ...

    def open(self, user_id: int) -> str:
        """Begin a session; the token for the cookie."""
        ...

    def person(self, token: str, *, renew: bool) -> Person | None:
        """Whose session it is; `renew` prolongs it."""
        ...

    def close(self, token: str) -> None:
        """End a session."""
        ...

    def prefer(self, user_id: int, *, language: str | None = None, theme: str | None = None) -> None:
        """Keep what a person chose."""
        ...

    def change_password(self, user_id: int, current: str, new: str, address: str) -> None:
        """Give a person another password and end all their sessions; `password_wrong` or `sign_in_wait` otherwise."""
        ...

    def ready(self) -> None:
        """Raise where the state database cannot answer."""
        ...
