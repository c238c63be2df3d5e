"""The sample question set: its gold places stand in the documents, and it holds what its README promises."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import Path

import pytest

from corpus.formats import readable
from corpus.types import Span
from eval.locate import locate
from eval.questions import Gold, Question, load
from eval.sets.build import SAMPLES, SET, build, dump, sample

QUESTIONS = load(SET).questions
ANSWERABLE = [question for question in QUESTIONS if question.answerable]
PLACES = [(question, gold) for question in ANSWERABLE for gold in question.gold]
DOCUMENTS = sorted(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file())

AT_LEAST = {
    "fact": 15,
    "date": 10,
    "number": 10,
    "person": 10,
    "cause": 8,
    "table": 10,
    "as-of": 15,
    "timeline": 8,
    "conflict": 8,
    "paraphrase": 10,
    "other-language": 10,
    "unanswerable-near": 22,
    "unanswerable-far": 22,
}
SEVERAL_PLACES = {"timeline", "conflict"}


@pytest.mark.parametrize(("question", "gold"), PLACES, ids=lambda value: getattr(value, "id", ""))
def test_gold_place_stands_in_the_document_as_read_now(question: Question, gold: Gold) -> None:
    document = sample(gold.document)
    assert gold.sha256 == document.id, f"{gold.document} has changed; run: python -m eval.sets.build"
    assert gold.quote
    assert document.text[gold.start : gold.end] == gold.quote


def test_the_set_is_what_its_source_builds() -> None:
    assert dump(build()) == SET.read_text(encoding="utf-8"), "run: python -m eval.sets.build"


def test_gold_places_lie_in_content_and_are_whole_words() -> None:
    for question, gold in PLACES:
        text = sample(gold.document).text
        assert gold.start is not None and gold.end is not None
        around = text[max(gold.start - 1, 0) : gold.start] + text[gold.end : gold.end + 1]
        assert not re.search(r"\w", around), f"{question.id} cuts a word: {gold.quote!r}"


def test_counts_by_kind() -> None:
    kinds = Counter(question.kind for question in QUESTIONS)
    assert set(kinds) == set(AT_LEAST)
    assert {kind: kinds[kind] for kind, least in AT_LEAST.items() if kinds[kind] < least} == {}
    assert len(QUESTIONS) >= 160
    assert len(ANSWERABLE) >= 110
    assert len(QUESTIONS) - len(ANSWERABLE) >= 44


def test_splits_are_halves_with_every_kind() -> None:
    by_split = Counter((question.split, question.kind) for question in QUESTIONS)
    assert {split for split, _ in by_split} == {"dev", "test"}
    for kind in AT_LEAST:
        assert abs(by_split["dev", kind] - by_split["test", kind]) <= 1, kind


def test_ids_and_questions_are_not_repeated() -> None:
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
    assert len({(question.text, question.as_of) for question in QUESTIONS}) == len(QUESTIONS)


def test_unanswerable_questions_have_neither_gold_nor_answers() -> None:
    for question in QUESTIONS:
        unanswerable = question.kind.startswith("unanswerable")
        assert unanswerable == (not question.answers) == (not question.gold), question.id


def test_a_short_answer_stands_in_a_gold_quote() -> None:
    for question in ANSWERABLE:
        if question.need == "any":
            quotes = [gold.quote.casefold() for gold in question.gold]
            answers = [answer.casefold() for answer in question.answers]
            assert any(a in q for a, q in itertools.product(answers, quotes)), question.id


def test_timelines_and_conflicts_need_several_places() -> None:
    for question in ANSWERABLE:
        assert (question.need == "all") == (question.kind in SEVERAL_PLACES), question.id
        if question.need == "all":
            assert len({(gold.document, gold.start) for gold in question.gold}) >= 2, question.id


def test_most_conflicts_are_between_two_documents() -> None:
    conflicts = [question for question in QUESTIONS if question.kind == "conflict"]
    across = [question for question in conflicts if len({gold.document for gold in question.gold}) > 1]
    assert len(across) >= 6


def test_as_of_is_asked_both_ways_and_a_source_is_already_published() -> None:
    asked = [question for question in QUESTIONS if question.kind == "as-of"]
    dated = [question for question in asked if question.as_of]
    assert len(dated) >= 8
    assert len(asked) - len(dated) >= 8
    for question in dated:
        published = [sample(gold.document).metadata.published for gold in question.gold]
        assert question.as_of
        assert any(p and p.date.first <= question.as_of for p in published), question.id


def test_documents_are_many_readable_and_in_three_formats_and_languages() -> None:
    assert len(DOCUMENTS) >= 30
    assert all(map(readable, DOCUMENTS))
    assert {Path(path).suffix for path in DOCUMENTS} == {".md", ".txt", ".html"}
    languages = Counter(language.value for path in DOCUMENTS if (language := sample(path).metadata.language))
    assert languages["fr"] >= 1
    assert languages["it"] >= 1
    assert languages["en"] >= 25


def test_documents_have_several_publishers_and_some_lack_a_full_date() -> None:
    metadata = [sample(path).metadata for path in DOCUMENTS]
    assert len({m.publisher.value for m in metadata if m.publisher}) >= 8
    assert any(m.published is None for m in metadata)
    assert any(m.published and m.published.date.month is None for m in metadata)


def test_one_story_is_there_in_two_near_copies() -> None:
    shingles = {path: _shingles(sample(path).text) for path in DOCUMENTS}
    pairs = [
        (a, b)
        for a, b in itertools.combinations(DOCUMENTS, 2)
        if len(shingles[a] & shingles[b]) > 0.6 * min(len(shingles[a]), len(shingles[b]))
    ]
    assert pairs == [("news/2004-03-24-patrol-attack.txt", "news/2004-03-24-un-patrol-ambush.html")]


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(*(words[n:] for n in range(5)), strict=False))


def test_every_sample_says_that_it_is_one() -> None:
    for path in DOCUMENTS:
        source = (SAMPLES / path).read_text(encoding="utf-8")
        assert re.search(r"written for Sourcebook|écrit pour Sourcebook|scritto per Sourcebook", source), path


def test_locate_crosses_lines_and_cells_and_takes_the_closing_mark() -> None:
    text = "| Roma | 10 |\nThe gate\nwas closed. It stayed closed for a year."
    assert text[slice(*_ends(locate(text, "Roma | 10")))] == "Roma | 10"
    assert text[slice(*_ends(locate(text, "The gate was closed.")))] == "The gate\nwas closed."
    assert text[slice(*_ends(locate(text, "It stayed … year.")))] == "It stayed closed for a year."


@pytest.mark.parametrize("quote", ["closed", "opened", "", "The gate … never", " … "])
def test_locate_refuses_what_is_not_there_exactly_once(quote: str) -> None:
    with pytest.raises(ValueError, match=r"occur|follow|no words"):
        locate("The gate was closed. It stayed closed.", quote)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end
