"""What every page needs: language, assets, security headers, formatting."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import nh3
from flask import (
    Flask,
    Response,
    current_app,
    g,
    request,
)
from flask_babel import Babel, format_date, format_datetime
from flask_wtf.csrf import CSRFProtect
from markdown_it import MarkdownIt
from markupsafe import Markup

from marketplace.core.access import current_person, rules_by_endpoint
from marketplace.core.errors import FieldError
from marketplace.core.i18n import (
    DEFAULT_LANGUAGE,
    LANGUAGES,
    Language,
    set_language,
)
from marketplace.core.messages import template_gettext, template_ngettext
from marketplace.core.numbers import RowNumber

LANGUAGE_COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600
CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
    "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'",
    "frame-ancestors 'none'", "manifest-src 'self'"))
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY, "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin", "Permissions-Policy": "geolocation=(), camera=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
NOT_KEPT = "private, no-store"
_FINGERPRINT = re.compile(r"\.[0-9a-f]{10}\.[a-z0-9]+(\.map)?$")
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
babel, csrf = Babel(), CSRFProtect()


def is_fingerprinted(path: str, url: str) -> bool:
    """Whether an asset's name carries its hash, so that browsers may keep it for ever."""
    return bool(_FINGERPRINT.search(url))


def request_language() -> Language:
    """`?lang=`, then the cookie, then Chinese: the platform is Chinese unless somebody chose."""
    wanted = request.args.get(LANGUAGE_COOKIE) or request.cookies.get(LANGUAGE_COOKIE)
    return next((known for known in LANGUAGES if known == wanted), DEFAULT_LANGUAGE)


def render_markdown(text: object) -> Markup:
    """Markdown in, cleaned HTML out; raw HTML in the source is shown as text."""
    cleaned = nh3.clean(_markdown.render(str(text)), link_rel="noopener nofollow")
    return Markup(cleaned)  # noqa: S704


def is_htmx() -> bool:
    """Whether htmx asks for a part of the page (a restored history entry wants the whole)."""
    return (request.headers.get("HX-Request") == "true"
            and request.headers.get("HX-History-Restore-Request") != "true")


def safe_next(target: str | None, fallback: str = "/") -> str:
    """A path of this site to go on to; anything that leads elsewhere becomes `fallback`."""
    if not target or not target.startswith("/") or target.startswith("//") \
            or any(c < " " or c == "\\" for c in target):
        return fallback
    return target


def page_above(path: str) -> str:
    """The page an address belongs to that may only take forms: itself, or the nearest above it."""
    adapter = current_app.create_url_adapter(request)
    while adapter and path:
        if adapter.test(path, method="GET"):
            return path
        path = path.rpartition("/")[0]
    return "/"


def asset_resolver(folder: Path) -> Callable[[str], str]:
    """`asset("app.css")` gives the fingerprinted address from the manifest of `make assets`."""

    @cache
    def manifest() -> dict[str, str]:
        path = folder / "manifest.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else {}

    return lambda name: f"/static/{manifest().get(name, name)}"


def described(name: str, help: str, errors: Iterable[FieldError]) -> Markup:
    """The attributes that tie a field to its help and to what is wrong with it."""
    wrong = any(error.field == name for error in errors)
    ids = [f"{name}-help"] * bool(help) + [f"{name}-error"] * wrong
    found = Markup(' aria-invalid="true"') if wrong else Markup()
    return found + Markup(' aria-describedby="{}"').format(" ".join(ids)) if ids else found


def money(amount: float | None) -> str:
    """Yuan without decimals, grouped: 120,000."""
    return "" if amount is None else f"{amount:,.0f}"


def number(value: float) -> str:
    """A number as people write it: no trailing zeros, thousands grouped."""
    return f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"


def install(app: Flask, static: Path) -> None:
    """Set up routes' numbers, language, templates, CSRF protection, headers and error pages."""
    app.url_map.converters["int"] = RowNumber
    app.config.update(BABEL_DEFAULT_LOCALE=DEFAULT_LANGUAGE, BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
                      WTF_CSRF_TIME_LIMIT=None)
    babel.init_app(app, locale_selector=lambda: g.get("language", DEFAULT_LANGUAGE))
    csrf.init_app(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(_=template_gettext, gettext=template_gettext,
                                 ngettext=template_ngettext)
    app.jinja_env.globals.update(asset=asset_resolver(static), is_htmx=is_htmx,
                                 page_above=page_above, described=described)
    app.jinja_env.filters.update(markdown=render_markdown, money=money, number=number,
                                 day=format_date, instant=format_datetime)
    app.before_request(choose_language)
    app.after_request(_finish)

    @app.context_processor
    def language() -> dict[str, Any]:
        return {"language": g.get("language", DEFAULT_LANGUAGE)}


def choose_language() -> None:
    g.language = request_language()
    set_language(g.language)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.args.get(LANGUAGE_COOKIE) in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, g.language, max_age=YEAR_SECONDS, samesite="Lax",
                            httponly=True)
    if not _may_be_kept():
        response.headers.setdefault("Cache-Control", NOT_KEPT)
    response.vary.add("Cookie")
    response.vary.add("HX-Request")
    return response


def _may_be_kept() -> bool:
    """Whether a browser may keep the answer: what is public, as visitors see it. Anything else
    could be read with the back button by the next person at the same desk."""
    rule = rules_by_endpoint().get(request.endpoint or "")
    return not current_person().signed_in and (rule is None or rule.action.startswith("public."))


def site_address() -> str:
    """Where people find the site, without a slash at the end: as configured, else as they came."""
    configured: str = current_app.extensions["settings"].public_url
    return (configured or request.url_root).rstrip("/")
