"""Questions searched with other passage sizes, overlaps and fusion weights; this tunes, and refuses test questions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from corpus.chunk import chunk
from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from corpus.types import Document, Filters
from embeddings.encode import Encoder
from eval.intervals import Estimate
from eval.questions import QuestionSet
from eval.run import evaluate_retrieval
from eval.writing import replace_file
from qa.engine import Sourcebook
from qa.indexing import Prepared, Source, add_documents
from qa.retrieve import DEPTH, FUSION_CONSTANT
from qa.types import Hit, Method

MEASURES = ("nDCG@10", "success@5")


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """How documents are cut: the size at which a passage is closed, and the largest sentence that is repeated, in tokens."""

    tokens: int
    overlap: int


@dataclass(frozen=True, slots=True)
class Point:
    """What one choice gave; `weight` is the dense search's share of the fusion, 0 to 1."""

    cut: Cut
    weight: float
    passages: int
    measures: Mapping[str, Estimate]


class Weighted:
    """A book whose fused search gives the dense ranking this weight and BM25 the rest; it remembers both rankings.

    With 0.5 the order is that of the program's own fusion.
    """

    def __init__(self, book: Sourcebook) -> None:
        self._book = book
        self._found: dict[tuple[str, Filters | None, Method], list[Hit]] = {}
        self.weight = 0.5

    def search(
        self, question: str, *, limit: int = 10, method: Method = Method.FUSED, filters: Filters | None = None
    ) -> list[Hit]:
        """As `Sourcebook.search`."""
        if method is not Method.FUSED:
            return self._ranking(question, method, filters)[:limit]
        scores: dict[int, float] = {}
        hits: dict[int, Hit] = {}
        for one, weight in ((Method.DENSE, self.weight), (Method.LEXICAL, 1.0 - self.weight)):
            for rank, hit in enumerate(self._ranking(question, one, filters), start=1):
                identifier = hit.passage.id
                hits.setdefault(identifier, hit)
                scores[identifier] = scores.get(identifier, 0.0) + weight / (FUSION_CONSTANT + rank)
        best = sorted((i for i in scores if scores[i] > 0), key=lambda i: (-scores[i], i))
        return [Hit(hits[identifier].passage, scores[identifier]) for identifier in best[:limit]]

    def documents(self) -> list[DocumentRecord]:
        """As `Sourcebook.documents`."""
        return self._book.documents()

    def document(self, document_id: str) -> Document:
        """As `Sourcebook.document`."""
        return self._book.document(document_id)

    def _ranking(self, question: str, method: Method, filters: Filters | None) -> list[Hit]:
        key = (question, filters, method)
        if key not in self._found:
            self._found[key] = self._book.search(question, limit=DEPTH, method=method, filters=filters)
        return self._found[key]


def tuning_questions(question_set: QuestionSet, split: str | None) -> QuestionSet:
    """The questions to tune on; InvalidInput for test questions, and where none are set apart for tuning."""
    offered = [name for name in question_set.splits if "test" not in name.casefold()]
    chosen = split or next((name for name in ("dev", "train", *offered) if name in offered), None)
    if chosen is None or "test" in chosen.casefold() or chosen == "all":
        raise InvalidInput(
            f"a sweep tunes, and test questions are for what is finished; splits of {question_set.name} to tune on: "
            + (", ".join(offered) or "none")
        )
    return question_set.select(chosen)


def sweep(
    library: Path,
    encoder: Encoder,
    question_set: QuestionSet,
    cuts: Sequence[Cut],
    weights: Sequence[float],
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Point]:
    """Measure every choice on the documents of a library; each cut is made once, in a library that is thrown away."""
    total = len(cuts) * len(weights)
    for number, cut in enumerate(cuts):
        with _recut(library, encoder, cut) as (book, passages):
            weighted = Weighted(book)
            for position, weight in enumerate(weights):
                if progress is not None:
                    progress(number * len(weights) + position, total)
                weighted.weight = weight
                (run,) = evaluate_retrieval(weighted, question_set, methods=[Method.FUSED])
                found = run.overall.measures
                yield Point(cut, weight, passages, {name: found[name] for name in MEASURES})


@contextmanager
def _recut(library: Path, encoder: Encoder, cut: Cut) -> Iterator[tuple[Sourcebook, int]]:
    """A library of the same documents in other passages, and their number."""
    with tempfile.TemporaryDirectory() as name, Sourcebook.open(library, encoder=encoder) as whole:
        folder = Path(name) / "library"
        sources = [_prepared(whole, record, encoder, cut) for record in whole.documents()]
        report = add_documents(folder, sources, encoder)
        if report.failed:
            raise InvalidInput(f"{report.failed[0].path} cannot be cut so: {report.failed[0].reason}")
        with Sourcebook.open(folder, encoder=encoder) as book:
            yield book, report.passages


def _prepared(book: Sourcebook, record: DocumentRecord, encoder: Encoder, cut: Cut) -> Prepared:
    document = book.document(record.id)
    try:
        passages = chunk(
            document, encoder.token_offsets, encoder.max_tokens, target=cut.tokens, overlap=cut.overlap
        )
    except ValueError as error:
        raise InvalidInput(f"{record.path} cannot be cut so: {error}") from error
    return Prepared(Source(record.path, f"sweep:{record.path}", book.original(record.id)), document, passages)


def grid(tokens: Sequence[int], overlaps: Sequence[int]) -> list[Cut]:
    """Every size with every overlap, each once."""
    return sorted({Cut(*pair) for pair in product(tokens, overlaps)})


def best(points: Iterable[Point]) -> Point:
    """The point with the highest nDCG@10; the first of equals."""
    return max(points, key=lambda point: point.measures["nDCG@10"].value)


def write_table(file: Path, title: str, points: Sequence[Point], plot: str) -> None:
    """Write the points as a Markdown table under a plot; raises InvalidInput."""
    head = ["passage tokens", "overlap", "dense weight", "passages", *MEASURES]
    lines = [
        f"# {title}",
        "",
        f"![nDCG@10]({plot})",
        "",
        f"| {' | '.join(head)} |",
        "|" + "---:|" * len(head),
    ]
    for point in points:
        cells = [str(point.cut.tokens), str(point.cut.overlap), f"{point.weight:g}", f"{point.passages:,}"]
        cells += [str(point.measures[name]) for name in MEASURES]
        lines.append(f"| {' | '.join(cells)} |")
    replace_file(file, lines)
