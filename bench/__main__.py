"""`make bench`: every figure beside its bar and the peers, as a table and, if asked, as JSON."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from bench import search_bench
from bench.matching_bench import measure_matching
from bench.reverse_bench import measure_reverse
from bench.site_bench import measure as measure_site
from marketplace.core.terminal import table

BARS = {
    "search_page_p95": 60.0, "search_page_bytes": 60_000.0, "api_search_p95": 30.0,
    "compare_4_p95": 50.0, "publish_to_searchable_p95": 1000.0, "match_20_p95": 120.0,
    "understanding_p95": 10.0, "reverse_match_p95": 300.0, "slowest_desk_page_p95": 80.0,
}
"""At most (milliseconds or bytes)."""
FLOORS = {"search_page_per_second_8_clients": 100.0, "equal_hit_counts": 1.0,
          "ndcg_against_plain_search": 1.25}
"""At least."""


def verdict(name: str, value: float) -> str:
    """The bar of a figure and whether it is held; empty where there is none."""
    if name in BARS:
        return f"<= {BARS[name]:g} {'ok' if value <= BARS[name] else 'MISSED'}"
    if name in FLOORS:
        return f">= {FLOORS[name]:g} {'ok' if value >= FLOORS[name] else 'MISSED'}"
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--scale", type=int, default=100_000, help="solutions in the catalogue")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--only", choices=("search", "site", "matching", "reverse"))
    arguments = parser.parse_args()
    figures: dict[str, float] = {}
    measured: dict[str, object] = {}
    with tempfile.TemporaryDirectory(prefix="marketplace-bench-") as folder:
        if arguments.only in (None, "search"):
            measured = search_bench.run(arguments.scale)
            print(search_bench.table(measured))
        if arguments.only in (None, "site"):
            figures |= measure_site(Path(folder), arguments.scale)
        if arguments.only in (None, "matching"):
            figures |= measure_matching()
        if arguments.only in (None, "reverse"):
            figures |= measure_reverse()
    if figures:
        table(("Figure", "Value", "Bar"),
              [(name, f"{value:,.2f}", verdict(name, value)) for name, value in figures.items()],
              title=f"{arguments.scale:,} solutions; milliseconds unless named otherwise")
    if arguments.json:
        arguments.json.write_text(json.dumps(
            {"scale": arguments.scale, "search": measured, **figures}, indent=1))


if __name__ == "__main__":
    main()
