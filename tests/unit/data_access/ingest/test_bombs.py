"""Files made to exhaust a machine: refused by the importing process in seconds, while everything else stays."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from dashboard.errors import JourneyError
from data_access.ingest import supervise
from data_access.ingest.files import DataFile, Limits
from data_access.ingest.mapping import Options
from data_access.ingest.readers import read_sheet
from data_access.state import imports
from tests.forked import started_anew
from tests.thorough import first_now
from tests.unit.data_access.importing import FIRST, KEY, Client, client, expected

MOST_MB = 700  # above an importing process with nothing to do
MOST_SECONDS = 30
_SHEET = "<worksheet><sheetData>{}</sheetData></worksheet>"
_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def workbook(sheet: str, strings: str = "<sst/>") -> bytes:
    """A workbook of one sheet, as small as it can be."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": strings,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def packed(piece: bytes, times: int) -> bytes:
    """A gz of one piece again and again, made without holding it."""
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=6) as stream:
        for _ in range(times):
            stream.write(piece)
    return target.getvalue()


def _far_cell() -> bytes:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return workbook(_SHEET.format(cells))


def _million_rows() -> bytes:
    return workbook(_SHEET.format("<row><c><v>1</v></c></row>" * 1_000_000))


def _many_placeless_cells() -> bytes:
    return workbook(
        _SHEET.format("<row>" + "<c><v>1</v></c>" * 16_000 + "</row>" + "<row><c><v>1</v></c></row>" * 9_000)
    )


def _long_rows() -> bytes:
    target = io.BytesIO()
    parquet.write_table(pa.table({"id": pa.array(np.zeros(30_000_000, dtype="int8"))}), target)
    return target.getvalue()


def _noise(megabytes: int) -> bytes:
    return np.random.default_rng(1).integers(97, 122, megabytes << 20, dtype="uint8").tobytes()


BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "orders.csv.gz": ("file_bomb", lambda: packed(b"id,customer,at,rub," * 60_000, 110)),  # 120 MB, one line
    "rows.csv.gz": ("file_bomb", lambda: packed(b"id,customer,at,rub\n" * 60_000, 110)),
    "zeros.csv.gz": ("format_unknown", lambda: packed(b"\0" * (1 << 20), 120)),
    "line.csv": ("row_too_long", lambda: b"id,customer,at,rub\n1,a," + _noise(40)),
    "far.xlsx": ("too_many_cells", _far_cell),
    "rows.xlsx": ("file_bomb", _million_rows),
    "placeless.xlsx": ("too_many_cells", _many_placeless_cells),
    "strings.xlsx": (
        "file_bomb",
        lambda: workbook("<worksheet/>", "<sst><si><t>a</t></si></sst>" * 3_000_000),
    ),
    "laughs.xlsx": ("entities_refused", lambda: workbook(_LAUGHS + "]>" + _SHEET.format("&i;"))),
    "file.xlsx": ("entities_refused", lambda: workbook("<!ENTITY x SYSTEM 'file:///etc/passwd'>")),
    "rows.parquet": ("file_bomb", _long_rows),
    "long.json": ("table_too_large", lambda: b"[" + b'{"id":1},' * 9_000_000 + b"{}]"),
    "long.html": ("table_too_large", lambda: b"<html><table>" + b"<tr><td>1" * 8_000_000),
}


DANGEROUS = ("orders.csv.gz", "line.csv", "rows.xlsx")  # their sizes alone could take memory


class Peak:
    """The most memory that an importing process has held [MB]."""

    def __init__(self) -> None:
        self.mb = 0

    def look(self, process: int) -> int:
        try:
            status = Path(f"/proc/{process}/status").read_bytes()
        except OSError:
            return 0
        found = re.search(rb"VmHWM:\s+(\d+)", status)
        self.mb = max(self.mb, int(found[1]) >> 10 if found else 0)
        return 0


@pytest.fixture(scope="module", autouse=True)
def _as_the_product_begins_them() -> Iterator[None]:
    """Memory is counted: of processes that hold nothing but their own."""
    with started_anew():
        yield


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> tuple[Client, int]:
    """A client with data, and the memory that their import took [MB]."""
    acme, peak = client(tmp_path_factory.mktemp("bombs")), Peak()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(supervise, "resident_mb", peak.look)
        patch.setattr(supervise, "WATCH_SECONDS", 0.02)
        acme.run(acme.first)
    return acme, peak.mb


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("name", first_now(DANGEROUS))
def test_a_bomb_is_refused_in_little_memory(
    installation: tuple[Client, int], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    acme, base = installation
    code, make = BOMBS[name]
    bomb = acme.second.with_name(name)
    bomb.write_bytes(make())
    mapping = acme.second.with_name("bomb.yaml")
    mapping.write_text(acme.second.read_text().replace("second-orders.csv", name))
    peak, before = Peak(), acme.files()
    monkeypatch.setattr(supervise, "resident_mb", peak.look)
    monkeypatch.setattr(supervise, "WATCH_SECONDS", 0.02)
    started = monotonic()
    with pytest.raises(JourneyError) as caught:
        acme.run(mapping)
    bomb.unlink()
    assert caught.value.code == code
    assert monotonic() - started < MOST_SECONDS
    assert 0 < peak.mb < base + MOST_MB
    assert acme.files() == before
    assert acme.numbers() == (1, *expected(FIRST))
    assert imports.journal(acme.state, KEY)[0].status == "failed"


@pytest.mark.parametrize("name", sorted({*BOMBS} - {*DANGEROUS}))
def test_a_bomb_is_refused_before_it_is_parsed(tmp_path: Path, name: str) -> None:
    code, make = BOMBS[name]
    (tmp_path / name).write_bytes(make())
    with pytest.raises(JourneyError) as caught:
        read_sheet(DataFile(tmp_path / name, name, Limits()), "auto", Options(), ("id",))
    assert caught.value.code == code


def test_a_process_that_holds_too_much_memory_is_ended(
    installation: tuple[Client, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, _ = installation
    limit = acme.settings.import_memory_mb
    monkeypatch.setattr(supervise, "ROWS_MB", 60 - limit)
    monkeypatch.setattr(supervise, "WATCH_SECONDS", 0.02)
    with pytest.raises(JourneyError) as caught:
        acme.run(acme.second)
    assert (caught.value.code, caught.value.facts) == ("import_too_big", {"limit": limit})
    assert acme.numbers() == (1, *expected(FIRST))
    assert acme.open_ends() == []
