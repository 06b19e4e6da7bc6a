"""What the records of the synthetic catalogue say, the same for the same number."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from marketplace.catalog.labels import DEPLOYMENTS, PROVIDER_CLASSES
from marketplace.catalog.operations import sort_key
from marketplace.catalog.pricing import DEFAULT_COST_CLASS, PARTS, YEARLY, price
from marketplace.core.i18n import LocalizedText
from marketplace.declarations import Attribute
from marketplace.taxonomy.registry import GENERAL, taxonomy

SEED = 20_240_607
DESCRIPTION = 220
"""Characters of a description, at least."""
_SCALE = {"licence": 60_000, "subscription": 12_000, "implementation": 40_000, "interface": 15_000,
          "training": 6_000, "hardware": 30_000, "maintenance": 8_000}
_BRANDS = ("云铸", "智衡", "泉联", "齐工", "岱创", "鲁信", "精测", "数砺", "恒源",
           "明锐", "启程", "力拓", "海纳", "博工", "天枢", "匠心", "联科", "众智",
           "蓝图", "启元", "锐捷", "同创", "宏图", "远望", "卓越", "开物")
_INTERFACES = ("OPC UA", "REST API", "Modbus TCP", "MQTT", "SQL view", "S7", "FTP", "Webhook")


@dataclass(frozen=True, slots=True)
class _Part:
    """A price part (`marketplace.catalog.pricing.Part`)."""

    part: str
    unit: str
    amount: float
    from_year: int


@dataclass(frozen=True, slots=True)
class Made:
    """A solution's rows; those that hang on its version lack only the version's id."""

    number: int
    sort_key: str
    version: dict[str, Any]
    industries: Sequence[dict[str, Any]]
    categories: Sequence[dict[str, Any]]
    scenarios: Sequence[dict[str, Any]]
    price_parts: Sequence[dict[str, Any]]


class Maker:
    """Makes providers and solutions by number. `districts` are codes, None is outside the city."""

    def __init__(self, districts: Sequence[str | None]) -> None:
        tree = taxonomy()
        self._districts = districts
        self._call = tree.plugins.call
        self._industries = [*tree.industries, GENERAL]
        self._own = {code: [*industry.scenarios] for code, industry in tree.industries.items()}
        self._core = [*tree.core_scenarios]
        self._categories = [*tree.categories]
        self._names = {code: (c.name.zh, c.name.en) for code, c in tree.categories.items()}
        self._says = {code: _chinese(c.expressions) for code, c in tree.categories.items()}
        self._says |= {code: _chinese(s.expressions) + [p.zh for p in s.pain_points]
                       for code, s in tree.core_scenarios.items()}
        self._says |= {code: _chinese(s.expressions) + [p.zh for p in s.pain_points]
                       for i in tree.industries.values() for code, s in i.scenarios.items()}
        words = list(tree.all_dictionary())
        random.Random(SEED).shuffle(words)
        self._words = words
        # Zipf-like, as in real text: a few words everywhere, most of them rare.
        self._weights = list(accumulate(1 / (n + 12) ** 0.9 for n in range(len(words))))
        self._attributes = {code: list(tree.attributes_for([code])) for code in self._industries}

    def _word(self, rng: random.Random) -> str:
        return self._words[bisect(self._weights, rng.random() * self._weights[-1])]

    def _text(self, rng: random.Random, codes: Sequence[str], length: int) -> str:
        """What people say of these categories and scenarios, and words of the trade."""
        said = [s for code in codes for s in self._says.get(code, ())]
        parts: list[str] = []
        size = 0
        while size < length:
            if said and rng.random() < 0.35:
                piece = said[int(rng.random() * len(said))]
            else:
                piece = _run_on([self._word(rng) for _ in range(2 + int(rng.random() * 3))])
            parts.append(piece)
            size += len(piece) + 1
        return "，".join(parts) + "。"

    def solution(self, number: int) -> Made:
        rng = random.Random(SEED * 1_000_003 + number)
        industry = self._industries[int(rng.random() * len(self._industries))]
        industries = [industry]
        if industry != GENERAL and rng.random() < 0.15:
            industries.append(GENERAL)
        categories = rng.sample(self._categories, 1 + int(rng.random() * 2))
        scenarios = rng.sample(self._core, 1 + int(rng.random() * 2))
        own = self._own.get(industry)
        scenarios += rng.sample(own, 1 + int(rng.random() * 2)) if own else []
        zh, en = self._names[categories[0]]
        brand = _BRANDS[int(rng.random() * len(_BRANDS))]
        words = (brand, self._word(rng), zh, str(number))
        name = LocalizedText(_run_on(words), f"{en} no. {number}")
        parts = self._prices(rng)
        computed = price(parts)
        return Made(number, "".join(map(_pinyin, words))[:120], {
            "name": name,
            "promise": LocalizedText(self._text(rng, categories, 20),
                                     f"{en} for a plant of {20 + number % 900} people"),
            "description": LocalizedText(
                self._text(rng, [*categories, *scenarios], DESCRIPTION)),
            "deployments": rng.sample([*DEPLOYMENTS], 1 + int(rng.random() * 2)),
            "go_live_days": 5 + int(rng.random() ** 2 * 180),
            "smallest_package": LocalizedText(f"一条线，{5 + number % 30}个账号"),
            "interfaces": rng.sample(_INTERFACES, 2),
            "data_export": LocalizedText("可随时导出表格和接口数据"),
            "attributes": self._attribute_values(rng, industries),
            "first_year": computed.first_year, "three_years": computed.three_years,
        }, [{"code": c} for c in industries],
            [{"code": c, "position": n} for n, c in enumerate(categories)],
            [_levels(rng, c) for c in scenarios],
            [{"part": p.part, "unit": p.unit, "amount": p.amount, "from_year": p.from_year,
              "cost_class": DEFAULT_COST_CLASS[p.part]} for p in parts])

    def _prices(self, rng: random.Random) -> list[_Part]:
        """All parts, or in one of five solutions one too few to be comparable."""
        missing = PARTS[int(rng.random() * len(PARTS))] if rng.random() < 0.2 else None
        size = 0.2 + rng.random() ** 2 * 3
        return [_Part(part, "per_seat" if part == "subscription" and rng.random() < 0.1 else "flat",
                      round(_SCALE[part] * size * rng.random(), -2) if rng.random() < 0.8 else 0.0,
                      2 if part in YEARLY and rng.random() < 0.3 else 1)
                for part in PARTS if part != missing]

    def _attribute_values(self, rng: random.Random, industries: Sequence[str]) -> dict[str, Any]:
        declared = self._attributes[industries[0]]
        values = {a.key: _value(rng, a) for a in declared
                  if rng.random() < 0.6 and a.type != "text"}
        said = {f"attr.{key}": value for key, value in values.items()}
        objections = self._call("check_solution", only=industries, solution=said)
        if any(errors for _industry, errors in objections):
            return {a.key: values[a.key] for a in declared if a.industry is None
                    and a.key in values}
        return values

    def provider(self, number: int) -> dict[str, Any]:
        """`organisation` and `provider` hold the columns of the two tables."""
        rng = random.Random(SEED * 7_919 + number)
        brand = "".join(rng.sample(_BRANDS, 2))
        name = LocalizedText(f"济南{brand}软件有限公司{number}", f"Jinan Software House {number}")
        district = self._districts[int(rng.random() * len(self._districts))]
        return {"slug": f"scale-provider-{number}", "organisation": {
            "name": name, "district_code": district, "city": LocalizedText("济南", "Jinan"),
            "founded": 1998 + number % 26, "staff": 5 + int(rng.random() * 300),
        }, "provider": {
            "sort_key": sort_key(name),
            "summary": LocalizedText(self._text(rng, (), 20), f"Software house {number}"),
            "description": LocalizedText(self._text(rng, (), DESCRIPTION)),
            "classes": rng.sample([*PROVIDER_CLASSES], 1 + int(rng.random() * 2)),
            "service_districts": ["all"], "response_hours": rng.choice((2, 4, 8, 24)),
            "qualifications": [], "team": LocalizedText(), "contact": {},
        }}


def _run_on(words: Sequence[str]) -> str:
    """Words one after the other as Chinese is written: a space only between Latin ones."""
    text = words[0]
    for word in words[1:]:
        text += f" {word}" if text[-1].isascii() and word[0].isascii() else word
    return text


@lru_cache(8_192)
def _pinyin(word: str) -> str:
    return sort_key(LocalizedText(word))


def _chinese(expressions: Sequence[str]) -> list[str]:
    return [text for text in expressions if not text.isascii()]


def _levels(rng: random.Random, code: str) -> dict[str, Any]:
    low = int(rng.random() * 3)
    return {"code": code, "from_level": low, "to_level": low + 1 + int(rng.random() * (4 - low))}


def _value(rng: random.Random, attribute: Attribute) -> Any:
    if attribute.type == "boolean":
        return rng.random() < 0.5
    if attribute.is_number:
        return int(rng.random() * 60)
    codes = [choice.code for choice in attribute.choices]
    if attribute.type == "choice":
        return codes[int(rng.random() * len(codes))]
    return rng.sample(codes, 1 + int(rng.random() * min(3, len(codes) - 1)))
