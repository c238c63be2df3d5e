"""The reader: whether a passage answers a question, and which of its words do. Knows no documents and no ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelError
from embeddings.models import bundled_folder, check_bundled_weights, digest, tokenizer_file
from embeddings.network import WORDS, Network, Weights, batches, precisions, read_weights, shared_weights
from embeddings.reader_rows import Row, rows
from embeddings.together import Together
from embeddings.tokens import Tokens

Floats = NDArray[np.float32]

WEIGHTS: Final = Path(__file__).parent / "weights" / "reader.safetensors"
BEST = 5
"""How many spans are given for a passage."""
LONGEST = 30
"""Tokens that a span may have: the limit of SQuAD's own baselines."""
_LOOKED = 20  # starts and ends that are combined: more change nothing


@dataclass(frozen=True, slots=True)
class SpanScore:
    """Words of a passage, `passage[start:end]`; `score` is the sum of the logits of its beginning and its end."""

    start: int
    end: int
    score: float


@dataclass(frozen=True)
class Reading:
    """What the reader says of one passage.

    `null` is the score of "no words here answer", on the
    scale of the spans' scores. `starts` and `ends` are logits of the passage's tokens, `offsets` (n, 2) their code
    points.
    """

    null: float
    starts: Floats
    ends: Floats
    offsets: NDArray[np.int32]
    relevant: Callable[[], float]

    @cached_property
    def relevance(self) -> float:
        """A logit: the passage answers the question. Worked out when asked for."""
        return self.relevant()

    @cached_property
    def spans(self) -> tuple[SpanScore, ...]:
        """The best spans by (-score, start, end), up to BEST; empty only for a passage without words."""
        return tuple(_spans(self.starts, self.ends, self.offsets, BEST))

    @property
    def gap(self) -> float:
        """How far the best span is above "nowhere"; very negative without any span."""
        return self.spans[0].score - self.null if self.spans else -100.0

    def best_span(self, start: int, end: int) -> SpanScore | None:
        """The best span that lies within `passage[start:end]`; None if the reader saw no token of it."""
        inside = np.flatnonzero((self.offsets[:, 0] >= start) & (self.offsets[:, 1] <= end))
        found = _spans(self.starts[inside], self.ends[inside], self.offsets[inside], 1)
        return found[0] if found else None


class Reader:
    """Reads passages for a question, in about 8 ms a passage of 160 tokens on two cores.

    Constructing one is cheap; the first reading loads the network. What is said of a passage is the same to the
    last bit whatever other passages are read with it. What several threads ask for at the same time is read together.
    A passage is read up to 256 tokens minus those of the question and of the context; what is beyond is not seen.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._file = weights
        self._together = Together(self._read)

    @cached_property
    def revision(self) -> str:
        """SHA-256 of the weights."""
        return digest(self._file)

    def read(
        self, question: str, passages: Sequence[str], contexts: Sequence[str] | None = None
    ) -> list[Reading]:
        """Read each passage for the question; `contexts` are what is known around them, as a rule the title.

        Raises:
            ModelError: the weights are missing or damaged.
        """
        around = contexts if contexts is not None else [""] * len(passages)
        return list(self._together.results(rows(self._tokens, [question] * len(passages), around, passages)))

    def _read(self, made: Sequence[Row]) -> list[Reading]:
        network, heads = self._loaded
        readings: dict[int, Reading] = {}
        for batch in batches([len(row.ids) for row in made]):
            chosen = [made[position] for position in batch]
            states, _ = network.states([row.ids for row in chosen], [row.second for row in chosen])
            for position, row, state in zip(batch, chosen, states, strict=True):
                readings[position] = heads.reading(row, state)
        return [readings[position] for position in range(len(made))]

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(tokenizer_file(bundled_folder()))

    @cached_property
    def _loaded(self) -> tuple[Network, _Heads]:
        folder = bundled_folder()
        check_bundled_weights(folder)
        if not self._file.is_file():
            raise ModelError(f"the reader's weights are missing at {self._file}; install the program again")
        weights = read_weights(self._file)
        weights[WORDS] = shared_weights(folder / "model.safetensors")[WORDS]
        layers = len({name.split(".")[2] for name in weights if name.startswith("encoder.layer.")})
        return Network(weights, layers, precisions()[0], segments=True), _Heads(weights)


class _Heads:
    """The last step, in fp32 and one row at a time: from states to logits."""

    def __init__(self, weights: Weights) -> None:
        self._dense, self._dense_bias = weights["relevance.dense.weight"], weights["relevance.dense.bias"]
        self._relevance, self._relevance_bias = weights["relevance.weight"][0], weights["relevance.bias"][0]
        self._cosine = weights["relevance.cosine"][0]
        self._span, self._span_bias = weights["span.weight"], weights["span.bias"]

    def reading(self, row: Row, states: Floats) -> Reading:
        logits = states[: len(row.ids)] @ self._span.T + self._span_bias
        inside = logits[row.passage : row.passage + len(row.offsets)]
        starts, ends = inside[:, 0].copy(), inside[:, 1].copy()
        return Reading(
            null=round(float(logits[0].sum()), 5),
            starts=starts,
            ends=ends,
            offsets=row.offsets,
            relevant=partial(
                self._relevance_of,
                states[0].copy(),
                _direction(states[: row.second]),
                _direction(states[row.second : len(row.ids)]),
            ),
        )

    def _relevance_of(self, first: Floats, asked: Floats, read: Floats) -> float:
        seen = np.concatenate([first, asked, read, asked * read])
        # not by "@": BLAS wakes threads that then spin for a while and slow the next network down by two fifths
        pooled = np.tanh(np.einsum("ij,j->i", self._dense, seen) + self._dense_bias)
        logit = self._relevance @ pooled + self._relevance_bias + self._cosine * (asked * read).mean()
        return round(float(logit), 5)


def _direction(states: Floats) -> Floats:
    """The mean state of a segment, scaled to length sqrt(384), so that its numbers are about 1."""
    total = states.sum(axis=0)
    direction: Floats = total * np.float32(len(total) ** 0.5 / np.linalg.norm(total))
    return direction


def _spans(starts: Floats, ends: Floats, offsets: NDArray[np.int32], count: int) -> list[SpanScore]:
    first = np.argsort(-starts, kind="stable")[:_LOOKED]
    last = np.argsort(-ends, kind="stable")[:_LOOKED]
    scores = starts[first][:, None] + ends[last][None, :]
    length = last[None, :] - first[:, None]
    scores[(length < 0) | (length >= LONGEST)] = -np.inf
    low, high = np.nonzero(np.isfinite(scores))
    values = np.round(scores[low, high].astype(np.float64), 5)
    begin, end = offsets[first[low], 0], offsets[last[high], 1]
    best = np.lexsort((end, begin, -values))[:count]
    return [SpanScore(int(begin[place]), int(end[place]), float(values[place])) for place in best]
