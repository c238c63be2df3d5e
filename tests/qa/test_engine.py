"""The one door: known answers, hard limits, and what holds for every answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from corpus.errors import InvalidInput, LibraryIncompatible, LibraryNotFound
from corpus.library import Library
from corpus.types import Filters
from embeddings.encode import Encoder
from qa.cite import answer_to_json
from qa.engine import Sourcebook
from qa.generation import LoadedGeneration, load_generation
from qa.types import Answer, Method
from tests.conftest import CHECKOUT
from tests.fakes import FakeEncoder
from tests.qa.material import (
    ANSWERED,
    DECLINED,
    DOCUMENTS,
    CountingEncoder,
    add,
    all_citations,
    answers,
    as_json,
    build,
    write,
)

SCHEMA: dict[str, Any] = json.loads((CHECKOUT / "docs" / "answer.schema.json").read_text())
QUESTIONS = [*ANSWERED, DECLINED]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("engine"))


@pytest.fixture(scope="module")
def book(library: Path) -> Iterator[Sourcebook]:
    with Sourcebook.open(library, encoder=FakeEncoder()) as opened:
        yield opened


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve reports that differ in year, publisher and language, one of them without a date."""
    files = {f"report-{year}.md": _report(year) for year in range(2001, 2012)}
    return build(
        tmp_path_factory.mktemp("years"),
        files | {"undated.md": "# Patrols\n\nThe patrols met seven bears.\n"},
    )


def _report(year: int) -> str:
    publisher, language = ("Ministry" if year % 2 else "Tribune"), ("fr" if year == 2004 else "en")
    matter = f"---\ntitle: Patrols\npublisher: {publisher}\ndate: {year}-06-30\nlanguage: {language}\n---\n\n"
    return f"{matter}# Patrols\n\nThe patrols met {year - 1990} bears in the woods that summer, as the wardens noted.\n"


BEARS = "How many bears did the patrols meet in the woods?"


@pytest.mark.parametrize(("question", "words"), ANSWERED.items())
def test_the_right_quote_comes_first(book: Sourcebook, question: str, words: str) -> None:
    answer = book.ask(question)
    assert answer.answered and answer.reason is None and not answer.nearest
    assert words in answer.citations[0].quote
    assert 0.5 <= answer.confidence <= 1


@pytest.mark.parametrize(
    ("question", "span"),
    [
        ("When was the bridge over the Ibar reopened to traffic?", "28 February 2011"),
        ("How many tonnes of apples did the farmers pick?", "sixteen"),
        ("How many personnel were the authorised strength of the mission?", "510"),
    ],
)
def test_the_answer_span_is_the_few_words_asked_for(book: Sourcebook, question: str, span: str) -> None:
    answer = book.ask(question)
    assert answer.answer == span
    assert answer.citations[0].answer is not None and answer.citations[0].answer.text == span


@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize(
    "question", [*QUESTIONS, BEARS, "mission", "La mission au printemps?", "2008 | 16,000"]
)
def test_every_citation_is_a_slice_and_stands_in_order(book: Sourcebook, question: str, limit: int) -> None:
    answer = book.ask(question, limit=limit)
    citations = list(all_citations(answer))
    assert [citation.rank for citation in citations] == list(range(1, len(citations) + 1))
    assert len(citations) <= limit
    assert [citation.score for citation in citations] == sorted(
        (citation.score for citation in citations), reverse=True
    )
    taken: list[tuple[str, int, int]] = []
    for citation in citations:
        text = book.document(citation.document_id).text
        assert citation.quote == text[citation.start : citation.end] != ""
        passage = citation.passage
        assert passage.text == text[passage.start : passage.end]
        assert passage.start <= citation.start < citation.end <= passage.end
        if citation.answer is not None:
            assert citation.answer.text == text[citation.answer.start : citation.answer.end] != ""
            assert citation.start <= citation.answer.start < citation.answer.end <= citation.end
        overlaps = [place for place in taken if place[0] == citation.document_id and place[1] < citation.end]
        assert not [place for place in overlaps if citation.start < place[2]]
        taken.append((citation.document_id, citation.start, citation.end))
    assert answer.answer == (citations[0].answer.text if answer.answered and citations[0].answer else None)


def test_a_citation_names_its_source(book: Sourcebook) -> None:
    citation = next(all_citations(book.ask("How many soldiers served in the force in the year 2008?")))
    assert citation.path == "troops.html"
    assert (citation.title, citation.publisher) == ("Troop numbers by year", "Force Monitor")
    assert (citation.published, citation.published_origin) == ("2015-06-30", "meta")
    assert (citation.language, citation.page) == ("en", None)
    assert citation.document_id in {record.id for record in book.documents()}


def test_a_far_question_is_declined_with_a_reason_and_what_is_nearest(book: Sourcebook) -> None:
    answer = book.ask(DECLINED)
    assert not answer.answered and answer.answer is None and not answer.citations
    assert answer.reason is not None and answer.reason.startswith("Not in these 5 documents: ")
    assert "volcano" in answer.reason
    assert answer.nearest
    assert answer.confidence < 0.5
    assert answer.searched.documents == 5 and answer.searched.passages > 5


def test_searched_says_how_much_and_from_when_to_when(book: Sourcebook) -> None:
    searched = book.ask(DECLINED).searched
    with Library.open(book.folder).snapshot() as snapshot:
        counts = snapshot.counts()
    assert (searched.documents, searched.passages) == (counts.documents, counts.passages)
    assert (searched.earliest, searched.latest) == (date(2009, 10, 5), date(2015, 6, 30))


def test_as_of_is_a_hard_limit_that_leaves_out_the_undated(years: Path) -> None:
    with Sourcebook.open(years, encoder=FakeEncoder()) as book:
        answer = book.ask(BEARS, as_of=date(2003, 12, 31), limit=100)
        cited = {citation.published for citation in all_citations(answer)}
        assert cited == {"2001-06-30", "2002-06-30", "2003-06-30"}
        assert answer.searched.documents == 3 and answer.searched.undated == 1
        assert (answer.searched.earliest, answer.searched.latest) == (date(2001, 6, 30), date(2003, 6, 30))
        assert answer.as_of == date(2003, 12, 31)
        assert book.ask(BEARS, as_of=date(2001, 6, 30)).searched.documents == 1
        nothing = book.ask(BEARS, as_of=date(2001, 6, 29))
    assert not nothing.answered and not nothing.nearest and nothing.searched.documents == 0
    assert nothing.reason == "No document was searched: the library is empty, or the filters leave none."


def test_as_of_and_an_upper_limit_both_hold(years: Path) -> None:
    filters = Filters(published_to=date(2002, 12, 31))
    with Sourcebook.open(years, encoder=FakeEncoder()) as book:
        assert book.ask(BEARS, as_of=date(2005, 1, 1), filters=filters).searched.documents == 2
        assert book.ask(BEARS, as_of=date(2002, 1, 1), filters=filters).searched.documents == 1


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(published_from=date(2010, 1, 1)), {"report-2010.md", "report-2011.md"}),
        (Filters(published_to=date(2001, 12, 31)), {"report-2001.md"}),
        (
            Filters(publishers=("Tribune",), published_to=date(2004, 12, 31)),
            {"report-2002.md", "report-2004.md"},
        ),
        (Filters(languages=("fr",)), {"report-2004.md"}),
        (Filters(publishers=("Nobody",)), set()),
        (Filters(published_from=date(2005, 1, 1), published_to=date(2004, 1, 1)), set()),
    ],
)
def test_filters_choose_what_is_searched(years: Path, filters: Filters, expected: set[str]) -> None:
    with Sourcebook.open(years, encoder=FakeEncoder()) as book:
        answer = book.ask(BEARS, filters=filters, limit=100)
        assert {citation.path for citation in all_citations(answer)} == expected
        assert answer.searched.documents == len(expected)
        for method in Method:
            hits = book.search(BEARS, method=method, filters=filters)
            paths = {record.id: record.path for record in book.documents()}
            assert {paths[hit.passage.document_id] for hit in hits} == expected


def test_filters_hold_inside_both_searches(tmp_path: Path) -> None:
    """Two hundred better documents do not keep the one that the filter leaves from being found."""
    crowd = {
        f"crowd/{number:03d}.txt": f"Bears: the patrols met {number} bears in the woods.\n"
        for number in range(200)
    }
    last = "The wardens noted in the evening that the patrols had, after all, met two bears.\n"
    library = build(tmp_path, crowd | {"last.txt": last})
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        (wanted,) = [record.id for record in book.documents() if record.path == "last.txt"]
        for method in Method:
            assert wanted not in {
                hit.passage.document_id for hit in book.search(BEARS, method=method, limit=100)
            }
            (hit,) = book.search(BEARS, method=method, filters=Filters(documents=(wanted,)))
            assert hit.passage.document_id == wanted
        answer = book.ask(BEARS, filters=Filters(documents=(wanted,)))
        assert [citation.document_id for citation in all_citations(answer)] == [wanted]


def test_a_library_that_never_held_anything(tmp_path: Path) -> None:
    Library.create(tmp_path / "library").close()
    with Sourcebook.open(tmp_path / "library", encoder=FakeEncoder()) as book:
        answer = book.ask("Is there anything?")
        assert not answer.answered and answer.confidence == 0.0
        assert answer.reason == "No document was searched: the library is empty, or the filters leave none."
        assert book.search("Is there anything?") == [] == book.documents()
        _validate(answer)


def test_there_is_no_library_in_an_empty_folder(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(LibraryNotFound, match="sourcebook add"):
            Sourcebook.open(folder, encoder=FakeEncoder())


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "?!", "...", "\x00\x1b", "—"])
def test_a_question_without_words_is_refused(book: Sourcebook, question: str) -> None:
    with pytest.raises(InvalidInput, match="The question is empty"):
        book.ask(question)


def test_a_question_too_long_is_refused_and_a_long_one_is_not(book: Sourcebook) -> None:
    with pytest.raises(InvalidInput, match="10,001 characters"):
        book.ask("a" * 10_001)
    assert not book.ask("bridge " * 1400).question.endswith(" ")


@pytest.mark.parametrize("limit", [0, -1, 101])
def test_a_limit_out_of_range_is_refused(book: Sourcebook, limit: int) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 100"):
        book.ask("bridge", limit=limit)


@pytest.mark.parametrize(
    "question",
    [
        "When was the \x1b[31mbridge\x00 over the Ibar\r\n reopened?\x07",
        '"bridge" AND (Ibar OR title:x) +reopened -traffic ^2 ~ * ? [a TO b] \\',
        "bridge' OR 1=1 --; DROP TABLE documents",
        "bridge \ud800 \U0001f600 ﷽ ͏ e\u0301",
        "мост мост 橋 جسر",
        "{{7*7}} ${1+1} <script>alert(1)</script> bridge",
        "x" * 9000 + " bridge",
    ],
)
def test_odd_questions_are_questions_like_others(book: Sourcebook, question: str) -> None:
    answer = book.ask(question)
    assert not set(answer.question) & {"\x1b", "\x00", "\r", "\n", "\x07", "\ud800"}
    _validate(answer)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("as_of", [None, date(2012, 1, 1), date(1999, 1, 1)])
def test_answers_are_as_the_schema_says(book: Sourcebook, question: str, as_of: date | None) -> None:
    answer = book.ask(question, as_of=as_of, question_id="q-1")
    _validate(answer)
    assert answer_to_json(answer)["id"] == "q-1"


def test_the_schema_is_a_schema_and_refuses_what_it_should(book: Sourcebook) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    good = answer_to_json(book.ask(next(iter(ANSWERED))))
    documented = SCHEMA["properties"]
    assert list(good) == list(documented) == SCHEMA["required"]
    assert list(good["citations"][0]) == SCHEMA["$defs"]["citation"]["required"]
    wrong: list[dict[str, Any]] = [
        {"confidence": 1.5},
        {"answered": "yes"},
        {"reason": "answered, and yet a reason"},
        {"citations": []},
        {"citations": [good["citations"][0] | {"quote": ""}]},
        {"citations": [good["citations"][0] | {"document_id": "short"}]},
        {"citations": [good["citations"][0] | {"rank": 0}]},
        {"citations": [good["citations"][0] | {"published": "last year"}]},
        {"more": 1},
    ]
    for change in wrong:
        with pytest.raises(jsonschema.ValidationError):
            _validator().validate(good | change)


def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def _validate(answer: Answer) -> None:
    _validator().validate(json.loads(as_json(answer).encode("utf-8")))


def test_two_openings_give_the_same_bytes(library: Path) -> None:
    assert answers(library, QUESTIONS) == answers(library, QUESTIONS)


def test_another_process_gives_the_same_bytes(library: Path) -> None:
    program = (
        "import sys, json; from pathlib import Path; from tests.qa.material import answers;"
        "sys.stdout.buffer.write(json.dumps(answers(Path(sys.argv[1]), json.loads(sys.argv[2]))).encode())"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program, str(library), json.dumps(QUESTIONS)],
            cwd=CHECKOUT,
            env={"PYTHONHASHSEED": seed, "PATH": "", "OMP_NUM_THREADS": "1"},
            capture_output=True,
            check=True,
        )
        assert json.loads(done.stdout) == answers(library, QUESTIONS)


def test_fifty_threads_get_the_same_answers_as_one(library: Path) -> None:
    alone = dict(zip(QUESTIONS, answers(library, QUESTIONS), strict=True))
    with Sourcebook.open(library, encoder=FakeEncoder()) as book, ThreadPoolExecutor(50) as pool:
        asked = QUESTIONS * 20
        for question, line in zip(asked, pool.map(lambda q: as_json(book.ask(q)), asked), strict=True):
            assert line == alone[question]


def test_a_new_generation_from_another_process_is_picked_up(tmp_path: Path) -> None:
    library = build(tmp_path)
    question = "Which volcano erupted beneath the Pacific ocean?"
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert not book.ask(question).answered
        write(
            tmp_path / "sources", {"volcano.txt": "The volcano Kavachi erupted beneath the Pacific ocean.\n"}
        )
        program = (
            "import sys; from pathlib import Path; from tests.qa.material import add;"
            "add(Path(sys.argv[1]), Path(sys.argv[2]))"
        )
        subprocess.run(
            [sys.executable, "-c", program, str(library), str(tmp_path / "sources")], cwd=CHECKOUT, check=True
        )
        answer = book.ask(question)
        assert answer.answered and answer.citations[0].path == "volcano.txt"
        assert answer.searched.documents == len(DOCUMENTS) + 1


def test_a_generation_replaced_twice_before_it_could_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = build(tmp_path)
    published: list[Path] = []

    def slow(number: int, folder: Path, encoder: Encoder) -> LoadedGeneration:
        if not published:
            for name in ("one.txt", "two.txt"):
                published.append(write(tmp_path / name, {name: f"The text {name} is new.\n"}))
                add(library, published[-1])
        return load_generation(number, folder, encoder)

    monkeypatch.setattr("qa.engine.load_generation", slow)
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        answer = book.ask(QUESTIONS[0])
    assert answer.answered and answer.searched.documents == len(DOCUMENTS) + 2


def test_another_model_is_refused(library: Path) -> None:
    with pytest.raises(
        LibraryIncompatible, match=r"made with fake \(64 dimensions.*this is other \(32 dimensions"
    ):
        Sourcebook.open(library, encoder=FakeEncoder(model="other", dimension=32))


def test_an_unknown_document_is_refused(book: Sourcebook) -> None:
    for get in (book.document, book.original):
        with pytest.raises(InvalidInput, match="sourcebook list"):
            get("0" * 64)


def test_the_encoder_of_the_question_is_asked_once(library: Path) -> None:
    encoder = CountingEncoder()
    with Sourcebook.open(library, encoder=encoder) as book:
        book.ask(QUESTIONS[0])
        assert encoder.questions == 1
        calls = encoder.calls
        book.ask(QUESTIONS[0])
        assert (encoder.questions, encoder.calls) == (
            1,
            calls,
        )  # the question and its sentences are known by now
