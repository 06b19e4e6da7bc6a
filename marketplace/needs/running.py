"""Enquiries under way, told to whoever is about to pause the sub-platform they belong to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.i18n import LocalizedText
from marketplace.needs.models import Enquiry, SavedNeed
from marketplace.taxonomy.running import SHOWN, Process, Running, running_asked

OPEN = LocalizedText("进行中的询单", "Enquiries under way")
SEALED = LocalizedText("进行中的密封报价询单", "Enquiries under way with sealed prices")


@running_asked.connect
def running_enquiries(sender: Any, industry: str) -> list[Running]:
    """Enquiries about needs of the industry, by the title providers see. Where prices are sealed,
    providers compete until a day they were promised, so the city confirms a pause."""
    place = func.row_number().over(
        partition_by=Enquiry.sealed, order_by=(Enquiry.deadline_on, Enquiry.id))
    chosen = select(Enquiry.id, place.label("place"), func.count().over(
        partition_by=Enquiry.sealed).label("total")).where(
            Enquiry.state == "open", Enquiry.deadline_on >= today(),
            Enquiry.need.has(SavedNeed.industry == industry)).subquery()
    found = db.session.execute(select(Enquiry, chosen.c.total).join(
        chosen, chosen.c.id == Enquiry.id).where(chosen.c.place <= SHOWN)
        .order_by(Enquiry.deadline_on, Enquiry.id)).all()
    return [Running(label, next((total for e, total in found if e.sealed == sealed), 0), [
        Process(e.content["title"], e.deadline_on) for e, _total in found if e.sealed == sealed],
        city_confirms=sealed) for label, sealed in ((OPEN, False), (SEALED, True))]
