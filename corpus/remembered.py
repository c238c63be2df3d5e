"""What was worked out about a text, remembered for the next time that it is met, and forgotten all at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")
TEXTS = 16_384
"""How many texts each function remembers, the last met; a sentence costs it about one kilobyte at most."""

_forgetting: list[Callable[[], None]] = []


def remembered(work: Callable[P, R]) -> Callable[P, R]:
    """Remember the results of a function of texts; they are shared, so that nobody may change them."""
    cached = lru_cache(TEXTS)(work)
    _forgetting.append(cached.cache_clear)
    return cast("Callable[P, R]", cached)


def forget() -> None:
    """Forget every text, so that the next one costs what a new one does."""
    for forget_one in _forgetting:
        forget_one()
