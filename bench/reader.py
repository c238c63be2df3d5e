"""How long the reader takes for a question's passages, by their number and length.

Run it as `python -m bench.reader`.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import UTC, datetime
from statistics import median

from embeddings.reader import Reader

QUESTION = "How many troops did NATO have in Kosovo in 2008?"
WORDS = "the mission counted its officers in every municipality of the province before the winter began and reported".split()  # noqa: SIM905


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    reader = Reader()
    started = time.perf_counter()
    reader.read(QUESTION, ["ready"])
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    print(f"first reading, with loading: {time.perf_counter() - started:.2f} s")
    print("| tokens a passage | passages | median ms | best ms |\n|---|---|---|---|")
    for tokens in (64, 96, 160):
        for count in (1, 10, 16, 20, 40):
            passages = [
                " ".join(WORDS[(n + k) % len(WORDS)] for k in range(tokens)) + f" {n}" for n in range(count)
            ]
            reader.read(QUESTION, passages)
            times = []
            for _ in range(options.rounds):
                began = time.perf_counter()
                reader.read(QUESTION, passages)
                times.append((time.perf_counter() - began) * 1000)
            print(f"| {tokens} | {count} | {median(times):.0f} | {min(times):.0f} |")


if __name__ == "__main__":
    main()
