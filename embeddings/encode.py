"""Vectors for texts: what an encoder promises, and the reference encoder; only this module imports torch."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings import gpu
from embeddings.errors import ModelError, first_line
from embeddings.models import (
    BUNDLED,
    BUNDLED_NAMES,
    bundled_folder,
    check_bundled_weights,
    fingerprint,
    model_folder,
    tokenizer_file,
)
from embeddings.tokens import Tokens, encodable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TOKEN_BUDGET = 4096  # padded tokens in one batch
_GPU_TOKEN_BUDGET = 65_536
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")


class Encoder(Protocol):
    """Turns texts into unit vectors; texts that mean the same lie near each other.

    Constructing one is cheap; what is heavy is loaded by the first call that needs it. Calls may come from
    several threads.
    """

    @property
    def model(self) -> str:
        """The name or folder it was asked for by."""
        ...

    @property
    def revision(self) -> str:
        """A hash of the model's content: vectors of different revisions must not be compared."""
        ...

    @property
    def precision(self) -> str:
        """What it computes in: vectors of two precisions can be compared, but are not equal to the last bit."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    @property
    def max_tokens(self) -> int:
        """How many tokens of a document text it reads; special tokens and prompt are taken off already."""
        ...

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Code-point offsets of the tokens of a text, without special tokens; needs no model."""
        ...

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        """Return vectors (n, dimension) of unit norm, which depend on the texts of this call alone.

        Raises ValueError naming the first text that has more than `max_tokens` tokens, unless `truncate`
        allows to cut it.
        """
        ...

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector (dimension,) of unit norm of a question; what is beyond the limit is cut off."""
        ...


def default_encoder(model: str | None = None) -> Encoder:
    """Return the encoder for a model's name or folder; None means the bundled one, without any download."""
    from embeddings import minilm

    if (model is None or model in BUNDLED_NAMES) and minilm.available():
        return minilm.MiniLMEncoder()
    return SentenceTransformerEncoder(model)


class SentenceTransformerEncoder:
    """Any sentence-transformers model in fp32 on torch, with its own prompts: the reference of all runtimes.

    A document's vector can differ in the last bits (about 1e-7) with the other texts of the same call,
    because texts are padded to the longest of their batch.
    """

    def __init__(self, model: str | None = None, *, device: str | None = None) -> None:
        """`model` is a name or a folder; None and the bundled model's name mean the bundled model."""
        self._bundled = model is None or model in BUNDLED_NAMES
        self._model = BUNDLED if model is None or self._bundled else model
        self._device = device or gpu.device()
        self._lock = threading.RLock()
        self._transformer: SentenceTransformer | None = None

    @property
    def model(self) -> str:
        """The name or folder it was asked for by."""
        return self._model

    @cached_property
    def revision(self) -> str:
        """SHA-256 over the model's files; raises ModelError if they are not there."""
        return fingerprint(self._folder)

    @property
    def precision(self) -> str:
        """Always the same: torch computes in fp32."""
        return "fp32"

    @property
    def dimension(self) -> int:
        """How many numbers a vector has; loads the model unless it is the bundled one."""
        return 384 if self._bundled else int(self._loaded.get_embedding_dimension() or 0)

    @cached_property
    def max_tokens(self) -> int:
        """How many tokens of a document text are read; loads the model unless it is the bundled one."""
        if self._bundled:
            return 256 - self._tokens.special
        prompt = self._document_prompt
        # a word may be cut differently behind the prompt: one token is kept free for that
        return self._limit - (self._tokens.counts([prompt])[0] + 1 if prompt else 0)

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """Code-point offsets of the tokens of a text, without special tokens."""
        return self._tokens.offsets(text)

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        """Return vectors (n, dimension); raises ValueError for a text too long, unless it may be cut."""
        texts = [encodable(text) for text in texts]
        lengths = self._tokens.counts([self._document_prompt + text for text in texts])
        if not truncate:
            check_lengths(texts, lengths, self._limit)
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with self._lock:
            budget = _TOKEN_BUDGET if self._loaded.device.type == "cpu" else _GPU_TOKEN_BUDGET
            for batch in batches([min(length, self._limit) for length in lengths], budget):
                vectors[batch] = self._loaded.encode_document(
                    [texts[position] for position in batch],
                    batch_size=len(batch),
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
        return vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector (dimension,) of a question; what is beyond the model's limit is cut off."""
        with self._lock:
            vector = self._loaded.encode_query(
                encodable(text), normalize_embeddings=True, show_progress_bar=False
            )
        return np.asarray(vector, dtype=np.float32)

    @cached_property
    def _folder(self) -> Path:
        return bundled_folder() if self._bundled else model_folder(self._model)

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(tokenizer_file(self._folder))

    @cached_property
    def _document_prompt(self) -> str:
        if self._bundled:
            return ""
        prompts = self._loaded.prompts
        return next((prompts[name] for name in _DOCUMENT_PROMPTS if name in prompts), "") or ""

    @cached_property
    def _limit(self) -> int:
        """The most tokens a text with its prompt may have, special tokens taken off."""
        if self._bundled:
            return self.max_tokens
        limit = self._loaded.max_seq_length
        if limit is None or limit > 1_000_000:  # "unknown" is written as a huge number
            raise ModelError(
                f"the model {self._model!r} does not say how many tokens it reads; set max_seq_length"
            )
        return int(limit) - self._tokens.special

    @property
    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            if self._transformer is None:
                self._transformer = self._load_transformer()
            return self._transformer

    def _load_transformer(self) -> SentenceTransformer:
        if self._bundled:
            check_bundled_weights(self._folder)
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        try:
            # str: a Path is refused (sentence-transformers 6.2)
            return SentenceTransformer(str(self._folder), device=self._device, local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            reason = first_line(error)
            raise ModelError(
                f"the model at {self._folder} cannot be loaded ({reason}); install it again or name another"
            ) from error


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Positions of texts in batches of similar length, whose padded size stays within a budget of tokens."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda position: (-lengths[position], position)):
        if batch and (len(batch) + 1) * max(lengths[batch[0]], 1) > budget:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def check_lengths(texts: Sequence[str], lengths: Sequence[int], limit: int) -> None:
    """Refuse the first text that a model would cut (ValueError)."""
    for position, (text, length) in enumerate(zip(texts, lengths, strict=True)):
        if length > limit:
            raise ValueError(
                f"text {position} has {length} tokens, the model reads {limit}: {text[:60]!r}; cut it first"
            )
