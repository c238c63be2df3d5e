"""Trains the reader in embeddings/weights and measures it on articles that it never saw.

Run it with `python -m eval.train_reader DATA [--speeches FILE] [--out FILE]`, DATA holding the folders of `SETS`, and
what the questions in `eval/sets/reader.jsonl` are about. Two steps, both seeded: practice questions made from plain
text, then real ones with hard negatives from the program's own search. `--judge` only measures.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.encode import default_encoder
from embeddings.reader import WEIGHTS, Reader
from embeddings.reader_rows import Pair
from eval.fields import read_rows
from eval.near_words import near_words
from eval.questions import Record
from eval.reader_cloze import practice
from eval.reader_data import Collection, Groups, Split, gather, split_of
from eval.reader_judge import Read, fit, fused, mixed, mrr, read_all, separation, spans, success
from eval.reader_written import WRITTEN, written
from qa.options import run_script

SETS = ("squad2_dev_half", "timeqa_human_train", "policyqa_dev", "scifact")
ABSTRACT_SET = "scifact"
GENERIC = "policyqa_dev"
"""Its questions name no site, so a search over all sites says nothing; only its spans are used."""
PRACTICE = 100_000
SPEECHES = 4000
ABSTRACTS = 2000
SITES = 400
"""How many of the generic questions a pass takes."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, unless told only to judge, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m eval.train_reader", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder that holds the sets")
    parser.add_argument("--speeches", type=Path, help="a .jsonl file of plain texts for practice questions")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--judge", choices=("dev", "test"), help="train nothing, measure on this split")
    options = parser.parse_args(arguments)
    encoder = default_encoder()
    own = written(WRITTEN, options.data) if options.judge is None else None
    collections = [gather(options.data / name, encoder, depth=0 if name == GENERIC else 50) for name in SETS]
    if own is not None:
        train_reader(collections, own, _speeches(options.speeches), options.out)
    judge(Reader(options.out), collections, options.judge or "dev")


def train_reader(
    collections: Sequence[Collection], own: Collection, speeches: Sequence[Record], out: Path
) -> None:
    """Warm up on practice questions, then learn the training articles' questions and our own; writes the weights."""
    from embeddings.reader_training import Network, Settings, load, train

    rng = random.Random(5)
    plain = [
        record
        for collection in collections
        if collection.name in SETS[:2]
        for record in collection.records.values()
        if split_of(record.title) == "train"
    ]
    for collection in collections:
        if collection.name == ABSTRACT_SET:
            plain += rng.sample(list(collection.records.values()), min(ABSTRACTS, len(collection.records)))
    plain += rng.sample(list(speeches), min(SPEECHES, len(speeches)))
    clozes = practice(plain, PRACTICE, 1, near_words())
    warm = out.with_name("practice.safetensors")
    first = Settings(epochs=1, rate=2e-4, warmup=0.05)
    train(Network(first), lambda _: [[pair] for pair in clozes], warm, _say)
    groups = Groups([*collections, own], policy=SITES)

    def epoch(number: int) -> list[list[Pair]]:
        drawn = groups.epoch(number)
        random.Random(number).shuffle(drawn)
        return drawn

    second = Settings(epochs=3, rate=1.5e-4)
    train(load(warm, second), epoch, out, _say)


def judge(reader: Reader, collections: Sequence[Collection], split: Split) -> None:
    """Print order, spans and silence for each set; weights of the mixed order come from the dev articles."""
    for collection in collections:
        depth = 0 if collection.name == GENERIC else 10
        reads = read_all(reader, collection, split, depth=depth, limit=300 if depth == 0 else None)
        if not reads:
            continue
        _say(f"== {collection.name}, {split}, {len(reads)} questions")
        if any(read.guess and read.asked.question.answers for read in reads):
            f1, exact, count = spans(reads)
            _say(f"spans given the right passage: F1 {f1:.3f}, exact {exact:.3f}, n {count}")
        if depth:
            _print_order(reads, split, reader, collection)
            _say(", ".join(f"AUROC {name} {value:.3f}" for name, value in separation(reads).items()))


def _print_order(reads: Sequence[Read], split: Split, reader: Reader, collection: Collection) -> None:
    tuned = reads if split == "dev" else read_all(reader, collection, "dev", depth=10)
    weights = fit(tuned) if tuned else np.array([3.0, 0.5, 0.0])
    for name, score in (("fused", fused), ("mixed", mixed(weights))):
        _say(
            f"{name}: success@1 {success(reads, score, 1):.3f} @5 {success(reads, score, 5):.3f} "
            f"MRR {mrr(reads, score):.3f}"
        )
    _say(f"weights of fused, relevance, gap: {np.round(weights, 3)}")


def _speeches(path: Path | None) -> list[Record]:
    """Pieces of 200 words."""
    if path is None:
        return []
    pieces = []
    for number, row in enumerate(read_rows(path)):
        words = row.text("text").split()
        pieces += [
            Record(f"{number}-{first}", "", " ".join(words[first : first + 200]))
            for first in range(0, len(words), 200)
        ]
    return pieces


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    run_script(main)
