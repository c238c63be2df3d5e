"""What is among the first citations, by kind."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from corpus.errors import InvalidInput
from eval import by_kind
from eval.by_kind import ALL, FIRST, holds, main
from eval.command import questions_named
from eval.questions import Gold, Question
from qa.engine import Sourcebook
from tests.fakes import FakeEncoder
from tests.qa.material import build

FILES = {
    f"{name}.txt": f"The {name} counted {number} boats." for number, name in enumerate("ABCDEFGHIJKL", 10)
}


def test_any_place_must_be_among_the_first_five_and_all_among_the_first_ten(tmp_path: Path) -> None:
    with Sourcebook.open(build(tmp_path, FILES), encoder=FakeEncoder()) as book:
        answer = book.ask("How many boats were counted?", limit=12)
    shown = answer.citations or answer.nearest
    places = [Gold(citation.path) for citation in shown]
    asked = Question("q", "How many boats were counted?")
    assert len(shown) > ALL
    assert holds(replace(asked, gold=(places[FIRST - 1],)), shown)
    assert not holds(replace(asked, gold=(places[FIRST],)), shown)
    assert holds(replace(asked, gold=(places[0], places[ALL - 1]), need="all"), shown)
    assert not holds(replace(asked, gold=(places[0], places[ALL]), need="all"), shown)


def test_a_line_for_each_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = partial(Sourcebook.open, encoder=FakeEncoder())
    monkeypatch.setattr(by_kind, "Sourcebook", SimpleNamespace(open=opened))
    library = build(tmp_path, {"a.txt": "The ferry sank in May 1971."})
    rows = tmp_path / "set.jsonl"
    rows.write_text(
        '{"id": "1", "question": "When did the ferry sink?", "kind": "fact", "gold": [{"document": "a.txt"}]}\n'
        '{"id": "2", "question": "Who built it?", "kind": "near"}\n'
    )
    far = tmp_path / "far.jsonl"
    far.write_text('{"id": "3", "question": "How do I bake bread?", "kind": "far", "split": "test"}\n')
    main([str(rows), str(library), "--elsewhere", f"{far}:test"])
    printed = capsys.readouterr().out
    assert "fact: 1 of 1" in printed
    assert "AUROC against near: " in printed
    assert "AUROC against far: 1.00" in printed
    assert "; answered: 0.00" in printed


def test_a_set_with_splits_is_not_taken_whole_by_accident(tmp_path: Path) -> None:
    rows = tmp_path / "set.jsonl"
    rows.write_text(
        "".join(
            f'{{"id": "{split}", "question": "Who?", "split": "{split}"}}\n' for split in ("train", "test")
        )
    )
    assert [question.id for question in questions_named(f"{rows}:test")] == ["test"]
    assert len(questions_named(f"{rows}:all")) == 2
    with pytest.raises(InvalidInput, match=r"has splits, name one: .*set\.jsonl:train, or"):
        questions_named(str(rows))
