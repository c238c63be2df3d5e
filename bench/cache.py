"""What the vector cache costs an indexing run that finds nothing in it, and what it saves the next one.

Run it as `python -m bench.cache TEXTS.jsonl [--documents 40] [--rounds 5]`. Documents of 20 passages are encoded without the
cache, with an empty one, and with the one that was just filled, in turns; the cost is CPU time of this process, which other
work on the machine disturbs less than the clock.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.encode import read
from embeddings.cache import FILE_NAME, cached
from embeddings.encode import Encoder, SentenceTransformerEncoder, default_encoder
from eval.about import processor
from qa.options import run_script

PASSAGES = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path, help='rows with "text", and "title" if there is one')
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    texts = read(options.texts, options.documents * PASSAGES, SentenceTransformerEncoder())
    documents = [texts[start : start + PASSAGES] for start in range(0, len(texts), PASSAGES)]
    encoder = default_encoder()
    encoder.encode_documents(texts[:PASSAGES])
    seconds: dict[str, list[float]] = {"without": [], "empty": [], "filled": []}
    with tempfile.TemporaryDirectory() as name:
        for number in range(options.rounds):
            folder = Path(name) / str(number)
            seconds["without"].append(run(encoder, documents, None))
            seconds["empty"].append(run(encoder, documents, folder))
            seconds["filled"].append(run(encoder, documents, folder))
            size = (folder / FILE_NAME).stat().st_size
    print(f"{processor()}, {len(texts)} passages in {len(documents)} documents")
    for name, found in seconds.items():
        ratio = statistics.median(one / plain for one, plain in zip(found, seconds["without"], strict=True))
        print(f"{name:<8} {statistics.median(found):8.3f} s CPU, {ratio:6.3f} of without")
    print(f"{size / len(texts):,.0f} bytes a passage on disk")


def run(encoder: Encoder, documents: Sequence[Sequence[str]], folder: Path | None) -> float:
    started = time.process_time()
    with cached(encoder, folder) as kept:
        for texts in documents:
            kept.encode_documents(texts)
    return time.process_time() - started


if __name__ == "__main__":
    run_script(main)
