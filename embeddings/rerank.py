"""How well texts answer a question, read together with it: cross-encoders by name; none is bundled."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelError, first_line
from embeddings.models import BUNDLED_NAMES, bundled_folder, model_folder
from embeddings.tokens import encodable

EXAMPLE = "cross-encoder/ms-marco-MiniLM-L6-v2"
_HEADS = ("classifier.", "score.", "classification_head.", "head.")
_BATCH = 16


class Reranker(Protocol):
    """Reads a question together with each text; slower than comparing vectors, and often better."""

    @property
    def model(self) -> str:
        """The name or folder it was asked for by."""
        ...

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers, shape (n,); higher is better, comparable only within one call."""
        ...


class CrossEncoderReranker:
    """Any sentence-transformers cross-encoder with one output; what is beyond its token limit is cut off."""

    def __init__(self, model: str) -> None:
        """Load a cross-encoder by name or folder; raises ModelError for anything that is none."""
        folder = bundled_folder() if model in BUNDLED_NAMES else model_folder(model)
        _check(model, folder)
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        try:
            self._encoder = CrossEncoder(str(folder), local_files_only=True)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(
                f"the reranker at {folder} cannot be loaded ({first_line(error)}); install it again or name another, "
                f"such as {EXAMPLE}"
            ) from error
        self._model = model
        self._lock = threading.Lock()

    @property
    def model(self) -> str:
        """The name or folder it was asked for by."""
        return self._model

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers, shape (n,); higher is better."""
        if not texts:
            return np.empty(0, dtype=np.float32)
        pairs = [(encodable(question), encodable(text)) for text in texts]
        with self._lock:
            scores = self._encoder.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return np.asarray(scores, dtype=np.float32).reshape(len(texts))


def _check(model: str, folder: Path) -> None:
    """Refuse what has no trained head with one output: its scores would be random, or of another kind."""
    file = folder / "config.json"
    try:
        config = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except ValueError as error:
        raise ModelError(
            f"{file} is damaged ({first_line(error)}); install the model {model!r} again"
        ) from error
    named = config.get("architectures") or []
    if not any(str(name).endswith("ForSequenceClassification") for name in named) or not _has_head(folder):
        raise ModelError(
            f"{model!r} is no cross-encoder: it has no trained head that says how well a text answers, and as a reranker "
            f"it would order at random; name one that has, such as {EXAMPLE}"
        )
    labels = len(config.get("id2label") or {0: "one"})
    if labels != 1:
        raise ModelError(
            f"{model!r} sorts texts into {labels} classes, a reranker gives one score; name one such as {EXAMPLE}"
        )


def _has_head(folder: Path) -> bool:
    """Whether the weights hold a head; weights in other formats than safetensors are taken at the configuration's word."""
    from safetensors import SafetensorError, safe_open

    files = sorted(folder.glob("*.safetensors"))
    names: list[str] = []
    for file in files:
        try:
            with safe_open(file, framework="numpy") as weights:
                names += weights.keys()
        except (OSError, SafetensorError) as error:
            raise ModelError(f"{file} is damaged ({first_line(error)}); install the model again") from error
    return not files or any(f".{head}" in f".{name}" for name in names for head in _HEADS)
