"""The district of an anonymous need is shown only where enough others could be behind it."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.core.access import acting_as
from marketplace.core.database import transaction
from marketplace.matching.need import Need
from marketplace.needs.anonymity import LOOK_ALIKES, look_alikes, public_need
from marketplace.needs.models import SavedNeed
from marketplace.needs.operations import publish_need, save_need
from tests.factories import make_organisation, person
from tests.needs.support import PUBLIC, TEXT, WISHES, World, make_need, make_world

HERE, ELSEWHERE = "370102", "370116"


@pytest.fixture
def world(app: Any) -> World:
    world = make_world(1)
    with transaction():
        world.enterprise.district_code = HERE
    return world


def others(count: int, **changes: Any) -> None:
    for _n in range(count):
        make_organisation(**{"industry": "steel", "staff": 70, "district_code": HERE} | changes)


def change(world: World, saved: SavedNeed, **facts: Any) -> None:
    with acting_as(person(world.boss)):
        save_need(saved=saved, need=Need(TEXT, WISHES, **{
            "people": 60, "district": HERE} | facts))


def test_fewer_than_five_look_alikes_hide_the_district(world: World) -> None:
    others(LOOK_ALIKES - 1)
    others(3, staff=700)
    others(3, industry="biopharma")
    others(3, district_code=ELSEWHERE)
    saved = make_need(world)
    assert look_alikes(saved) == LOOK_ALIKES - 1
    assert public_need(saved).district is None


def test_five_look_alikes_show_it_unless_the_enterprise_hides_it(world: World) -> None:
    others(LOOK_ALIKES)
    saved = make_need(world)
    assert public_need(saved).district == HERE
    assert public_need(saved).organisation is None
    with acting_as(person(world.boss)):
        publish_need(saved=saved, public_title="排产", public_text=PUBLIC, show_district=False)
    assert public_need(saved).district is None


@pytest.mark.parametrize("facts", [{"district": ELSEWHERE}, {"people": 700}])
def test_new_facts_that_tell_more_hide_the_district_again(world: World,
                                                          facts: dict[str, Any]) -> None:
    others(LOOK_ALIKES)
    saved = make_need(world)
    assert public_need(saved).district == HERE
    change(world, saved, **facts)
    assert public_need(saved).district is None


def test_a_named_need_keeps_its_district(world: World) -> None:
    saved = make_need(world, anonymous=False)
    change(world, saved, district=ELSEWHERE)
    assert public_need(saved).district == ELSEWHERE
