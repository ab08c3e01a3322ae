"""The tab of the digests answers: the list, the form, the letter as it would be sent now, its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash
from flask import Response, request

from callbacks.letters import Wanted, letter_of, message_of
from callbacks.letters.due import wanted
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.i18n.catalogue import LANGUAGES
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.letter import Letter, Rhythm
from dashboard.server import posts
from dashboard.server.letter_html import html_of
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import actions, digests, users
from data_access.state.digests import Digest, Sent, Wish
from layouts.components.pill import channel_title, segment_name
from layouts.monitor_digests import LETTER, NEW, OPEN, PDF, TONGUE, DigestRow, DigestsView, digests_cards

_ONE = "/monitor/digests/<int:number>"
_WISH = {"every": str, "hour": str, "language": str, "search": str}
_LAST = {
    "waiting": msgid("the last one waits to be sent"),
    "sent": msgid("last sent {day}"),
    "failed": msgid("the last one was not taken: {why}"),
    "dropped": msgid("the last one was dropped: {why}"),
}


def show_digests(services: Services, ask: Ask) -> Any:
    """The tab."""
    return digests_cards(_view(services, ask))


def register(app: Dash, services: Services) -> None:
    """Wire the routes below `/monitor/digests` and the file."""
    server = app.server

    @posts.post(server, "/monitor/digests", "digests.add", engagement=str, person=str, **_WISH)
    def add(wish: dict[str, str]) -> dict[str, Any]:
        ask, state = _ask(services, wish["engagement"]), services.state()
        person, now = _number(wish["person"]), services.clock()
        if person is None:
            raise JourneyError("digest_receiver")
        digests.add(state, ask.user, ask.scope.engagement, person, _wish(wish), ask.info.zone, now)
        return {"go": {OPEN: ""}}

    @posts.post(server, _ONE, "digests.change", version=int, **_WISH)
    def change(wish: dict[str, Any], number: int) -> dict[str, Any]:
        found = digests.get(services.state(), services.viewer(), number)
        _change(services, found, wish["version"], _wish(wish, enabled=found.enabled))
        return {"go": {OPEN: ""}}

    @posts.post(server, f"{_ONE}/switch", "digests.switch", version=int, enabled=bool)
    def switch(wish: dict[str, Any], number: int) -> None:
        one = digests.get(services.state(), services.viewer(), number)
        kept = Wish(one.every, one.hour, one.language, one.search, wish["enabled"])
        _change(services, one, wish["version"], kept)

    @posts.post(server, f"{_ONE}/remove", "digests.remove", version=int)
    def remove(wish: dict[str, int], number: int) -> None:
        digests.remove(services.state(), services.viewer(), number, wish["version"])

    @posts.post(server, f"{_ONE}/send", "digests.send", version=int)
    def send(_wish: dict[str, int], number: int) -> None:
        state, who, now = services.state(), services.viewer(), services.clock()
        one = digests.get(state, who, number)
        if not one.email:
            raise JourneyError("receiver_no_address")
        digests.send_now(state, who, one, message_of(letter_of(services, wanted(services, one), now)), now)

    @server.get(PDF, endpoint="digests.file")
    def file() -> Response:
        return _file(services)


def _change(services: Services, one: Digest, version: int, wish: Wish) -> None:
    zone = _ask(services, one.engagement).info.zone
    digests.change(services.state(), services.viewer(), one.id, version, wish, zone, services.clock())


def _ask(services: Services, engagement: str) -> Ask:
    return services.ask(services.visit("/monitor", Address(engagement).search()), Action.SIMULATE)


def _file(services: Services) -> Response:
    """The letter of the screen as a PDF."""
    from dashboard.server.letter_pdf import pdf_of  # its library costs memory: whoever asks for a PDF pays

    ask = services.ask(
        services.visit("/monitor", request.query_string.decode("utf-8", "replace")), Action.SIMULATE
    )
    letter = _letter(services, ask, _chosen(services, ask))
    name = f"journey-{ask.scope.engagement}-{letter.period.token().replace('..', '_')}.pdf"
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pdf_of(letter), headers=head, mimetype="application/pdf")


def _view(services: Services, ask: Ask) -> DigestsView:
    state, key, words, guest = services.state(), ask.scope.engagement, ask.words, ask.user.is_guest
    kept = () if guest else digests.listed(state, ask.user, key)
    last = digests.last_sent(state, tuple(one.id for one in kept))
    rows = sorted((_row(services, ask, one, last) for one in kept), key=lambda one: not one.mine)
    opened, chosen = ask.extras.get(OPEN), _chosen(services, ask)
    page, subject, problem = "", "", ""
    try:
        letter = _letter(services, ask, chosen)
        page, subject = html_of(letter), letter.subject
    except JourneyError as error:
        problem = words.error(error)
    return DigestsView(
        words,
        ask.address,
        key,
        rows,
        next((one for one in rows if str(one.id) == opened), None),
        opened == NEW,
        _people(services, ask),
        ask.user.id,
        _filters(words, ask.query.segments, ask.query.channels),
        digests.kept_search(ask.address.search()),
        page,
        problem,
        subject,
        None if isinstance(chosen, Digest) else chosen,
        _language(ask),
        may_have=not guest,
    )


def _people(services: Services, ask: Ask) -> Mapping[int, str]:
    """Whom the reader may give a letter to."""
    if ask.user.is_guest or not ask.user.may(Action.APPROVE):
        return {ask.user.id: ask.user.name}
    state, key = services.state(), ask.scope.engagement
    names = actions.people(state, ask.user, key)
    able = {
        one.record.id
        for one in users.list_users(state)
        if not one.disabled and digests.may_get(one.record, key)
    }
    return {number: name for number, name in names.items() if number in able}


def _row(services: Services, ask: Ask, one: Digest, last: Mapping[int, Sent]) -> DigestRow:
    words, said = ask.words, Address.parse(one.search)
    return DigestRow(
        one.id,
        one.version,
        one.name,
        one.user_id == ask.user.id,
        one.every,
        one.hour,
        one.language,
        _filters(words, said.segments, said.channels),
        one.search,
        one.enabled,
        _last(ask, last.get(one.id)),
        _why_not(services, words, one),
    )


def _last(ask: Ask, found: Sent | None) -> str:
    if found is None:
        return ""
    day = ask.formats.day(wall_clock(found.at, ask.info.zone).date(), year=True)
    why = ask.words.error(found.error) if found.error else ""
    return ask.words(_LAST[found.status], day=day, why=why)


def _why_not(services: Services, words: Words, one: Digest) -> str:
    """Why none can go at the moment."""
    try:
        digests.receiver(services.state(), one)
    except JourneyError as error:
        return words.error(error)
    if not one.email:
        return words("No e-mail address: nothing can be sent")
    return "" if services.settings.smtp_host else words("No mail server is set up: letters wait")


def _filters(words: Words, segments: tuple[str, ...], channels: tuple[str, ...]) -> str:
    names = [segment_name(words, one) for one in segments]
    return ", ".join([*names, *(channel_title(words, one) for one in channels)])


def _chosen(services: Services, ask: Ask) -> Digest | Rhythm:
    """The letter that the address names: of a digest that the reader may see, else a rhythm under its filters."""
    said = ask.extras.get(LETTER, "")
    number = _number(said)
    if number is not None and not ask.user.is_guest:
        kept = digests.listed(services.state(), ask.user, ask.scope.engagement)
        found = next((one for one in kept if one.id == number), None)
        if found is not None:
            return found
    return next((one for one in Rhythm if one == said), Rhythm.WEEK)


def _letter(services: Services, ask: Ask, chosen: Digest | Rhythm) -> Letter:
    """The letter itself; its link to leave is left out of what is only looked at."""
    now = services.clock()
    if isinstance(chosen, Digest):
        reader = digests.receiver(services.state(), chosen)
        asked = Wanted(reader, chosen.engagement, chosen.every, chosen.language, chosen.search)
    else:
        search = digests.kept_search(ask.address.search())
        asked = Wanted(ask.user, ask.scope.engagement, chosen, _language(ask), search)
    return letter_of(services, asked, now)


def _language(ask: Ask) -> str:
    said = ask.extras.get(TONGUE)
    return said if said in LANGUAGES else ask.words.language


def _wish(said: Mapping[str, Any], *, enabled: bool = True) -> Wish:
    hour = _number(said["hour"])
    return Wish(said["every"], -1 if hour is None else hour, said["language"], said["search"], enabled)


def _number(text: str) -> int | None:
    """A whole number of a form; None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
