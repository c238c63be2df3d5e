"""Documents are encoded on a GPU where torch sees one; here torch on the processor stands in for it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import gpu
from embeddings.encode import SentenceTransformerEncoder
from embeddings.minilm import MiniLMEncoder

TEXTS = [f"The bridge number {number} was opened in {1900 + number}." for number in range(5)]


@pytest.fixture
def reference(monkeypatch: pytest.MonkeyPatch) -> SentenceTransformerEncoder:
    monkeypatch.setattr("embeddings.minilm.torch_sees_gpu", lambda: True)
    return SentenceTransformerEncoder()


def test_documents_are_encoded_by_the_reference_and_questions_are_not(
    reference: SentenceTransformerEncoder,
) -> None:
    encoder, exact = MiniLMEncoder(), reference.encode_documents(TEXTS)
    assert "documents: fp32 on a GPU" in encoder.precision
    assert np.array_equal(encoder.encode_documents(TEXTS), exact)
    assert encoder.encode_documents([]).shape == (0, 384)
    for vectors in (
        encoder.encode_documents(TEXTS, truncate=True),
        np.stack(list(map(encoder.encode_query, TEXTS))),
    ):
        assert (np.einsum("ij,ij->i", vectors, exact) > 0.9999).all()
        assert encoder.precision.startswith("openvino-f32") or not np.array_equal(vectors, exact)


@pytest.mark.parametrize("trouble", ["other vectors", "no memory", "no memory later"])
def test_a_gpu_that_fails_is_not_used(
    trouble: str,
    reference: SentenceTransformerEncoder,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    calls: list[int] = []
    encode = SentenceTransformerEncoder.encode_documents

    def broken(
        self: SentenceTransformerEncoder, texts: Sequence[str], *, truncate: bool = False
    ) -> NDArray[np.float32]:
        calls.append(len(texts))
        if trouble == "no memory" or len(texts) > 1:
            raise RuntimeError("CUDA out of memory")
        return encode(self, texts, truncate=truncate) * (-1 if trouble == "other vectors" else 1)

    exact = reference.encode_documents(TEXTS)
    monkeypatch.setattr(SentenceTransformerEncoder, "encode_documents", broken)
    encoder = MiniLMEncoder()
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            vectors = encoder.encode_documents(TEXTS)
            assert (np.einsum("ij,ij->i", vectors, exact) > 0.9999).all()
    assert "GPU" not in encoder.precision
    assert calls == ([1, 5] if trouble == "no memory later" else [1])
    assert len([record for record in caplog.records if "the GPU is not used" in record.message]) == 1


@pytest.mark.parametrize(
    ("device", "library", "asked", "seen"),
    [
        ("nvidia0", "libtorch_cuda.so", "", True),
        ("kfd", "libtorch_hip.so", "", True),
        ("nvidia0", "libtorch_cuda.so", "cpu", False),
        ("nvidia0", "libtorch_cpu.so", "", False),
        ("nvidia-caps", "libtorch_cuda.so", "", False),
        ("tty0", "libtorch_cuda.so", "", False),
    ],
)
def test_torch_is_asked_only_where_there_is_a_gpu_for_it(
    device: str, library: str, asked: str, seen: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (tmp_path / "dev" / device, tmp_path / "torch" / "lib" / library):
        place.parent.mkdir(parents=True)
        place.touch()
    questions: list[str] = []

    def available() -> bool:
        questions.append("asked")
        return True

    fake: Any = SimpleNamespace(cuda=SimpleNamespace(is_available=available))
    monkeypatch.setenv("SOURCEBOOK_DEVICE", asked)
    monkeypatch.setattr(
        gpu, "find_spec", lambda name: SimpleNamespace(origin=str(tmp_path / "torch/__init__.py"))
    )
    monkeypatch.setattr(gpu, "_PLACE", tmp_path / "dev")
    monkeypatch.setitem(sys.modules, "torch", fake)
    assert gpu.torch_sees_gpu() is seen
    assert bool(questions) is seen
