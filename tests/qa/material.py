"""Small documents whose answers are known, and what tests of the program's upper half share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.formats.containers import Member
from corpus.library import Library
from corpus.types import Document
from corpus.worker import Opening, Task
from corpus.workers import InProcess, mistake
from qa.cite import answer_to_json
from qa.engine import Sourcebook
from qa.indexing import AddReport, add_paths
from qa.types import Answer, Citation
from tests.fakes import FakeEncoder

STRENGTH = """# Mission reaches its authorised strength

5 October 2009 – The reconfiguration of the mission was completed on 1 July 2009. The mission reached its authorised
strength of
510 personnel. Its budget for that year was €2 million.

## Leadership

Mr. Lamberto Rossi heads the mission. He succeeded Ms. Anna Keller in the spring.
"""
BRIDGE = """Bridge over the river reopened

12 March 2011

The bridge over the Ibar in the divided town was reopened to traffic on 28 February 2011. Engineers had closed the
bridge in the autumn because its pillars were cracked.
"""
HARVEST = """Harvest of apples and plums

The farmers of the valley picked sixteen tonnes of apples. Rain spoiled a third of the plums in September.
"""
TROOPS = """<!doctype html><html lang="en"><head><title>Troop numbers by year</title>
<meta property="article:published_time" content="2015-06-30"><meta property="og:site_name" content="Force Monitor">
</head><body><nav><a href="/">Home</a> <a href="/news">News</a></nav><main><h1>Troop numbers by year</h1>
<p>The force was reduced step by step, and the figures below were published by its headquarters every summer.</p>
<table><tr><th>Year</th><th>Soldiers</th></tr><tr><td>2001</td><td>38,000</td></tr>
<tr><td>2008</td><td>16,000</td></tr><tr><td>2015</td><td>4,600</td></tr></table>
<p>Soldiers from thirty nations served in the force during that time, and most of them stayed for six months.</p>
</main></body></html>"""
FRENCH = """---
title: La mission en 2012
publisher: Gazette du Nord
date: 2012-05-04
language: fr
---

La mission comptait quatre cents policiers au printemps. Les juges internationaux travaillaient dans la capitale de la
province, et leur nombre restait le même pendant toute cette période difficile.
"""

DOCUMENTS = {
    "strength.md": STRENGTH,
    "bridge.txt": BRIDGE,
    "nature/harvest.txt": HARVEST,
    "troops.html": TROOPS,
    "french.md": FRENCH,
}
ANSWERED = {
    "What was the authorised strength of the mission in personnel?": "strength of\n510 personnel",
    "When was the bridge over the Ibar reopened to traffic?": "28 February 2011",
    "Why had engineers closed the bridge in the autumn?": "its pillars were cracked",
    "How many tonnes of apples did the farmers pick?": "sixteen tonnes of apples",
}
DECLINED = "Which volcano erupted beneath the Pacific ocean yesterday?"


class CountingEncoder(FakeEncoder):
    """A fake encoder that counts the calls for documents, their texts, and the calls for questions."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.calls = 0
        self.texts = 0
        self.questions = 0

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        self.calls += 1
        self.texts += len(texts)
        return super().encode_documents(texts, truncate=truncate)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        self.questions += 1
        return super().encode_query(text)


class Observed:
    """Reads here and tells the name of everything before it is read."""

    ahead = 2

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def submit(self, task: Task) -> Future[Document]:
        future: Future[Document] = Future()
        try:
            self._tell(task.name)
        except IndexError as error:
            future.set_exception(mistake(task.name, type(error).__name__, str(error)))
            return future
        return InProcess().submit(task)

    def open(self, opening: Opening) -> list[Member]:
        return InProcess().open(opening)


def must_not_be_called(name: str) -> None:
    raise AssertionError(f"{name} was read")


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, given by their paths relative to the folder."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def build(
    folder: Path, files: Mapping[str, str | bytes] = DOCUMENTS, encoder: FakeEncoder | None = None
) -> Path:
    """Write files and add them; give the library's folder."""
    sources = write(folder / "sources", files)
    report = add_paths(folder / "library", [sources], encoder or FakeEncoder())
    assert not report.failed
    return folder / "library"


def add(library: Path, *paths: Path, encoder: FakeEncoder | None = None, **options: Any) -> AddReport:
    return add_paths(library, paths, encoder or FakeEncoder(), **options)


def listed(library: Path) -> dict[str, int]:
    """Every path that the library shows, with the number of passages of its document."""
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        return {path: record.passages for record in snapshot.documents() for path in record.paths}


def texts(library: Path) -> dict[str, str]:
    """Every path that the library shows, with the text of its document."""
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        return {
            path: snapshot.document(record.id).text
            for record in snapshot.documents()
            for path in record.paths
        }


def contents(library: Path) -> dict[str, Any]:
    """All that readers can see of a library, without generation numbers and times."""
    found: dict[str, Any] = {}
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        for record in snapshot.documents():
            found[record.id] = (
                record.paths,
                record.metadata,
                record.reader,
                snapshot.document(record.id),
                snapshot.document_passages(record.id),
                snapshot.vectors(record.id),
                snapshot.original(record.id),
            )
        found["sources"] = [(source.key, source.path, source.document_id) for source in snapshot.sources()]
        found["ids"] = list(snapshot.passage_ids())
        found["settings"] = snapshot.settings()
    return found


def answers(library: Path, questions: Sequence[str], **options: Any) -> list[str]:
    """The answers as lines of JSON."""
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        return [as_json(book.ask(question, **options)) for question in questions]


def as_json(answer: Answer) -> str:
    return json.dumps(answer_to_json(answer), ensure_ascii=False)


def all_citations(answer: Answer) -> Iterator[Citation]:
    yield from answer.citations
    yield from answer.nearest
