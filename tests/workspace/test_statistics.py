"""What a provider reads of its solutions: enquiries are counted, each figure is explained."""

from __future__ import annotations

from flask import Flask

from marketplace.core.database import transaction
from marketplace.needs.models import EnquiryInvitation
from marketplace.workspace.queries import figures
from tests.factories import sign_in_as
from tests.needs.support import make_enquiry, make_world
from tests.support import IsolatedClient


def test_enquiries_are_counted_for_whoever_was_asked(app: Flask) -> None:
    world = make_world(3)
    enquiry = make_enquiry(world, solutions=world.solutions[:2])
    with transaction() as session:
        session.add(EnquiryInvitation(
            enquiry_id=enquiry.id, state="proposed", provider_id=world.solutions[2].provider_id,
            solution_id=world.solution_ids[2]))
    found = figures(world.solution_ids)
    assert [found[i].over(1)["enquiries"] for i in world.solution_ids] == [1, 1, 0]


def test_every_figure_is_explained(app: Flask, client: IsolatedClient) -> None:
    world = make_world(1)
    make_enquiry(world)
    sign_in_as(client, world.sellers[0])
    for path in ("/workspace/statistics",
                 f"/workspace/solutions/{world.solution_ids[0]}/statistics"):
        page = client.get(path).text
        assert "企业就它询单的次数" in page
        assert "列表只计前 200 个产品" in page
    assert client.get("/workspace/statistics.xlsx").status_code == 200
