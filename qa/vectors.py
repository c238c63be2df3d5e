"""Vectors of questions and sentences, the last ones kept: what was encoded for one question often comes with the next."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from embeddings.encode import Encoder

QUESTIONS = 1024
AT_ONCE = 32
"""Questions that are prepared together."""
SENTENCES = 8192
"""How many vectors are kept (1.5 kB each); sentences go all at once when there are more."""


class KeptVectors:
    """An encoder for questions and their candidates' sentences; safe to use from several threads at once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self._kept: dict[str, NDArray[np.float32]] = {}
        self._question = lru_cache(QUESTIONS)(encoder.encode_query)

    def question(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a question, shape (dimension,)."""
        return self._question(text)

    def prepare(self, texts: Sequence[str]) -> None:
        """Encode questions that are asked soon; those that come from several threads are encoded together."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(self._question, texts))

    def sentences(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of sentences, shape (n, dimension); those met before are not encoded again."""
        with self._lock:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known |= zip(fresh, self._encoder.encode_documents(fresh, truncate=True), strict=True)
            with self._lock:
                if len(self._kept) + len(fresh) > SENTENCES:
                    self._kept.clear()
                self._kept.update((text, known[text]) for text in fresh)
        return np.stack([known[text] for text in texts])

    def forget(self) -> None:
        """Forget all, so that the next question costs what a new one does."""
        self._question.cache_clear()
        with self._lock:
            self._kept.clear()
