"""What a link for outsiders shows: whose journeys they are stands fast; days and open details are the guest's."""

from __future__ import annotations

from dataclasses import replace

from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from dashboard.journey.generation import GenerationInfo


def held(asked: Address, shown: Address) -> Address:
    """A guest's address with the segments, channels and filters of the view in place of its own.

    Args:
        shown: the view that the link was made for.
    """
    return asked.with_(segments=shown.segments, channels=shown.channels, funnel=shown.funnel)


def seen(info: GenerationInfo, shown: Address) -> GenerationInfo:
    """The frame of the data as a guest sees it: segments and channels beyond the view do not exist.

    Raises:
        JourneyError: `unknown_link` (404) where the view names what the data no longer hold: left out, it would
            show more than was meant.
    """
    _, problems = shown.with_(period=None, compare=None, problems=()).query(info)
    if problems:
        raise JourneyError("unknown_link", status=404)
    return replace(
        info,
        segments=tuple(one for one in info.segments if one in shown.segments) or info.segments,
        channels=tuple(one for one in info.channels if one in shown.channels) or info.channels,
    )
