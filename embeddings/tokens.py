"""A model's own tokenizer, read from its tokenizer.json; knows no weights and imports no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_SLAB = 1024  # texts that are tokenized at a time: the tokenizer's own record of a text is large


@dataclass(frozen=True, slots=True)
class Pieces:
    """The tokens of a text, without special ones: their numbers (n,) and code-point offsets (n, 2)."""

    ids: NDArray[np.int32]
    offsets: NDArray[np.int32]


class Tokens:
    """Counts, places and numbers the tokens of a text exactly as the model sees them.

    The truncation and padding that tokenizer.json may ask for are switched off: nothing is cut in silence.
    """

    def __init__(self, file: Path) -> None:
        self._tokenizer = _load(file)
        self.special = int(self._tokenizer.num_special_tokens_to_add(is_pair=False))
        empty = self._tokenizer.encode("").ids
        self.first, self.last = (
            (empty[0], empty[-1]) if empty else (0, 0)
        )  # [CLS] and [SEP], where there are any

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Code-point offsets of the tokens of a text, without special tokens."""
        return list(self._tokenizer.encode(encodable(text), add_special_tokens=False).offsets)

    def counts(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, without special tokens."""
        return [len(encoding) - self.special for encoding in self._encodings(texts)]

    def ids(self, texts: Sequence[str]) -> list[NDArray[np.int32]]:
        """Return the token numbers of each text, special tokens included."""
        return [np.array(encoding.ids, dtype=np.int32) for encoding in self._encodings(texts)]

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return numbers and offsets of the tokens of each text, without special tokens."""
        return [
            Pieces(
                np.array(encoding.ids, dtype=np.int32),
                np.array(encoding.offsets, dtype=np.int32).reshape(-1, 2),
            )
            for encoding in self._tokenizer.encode_batch(
                [encodable(text) for text in texts], add_special_tokens=False
            )
        ]

    def vocabulary(self) -> dict[str, int]:
        """Every token with its number."""
        return dict(self._tokenizer.get_vocab())

    def _encodings(self, texts: Sequence[str]) -> Iterator[Encoding]:
        for start in range(0, len(texts), _SLAB):
            yield from self._tokenizer.encode_batch_fast(
                [encodable(text) for text in texts[start : start + _SLAB]]
            )


def encodable(text: str) -> str:
    """Put "?" for each lone surrogate, which has no UTF-8 form; every offset stays the same."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _load(file: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    if not file.is_file():
        raise ModelError(f"the model has no {file.name} at {file.parent}; save it with a fast tokenizer")
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # tokenizers raises a bare Exception for every fault of the file
        raise ModelError(f"the tokenizer at {file} is damaged ({error}); install the model again") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
