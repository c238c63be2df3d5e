"""BM25 over texts, titles and headings; knows ids and words. The only module that imports tantivy."""

from __future__ import annotations

import json
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.disk import disk_errors, told_by_disk
from embeddings.errors import BUILD_AGAIN, IndexUnreadable
from embeddings.index import Scored, unreadable
from embeddings.lexical_files import META, linked, readable, share, take_over
from embeddings.tokens import encodable

if TYPE_CHECKING:
    import tantivy

ANALYSIS: Final = "english/2"
"""How words are cut and stemmed; an index made under another name has to be built again."""

BOOSTS: Final = {"text": 1.0, "title": 0.25, "headings": 0.25}
"""How much a word found in a field counts; 0.1 to 0.5 for the title measured alike, 1 much worse."""

ALSO: Final = 0.25
"""How much a word counts that the question has in another form (an acronym written out, say); more found less (measured)."""

_ANALYZER = "sourcebook-english"
_TERM_LIMIT = 512  # distinct words of one question that are searched for; what follows is left out
_SLACK = 16  # how many results beyond k are fetched at first, to see whether a tie crosses the end
_WIDE = (
    0.1  # a filter that leaves this share of the entries is applied to what is found, not inside the search
)
_MOST_FETCHED = 10_000  # results that are looked through for a wide filter
_WORD_LENGTH = 40  # longer texts are not remembered
_NOISE = 2e-6  # relative; f32 sums of the same numbers in another order differ by less
_KILLED = "index writer was killed"  # the reason is told by whatever is asked of it next, but for adding
# Words are changed alike in entries and questions, so that "promize" for "promise" does no harm.
_ISE = re.compile(r"(\w{3,})is(e|ed|es|er|ers|ing|ation|ations|ational)\b")
_OUR = re.compile(
    r"\b(\w*(?:lab|fav|hon|col|behavi|neighb|harb|hum|rum|endeav|arm|vig|rig|splend))our", re.IGNORECASE
)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")  # they stand inside words and would cut them
_QUESTION_WORDS = "what when where which who whom whose why how do does did"
"""Words of a question that no answer needs; leaving out more of the usual stop words found less (measured)."""


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """One searchable text; `title` and `headings` count less than `text`."""

    id: int
    document_id: str
    title: str
    headings: str
    text: str


class LexicalIndex:
    """Ranks texts by BM25 (k1 = 1.2, b = 0.75; tantivy keeps lengths in one byte, exact up to 40 words).

    The score of an entry is the sum over the distinct words of the question and over the fields, times the
    field's boost. What is added or removed is found or gone after `commit`. A removed entry is never found,
    but counts in the word statistics until its segment is merged: see `ghosts`.
    Searches may run in several threads and during changes. What reads raises IndexUnreadable where it meets damage,
    what writes raises OSError for what the disk refuses.
    """

    def __init__(self, index: tantivy.Index, folder: Path) -> None:
        import tantivy

        self._index = index
        self._folder = folder
        self._writer: tantivy.IndexWriter | None = None
        self._lock = threading.Lock()
        plain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        plain = plain.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.ascii_fold())
        self._words = plain.build()
        self._question_words = frozenset(_QUESTION_WORDS.split())
        index.register_tokenizer(_ANALYZER, _analyzer())
        index.config_reader("manual")
        index.reload()

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Begin an empty index in a new or empty folder; raises ValueError if something lies there."""
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ValueError(f"{folder} is not empty; an index is created in a new folder")
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("id", indexed=True, fast=True)
        builder.add_text_field("document_id", tokenizer_name="raw", index_option="basic")
        for name in BOOSTS:
            builder.add_text_field(name, tokenizer_name=_ANALYZER, index_option="freq")
        with disk_errors():
            return cls(tantivy.Index(builder.build(), path=str(folder)), folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open an index that was created and committed, also one that may only be read; raises IndexUnreadable."""
        with readable(folder):
            try:
                return cls._open(folder, folder)
            except ValueError as error:
                if told_by_disk(error) is None:
                    raise
            # tantivy makes a lock to open an index; then all is mapped, and the links may go
            with linked(folder) as links:
                return cls._open(links, folder)

    @classmethod
    def _open(cls, files: Path, folder: Path) -> Self:
        import tantivy

        index = cls(tantivy.Index.open(str(files)), folder)
        index._term("text", "")
        return index

    @classmethod
    def extend(cls, previous: Path, folder: Path) -> Self:
        """Open a copy of a committed index in a new folder, to be changed without touching the previous one.

        Files are shared by hard links where the disk allows it. Raises IndexUnreadable and OSError.
        """
        if folder.exists() and any(folder.iterdir()):
            raise ValueError(f"{folder} is not empty; an index is copied into a new folder")
        if not previous.is_dir():
            raise IndexUnreadable(f"there is no index at {previous}; {BUILD_AGAIN}")
        folder.mkdir(parents=True, exist_ok=True)
        take_over(previous, folder)
        with readable(folder), disk_errors():
            return cls._open(folder, folder)

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    @property
    def ghosts(self) -> int:
        """How many removed entries still count in the word statistics; building anew brings it to zero."""
        path = self._folder / META
        try:
            meta = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise unreadable(path, error) from error
        deletes = (segment.get("deletes") for segment in meta["segments"])
        return sum(int(one["num_deleted_docs"]) for one in deletes if one)

    def add(self, entries: Iterable[LexicalEntry]) -> None:
        """Add entries; an id that is held already must be removed first, else it is found twice."""
        import tantivy

        writer = self._open_writer()
        for entry in entries:
            document = tantivy.Document()
            document.add_unsigned("id", entry.id)
            document.add_text("document_id", entry.document_id)
            for name, text in (("title", entry.title), ("headings", entry.headings), ("text", entry.text)):
                document.add_text(name, _normal(text))
            with self._changing():
                writer.add_document(document)

    def remove(self, ids: NDArray[np.int64] | Iterable[int]) -> None:
        """Remove the entries with these ids, where they are held."""
        import tantivy

        doomed = [int(id_) for id_ in ids]
        if doomed:
            # not delete_documents_by_term: it takes an integer for a signed one and finds nothing (0.27)
            query = tantivy.Query.term_set_query(self._index.schema, "id", doomed)
            writer = self._open_writer()
            with self._changing():
                writer.delete_documents_by_query(query)

    def commit(self) -> None:
        """Write everything to the folder and close the writer; from then on searches see it."""
        with self._changing():
            if self._writer is not None:
                self._writer.commit()
                self._writer.wait_merging_threads()
                self._writer = None
                share(self._folder)
            self._index.reload()

    def search(
        self,
        question: str,
        k: int,
        documents: Collection[str] | None = None,
        also: Sequence[str] = (),
        *,
        ids: NDArray[np.int64] | None = None,
    ) -> list[Scored]:
        """Return the k best by (-score, id), of these documents if given; raises ValueError for k < 1.

        A question without any word finds nothing. Words of `also` that are not in the question count ALSO as much.
        `ids`, the sorted ids of all entries of `documents`, make the search among many documents faster.
        """
        if k < 1:
            raise ValueError(f"at least one result must be asked for, got k={k}")
        searcher = self._index.searcher()
        total = int(searcher.num_docs)
        if ids is not None and documents and len(ids) > _WIDE * total:
            free = self._query(question, None, also)
            found = None if free is None else self._among(searcher, free, k, ids)
            if found is not None:
                return found
        query = self._query(question, documents, also)
        if query is None or not total:
            return []
        fetch = min(k + _SLACK, total)
        while True:
            hits = self._hits(searcher, query, fetch)
            if len(hits) < fetch or fetch == total or not _tied(hits[-1][0], hits[min(k, fetch) - 1][0]):
                break
            fetch = min(2 * fetch, total)
        best = self._ids(searcher, hits).tolist()
        return _settle([Scored(id_, float(score)) for id_, (score, _) in zip(best, hits, strict=True)])[:k]

    def _among(
        self, searcher: tantivy.Searcher, query: tantivy.Query, k: int, ids: NDArray[np.int64]
    ) -> list[Scored] | None:
        """The k best of these ids, picked out of the best of all; None if they are not among the first thousands."""
        fetch = int(1.5 * k * int(searcher.num_docs) / len(ids)) + _SLACK
        while fetch <= _MOST_FETCHED:
            hits = self._hits(searcher, query, fetch)
            found = self._ids(searcher, hits)
            places = np.minimum(np.searchsorted(ids, found), len(ids) - 1)
            kept = [
                Scored(int(found[row]), float(hits[row][0])) for row in np.flatnonzero(ids[places] == found)
            ]
            if len(hits) < fetch or (len(kept) >= k and not _tied(hits[-1][0], kept[k - 1].score)):
                return _settle(kept)[:k]
            fetch *= 3
        return None

    def ids(self) -> list[int]:
        """The ids of all entries, sorted; an id that was added twice is there twice."""
        import tantivy

        searcher = self._index.searcher()
        total = int(searcher.num_docs)
        if not total:
            return []
        found: list[int] = self._ids(
            searcher, self._hits(searcher, tantivy.Query.all_query(), total)
        ).tolist()
        return sorted(found)

    def _hits(
        self, searcher: tantivy.Searcher, query: tantivy.Query, count: int
    ) -> list[tuple[float, tantivy.DocAddress]]:
        with readable(self._folder):
            return searcher.search(query, count, count=False).hits

    def _ids(
        self, searcher: tantivy.Searcher, hits: Sequence[tuple[float, tantivy.DocAddress]]
    ) -> NDArray[np.int64]:
        with readable(self._folder):
            values = searcher.fast_field_values("id", [address for _, address in hits])
            return np.array([value or 0 for value in values], dtype=np.int64)

    @staticmethod
    def analyze(text: str) -> list[str]:
        """The index terms of a text, in order: cut at what is neither letter nor digit, folded, stemmed."""
        return list(_word_terms(text)) if len(text) <= _WORD_LENGTH else stems(text)

    def document_frequency(self, term: str) -> int:
        """How many entries hold the term in their text; `term` as `analyze` gives it."""
        with readable(self._folder):
            return int(self._index.searcher().doc_freq("text", term))

    def holds(self, term: str) -> bool:
        """Whether the term stands in the text, title or headings of any entry, `term` as `analyze` gives it.

        Like the other word statistics it counts removed entries until their segment is merged.
        """
        searcher = self._index.searcher()
        with readable(self._folder):
            return any(searcher.doc_freq(field, term) for field in BOOSTS)

    def _query(
        self, question: str, documents: Collection[str] | None, also: Sequence[str]
    ) -> tantivy.Query | None:
        import tantivy

        should, must = tantivy.Occur.Should, tantivy.Occur.Must
        terms: dict[str, float] = dict(self._question_terms(question))
        if not terms or (documents is not None and not documents):
            return None
        for form in also:
            terms |= {term: ALSO for term in self._question_terms(form) if term not in terms}
        words = tantivy.Query.boolean_query(
            [
                (should, tantivy.Query.boost_query(self._term(field, term), boost * times))
                for term, times in terms.items()
                for field, boost in BOOSTS.items()
            ]
        )
        if documents is None:
            return words
        among = tantivy.Query.term_set_query(self._index.schema, "document_id", sorted(documents))
        return tantivy.Query.boolean_query(
            [(must, tantivy.Query.const_score_query(among, 0.0)), (must, words)]
        )

    def _question_terms(self, question: str) -> dict[str, int]:
        """Stem the question; how often each stem is in it. Question words go if others remain."""
        words = self._words.analyze(_normal(question))
        content = [word for word in words if word not in self._question_words] or words
        stems = Counter(stem for word in content for stem in _shared_analyzer().analyze(word))
        return dict(list(stems.items())[:_TERM_LIMIT])

    def _term(self, field: str, term: str) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._index.schema, field, term, index_option="freq")

    def _open_writer(self) -> tantivy.IndexWriter:
        with self._lock:
            if self._writer is None:
                # one thread: entries stand in the order of adding, whatever the machine
                with self._changing():
                    self._writer = self._index.writer(heap_size=64_000_000, num_threads=1)
            return self._writer

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with readable(self._folder), disk_errors():
            try:
                yield
            except ValueError as error:
                if _KILLED in str(error) and self._writer is not None:
                    self._writer.commit()
                raise


def stems(text: str) -> list[str]:
    """The words of a text folded and stemmed as the index does it, in order; needs no index."""
    return list(_shared_analyzer().analyze(_normal(text)))


@lru_cache(maxsize=1)
def _shared_analyzer() -> tantivy.TextAnalyzer:
    return _analyzer()


def _analyzer() -> tantivy.TextAnalyzer:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer("english")):
        builder = builder.filter(step)
    return builder.build()


@lru_cache(maxsize=65_536)
def _word_terms(word: str) -> tuple[str, ...]:
    """The terms of a single word or a little more: the same words come again with every question."""
    return tuple(_shared_analyzer().analyze(_normal(word)))


def _normal(text: str) -> str:
    """One spelling for the same word: composed letters, no ligatures, nothing invisible inside, British as American."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", encodable(text)))
    return _OUR.sub(r"\1or", _ISE.sub(r"\1iz\2", text))


def _tied(low: float, high: float) -> bool:
    return high - low <= _NOISE * abs(high)


def _settle(hits: list[Scored]) -> list[Scored]:
    """Order by (-score, id), where scores that differ by rounding alone count as the same score."""
    settled: list[Scored] = []
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.id)):
        if settled and _tied(hit.score, settled[-1].score):
            hit = Scored(hit.id, settled[-1].score)
        settled.append(hit)
    return sorted(settled, key=lambda hit: (-hit.score, hit.id))
