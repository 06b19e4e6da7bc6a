"""The Jinan pack: at the plan's scale, each record written for itself."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from marketplace.taxonomy.registry import taxonomy
from tests.support import ROOT

PACK = ROOT / "seeds/jinan"
INDUSTRIES = {"steel", "cnc_robotics", "biopharma"}


def records(kind: str) -> list[dict[str, Any]]:
    return [r for path in sorted((PACK / kind).glob("*.json"))
            for r in json.loads(path.read_text("utf-8"))]


SOLUTIONS, PROVIDERS, ENTERPRISES = (records(k) for k in ("solutions", "providers", "enterprises"))


def test_scale_is_the_plans() -> None:
    assert (len(PROVIDERS), len(SOLUTIONS), len(ENTERPRISES)) == (40, 150, 60)
    for rows in (PROVIDERS, SOLUTIONS, ENTERPRISES):
        assert len({r["slug"] for r in rows}) == len(rows)


def test_solutions_cover_the_taxonomy() -> None:
    tree = taxonomy()
    codes = {s["code"] for r in SOLUTIONS for s in r["scenarios"]}
    assert codes >= set(tree.core_scenarios)
    assert len(codes - set(tree.core_scenarios)) >= 60
    assert len({c for r in SOLUTIONS for c in r["categories"]}) >= 30
    assert {i for r in SOLUTIONS for i in r["industries"]} >= INDUSTRIES
    assert {r["industry"] for r in ENTERPRISES} == INDUSTRIES
    assert {r["provider"] for r in SOLUTIONS} == {r["slug"] for r in PROVIDERS}


@pytest.mark.parametrize("industry", sorted(INDUSTRIES))
def test_industry_has_its_share_with_attributes_and_cases(industry: str) -> None:
    own = [r for r in SOLUTIONS if industry in r["industries"]]
    assert len(own) >= 40
    keys = {a.key for a in taxonomy().industries[industry].attributes}
    assert keys <= {k for r in own for k in r["attributes"]}
    assert sum(bool(r["cases"]) for r in own) > len(own) / 2


def sentences(value: Any, language: str) -> Iterator[str]:
    """Sentences of at least a dozen letters anywhere in a record."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"} and isinstance(value["zh"], str):
            ends = r"[。！？；\n]" if language == "zh" else r"(?<=[.!?;])\s|\n"
            for sentence in re.split(ends, value[language]):
                plain = re.sub(r"[\W_]+", "", sentence).lower()
                if len(plain) >= (8 if language == "zh" else 20):
                    yield plain
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from sentences(item, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_solutions_never_share_a_sentence(language: str) -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for record in SOLUTIONS:
        for sentence in sentences(record, language):
            said[sentence].add(record["slug"])
    assert {s: sorted(slugs) for s, slugs in said.items() if len(slugs) > 1} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_is_shared_across_the_pack(language: str) -> None:
    said: dict[str, set[str]] = defaultdict(set)
    for record in (*SOLUTIONS, *PROVIDERS, *ENTERPRISES):
        for sentence in sentences(record, language):
            said[sentence].add(record["slug"])
    assert {s: sorted(slugs) for s, slugs in said.items() if len(slugs) > 1} == {}


def test_names_are_in_both_languages_and_used_once() -> None:
    for rows in (SOLUTIONS, PROVIDERS):
        for language in ("zh", "en"):
            names = [r["name"][language] for r in rows]
            assert all(names)
            assert len(set(names)) == len(names)
        assert not any(re.search(r"[一-鿿]", r["name"]["en"]) for r in rows)


def test_invented_contacts_lead_nowhere() -> None:
    for record in PROVIDERS:
        assert record["contact"]["email"].endswith((".example", "@example.org", "@example.com"))


def test_prices_and_durations_are_plausible() -> None:
    for record in SOLUTIONS:
        assert record["go_live_days"] is None or 1 <= record["go_live_days"] <= 400
        assert all(p["amount"] <= 5_000_000 for p in record["price_parts"])
    whole = sum(len(r["price_parts"]) == 7 for r in SOLUTIONS)
    assert 100 <= whole < 150, "some prices must be complete, some not comparable"
