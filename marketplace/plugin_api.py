"""The only module a plugin imports."""

from pathlib import Path

from marketplace.core.errors import FieldError
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import (
    Attribute,
    Choice,
    Criterion,
    Industry,
    MatchRule,
    Regulation,
    Rubric,
    Scenario,
    ScenarioGroup,
    Trigger,
)
from marketplace.hookspecs import hookimpl
from marketplace.plugin_data import PluginDataError, load_industry

__all__ = [
    "Attribute",
    "Choice",
    "Criterion",
    "FieldError",
    "Industry",
    "LocalizedText",
    "MatchRule",
    "Path",
    "PluginDataError",
    "Regulation",
    "Rubric",
    "Scenario",
    "ScenarioGroup",
    "Trigger",
    "hookimpl",
    "load_industry",
]
