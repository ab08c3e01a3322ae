"""A mapping file that somebody made elsewhere, put to work on uploaded files of this engagement."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from data_access.ingest.mapping import parse_mapping
from data_access.ingest.yaml_text import read_yaml


def adapted(path: Path, engagement: str) -> str:
    """The mapping with this engagement and with files that lie in one folder.

    Raises:
        JourneyError: whatever is wrong with the mapping, with its line.
    """
    text = read_yaml(path)
    parse_mapping(text.data, text)
    data = _in_one_folder(text.data) | {"engagement": engagement}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def _in_one_folder(part: Any) -> Any:
    """The same data, every `file` without its folders: uploads have none."""
    match part:
        case dict():
            return {
                key: PurePosixPath(value).name
                if key == "file" and isinstance(value, str)
                else value
                if key == "map"  # labels, whatever they are called
                else _in_one_folder(value)
                for key, value in part.items()
            }
        case list():
            return [_in_one_folder(item) for item in part]
    return part
