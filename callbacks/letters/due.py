"""Letters that are due: put together, then queued and noted in one transaction."""

from __future__ import annotations

from datetime import datetime

import structlog

from callbacks.letters.content import letter_of
from callbacks.letters.writer import Wanted
from callbacks.services import Services
from dashboard.errors import JourneyError
from dashboard.journey.letter import Letter
from dashboard.journey.message import Attachment, Message
from dashboard.server.letter_html import html_of
from dashboard.server.letter_text import text_of
from data_access.state import digests, engagements
from data_access.state.digests import Digest

_log = structlog.get_logger(__name__)
LEAVE = "/digest/leave"  # the page that ends a letter


def queue_due(services: Services, engagement: str, now: datetime) -> int:
    """Queue each letter whose hour has come, once; of several missed ones the last alone.

    Args:
        now: this moment, naive UTC.

    Returns:
        How many are new in the outbox.

    Raises:
        JourneyError: `unknown_engagement`.
    """
    state, count = services.state(), 0
    zone = engagements.get(state, engagement).zone
    for one, period in digests.due(state, engagement, zone, now):
        try:
            letter = letter_of(services, wanted(services, one), now, period)
        except (
            JourneyError
        ) as error:  # no data yet, or the right was taken at this moment: asked again next time
            _log.warning("letter_not_written", digest=one.id, engagement=engagement, reason=str(error))
            continue
        count += digests.tell(state, one, period, message_of(letter), now)
    return count


def wanted(services: Services, one: Digest) -> Wanted:
    """What a digest asks for, under its receiver's rights at this moment.

    Raises:
        JourneyError: `digest_receiver` where they may not see the engagement any more.
    """
    reader = digests.receiver(services.state(), one)
    leave = f"{LEAVE}/{one.leave_token}"
    return Wanted(reader, one.engagement, one.every, one.language, one.search, leave)


def message_of(letter: Letter) -> Message:
    """The letter as it goes out, with its PDF."""
    from dashboard.server.letter_pdf import pdf_of  # its library costs memory: whoever asks for a PDF pays

    name = f"journey-{letter.period.token().replace('..', '_')}.pdf"
    return Message(
        letter.subject,
        text_of(letter),
        html_of(letter),
        letter.link,
        letter.facts,
        letter.unsubscribe,
        (Attachment(name, "application/pdf", pdf_of(letter)),),
    )
