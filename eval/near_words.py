"""Words of near meaning, read off the bundled model's own word embeddings; for making practice questions, not for search."""

from __future__ import annotations

import re

import numpy as np

from embeddings.models import bundled_folder, tokenizer_file
from embeddings.network import WORDS, shared_weights
from embeddings.tokens import Tokens

NEIGHBOURS = 5
LEAST_COSINE = 0.45
_SLAB = 2000


def near_words() -> dict[str, list[str]]:
    """For each whole word of the model's vocabulary its nearest others, by cosine of the centred embeddings."""
    folder = bundled_folder()
    numbers = Tokens(tokenizer_file(folder)).vocabulary()
    table = shared_weights(folder / "model.safetensors")[WORDS]
    words = sorted(word for word in numbers if re.fullmatch(r"[a-z]{4,}", word))
    vectors = table[[numbers[word] for word in words]] - table.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    near: dict[str, list[str]] = {}
    for first in range(0, len(words), _SLAB):
        cosines = vectors[first : first + _SLAB] @ vectors.T
        best = np.argsort(-cosines, axis=1, kind="stable")[:, : NEIGHBOURS + 1]
        for row, places in enumerate(best):
            kept = [
                words[place]
                for place in places
                if place != first + row and cosines[row, place] > LEAST_COSINE
            ]
            if kept:
                near[words[first + row]] = kept
    return near
