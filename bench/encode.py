"""How fast each runtime encodes the bundled model, and how far its vectors are from fp32, side by side.

Run it as `python -m bench.encode TEXTS.jsonl` (rows with "text", and "title" if there is one).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bench.machine import heading
from embeddings.encode import SentenceTransformerEncoder
from embeddings.minilm import MiniLMEncoder
from embeddings.models import bundled_folder
from embeddings.network import Network, precisions, read_weights
from qa.options import run_script

Run = Callable[[list[str]], NDArray[np.float32]]
QUESTION = "How many troops did NATO have in Kosovo in 2008?"
WIDTH, LAYERS = 384, 6
FLOP = 2 * LAYERS * 12 * WIDTH * WIDTH
"""Of the model's matrix products for one token; attention comes on top."""
START = "import sys; from embeddings.{} import {} as E; E().encode_query('a')"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--count", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    fast, reference = MiniLMEncoder(), SentenceTransformerEncoder()
    texts = read(options.texts, options.count, reference)
    tokens = sum(len(reference.token_offsets(text)) + 2 for text in texts)
    print(heading("openvino", "sentence-transformers", "torch", "tokenizers", "numpy"))
    print(f"{len(texts)} texts, {tokens / len(texts):.0f} tokens on average, {options.rounds} rounds\n")

    runs: dict[str, Run] = {
        "sentence-transformers, defaults": defaults(),
        "reference (fp32, token budget)": reference.encode_documents,
        "torch bf16 autocast, token budget": autocast(reference),
        "OpenVINO (program's default)": fast.encode_documents,
    }
    exact = reference.encode_documents(texts)
    for run in runs.values():
        run(texts[:32])
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    cosines, overlaps, floors = {}, {}, []
    for _ in range(options.rounds):  # taking turns, so that other work on the machine meets all alike
        for name, run in runs.items():
            begin = time.perf_counter()
            vectors = run(texts)
            seconds[name].append(time.perf_counter() - begin)
            cosines[name] = float(np.einsum("ij,ij->i", vectors, exact).min())
            overlaps[name] = overlap(vectors, exact)
        floors.append(floor())
    fastest = median(floors)
    print(
        f"bf16 matrix products of this size: {fastest * FLOP / 1e9:.0f} GFLOP/s, enough for {fastest:,.0f} tokens/s\n"
    )
    print(
        "| runtime | texts/s median (best) | tokens/s | of the floor | times default | lowest cosine | top-10 overlap |"
    )
    print("|---|---|---|---|---|---|---|")
    base = median(seconds["sentence-transformers, defaults"])
    for name, taken in seconds.items():
        middle = median(taken)
        print(
            f"| {name} | {len(texts) / middle:.1f} ({len(texts) / min(taken):.1f}) | {tokens / middle:,.0f} "
            f"| {tokens / middle / fastest:.0%} | {base / middle:.2f} | {cosines[name]:.6f} | {overlaps[name]:.3f} |"
        )
    print("\n| runtime | one question, ms | process start to first vector, s |\n|---|---|---|")
    for encoder, module in ((reference, "encode"), (fast, "minilm")):
        kind = type(encoder).__name__
        question = median(timed(partial(encoder.encode_query, QUESTION)) for _ in range(40))
        command = [sys.executable, "-c", START.format(module, kind)]
        start = median(timed(partial(subprocess.run, command, check=True)) for _ in range(3))
        print(f"| {kind} | {1000 * question:.1f} | {start:.2f} |")
    shares = ", ".join(f"{kind} {share:.0%}" for kind, share in operations().items())
    print(f"\nwhere OpenVINO's time goes (Subgraph is the attention): {shares}")
    print("\nlargest difference between a text encoded alone and in company, in any component:")
    for encoder in (reference, fast):
        alone = np.stack([encoder.encode_documents([text])[0] for text in texts[:40]])
        print(f"  {type(encoder).__name__}: {np.abs(alone - encoder.encode_documents(texts)[:40]).max():.1e}")


def operations() -> dict[str, float]:
    """Shares of the time that kinds of operations take, in twenty batches of twelve texts of 160 tokens."""
    network = Network(
        read_weights(bundled_folder() / "model.safetensors"), LAYERS, precisions()[0], timed=True
    )
    rows = list(np.random.default_rng(0).integers(1000, 20000, (12, 160)).astype(np.int32))
    total: Counter[str] = Counter()
    for turn in range(23):
        network.states(rows)
        if turn > 2:
            total.update(network.times())
    return {kind: taken / sum(total.values()) for kind, taken in total.most_common(6)}


def floor() -> float:
    """Tokens a second that the model's matrix products in bf16 allow, at batches of 2,048 tokens."""
    import torch

    states, inner = torch.randn(2048, WIDTH).bfloat16(), torch.randn(WIDTH, 4 * WIDTH).bfloat16()
    times = [timed(lambda: states @ inner) for _ in range(60)]
    return 2 * 2048 * WIDTH * 4 * WIDTH / median(times) / FLOP


def overlap(vectors: NDArray[np.float32], exact: NDArray[np.float32]) -> float:
    """How many of every text's ten nearest others are the same as with the exact vectors, on average."""
    found = []
    for one in (vectors, exact):
        scores = one @ one.T
        np.fill_diagonal(scores, -1)
        found.append(np.argsort(-scores, axis=1)[:, :10])
    return float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*found, strict=True)]))


def read(file: Path, count: int, encoder: SentenceTransformerEncoder) -> list[str]:
    """The first texts, cut to what the model reads, every third one shorter, as passages are."""
    texts = []
    with file.open(encoding="utf-8") as lines:
        for number, line in zip(range(count), lines, strict=False):
            row = json.loads(line)
            text = f"{row.get('title', '')}\n{row['text']}"
            offsets = encoder.token_offsets(text)[: encoder.max_tokens // (1 + number % 3)]
            texts.append(text[: offsets[-1][1]])
    return texts


def defaults() -> Run:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(bundled_folder()), device="cpu", local_files_only=True)

    def run(texts: list[str]) -> NDArray[np.float32]:
        return np.asarray(model.encode(texts, show_progress_bar=False), dtype=np.float32)

    return run


def autocast(reference: SentenceTransformerEncoder) -> Run:
    import torch

    def run(texts: list[str]) -> NDArray[np.float32]:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return reference.encode_documents(texts)

    return run


def timed(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


if __name__ == "__main__":
    run_script(main)
