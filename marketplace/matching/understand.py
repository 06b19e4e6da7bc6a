"""Turns what an enterprise says into the terms of the taxonomy, with the words that caused it.

Classic and explainable: clue rules for money, time and place, retrieval over the texts of core
and plugins, and a log-linear model over few features (`training` learns its weights).
"""

from __future__ import annotations

from datetime import date
from functools import cache

from marketplace.core.i18n import LocalizedText
from marketplace.matching.understanding.composing import compose
from marketplace.matching.understanding.declared import Clue, Evidence, Understanding
from marketplace.matching.understanding.inferring import infer
from marketplace.matching.understanding.knowledge import Knowledge
from marketplace.matching.understanding.model import Model, shipped
from marketplace.matching.understanding.needs import need_features
from marketplace.matching.understanding.observing import Observation
from marketplace.taxonomy.registry import Taxonomy, taxonomy

__all__ = ["Clue", "Evidence", "Understanding", "understand"]

LONGEST = 2_000
"""Characters that are read; the rest of a longer text is left aside."""
SHORTEST = 2
TOO_SHORT = LocalizedText(
    "内容太短，看不出需求。请用一两句话说说哪里不顺、想解决什么，例如“仓库账对不上，想扫码出入库”。",
    "Too short to recognise a need. Say in a sentence or two what goes wrong and what you want, "
    "such as “stock never matches the books, we want barcodes”.")
NOTHING_RECOGNISED = LocalizedText(
    "没有认出数字化需求。请说说企业做什么、哪个环节有问题、想达到什么，例如“机加工厂，插单多，交期老拖，想自动排产”。",
    "No need was recognised. Say what your company makes, what goes wrong and what you want, "
    "such as “machine shop, many rush orders, always late, want automatic scheduling”.")


@cache
def _knowledge(source: Taxonomy | None) -> Knowledge:
    return Knowledge.of(source or taxonomy())


def knowledge() -> Knowledge:
    """The knowledge of this process, built at first use (about half a second)."""
    return _knowledge(None)


def understand(text: str, *, industry: str | None = None, today: date | None = None,
               known: Knowledge | None = None, model: Model | None = None) -> Understanding:
    """Understand `text` (Chinese, English or both; any length, the first 2,000 characters count).

    `industry` fixes the industry code ("general" for none). Dates such as 年底前 count only when
    `today` is given. `known` and `model` replace the installed taxonomy and shipped weights.
    Never raises for any text.
    """
    known, model = known or knowledge(), model or shipped()
    return conclude(Observation.of(text[:LONGEST], known, today), model, industry)


def conclude(seen: Observation, model: Model, industry: str | None = None) -> Understanding:
    """What `model` makes of a text that has been looked at."""
    text = seen.reading.original
    if len(seen.reading.text.strip()) < SHORTEST or not seen.terms:
        return Understanding(text, False, 1.0, TOO_SHORT)
    chance = model.chance("need", need_features(seen))
    if chance < model.thresholds["need"]:
        return Understanding(text, False, 1 - chance, NOTHING_RECOGNISED)
    return compose(text, seen, infer(seen, model, industry), model, chance)
