"""Models by name: a multilingual encoder through the real loading code, a reranker, and libraries of another model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from corpus.errors import InvalidInput
from qa.cli import cli
from qa.engine import Sourcebook
from qa.indexing import add_paths
from tests.embeddings.tiny import save_tiny_cross_encoder, save_tiny_model
from tests.fakes import FakeEncoder
from tests.qa.material import DOCUMENTS, build, write

MULTILINGUAL = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
QUESTION = "When was the bridge over the Ibar reopened to traffic?"


class Backwards:
    """Likes best what the search liked least."""

    model = "backwards"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts = list(texts)
        return np.arange(len(texts), dtype=np.float32)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that was asked for two models before and has them on this computer."""
    held = {
        MULTILINGUAL: save_tiny_model(tmp_path / "multilingual", tokens=128),
        "cross-encoder/tiny": save_tiny_cross_encoder(tmp_path / "cross"),
    }

    def fetched(name: str, **_: object) -> str:
        if name not in held:
            raise OSError("offline")
        return str(held[name])

    monkeypatch.setattr("huggingface_hub.snapshot_download", fetched)


def _run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.slow
@pytest.mark.usefixtures("hub")
def test_a_library_is_made_with_a_named_model_and_asked_with_it(tmp_path: Path) -> None:
    sources = write(tmp_path / "sources", DOCUMENTS)
    library = tmp_path / "library"
    code, shown = _run("add", "--library", library, "--model", MULTILINGUAL, sources)
    assert (code, "added 5" in shown) == (0, True), shown
    code, shown = _run("ask", "--library", library, "Combien de policiers la mission comptait-elle ?")
    assert code == 0
    assert "5 documents" in shown
    code, shown = _run("add", "--library", library, "--model", "all-MiniLM-L6-v2", sources)
    assert code == 1
    assert f"was made with {MULTILINGUAL} (32 dimensions" in " ".join(shown.split())
    assert "sourcebook reindex --model" in shown
    code, shown = _run("ask", "--library", library, "--reranker", "cross-encoder/tiny", QUESTION)
    assert code == 0
    code, shown = _run("ask", "--library", library, "--reranker", MULTILINGUAL, QUESTION)
    assert (code, "is no cross-encoder" in shown) == (1, True)


@pytest.mark.parametrize("command", [["ask", QUESTION], ["serve", "--no-samples"], ["eval"]])
def test_a_reranker_that_is_not_there_is_named_before_any_work(command: list[str], tmp_path: Path) -> None:
    code, shown = _run(*command, "--library", tmp_path / "library", "--reranker", tmp_path / "nothing")
    assert code == 1
    assert "there is no model" in shown
    assert not (tmp_path / "library").exists()


def test_a_reranker_orders_anew_and_decides_nothing_else(tmp_path: Path) -> None:
    library = build(tmp_path)
    backwards = Backwards()
    with Sourcebook.open(library, encoder=FakeEncoder()) as plain:
        before = plain.ask(QUESTION)
    with Sourcebook.open(library, encoder=FakeEncoder(), reranker=backwards) as other:
        after = other.ask(QUESTION)
    assert len(before.citations) > 1
    assert [one.quote for one in after.citations] == [one.quote for one in reversed(before.citations)]
    assert (after.answered, after.confidence) == (before.answered, before.confidence)
    assert backwards.texts[0].startswith("Bridge over the river reopened\n")


def test_a_model_that_reads_too_little_is_refused_once_and_nothing_is_made(tmp_path: Path) -> None:
    sources = write(tmp_path / "sources", DOCUMENTS)
    with pytest.raises(
        InvalidInput, match="reads 43 tokens of a text, passages need at least 64; name another"
    ):
        add_paths(tmp_path / "library", [sources], FakeEncoder(max_tokens=43))
    assert not (tmp_path / "library").exists()
