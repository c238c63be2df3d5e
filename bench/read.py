"""How fast PDF files are read and cut into passages: pages a second with all cores, and the most memory of all processes.

Run it as `python -m bench.read FOLDER` (all its .pdf files; scans are counted apart, or read with `--ocr auto`).
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import resource
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Self

from bench.machine import heading, most_memory
from qa.options import run_script


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
    processor: float = 0.0
    reason: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--ocr", choices=("never", "auto"), default="never")
    parser.add_argument("--files", action="store_true", help="a line for each file")
    options = parser.parse_args()
    paths = sorted(options.folder.rglob("*.pdf"), key=lambda path: (-path.stat().st_size, path))
    if not paths:
        parser.error(f"there is no .pdf file in {options.folder}")
    context = multiprocessing.get_context("spawn")
    with context.Pool(options.processes, initializer=prepare) as pool, Memory() as held:
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
    report(results, wall, options.processes, held)


class Memory:
    """Looks several times a second at how much memory this process and all below it hold."""

    def __init__(self) -> None:
        self.most = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.2):
            self.most = max(self.most, sum(map(resident, family(os.getpid()))))


def family(process: int) -> Iterator[int]:
    """A process and all that it started, as Linux tells them."""
    yield process
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in file.read_text().split():
                yield from family(int(child))


def resident(process: int) -> float:
    """What a process holds in memory, in MB; what several share counts for each."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except (OSError, IndexError):
        return 0.0


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
    began, processor = time.perf_counter(), time.process_time()
    try:
        document = read_pdf(data, path.name, ocr=Ocr(OcrMode(ocr)))
    except UnreadableDocument as error:
        return Result(path.name, 0, 0, 0, time.perf_counter() - began, 0.0, most_memory(), reason=str(error))
    read_at = time.perf_counter()
    passages = chunk(document, encoder.token_offsets, encoder.max_tokens)
    cut_at = time.perf_counter()
    pages = len({page.number for page in document.pages})
    return Result(
        path.name,
        pages,
        len(document.text),
        len(passages),
        read_at - began,
        cut_at - read_at,
        most_memory(),
        time.process_time() - processor,
    )


def report(results: list[Result], wall: float, processes: int, held: Memory) -> None:
    good = [result for result in results if not result.reason]
    pages = sum(result.pages for result in good)
    reading = sum(result.reading for result in good)
    cutting = sum(result.cutting for result in good)
    cores = len(os.sched_getaffinity(0))
    print(heading("pypdfium2", "tokenizers"))
    print(f"{processes} processes on {cores} cores")
    if os.getloadavg()[0] > cores + 1:
        print("others are at work: no figure to quote")
    print(f"{len(good)} files with {pages} pages read, {len(results) - len(good)} not read, in {wall:.1f} s")
    print(f"{pages / wall:.0f} pages/s; {1000 * reading / pages:.1f} ms a page reading, ", end="")
    print(f"{1000 * cutting / pages:.1f} ms cutting")
    own = sum(result.processor for result in good) / processes
    print(f"{pages / own:.0f} pages/s of processor time, were all {processes} processes never to wait")
    most = max(result.memory for result in results)
    print(
        f"peak memory of all processes {held.most:.0f} MB (pages in common counted for each), of one {most:.0f} MB"
    )


if __name__ == "__main__":
    run_script(main)
