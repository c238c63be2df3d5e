"""BERT networks on OpenVINO, built from weights; no row changes another's result. The only module that imports openvino."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import ModelError

if TYPE_CHECKING:
    from openvino import CompiledModel, InferRequest, Model, Node

Weights = Mapping[str, NDArray[np.float32]]
"""Weights under the names that they are published by."""
Rows = Sequence[NDArray[np.int32]]
"""Token numbers of texts, special tokens included."""
States = tuple[NDArray[np.float32], NDArray[np.float32]]
"""The last layer's states (n, length, width) of rows padded to the longest, and the mask (n, length) of their tokens."""

_BUCKET = 16  # texts are padded to a multiple of this, so that a text's own length alone decides its shape
_TOKEN_BUDGET = 2048  # padded tokens in one batch; 1024 to 4096 measured alike, more is slower
_SHARED_BUDGET = 1024  # where several batches are computed side by side: less to wait for at the end
WORDS: Final = "embeddings.word_embeddings.weight"
_HEADS, _WIDTH = 12, 384  # of the bundled model
_SCALE = np.float32((_WIDTH // _HEADS) ** -0.5)


def available() -> bool:
    """Whether OpenVINO is installed; imports nothing."""
    from importlib.util import find_spec

    return find_spec("openvino") is not None


def precisions() -> tuple[str, ...]:
    """The number formats that this processor computes in, the fastest first."""
    openvino = _import_openvino()
    capable = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ("bf16", "f32") if capable else ("f32",)


def read_weights(file: Path) -> dict[str, NDArray[np.float32]]:
    """Read a safetensors file as fp32."""
    from safetensors.numpy import load_file

    stored = load_file(file)
    return {
        name: value.astype(np.float32, copy=False)
        for name, value in stored.items()
        if np.issubdtype(value.dtype, np.floating)
    }


@lru_cache(maxsize=1)
def shared_weights(file: Path) -> Weights:
    """The same of a file that never changes, read once: all networks built of them share their memory."""
    return read_weights(file)


class Network:
    """A compiled network of `layers` layers; turns token numbers into the last layer's states.

    With `segments`, each row has a place where its second segment begins. With `timed` its operations are timed.
    """

    def __init__(
        self, weights: Weights, layers: int, precision: str, *, segments: bool = False, timed: bool = False
    ) -> None:
        options = {"PERFORMANCE_HINT": "LATENCY"} | ({"PERF_COUNT": "YES"} if timed else {})
        model = _build(weights, layers, segments=segments)
        self._request = _compile(model, precision, options).create_infer_request()

    def states(self, ids: Rows, seconds: Sequence[int] | None = None) -> States:
        """The states of rows; they lie in the network's own memory: the next call writes over them."""
        return _infer(self._request, ids, seconds)

    def times(self) -> dict[str, float]:
        """Seconds of each kind of operation in the last call, by OpenVINO's names; needs `timed`."""
        found: dict[str, float] = {}
        for operation in self._request.profiling_info:
            found[operation.node_type] = (
                found.get(operation.node_type, 0.0) + operation.real_time.total_seconds()
            )
        return found


class SideBySide:
    """A compiled network that computes several batches at a time, one on each processor: more texts a second.

    A single batch takes longer than in `Network`; a row's states are the same to the last bit.
    """

    def __init__(self, weights: Weights, layers: int, precision: str) -> None:
        model = _build(weights, layers, segments=False)
        compiled = _compile(model, precision, {"PERFORMANCE_HINT": "THROUGHPUT"})
        self._count = int(compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._free: SimpleQueue[InferRequest] = SimpleQueue()
        for _ in range(self._count):
            self._free.put(compiled.create_infer_request())

    def each(self, rows: Rows, use: Callable[[list[int], States], None]) -> None:
        """Call `use`, in several threads, with the positions and the states of each batch of rows; these go after it."""

        def compute(batch: list[int]) -> None:
            request = self._free.get()
            try:
                use(batch, _infer(request, [rows[position] for position in batch], None))
            finally:
                self._free.put(request)

        with ThreadPoolExecutor(self._count) as threads:
            list(threads.map(compute, batches([len(row) for row in rows], _SHARED_BUDGET)))


def _compile(model: Model, precision: str, options: Mapping[str, str]) -> CompiledModel:
    options = {"INFERENCE_PRECISION_HINT": precision, **options}
    if (threads := _threads()) is not None:
        # each process would bind its threads to the first processors
        options |= {"INFERENCE_NUM_THREADS": threads, "ENABLE_CPU_PINNING": "NO"}
    return _import_openvino().Core().compile_model(model, "CPU", options)


def _infer(request: InferRequest, ids: Rows, seconds: Sequence[int] | None) -> States:
    length = padded(max(len(row) for row in ids))
    tokens = np.zeros((len(ids), length), dtype=np.int32)
    mask = np.zeros((len(ids), length), dtype=np.float32)
    for row, numbers in enumerate(ids):
        tokens[row, : len(numbers)] = numbers
        mask[row, : len(numbers)] = 1
    inputs = [tokens, mask]
    if seconds is not None:
        second = np.arange(length)[None, :] >= np.array(seconds)[:, None]
        inputs.append((second & (mask > 0)).astype(np.int32))
    request.infer(inputs, share_inputs=True, share_outputs=True)
    return request.get_output_tensor(0).data, mask


def processors() -> int:
    """How many processors networks may use here."""
    return int(_threads() or os.cpu_count() or 1)


def _threads() -> str | None:
    """How many threads of the processor a network may use, where the environment says it; by default all."""
    said = os.environ.get("SOURCEBOOK_THREADS", "").strip()
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or int(said) < 1:
        raise ModelError(f"SOURCEBOOK_THREADS is {said!r}; set it to a number from 1 on, or leave it out")
    return said


def padded(length: int) -> int:
    """The length that a row of tokens is padded to."""
    return math.ceil(length / _BUCKET) * _BUCKET


def batches(lengths: Sequence[int], budget: int = _TOKEN_BUDGET) -> Iterator[list[int]]:
    """Positions of rows in batches of one padded length, so that no row's shape depends on another row, longest first."""
    sizes = [padded(length) for length in lengths]
    batch: list[int] = []
    for position in sorted(range(len(sizes)), key=lambda position: (-sizes[position], position)):
        length = sizes[position]
        if batch and (sizes[batch[0]] != length or (len(batch) + 1) * length > budget):
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _import_openvino() -> ModuleType:
    # `import openvino` (2026.4) reports itself to Google Analytics, unless its telemetry package is missing.
    # A program that promises to stay offline makes it missing.
    if "openvino" not in sys.modules:
        sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # as if it were not installed
    import openvino

    module: ModuleType = openvino
    return module


def _build(weights: Weights, layers: int, *, segments: bool) -> Model:
    """The BERT network of the bundled model (post-norm, exact GELU), from its weights.

    Inputs: token numbers (n, length), a mask that is 1 on tokens and 0 on padding, and with `segments` the number
    of each token's segment, else all are 0. Output: the last layer's states.
    """
    openvino = _import_openvino()
    from openvino import opset13 as ops

    def whole(*numbers: int) -> Node:
        return ops.constant(np.array(numbers, dtype=np.int64))

    def learned(name: str) -> Node:
        return openvino.op.Constant(weights[name], shared_memory=True)  # which keeps the array alive

    def linear(states: Node, name: str) -> Node:
        product = ops.matmul(states, learned(f"{name}.weight"), False, True)
        return ops.add(product, learned(f"{name}.bias"))

    def norm(states: Node, name: str) -> Node:
        even = ops.mvn(states, whole(-1), True, 1e-12, "inside_sqrt")
        scaled = ops.multiply(even, learned(f"{name}.weight"))
        return ops.add(scaled, learned(f"{name}.bias"))

    def heads(states: Node) -> Node:
        split = ops.reshape(states, whole(0, 0, _HEADS, _WIDTH // _HEADS), True)
        return ops.transpose(split, whole(0, 2, 1, 3))

    def attention(states: Node, name: str) -> Node:
        query, key, value = (
            heads(linear(states, f"{name}.self.{part}")) for part in ("query", "key", "value")
        )
        # step by step: its one operation for all of this takes 8% longer (2026.4)
        likeness = ops.matmul(ops.multiply(query, ops.constant(_SCALE)), key, False, True)
        mixed = ops.matmul(ops.softmax(ops.add(likeness, hidden), -1), value, False, False)
        joined = ops.reshape(ops.transpose(mixed, whole(0, 2, 1, 3)), whole(0, 0, _WIDTH), True)
        return linear(joined, f"{name}.output.dense")

    tokens = ops.parameter([-1, -1], np.int32, name="tokens")
    mask = ops.parameter([-1, -1], np.float32, name="mask")
    inputs = [tokens, mask]
    # 0 for a token, -10,000 for padding, which the softmax turns into an exact 0
    hidden = ops.multiply(ops.subtract(mask, ops.constant(np.float32(1))), ops.constant(np.float32(1e4)))
    hidden = ops.unsqueeze(hidden, whole(1, 2))

    words = ops.gather(learned(WORDS), tokens, whole(0))
    places = weights["embeddings.position_embeddings.weight"]
    kinds = weights["embeddings.token_type_embeddings.weight"]
    if segments:
        inputs.append(ops.parameter([-1, -1], np.int32, name="segments"))
        words = ops.add(words, ops.gather(ops.constant(kinds), inputs[2], whole(0)))
    else:
        places = places + kinds[0]
    length = ops.gather(ops.shape_of(tokens, "i64"), whole(1), whole(0))
    states = ops.add(words, ops.slice(ops.constant(places), whole(0), length, whole(1), whole(0)))
    states = norm(states, "embeddings.LayerNorm")
    for number in range(layers):
        layer = f"encoder.layer.{number}"
        states = ops.add(states, attention(states, f"{layer}.attention"))
        states = norm(states, f"{layer}.attention.output.LayerNorm")
        inner = ops.gelu(linear(states, f"{layer}.intermediate.dense"), "erf")
        states = norm(ops.add(states, linear(inner, f"{layer}.output.dense")), f"{layer}.output.LayerNorm")
    model: Model = openvino.Model([ops.result(states)], inputs, "bert")
    return model
