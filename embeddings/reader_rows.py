"""How a question, a context and a passage become one row of tokens, the same in training and in use; knows no weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.tokens import Pieces, Tokens

ROW_LIMIT = 256
"""Tokens of a row, special ones included."""
QUESTION_LIMIT = 64
CONTEXT_LIMIT = 32


@dataclass(frozen=True, slots=True)
class Row:
    """[CLS] question [SEP] context [SEP] passage [SEP]; without a context its part is left out.

    `second` is where the second segment begins, `passage` where the passage's tokens do; `offsets` are the
    code-point offsets of those in the passage, so the passage's token t stands at `passage + t`.
    """

    ids: NDArray[np.int32]
    second: int
    passage: int
    offsets: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with a passage to learn from.

    `spans` are code-point offsets of the answer in the passage, any of them right. `relevant` is None where nothing
    is known; `spanned` says whether the spans are to be learned: then none means that the passage holds no answer.
    """

    question: str
    context: str
    passage: str
    spans: tuple[tuple[int, int], ...] = ()
    relevant: bool | None = None
    spanned: bool = True


def rows(
    tokens: Tokens, questions: Sequence[str], contexts: Sequence[str], passages: Sequence[str]
) -> list[Row]:
    """One row for each triple; what does not fit is cut from the end of each part, the passage's last."""
    texts = list(dict.fromkeys([*questions, *contexts, *passages]))  # most have one question, many one title
    pieces = dict(zip(texts, tokens.pieces(texts), strict=True))
    return [
        _row(tokens, *map(pieces.__getitem__, texts))
        for texts in zip(questions, contexts, passages, strict=True)
    ]


def _row(tokens: Tokens, question: Pieces, context: Pieces, passage: Pieces) -> Row:
    first, last = tokens.first, tokens.last
    asked = [first, *question.ids[:QUESTION_LIMIT], last]
    around = [*context.ids[:CONTEXT_LIMIT], last] if len(context.ids) else []
    room = ROW_LIMIT - len(asked) - len(around) - 1
    ids = np.array([*asked, *around, *passage.ids[:room], last], dtype=np.int32)
    return Row(ids, len(asked), len(asked) + len(around), passage.offsets[:room])
