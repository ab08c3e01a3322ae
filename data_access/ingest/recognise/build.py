"""From what the columns mean to the mapping file: its plain data, and its text."""

from __future__ import annotations

from typing import Any

import yaml

from dashboard.errors import JourneyError
from dashboard.journey.stages import UNMAPPED, StageModel
from data_access.ingest.mapping import parse_mapping
from data_access.ingest.recognise.build_kinds import source_of
from data_access.ingest.recognise.build_parts import Labels
from data_access.ingest.recognise.draft import NOT_IMPORTED, Draft, SourceDraft
from data_access.ingest.recognise.roles import REQUIRED, SEVERAL

_WIDTH = 110
_WORTH_A_NAME = 4  # labels
_TIMES = frozenset({"at", "created", "changed", "closed"})
_MONEY = frozenset({"amount", "price", "cogs", "cost"})
_NEEDED = {  # what a kind of file cannot do without -> the sentence that asks for it
    "deal": "draft_needs_deal",
    "status": "draft_needs_status",
    "created": "draft_needs_time",
    "at": "draft_needs_time",
    "customer": "draft_needs_customer",
    "amount": "draft_needs_amount",
    "visit": "draft_needs_visit",
    "score": "draft_needs_score",
}


def mapping_of(draft: Draft) -> dict[str, Any]:
    """The mapping as plain data, in the order in which a person reads it.

    Raises:
        JourneyError: `unknown_stage`, `unknown_preset` where the draft names what is not there.
    """
    stages = draft.stages if isinstance(draft.stages, str) else list(draft.stages)
    model = draft.model
    return {
        "engagement": draft.engagement,
        "timezone": draft.timezone,
        "currency": draft.currency,
        "stages": stages,
        "sources": [source_of(source, draft, model) for source in draft.sources],
    }


def problems(draft: Draft) -> tuple[JourneyError, ...]:
    """What a person has to settle before the files can be imported; each names its file."""
    found = [problem for source in draft.sources for problem in _problems_of(source, draft.model)]
    names = [source.name for source in draft.sources]
    found += [
        JourneyError("mapping_source_repeats", source=name)
        for name in sorted({*names})
        if names.count(name) > 1
    ]
    if not draft.sources:
        return (JourneyError("draft_without_files"),)
    if not found:
        try:
            parse_mapping(mapping_of(draft))
        except JourneyError as error:
            found.append(error)
    return tuple(found)


def _problems_of(source: SourceDraft, model: StageModel) -> list[JourneyError]:
    roles = {role for role in source.roles.values() if role != NOT_IMPORTED}
    found = [
        JourneyError(_NEEDED[group[0]], file=source.file)
        for group in REQUIRED[source.kind]
        if roles.isdisjoint(group)
    ]
    for role in sorted(roles - SEVERAL):
        columns = source.columns(role)
        if len(columns) > 1:
            found.append(JourneyError("draft_role_twice", file=source.file, columns=", ".join(columns)))
    for column, role in source.roles.items():
        if role in _TIMES and column in source.date_choices and column not in source.date_formats:
            found.append(JourneyError("draft_date_unclear", file=source.file, column=column))
        if role in _MONEY and column in source.unclear_numbers and source.options.decimal is None:
            found.append(JourneyError("draft_decimal_unclear", file=source.file, column=column))
    status = source.column("status")
    if status and source.kind in ("deals", "history", "events"):
        if not source.stages:
            found.append(JourneyError("draft_no_labels", file=source.file, column=status))
        elif not any(stage in model.keys for stage in source.stages.values()):
            found.append(JourneyError("draft_no_stage", file=source.file, column=status))
    unknown = {stage for stage in source.stages.values() if stage != UNMAPPED} - set(model.keys)
    found += [
        JourneyError("unknown_stage", stage=stage, known=", ".join(model.keys)) for stage in sorted(unknown)
    ]
    return found


# ------------------------------------------------------------------------------------------ text


def yaml_of(draft: Draft) -> str:
    """The mapping file: `read_mapping` reads from it what `mapping_of` says."""
    text = yaml.dump(
        mapping_of(draft), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10 * _WIDTH
    )
    kinds = iter(", ".join(filter(None, (source.kind, source.preset))) for source in draft.sources)
    lines = ["# Made by Journey BI from what stands in the files; journey import reads it too.\n"]
    for line in text.splitlines(keepends=True):
        if line.startswith("- "):
            lines.append(f"\n# {next(kinds)}\n")
        lines.append(line)
    return "".join(lines)


class _Dumper(yaml.SafeDumper):
    """Small pieces on one line, as people write a mapping."""

    def ignore_aliases(self, data: Any) -> bool:
        return not isinstance(data, Labels) or len(data) < _WORTH_A_NAME

    def generate_anchor(self, node: yaml.Node) -> str:
        self.named = getattr(self, "named", 0) + 1
        return f"labels{self.named}"

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = _is_small(mapping)
        return node

    def represent_sequence(
        self, tag: str, sequence: Any, flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = _is_small(sequence)
        return node


_Dumper.add_representer(Labels, _Dumper.represent_dict)


def _is_small(data: Any) -> bool:
    """One line is enough for it."""
    return len(str(data)) < _WIDTH - 40
