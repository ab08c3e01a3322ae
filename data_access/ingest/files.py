"""Files of a source: found beside the mapping, unpacked, measured and recognised before they are parsed."""

from __future__ import annotations

import codecs
import difflib
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from dashboard.errors import JourneyError
from dashboard.settings import Settings

CHUNK = 1 << 20
BOMB_BYTES, BOMB_RATIO = 24 << 20, 200  # tables of a few different rows are packed to a hundredth
_TEXT = (
    "csv",
    "tsv",
    "txt",
    "dat",
    "log",
    "",
    "xlsx",
    "xls",
    "ods",
    "parquet",
)  # the last are CSV in disguise
_MAGIC = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"%PDF": "pdf",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"BZh": "bz2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
    b"SQLite format": "sqlite",
    b"\x7fELF": "elf",
    b"{\\rtf": "rtf",
}
_CONTROLS = bytes((*range(1, 9), *range(14, 27)))
_PAGE = re.compile(rb"^\W*<(?:!doctype html|html|head|meta|table|style)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may be.

    Attributes:
        file_bytes: size of the file as it lies on the disk [bytes].
        unpacked_bytes: size after unpacking, counted while it is read [bytes].
        columns: columns of one table.
        cells: cells of one spreadsheet.
        cell_bytes: text of one cell [bytes of UTF-8].
    """

    file_bytes: int = 2 << 30
    unpacked_bytes: int = 4 << 30
    columns: int = 500
    cells: int = 10_000_000
    cell_bytes: int = 32 << 10

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits of this installation."""
        return cls(
            file_bytes=settings.import_file_mb << 20,
            unpacked_bytes=settings.import_unpacked_mb << 20,
            columns=settings.import_columns,
            cells=settings.import_cells,
            cell_bytes=settings.import_cell_kb << 10,
        )


def find_files(folder: Path, pattern: str) -> list[Path]:
    """The files of a source in the order of their names.

    Raises:
        JourneyError: `file_outside_folder`; `no_such_file` with the nearest name that the folder has.
    """
    root = folder.resolve()
    if PurePosixPath(pattern).is_absolute() or ".." in PurePosixPath(pattern).parts:
        raise JourneyError("file_outside_folder", file=pattern, folder=str(folder))
    plain = root / pattern
    found = [plain] if plain.is_file() else sorted(path for path in root.glob(pattern) if path.is_file())
    if not found:
        names = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())[:1000]
        close = difflib.get_close_matches(pattern, names, n=1, cutoff=0.0)
        raise JourneyError(
            "no_such_file", file=pattern, folder=str(folder), nearest=close[0] if close else ""
        )
    for path in found:
        if not path.resolve().is_relative_to(root):
            raise JourneyError("file_outside_folder", file=pattern, folder=str(folder))
    return found


class DataFile:
    """One file with its wrapping (.gz, one-file .zip) taken off.

    Attributes:
        name: the file as a report names it.
        inner_name: the name without its wrapping; its ending says the format.
    """

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.path, self.name, self.limits = path, name, limits
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise JourneyError("file_too_large", file=name, limit_mb=limits.file_bytes >> 20)
        with path.open("rb") as stream:
            self._head = stream.read(4)
        self._size, self._taken = size, 0
        self._member = self._only_member() if self._head[:2] == b"PK" and not self._is_workbook() else None
        plain = path.name[:-3] if self._gzipped and path.name.lower().endswith(".gz") else path.name
        self.inner_name = self._member or plain

    @property
    def _gzipped(self) -> bool:
        return self._head[:2] == b"\x1f\x8b"

    @property
    def wrapped(self) -> bool:
        """True where the file has to be unpacked before it can be read in place."""
        return self._gzipped or self._member is not None

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The unpacked bytes, counted against the limit while they are read.

        Raises:
            JourneyError: `file_unpacks_too_large`, `file_unreadable`.
        """
        try:
            with self._unpacked() as stream:
                yield io.BufferedReader(_Counted(stream, self), CHUNK)
        except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, RuntimeError) as error:
            raise JourneyError("file_unreadable", file=self.name, problem=str(error)) from error

    @property
    def share_read(self) -> float:
        """How far whoever reads the file has come, 0..1."""
        return min(self._taken / self._size, 1.0) if self._size else 1.0

    @property
    def packed_read(self) -> int:
        """Bytes of the file, as it lies there, that were read so far."""
        return self._taken

    def chunks(self) -> Iterator[bytes]:
        """The unpacked bytes piece by piece."""
        with self.open() as stream:
            while piece := stream.read(CHUNK):
                yield piece

    @contextmanager
    def _unpacked(self) -> Iterator[IO[bytes]]:
        with self.path.open("rb") as raw:
            self._taken = 0
            packed: Any = _Watched(raw, self._took)
            if self._member is not None:
                with zipfile.ZipFile(packed) as archive, archive.open(self._member) as stream:
                    yield stream
            elif self._gzipped:
                with gzip.open(packed) as stream:
                    yield stream  # type: ignore[misc]  # bytes are read from it too; gzip's types say otherwise
            else:
                yield packed

    def _took(self, count: int) -> None:
        self._taken += count

    def _is_workbook(self) -> bool:
        return any(member.filename.startswith("xl/") for member in self._members())

    def _members(self) -> list[zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                return [member for member in archive.infolist() if not member.is_dir()]
        except zipfile.BadZipFile as error:
            raise JourneyError("file_unreadable", file=self.name, problem=str(error)) from error

    def _only_member(self) -> str:
        members = self._members()
        if any(member.filename == "content.xml" for member in members):
            raise JourneyError("format_later", file=self.name, format="ods")
        if len(members) != 1:
            raise JourneyError("zip_needs_one_file", file=self.name, count=len(members))
        if members[0].file_size > self.limits.unpacked_bytes:
            raise unpacks_too_large(self)
        return members[0].filename


class _Watched:
    """An open file that says how much of it was read."""

    def __init__(self, stream: IO[bytes], took: Callable[[int], None]) -> None:
        self._stream, self._took = stream, took

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self._took(len(piece))
        return piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Counted(io.RawIOBase):
    """A stream that refuses to give more than the limit, whatever its header promised."""

    def __init__(self, stream: IO[bytes], file: DataFile) -> None:
        self._stream, self._file, self._given = stream, file, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        piece = self._stream.read(len(buffer))
        self._given += len(piece)
        if self._given > self._file.limits.unpacked_bytes:
            raise unpacks_too_large(self._file)
        if self._file.wrapped:
            refuse_bomb(self._file, self._given, self._file.packed_read)
        buffer[: len(piece)] = piece
        return len(piece)


def refuse_bomb(file: DataFile, unpacked: int, packed: int) -> None:
    """Refuse what unpacks to far more than any table does.

    Raises:
        JourneyError: `file_bomb`.
    """
    if unpacked > BOMB_BYTES and unpacked > BOMB_RATIO * packed:
        raise JourneyError("file_bomb", file=file.name, ratio=BOMB_RATIO)


def unpacks_too_large(file: DataFile) -> JourneyError:
    """The error for a file that is larger inside than it may be."""
    limit = file.limits.unpacked_bytes >> 20
    return JourneyError("file_unpacks_too_large", file=file.name, limit_mb=limit)


def format_of(file: DataFile) -> str:
    """`csv`, `xlsx`, `parquet`, `html` or `json`: what the first bytes are, else what the ending says.

    Raises:
        JourneyError: `format_unknown`, `format_later` for spreadsheets that are not read.
    """
    with file.open() as stream:
        head = stream.read(4096)
    ending = PurePosixPath(file.inner_name).suffix.lower().lstrip(".")
    if head[:4] == b"PAR1":
        return "parquet"
    if head[:2] == b"PK":
        return "xlsx"
    if head[:4] == b"\xd0\xcf\x11\xe0":
        raise JourneyError("format_later", file=file.name, format=ending or "xls")
    if (binary := _binary(head)) is not None:
        raise JourneyError("format_unknown", file=file.name, format=binary)
    if ending in ("html", "htm") or _PAGE.search(head[:512].replace(b"\0", b"")):
        return "html"
    if ending in ("json", "jsonl", "ndjson"):
        return "json"
    if ending in _TEXT:
        return "csv"
    raise JourneyError("format_unknown", file=file.name, format=ending)


def _binary(head: bytes) -> str | None:
    """What a file is that holds no text."""
    for beginning, name in _MAGIC.items():
        if head.startswith(beginning):
            return name
    zeros = head.count(0)
    if zeros > len(head) // 4:  # UTF-16, as long as there are signs between the zeros
        return "binary" if zeros > len(head) * 3 // 4 else None
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return "binary" if controls * 20 > len(head) else None
