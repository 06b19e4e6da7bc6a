"""Every table, so that migrations see all of them whatever else a process imports."""

from marketplace.accounts import guessed_names
from marketplace.accounts import models as accounts
from marketplace.accounts import organisation_models as organisations
from marketplace.administration import models as administration
from marketplace.catalog import models as catalog
from marketplace.core import audit, jobs, outbox, working_days
from marketplace.desk import models as desk
from marketplace.listing import models as listing
from marketplace.matching import models as matching
from marketplace.needs import models as needs
from marketplace.needs import subscriptions_models as subscriptions
from marketplace.notifications import models as notifications
from marketplace.taxonomy import models as taxonomy

__all__ = ["accounts", "administration", "audit", "catalog", "desk", "guessed_names", "jobs",
           "listing", "matching", "needs", "notifications", "organisations", "outbox",
           "subscriptions", "taxonomy", "working_days"]
