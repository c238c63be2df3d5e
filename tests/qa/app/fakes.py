"""A small library in memory that answers by shared words, with one document whose every part is hostile."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord, Facet, Facets
from corpus.types import (
    Block,
    BlockKind,
    Document,
    Filters,
    Metadata,
    Origin,
    Page,
    PartialDate,
    Published,
    Sourced,
    Span,
)
from qa.app.book import Added, Outcome, Step, Upload
from qa.app.evaluation import Change, Compared, Evaluation, Figure, Pair, Part, Place
from qa.app.evaluation import Outcome as Ended
from qa.time import Period, asked_period
from qa.types import Answer, AnswerSpan, Citation, Searched, TextSlice

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)></mark></blockquote><svg onload=alert(3)>"
    " ${1+1} {{7*7}} {% raw %} `tick` C:\\temp\\new \\u12 \\x &amp; &lt;b&gt; \u202eesrever\u202c "
    "שלום مرحبا 🕊️ \"quoted\" 'single'"
)
HOSTILE_NAME = "<img src=x onerror=alert(4)> ${1+1} {{7*7}} '\"&amp;.txt"


def make_document(
    lines: Sequence[tuple[BlockKind, str]],
    title: str,
    publisher: str | None = None,
    published: str | None = None,
    language: str | None = "en",
    source_url: str | None = None,
    pages: bool = False,
) -> Document:
    """A document whose text is the given lines, one block each, with an empty line between."""
    text, blocks, header = "", [], None
    for kind, line in lines:
        start, end = len(text), len(text) + len(line)
        if kind is BlockKind.TABLE_HEADER:
            header = Span(start, end)
        level = int(kind in (BlockKind.HEADING, BlockKind.LIST_ITEM))
        blocks.append(Block(start, end, kind, level, header if kind is BlockKind.TABLE_ROW else None))
        text += line + "\n\n"
    about = Metadata(
        title=Sourced(title, Origin.TEXT),
        publisher=Sourced(publisher, Origin.TEXT) if publisher else None,
        published=Published(PartialDate.parse(published), Origin.TEXT) if published else None,
        language=Sourced(language, Origin.DETECTED) if language else None,
        source_url=Sourced(source_url, Origin.META) if source_url else None,
    )
    half = len(text) // 2
    numbered = (Page(1, 0, half), Page(2, half, len(text))) if pages else ()
    return Document(
        hashlib.sha256(text.encode()).hexdigest(),
        text,
        tuple(blocks),
        about,
        "text/plain",
        "fake/1",
        numbered,
    )


PARAGRAPH, HEADING, ITEM = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM


def sample_documents() -> dict[str, Document]:
    """Documents by path."""
    filler = [
        (PARAGRAPH, f"Paragraph {number} speaks of weather, roads and markets in the valley.")
        for number in range(80)
    ]
    mission = make_document(
        [
            (BlockKind.BOILERPLATE, "Home | News | Join the mailing list"),
            (HEADING, "The mission at a glance"),
            *filler,
            (HEADING, "Staff"),
            (
                PARAGRAPH,
                "The mission began in June 1999. It was authorised to have 510 personnel. Most of them served in Pristina.",
            ),
            (ITEM, "The personnel came from 41 states."),
            (BlockKind.TABLE_HEADER, "| Year | Troops |"),
            (BlockKind.TABLE_ROW, "| 1999 | 50,000 |"),
            (BlockKind.TABLE_ROW, "| 2010 | 10,000 |"),
            *filler,
        ],
        "UNMIK: the mission at a glance",
        "United Nations",
        "2009-10-05",
        source_url="https://example.org/mission",
        pages=True,
    )
    french = make_document(
        [(PARAGRAPH, "Le personnel autorisé de la mission a quitté le Kosovo en 2009.")],
        "La mission et son personnel",
        "Le Courrier",
        "2011",
        "fr",
    )
    hostile = make_document(
        [
            (HEADING, HOSTILE),
            (PARAGRAPH, f"The hostile document says {HOSTILE} and it stays text."),
            (BlockKind.TABLE_HEADER, f"| {HOSTILE} | second |"),
            (BlockKind.TABLE_ROW, f"| {HOSTILE} | cell |"),
        ],
        HOSTILE,
        HOSTILE,
        "2003-02",
        HOSTILE[:40],
        source_url="javascript:alert(5)",
    )
    return {"reports/mission.txt": mission, "français.md": french, HOSTILE_NAME: hostile}


class FakeBook:
    """Answers with the sentences that share a word with the question; "bread" is in no document, "crash" fails."""

    def __init__(self) -> None:
        self.documents = sample_documents()
        self.originals: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.adding = threading.Event()
        self.finish_adding = threading.Event()

    def ask(
        self,
        question: str,
        *,
        limit: int = 10,
        as_of: date | None = None,
        filters: Filters | None = None,
        any_time: bool = False,
        about: Period | None = None,
    ) -> Answer:
        self.asked.append(question)
        if question == "crash":
            raise RuntimeError("secret detail")
        chosen = [pair for pair in self.documents.items() if _passes(pair[1], filters or Filters())]
        searched = Searched(len(chosen), 7, date(1999, 6, 10), date(2025, 1, 1))
        words = {word for word in re.findall(r"\w+", question.casefold()) if len(word) > 3}
        time = None if any_time else asked_period(question) or about
        citations = [found for path, document in chosen for found in _citations(document, path, words)][
            :limit
        ]
        ranked = tuple(replace(citation, rank=rank) for rank, citation in enumerate(citations, start=1))
        answered = bool(ranked) and "bread" not in words
        first = ranked[0].answer.text if answered and ranked[0].answer else None
        if not answered:
            nearest = (
                ranked
                or tuple(replace(c, rank=1) for p, d in chosen for c in _citations(d, p, {"weather"})[:1])[:1]
            )
            reason = "No passage speaks of “bread”."
            return Answer("", question, as_of, False, 0.1, reason, None, (), nearest, searched, time=time)
        return Answer("", question, as_of, True, 0.9, None, first, ranked, (), searched, time=time)

    def facets(self, filters: Filters | None = None) -> Facets:
        chosen = filters or Filters()
        every = self.documents.values()

        def counted(values: list[str | None]) -> tuple[Facet, ...]:
            known = Counter(value for value in values if value)
            return tuple(Facet(value, number) for value, number in known.most_common())

        def left(**without: Any) -> list[Document]:
            return [document for document in every if _passes(document, replace(chosen, **without))]

        abouts = [document.metadata for document in left(publishers=())]
        years = [document.metadata for document in left(published_from=None, published_to=None)]
        return Facets(
            counted([about.publisher.value if about.publisher else None for about in abouts]),
            counted([about.language.value if about.language else None for about in abouts]),
            tuple(
                sorted(
                    counted([str(about.published.date)[:4] for about in years if about.published]),
                    key=lambda facet: facet.value,
                )
            ),
            counted([document.media_type for document in left(media_types=())]),
        )

    def document(self, document_id: str) -> Document:
        return self._found(document_id)[1]

    def records(self, ids: Collection[str] | None = None) -> list[DocumentRecord]:
        chosen = [pair for pair in self.documents.items() if ids is None or pair[1].id in ids]
        return [_record(path, document) for path, document in chosen]

    def original(self, document_id: str) -> bytes:
        return self.originals.get(document_id) or self._found(document_id)[1].text.encode()

    def _found(self, document_id: str) -> tuple[str, Document]:
        for path, document in self.documents.items():
            if document.id == document_id:
                return path, document
        raise InvalidInput("There is no such document.")

    def add(self, uploads: Sequence[Upload], report: Callable[[Step], None]) -> Sequence[Added]:
        """Add files; one named "slow.txt" waits until a test lets it go on, one named "*.pdf" fails."""
        outcomes: list[Added] = []
        for number, upload in enumerate(uploads, start=1):
            if upload.name == "slow.txt":
                self.adding.set()
                self.finish_adding.wait(20)
            text = upload.file.read_text(encoding="utf-8")
            if upload.name.endswith(".pdf"):
                outcomes.append(
                    Added(upload.name, Outcome.FAILED, f"{upload.name} is not readable: use .txt")
                )
            elif upload.name in self.documents:
                outcomes.append(Added(upload.name, Outcome.UNCHANGED))
            else:
                self.documents[upload.name] = make_document(
                    [(PARAGRAPH, text)], upload.name, "Uploads", "2020-01-02"
                )
                outcomes.append(Added(upload.name, Outcome.ADDED))
            report(Step(number, len(uploads), upload.name, tuple(outcomes)))
        return outcomes


class FakeEvaluator:
    """A finished evaluation of two kinds of questions; what was asked to be kept is remembered."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, tuple[str, int, int], str, date | None]] = []

    def run(self, report: Callable[[Step], None], *, own: bool = False) -> Evaluation:
        if own:
            raise InvalidInput("This library has no test questions yet.")
        report(Step(1, 2, "first"))
        report(Step(2, 2, "second"))
        found = Place("notes/a.txt", (Part("It was "), Part("opened in", "shared"), Part(" June.")), False)
        return Evaluation(
            "Sample question set, test half",
            (
                Figure("all", "success@1", 0.81, 0.74, 0.88),
                Figure("all", "MRR@10", 0.872, 0.8, 0.93),
                Figure("date", "success@1", 0.9, 0.7, 1.0),
            ),
            (("all", 150), ("date", 20), ("unanswerable-near", 3)),
            (
                Pair(
                    *("s1", HOSTILE, "date", "2007-12-31", Ended.WRONG_PLACE, 0.9, True, "June", ("May",)),
                    (Place("report.txt", (Part("opened in ", "shared"), Part("May", "answer")), True),),
                    (found,),
                ),
                Pair(
                    "s2",
                    "Who left?",
                    "unanswerable-near",
                    None,
                    Ended.FALSE_ANSWER,
                    0.8,
                    True,
                    None,
                    (),
                    (),
                    (found,),
                ),
                Pair(
                    "s3", "When was it?", "date", None, Ended.RIGHT, 0.7, True, None, ("May",), (), (found,)
                ),
            ),
            "sample-20261122-080000",
            ("sample-20261121-080000",),
        )

    def compare(self, run: str, before: str) -> Compared:
        return Compared(
            f"{run} against {before}: cannot tell",
            (Change("right", 0.6, 0.55, -0.1, 0.01, 2, 5, 0.45),),
            (),
            (("s1", HOSTILE),),
        )

    def report(self, run: str) -> str:
        if run != "sample-20261122-080000":
            raise InvalidInput("That run is no longer kept.")
        return "<!doctype html><title>report</title>"

    def keep(self, question: str, place: tuple[str, int, int], *, answer: str, as_of: date | None) -> str:
        self.kept.append((question, place, answer, as_of))
        return "Kept as test question q001."


def _record(path: str, document: Document) -> DocumentRecord:
    return DocumentRecord(
        id=document.id,
        paths=(path,),
        metadata=document.metadata,
        media_type=document.media_type,
        reader=document.reader,
        passages=3,
        characters=len(document.text),
        bytes=len(document.text.encode()),
        added_at=datetime(2026, 11, 20, tzinfo=UTC),
        generation=1,
    )


def _passes(document: Document, filters: Filters) -> bool:
    about = document.metadata
    if filters.publishers and (about.publisher is None or about.publisher.value not in filters.publishers):
        return False
    if filters.languages and (about.language is None or about.language.value not in filters.languages):
        return False
    if filters.media_types and document.media_type not in filters.media_types:
        return False
    if filters.published_from or filters.published_to:
        if about.published is None:
            return False
        stated = about.published.date
        if filters.published_from and stated.first < filters.published_from:
            return False
        if filters.published_to and stated.last > filters.published_to:
            return False
    return True


def _citations(document: Document, path: str, words: set[str]) -> list[Citation]:
    about, found = document.metadata, []
    for block in document.blocks:
        if block.kind in (BlockKind.BOILERPLATE, BlockKind.HEADING, BlockKind.TABLE_HEADER):
            continue
        for start, end in _sentences(document, block):
            quote = document.text[start:end]
            if not words & set(re.findall(r"\w+", quote.casefold())):
                continue
            number = re.search(r"\d+(?!\d|\+)", quote)
            span = (
                AnswerSpan(start + number.start(), start + number.end(), number.group()) if number else None
            )
            found.append(
                Citation(
                    rank=1,
                    document_id=document.id,
                    path=path,
                    title=about.title.value,
                    publisher=about.publisher.value if about.publisher else None,
                    published=str(about.published.date) if about.published else None,
                    published_origin=about.published.origin if about.published else None,
                    language=about.language.value if about.language else None,
                    page=document.page_at(start),
                    start=start,
                    end=end,
                    quote=quote,
                    answer=span,
                    passage=TextSlice(block.start, block.end, document.text[block.start : block.end]),
                    score=0.5,
                )
            )
    return found


def _sentences(document: Document, block: Block) -> list[tuple[int, int]]:
    if block.kind is not PARAGRAPH or "<script>" in document.text[block.start : block.end]:
        return [(block.start, block.end)]
    text = document.text[block.start : block.end]
    return [(block.start + m.start(), block.start + m.end()) for m in re.finditer(r"[^. ][^.]*\.", text)]
