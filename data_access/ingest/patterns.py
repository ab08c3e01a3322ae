"""Text patterns of columns: "2017-05-{INTDATE}"."""

from __future__ import annotations

import re

_PIECE = re.compile(r"\{([^{}]+)\}")


def pattern_columns(pattern: str) -> tuple[str, ...]:
    """Columns that a pattern names, in order."""
    return tuple(name.strip() for name in _PIECE.findall(pattern))


def pattern_pieces(pattern: str) -> list[tuple[str, str]]:
    """A pattern as pairs (`text` or `column`, its words), in order."""
    pieces = _PIECE.split(pattern)
    kinds = ("text", "column")
    return [
        (kinds[index % 2], piece.strip() if index % 2 else piece)
        for index, piece in enumerate(pieces)
        if piece
    ]
