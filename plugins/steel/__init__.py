"""Premium steel: mainly small rolling and processing plants, with room for works that melt."""

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

HOT_STAGES = frozenset({"ironmaking", "steelmaking", "casting"})
NOTES = (
    LocalizedText(
        "本子平台默认从钢压延和深加工看起，中小企业多在这一段；炼铁、炼钢、连铸的场景主要供链主企业"
        "和为其改造的服务商参考。这是平台整理的看法，待确认。",
        "This sub-platform starts from rolling and processing, where most small companies work. "
        "Scenarios of ironmaking, steelmaking and casting mainly serve chain leaders and those who "
        "refit their plants. This is our reading, to be confirmed."),
    LocalizedText(
        "装在炉前、铸机旁的方案，请先问三件事：停产还是不停产安装、耐多高的温度和多大的粉尘、"
        "动不动安全联锁。方案页和对比表里都有这几项。",
        "For anything fitted beside a furnace or caster ask three things first: whether production "
        "stops, what heat and dust it stands, and whether safety interlocks are touched. Solution "
        "pages and the comparison show all three."),
    LocalizedText(
        "超低排放的限值因工序和排放源而异，不能一概而论；本页列出文件名称和要点，办理前请核对原文。",
        "Ultra-low-emission limits differ by process and source. This page names the documents and "
        "their gist; check the originals before you act on them."),
)


@hookimpl
def register_industry() -> Industry:
    return load_industry(Path(__file__).parent / "data")


@hookimpl
def industry_notes(industry: str) -> Sequence[LocalizedText]:
    return NOTES


@hookimpl
def check_solution(solution: Mapping[str, Any]) -> Sequence[FieldError]:
    """What is said of heat, stops and interlocks must fit together."""
    errors = []
    place = solution.get("attr.heat_dust_suitability")
    window = solution.get("attr.retrofit_window")
    hot = sorted(HOT_STAGES & set(solution.get("attr.process_stage", ())))
    if hot and place != "office" and not window:
        errors.append(FieldError("attr.retrofit_window", None, (
            LocalizedText(
                f"用于{'、'.join(hot)}工序，请填写在线、计划停机或大修（online、planned_stop、"
                "overhaul）；现场不装设备的，把“高温粉尘适应性”改为 office",
                f"state online, planned_stop or overhaul: it works in {', '.join(hot)}; "
                "if nothing is fitted in the plant, heat_dust_suitability is office"))))
    if place == "extreme" and solution.get("attr.device_temperature_max") is None:
        errors.append(FieldError("attr.device_temperature_max", None, (
            LocalizedText("“高温粉尘适应性”为 extreme，请填写最高耐受温度",
                          "state the highest temperature: heat_dust_suitability is extreme"))))
    if solution.get("attr.interlock_untouched") is False and window == "online":
        errors.append(FieldError("attr.retrofit_window", window, (
            LocalizedText(
                "联锁只能在停机时改动，请改为计划停机或大修（planned_stop、overhaul）",
                "choose planned_stop or overhaul: interlocks are changed during a stop only"))))
    return errors
