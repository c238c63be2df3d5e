"""Figures that others published for public collections, with where they stand; nothing measured here."""

from __future__ import annotations

from dataclasses import dataclass

_BEIR_PAPER = "Thakur et al. 2021, arXiv 2104.08663, table 2"
_PYSERINI = "Pyserini 0.20+, pyserini/resources/beir.yaml, bm25-flat"
_MTEB = "MTEB results of the model"


@dataclass(frozen=True, slots=True)
class Published:
    """One figure: of whose system, on the test split of which collection, by which measure."""

    collection: str
    system: str
    measure: str
    value: float
    source: str


PUBLISHED = (
    Published("scifact", "BM25 (title and text apart)", "nDCG@10", 0.665, _BEIR_PAPER),
    Published("scifact", "BM25 (flat)", "nDCG@10", 0.679, _PYSERINI),
    Published("scifact", "all-MiniLM-L6-v2", "nDCG@10", 0.645, _MTEB),
    Published("nfcorpus", "BM25 (title and text apart)", "nDCG@10", 0.325, _BEIR_PAPER),
    Published("nfcorpus", "BM25 (flat)", "nDCG@10", 0.322, _PYSERINI),
    Published("fiqa", "BM25 (title and text apart)", "nDCG@10", 0.236, _BEIR_PAPER),
    Published("fiqa", "BM25 (flat)", "nDCG@10", 0.236, _PYSERINI),
)


def published(collection: str, split: str, measured: str, measure: str) -> tuple[Published, ...]:
    """What stands beside our figure: BM25 beside BM25, the model beside dense search, all of it beside the rest."""
    if split != "test":
        return ()
    systems = {"BM25": "BM25", "dense": "all-MiniLM"}
    begins = systems.get(measured, "")
    return tuple(
        one
        for one in PUBLISHED
        if one.collection == collection.lower() and one.measure == measure and one.system.startswith(begins)
    )
