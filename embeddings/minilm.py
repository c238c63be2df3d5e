"""The bundled model on OpenVINO: the reference's vectors without torch. The only module that imports openvino."""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.encode import SentenceTransformerEncoder, check_lengths
from embeddings.errors import first_line
from embeddings.models import check_bundled_weights

if TYPE_CHECKING:
    from openvino import Model, Node

_BUCKET = 16  # texts are padded to a multiple of this, so that a text's own length alone decides its shape
_TOKEN_BUDGET = 2048  # padded tokens in one batch; 1024 to 4096 measured alike, more is slower
_LAYERS, _HEADS, _WIDTH = 6, 12, 384  # of the bundled model

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
    """

    def __init__(self) -> None:
        super().__init__()
        self._network: _Network | None = None
        self._usable: bool | None = None

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        """Return vectors (n, dimension); raises ValueError for a text too long, unless it may be cut."""
        network = self._ready()
        if network is None:
            return super().encode_documents(texts, truncate=truncate)
        special = self._tokens.special
        ids = self._tokens.ids(texts)
        if not truncate:
            check_lengths(texts, [len(row) - special for row in ids], self.max_tokens)
        ids = [_cut(row, self.max_tokens + special) for row in ids]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for batch in _batches([_padded(len(row)) for row in ids]):
            with self._lock:  # by batch, so that a question does not wait for a whole document
                vectors[batch] = network.vectors([ids[position] for position in batch])
        return vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the vector (dimension,) of a question; what is beyond the model's limit is cut off."""
        if self._ready() is None:
            return super().encode_query(text)
        vector: NDArray[np.float32] = self.encode_documents([text], truncate=True)[0]
        return vector

    def _ready(self) -> _Network | None:
        with self._lock:
            if self._usable is None:
                check_bundled_weights(self._folder)
                self._network = self._load()
                self._usable = self._network is not None
            return self._network

    def _load(self) -> _Network | None:
        probe = self._tokens.ids([_PROBE])
        try:
            for precision in _precisions():
                network = _Network(self._folder, precision)
                found = network.vectors(probe)[0, : len(_PROBE_VECTOR)]
                if np.abs(found - _PROBE_VECTOR).max() < _PROBE_TOLERANCE:
                    return network
            reason = "it does not give the published model's vectors"
        except (ImportError, OSError, RuntimeError) as error:
            reason = first_line(error)
        logging.getLogger(__name__).warning("OpenVINO is not used (%s); torch encodes, slower", reason)
        return None


class _Network:
    """The compiled network; turns token numbers into unit vectors."""

    def __init__(self, folder: Path, precision: str) -> None:
        openvino = _import_openvino()
        options = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY"}
        compiled = openvino.Core().compile_model(_build(folder), "CPU", options)
        self._request = compiled.create_infer_request()

    def vectors(self, ids: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        """Encode texts that are padded to the longest; (n, dimension)."""
        length = _padded(max(len(row) for row in ids))
        tokens = np.zeros((len(ids), length), dtype=np.int32)
        mask = np.zeros((len(ids), length), dtype=np.float32)
        for row, numbers in enumerate(ids):
            tokens[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        self._request.infer([tokens, mask], share_inputs=True)
        states = self._request.get_output_tensor(0).data
        # the mean of a text's tokens, in fp32; the length is divided out with the norm
        sums = np.einsum("bsd,bs->bd", states, mask)
        vectors: NDArray[np.float32] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return vectors


def available() -> bool:
    """Whether OpenVINO is installed; imports nothing."""
    from importlib.util import find_spec

    return find_spec("openvino") is not None


def _import_openvino() -> ModuleType:
    # `import openvino` (2026.4) reports itself to Google Analytics, unless its telemetry package is missing.
    # A program that promises to stay offline makes it missing.
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    module: ModuleType = openvino
    return module


def _precisions() -> tuple[str, ...]:
    openvino = _import_openvino()
    capable = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ("bf16", "f32") if capable else ("f32",)


def _cut(ids: NDArray[np.int32], limit: int) -> NDArray[np.int32]:
    """Keep the beginning and the closing special token, as sentence-transformers does."""
    return ids if len(ids) <= limit else np.concatenate([ids[: limit - 1], ids[-1:]])


def _padded(length: int) -> int:
    return math.ceil(length / _BUCKET) * _BUCKET


def _batches(padded: Sequence[int]) -> Iterator[list[int]]:
    """Positions of texts in batches of one padded length: no text's shape depends on another text."""
    batch: list[int] = []
    for position in sorted(range(len(padded)), key=lambda position: (-padded[position], position)):
        length = padded[position]
        if batch and (padded[batch[0]] != length or (len(batch) + 1) * length > _TOKEN_BUDGET):
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _build(folder: Path) -> Model:
    """The BERT network of the bundled model (post-norm, exact GELU), from its weights.

    Inputs: token numbers (n, length) and a mask that is 1 on tokens, 0 on padding. Output: the last layer's states.
    """
    openvino = _import_openvino()
    from openvino import opset13 as ops
    from safetensors.numpy import load_file

    weights = load_file(folder / "model.safetensors")

    def whole(*numbers: int) -> Node:
        return ops.constant(np.array(numbers, dtype=np.int64))

    def linear(states: Node, name: str) -> Node:
        product = ops.matmul(states, ops.constant(weights[f"{name}.weight"]), False, True)
        return ops.add(product, ops.constant(weights[f"{name}.bias"]))

    def norm(states: Node, name: str) -> Node:
        even = ops.mvn(states, whole(-1), True, 1e-12, "inside_sqrt")
        scaled = ops.multiply(even, ops.constant(weights[f"{name}.weight"]))
        return ops.add(scaled, ops.constant(weights[f"{name}.bias"]))

    def heads(states: Node) -> Node:
        split = ops.reshape(states, whole(0, 0, _HEADS, _WIDTH // _HEADS), True)
        return ops.transpose(split, whole(0, 2, 1, 3))

    def attention(states: Node, name: str) -> Node:
        query, key, value = (
            heads(linear(states, f"{name}.self.{part}")) for part in ("query", "key", "value")
        )
        mixed = ops.scaled_dot_product_attention(query, key, value, hidden)
        joined = ops.reshape(ops.transpose(mixed, whole(0, 2, 1, 3)), whole(0, 0, _WIDTH), True)
        return linear(joined, f"{name}.output.dense")

    tokens = ops.parameter([-1, -1], np.int32, name="tokens")
    mask = ops.parameter([-1, -1], np.float32, name="mask")
    # 0 for a token, -10,000 for padding, which the softmax turns into an exact 0
    hidden = ops.multiply(ops.subtract(mask, ops.constant(np.float32(1))), ops.constant(np.float32(1e4)))
    hidden = ops.unsqueeze(hidden, whole(1, 2))

    words = ops.gather(ops.constant(weights["embeddings.word_embeddings.weight"]), tokens, whole(0))
    places = (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    length = ops.gather(ops.shape_of(tokens, "i64"), whole(1), whole(0))
    states = ops.add(words, ops.slice(ops.constant(places), whole(0), length, whole(1), whole(0)))
    states = norm(states, "embeddings.LayerNorm")
    for number in range(_LAYERS):
        layer = f"encoder.layer.{number}"
        states = ops.add(states, attention(states, f"{layer}.attention"))
        states = norm(states, f"{layer}.attention.output.LayerNorm")
        inner = ops.gelu(linear(states, f"{layer}.intermediate.dense"), "erf")
        states = norm(ops.add(states, linear(inner, f"{layer}.output.dense")), f"{layer}.output.LayerNorm")
    model: Model = openvino.Model([ops.result(states)], [tokens, mask], "all-MiniLM-L6-v2")
    return model
