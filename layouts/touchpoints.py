"""The page /touchpoints: which contact of each stage is the weakest link."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import html

from dashboard.analytics.heatmap import Cell
from dashboard.analytics.heatmap_difference import MapDifference
from dashboard.analytics.heatmap_shown import Measure, Shown, key_of
from dashboard.analytics.score import Key
from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.query import NO_CHANNEL, Attribution
from dashboard.journey.stages import StageModel
from layouts.components.card import page_header
from layouts.components.link import page_link
from layouts.components.pill import channel_title, segment_name
from layouts.components.segmented import Choice, segmented
from layouts.components.states import skeleton
from layouts.touchpoint_measures import PATH, menu

LIST = "list"  # value of the address key `view`
EVERY_ROW = "touchpoint"  # value of the address key `rows`
BY_LOSS = "loss"  # value of the address key `sort`
CLOSED = "none"  # value of the address key `detail`


class Ids(StrEnum):
    """Places of the page."""

    SUBTITLE = "touchpoints-subtitle"
    TABS = "touchpoints-tabs"
    MAP = "touchpoints-map"
    DETAIL = "touchpoints-detail"
    NEXT = "touchpoints-next"
    TREND_GRAPH = "touchpoints-trend"


@dataclass(frozen=True, slots=True)
class Minus:
    """The segment that is taken off, and what is left.

    Attributes:
        own, other: names of both segments.
        channels: differences of the channels; `points` of the single touchpoints of open channels.
    """

    own: str
    other: str
    channels: MapDifference
    points: MapDifference | None


@dataclass(frozen=True, slots=True)
class MapView:
    """What the map draws.

    Attributes:
        shown: the channels under the measure; `points` the single touchpoints, where a channel is open.
        channels: rows in their order.
        expanded: channels whose touchpoints have rows of their own.
        open: cell whose panel is shown.
        offered: measures that the engagement has.
        segments: every segment; `chosen` those of the filter bar.
        minus: the difference of two segments instead of the measure; None = no difference.
        note: a line above the map, such as that windows are still open.
    """

    words: Words
    formats: Formats
    address: Address
    model: StageModel
    shown: Shown
    points: Shown | None
    channels: Sequence[str]
    expanded: Collection[str]
    open: Key | None
    offered: Collection[Measure]
    attribution: Attribution
    segments: tuple[str, ...]
    chosen: tuple[str, ...]
    minus: Minus | None = None
    note: str | None = None

    @property
    def measure(self) -> Measure:
        """What cells show."""
        return self.shown.measure

    @property
    def rows(self) -> list[tuple[str, str | None]]:
        """(channel, touchpoint) of each row; None is the channel as a whole."""
        found: list[tuple[str, str | None]] = []
        for channel in self.channels:
            found.append((channel, None))
            if self.points is not None and channel in self.expanded:
                named = {key[2] for key in self.points.values if key[1] == channel and key[2] != NO_CHANNEL}
                found += [(channel, name) for name in sorted(name for name in named if name)]
        return found

    def cell(self, key: Key) -> Cell | None:
        """Whom a cell met."""
        of = self.shown if key[2] is None else self.points
        return next((cell for cell in of.heat.cells if key_of(cell) == key), None) if of else None

    def stage_name(self, key: Key, *, short: bool = False) -> str:
        """The cell's stage."""
        stage = self.model.stage(str(key[0]))
        return stage.short_name(self.words.language) if short else stage.name(self.words.language)

    def place_name(self, key: Key) -> str:
        """The cell's channel, or its touchpoint."""
        if key[2] == NO_CHANNEL:
            return self.words("No touchpoint")
        return key[2] or channel_title(self.words, key[1])

    def cell_address(self, key: Key) -> Address:
        """The address that opens a cell."""
        return self.address.with_extras(stage=key[0], channel=key[1], touchpoint=key[2], detail=None)


def layout(words: Words) -> list[Any]:
    """The page before its figures."""
    return [
        page_header(
            words("Touchpoints"), html.Span(id=Ids.SUBTITLE), html.Div(id=Ids.TABS, className="page__tabs")
        ),
        html.Div(
            [
                html.Div(skeleton(620, phone=1030), id=Ids.MAP),
                html.Aside(
                    [html.Div(skeleton(960, phone=910), id=Ids.DETAIL), html.Div(id=Ids.NEXT)],
                    className="touchpoints__aside",
                ),
            ],
            className="touchpoints",
        ),
    ]


def tabs(words: Words, address: Address) -> html.Nav:
    """Map of channels, or list of single touchpoints."""
    as_list = address.extras.get("view") == LIST
    own = address.with_extras(sort=None, page=None)
    return segmented(
        words("View"),
        PATH,
        [
            Choice(words("Heatmap"), own.with_extras(view=None), not as_list),
            Choice(words("List"), own.with_extras(view=LIST, vs=None), as_list),
        ],
    )


def map_controls(view: MapView) -> html.Div:
    """Which rows, in which order, and which two segments against each other."""
    words, address = view.words, view.address
    every, by_loss = address.extras.get("rows") == EVERY_ROW, address.extras.get("sort") == BY_LOSS
    plain = address.with_extras(open=None)
    rows = [
        Choice(words("Channels"), plain.with_extras(rows=None), not every),
        Choice(words("Touchpoints"), plain.with_extras(rows=EVERY_ROW), every),
    ]
    order = [
        Choice(words("Most used first"), address.with_extras(sort=None), not by_loss),
        Choice(words("Most lost first"), address.with_extras(sort=BY_LOSS), by_loss),
    ]
    parts: list[Any] = [segmented(words("Rows"), PATH, rows), segmented(words("Order"), PATH, order)]
    if len(view.segments) > 1:
        parts.append(_segments_menu(view))
    return html.Div(parts, className="heat-controls")


def _segments_menu(view: MapView) -> html.Details:
    """Segment A minus segment B."""
    words, minus = view.words, view.minus
    own = minus.own if minus else next(iter(view.chosen or view.segments))
    other = minus.other if minus else next(name for name in view.segments if name != own)
    first = [
        (name, view.address.with_(segments=(name,)).with_extras(vs=other if other != name else own))
        for name in view.segments
    ]
    second = [
        (name, view.address.with_(segments=(own,)).with_extras(vs=name))
        for name in view.segments
        if name != own
    ]
    entries: list[Any] = []
    for title, choices, marked in ((words("Segment"), first, own), (words("minus"), second, other)):
        entries.append(html.Div(title, className="menu__title"))
        entries += [_entry(words, name, to, minus is not None and name == marked) for name, to in choices]
    text = words("Compare segments")
    if minus is not None:
        text = f"{segment_name(words, own)} \u2212 {segment_name(words, other)}"
        back = view.address.with_(segments=()).with_extras(vs=None)
        entries.append(page_link(words("No comparison"), PATH, back, "menu__item menu__item--last"))
    return menu(words("Compare segments"), text, entries, minus is not None)


def _entry(words: Words, name: str, address: Address, chosen: bool) -> Any:
    look = "menu__item menu__item--on" if chosen else "menu__item"
    return page_link(segment_name(words, name), PATH, address, look)


def sums_of_stage(shown: Shown) -> Mapping[str, float]:
    """Stage -> sum of its cells: of money, which adds up."""
    found: dict[str, float] = {}
    for key, own in shown.values.items():
        found[str(key[0])] = found.get(str(key[0]), 0.0) + (own.value or 0.0)
    return found
