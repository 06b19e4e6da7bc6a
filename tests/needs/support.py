"""What the tests of needs share: an enterprise with a telling record, providers, an operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from marketplace.accounts.models import Organisation, User
from marketplace.catalog.models import Solution
from marketplace.catalog.pricing import PARTS
from marketplace.core.access import acting_as
from marketplace.core.clock import now, today
from marketplace.core.database import transaction
from marketplace.core.i18n import LocalizedText
from marketplace.matching.need import Need, Wish
from marketplace.needs.enquiring import ask_providers
from marketplace.needs.models import Enquiry, SavedNeed
from marketplace.needs.operations import publish_need, save_need
from marketplace.needs.shortlist import Standing, add_candidate
from tests.factories import make_organisation, make_solution, make_user, person

NAME, SHORT, PERSON = "济南鲁宏锻压机械有限公司", "鲁宏", "王建国"
PHONE, EMAIL, ADDRESS = "13805317766", "boss@luhong.example.cn", "工业北路288号"
TEXT = (f"我们是{NAME}（{SHORT}），在{ADDRESS}，排产靠老师傅，交期总拖。"
        f"联系人{PERSON}，电话138-0531-7766，邮箱{EMAIL}。")
PUBLIC = "一家锻压企业，排产靠老师傅，交期总拖，希望两个月内用上排产系统。"
SECRETS = (NAME, SHORT, PERSON, PHONE, "0531-7766", EMAIL, ADDRESS, "Luhong", "91370100LUHONG")
WISHES = (Wish("industry", "steel"), Wish("core_scenario", "OP-06", hard=True),
          Wish("budget", 200_000.0))


@dataclass
class World:
    """Everybody who takes part."""

    enterprise: Organisation
    boss: User
    colleague: User
    stranger: User
    solutions: list[Solution]
    sellers: list[User]
    operator: User
    other_operator: User

    @property
    def solution_ids(self) -> list[int]:
        return [s.id for s in self.solutions]


def make_world(providers: int = 3) -> World:
    with transaction() as session:  # a number belongs to one account; an earlier world had it
        session.execute(update(User).where(User.phone == PHONE).values(phone=None))
    enterprise = make_organisation(
        name=LocalizedText(NAME, "Jinan Luhong Forging Co., Ltd."), staff=60, industry="steel",
        details={"address": ADDRESS}, contacts=[{"name": PERSON, "phone": PHONE, "email": EMAIL}])
    solutions = [make_solution() for _n in range(providers)]
    return World(
        enterprise,
        boss=make_user(role="enterprise", organisation=enterprise, name=PERSON, phone=PHONE),
        colleague=make_user(role="enterprise", organisation=enterprise),
        stranger=make_user(role="enterprise", organisation=make_organisation()),
        solutions=solutions,
        sellers=[make_user(role="provider", organisation=_verified(s.provider.organisation))
                 for s in solutions],
        operator=make_user(role="operator", industries=["steel"]),
        other_operator=make_user(role="operator", industries=["biopharma"]))


def _verified(organisation: Organisation) -> Organisation:
    with transaction():
        organisation.verified_at = now()
    return organisation


def make_need(world: World, *, publish: bool = True, shortlist: bool = True,
              **changes: Any) -> SavedNeed:
    """A need of the enterprise, published anonymously with its shortlist unless told otherwise."""
    with acting_as(person(world.boss)):
        saved = save_need(need=Need(TEXT, WISHES, people=60, district="370102"))
        if shortlist:
            for solution in world.solutions:
                add_candidate(saved=saved, solution=solution, at=Standing(
                    1, 0.8, {"scenario": 1.0}, "test"))
        if publish:
            publish_need(saved=saved, **{"public_title": "锻压企业找排产系统",
                                         "public_text": PUBLIC} | changes)
    return saved


def make_enquiry(world: World, saved: SavedNeed | None = None, *, days: int = 10,
                 solutions: list[Solution] | None = None, **changes: Any) -> Enquiry:
    """An enquiry to all providers of the world until `days` from now."""
    saved = saved or make_need(world)
    with acting_as(person(world.boss)):
        return ask_providers(
            saved=saved, solution_ids=[s.id for s in solutions or world.solutions],
            deadline_on=today() + timedelta(days=days), **changes)


def answer(price: float = 88_123, says: str = "meets", **changes: Any) -> dict[str, Any]:
    """A complete answer to `WISHES`; all seven parts stated, the licence costs `price`."""
    return {
        "points": [{"key": w.key, "says": says,
                    "evidence": f"首年{price:.0f}元" if w.key == "budget" else "有案例"}
                   for w in WISHES],
        "price_parts": [{"part": p, "unit": "flat", "amount": price if p == "licence" else 0.0,
                         "from_year": 1} for p in PARTS],
        "days": 40, "notes": f"总价{price:.0f}元，含税", "solution_id": None} | changes
