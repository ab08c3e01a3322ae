"""Looking through a workbook before anything parses it: what it would unpack to, and what it declares."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import IO

from dashboard.errors import JourneyError
from data_access.ingest.files import CHUNK, DataFile, refuse_bomb, unpacks_too_large

AT_ONCE_BYTES = 1 << 30  # of all its parts together
TEXT_BYTES = 128 << 20  # of the texts that its cells share
_FILLED = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["'](?:[^>]*[^/>])?>""")
_PLACELESS = re.compile(rb"<(?:\w+:)?c(?:\s+(?!r\s*=)\w+\s*=\s*[\"'][^\"']*[\"'])*\s*>")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_unpacked(file: DataFile, content: bytes) -> None:
    """A workbook is a zip of XML: what is too large or not needed in it is refused before it is parsed.

    Raises:
        JourneyError: `file_unpacks_too_large`, `file_bomb`, `table_too_large`, `too_many_cells`,
            `entities_refused`, `format_later`, `file_unreadable`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _check_sizes(file, members, len(content))
            for member in members:
                with archive.open(member) as stream:
                    _look_through(file, stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise JourneyError("file_unreadable", file=file.name, problem=str(error)) from error


def _check_sizes(file: DataFile, members: list[zipfile.ZipInfo], packed: int) -> None:
    size = sum(member.file_size for member in members)
    if size > file.limits.unpacked_bytes:
        raise unpacks_too_large(file)
    refuse_bomb(file, size, packed)
    texts = sum(member.file_size for member in members if "sharedstrings" in member.filename.lower())
    if size > AT_ONCE_BYTES or texts > TEXT_BYTES:
        limit = AT_ONCE_BYTES if size > AT_ONCE_BYTES else TEXT_BYTES
        raise JourneyError("table_too_large", file=file.name, format="xlsx", limit_mb=limit >> 20)
    if any(member.filename == "xl/workbook.bin" for member in members):
        raise JourneyError("format_later", file=file.name, format="xlsb")


def _look_through(file: DataFile, stream: IO[bytes]) -> None:
    """One part: the parser holds every cell up to the last row and the last column that are filled."""
    bottom = right = rows = width = placeless = 0
    rest = b""
    while piece := stream.read(CHUNK):
        text = rest + piece
        end = text.rfind(b"<") if len(text) < 4 * CHUNK else len(text)
        text, rest = text[:end], text[end:]
        if _FORBIDDEN.search(text):
            raise JourneyError("entities_refused", file=file.name)
        for letters, number in set(_FILLED.findall(text)):
            right, bottom = max(right, _column(letters)), max(bottom, int(number))
        for part in _ROW.split(text):
            found = len(_PLACELESS.findall(part)) if part else 0
            placeless, width = placeless + found, max(width, found)
        rows += len(_ROW.findall(text))
        cells = max(bottom * right, rows * width if placeless else 0)
        if cells > file.limits.cells:
            raise JourneyError("too_many_cells", file=file.name, limit=file.limits.cells)
    if _FORBIDDEN.search(rest):
        raise JourneyError("entities_refused", file=file.name)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
