"""The link "model it": a scenario that lifts one step of one segment to its benchmark."""

from __future__ import annotations

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.journey.address import Address
from dashboard.journey.query import Against


def scenario_address(address: Address, row: Bottleneck) -> Address:
    """The what-if of a bottleneck, with the lever set to what it is held against."""
    lift = "best"
    if row.against is Against.TARGET and row.benchmark is not None:
        lift = "to" + f"{100 * row.benchmark:.4f}".rstrip("0").rstrip(".")  # targets have no more places
    elif row.against is not Against.BEST_OTHER and row.benchmark is not None and row.conversion is not None:
        lift = f"{100 * (row.benchmark - row.conversion):.15f}pp"
    return address.for_page().with_extras(**{"seg": row.segment, f"dC.{row.from_stage}": lift})
