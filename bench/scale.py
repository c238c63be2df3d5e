"""How a library grows from a thousand to a million passages: time, disk, memory and recall at every size.

Run it as `python -m bench.scale SPEECHES WORK --questions FILE`: SPEECHES holds text files, WORK takes the library
(about 6 GB at a million).
Sizes beyond the passages of the texts are filled with variations of them: the same text with a third of its longer words
and its digits exchanged, its vectors moved by the difference of two others. `--encode N` encodes only the first N passages
and derives the other vectors from these in the same way; everything else is done as `sourcebook add` does it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.machine import folder_size, heading, memory
from corpus.chunk import chunk, encoder_text
from corpus.formats import read
from corpus.library import Library
from corpus.records import Source
from corpus.types import Document, Passage
from corpus.writer import Writer
from embeddings.encode import Encoder, default_encoder
from qa.generation import builder, settings_of
from qa.options import run_script

SIZES = (1_000, 10_000, 100_000, 250_000, 1_000_000)
SHIFT = 0.45
"""How far a derived vector moves along the difference of two others; its cosine with its origin is about 0.9."""
EXCHANGED = 0.33
_WORD = re.compile(r"[a-z]{5,}|\d")

Made = tuple[Document, bytes, tuple[Passage, ...], float]
"""A document with its original, its passages, and the seconds that they took."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("speeches", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--encode", type=int, default=10**9, help="how many passages are really encoded")
    parser.add_argument("--cut", type=int, default=10**9, help="after so many passages variations begin")
    parser.add_argument("--questions", type=Path, required=True, help='rows with "question" or "text"')
    parser.add_argument("--json", type=Path, default=Path("scale.json"))
    options = parser.parse_args()
    first = heading("faiss-cpu", "tantivy", "openvino", "numpy")
    print(first, flush=True)
    encoder = default_encoder()
    rows: list[dict[str, Any]] = []
    library = options.work / "library"
    with Library.create(library) as opened, opened.writer() as writer:
        writer.configure(settings_of(encoder))
        growth = Growth(writer, encoder, Vectors(encoder, options.encode))
        texts = documents(sorted(options.speeches.rglob("*.txt")), encoder)
        for size in sorted(options.sizes):
            limit = size if growth.varied else min(size, options.cut)
            if not growth.fill(texts, limit) or limit < size:
                texts = variations(opened)
                growth.varied = True
                growth.fill(texts, size)
            row = growth.publish()
            row |= measured(library, options.questions)
            row |= one_document(writer, encoder)
            row["disk"] = disk(library)
            rows.append(row)
            options.json.write_text(json.dumps({"machine": first, "rows": rows}, indent=1), encoding="utf-8")
            print(json.dumps(row), flush=True)


@dataclass(slots=True)
class Growth:
    """Fills the library and keeps the clock of every stage."""

    writer: Writer
    encoder: Encoder
    vectors: Vectors
    passages: int = 0
    documents: int = 0
    varied: bool = False
    seconds: dict[str, float] = field(default_factory=dict)

    def fill(self, texts: Iterator[Made], size: int) -> bool:
        """Stage documents until there are so many passages; False if they run out before."""
        self.seconds = self.seconds or {"reading and cutting": 0.0, "staging": 0.0, "new": self.passages}
        while self.passages < size:
            item = next(texts, None)
            if item is None:
                return False
            document, original, passages, taken = item
            self.seconds["reading and cutting"] += taken
            vectors = self.vectors.of([encoder_text(document, passage) for passage in passages])
            began = time.process_time()
            source = Source(f"/speeches/{document.id}.txt", f"{document.id}.txt")
            self.writer.stage(source, original, document, passages, vectors.tobytes())
            self.seconds["staging"] += time.process_time() - began
            self.passages += len(passages)
            self.documents += 1
        return True

    def publish(self) -> dict[str, Any]:
        """Publish what is staged; what that and the stages before took."""
        wall, busy = time.perf_counter(), time.process_time()
        self.writer.publish(builder(self.encoder.dimension))
        row = {
            "passages": self.passages,
            "documents": self.documents,
            "varied": self.varied,
            "new": self.passages - int(self.seconds.pop("new")),
            "cpu": {name: round(value, 2) for name, value in self.seconds.items()},
            "publishing_cpu": round(time.process_time() - busy, 2),
            "publishing_wall": round(time.perf_counter() - wall, 2),
            "encoded": self.vectors.encoded,
            "encoding_cpu": round(self.vectors.seconds, 2),
            "indexing_peak_mb": round(memory().get("VmHWM", 0)),
        }
        self.seconds = {}
        return row


class Vectors:
    """Vectors of texts: encoded, or past a number of them derived from those."""

    def __init__(self, encoder: Encoder, most: int) -> None:
        self._encoder, self._most = encoder, most
        self._known: NDArray[np.float32] = np.empty((0, encoder.dimension), dtype=np.float32)
        self._random = np.random.default_rng(0)
        self.encoded, self.seconds = 0, 0.0

    def of(self, texts: list[str]) -> NDArray[np.float32]:
        """A vector for each text."""
        if self.encoded >= self._most:
            return self.moved(self._known[self._random.integers(0, len(self._known), len(texts))])
        began = time.process_time()
        vectors = self._encoder.encode_documents(texts)
        self.seconds += time.process_time() - began
        self.encoded += len(texts)
        self._known = np.concatenate([self._known, vectors])
        return vectors

    def moved(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """The vectors moved along the differences of others, at unit norm."""
        one, other = (self._known[self._random.integers(0, len(self._known), len(vectors))] for _ in "ab")
        far = SHIFT * self._random.uniform(0.3, 1.4, (len(vectors), 1)).astype(np.float32)
        found = vectors + far * (one - other)
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit


def documents(files: list[Path], encoder: Encoder) -> Iterator[Made]:
    """The texts in an order that mixes the years, read and cut, with the seconds that took."""
    random.Random(0).shuffle(files)
    for file in files:
        began = time.process_time()
        text = file.read_text(encoding="utf-8", errors="replace").replace("\r", "")
        if text.strip():
            original = text.encode()
            document = read(original, file.name)
            passages = chunk(document, encoder.token_offsets, encoder.max_tokens)
            if passages:
                yield document, original, passages, time.process_time() - began


def variations(library: Library) -> Iterator[Made]:
    """The library's documents over and over, each time with other words of the same length exchanged."""
    with library.snapshot() as snapshot:
        known = [record.id for record in snapshot.documents()]
        words: dict[int, list[str]] = {}
        for id_ in known[:200]:
            for word in set(_WORD.findall(snapshot.document(id_).text)):
                words.setdefault(len(word), []).append(word)
    pools = {length: sorted(set(pool)) for length, pool in words.items()}
    for turn in range(1, 1_000):
        for id_ in known:
            with library.snapshot() as snapshot:
                document, passages = snapshot.document(id_), snapshot.document_passages(id_)
            began = time.process_time()
            chance = random.Random(f"{turn}{id_}")

            def other(match: re.Match[str], chance: random.Random = chance) -> str:
                same = pools.get(len(match[0])) if chance.random() < EXCHANGED else None
                return chance.choice(same) if same else match[0]

            text = _WORD.sub(other, document.text)
            original = text.encode()
            new = replace(document, id=hashlib.sha256(original).hexdigest(), text=text)
            yield (
                new,
                original,
                tuple(replace(passage, document_id=new.id) for passage in passages),
                time.process_time() - began,
            )


def one_document(writer: Writer, encoder: Encoder) -> dict[str, float]:
    """Seconds to add one document of a few passages to the library as it is, and to take it out again."""
    text = "A speech on the harvest.\n\n" + "The harvest of plums in the valley was small this year. " * 120
    document = read(text.encode(), "harvest.txt")
    passages = chunk(document, encoder.token_offsets, encoder.max_tokens)
    vectors = encoder.encode_documents([encoder_text(document, passage) for passage in passages])
    source = Source("/speeches/harvest.txt", "harvest.txt")
    found: dict[str, float] = {}
    for what in ("add", "remove"):
        wall, busy = time.perf_counter(), time.process_time()
        if what == "add":
            writer.stage(source, text.encode(), document, passages, vectors.tobytes())
        else:
            writer.remove(source.key)
        writer.publish(builder(encoder.dimension))
        found |= {
            f"{what}_wall": round(time.perf_counter() - wall, 2),
            f"{what}_cpu": round(time.process_time() - busy, 2),
        }
    return found


def measured(library: Path, questions: Path) -> dict[str, Any]:
    """What a fresh process measures in the published library."""
    command = [sys.executable, "-m", "bench.scale_ask", str(library), str(questions)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def disk(library: Path) -> dict[str, int]:
    """Bytes of the parts of a library; the newest generation alone is counted."""
    generation = max((library / "generations").iterdir())
    return {
        "vectors": folder_size(generation / "vectors"),
        "words": folder_size(generation / "lexical"),
        "database": sum(file.stat().st_size for file in library.glob("library.db*")),
        "originals": folder_size(library / "originals"),
    }


if __name__ == "__main__":
    run_script(main)
