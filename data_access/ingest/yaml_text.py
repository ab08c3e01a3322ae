"""Reading the YAML text of a mapping: words as they are written, no repeated keys, lines for messages.

YAML would make 7 out of 007, a number of 12:30 and a truth value of "no". In a table's headers and labels
these are words, so every scalar stays the text that stands in the file; the models turn it into numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from dashboard.errors import JourneyError

MAX_BYTES = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 40
_NOTHING = ("", "~", "null", "Null", "NULL")


def read_yaml(path: Path) -> YamlText:
    """The text of a file.

    Raises:
        JourneyError: `no_such_mapping`, and what is wrong with the text.
    """
    try:
        return YamlText(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise JourneyError("no_such_mapping", file=str(path)) from error


class YamlText:
    """The composed text: plain Python data, and the line of every place in it.

    Raises:
        JourneyError: `mapping_not_yaml`, `mapping_key_repeats` (both with the line), `mapping_too_large`.
    """

    def __init__(self, text: str) -> None:
        if len(text.encode()) > MAX_BYTES:
            raise JourneyError("mapping_too_large", limit_kb=MAX_BYTES // 1000)
        try:
            self._root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise JourneyError("mapping_not_yaml", line=line, problem=error.problem or "") from error
        except yaml.YAMLError as error:
            raise JourneyError("mapping_not_yaml", line=1, problem=str(error)) from error
        self._nodes = 0
        self.data: Any = self._plain(self._root, 0) if self._root else {}

    def line(self, path: Sequence[str | int]) -> int:
        """Line (1 is the first) of the deepest place of the path that the file has."""
        node, line = self._root, 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            node, line = found
        return line

    def _plain(self, node: yaml.Node, depth: int) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES or depth > MAX_DEPTH:  # anchors may repeat a part without end
            raise JourneyError("mapping_too_large", limit_kb=MAX_BYTES // 1000)
        match node:
            case yaml.MappingNode():
                return self._mapping(node, depth)
            case yaml.SequenceNode():
                return [self._plain(item, depth + 1) for item in node.value]
            case yaml.ScalarNode():
                return None if node.style is None and node.value in _NOTHING else node.value
        raise JourneyError("mapping_not_yaml", line=node.start_mark.line + 1, problem="")

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise JourneyError("mapping_not_yaml", line=line, problem="")
            if key.value in plain:
                raise JourneyError("mapping_key_repeats", key=key.value, line=line)
            plain[key.value] = self._plain(value, depth + 1)
        return plain


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None
