"""Sourcebook beside txtai, Haystack, LlamaIndex with FAISS and Chroma: same model, documents and questions, in one run.

Run it as `python -m bench.peers BEIR_FOLDER ENVIRONMENT`. The peers are installed into ENVIRONMENT, a virtual environment
that this script makes; they are no dependency. `--documents N` takes the documents that the questions ask for and others
up to N.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from bench.machine import heading, high, middle
from embeddings.models import bundled_folder
from eval.beir import load
from qa.options import run_script

TORCH = "torch==2.13.0"
PACKAGES = {
    "txtai": ("txtai",),
    "haystack": ("haystack-ai", "sentence-transformers-haystack"),
    "llamaindex": (
        "llama-index-core",
        "llama-index-vector-stores-faiss",
        "llama-index-embeddings-huggingface",
    ),
    "chroma": ("chromadb",),
}
PATIENCE = 1_800.0
"""Seconds after which a run, or an installation, is given up."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("collection", type=Path)
    parser.add_argument("environment", type=Path)
    parser.add_argument("--documents", type=int, default=10**9)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    python = environment(options.environment)
    print(heading("openvino", "faiss-cpu", "tantivy"), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "task.json"
        task, judgments = chosen(options.collection, options.documents, options.questions)
        file.write_text(json.dumps(task), encoding="utf-8")
        print(
            f"{len(task['documents'])} documents, {len(task['questions'])} questions, {options.rounds} rounds\n"
        )
        runs: dict[str, list[dict[str, Any]]] = {}
        for _ in range(options.rounds):  # taking turns, so that other work on the machine meets all alike
            for name in ("sourcebook", *PACKAGES):
                measured = run(sys.executable if name == "sourcebook" else python, name, file)
                if measured is not None:
                    runs.setdefault(name, []).append(measured)
    table(runs, judgments, len(task["documents"]))


def environment(folder: Path) -> str:
    """The interpreter of the peers' environment, made if it is not there; a peer that cannot be installed is told."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        pip(python, TORCH, "sentence-transformers", "faiss-cpu")
    for name, packages in PACKAGES.items():
        if not pip(python, *packages):
            print(f"{name} cannot be installed here")
    return str(python)


def pip(python: Path, *packages: str) -> bool:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    return subprocess.run(command, capture_output=True, timeout=PATIENCE).returncode == 0


def chosen(folder: Path, documents: int, questions: int) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """The task for every peer, and which documents are right for each question."""
    asked = json_lines(folder / "queries.jsonl")
    judged: dict[str, set[str]] = {}
    for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, document, score = line.split("\t")
        if float(score) > 0:
            judged.setdefault(question, set()).add(document)
    taken = [[row["_id"], row["text"]] for row in asked if row["_id"] in judged][:questions]
    needed = {document for id_, _ in taken for document in judged[id_]}
    collection = {record.id: f"{record.title}\n{record.text}".strip() for record in load(folder).collection}
    others = [id_ for id_ in collection if id_ not in needed]
    kept = needed | set(others[: max(0, documents - len(needed))])
    rows = [[id_, text] for id_, text in collection.items() if id_ in kept]
    task = {"model": str(bundled_folder()), "documents": rows, "questions": taken}
    return task, {id_: judged[id_] for id_, _ in taken}


def json_lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def run(python: str, name: str, file: Path) -> dict[str, Any] | None:
    """What one library measured of itself; None, with the reason on the error output, where it fails."""
    script = Path(__file__).with_name("peer_run.py")
    quiet = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False", "HAYSTACK_TELEMETRY_ENABLED": "False"}
    if name == "sourcebook":
        # what an earlier run encoded must not help
        quiet |= {"PYTHONPATH": str(Path(__file__).parents[1]), "SOURCEBOOK_VECTOR_CACHE": "off"}
    command = [python, str(script), name, str(file)]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env={**os.environ, "PYTHONPATH": "", **quiet},
        )
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"{name} took longer than {PATIENCE:.0f} s\n")
        return None
    if done.returncode:
        sys.stderr.write(f"{name} failed: {done.stderr.strip().splitlines()[-1:]}\n")
        return None
    measured: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return measured


def ndcg(found: list[str], right: set[str]) -> float:
    """nDCG@10 with binary gains."""
    gains = sum(1 / math.log2(rank + 1) for rank, id_ in enumerate(found[:10], start=1) if id_ in right)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(right)) + 1))
    return gains / best


def mean_ndcg(found: dict[str, list[str]], judgments: dict[str, set[str]]) -> float:
    return sum(ndcg(found[id_], right) for id_, right in judgments.items()) / len(judgments)


def table(runs: dict[str, list[dict[str, Any]]], judgments: dict[str, set[str]], documents: int) -> None:
    print(
        "| library | documents/s (processor) | against ours | question p50 / p95, ms (processor p50) | start, s (processor) "
        "| peak MB | nDCG@10 |\n|---|---|---|---|---|---|---|"
    )
    ours = [documents / one["index_cpu"] for one in runs["sourcebook"]]
    for name, rounds in runs.items():
        rate = middle([documents / one["index"] for one in rounds])
        busy = [documents / one["index_cpu"] for one in rounds]
        ratios = sorted(a / b for a, b in zip(busy, ours, strict=False))
        walls = [wall for one in rounds for wall in one["walls"]]
        cpu = [wall for one in rounds for wall in one["cpu"]]
        quality = middle([mean_ndcg(one["found"], judgments) for one in rounds])
        start, start_cpu = (middle([one[key] for one in rounds]) for key in ("start", "start_cpu"))
        print(
            f"| {name} {rounds[0]['version']} | {rate:.1f} ({middle(busy):.1f}) "
            f"| {middle(ratios):.2f} ({ratios[0]:.2f}..{ratios[-1]:.2f}) "
            f"| {middle(walls):.0f} / {high(walls):.0f} ({middle(cpu):.0f}) "
            f"| {start:.1f} ({start_cpu:.1f}) | {max(one['peak_mb'] for one in rounds):.0f} | {quality:.3f} |"
        )


if __name__ == "__main__":
    run_script(main)
