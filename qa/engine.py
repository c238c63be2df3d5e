"""The one door: open a library, ask it questions; the command line, the web page and eval all come through here."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus import remembered
from corpus.errors import InvalidInput
from corpus.library import Library
from corpus.records import DocumentRecord, Facets
from corpus.snapshot import Snapshot
from corpus.types import Document, Filters, Passage
from embeddings.encode import Encoder, default_encoder
from embeddings.errors import IndexUnreadable
from embeddings.reader import Reader
from embeddings.rerank import Reranker
from qa.answer import NO_EVIDENCE, Signals, confidence, is_foreign, missing_words, reason_for_silence, signals
from qa.because import because
from qa.calibration import Calibration, Calibrations
from qa.candidates import allowed_by, find_candidates, words_of
from qa.cite import cite
from qa.compare import compare, covered_by
from qa.copies import count_sources, fold
from qa.evidence import Evidence, Weighed, as_evidence, weigh, without_overlaps
from qa.features import Asked, Found
from qa.generation import LoadedGeneration, check_compatible, load_generation
from qa.narrowing import what_is_searched, with_as_of
from qa.question import Question, understand
from qa.reading import look_again
from qa.rerank import reranked
from qa.retrieve import DEPTH
from qa.spread import by_date, is_series, spread
from qa.stages import NOTHING, Stage, check
from qa.time import Period, asked_period
from qa.timeline import KNOWN, Timeline
from qa.types import Answer, Hit, Method
from qa.vectors import KeptVectors

MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's evidence with what the abstention decision saw; `qa.answer.signals` explains the signals."""

    answer: Answer
    signals: Signals


@dataclass(frozen=True, slots=True)
class _Looked:
    """A question, its vector and its candidates, before any is judged."""

    asked: Asked
    query: NDArray[np.float32]
    candidates: list[Found]
    timeline: Timeline | None = None

    def parts(self) -> tuple[Asked, NDArray[np.float32], list[Found]]:
        return self.asked, self.query, self.candidates


class Sourcebook:
    """A library opened for questions; safe to use from several threads at once.

    Every question is answered from one committed generation of the library. A generation published by another
    process meanwhile is picked up by the next question.
    """

    def __init__(
        self,
        library: Library,
        encoder: Encoder,
        *,
        reranker: Reranker | None = None,
        without: frozenset[Stage] = NOTHING,
        reader: Reader | None = None,
    ) -> None:
        check(without)
        self._library = library
        self._encoder = encoder
        self._reranker = reranker
        self._without = without
        self._reader = None if Stage.READER in without else reader or Reader()
        self._calibrations = Calibrations(library.folder, encoder, None if without else self._reader)
        self._loaded: LoadedGeneration | None = None
        self._lock = threading.Lock()
        self._vectors = KeptVectors(encoder)

    @classmethod
    def open(
        cls,
        library: Path | str,
        *,
        encoder: Encoder | None = None,
        reranker: Reranker | None = None,
        without: frozenset[Stage] = NOTHING,
        reader: Reader | None = None,
    ) -> Self:
        """Open the library in a folder.

        Without `encoder`, the one that the library was made with is loaded; without `reader`, the shipped one. A
        `reranker` orders the best evidence anew. The stages in `without` are left out of every answer.

        Raises:
            LibraryNotFound: there is no library in that folder.
            LibraryIncompatible: it was made by a newer version, or with another model than `encoder`.
        """
        opened = Library.open(Path(library))
        settings = opened.settings
        chosen = encoder or default_encoder(settings.model if settings else None)
        if settings is not None:
            check_compatible(opened.folder, settings, chosen)
        return cls(opened, chosen, reranker=reranker, without=without, reader=reader)

    def ask(
        self,
        question: str,
        *,
        limit: int = 10,
        as_of: date | None = None,
        filters: Filters | None = None,
        about: Period | None = None,
        any_time: bool = False,
        question_id: str = "",
    ) -> Answer:
        """Answer a question with up to `limit` citations, best first, or say that the documents hold no answer.

        `as_of` is a hard limit: only documents certainly published by that day are searched. `about` is the time that
        the question is about where its own words name none: what is near it is preferred, nothing is left out. With
        `any_time` no time is preferred, whatever the question says.

        Raises:
            InvalidInput: the question is empty or far too long, or `limit` is not in 1..100.
        """
        return self.judge(
            question,
            limit=limit,
            as_of=as_of,
            filters=filters,
            about=about,
            any_time=any_time,
            question_id=question_id,
        ).answer

    def judge(
        self,
        question: str,
        *,
        limit: int = 10,
        as_of: date | None = None,
        filters: Filters | None = None,
        about: Period | None = None,
        any_time: bool = False,
        question_id: str = "",
    ) -> Judged:
        """Like `ask`, together with the signals behind the decision to answer."""
        if not 1 <= limit <= MAX_LIMIT:
            raise InvalidInput(f"limit is {limit}; it must be from 1 to {MAX_LIMIT}.")
        understood = understand(question)
        chosen = with_as_of(filters or Filters(), as_of)
        period = None if any_time else self._period(understood, about)
        with self._view() as (snapshot, generation):
            searched = what_is_searched(snapshot, chosen)
            looked = self._look(understood, period, snapshot, generation, chosen, as_of)
            evidence = self._evidence(looked) if looked else []
            found = signals(looked.asked, evidence) if looked else NO_EVIDENCE
            ranked = reranked(understood.text, evidence, self._reranker)
            kept, copies = (ranked, {}) if Stage.COPIES in self._without else fold(ranked)
            shown = self._ordered(looked, kept)[:limit] if looked else []
            copied = [copy for item in shown for copy in copies.get(item.found.passage.id, ())]
            records = {
                record.id: record
                for record in snapshot.documents({item.document.id for item in (*shown, *copied)})
            }
        citations = tuple(
            replace(
                cite(rank, item, records, copies.get(item.found.passage.id, ())),
                because=because(looked.asked, item),
            )
            for rank, item in enumerate(shown, start=1)
            if looked
        )
        calibration, compared = self.calibration, Stage.COMPARISON not in self._without
        sure = calibration.probability(confidence(found))
        answered = sure >= calibration.threshold
        missing = missing_words(looked.asked, evidence) if looked and not answered else []
        foreign = not answered and bool(evidence) and is_foreign(understood.text, evidence[0])
        answer = Answer(
            id=question_id,
            question=understood.text,
            as_of=as_of,
            time=period,
            answered=answered,
            confidence=sure,
            threshold=calibration.threshold,
            reason=None
            if answered
            else reason_for_silence(found, missing, searched.documents, foreign=foreign),
            answer=citations[0].answer.text if answered and citations[0].answer else None,
            citations=citations if answered else (),
            nearest=() if answered else citations,
            searched=searched,
            sources=count_sources(shown, copies, records),
            comparison=compare(understood, citations, covered_by(records)) if answered and compared else None,
        )
        return Judged(answer, found)

    def weighed(
        self,
        question: str,
        *,
        as_of: date | None = None,
        filters: Filters | None = None,
        about: Period | None = None,
    ) -> tuple[Asked, list[Weighed]] | None:
        """The candidates with every sentence seen and weighed, unread: what the models are fitted on; None if none."""
        understood, chosen = understand(question), with_as_of(filters or Filters(), as_of)
        with self._view() as (snapshot, generation):
            looked = self._look(
                understood, self._period(understood, about), snapshot, generation, chosen, as_of
            )
            return (looked.asked, weigh(*looked.parts(), self._vectors.sentences)) if looked else None

    def search(
        self, question: str, *, limit: int = 10, method: Method = Method.FUSED, filters: Filters | None = None
    ) -> list[Hit]:
        """The best passages, without evidence or a decision: what the retrieval figures measure."""
        asked = understand(question)
        with self._view() as (snapshot, generation):
            if generation is None:
                return []
            allowed = allowed_by(snapshot, filters or Filters())
            scored = generation.retriever.search(
                asked.text,
                method=method,
                depth=max(limit, DEPTH),
                allowed=allowed,
                encode=self._vectors.question,
            )[:limit]
            passages = snapshot.passages([item.id for item in scored])
        return [Hit(passages[item.id], item.score) for item in scored]

    def documents(self) -> list[DocumentRecord]:
        """The current documents, by path."""
        return self.records()

    def records(self, ids: Collection[str] | None = None) -> list[DocumentRecord]:
        """The current documents (with `ids`: those of them), by path."""
        with self._library.snapshot() as snapshot:
            return snapshot.documents(ids)

    def document(self, document_id: str) -> Document:
        """A current document with its text; raises InvalidInput for an unknown id."""
        with self._library.snapshot() as snapshot:
            return snapshot.document(document_id)

    def passages(self, ids: Collection[str]) -> dict[str, list[Passage]]:
        """The passages of these documents, in text order."""
        with self._library.snapshot() as snapshot:
            return {
                one: sorted(
                    snapshot.passages(snapshot.passage_ids({one})).values(), key=lambda item: item.start
                )
                for one in ids
            }

    def facets(self, filters: Filters | None = None) -> Facets:
        """What documents can be filtered by, with counts; as `Snapshot.facets`."""
        with self._library.snapshot() as snapshot:
            return snapshot.facets(filters or Filters())

    def original(self, document_id: str) -> bytes:
        """The archived original bytes of a document; raises InvalidInput for an unknown id."""
        with self._library.snapshot() as snapshot:
            return snapshot.original(document_id)

    @property
    def folder(self) -> Path:
        """The library's folder."""
        return self._library.folder

    @property
    def calibration(self) -> Calibration:
        """How confidence is read now: the shipped calibration, or the library's own (`sourcebook calibrate`)."""
        return self._calibrations.current()

    @property
    def encoder(self) -> Encoder:
        """The encoder that questions are encoded with."""
        return self._encoder

    def prepare(self, questions: Sequence[str]) -> None:
        """Get ready for questions that will be asked soon, many at a time; it changes no answer."""
        self._vectors.prepare(questions)

    def forget(self) -> None:
        """Forget what was worked out about questions and sentences, so that a question costs what a new one does."""
        self._vectors.forget()
        remembered.forget()

    def close(self) -> None:
        """Close the database connections; no question may be asked afterwards."""
        self._library.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _view(self) -> Iterator[tuple[Snapshot, LoadedGeneration | None]]:
        """A snapshot with its indexes, opened; None before the first generation.

        The files of a generation that was replaced twice are gone: a reader that comes too late for them takes
        a new snapshot. Each try that fails means that two more generations were published meanwhile.
        """
        while True:
            with self._library.snapshot() as snapshot:
                try:
                    generation = self._generation(snapshot)
                except IndexUnreadable:
                    with self._library.snapshot() as newer:
                        if newer.generation.number == snapshot.generation.number:
                            raise
                    continue
                yield snapshot, generation
                return

    def _generation(self, snapshot: Snapshot) -> LoadedGeneration | None:
        """The indexes of the snapshot's generation, opened once and shared by all threads."""
        generation = snapshot.generation
        if generation.folder is None:
            return None
        loaded = self._loaded
        if loaded is not None and loaded.number == generation.number:
            return loaded
        with self._lock:
            if self._loaded is None or self._loaded.number != generation.number:
                settings = snapshot.settings()
                if settings is not None:  # a reindex may have changed the model meanwhile
                    check_compatible(self.folder, settings, self._encoder)
                self._loaded = load_generation(generation.number, generation.folder, self._encoder)
            return self._loaded

    def _period(self, question: Question, about: Period | None) -> Period | None:
        return None if Stage.TIME in self._without else asked_period(question.text) or about

    def _look(
        self,
        question: Question,
        period: Period | None,
        snapshot: Snapshot,
        generation: LoadedGeneration | None,
        filters: Filters,
        as_of: date | None,
    ) -> _Looked | None:
        """The candidates for a question; None when nothing may be searched."""
        if generation is None:
            return None
        retriever = generation.retriever
        asked = Asked(question, words_of(question, retriever.lexical, self._without), period, as_of)
        query = self._vectors.question(question.text)
        candidates = find_candidates(asked, query, retriever, snapshot, filters, self._without)
        if not candidates or Stage.SPREAD in self._without or not is_series(asked):
            return _Looked(asked, query, candidates) if candidates else None
        timeline = Timeline.of(asked, query, retriever, snapshot, filters, self._without)
        return _Looked(asked, query, timeline.candidates(candidates[:KNOWN]), timeline)

    def _evidence(self, looked: _Looked) -> list[Evidence]:
        """The evidence in the candidates, best first."""
        asked, plain = looked.asked, Stage.EVIDENCE in self._without
        weighed = weigh(*looked.parts(), self._vectors.sentences, plain=plain)
        if looked.timeline is not None and not plain:
            weighed = looked.timeline.with_siblings(weighed, self._vectors.sentences)
        first, series = [as_evidence(asked.words, one) for one in weighed], looked.timeline is not None
        chosen = self._spread(asked, first) if series or self._reader else first
        if self._reader is not None:
            chosen = look_again(asked, weighed, chosen, self._reader, all_of_them=series)
        return without_overlaps(chosen)

    def _ordered(self, looked: _Looked, evidence: Sequence[Evidence]) -> list[Evidence]:
        return (by_date if looked.timeline else self._spread)(looked.asked, evidence)

    def _spread(self, asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
        return list(evidence) if Stage.SPREAD in self._without else spread(asked, evidence)
