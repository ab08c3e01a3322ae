"""Small files looked at, recognised and imported for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from dashboard.journey.stages import preset
from data_access import schema
from data_access.ingest.files import DataFile, Limits
from data_access.ingest.load import load
from data_access.ingest.mapping import Options, parse_mapping
from data_access.ingest.recognise.build import mapping_of, problems, yaml_of
from data_access.ingest.recognise.draft import Draft, SourceDraft
from data_access.ingest.recognise.job import ProfileJob, Recognised
from data_access.ingest.recognise.profile import FileProfile
from data_access.ingest.recognise.profiling import profile_file
from data_access.ingest.recognise.recognise import recognise
from data_access.ingest.report import ImportReport
from data_access.ingest.yaml_text import YamlText

MODEL = preset("loop6")


def profiled(path: Path, content: str | bytes | None = None, **options: Any) -> FileProfile:
    """What a file holds that the test writes, or has written."""
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return profile_file(DataFile(path, path.name, Limits()), Options(**options))


def recognised(folder: Path, *files: str, known: tuple[SourceDraft, ...] = ()) -> Recognised:
    """What files of a folder mean."""
    job = ProfileJob(
        settings={},
        folder=folder,
        files=files,
        engagement="test",
        timezone="UTC",
        currency="RUB",
        stages=MODEL.to_json(),
        known=known,
    )
    return recognise(job, lambda _part, _share: None)


def draft_of(*sources: SourceDraft) -> Draft:
    """A draft of an engagement with six stages in roubles."""
    return Draft(engagement="test", timezone="UTC", currency="RUB", stages="loop6", sources=sources)


class Imported:
    """Files imported by a draft into a database of their own, as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.imports = folder, 0
        self.engine = sa.create_engine("duckdb:///:memory:")
        with self.engine.begin() as connection:
            schema.facts.create_all(connection)

    def take(self, draft: Draft) -> ImportReport:
        """Import by the text of the mapping, which says the same as its data."""
        assert problems(draft) == ()
        text = YamlText(yaml_of(draft))
        mapping = parse_mapping(text.data, text)
        assert mapping == parse_mapping(mapping_of(draft))
        self.imports += 1
        with self.engine.begin() as connection:
            return load(connection, mapping, self.folder, self.imports, lambda _part, _share: None)

    def rows(self, table: sa.Table, *columns: str) -> list[tuple]:
        """Some columns of a table, sorted."""
        chosen = [table.c[name] for name in columns]
        with self.engine.connect() as connection:
            return sorted((tuple(row) for row in connection.execute(sa.select(*chosen))), key=str)
