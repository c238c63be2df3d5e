"""Passages: structure, budget, coverage; over built documents, generated ones and real texts."""

from __future__ import annotations

from itertools import pairwise

import pytest

from corpus.chunk import MINIMUM_BUDGET, TokenOffsets, chunk, encoder_text
from corpus.types import Span
from tests.corpus.chunking import BUDGET, built, check, letters, sentence, slices, words


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


def test_a_footnote_is_in_no_passage_of_the_running_text() -> None:
    lines = ["# Talks", "¶ 12. They began on Monday.", "† 3 Reissued.", "† 4 See above.", "¶ 13. They ended."]
    assert slices(built(lines)) == [
        "Talks\n¶ 12. They began on Monday.",
        "3 Reissued.",
        "4 See above.",
        "13. They ended.",
    ]
    assert (
        encoder_text(built(lines), chunk(built(lines), words, BUDGET)[3]) == "A title\nTalks\n13. They ended."
    )


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
    rows = [[document.text[span.start : span.end] for span in passage.sentences] for passage in passages]
    assert list(dict.fromkeys(row for found in rows for row in found)) == [line[2:] for line in lines[2:]]
    assert all(before[-1] == after[0] for before, after in pairwise(rows))  # neighbours share a passage
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
