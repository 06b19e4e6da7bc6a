"""How the operator's sub-platforms are: working, paused or broken, and what failed lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.declarations import Industry
from marketplace.plugins import Plugin
from marketplace.taxonomy.models import PluginFailure
from marketplace.taxonomy.queries import Pause, paused, pauses_asked, recent_failures
from marketplace.taxonomy.reach import industries_within
from marketplace.taxonomy.registry import taxonomy

LOOKED_AT = 200
"""Failures looked through for those of one's own plugins."""
SHOWN = 5


@dataclass(frozen=True)
class SubPlatform:
    """An industry within reach with its plugin, its pause if any, whether the city was asked for
    one, and its latest failures."""

    industry: Industry
    plugin: Plugin
    pause: Pause | None
    pause_asked: bool
    failures: tuple[PluginFailure, ...]


def sub_platforms() -> list[SubPlatform]:
    """Those the current person runs, or all for who oversees them."""
    within, off, asked = industries_within("industry.tune.read"), paused(), pauses_asked()
    failures: Sequence[PluginFailure] = recent_failures(LOOKED_AT)
    return [SubPlatform(p.industry, p, off.get(p.industry.code), p.industry.code in asked,
                        tuple(f for f in failures if f.plugin == p.name)[:SHOWN])
            for p in taxonomy().plugins.plugins.values()
            if p.industry and p.industry.code in within]
