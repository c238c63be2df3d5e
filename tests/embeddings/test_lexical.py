"""BM25: scores worked out by hand, filters, ties, hostile questions, and generations that share files."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from embeddings import lexical
from embeddings.errors import IndexUnreadable
from embeddings.lexical import LexicalEntry, LexicalIndex


def entry(id_: int, text: str, *, document: str = "d", title: str = "", headings: str = "") -> LexicalEntry:
    return LexicalEntry(id=id_, document_id=document, title=title, headings=headings, text=text)


def build(folder: Path, entries: Iterable[LexicalEntry]) -> LexicalIndex:
    index = LexicalIndex.create(folder)
    index.add(entries)
    index.commit()
    return index


def found(index: LexicalIndex, question: str, k: int = 10) -> list[int]:
    return [hit.id for hit in index.search(question, k)]


def bm25(frequency: int, length: int, *, average: float, holding: int, total: int) -> float:
    """The score of one word in one field (k1 = 1.2, b = 0.75), with Lucene's idf."""
    idf = math.log(1 + (total - holding + 0.5) / (holding + 0.5))
    return idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / average))


def test_scores_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    texts = ["troops troops left kosovo", "troops arrived", "the budget of the mission grew again"]
    index = build(tmp_path / "index", [entry(number, text) for number, text in enumerate(texts)])
    average = (4 + 2 + 7) / 3
    hits = index.search("troops kosovo", 10)
    assert [hit.id for hit in hits] == [0, 1]
    assert hits[0].score == pytest.approx(
        bm25(2, 4, average=average, holding=2, total=3) + bm25(1, 4, average=average, holding=1, total=3),
        rel=1e-6,
    )
    assert hits[1].score == pytest.approx(bm25(1, 2, average=average, holding=2, total=3), rel=1e-6)
    # a word that the question has twice counts twice
    twice = index.search("troops troops", 10)[1].score
    assert twice == pytest.approx(2 * bm25(1, 2, average=average, holding=2, total=3), rel=1e-6)


def test_lengths_beyond_forty_words_are_rounded_down_to_one_byte(tmp_path: Path) -> None:
    index = build(tmp_path / "index", [entry(1, "gate " + "word " * 42), entry(2, "other " * 7)])
    score = index.search("gate", 1)[0].score  # 43 words are kept as 42, as in Lucene
    assert score == pytest.approx(bm25(1, 42, average=25, holding=1, total=2), rel=1e-6)


def test_title_and_headings_count_less_than_text(tmp_path: Path) -> None:
    index = build(
        tmp_path / "index",
        [
            entry(1, "one two", title="gate", headings="alpha"),
            entry(2, "one two", title="alpha", headings="gate"),
            entry(3, "one gate", title="alpha", headings="alpha"),
            entry(4, "one two", title="alpha", headings="alpha"),
        ],
    )
    hits = index.search("gate", 10)
    assert [hit.id for hit in hits] == [3, 1, 2]
    word = bm25(1, 1, average=1, holding=1, total=4)
    assert hits[1].score == pytest.approx(lexical.BOOSTS["title"] * word, rel=1e-6)
    assert hits[2].score == pytest.approx(lexical.BOOSTS["headings"] * word, rel=1e-6)


def test_a_word_is_held_by_text_title_or_headings(tmp_path: Path) -> None:
    entries = [entry(1, "the gates were shut", title="Harbour news"), entry(2, "fog", headings="Weather")]
    index = build(tmp_path / "index", entries)
    held = ("Gate", "harbours", "weather", "fog")
    assert all(index.holds(term) for word in held for term in index.analyze(word))
    assert not any(index.holds(term) for term in index.analyze("bridge"))


def test_words_meet_whatever_their_form(tmp_path: Path) -> None:
    index = build(
        tmp_path / "index",
        [
            entry(1, "The mission was declared operational."),
            entry(2, "Haradinaj’s résumé"),
            entry(3, "ofﬁcers in Ｐrizren"),
            entry(4, "re\u0301fugie\u0301s et de\u0301place\u0301s"),
            entry(5, "co\u00adoperation"),
            entry(6, "ΚΌΣΟΒΟ Косово"),
        ],
    )
    assert found(index, "declaring missions") == [1]
    assert found(index, "RESUME") == [2]
    assert found(index, "officer prizren") == [3]
    assert found(index, "réfugiés") == [4]
    assert found(index, "cooperation") == [5]
    assert found(index, "косово") == [6]


def test_question_words_are_left_out_unless_nothing_else_remains(tmp_path: Path) -> None:
    index = build(tmp_path / "index", [entry(1, "Who did what?"), entry(2, "Gate 2 was declared")])
    assert found(index, "When was gate 2 declared, and who did it?") == [2]
    assert found(index, "Who?") == [1]


@pytest.mark.parametrize("question", ["", "   ", "?!... --- ()", "\0\0", "🙂", "\ud800", "\u00ad"])
def test_a_question_without_words_finds_nothing(tmp_path: Path, question: str) -> None:
    assert build(tmp_path / "index", [entry(1, "some text 🙂")]).search(question, 5) == []


@pytest.mark.parametrize(
    "question",
    ['text:troops AND "', "troops^1000 OR (", "id:[0 TO 9]", "troops*~2 -kosovo", "+troops \\", "/troops/"],
)
def test_a_question_is_never_a_query_language(tmp_path: Path, question: str) -> None:
    index = build(tmp_path / "index", [entry(1, "troops in kosovo"), entry(2, "nothing")])
    assert found(index, question) == ([1] if "troops" in question else [])


def test_very_long_questions(tmp_path: Path) -> None:
    index = build(tmp_path / "index", [entry(1, "alpha gate"), entry(2, "w600 tail")])
    assert found(index, "gate " * 4000) == [1]
    assert found(index, "x" * 20_000) == []
    many = " ".join(f"w{number}" for number in range(4000))
    assert found(index, f"gate {many}") == [1]  # only the first 512 different words are searched for


def test_ties_are_settled_by_id_also_across_the_end(tmp_path: Path) -> None:
    order = [2**62 + 3, 40, *range(900, 0, -1)]
    index = build(tmp_path / "index", [entry(id_, "equal words here") for id_ in dict.fromkeys(order)])
    assert found(index, "equal words", 2) == [1, 2]
    assert found(index, "equal words", 40) == list(range(1, 41))
    assert found(index, "equal", 5_000)[-1] == 2**62 + 3
    assert len({hit.score for hit in index.search("here equal words", 5_000)}) == 1


def test_documents_are_filtered_inside_the_search_without_changing_scores(tmp_path: Path) -> None:
    entries = [
        entry(number, "gate " * (1 + number % 5) + "x", document=f"d{number % 50}") for number in range(500)
    ]
    index = build(tmp_path / "index", entries)
    free = {hit.id: hit.score for hit in index.search("gate", 500)}
    hits = index.search("gate", 500, documents=["d3", "d17", "unknown"])
    assert {hit.id % 50 for hit in hits} == {3, 17}
    assert len(hits) == 20
    assert all(hit.score == free[hit.id] for hit in hits)
    assert index.search("gate", 3, documents={"d3"}) == [hit for hit in hits if hit.id % 50 == 3][:3]
    assert index.search("gate", 3, documents=[]) == []
    assert index.search("gate", 3, documents=["unknown"]) == []


@pytest.mark.parametrize("k", [1, 7, 100, 1_000])
@pytest.mark.parametrize("step", [2, 5, 9])
def test_a_wide_filter_finds_the_same_with_and_without_ids(tmp_path: Path, k: int, step: int) -> None:
    words = ["gate", "tower", "well", "mill", "ferry"]
    index = build(
        tmp_path / "index",
        [
            entry(
                n,
                " ".join(words[place % 5] for place in range(n % 7, n % 7 + 1 + n % 11)),
                document=f"d{n % 90}",
            )
            for n in range(3_000)
        ],
    )
    documents = [f"d{number}" for number in range(0, 90, step)]
    ids = np.array([n for n in range(3_000) if n % 90 % step == 0], dtype=np.int64)
    for question in ("gate mill", "tower", "nothing", "what"):
        expected = index.search(question, k, documents)
        assert index.search(question, k, documents, ids=ids) == expected


def test_nothing_is_found_before_commit_and_removed_entries_never_after(tmp_path: Path) -> None:
    index = LexicalIndex.create(tmp_path / "index")
    assert (len(index), index.search("gate", 5)) == (0, [])
    index.add([entry(1, "gate one"), entry(2**62 + 5, "gate two"), entry(2**63 - 1, "gate three")])
    assert index.search("gate", 5) == []
    index.commit()
    assert len(index) == 3
    index.remove([2**62 + 5, 77])
    index.remove([])
    index.commit()
    assert found(index, "gate") == [1, 2**63 - 1]
    assert (len(index), index.ghosts) == (2, 1)
    again = LexicalIndex.open(tmp_path / "index")
    assert again.search("gate", 5) == index.search("gate", 5)
    index.remove([1])
    index.add([entry(1, "gate again")])
    index.commit()
    assert found(index, "again") == [1]
    assert found(index, "one") == []


def test_an_extended_copy_leaves_the_previous_index_as_it_was(tmp_path: Path) -> None:
    old = build(tmp_path / "old", [entry(number, f"gate number{number}") for number in range(50)])
    before = old.search("gate number7", 50)
    files = {file.name: file.read_bytes() for file in (tmp_path / "old").iterdir()}
    new = LexicalIndex.extend(tmp_path / "old", tmp_path / "new")
    shared = [file for file in (tmp_path / "new").iterdir() if file.stat().st_nlink > 1]
    assert shared
    for step in range(12):  # enough commits to merge segments
        new.remove([step])
        new.add([entry(1000 + step, f"gate fresh{step}")])
        new.commit()
        assert old.search("gate number7", 50) == before
    assert found(new, "fresh11") == [1011]
    assert found(new, "number3") == []
    assert {file.name: file.read_bytes() for file in (tmp_path / "old").iterdir()} == files
    assert LexicalIndex.open(tmp_path / "old").search("gate number7", 50) == before
    shutil.rmtree(tmp_path / "old")
    assert len(LexicalIndex.open(tmp_path / "new")) == 50


def test_an_extended_index_scores_like_one_built_at_once(tmp_path: Path) -> None:
    entries = [
        entry(number, "gate " * (number % 4) + "mission " * (number % 3) + "x") for number in range(60)
    ]
    whole = build(tmp_path / "whole", entries)
    build(tmp_path / "part", entries[:35])
    extended = LexicalIndex.extend(tmp_path / "part", tmp_path / "extended")
    extended.add(entries[35:])
    extended.commit()
    assert extended.search("gate mission", 60) == whole.search("gate mission", 60)


def test_folders_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(
        IndexUnreadable, match=r"no index at .*missing; build the index again: sourcebook doctor --repair$"
    ):
        LexicalIndex.open(tmp_path / "missing")
    with pytest.raises(IndexUnreadable, match=r"there is no index at .*missing"):
        LexicalIndex.extend(tmp_path / "missing", tmp_path / "new")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("mine")
    with pytest.raises(ValueError, match="not empty"):
        LexicalIndex.create(tmp_path / "other")
    with pytest.raises(IndexUnreadable, match="is damaged"):
        LexicalIndex.open(tmp_path / "other")
    build(tmp_path / "index", [entry(1, "gate")])
    with pytest.raises(ValueError, match="not empty"):
        LexicalIndex.extend(tmp_path / "index", tmp_path / "other")
    next((tmp_path / "index").glob("*.store")).unlink()
    with pytest.raises(IndexUnreadable, match="is damaged"):
        LexicalIndex.open(tmp_path / "index")
    with pytest.raises(ValueError, match="k=0"):
        build(tmp_path / "fresh", []).search("gate", 0)


def test_searches_in_threads_agree_while_the_index_changes(tmp_path: Path) -> None:
    index = build(tmp_path / "index", [entry(number, f"gate word{number % 20}") for number in range(400)])
    questions = [f"gate word{number}" for number in range(20)] * 4
    alone = [found(index, question, 20) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda question: found(index, question, 20), questions)
        index.add([entry(9_999, "unrelated")])
        assert list(answers) == alone
        index.commit()


def test_two_builds_answer_alike(tmp_path: Path) -> None:
    entries = [entry(number, f"gate {number % 7} mission {number % 11}") for number in range(300)]
    one, two = build(tmp_path / "one", entries), build(tmp_path / "two", reversed(entries))
    assert one.search("gate 3 mission 5", 300) == two.search("gate 3 mission 5", 300)
