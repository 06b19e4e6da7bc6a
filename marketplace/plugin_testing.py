"""For plugin authors: the one assertion a plugin's own test needs."""

from __future__ import annotations

from typing import Any

from marketplace.declarations import Industry
from marketplace.taxonomy.registry import taxonomy


def check_plugin(module: Any) -> Industry:
    """Load `module` beside the core alone; raises `AssertionError` naming file and remedy."""
    tree = taxonomy()
    manager = tree.new_manager()
    plugin = manager.load(module.__name__, lambda: module)
    if plugin.industry is None:
        raise AssertionError(plugin.error)
    manager.call("industry_notes", industry=plugin.industry.code)
    if manager.failures:
        raise AssertionError(manager.failures[0].error)
    return plugin.industry
