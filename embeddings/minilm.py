"""The bundled model on OpenVINO: the reference's vectors without torch, and the reference where they are not equal."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.encode import SentenceTransformerEncoder, check_lengths
from embeddings.errors import ModelError, first_line
from embeddings.gpu import torch_sees_gpu
from embeddings.models import check_bundled_weights
from embeddings.network import (
    Network,
    SideBySide,
    States,
    Weights,
    available,
    batches,
    precisions,
    processors,
    shared_weights,
)
from embeddings.together import Together

__all__ = ["MiniLMEncoder", "available"]

_LAYERS = 6  # of the bundled model
_FEW = 64  # so many texts belong to a question, whose sentences are encoded with those of others; more, to documents

_PROBE: Final = "UNMIK counted 4,000 troops in December 2008."
_PROBE_VECTOR: Final = (
    0.00861,
    -0.00314,
    -0.01899,
    0.08241,
    -0.05195,
    0.041,
    -0.08802,
    0.03462,
    -0.03053,
    0.04823,
    -0.00513,
    -0.05319,
)
_PROBE_TOLERANCE: Final = 0.01
"""The first numbers of a text's vector in fp32; bf16 is off by at most 0.002, another network by 0.05 and more."""


class MiniLMEncoder(SentenceTransformerEncoder):
    """The bundled model without torch: ready in about half a second, several times faster than the reference.

    It computes in bf16 where the processor can (cosine to the fp32 vector at least 0.9999), else in fp32.
    A text's vector is the same to the last bit whatever other texts are encoded with it. Where OpenVINO cannot
    be loaded, or gives other vectors than it should, the reference takes over, with a warning in the log.
    Where torch sees a GPU, the reference encodes documents there, in fp32; questions do not wait for torch.
    """

    def __init__(self) -> None:
        super().__init__()
        self._network: _Network | None = None
        self._usable: bool | None = None
        self._on_gpu: bool | None = None
        self._together: Together[str, NDArray[np.float32]] = Together(self._encode_cut)

    @property
    def precision(self) -> str:
        """The number format of the network, or the reference's; loads the network."""
        network = self._ready()
        if network is None:
            return super().precision
        return f"openvino-{network.precision}" + (" (documents: fp32 on a GPU)" if self._has_gpu() else "")

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        """Return vectors (n, dimension); raises ValueError for a text too long, unless it may be cut."""
        network = self._ready()
        if network is None:
            return super().encode_documents(texts, truncate=truncate)
        if truncate and 0 < len(texts) <= _FEW:
            return np.stack(self._together.results(texts))
        if texts and self._has_gpu():
            try:
                return super().encode_documents(texts, truncate=truncate)
            except RuntimeError as error:  # its memory may be full of what others compute
                self._without_gpu(first_line(error))
        ids = self._tokens.ids(texts)
        if not truncate:
            check_lengths(texts, [len(row) - self._tokens.special for row in ids], self.max_tokens)
        alone = len(ids) <= _FEW or processors() == 1
        return self._vectors(network, ids) if alone else self._many(network, ids)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector (dimension,) of a question; what is beyond the model's limit is cut off."""
        if self._ready() is None:
            return super().encode_query(text)
        vector: NDArray[np.float32] = self._together.results([text])[0]
        return vector

    def _encode_cut(self, texts: Sequence[str]) -> Sequence[NDArray[np.float32]]:
        """The vectors of texts that several threads want at the same time."""
        network = self._ready()
        assert network is not None  # nobody comes here without one
        return list(self._vectors(network, self._tokens.ids(texts)))

    def _vectors(self, network: _Network, ids: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Vectors (n, dimension) of texts with these tokens, as many of them as the model reads."""
        ids = self._read(ids)
        vectors = np.empty((len(ids), self.dimension), dtype=np.float32)
        for batch in batches([len(row) for row in ids]):
            with self._lock:  # by batch, so that a question does not wait for a whole document
                vectors[batch] = network.vectors([ids[position] for position in batch])
        return vectors

    def _many(self, network: _Network, ids: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """The same vectors, to the last bit, for more texts than a question has."""
        ids = self._read(ids)
        vectors = np.empty((len(ids), self.dimension), dtype=np.float32)

        def keep(batch: list[int], states: States) -> None:
            vectors[batch] = _mean(states)

        network.side_by_side.each(ids, keep)
        return vectors

    def _read(self, ids: Sequence[NDArray[np.int32]]) -> list[NDArray[np.int32]]:
        return [_cut(row, self.max_tokens + self._tokens.special) for row in ids]

    def _ready(self) -> _Network | None:
        with self._lock:
            if self._usable is None:
                check_bundled_weights(self._folder)
                self._network = self._load()
                self._usable = self._network is not None
            return self._network

    def _has_gpu(self) -> bool:
        """Whether documents are encoded on a GPU: there is one, and it gives the published model's vectors."""
        with self._lock:
            if self._on_gpu is None:
                try:
                    self._on_gpu = torch_sees_gpu()
                    if self._on_gpu and not _is_right(super().encode_documents([_PROBE])):
                        self._without_gpu("it does not give the published model's vectors")
                except (ModelError, ImportError, OSError, RuntimeError) as error:
                    self._without_gpu(first_line(error))
            return bool(self._on_gpu)

    def _without_gpu(self, reason: str) -> None:
        self._on_gpu = False
        logging.getLogger(__name__).warning("the GPU is not used (%s); the processor encodes", reason)

    def _load(self) -> _Network | None:
        probe = self._tokens.ids([_PROBE])
        try:
            for precision in precisions():
                network = _Network(self._folder, precision)
                if _is_right(network.vectors(probe)):
                    return network
            reason = "it does not give the published model's vectors"
        except (ImportError, OSError, RuntimeError) as error:
            reason = first_line(error)
        logging.getLogger(__name__).warning("OpenVINO is not used (%s); torch encodes, slower", reason)
        return None


class _Network:
    """The compiled network; turns token numbers into unit vectors."""

    def __init__(self, folder: Path, precision: str) -> None:
        self.precision = precision
        self._folder = folder
        self._lock = threading.Lock()
        self._side_by_side: SideBySide | None = None
        self._network = Network(self._weights(), _LAYERS, precision)

    def vectors(self, ids: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Encode texts that are padded to the longest; (n, dimension)."""
        return _mean(self._network.states(ids))

    @property
    def side_by_side(self) -> SideBySide:
        """The network for many texts, compiled when it is first needed."""
        with self._lock:
            if self._side_by_side is None:
                self._side_by_side = SideBySide(self._weights(), _LAYERS, self.precision)
            return self._side_by_side

    def _weights(self) -> Weights:
        return shared_weights(self._folder / "model.safetensors")


def _is_right(vectors: NDArray[np.float32]) -> bool:
    """Whether the vector of the probe is the published model's."""
    return bool(np.abs(vectors[0, : len(_PROBE_VECTOR)] - _PROBE_VECTOR).max() < _PROBE_TOLERANCE)


def _mean(found: States) -> NDArray[np.float32]:
    """The mean of each text's states, in fp32, as a unit vector; the length is divided out with the norm."""
    sums = np.einsum("bsd,bs->bd", *found)
    vectors: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return vectors


def _cut(ids: NDArray[np.int32], limit: int) -> NDArray[np.int32]:
    """Keep the beginning and the closing special token, as sentence-transformers does."""
    return ids if len(ids) <= limit else np.concatenate([ids[: limit - 1], ids[-1:]])
