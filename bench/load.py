"""Eight clients at once, and a writer beside them: how much longer an answer takes than alone. Bounded in count and time.

Run it as `python -m bench.load LIBRARY QUESTIONS.jsonl` (rows with "question" or "text"). It works on a copy of the library.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from bench.machine import heading, high, middle
from bench.scale_ask import read_questions
from bench.serving import Server
from qa.options import run_script

MOST_QUESTIONS = 400
MOST_SECONDS = 300.0
CLIENTS = 8
PAUSE = 4.0
"""Seconds that a client who reads the answer waits before the next question."""
DOCUMENTS = 60


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--each", type=int, default=8, help="questions of every client")
    options = parser.parse_args()
    each = min(options.each, MOST_QUESTIONS // (4 * CLIENTS))
    questions = read_questions(options.questions)
    print(heading("openvino", "gradio", "faiss-cpu", "tantivy"))
    print(f"{len(questions)} questions; {each} by each client\n")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        shutil.copytree(options.library, library)
        with Server(library) as server:
            server.wait()
            deadline = time.perf_counter() + MOST_SECONDS
            server.ask(questions[0])
            print(
                "| who asks | p50, ms | p95, ms | p95 / p50 of one | answers a second |\n|---|---|---|---|---|"
            )
            once = clients(server, questions, 1, min(len(questions), CLIENTS * each), 0.0, deadline)
            report("one client, every question for the first time", once, middle(once[0]))
            alone = clients(server, questions, 1, 2 * each, 0.0, deadline)
            single = middle(alone[0])
            report("one client, the same questions again, as all below", alone, single)
            before = server.processor_seconds()
            eight = clients(server, questions, CLIENTS, each, 0.0, deadline)
            work = 1e3 * (server.processor_seconds() - before) / len(eight[0])
            report("eight, without a pause", eight, single)
            report(
                f"eight, {PAUSE:.0f} s between answer and question",
                clients(server, questions, CLIENTS, max(2, each // 2), PAUSE, deadline),
                single,
            )
            with adding(library, Path(folder) / "new") as writer:
                beside = clients(server, questions, 1, 2 * each, 0.0, deadline)
                working = writer.poll() is None
                writer.terminate()
            report(
                "one client, a process adds documents" + ("" if working else " (ended before)"),
                beside,
                single,
            )
    least = CLIENTS * work / (os.cpu_count() or 1)
    print(
        f"\nOf eight at once a question takes {work:.0f} ms of processor time: the last of eight cannot be answered "
        f"before {least:.0f} ms, {least / single:.1f} times one."
    )


def clients(
    server: Server, questions: Sequence[str], count: int, each: int, pause: float, deadline: float
) -> tuple[list[float], float]:
    """Milliseconds of every answer, and how many came a second; each client begins elsewhere in the questions."""

    def one(number: int) -> list[float]:
        times = []
        time.sleep(pause * number / count)
        for question in islice(cycle(questions), number * each, (number + 1) * each):
            if time.perf_counter() > deadline:
                break
            times.append(1e3 * server.ask(question))
            time.sleep(pause)
        return times

    began = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        times = [taken for client in pool.map(one, range(count)) for taken in client]
    if not times:
        raise SystemExit(f"nothing was answered within {MOST_SECONDS:.0f} s")
    return times, len(times) / (time.perf_counter() - began)


def report(name: str, measured: tuple[list[float], float], single: float) -> None:
    times, rate = measured
    print(
        f"| {name} | {middle(times):.0f} | {high(times):.0f} | {high(times) / single:.2f} | {rate:.1f} |",
        flush=True,
    )


def adding(library: Path, folder: Path) -> subprocess.Popen[bytes]:
    """A process that adds documents of some pages; ended by whoever closes it."""
    folder.mkdir()
    for number in range(DOCUMENTS):
        lines = [f"Station {number} counted {place * 7 % 90} wagons on day {place}." for place in range(400)]
        (folder / f"station-{number}.txt").write_text(
            "\n\n".join(" ".join(lines[i : i + 8]) for i in range(0, 400, 8))
        )
    command = [sys.executable, "-m", "qa", "add", str(folder), "--library", str(library)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    run_script(main)
