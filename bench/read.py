"""How fast PDF files are read and cut into passages: pages a second with all cores, and the memory of each process.

Run it as `python -m bench.read FOLDER` (all its .pdf files; scans are counted apart, or read with `--ocr auto`).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import resource
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Result:
    """What one file gave; `reason` is set where it could not be read."""

    name: str
    pages: int
    characters: int
    passages: int
    reading: float
    cutting: float
    memory: float
    reason: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--ocr", choices=("never", "auto"), default="never")
    parser.add_argument("--files", action="store_true", help="a line for each file")
    options = parser.parse_args()
    paths = sorted(options.folder.rglob("*.pdf"), key=lambda path: (-path.stat().st_size, path))
    context = multiprocessing.get_context("spawn")
    with context.Pool(options.processes, initializer=prepare) as pool:
        one = partial(work, ocr=options.ocr)
        pool.map(one, [paths[-1]] * options.processes, chunksize=1)  # imports and the tokenizer are not timed
        began = time.perf_counter()
        results = pool.map(one, paths, chunksize=1)
        wall = time.perf_counter() - began
    if options.files:
        for result in sorted(results, key=lambda result: result.name):
            print(
                f"{result.name:32} {result.pages:4} pages {result.characters:8} characters "
                f"{result.passages:4} passages {result.reason}"
            )
    report(results, wall, options.processes)


def prepare() -> None:
    """Load what every file needs."""
    from embeddings.encode import default_encoder

    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    default_encoder().token_offsets("warm")


def work(path: Path, ocr: str) -> Result:
    """Read and cut one file."""
    from corpus.chunk import chunk
    from corpus.errors import UnreadableDocument
    from corpus.formats.ocr import Ocr, OcrMode
    from corpus.formats.pdf import read_pdf
    from embeddings.encode import default_encoder

    encoder = default_encoder()
    data = path.read_bytes()
    began = time.perf_counter()
    try:
        document = read_pdf(data, path.name, ocr=Ocr(OcrMode(ocr)))
    except UnreadableDocument as error:
        return Result(path.name, 0, 0, 0, time.perf_counter() - began, 0.0, memory(), str(error))
    read_at = time.perf_counter()
    passages = chunk(document, encoder.token_offsets, encoder.max_tokens)
    cut_at = time.perf_counter()
    pages = len({page.number for page in document.pages})
    return Result(
        path.name, pages, len(document.text), len(passages), read_at - began, cut_at - read_at, memory()
    )


def memory() -> float:
    """The most memory this process has held, in MB."""
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


def report(results: list[Result], wall: float, processes: int) -> None:
    good = [result for result in results if not result.reason]
    pages = sum(result.pages for result in good)
    reading = sum(result.reading for result in good)
    cutting = sum(result.cutting for result in good)
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, {processes} processes, Python {platform.python_version()}"
    )
    print(f"{len(good)} files with {pages} pages read, {len(results) - len(good)} not read, in {wall:.1f} s")
    print(f"{pages / wall:.0f} pages/s; {1000 * reading / pages:.1f} ms a page reading, ", end="")
    print(f"{1000 * cutting / pages:.1f} ms cutting")
    print(f"peak memory of a process {max(result.memory for result in results):.0f} MB")


if __name__ == "__main__":
    main()
