"""The plugin manager: discover, check, order, isolate.

All installed plugins load at start. A plugin that cannot be loaded is kept as a broken entry with
its reason, so the health page can name it; the site runs without it. Pausing is not here: it is a
row in the database (`marketplace.taxonomy.operations`).
"""

from __future__ import annotations

import importlib.metadata
import traceback
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pluggy
import structlog

from marketplace import hookspecs
from marketplace.core.clock import now
from marketplace.declarations import Industry
from marketplace.hookspecs import POLICIES, PROJECT
from marketplace.plugin_data import check_industry

ENTRY_POINTS = "marketplace.plugins"
log = structlog.get_logger(__name__)


@dataclass
class Plugin:
    """An installed plugin: its industry, or the reason why it cannot be used."""

    name: str
    distribution: str
    version: str
    industry: Industry | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class HookFailure:
    """A hook that raised while the site was running."""

    plugin: str
    hook: str
    error: str
    at: str


@dataclass
class PluginManager:
    """Loaded plugins in order of name; `failures` keeps the latest hook errors of this process.

    `core_names` are names no plugin may take: industry, scenario and group codes, `attr.<key>`.
    """

    core_scenarios: Collection[str]
    categories: Collection[str]
    core_names: Collection[str] = ()
    plugins: dict[str, Plugin] = field(default_factory=dict)
    failures: deque[HookFailure] = field(default_factory=lambda: deque(maxlen=50))
    on_failure: Callable[[HookFailure], None] | None = None

    def __post_init__(self) -> None:
        self._pluggy = pluggy.PluginManager(PROJECT)
        self._pluggy.add_hookspecs(hookspecs)

    def load_installed(self) -> PluginManager:
        """Load every distribution of the entry-point group, each on its own."""
        points = sorted(importlib.metadata.entry_points(group=ENTRY_POINTS), key=lambda p: p.name)
        for point in points:
            owner = point.dist
            self.load(point.name, point.load, distribution=owner.name if owner else "",
                      version=owner.version if owner else "")
        return self

    def load(self, name: str, loader: Callable[[], Any], *, distribution: str = "",
             version: str = "") -> Plugin:
        """Load one plugin; never raises, a failure becomes `Plugin.error`."""
        first = self.plugins.get(name)
        if first:
            broken = Plugin(f"{name} ({distribution or 'again'})", distribution, version, error=(
                f"the name {name!r} is taken by a plugin of {first.distribution or 'this site'}"))
            self.plugins[broken.name] = broken
            return broken
        plugin = self.plugins[name] = Plugin(name, distribution, version)
        try:
            module = loader()
            self._pluggy.register(module, name)
            self._check_hooks(module)
            industry = self._industry_of(name)
            check_industry(industry, core_scenarios=self.core_scenarios,
                           categories=self.categories, taken=self._owner)
            plugin.industry = industry
        except (Exception, SystemExit) as problem:  # a module may call sys.exit() at import
            plugin.error = f"{type(problem).__name__}: {problem}"
            if self._pluggy.has_plugin(name):
                self._pluggy.unregister(name=name)
            log.error("plugin_broken", plugin=name, error=plugin.error,
                      trace=traceback.format_exc(limit=4))
        return plugin

    def _check_hooks(self, module: Any) -> None:
        for caller in self._pluggy.get_hookcallers(module) or []:
            if not caller.has_spec():
                raise TypeError(f"unknown hook {caller.name!r}; known are {', '.join(POLICIES)}")

    def _industry_of(self, name: str) -> Industry:
        for impl in self._pluggy.hook.register_industry.get_hookimpls():
            if impl.plugin_name == name:
                result = impl.function()
                if not isinstance(result, Industry):
                    raise TypeError(f"register_industry must return an Industry, not {result!r}")
                return result
        raise TypeError("the plugin implements no register_industry")

    def _owner(self, name: str) -> str | None:
        if name in self.core_scenarios or name in self.core_names:
            return "the core"
        for other in self.plugins.values():
            industry = other.industry
            if industry and name in {industry.code, *industry.scenarios,
                                     *(g.code for g in industry.groups),
                                     *(f"attr.{a.key}" for a in industry.attributes)}:
                return f"plugin {other.name}"
        return None

    @property
    def industries(self) -> Mapping[str, Industry]:
        """Industries of the working plugins by industry code, in order of plugin name."""
        return {p.industry.code: p.industry for p in self.plugins.values() if p.industry}

    @property
    def broken(self) -> list[Plugin]:
        return [p for p in self.plugins.values() if p.error]

    def call(self, hook: str, *, only: Iterable[str] | None = None,
             **arguments: Any) -> list[tuple[str, Any]]:
        """Call a hook of every working plugin (or of the industries in `only`), one by one.

        Returns (industry code, result) in order of plugin name. Errors are recorded and left
        out; a *veto* hook's error propagates.
        """
        wanted = None if only is None else set(only)
        results = []
        impls = getattr(self._pluggy.hook, hook).get_hookimpls()
        for impl in sorted(impls, key=lambda i: i.plugin_name):
            industry = self.plugins[impl.plugin_name].industry
            if industry is None or (wanted is not None and industry.code not in wanted):
                continue
            try:
                result = impl.function(*[arguments[name] for name in impl.argnames])
            except Exception as problem:
                self._record(impl.plugin_name, hook, problem)
                if POLICIES[hook] == "veto":
                    raise
                continue
            results.append((industry.code, result))
        return results

    def _record(self, plugin: str, hook: str, problem: Exception) -> None:
        failure = HookFailure(plugin, hook, f"{type(problem).__name__}: {problem}",
                              now().isoformat(timespec="seconds"))
        self.failures.append(failure)
        log.error("hook_failed", plugin=plugin, hook=hook, error=failure.error)
        try:
            if self.on_failure:
                self.on_failure(failure)
        except Exception as trouble:  # a full disk must not undo the isolation
            log.error("hook_failure_not_recorded", plugin=plugin, hook=hook, error=str(trouble))
