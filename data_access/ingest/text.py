"""How a text file is written: its encoding, found by reading all of it, and its bytes as UTF-8."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from typing import IO

from data_access.ingest.files import CHUNK, DataFile

_GOOD_PER_BAD = 10  # letters of UTF-8 for each byte that is none, in a file that is UTF-8 all the same


@dataclass(frozen=True, slots=True)
class Codec:
    """The encoding of a file.

    Attributes:
        name: as Python calls it.
        damaged: bytes that it does not know may occur; they are read as U+FFFD.
    """

    name: str
    damaged: bool


def codec_of(file: DataFile, named: str | None = None) -> Codec:
    """The encoding that is named, else UTF-8 (with or without its mark), UTF-16, or Windows-1251.

    Raises:
        LookupError: there is no encoding of the name.
    """
    if named is not None and codecs.lookup(named).name not in ("utf-8", "utf-8-sig"):
        return Codec(named, True)
    head = next(file.chunks(), b"")
    if named is None and head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Codec("utf-16", True)
    if named is None and (zeros := head[:4096].count(0)) > len(head[:4096]) // 4:
        return Codec("utf-16-le" if head[1:4096:2].count(0) * 2 > zeros else "utf-16-be", True)
    if _is_utf8(file):
        return Codec("utf-8-sig", False)
    return Codec("utf-8-sig", True) if named is not None or _nearly_utf8(file) else Codec("cp1251", True)


def _is_utf8(file: DataFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in file.chunks():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _nearly_utf8(file: DataFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    good = bad = 0
    for piece in file.chunks():
        text = decoder.decode(piece)
        wrong = text.count("\ufffd")
        bad += wrong
        good += len(text) - len(text.encode("ascii", "ignore")) - wrong
    return good >= _GOOD_PER_BAD * bad


class Utf8(io.RawIOBase):
    """A stream of text as UTF-8.

    Attributes:
        tail: its last bytes so far.
    """

    def __init__(self, stream: IO[bytes], codec: Codec) -> None:
        self.tail = b""
        self._stream, self._rest, self._ended = stream, b"", False
        as_it_is = codec.name == "utf-8-sig" and not codec.damaged
        self._decoder = None if as_it_is else codecs.getincrementaldecoder(codec.name)(errors="replace")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most so many of the next bytes; none at the end."""
        size = CHUNK if size < 0 else size
        if self._decoder is None:
            given = self._stream.read(size)
        else:
            while len(self._rest) < size and not self._ended:
                piece = self._stream.read(min(size, CHUNK))
                self._ended = not piece
                self._rest += self._decoder.decode(piece, final=self._ended).encode("utf-8", "replace")
            given, self._rest = self._rest[:size], self._rest[size:]
        self.tail = (self.tail + given)[-16:]
        return given
