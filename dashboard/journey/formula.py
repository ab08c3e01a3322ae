"""Text of clients that leaves the product in a table: no spreadsheet may take it for a formula."""

from __future__ import annotations

_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless(cell: str) -> str:
    """A cell that a spreadsheet does not run; plain numbers stay as they are."""
    if not cell.startswith(_SIGNS) or cell.lstrip("+-").replace(".", "", 1).isdecimal():
        return cell
    return "'" + cell
