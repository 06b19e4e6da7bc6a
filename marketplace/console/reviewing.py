"""What an operator looks at when deciding: each field with its value, hints of the plugin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from marketplace.catalog.models import SolutionVersion
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Scenario
from marketplace.listing.commentable import commentable_fields
from marketplace.listing.content import content_of, flat
from marketplace.listing.labels import field_label, shown_value
from marketplace.listing.models import Submission, SubmissionComment
from marketplace.taxonomy.registry import taxonomy


@dataclass(frozen=True)
class FieldRow:
    """A field that can be commented: its value, whether it changes what is live, what was said in
    this submission and in `earlier` ones."""

    field: str
    label: str
    lines: tuple[tuple[str, str], ...]
    changed: bool
    said: tuple[SubmissionComment, ...]
    earlier: tuple[SubmissionComment, ...]


def field_rows(found: Submission, comments: Iterable[SubmissionComment],
               changed: Iterable[str]) -> list[FieldRow]:
    """Every field the submission could be returned for, in the order of the form."""
    said: Mapping[tuple[bool, str], list[SubmissionComment]] = defaultdict(list)
    for comment in comments:
        said[comment.submission_id == found.id, _field(comment.field)].append(comment)
    values: Mapping[str, list[tuple[str, str]]] = defaultdict(list)
    for name, value in flat(content_of(found.version)).items():
        label = field_label(name) if name != _field(name) else ""
        values[_field(name)].append((label, shown_value(name, value)))
    different = {_field(name) for name in changed}
    return [FieldRow(field, field_label(field), tuple(values[field]), field in different,
                     tuple(said[True, field]), tuple(said[False, field]))
            for field in commentable_fields([i.code for i in found.version.industries])]


def _field(flat_name: str) -> str:
    return flat_name if flat_name.startswith("attr.") else flat_name.partition(".")[0]


@dataclass(frozen=True)
class Hints:
    """What a plugin says to look at, by topic; hints only, nothing here decides."""

    title: LocalizedText
    points: tuple[LocalizedText, ...]


def checklist(version: SolutionVersion) -> list[Hints]:
    """The rubrics of the version's industries and the expert checks of its scenarios."""
    tree, hints = taxonomy(), []
    for code in (i.code for i in version.industries):
        for rubric in tree.industries[code].rubrics if code in tree.industries else ():
            points = [LocalizedText(f"{c.label.zh}：{c.check.zh}", f"{c.label.en}: {c.check.en}")
                      for c in rubric.criteria]
            hints.append(Hints(rubric.label, (*points, *rubric.vetoes)))
    for row in version.scenarios:
        scenario = tree.scenario(row.code)
        if isinstance(scenario, Scenario) and scenario.expert_checks:
            hints.append(Hints(scenario.name, scenario.expert_checks))
    return hints
