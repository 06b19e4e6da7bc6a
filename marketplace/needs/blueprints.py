"""The pages of needs and enquiries, to be registered together; their duties come with them."""

from __future__ import annotations

import marketplace.needs.cards
import marketplace.needs.duties  # noqa: F401 - both register what they add
from marketplace.needs.broker_views import broker_pages
from marketplace.needs.enquiry_views import enquiry_pages
from marketplace.needs.provider_views import asked_pages
from marketplace.needs.reverse_views import fitting_pages
from marketplace.needs.saving_views import saving_pages
from marketplace.needs.shortlist_views import shortlist_pages
from marketplace.needs.subscriptions_views import subscription_pages
from marketplace.needs.views import need_pages

NEED_PAGES = (saving_pages, need_pages, shortlist_pages, enquiry_pages, asked_pages, broker_pages,
              fitting_pages, subscription_pages)
