"""The bundled model on both runtimes, and any other sentence-transformers model by folder."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings import encode, minilm, models, network
from embeddings.encode import Encoder, SentenceTransformerEncoder, batches, default_encoder
from embeddings.errors import ModelError
from embeddings.minilm import MiniLMEncoder
from tests.embeddings.tiny import save_tiny_model
from tests.fakes import FakeEncoder

TEXTS = [
    "",
    "a",
    "Kosovo",
    "The mission was authorised to employ 510 staff, of whom 148 were international police officers.",
    "“Gate 2” was declared on 31 January 2010; NATO then reduced its force to about 10,000 troops.",
    "La mission des Nations Unies au Kosovo a été établie par la résolution 1244 (1999) du Conseil de sécurité.",
    "Il nuovo capo della missione è arrivato a Pristina; l’Italia mantiene circa 600 militari.",
    "Косово · المهمة · 科索沃 · 🙂 · a\u0301 · [SEP] · \x00 · \ud800",
    "| Year | Troops |\n| 1999 | 50,000 |\n| 2003 | 17,500 |\n| 2010 | 9,923 |",
    " ".join(
        f"Paragraph {number} of the report describes returns and property claims." for number in range(16)
    ),
]


@pytest.fixture(scope="session")
def fast() -> MiniLMEncoder:
    return MiniLMEncoder()


@pytest.fixture(scope="session")
def reference() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder()


@pytest.fixture(params=["fast", "reference"])
def bundled(request: pytest.FixtureRequest) -> Encoder:
    encoder: Encoder = request.getfixturevalue(request.param)
    return encoder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a real model with random weights: two layers, 32 dimensions, 48 tokens, with prompts."""
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def test_both_runtimes_describe_themselves_alike(
    fast: MiniLMEncoder, reference: SentenceTransformerEncoder
) -> None:
    for encoder in (fast, reference):
        assert encoder.model == "sentence-transformers/all-MiniLM-L6-v2"
        assert (encoder.dimension, encoder.max_tokens) == (384, 254)
    assert fast.revision == reference.revision
    assert len(fast.revision) == 64


def test_the_bundled_model_goes_by_its_names() -> None:
    for name in (None, "all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"):
        encoder = default_encoder(name)
        assert isinstance(encoder, MiniLMEncoder)
        assert encoder.model == "sentence-transformers/all-MiniLM-L6-v2"


def test_both_runtimes_give_the_same_vectors(
    fast: MiniLMEncoder, reference: SentenceTransformerEncoder
) -> None:
    assert fast._ready() is not None  # else the reference is compared with itself
    ours, theirs = fast.encode_documents(TEXTS), reference.encode_documents(TEXTS)
    assert ours.dtype == theirs.dtype == np.float32
    assert np.einsum("ij,ij->i", ours, theirs).min() >= 0.9999
    for text in TEXTS:
        assert float(fast.encode_query(text) @ reference.encode_query(text)) >= 0.9999


def test_a_processor_without_bf16_gives_fp32_vectors(
    monkeypatch: pytest.MonkeyPatch, reference: SentenceTransformerEncoder
) -> None:
    monkeypatch.setattr(minilm, "precisions", lambda: ("f32",))
    encoder = MiniLMEncoder()
    assert encoder._ready() is not None
    vectors = encoder.encode_documents(TEXTS)
    assert np.abs(vectors - reference.encode_documents(TEXTS)).max() < 1e-5
    assert (vectors == np.stack([encoder.encode_documents([text])[0] for text in TEXTS])).all()


def test_the_reference_is_what_sentence_transformers_gives(reference: SentenceTransformerEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(models.bundled_folder()), device="cpu", local_files_only=True)
    texts = TEXTS[:7]
    assert np.allclose(reference.encode_documents(texts), model.encode(texts), atol=1e-6)
    for text in texts:
        assert len(model.tokenizer(text)["input_ids"]) == len(reference.token_offsets(text)) + 2


def test_vectors_are_unit_vectors_near_for_like_meaning(bundled: Encoder) -> None:
    vectors = bundled.encode_documents(
        ["The cat sleeps on the sofa.", "NATO reduced the number of its soldiers.", "Stir the dough well."]
    )
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert int((vectors @ bundled.encode_query("How many troops does the alliance have?")).argmax()) == 1
    assert bundled.encode_query("a kitten").shape == (384,)
    assert bundled.encode_documents([]).shape == (0, 384)


def test_encoding_twice_gives_the_same_bits(bundled: Encoder) -> None:
    assert (bundled.encode_documents(TEXTS) == bundled.encode_documents(TEXTS)).all()
    assert (bundled.encode_query(TEXTS[3]) == bundled.encode_query(TEXTS[3])).all()
    fresh = type(bundled)()
    assert (fresh.encode_documents(TEXTS) == bundled.encode_documents(TEXTS)).all()


def test_company_does_not_change_a_vector(fast: MiniLMEncoder, reference: SentenceTransformerEncoder) -> None:
    many = [*TEXTS, *(text[: 7 * number] for number in range(1, 20) for text in TEXTS[3:7])]
    together = fast.encode_documents(many)
    alone = np.stack([fast.encode_documents([text])[0] for text in many])
    assert (together == alone).all()
    assert (fast.encode_documents(many[::-1])[::-1] == together).all()
    # the reference pads to the longest of the batch
    assert (
        np.abs(reference.encode_documents(TEXTS)[3] - reference.encode_documents(TEXTS[3:4])[0]).max() < 1e-6
    )


def test_operations_are_timed_where_that_is_asked_for() -> None:
    weights = network.read_weights(models.bundled_folder() / "model.safetensors")
    rows = [np.arange(1000, 1030, dtype=np.int32)]
    timed = network.Network(weights, 1, "f32", timed=True)
    timed.states(rows)
    assert timed.times()["FullyConnected"] > 0


def test_questions_in_threads_get_their_own_vectors(bundled: Encoder) -> None:
    alone = [bundled.encode_query(text) for text in TEXTS]
    with ThreadPoolExecutor(6) as pool:
        for vector, expected in zip(pool.map(bundled.encode_query, TEXTS * 5), alone * 5, strict=True):
            assert (vector == expected).all()


def test_nothing_is_cut_in_silence(bundled: Encoder) -> None:
    fits = " ".join(["word"] * 254)
    assert len(bundled.token_offsets(fits)) == 254
    bundled.encode_documents([fits])
    with pytest.raises(ValueError, match=r"text 1 has 255 tokens, the model reads 254: 'start word word"):
        bundled.encode_documents([fits, f"start {fits}", f"{fits} again too long"])
    cut = bundled.encode_documents([f"{fits} and much more"], truncate=True)
    assert np.allclose(cut, bundled.encode_documents([fits]), atol=1e-6)
    assert np.allclose(bundled.encode_query(f"{fits} and more " * 99), bundled.encode_query(fits), atol=1e-6)


def test_token_offsets_are_code_points_of_the_text(fast: MiniLMEncoder) -> None:
    text = "🙂 Café isn’t far.\n"
    assert [text[start:end] for start, end in fast.token_offsets(text)] == [
        "🙂", "Café", "isn", "’", "t", "far", ".",
    ]  # fmt: skip
    assert fast.token_offsets("") == []
    assert fast.token_offsets("a\ud800b")[-1] == (2, 3)


def test_a_question_needs_no_torch_and_tells_nobody(tmp_path: Path) -> None:
    script = """
import sys
from embeddings.encode import default_encoder
encoder = default_encoder()
assert encoder.max_tokens == 254 and encoder.token_offsets("a b") == [(0, 1), (2, 3)]
assert not {"openvino", "torch", "transformers", "sentence_transformers"} & sys.modules.keys()
assert encoder.encode_query("How many troops?").shape == (384,)
assert "openvino" in sys.modules
assert sys.modules["openvino_telemetry"] is None
assert not {"torch", "transformers", "sentence_transformers"} & sys.modules.keys()
"""
    environment = {**os.environ, "HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("failure", ["missing", "other vectors"])
def test_torch_takes_over_where_openvino_cannot_be_used(
    failure: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    reference: SentenceTransformerEncoder,
) -> None:
    def missing() -> Any:
        raise ImportError("no library for this processor")

    if failure == "missing":
        monkeypatch.setattr(network, "_import_openvino", missing)
    else:
        monkeypatch.setattr(minilm, "_PROBE_VECTOR", (0.5,) * 12)
    encoder = MiniLMEncoder()
    with caplog.at_level(logging.WARNING):
        vectors = encoder.encode_documents(TEXTS[:3])
        assert (encoder.encode_query("a") == reference.encode_query("a")).all()
    assert (vectors == reference.encode_documents(TEXTS[:3])).all()
    reason = "no library" if failure == "missing" else "it does not give"
    assert len(caplog.records) == 1
    assert f"OpenVINO is not used ({reason}" in caplog.text


@pytest.mark.parametrize("kind", [MiniLMEncoder, SentenceTransformerEncoder])
def test_damaged_weights_are_refused(
    kind: type[SentenceTransformerEncoder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(models.bundled_folder(), folder)
    whole = models.fingerprint(folder)
    with (folder / "model.safetensors").open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    monkeypatch.setattr(encode, "bundled_folder", lambda: folder)
    encoder = kind()
    with pytest.raises(ModelError, match=r"have SHA-256 [0-9a-f]{64}, the published ones 53aa51.*; run: pip"):
        encoder.encode_query("a")
    with pytest.raises(ModelError, match="published ones"):
        encoder.encode_documents(["a"])
    assert encoder.revision != whole


def test_another_model_is_used_with_its_own_prompts_and_limit(tiny_model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    encoder = default_encoder(str(tiny_model))
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.model == str(tiny_model)
    assert encoder.dimension == 32
    assert encoder.max_tokens == 48 - 2 - 2 - 1  # special tokens, "passage:" and one to spare
    model = SentenceTransformer(str(tiny_model), device="cpu", local_files_only=True)
    raw = model.encode(["passage: Two gates.", "question: Two gates."], normalize_embeddings=True)
    assert np.allclose(encoder.encode_documents(["Two gates."])[0], raw[0], atol=1e-6)
    assert np.allclose(encoder.encode_query("Two gates."), raw[1], atol=1e-6)
    with pytest.raises(ValueError, match="text 0 has 62 tokens, the model reads 46"):
        encoder.encode_documents(["word " * 60])
    assert encoder.encode_documents(["word " * 43]).shape == (1, 32)
    assert encoder.encode_query("word " * 5000).shape == (32,)


def test_revision_follows_what_decides_the_vectors(tiny_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(tiny_model, copy)
    revision = models.fingerprint(tiny_model)
    (copy / "README.md").write_text("another description")
    (copy / "onnx").mkdir()
    (copy / "onnx" / "config.json").write_text("{}")
    assert models.fingerprint(copy) == revision
    prompts = copy / "config_sentence_transformers.json"
    prompts.write_text(
        json.dumps({**json.loads(prompts.read_text()), "prompts": {"query": "", "document": ""}})
    )
    assert models.fingerprint(copy) != revision


def test_models_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="no model 'nobody/no-such-model' on this computer"):
        default_encoder("nobody/no-such-model").encode_query("a")
    with pytest.raises(ModelError, match="no model 'not a name'"):
        default_encoder("not a name").token_offsets("a")
    with pytest.raises(ModelError, match="holds no model"):
        default_encoder(str(tmp_path)).encode_query("a")
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"has no tokenizer\.json"):
        default_encoder(str(tmp_path)).token_offsets("a")
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match="is damaged"):
        default_encoder(str(tmp_path)).token_offsets("a")
    with pytest.raises(ModelError, match="cannot be loaded"):
        default_encoder(str(tmp_path)).encode_query("a")


@given(lengths=st.lists(st.integers(0, 300), max_size=60), budget=st.integers(1, 1000))
def test_batches_hold_every_text_once_within_the_budget(lengths: list[int], budget: int) -> None:
    made = list(batches(lengths, budget))
    assert sorted(position for batch in made for position in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(lengths[position] for position in batch) <= budget


def test_the_fake_encoder_keeps_the_promises_of_an_encoder() -> None:
    encoder: Encoder = FakeEncoder(max_tokens=10)
    texts = ["Dogs barked loudly.", "The budget of the mission", "", "\ud800"]
    vectors = encoder.encode_documents(texts)
    assert vectors.shape == (4, 64)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert (vectors == np.stack([encoder.encode_documents([text])[0] for text in texts])).all()
    assert int((vectors @ encoder.encode_query("What does a dog bark at?")).argmax()) == 0
    with pytest.raises(ValueError, match="text 1 has 11 tokens, the model reads 10"):
        encoder.encode_documents(["a", "b " * 11])
    assert (
        encoder.encode_documents(["b " * 11], truncate=True) == encoder.encode_documents(["b " * 10])
    ).all()
