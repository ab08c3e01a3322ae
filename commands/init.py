"""`journey init`: the data folder, the secret key and the state database."""

from __future__ import annotations

import os
import secrets

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from commands.context import note, words
from dashboard.errors import JourneyError
from dashboard.settings import Settings
from data_access.state.engine import state_engine, state_url
from data_access.state.migrate import migrate

_KEY_BYTES = 48


def init() -> None:
    """Prepare the data folder: secret key and state database. Asks nothing; may be repeated, also after an upgrade.

    Example: JOURNEY_DATA=/srv/journey journey init
    """
    settings = Settings.load()
    prepare(settings)
    note.print(
        words()("Ready: {path}. Next: journey user add NAME --role admin", path=str(settings.data.resolve()))
    )


def prepare(settings: Settings) -> sa.Engine:
    """Make what is missing of an installation and bring its state database to this code's tables.

    Raises:
        JourneyError: `data_not_writable`, `secret_*`, `state_too_new`, `state_unreachable`.
    """
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.secret_key is None and not settings.secret_path.exists():
            _write_secret(settings)
    except OSError as error:
        raise JourneyError("data_not_writable", path=str(settings.data), reason=error.strerror) from error
    settings.signing_key()
    engine = state_engine(settings)
    try:
        migrate(engine)
    except OperationalError as error:
        address = sa.make_url(state_url(settings)).render_as_string(hide_password=True)
        raise JourneyError("state_unreachable", address=address) from error
    return engine


def _write_secret(settings: Settings) -> None:
    """A new key in one step: two first starts at once agree on the one that came first."""
    unfinished = settings.secret_path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(_KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, settings.secret_path)
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
