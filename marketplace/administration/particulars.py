"""The site's own particulars that an administrator may write: name, contact, privacy contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.core.i18n import LocalizedText as T


@dataclass(frozen=True, slots=True)
class Particular:
    """One line; empty means what the software says by itself, or nothing."""

    label: T
    help: T
    longest: int


PARTICULARS: Mapping[str, Particular] = {
    "site_name": Particular(
        T("站点名称", "Name of the site"),
        T("显示在每页顶部和页脚，不填则用系统默认名称。",
          "At the top and foot of every page; empty keeps the name that comes with the software."),
        40),
    "contact": Particular(
        T("联系方式", "Contact line"),
        T("显示在每页页脚，例如电话和服务时间。",
          "At the foot of every page, such as telephone and hours."), 200),
    "privacy_contact": Particular(
        T("个人信息保护联系人", "Contact for personal data"),
        T("查询、更正或删除个人信息找谁，显示在每页页脚。",
          "Whom to ask to see, correct or erase personal data; at the foot of every page."), 200),
}
