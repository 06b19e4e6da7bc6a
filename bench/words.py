"""What people type, made of the taxonomy's own words: the same at every run."""

from __future__ import annotations

import random
from functools import cache

from marketplace.taxonomy.registry import taxonomy


@cache
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    tree = taxonomy()
    names = [c.name.zh for c in tree.categories.values()] + list(tree.categories)
    names += [s.name.zh for i in tree.industries.values() for s in i.scenarios.values()]
    chinese = [w for w in tree.all_dictionary() if not w.isascii() and 2 <= len(w) <= 5]
    return tuple(names), tuple(chinese)


def questions(chance: random.Random, count: int) -> list[str]:
    """One to three words, names of products and scenarios among them."""
    names, words = _words()
    return [" ".join(chance.sample(words, chance.randint(1, 2)))
            if chance.random() < 0.7 else chance.choice(names) for _ in range(count)]


def phrases(chance: random.Random, count: int) -> list[str]:
    """Chinese words to be found literally."""
    return chance.sample([w for w in _words()[1] if w.isalpha()], count)
