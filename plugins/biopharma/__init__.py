"""Biopharma: GMP and data integrity. Demands differ by class, so the notes and the check do too."""

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

VALIDATED_OTHERWISE = frozenset({"2750", "2770", "2780"})
"""Veterinary drugs, hygiene materials, excipients and packaging (DOMAIN 5, reconstructed)."""
CONSULTING = "CONS"
NOTES = (
    LocalizedText(
        "卫生材料（2770）、辅料包材（2780）企业一般不以计算机化系统验证和电子批记录为前提，"
        "兽药（2750）按兽药GMP的要求来。这是平台整理的口径，待确认，请以主管部门的答复为准。",
        "Makers of hygiene materials (2770) and of excipients and packaging (2780) usually need "
        "neither computer system validation nor electronic batch records to begin with, and "
        "veterinary drugs (2750) follow their own GMP. This is our reading, to be confirmed: "
        "what the authority answers counts."),
    LocalizedText(
        "看药品类方案，先看GxP范围、验证文件包和审计追踪三项；本子平台要求软件写明GxP范围时一并写明另两项。",
        "For drugs, look at GxP scope, validation package and audit trail first. "
        "Software that names a GxP scope has to state the other two as well."),
    LocalizedText(
        "医疗器械属于专用设备制造业（C35），不在本子平台的行业代码之内；相近的场景可以借鉴。",
        "Medical devices belong to special-purpose machinery (C35), outside the classes of this "
        "sub-platform; similar scenarios may still help."),
)


@hookimpl
def register_industry() -> Industry:
    return load_industry(Path(__file__).parent / "data")


@hookimpl
def industry_notes(industry: str) -> Sequence[LocalizedText]:
    return NOTES


@hookimpl
def check_solution(solution: Mapping[str, Any]) -> Sequence[FieldError]:
    """GxP work states its validation package and audit trail; advice alone keeps no records."""
    regulated = set(solution.get("attr.gxp_scope", ())) - {"non_gxp"}
    classes = set(solution.get("attr.drug_classes", ()))
    if not regulated or (classes and classes <= VALIDATED_OTHERWISE):
        return ()
    scope = ", ".join(sorted(regulated))
    wanted = {"attr.validation_package": LocalizedText(
        "请填写随附哪些验证文件，没有就填 none",
        "state the validation documents that come with it, or none")}
    if CONSULTING not in solution.get("categories", ()):
        wanted["attr.audit_trail"] = LocalizedText(
            "请填写审计追踪：没有、可配置或始终开启（none、configurable、always_on）",
            "state none, configurable or always_on")
    return [FieldError(key, None, LocalizedText(
        f"GxP 范围含 {scope}，{what.zh}", f"{what.en}: the GxP scope is {scope}"))
        for key, what in wanted.items() if not solution.get(key)]
