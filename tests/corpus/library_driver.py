"""A small program that fills a library with made-up documents, so that tests can kill it; standard library only.

python -m tests.corpus.library_driver FOLDER update          # bring the library from its first to its last state
python -m tests.corpus.library_driver TEMPLATE sweep OUT   # the same on copies, each killed at another line
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import signal
import struct
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from corpus.changes import Changes
from corpus.library import Library
from corpus.records import Settings, Source, Status
from corpus.remembered import forget
from corpus.types import (
    Block,
    BlockKind,
    Document,
    Metadata,
    Origin,
    PartialDate,
    Passage,
    Published,
    Sourced,
    Span,
)
from corpus.writer import Writer

DIMENSION = 4
SETTINGS = Settings("fake", "0123", DIMENSION, 254, "words/1")
INDEX_NAME = "index.txt"
READER = "plain/1"

FIRST = {
    "/kept.txt": "Nothing here changes. It stays.",
    "/changed.txt": "The mission had 510 posts. That was before.",
    "/removed.txt": "This one goes away. It is not missed.",
    "/twin-a.txt": "The same words. Twice.",
    "/back.txt": "Old words. They will come back.",
}
SECOND = FIRST | {"/back.txt": "New words. They do not last."}
LAST = {
    "/kept.txt": FIRST["/kept.txt"],
    "/changed.txt": "The mission had 480 posts. That is now. Quite new.",
    "/twin-a.txt": FIRST["/twin-a.txt"],
    "/twin-b.txt": FIRST["/twin-a.txt"],
    "/back.txt": FIRST["/back.txt"],
    "/new-1.txt": "A wholly new text. With two sentences.",
    "/new-2.txt": "Another new text \U0001f600 with\x00odd characters. And an end.",
    "/removed-copy.txt": FIRST["/removed.txt"],
}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_document(data: bytes, *, reader: str = READER, title: str = "Untitled", **more: Any) -> Document:
    """A plain document of these bytes: one paragraph."""
    text = data.decode("utf-8", "surrogateescape")
    blocks = (Block(0, len(text), BlockKind.PARAGRAPH),) if text else ()
    metadata = Metadata(Sourced(title, Origin.FILE), **more)
    return Document(digest(data), text, blocks, metadata, "text/plain", reader)


def make_passages(document: Document) -> tuple[Passage, ...]:
    """One passage a sentence."""
    matches = re.finditer(r"[^.]+\.?", document.text)
    spans = [Span(*match.span()) for match in matches]
    return tuple(Passage(document.id, span.start, span.end, (span,)) for span in spans)


def make_vectors(document: Document, passages: tuple[Passage, ...]) -> bytes:
    """Vectors that depend on nothing but the words."""
    rows = (
        hashlib.sha256(document.text[p.start : p.end].encode("utf-8", "replace")).digest() for p in passages
    )
    return b"".join(struct.pack(f"<{DIMENSION}f", *(byte / 255 for byte in row[:DIMENSION])) for row in rows)


def stage(writer: Writer, key: str, data: bytes, *, reader: str = READER, **more: Any) -> Document:
    """Stage made-up passages and vectors for these bytes."""
    document = make_document(data, reader=reader, title=key, **more)
    passages = make_passages(document)
    writer.stage(Source(key, key[1:]), data, document, passages, make_vectors(document, passages))
    return document


def build(folder: Path, previous: Path | None, changes: Changes) -> None:
    """An index that is a file of lines "passage id, its vector", carried from generation to generation."""
    lines: dict[int, str] = {}
    if previous is not None:
        rows = (previous / INDEX_NAME).read_text().splitlines()
        lines = {int(row.split()[0]): row for row in rows}
        for passage_id in changes.removed:
            del lines[passage_id]
    for stored in changes.everything() if previous is None else changes.new():
        lines |= index_lines(stored.passages, stored.vectors)
    assert len(lines) == changes.passages
    nested = folder / "nested"
    nested.mkdir()
    (nested / "more.bin").write_bytes(b"more")
    (folder / INDEX_NAME).write_text("\n".join(lines[passage_id] for passage_id in sorted(lines)))


def index_lines(passages: tuple[Passage, ...], vectors: bytes) -> dict[int, str]:
    size = DIMENSION * 4
    return {
        passage.id: f"{passage.id} {vectors[row * size : (row + 1) * size].hex()}"
        for row, passage in enumerate(passages)
    }


def update(folder: Path, texts: Mapping[str, str], *, batch: int = 1000, wait: float | None = None) -> None:
    """Make the library hold exactly these texts, publishing after every `batch` of them; as the program does."""
    library = Library.create(folder)
    with library.writer(wait=wait) as writer:
        writer.configure(SETTINGS)
        for number, (key, text) in enumerate(texts.items(), 1):
            data = text.encode()
            if writer.status(key, digest(data), READER) is not Status.UNCHANGED:
                if writer.known(digest(data), READER):
                    writer.link(Source(key, key[1:]), digest(data))
                else:
                    stage(writer, key, data, published=Published(PartialDate(2000 + number), Origin.TEXT))
            if number % batch == 0:
                writer.publish(build)
        for record in writer.sources():
            if record.key not in texts:
                writer.remove(record.key)
        writer.publish(build)
    library.close()


def contents(folder: Path) -> dict[str, Any]:
    """Everything that readers can see of a library, but for generation numbers and times."""
    library = Library.open(folder)
    with library.snapshot() as snapshot:
        found: dict[str, Any] = {
            record.id: (
                record.paths,
                record.metadata,
                record.passages,
                record.characters,
                record.bytes,
                snapshot.document(record.id),
                snapshot.document_passages(record.id),
                snapshot.vectors(record.id),
                snapshot.original(record.id),
            )
            for record in snapshot.documents()
        }
        found["sources"] = [(record.key, record.path, record.document_id) for record in snapshot.sources()]
        found["ids"] = list(snapshot.passage_ids())
        found["settings"] = snapshot.settings()
        generation = snapshot.generation.folder
        if generation is not None:
            found["index"] = (generation / INDEX_NAME).read_text()
            found["files"] = sorted(str(path.relative_to(generation)) for path in generation.rglob("*"))
    library.close()
    return found


def archived(folder: Path) -> dict[str, str]:
    """Every file in the archive with the digest of what is in it."""
    originals = folder / "originals"
    files = [path for path in originals.rglob("*") if path.is_file()]
    return {str(path.relative_to(originals)): digest(path.read_bytes()) for path in files}


@contextmanager
def tracing_lines(kill_at: int | None) -> Iterator[list[tuple[str, int]]]:
    """List the lines executed in corpus/ and here, as (file name, line); die (SIGKILL) before number `kill_at`."""
    lines: list[tuple[str, int]] = []
    corpus = str(Path(__file__).resolve().parents[2] / "corpus")

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith((corpus, __file__)):
            return None
        if event == "line":
            lines.append((Path(frame.f_code.co_filename).name, frame.f_lineno))
            if len(lines) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    try:
        yield lines
    finally:
        sys.settrace(None)


def sweep(template: Path, out: Path) -> None:
    """Run the update on copies of the template, killed before each line of the writing code; one fork for each.

    Each copy is named on standard output, and the next is made when a line comes in.
    """
    forget()  # what is remembered would spare lines of the runs after the first
    with tracing_lines(None) as lines:
        update(Path(shutil.copytree(template, out / "whole")), LAST, batch=3)
    moments: dict[tuple[str, int], list[int]] = {}
    for number, line in enumerate(lines, 1):
        if line[0] in ("writer.py", "archive.py"):
            moments.setdefault(line, []).append(number)
    choose = random.Random(7).choice
    for moment in sorted(choose(numbers) for numbers in moments.values()):
        folder = Path(shutil.copytree(template, out / f"killed-{moment:06d}"))
        child = os.fork()
        if child == 0:
            forget()
            with tracing_lines(moment):
                update(folder, LAST, batch=3)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{folder} {os.WIFSIGNALED(status) and os.WTERMSIG(status)}\n")
        sys.stdout.flush()
        sys.stdin.readline()


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0])
    if arguments[1] == "sweep":
        sweep(folder, Path(arguments[2]))
        return
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if arguments[1] == "hold":
        with Library.create(folder).writer(wait=0):
            sys.stdout.write("held\n")
            sys.stdout.flush()
            sys.stdin.read()
    elif arguments[1] == "add":
        texts = {f"/{arguments[2]}-{number}.txt": f"{arguments[2]} {number}." for number in range(8)}
        add(folder, texts)
    else:
        update(folder, LAST, batch=3)


def add(folder: Path, texts: Mapping[str, str]) -> None:
    """Add these texts, one generation each, and remove nothing."""
    library = Library.create(folder)
    for key, text in texts.items():
        with library.writer(wait=30) as writer:
            writer.configure(SETTINGS)
            stage(writer, key, text.encode())
            writer.publish(build)
    library.close()


if __name__ == "__main__":
    main(sys.argv[1:])
