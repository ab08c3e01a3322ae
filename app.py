"""The composition root: one function makes the whole product from its settings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from flask import Flask, request
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

import callbacks
from callbacks.answers import Answers
from callbacks.services import Services
from commands.main import main as console
from dashboard.errors import JourneyError
from dashboard.i18n.catalogue import LANGUAGES
from dashboard.server import (
    admission,
    errors,
    files,
    gone,
    guard,
    headers,
    health,
    login,
    logs,
    preferences,
    sessions,
)
from dashboard.server.door import Door
from dashboard.server.index import PRODUCT, JourneyDash
from dashboard.settings import Settings
from data_access import abandoned
from data_access.clock import utc_now
from data_access.facts import Facts
from data_access.generations import GenerationFacts
from data_access.scope import UserRecord
from data_access.state import sessions as stored_sessions
from data_access.state import shares, sign_in, users
from data_access.state.engine import state_engine
from layouts.pages import page_at

_ASSETS = Path(__file__).parent / "assets"
_UPLOAD_BYTES = 1_000_000  # the largest request that a screen sends


def create_app(
    settings: Settings, facts: Facts | None = None, clock: Callable[[], datetime] = utc_now
) -> JourneyDash:
    """The product as one app; several in one process do not know each other.

    Args:
        facts: where figures come from; by default the engagements' generations in the data folder.
        clock: this moment (naive UTC) for what screens say and keep; sessions and sign-in have the machine's.

    Raises:
        JourneyError: for settings that would protect nobody (`secret_missing`, `secret_short`, ...) and for a
            callback that does not say which right it needs.
    """
    logs.configure(settings.log_level)
    door = StateDoor(settings)
    server = _server(settings, door)
    app = JourneyDash(
        name="app",
        server=server,  # pyright: ignore[reportArgumentType] - Dash's types know one backend's server by its call
        title=PRODUCT,
        update_title="",
        assets_folder=str(_ASSETS),
        include_assets_files=False,  # the page names what `files` made of them
        suppress_callback_exceptions=True,
        csrf_token_name=headers.CSRF_COOKIE,
        csrf_header_name=headers.CSRF_HEADER,
        add_log_handler=False,
        enable_mcp=False,
    )
    app.look = _look
    facts = facts or GenerationFacts(settings, door.engine())
    services = Services(settings, door.engine, facts, Answers(facts), clock, viewer)
    callbacks.register(app, services)
    files.install(app, _ASSETS)
    headers.install(server, app.csp_hashes)
    gone.install(server, abandoned.asked, abandoned.answered)
    admission.install(server)
    return app


@dataclass(frozen=True, slots=True)
class StateDoor:
    """Sign-in over the state database: what `dashboard.server` needs, without knowing storage."""

    settings: Settings

    def engine(self) -> sa.Engine:
        """The state database of this process."""
        return state_engine(self.settings)

    def check(self, login: str, password: str, address: str) -> int:
        """The account's id, or the reason why not."""
        return sign_in.check(self.engine(), login, password, address, utc_now())

    def open(self, user_id: int) -> str:
        """A new session's token."""
        return stored_sessions.open_session(self.engine(), user_id, utc_now())

    def person(self, token: str, *, renew: bool) -> UserRecord | None:
        """Whose session it is, with their rights at this moment."""
        if token.startswith(shares.GUEST_PREFIX):
            return shares.guest_of(self.engine(), token, utc_now(), *sessions.remembered_look())
        idle = timedelta(hours=self.settings.session_idle_hours)
        absolute = timedelta(days=self.settings.session_days)
        return stored_sessions.user_of(self.engine(), token, utc_now(), idle, absolute, renew)

    def close(self, token: str) -> None:
        """End a session."""
        if token.startswith(shares.GUEST_PREFIX):
            shares.close_visit(self.engine(), token)
        else:
            stored_sessions.close_session(self.engine(), token)

    def prefer(self, user_id: int, *, language: str | None = None, theme: str | None = None) -> None:
        """Keep language and theme; of a guest the browser alone remembers them."""
        if user_id <= 0:
            return
        if language:
            users.set_language(self.engine(), user_id, language)
        if theme:
            users.set_theme(self.engine(), user_id, theme)

    def change_password(self, user_id: int, current: str, new: str, address: str) -> None:
        """Another password, once the current one is proven."""
        login = users.record(self.engine(), user_id).login
        try:
            sign_in.check(self.engine(), login, current, address, utc_now(), deed="password.check")
        except JourneyError as error:
            raise JourneyError("password_wrong") if error.code == "sign_in_failed" else error from error
        users.set_password(self.engine(), user_id, new, actor=login)

    def ready(self) -> None:
        """Raise where the state database cannot answer."""
        with self.engine().connect() as connection:
            connection.execute(sa.select(sa.literal(1)))


def viewer() -> UserRecord:
    """The person who asks; `StateDoor.person` made the record."""
    return cast(UserRecord, sessions.current_person())


def _server(settings: Settings, door: StateDoor) -> Flask:
    """Flask with the door in front; the order of its hooks is the order of the checks."""
    server = Flask(
        "journey", static_folder=None, template_folder=str(Path(login.__file__).parent / "templates")
    )
    server.config.update(SECRET_KEY=settings.signing_key(), MAX_CONTENT_LENGTH=_UPLOAD_BYTES)
    server.config.update(COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=5, COMPRESS_MIN_SIZE=700)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    logs.install(server, behind_proxy=settings.trusted_proxies > 0)
    places = admission.open_door(server, admission.Room.of(settings))
    server.wsgi_app = Door(server.wsgi_app, places)
    sessions.install(server, door, timedelta(days=settings.session_days))
    guard.install(server)
    errors.install(server)
    Compress(server)
    styles = (_ASSETS / "css" / "00-tokens.css", _ASSETS / "css" / "10-base.css")
    server.register_blueprint(login.blueprint(door, styles, _ASSETS / "icon.svg", _is_page))
    server.register_blueprint(preferences.blueprint(door))
    server.register_blueprint(health.blueprint(door))
    return server


def _is_page(path: str) -> bool:
    return path == "/" or page_at(path) is not None


def _look() -> tuple[str, str]:
    """Language and theme of the page that is asked for; the address wins over the person's choice, for once."""
    person = viewer()
    language, theme = request.args.get("lang"), request.args.get("theme")
    return (
        language if language in LANGUAGES else person.language,
        theme if theme in preferences.THEMES else person.theme,
    )


def main() -> None:
    """`python app.py` is the console command `journey`; with no more words it serves."""
    console(sys.argv[1:] or ["serve"])


if __name__ == "__main__":
    main()
