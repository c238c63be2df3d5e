"""Stand-ins for slow parts: an encoder without a model, whose vectors are near when texts share words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_COMMON = """
    a an and are as at be by did do does for from has have how in is it its of on or that the their this
    to was were what when where which who why will with
"""
_COMMON_WORDS = frozenset(_COMMON.split())


class FakeEncoder:
    """Hashed bags of word stems as unit vectors: deterministic, fast, and near for texts that share words."""

    def __init__(self, *, dimension: int = 64, max_tokens: int = 254, model: str = "fake") -> None:
        self.model = model
        self.revision = f"fake-1-{dimension}"
        self.precision = "exact"
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.encoded: list[str] = []  # every document text that was encoded, for tests that count work

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for match in _TOKEN.finditer(text)]

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        for number, text in enumerate(texts):
            count = len(self.token_offsets(text))
            if count > self.max_tokens and not truncate:
                raise ValueError(
                    f"text {number} has {count} tokens, the model reads {self.max_tokens}: {text[:60]!r}"
                )
        self.encoded.extend(texts)
        rows = [self._vector(self._cut(text)) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        return self._vector(self._cut(text))

    def _cut(self, text: str) -> str:
        offsets = self.token_offsets(text)[: self.max_tokens]
        return text[: offsets[-1][1]] if offsets else ""

    def _vector(self, text: str) -> NDArray[np.float32]:
        total = np.zeros(self.dimension)
        total[0] = 1e-3  # a text without words has a direction too
        for word in _WORD.findall(text.lower()):
            total += (0.1 if word in _COMMON_WORDS else 1.0) * _direction(_stem(word), self.dimension)
        vector: NDArray[np.float32] = (total / np.linalg.norm(total)).astype(np.float32)
        return vector


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _direction(word: str, dimension: int) -> NDArray[np.float64]:
    digest = hashlib.shake_128(word.encode("utf-8", "surrogatepass")).digest((dimension + 7) // 8)
    bits = np.unpackbits(np.frombuffer(digest, dtype=np.uint8))[:dimension]
    return np.where(bits > 0, 1.0, -1.0)
