"""CNC machine tools and robots: many variants in small batches, many makes of controller."""

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

NOTES = (
    LocalizedText(
        "要联网的机床，先把数控系统的牌子和型号抄下来再找方案。方案页写明支持哪些系统、走什么协议、"
        "只读还是可写；没写的，请向服务商问清楚。",
        "Before looking for a way to connect machines, write down the makes and models of their "
        "controllers. Solution pages say which are supported, by which protocol, and whether data "
        "is only read or written too; ask the provider where it is not stated."),
    LocalizedText(
        "没有通信口的老机床通常要加采集器或电流传感器，费用因机型而异，待确认；报价时请把硬件单列。",
        "Old machines without a port usually need an adapter or a current sensor. What that costs "
        "depends on the machine and is to be confirmed; have the hardware quoted as its own line."),
    LocalizedText(
        "多品种小批量的车间，请留意“适合批量”这一项：为大批量做的排产和节拍软件未必合用。",
        "With many variants in small batches, look at the batch sizes a solution is made for: "
        "scheduling and cycle-time software for long runs may not suit."),
)


@hookimpl
def register_industry() -> Industry:
    return load_industry(Path(__file__).parent / "data")


@hookimpl
def industry_notes(industry: str) -> Sequence[LocalizedText]:
    return NOTES


@hookimpl
def check_solution(solution: Mapping[str, Any]) -> Sequence[FieldError]:
    """Who talks to controllers says whether it may write; a test bench or a 3D scene need not."""
    connecting = ("attr.machine_protocols", "attr.supported_controllers")
    if not all(solution.get(key) for key in connecting) or solution.get("attr.access_rights"):
        return ()
    return [FieldError("attr.access_rights", None, (
        LocalizedText("要连接机床控制器，请填写只读还是可读写（read_only、read_write）",
                      "state read_only or read_write: it connects to machine controllers")))]
