"""Messages to a chat by a Telegram bot: plain text, never markup, so that no name in it becomes a link."""

from __future__ import annotations

import re
from collections.abc import Callable

import orjson

from dashboard.errors import JourneyError
from dashboard.journey.message import Message
from dashboard.server.outgoing import MOST_BYTES, Answer, Place, Resolve, UndeliveredError, post, resolved

API = Place("https", "api.telegram.org", 443, "/")
LONGEST = 4096  # UTF-16 units of one message
_CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z0-9_]{5,32}", re.ASCII)
_NEVER = frozenset({400, 403})  # no such chat; the bot was thrown out


def checked_chat(chat: str) -> str:
    """The number of a chat, or the @name of a channel.

    Raises:
        JourneyError: `telegram_chat`.
    """
    cleaned = chat.strip()
    if not _CHAT.fullmatch(cleaned):
        raise JourneyError("telegram_chat")
    return cleaned


def text_of(message: Message, link: str) -> str:
    """Subject, text and link; a long text is cut, the link stays whole."""
    tail = f"\n\n{link}" if link else ""
    whole = f"{message.subject}\n\n{message.text}"
    room = LONGEST - _units(tail)
    return (whole if _units(whole) <= room else _cut(whole, room - 1) + "…") + tail


def send(
    token: str,
    chat: str,
    text: str,
    accepted: Callable[[], None],
    *,
    api: Place = API,
    resolve: Resolve = resolved,
) -> None:
    """Send a text to a chat.

    Args:
        api: Telegram's own server; a test has another one.

    Raises:
        UndeliveredError: `telegram_refused`, and those of `outgoing.post`; the token stands in none of them.
    """
    place = Place(api.scheme, api.host, api.port, f"/bot{token}/sendMessage", api.internal)
    told = {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}

    def answered(answer: Answer) -> None:
        if answer.status != 200:
            reason = JourneyError("telegram_refused", reason=_reason(answer).replace(token, "..."))
            raise UndeliveredError(reason, final=answer.status in _NEVER)
        accepted()

    post(place, orjson.dumps(told), {}, resolve=resolve, answered=answered, reads=MOST_BYTES)


def _reason(answer: Answer) -> str:
    try:
        said = orjson.loads(answer.body)["description"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        said = ""
    return f"{answer.status} {' '.join(str(said).split())}".strip()[:200]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, units: int) -> str:
    """The beginning of a text; half a character is left out."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore").rstrip()
