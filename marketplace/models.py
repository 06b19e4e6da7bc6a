"""Every table, so that migrations see all of them whatever else a process imports."""

from marketplace.accounts import models as accounts
from marketplace.catalog import models as catalog
from marketplace.core import audit, jobs, outbox, working_days
from marketplace.listing import models as listing
from marketplace.matching import models as matching
from marketplace.needs import models as needs
from marketplace.notifications import models as notifications
from marketplace.taxonomy import models as taxonomy

__all__ = ["accounts", "audit", "catalog", "jobs", "listing", "matching", "needs", "notifications",
           "outbox", "taxonomy", "working_days"]
