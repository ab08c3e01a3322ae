"""Webhooks and chats against a real local server, and against every way of writing an address that we know of."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.errors import JourneyError
from dashboard.journey.message import Message
from dashboard.server import outgoing, telegram, webhook
from dashboard.server.outgoing import Place, UndeliveredError, checked_address, is_public
from tests.web_receiver import Receiver, receiver

NOW = datetime(2026, 11, 16, 5)
SECRET, TOKEN = "a secret of the endpoint", "123456:AAE-the_token"
MESSAGE = Message(
    "Выручка упала", "На 12 %", link="/funnel?e=acme", facts={"kpi": "revenue", "change": -0.12}
)
ABOUT = {"delivery": "d1", "kind": "alert", "engagement": "acme"}


def send(there: Receiver, path: str = "/hook?a=1") -> list[str]:
    told: list[str] = []
    endpoint = webhook.Endpoint(f"http://127.0.0.1:{there.port}{path}", SECRET)
    body = webhook.body_of(MESSAGE, ABOUT, "https://bi.example.com/funnel?e=acme")
    webhook.send(endpoint, there.hosts, body, "d1", NOW, lambda: told.append("accepted"))
    return told


def refused(act: Callable[[], object]) -> UndeliveredError:
    with pytest.raises(UndeliveredError) as caught:
        act()
    return caught.value


def test_a_webhook_gets_words_and_figures_that_it_can_trust() -> None:
    with receiver(status=204, answer=b"") as there:
        assert send(there) == ["accepted"]
    ((path, headers, body),) = there.got
    assert path == "/hook?a=1"
    told = json.loads(body)
    assert (told["subject"], told["link"]) == ("Выручка упала", "https://bi.example.com/funnel?e=acme")
    assert (told["facts"], told["delivery"]) == ({"kpi": "revenue", "change": -0.12}, "d1")
    assert (headers["X-Journey-Delivery"], headers["Content-Type"]) == ("d1", "application/json")
    moment, _, digest = headers["X-Journey-Signature"].removeprefix("t=").partition(",v1=")
    assert moment == "1794805200"  # 2026-11-16 05:00 UTC
    own = hmac.new(SECRET.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert digest == own


@pytest.mark.parametrize(("status", "final"), [(410, True), (404, False), (500, False), (429, False)])
def test_no_means_again_and_gone_means_never(status: int, final: bool) -> None:
    with receiver(status=status) as there:
        error = refused(lambda: send(there))
    assert (error.reason.code, error.reason.facts["status_code"], error.final) == (
        "webhook_status",
        status,
        final,
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with receiver() as secret, receiver(status=status) as there:
        there.headers["Location"] = f"http://127.0.0.1:{secret.port}/metadata"
        error = refused(lambda: send(there))
        assert (error.reason.code, secret.got) == ("webhook_status", [])


def test_a_slow_answer_and_a_silent_server_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "TOTAL_SECONDS", 0.3)
    with receiver(waits=0.02) as there:
        began = time.monotonic()
        assert refused(lambda: send(there)).reason.code == "host_unreachable"
        assert time.monotonic() - began < 2
    gone = Receiver(port=1)
    assert refused(lambda: send(gone)).reason.code == "host_unreachable"


def test_a_huge_answer_is_not_read() -> None:
    with receiver(answer=b"x" * 50_000_000) as there:
        assert send(there) == ["accepted"]


LISTED = (
    "hooks.example.com, hooks.example.com:8443, internal+http://bus.lan:8080, localhost, 127.0.0.1, 2130706433, "
    "0x7f.1, 017700000001, 127.1, metadata.google.internal, 169.254.169.254"
)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "https://hooks.example.com.evil.example/", "https://evil.example/hooks.example.com",
        "http://hooks.example.com/", "https://hooks.example.com:22/", "https://hooks.example.com:443@evil.example/",
        "https://user:password@hooks.example.com/", "https://hooks.example.com@127.0.0.1/",
        "https://hooks.example.com./", "https://.hooks.example.com/", "https://hooks.example.com%2eevil.example/",
        "https://hooks.example.com#@127.0.0.1/", "https://hooks.example.com\\@127.0.0.1/", "https://127.0.0.1#.example/",
        "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[fe80::1%25eth0]/",
        "https://hooks.example.com:8080/", "https://bus.lan:8080/", "http://bus.lan/", "https:hooks.example.com",
        "//hooks.example.com/", "https:///hooks.example.com/", "file:///etc/passwd", "gopher://127.0.0.1:25/_HELO",
        "ftp://hooks.example.com/", "javascript:alert(1)", "https://ⓗooks.example.com/", "https://hooKs.example.com/",
        "https://hooks。example。com/", "https://hooks.example.com/\r\nHost: evil.example",
        "https://hooks.example.com/ x", "https://hooks.example.com/\x00", "\thttps://hooks.example.com/", "https://hooks.example.com:/",
        "https://hooks.example.com:99999999/", "https://HOOKS.example.com/", "https://hooks.example.com/#f",
        "https://0/", "https://3232235777/", "https://0x7f000001/", "", "https://hooks.example.com/" + "a" * 2000,
    ],
)  # fmt: skip
def test_hostile_addresses_are_refused_before_any_name_is_resolved(url: str) -> None:
    with pytest.raises(JourneyError) as caught:
        webhook.checked_url(url, LISTED)
    assert caught.value.code in {"webhook_url", "webhook_host"}


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "2130706433", "0x7f.1", "017700000001", "127.1", "169.254.169.254"],
)
def test_a_listed_name_of_this_machine_stays_closed(host: str) -> None:
    """The system's own resolver reads the odd forms of 127.0.0.1; listed is not yet internal."""
    place = webhook.checked_url(f"https://{host}/", LISTED)
    assert refused(lambda: checked_address(place)).reason.code in {"host_private", "host_unknown"}


PRIVATE = (
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.0.1", "192.0.2.1", "::1", "::", "::127.0.0.1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
    "ff02::1", "ff0e::1", "2002:7f00:1::", "2001:0:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001:db8::1",
    "100::1", "fec0::1", "not an address", "",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)
    place = Place("https", "hooks.example.com", 443, "/")
    error = refused(lambda: checked_address(place, lambda *_: ["93.184.216.34", address]))
    assert error.reason.code == "host_private"  # one bad address among good ones is enough


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "opened"),
    [
        ("10.1.2.3", True), ("127.0.0.1", True), ("::1", True), ("fd12::1", True), ("8.8.8.8", True),
        ("169.254.169.254", False), ("fe80::1", False), ("0.0.0.0", False), ("224.0.0.1", False), ("::", False),
        ("255.255.255.255", False), ("::ffff:169.254.169.254", False),
    ],
)  # fmt: skip
def test_what_a_host_of_the_house_may_resolve_to(address: str, opened: bool) -> None:
    place = webhook.checked_url("http://bus.lan:8080/", LISTED)
    if opened:
        assert checked_address(place, lambda *_: [address]) == address
    else:
        assert refused(lambda: checked_address(place, lambda *_: [address])).reason.code == "host_private"


def test_a_name_is_resolved_once_and_that_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first answer is checked, a second one would lead elsewhere; there is no second question."""
    asked: list[str] = []
    called: list[Any] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    def connect(address: Any, *_: Any, **__: Any) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("a second resolution"))
    endpoint = webhook.Endpoint("https://hooks.example.com/", SECRET)
    error = refused(
        lambda: webhook.send(endpoint, "hooks.example.com", b"{}", "d", NOW, lambda: None, resolve=resolve)
    )
    assert error.reason.code == "host_unreachable"
    assert (asked, called) == (["hooks.example.com"], [("93.184.216.34", 443)])


def test_the_certificate_is_of_the_name_though_the_address_is_called(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with receiver(certificate=certificate) as there:

        def send_to(name: str) -> None:
            endpoint = webhook.Endpoint(f"https://{name}:{there.port}/", SECRET)
            hosts = f"internal+https://{name}:{there.port}"
            webhook.send(endpoint, hosts, b"{}", "d", NOW, lambda: None, resolve=lambda *_: ["127.0.0.1"])

        send_to("localhost")
        assert there.got[0][1]["Host"] == f"localhost:{there.port}"
        assert (
            refused(lambda: send_to("bus.lan")).reason.code == "host_unreachable"
        )  # a certificate of another
        monkeypatch.delenv("SSL_CERT_FILE")
        assert refused(lambda: send_to("localhost")).reason.code == "host_unreachable"  # of nobody we know
        assert len(there.got) == 1


def test_no_hosts_no_webhooks() -> None:
    for hosts in (None, "", " , "):
        with pytest.raises(JourneyError, match="webhook_host"):
            webhook.checked_url("https://hooks.example.com/", hosts)


def chat(there: Receiver, text: str = "Привет") -> list[str]:
    told: list[str] = []
    api = Place("http", "127.0.0.1", there.port, "/", internal=True)
    telegram.send(TOKEN, "-1001", text, lambda: told.append("accepted"), api=api)
    return told


def test_a_chat_gets_plain_text() -> None:
    text = telegram.text_of(
        Message("<b>Выручка</b>", "*упала* [сюда](http://evil.example)"), "https://bi/f?e=a"
    )
    with receiver(answer=b'{"ok":true}') as there:
        assert chat(there, text) == ["accepted"]
    ((path, _, body),) = there.got
    told = json.loads(body)
    assert path == f"/bot{TOKEN}/sendMessage"
    assert (told["chat_id"], "parse_mode" in told, told["link_preview_options"]) == (
        "-1001",
        False,
        {"is_disabled": True},
    )
    assert told["text"] == "<b>Выручка</b>\n\n*упала* [сюда](http://evil.example)\n\nhttps://bi/f?e=a"


def test_a_long_text_is_cut_and_keeps_its_link() -> None:
    for sign in ("я", "😀"):
        cut = telegram.text_of(Message("О чём", sign * 9000), "https://bi/f?e=acme")
        assert len(cut.encode("utf-16-le")) // 2 <= 4096
        assert cut.endswith("…\n\nhttps://bi/f?e=acme")
        assert len(cut.encode("utf-16-le")) // 2 >= 4094


@pytest.mark.parametrize(
    ("status", "final"), [(400, True), (403, True), (401, False), (404, False), (429, False), (502, False)]
)
def test_telegram_says_no_and_the_token_stays_with_us(
    status: int, final: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    said = json.dumps({"ok": False, "description": f"Bad Request: /bot{TOKEN}/sendMessage\nno"}).encode()
    with receiver(status=status, answer=said) as there:
        error = refused(lambda: chat(there))
    assert (error.reason.code, error.final) == ("telegram_refused", final)
    assert error.reason.facts["reason"] == f"{status} Bad Request: /bot.../sendMessage no"
    gone = refused(lambda: chat(Receiver(port=1)))
    for text in (str(error), repr(error), str(gone), str(gone.__cause__), caplog.text):
        assert TOKEN not in text


@pytest.mark.parametrize("chat_id", ["-1001234567890", "42", "@sales_team", " 42 "])
def test_chats(chat_id: str) -> None:
    assert telegram.checked_chat(chat_id) == chat_id.strip()


@pytest.mark.parametrize("chat_id", ["", "sales", "@x", "1e5", "٤٢", "42\n43", "@sales team", "-"])
def test_no_chats(chat_id: str) -> None:
    with pytest.raises(JourneyError, match="telegram_chat"):
        telegram.checked_chat(chat_id)
