"""Letters by SMTP: nothing in them comes from elsewhere; one number for all attempts; refused for a reason."""

from __future__ import annotations

import html
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, formataddr

from dashboard.errors import JourneyError
from dashboard.journey.message import Message
from dashboard.server.outgoing import UndeliveredError
from dashboard.settings import Settings

PRODUCT = "Journey BI"
SECONDS = 20  # for each step of the talk with the mail server
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OWN_LINK = re.compile(r"""\s(href)=(["'])(/[^"']*)\2""")


class _AsWritten(EmailPolicy):
    """Python would fold a long address into encoded words, which no mail program can click."""

    def fold(self, name: str, value: str) -> str:
        as_written = name.lower() in {"list-unsubscribe", "message-id"}
        return f"{name}: {value}{self.linesep}" if as_written else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii", "surrogateescape")


_POLICY = _AsWritten(linesep=SMTP.linesep, cte_type="7bit")


def letter(settings: Settings, to: str, message: Message, delivery: str, now: datetime) -> EmailMessage:
    """The whole letter.

    Args:
        to: checked address of one person.
        delivery: the same at every attempt: mail stores show a letter with a known Message-ID once.
        now: naive UTC.
    """
    sender = settings.smtp_from or ""
    made = EmailMessage(policy=_POLICY)
    made["From"] = formataddr((PRODUCT, sender))
    made["To"] = _ascii(to)
    made["Subject"] = _one_line(message.subject)
    made["Date"] = format_datetime(now.replace(tzinfo=UTC))
    made["Message-ID"] = f"<{delivery}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # out-of-office programs do not answer
    _leave(made, settings, message)
    link = link_of(settings, message)
    made.set_content(f"{message.text}\n\n{link}\n" if link else f"{message.text}\n", cte="base64")
    made.add_alternative(_html(settings, message, link), subtype="html", cte="base64")
    for file in message.files:
        main, _, sub = file.mime.partition("/")
        made.add_attachment(file.data, maintype=main, subtype=sub, filename=_one_line(file.name))
    return made


def link_of(settings: Settings, message: Message) -> str:
    """Whole address of the state that a message tells of; empty where it has none or our own address is not set."""
    return f"{settings.address}{message.link}" if settings.address and message.link.startswith("/") else ""


def send(
    settings: Settings,
    to: str,
    message: Message,
    delivery: str,
    now: datetime,
    accepted: Callable[[], None],
) -> None:
    """Hand one letter to the mail server.

    Args:
        accepted: runs as soon as the server has taken the letter, before we take our leave.

    Raises:
        UndeliveredError: `mail_refused` (final where the server says "never": 5xx), `mail_login`, `mail_sender`,
            `mail_unreachable`: a wrong setting or a server that is away is no reason to give a letter up.
    """
    made = letter(settings, to, message, delivery, now)
    server: smtplib.SMTP | None = None
    try:
        server = _connected(settings)
        server.sendmail(settings.smtp_from or "", [_ascii(to)], made.as_bytes())
    except (smtplib.SMTPException, OSError, ValueError) as error:
        if server is not None:
            server.close()
        raise _refusal(error) from error
    try:
        accepted()
    finally:
        with suppress(smtplib.SMTPException, OSError):
            server.quit()


def _connected(settings: Settings) -> smtplib.SMTP:
    """A mail server that we have met, under cover and with a login where the settings say so."""
    name, own = settings.smtp_host or "", socket.gethostname()
    port = settings.smtp_port
    if settings.smtp_security == "tls":
        cover = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(name, port, own, timeout=SECONDS, context=cover)
    else:
        server = smtplib.SMTP(name, port, own, timeout=SECONDS)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except BaseException:
        server.close()
        raise
    return server


def _refusal(error: Exception) -> UndeliveredError:
    """Why a letter was not taken, and whether it ever will be."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            code, reply = next(iter(refused.values()))
            return UndeliveredError(_told("mail_refused", code, reply), final=code >= 500)
        case smtplib.SMTPDataError():
            told = _told("mail_refused", error.smtp_code, error.smtp_error)
            return UndeliveredError(told, final=error.smtp_code >= 500)
        case smtplib.SMTPAuthenticationError():
            return UndeliveredError(_told("mail_login", error.smtp_code, error.smtp_error))
        case smtplib.SMTPSenderRefused():
            return UndeliveredError(_told("mail_sender", error.smtp_code, error.smtp_error))
        case _:
            reason = (
                getattr(error, "strerror", None) or " ".join(map(str, error.args)) or type(error).__name__
            )
            return UndeliveredError(JourneyError("mail_unreachable", reason=_one_line(str(reason))[:200]))


def _told(code: str, number: int, reply: bytes | str) -> JourneyError:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return JourneyError(code, reply=_one_line(f"{number} {text}")[:200])


def _leave(made: EmailMessage, settings: Settings, message: Message) -> None:
    """The headers by which mail programs offer "unsubscribe", in one click where our address is https."""
    if settings.address and message.unsubscribe.startswith("/"):
        made["List-Unsubscribe"] = f"<{settings.address}{_one_line(message.unsubscribe)}>"
        if settings.address.startswith("https://"):
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _html(settings: Settings, message: Message, link: str) -> str:
    """The body for mail programs that show pages; of a plain message its words, as they are."""
    if message.html:
        return _whole_links(settings, message.html)
    lines = [f"<p>{html.escape(one).replace(chr(10), '<br>')}</p>" for one in message.text.split("\n\n")]
    if link:
        target = html.escape(link)
        lines.append(f'<p><a href="{target}">{PRODUCT}: {html.escape(_one_line(message.subject))}</a></p>')
    look = "font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:#1b2230;max-width:640px"
    body = "\n".join(lines)
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body style="{look}">\n{body}\n</body></html>\n'


def _whole_links(settings: Settings, page: str) -> str:
    """Links of our own pages begin with our address; without one they would lead nowhere and go."""
    if settings.address is None:
        return _OWN_LINK.sub("", page)
    return _OWN_LINK.sub(lambda found: f" {found[1]}={found[2]}{settings.address}{found[3]}{found[2]}", page)


def _one_line(text: str) -> str:
    """Text without line breaks and control signs: nothing of it can begin a header of its own."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _ascii(address: str) -> str:
    """An address as mail servers write it: a domain in another script becomes its `xn--` form."""
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.encode('idna').decode('ascii')}"
