"""What is wrong with a mapping file, with the line and the place where it stands."""

from __future__ import annotations

from typing import Any

from pydantic_core import ErrorDetails

from dashboard.errors import JourneyError
from data_access.ingest.yaml_text import YamlText


def for_people(error: ErrorDetails, text: YamlText | None) -> JourneyError:
    """The first thing that the models refused, as an error that names line, place and word."""
    path = [step for step in error["loc"] if step != "[key]"]
    facts: dict[str, Any] = dict(error.get("ctx") or {})
    match error["type"]:
        case kind if kind.startswith("mapping_"):
            code = kind
        case "missing":
            code, facts = "mapping_missing_key", {"key": path.pop()}
        case "literal_error" | "enum":
            code, facts = "mapping_bad_choice", {"value": error["input"], "known": facts.get("expected", "")}
        case _:
            code, facts = "mapping_bad_value", {"value": _short(error["input"])}
    line = text.line([*path, facts["key"]] if "key" in facts else path) if text else 0
    return JourneyError(code, line=line, where=_place(path), **facts)


def _place(path: list[Any]) -> str:
    """`sources[2].events[1].stage`, counted from 1 as people do; the file itself is `mapping`."""
    place = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return place.lstrip(".") or "mapping"


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
