from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.plugin_api import (
    FieldError,
    Industry,
    LocalizedText,
    Path,
    hookimpl,
    load_industry,
)


@hookimpl
def register_industry() -> Industry:
    return load_industry(Path(__file__).parent / "data")


@hookimpl
def industry_notes(industry: str) -> Sequence[LocalizedText]:
    if industry != "demo_industry":
        return []
    return [LocalizedText("窑炉须有检修记录。", "Kilns need a maintenance record.")]


@hookimpl
def check_solution(solution: Mapping[str, Any]) -> Sequence[FieldError]:
    if solution.get("attr.kiln_types") == ["other"]:
        return [FieldError("attr.kiln_types", ["other"], "name at least one kiln")]
    return []
