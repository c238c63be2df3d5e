"""How long `sourcebook add` takes for a folder, and how much of that is encoding, which alone could not be faster.

Run it as `python -m bench.index FOLDER`. The cache of vectors is off.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from bench.machine import heading, middle, timed
from corpus.chunk import encoder_text
from corpus.library import Library
from embeddings.encode import default_encoder
from qa.options import run_script


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(heading("openvino", "tokenizers", "faiss-cpu", "tantivy") + "\n")
    encoder = default_encoder()
    encoder.encode_query("loads the model")
    added, alone, most = [], [], 0.0
    for _ in range(options.rounds):  # taking turns
        with tempfile.TemporaryDirectory() as place:
            library = Path(place) / "library"
            *taken, held = add(options.folder, library)
            added.append(taken)
            most = max(most, held)
            texts, documents = texts_of(library)
        alone.append(timed(partial(encoder.encode_documents, texts)))
    tokens = sum(len(encoder.token_offsets(text)) + 2 for text in texts)
    print(f"{documents:,} documents, {len(texts):,} passages, {tokens / len(texts):.0f} tokens on average")
    print(f"no process held more than {most:.0f} MB\n")
    print("| | seconds, median (best) | processor seconds | passages/s | tokens/s |\n|---|---|---|---|---|")
    for name, runs in (("sourcebook add", added), ("of it encoding, by itself", alone)):
        wall = middle([taken for taken, _ in runs])
        print(
            f"| {name} | {wall:.1f} ({min(taken for taken, _ in runs):.1f}) | {middle([busy for _, busy in runs]):.1f} "
            f"| {len(texts) / wall:.0f} | {tokens / wall:,.0f} |"
        )


def add(folder: Path, library: Path) -> tuple[float, float, float]:
    """Seconds on the clock and of the processors that adding takes from its start, and the most MB that a process held."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "add", str(folder), "--library", str(library)],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCEBOOK_VECTOR_CACHE": "off"},
    )
    _, _, used = os.wait4(process.pid, 0)
    scale = 1 if sys.platform == "darwin" else 1024
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss * scale / 1e6


def texts_of(library: Path) -> tuple[list[str], int]:
    """What was encoded, in the order of the documents, and their number."""
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        records = snapshot.documents()
        if not records:
            raise SystemExit("nothing in that folder could be added; name a folder with documents")
        texts = []
        for record in records:
            document = snapshot.document(record.id)
            passages = snapshot.passages(snapshot.passage_ids({record.id})).values()
            texts += [encoder_text(document, one) for one in sorted(passages, key=lambda one: one.start)]
    return texts, len(records)


if __name__ == "__main__":
    run_script(main)
