"""Passages of any document whatever: long lines, generated documents, real texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunk import TokenOffsets, chunk
from corpus.types import Document, Passage
from tests.corpus.chunking import BUDGET, MARKS, built, check, letters, words


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "megabytes"),
    [("x", 5), ("word ", 5), ("漢字", 1), ("Mission. ", 1), ("0a-", 1), ("😀", 1), ("“It is. ", 1)],
)
def test_one_long_line(unit: str, megabytes: int, wordpiece: TokenOffsets) -> None:
    text = unit * (megabytes * 1_000_000 // len(unit.encode()))
    counted = 0

    def counting(piece: str) -> Sequence[tuple[int, int]]:
        nonlocal counted
        counted += len(piece)
        return wordpiece(piece)

    document = built([text])
    passages = chunk(document, counting, BUDGET)
    assert counted < 3 * len(text) + 300_000
    end = 0
    for passage in passages:
        assert not text[end : passage.start].strip()
        assert passage.end - passage.start <= 4_000
        end = passage.end
    assert end == len(text.rstrip())


# ------------------------------------------------------------------------------------------------- properties

ATOMS = st.sampled_from(
    [
        "Mr.",
        "U.S.",
        "The",
        "it",
        "mission,",
        "Kosovo;",
        "3,801",
        "12.",
        "(a)",
        "para.",
        "said.",
        "ended!",
        "why?",
        "“Yes.",
        "No.”",
        "…",
        "—",
        "|",
        "a/b",
        "é",
        "é́",
        "😀",
        "👩\u200d👩\u200d👧",
        "السلام",
        "عليكم.",
        "שלום",
        "漢字。",
        "\u200f",
        "\x00",
        "\ufeff",
        "\xa0",
        "ﷺ",
        "각",
        "\t",
        "\r",
    ]
)
LONG = st.builds(
    lambda atom, count: atom * count,
    st.sampled_from(["x", "xq", "é", "漢", "😀", "e\u0301", "1-", "a, "]),
    st.integers(1, 900),
)
LINE = st.lists(st.one_of(ATOMS, ATOMS, ATOMS, LONG), max_size=40).map(" ".join)
MARK = st.sampled_from(["", "", "", *MARKS])
DOCUMENTS = st.builds(
    built,
    lines=st.lists(st.builds(lambda mark, line: mark + line.replace("\n", " "), MARK, LINE), max_size=25),
    title=st.one_of(LINE, st.just("Report")),
    newline=st.sampled_from(["\n", "\r\n", "\n\n", " ", "\n" + "-" * 50 + "\n"]),
    pages=st.integers(0, 4),
)


@pytest.mark.parametrize("tokens", [words, letters])
@settings(derandomize=True, max_examples=150, deadline=None)
@given(document=DOCUMENTS, budget=st.sampled_from([160, 254, 510]))
def test_any_document_with_simple_tokenizers(tokens: TokenOffsets, document: Document, budget: int) -> None:
    passages = chunk(document, tokens, budget)
    check(document, passages, tokens, budget)
    assert passages == chunk(document, tokens, budget)


@pytest.fixture(scope="session")
def checked(wordpiece: TokenOffsets) -> Callable[[Document], Sequence[Passage]]:
    def run(document: Document) -> Sequence[Passage]:
        passages = chunk(document, wordpiece, BUDGET)
        check(document, passages, wordpiece, BUDGET)
        return passages

    return run


@settings(derandomize=True, max_examples=200, deadline=None)
@given(document=DOCUMENTS)
def test_any_document_with_the_real_tokenizer(
    checked: Callable[[Document], Sequence[Passage]], document: Document
) -> None:
    checked(document)


def test_saved_pages(shared_data: Path, checked: Callable[[Document], Sequence[Passage]]) -> None:
    for path in sorted((shared_data / "seeds").glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(checked(built(lines, title=path.stem))) >= 3


def test_speeches(shared_data: Path, checked: Callable[[Document], Sequence[Passage]]) -> None:
    with (shared_data / "ungdc_kosovo.jsonl").open(encoding="utf-8") as rows:
        speeches = [json.loads(row) for row in rows][::20]
    for speech in speeches:
        assert len(checked(built([speech["text"].replace("\n\n", "\n")], title=speech["title"]))) > 5
