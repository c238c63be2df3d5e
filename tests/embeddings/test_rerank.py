"""Cross-encoders by name or folder: a real one with random weights scores, and what is none is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from embeddings import models
from embeddings.errors import ModelError
from embeddings.rerank import CrossEncoderReranker
from tests.embeddings.tiny import save_tiny_cross_encoder, save_tiny_model

TEXTS = ["Two gates were opened.", "Apples and plums.", "word " * 2000, ""]


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_cross_encoder(tmp_path_factory.mktemp("rerankers") / "tiny")


def test_scores_are_those_of_sentence_transformers(cross_encoder: Path) -> None:
    from sentence_transformers import CrossEncoder

    reranker = CrossEncoderReranker(str(cross_encoder))
    scores = reranker.scores("How many gates?", TEXTS)
    raw = CrossEncoder(str(cross_encoder), local_files_only=True).predict(
        [("How many gates?", text) for text in TEXTS]
    )
    assert scores.shape == (4,)
    assert np.allclose(scores, raw, atol=1e-5)
    assert len(set(scores.round(6))) == len(TEXTS)
    assert reranker.scores("How many gates?", []).shape == (0,)
    assert reranker.model == str(cross_encoder)


@pytest.mark.parametrize(
    "kind", ["plain encoder", "sentence-transformers model", "bundled", "bundled by name", "headless weights"]
)
def test_encoders_without_a_head_are_refused(kind: str, cross_encoder: Path, tmp_path: Path) -> None:
    if kind == "plain encoder":
        folder = save_tiny_cross_encoder(tmp_path / "plain", head=False)
    elif kind == "sentence-transformers model":
        folder = save_tiny_model(tmp_path / "encoder")
    elif kind == "bundled":
        folder = models.bundled_folder()
    elif kind == "bundled by name":
        folder = Path("sentence-transformers/all-MiniLM-L6-v2")
    else:  # the configuration claims a head that the weights do not hold
        folder = save_tiny_cross_encoder(tmp_path / "plain", head=False)
        shutil.copy(cross_encoder / "config.json", folder / "config.json")
    with pytest.raises(ModelError, match=r"is no cross-encoder: .* would order at random; name one that has"):
        CrossEncoderReranker(str(folder))


def test_a_classifier_of_several_classes_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_cross_encoder(tmp_path / "nli", labels=3)
    with pytest.raises(ModelError, match="sorts texts into 3 classes, a reranker gives one score"):
        CrossEncoderReranker(str(folder))


def test_what_is_not_there_or_damaged_is_named(
    cross_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="no model 'nobody/no-such-reranker' on this computer"):
        CrossEncoderReranker("nobody/no-such-reranker")
    damaged = tmp_path / "damaged"
    shutil.copytree(cross_encoder, damaged)
    (damaged / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="is damaged"):
        CrossEncoderReranker(str(damaged))
    shutil.copy(cross_encoder / "model.safetensors", damaged / "model.safetensors")
    (damaged / "config.json").write_text("{")
    with pytest.raises(ModelError, match=r"config\.json is damaged"):
        CrossEncoderReranker(str(damaged))
    config = json.loads((cross_encoder / "config.json").read_text())
    (damaged / "config.json").write_text(json.dumps({**config, "hidden_size": 31}))
    with pytest.raises(ModelError, match="cannot be loaded"):
        CrossEncoderReranker(str(damaged))
