"""The operator's console: its blueprint with every page on it."""

from marketplace.console import (
    cards,
    export_views,
    industry_views,
    listing_views,
    pause_views,
    queue_views,
    tuning_views,
)
from marketplace.console.pages import console_pages

__all__ = ["cards", "console_pages", "export_views", "industry_views", "listing_views",
           "pause_views", "queue_views", "tuning_views"]
