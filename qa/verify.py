"""Does every citation stand in the archived original? The bytes are hashed and read again, and the slices compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import InvalidInput, SourcebookError
from corpus.library import Library
from corpus.snapshot import Snapshot
from corpus.worker import Task
from corpus.workers import Reading, shared_pool
from qa.answer_file import read_lines


@dataclass(slots=True)
class VerifyReport:
    """How many answers and citations (nearest passages count too) were checked; every failure as a sentence."""

    answers: int = 0
    checked: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)


class Verifier:
    """Checks citations, given as JSON values, against one library; originals are read once each."""

    def __init__(
        self, snapshot: Snapshot, reading: Reading | None = None, password: str | None = None
    ) -> None:
        self._snapshot = snapshot
        self._password = password
        self._reading = reading or shared_pool()
        self._text = lru_cache(maxsize=64)(self._read_again)

    def problems(self, citation: Any) -> list[str]:  # noqa: ANN401 - JSON from outside
        """What is wrong with a citation; empty if it verifies."""
        if not isinstance(citation, dict):
            return ["the citation is not an object"]
        document_id, name = citation.get("document_id"), citation.get("path")
        if not isinstance(document_id, str) or not isinstance(name, str):
            return ["the citation names no document"]
        try:
            text = self._text(document_id)
        except SourcebookError as error:
            return [str(error)]
        slices = {
            "quote": (citation.get("start"), citation.get("end"), citation.get("quote")),
            "passage": _slice(citation.get("passage")),
        }
        for label in ("answer", "caption", "header"):
            if citation.get(label) is not None:
                slices[label] = _slice(citation[label])
        problems = [problem for label, values in slices.items() for problem in _compare(label, text, *values)]
        return problems or [*_nesting(slices), *self._copy_problems(citation.get("also_in"))]

    def _copy_problems(self, copies: Any) -> Iterator[str]:  # noqa: ANN401 - JSON from outside
        """Whether every copy stands in its own document."""
        for copy in copies if isinstance(copies, list) else []:
            document_id = copy.get("document_id") if isinstance(copy, dict) else None
            if not isinstance(document_id, str):
                yield "a copy names no document"
                continue
            try:
                text = self._text(document_id)
            except SourcebookError as error:
                yield str(error)
                continue
            yield from _compare("copy", text, copy.get("start"), copy.get("end"), copy.get("quote"))

    def _read_again(self, document_id: str) -> str:
        """The text of the archived original, read anew; raises SourcebookError if its bytes have changed."""
        data = self._snapshot.original(document_id, check=False)
        digest = hashlib.sha256(data).hexdigest()
        if digest != document_id:
            raise InvalidInput(
                f"the archived original {document_id[:12]}… has changed: its SHA-256 is now {digest[:12]}…"
            )
        document = self._snapshot.document(document_id, edited=False)
        task = Task(data, document.metadata.title.value, self._password, document.reader)
        return self._reading.submit(task).result().text


def _slice(value: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - JSON from outside
    return (
        (value.get("start"), value.get("end"), value.get("text"))
        if isinstance(value, dict)
        else (None, None, None)
    )


def _compare(label: str, text: str, start: Any, end: Any, words: Any) -> Iterator[str]:  # noqa: ANN401 - JSON from outside
    if type(start) is not int or type(end) is not int or not isinstance(words, str):
        yield f"the {label} has no start, end and text"
    elif not 0 <= start < end <= len(text):
        yield f"the {label} lies outside the document: {start}–{end} of {len(text):,} characters"
    elif text[start:end] != words:
        yield f"the {label} is not what stands at {start}–{end}: {text[start:end][:60]!r} instead of {words[:60]!r}"


def _nesting(slices: dict[str, tuple[Any, Any, Any]]) -> Iterator[str]:
    """Whether the answer span lies in the quote, and the quote in the passage."""
    for inner, outer in (("answer", "quote"), ("quote", "passage")):
        if (
            inner in slices
            and not slices[outer][0] <= slices[inner][0] <= slices[inner][1] <= slices[outer][1]
        ):
            yield f"the {inner} lies outside the {outer}"


def verify_file(library: Library, answers: Path, password: str | None = None) -> VerifyReport:
    """Check every citation in a file of answers; raises InvalidInput if the file cannot be read or holds none."""
    report = VerifyReport()
    with library.snapshot() as snapshot:
        verifier = Verifier(snapshot, password=password)
        for line in read_lines(answers):
            answer = line.value
            if not isinstance(answer, dict):
                report.failures.append(f"{answers}:{line.number}: not an answer")
                continue
            report.answers += 1
            where = f"{answers}:{line.number} answer {answer.get('id')!r}"
            report.failures.extend(f"{where}: {problem}" for problem in _answer_problems(answer))
            for citation in [*_listed(answer, "citations"), *_listed(answer, "nearest")]:
                problems = verifier.problems(citation)
                report.checked += 1
                report.failed += bool(problems)
                report.failures.extend(
                    f"{where}, citation {_rank(citation)}: {problem}" for problem in problems
                )
    return report


def _listed(answer: dict[str, Any], name: str) -> list[Any]:
    value = answer.get(name)
    return value if isinstance(value, list) else []


def _answer_problems(answer: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the answer around its citations."""
    for name in ("citations", "nearest"):
        if not isinstance(answer.get(name), list):
            yield f'"{name}" is missing or not a list'
    if answer.get("answered") and not _listed(answer, "citations"):
        yield "it is answered without a citation"
    yield from _comparison_problems(answer)
    words = answer.get("answer")
    first = next(iter(_listed(answer, "citations")), None)
    span = first.get("answer") if isinstance(first, dict) else None
    if words is not None and words != (span.get("text") if isinstance(span, dict) else None):
        yield f"the answer {words!r} is not the answer span of its first citation"


def _comparison_problems(answer: dict[str, Any]) -> Iterator[str]:
    """Whether every compared value is what stands at its place in the quote of its citation."""
    comparison = answer.get("comparison")
    values = _listed(comparison, "values") if isinstance(comparison, dict) else []
    cited = [one for one in _listed(answer, "citations") if isinstance(one, dict)]
    for value in values:
        rank = value.get("rank") if isinstance(value, dict) else None
        source = next((one for one in cited if rank is not None and one.get("rank") == rank), None)
        if source is None:
            yield "a compared value names no citation of the answer"
            continue
        quote, first = source.get("quote"), source.get("start")
        start, end = value.get("start"), value.get("end")
        if not isinstance(quote, str) or not all(type(place) is int for place in (first, start, end)):
            yield "a compared value has no start and end in its citation's quote"
        elif start < first or quote[start - first : end - first] != value.get("value"):
            yield f"the compared value {value.get('value')!r} is not what stands at {start}–{end} of its citation"


def _rank(citation: Any) -> str:  # noqa: ANN401 - JSON from outside
    return repr(citation.get("rank")) if isinstance(citation, dict) else "?"
