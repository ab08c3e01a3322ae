"""Letters against a real mail server: what arrives, what is refused for good, and what is tried again."""

from __future__ import annotations

import ssl
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import JourneyError
from dashboard.journey.email import checked_email
from dashboard.journey.message import Attachment, Message
from dashboard.server import mail
from dashboard.server.outgoing import UndeliveredError
from dashboard.settings import Settings
from tests.mail_server import PASSWORD, USER, Mailbox, free_port, mail_server

NOW = datetime(2026, 11, 16, 5)
TO = "ivan@example.com"
SUBJECT = "Выручка упала на 12 %: сегмент «Подарок», шаг Оценка → Покупка, с 12 по 19 ноября 2026 года"
PLAIN = Message(SUBJECT, "Первая строка\nвторая <b>строка</b>\n\nДругой абзац", link="/funnel?e=acme&seg=a")


def settings_of(box: Mailbox, **more: Any) -> Settings:
    values = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_security": "none", **more}
    return Settings(address="https://bi.example.com", smtp_from="reports@example.com", **values)


def send(settings: Settings, message: Message = PLAIN, to: str = TO, delivery: str = "d1") -> list[str]:
    told: list[str] = []
    mail.send(settings, to, message, delivery, NOW, lambda: told.append("accepted"))
    return told


def body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_letter_arrives_as_it_was_written() -> None:
    pdf = Attachment("Итоги недели.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
    message = Message(
        SUBJECT,
        "Итоги",
        "<p><a href='/plan?e=acme'>План</a></p>",
        "/overview?e=acme",
        None,
        "/bye/t" * 20,
        (pdf,),
    )
    with mail_server() as box:
        assert send(settings_of(box), message) == ["accepted"]
    letter = box.only()
    assert str(letter["Subject"]) == SUBJECT
    assert str(letter["From"]) == "Journey BI <reports@example.com>"
    assert str(letter["Message-ID"]) == "<d1@example.com>"
    assert str(letter["List-Unsubscribe"]) == f"<https://bi.example.com{'/bye/t' * 20}>"
    assert str(letter["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    assert body(letter, "plain").replace("\r\n", "\n") == "Итоги\n\nhttps://bi.example.com/overview?e=acme\n"
    assert "<a href='https://bi.example.com/plan?e=acme'>План</a>" in body(letter, "html")
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("Итоги недели.pdf", "application/pdf")
    assert file.get_content() == pdf.data


def test_a_plain_message_gets_a_page_of_its_words_and_nothing_from_elsewhere() -> None:
    made = mail.letter(settings_of(Mailbox(25)), TO, PLAIN, "d", NOW)
    page = body(made, "html")
    assert "вторая &lt;b&gt;строка&lt;/b&gt;" in page
    assert 'href="https://bi.example.com/funnel?e=acme&amp;seg=a"' in page
    assert not any(word in page for word in ("<img", "src=", "url(", "<link", "<script", "@import"))
    assert made["List-Unsubscribe"] is None
    bare = Settings(smtp_host="h", smtp_from="a@example.com")
    assert "http" not in mail.letter(bare, TO, PLAIN, "d", NOW).as_string().replace("http-equiv", "")


@pytest.mark.parametrize(
    "evil",
    [
        "Hi\r\nBcc: x@evil.example",
        "Hi\nX-Evil: 1",
        "Hi\r\n\r\n<script>",
        "Hi\u2028Bcc: x",
        "Hi\x0bX: 1",
        "Hi\x85X: 1",
        "Hi\x00",
    ],
)
def test_no_text_begins_a_header_of_its_own(evil: str) -> None:
    message = Message(evil, evil, "", evil, None, f"/{evil}", (Attachment(evil, "text/csv", b"1"),))
    head = mail.letter(settings_of(Mailbox(25)), TO, message, "d", NOW).as_bytes().split(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    ours = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "List-Unsubscribe",
        "List-Unsubscribe-Post",
    ]
    assert {name.decode() for name in names} <= {*ours, "MIME-Version", "Content-Type"}
    assert b"\n" not in head.replace(b"\r\n", b"")


def test_domains_of_other_scripts_travel_in_ascii() -> None:
    with mail_server() as box:
        send(settings_of(box), to="ivan@почта.рф")
    assert str(box.only()["To"]) == "ivan@xn--80a1acny.xn--p1ai"


@pytest.mark.parametrize(
    ("answer", "final"), [("550 no such mailbox", True), ("450 try later", False), ("452 full", False)]
)
def test_a_refused_receiver(answer: str, final: bool) -> None:
    with mail_server() as box:
        box.refuses[TO] = answer
        refused = refusal(settings_of(box))
        assert (refused.reason.code, refused.final) == ("mail_refused", final)
        assert answer in refused.reason.facts["reply"]
        assert not box.deliveries


@pytest.mark.parametrize(("answer", "final"), [("554 looks like spam", True), ("451 disk full", False)])
def test_a_refused_letter(answer: str, final: bool) -> None:
    with mail_server() as box:
        box.data_answer = answer
        refused = refusal(settings_of(box))
    assert (refused.reason.code, refused.final) == ("mail_refused", final)


def test_a_server_that_is_away_is_tried_again() -> None:
    refused = refusal(settings_of(Mailbox(free_port())))
    assert (refused.reason.code, refused.final) == ("mail_unreachable", False)
    refused = refusal(settings_of(Mailbox(25), smtp_host="mail.invalid"))
    assert (refused.reason.code, refused.final) == ("mail_unreachable", False)


def refusal(settings: Settings) -> UndeliveredError:
    told: list[str] = []
    with pytest.raises(UndeliveredError) as caught:
        mail.send(settings, TO, PLAIN, "d1", NOW, lambda: told.append("accepted"))
    assert told == []
    return caught.value


def test_starttls_login_and_whose_certificate_counts(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    with mail_server(tls, wants_login=True) as box:
        more = {"smtp_host": "localhost", "smtp_security": "starttls", "smtp_user": USER}
        trusting = settings_of(box, **more, smtp_password=PASSWORD)
        stranger = refusal(trusting)  # nobody whom this machine trusts has signed it
        assert (stranger.reason.code, stranger.final) == ("mail_unreachable", False)
        assert "CERTIFICATE" in stranger.reason.facts["reason"].upper()
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert send(trusting) == ["accepted"]
        assert (box.encrypted, box.login) == (True, USER)
        wrong = refusal(settings_of(box, **more, smtp_password="another one"))
        assert (wrong.reason.code, wrong.final) == ("mail_login", False)
        plain = refusal(settings_of(box, smtp_host="localhost"))  # never without what the server wants
        assert plain.reason.code in {"mail_sender", "mail_refused"}
        assert sum(box.deliveries.values()) == 1


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" ivan.belov+bi@Example.COM ", "ivan.belov+bi@example.com"),
        ("ivan@почта.рф", "ivan@почта.рф"),
        ("ivan@ПОЧТА。рф", "ivan@почта.рф"),
        ("o'neil@example.co.uk", "o'neil@example.co.uk"),
    ],
)
def test_addresses_are_kept_in_one_form(text: str, kept: str) -> None:
    assert checked_email(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "", "ivan", "ivan@", "@example.com", "ivan@localhost", "ivan@127.0.0.1", "ivan@[127.0.0.1]", "a@b@example.com",
        "ivan@example.com\r\nBcc: x@evil.example", "ivan@example.com\n", "Ivan <ivan@example.com>".replace(" ", ""),
        "a@example.com,b@example.com", "a@example.com;b@example.com", '"ivan"@example.com', "ivan(x)@example.com",
        "iv an@example.com", "ivan@exa mple.com", "ivan@example..com", "ivan@-example.com", ".ivan@example.com",
        "иван@example.com", "i" * 65 + "@example.com", "ivan@" + "e" * 250 + ".com", "ivan@example.com\0",
    ],
)  # fmt: skip
def test_what_is_no_address(text: str) -> None:
    if text.endswith("\n"):
        assert checked_email(text) == "ivan@example.com"  # a trailing break is white space of a form
        return
    with pytest.raises(JourneyError, match="email_malformed"):
        checked_email(text)
