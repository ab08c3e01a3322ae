"""The link "to the plan": the form of an action that is filled in from what the screen shows."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.button import button_link


class New(StrEnum):
    """Values of the address key `new` of /plan: what an action is made of."""

    BOTTLENECK = "bottleneck"  # `seg` and `step`, perhaps `channel` and `touchpoint`
    LEVERS = "levers"  # the levers of a what-if
    BLANK = "blank"


def plan_address(
    address: Address, segment: str, stage: str, *, channel: str | None = None, touchpoint: str | None = None
) -> Address:
    """The form for the bottleneck of a segment that starts at a stage."""
    place = {"seg": segment, "step": stage, "channel": channel, "touchpoint": touchpoint}
    return address.for_page().with_extras(new=New.BOTTLENECK, **place)


def to_plan(
    words: Words,
    address: Address,
    row: Bottleneck,
    *,
    channel: str | None = None,
    touchpoint: str | None = None,
) -> Any:
    """The button of a bottleneck.

    Args:
        address: of the screen that shows it: the plan asks the same question.
        channel, touchpoint: where in the stage the fix belongs; None: not told.
    """
    target = plan_address(address, row.segment, row.from_stage, channel=channel, touchpoint=touchpoint)
    return button_link(words("To the plan"), "/plan", target, sign="plan")


def levers_to_plan(words: Words, address: Address) -> Any:
    """The button of a scenario: one action for each of its levers; assets/js/whatif_screen.js keeps it on the hand's.

    Args:
        address: of the what-if, with its levers.
    """
    return button_link(words("To the plan"), "/plan", address.with_extras(new=New.LEVERS), sign="plan")
